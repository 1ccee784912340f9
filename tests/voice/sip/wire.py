"""SIP as text, for tests that must send what a library would not."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiosipua import SipMessage, SipRequest, SipResponse

from voice.transports.sip.datagrams import DatagramSocket
from voice.transports.sip.responses import respond

SDP = """v=0\r
o=- 1 1 IN IP4 127.0.0.1\r
s=-\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio {port} RTP/AVP 0 101\r
a=rtpmap:101 telephone-event/8000\r
"""


def request(
    method: str = "INVITE",
    *,
    uri: str = "sip:banking@127.0.0.1",
    branch: str = "z9hG4bK-1",
    call_id: str = "call-1",
    cseq: int = 1,
    to_tag: str = "",
    from_tag: str = "ft",
    port: int = 5999,
    body: str | None = None,
    cseq_method: str | None = None,
    rtp_port: int = 45000,
    extra: str = "",
    content_type: str = "application/sdp",
) -> bytes:
    """A request from 127.0.0.1:`port`; an INVITE without `body` carries an offer of PCMU."""
    if body is None:
        body = SDP.format(port=rtp_port) if method == "INVITE" else ""
    to = "<sip:banking@127.0.0.1>" + (f";tag={to_tag}" if to_tag else "")
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch={branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:+441632960001@127.0.0.1>;tag={from_tag}",
        f"To: {to}",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {cseq_method or method}",
        f"Contact: <sip:+441632960001@127.0.0.1:{port}>",
        *([f"Content-Type: {content_type}"] if body else []),
        f"Content-Length: {len(body.encode())}",
    ]
    return ("\r\n".join(lines) + "\r\n" + extra + "\r\n" + body).encode()


class RawPhone:
    """A UDP socket that sends what it is told and keeps what it gets. Get one from `open`."""

    def __init__(self) -> None:
        self.messages: list[SipRequest | SipResponse] = []
        self.answers_byes = False
        self._arrived = asyncio.Condition()
        self._socket: DatagramSocket | None = None
        self._gateway = ("127.0.0.1", 0)
        self._notices: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, gateway_port: int) -> "RawPhone":
        """A phone that talks to this port of 127.0.0.1."""
        phone = cls()
        phone._gateway = ("127.0.0.1", gateway_port)
        phone._socket = await DatagramSocket.bind(("127.0.0.1", 0), phone._receive)
        return phone

    @property
    def port(self) -> int:
        assert self._socket is not None
        return self._socket.port

    async def close(self) -> None:
        assert self._socket is not None
        await self._socket.close()

    def send(self, datagram: bytes) -> None:
        assert self._socket is not None
        self._socket.send(datagram, self._gateway)

    async def expect(self, status: int, method: str, *, count: int = 1) -> SipResponse:
        """The `count`-th response of this status to this method, now or within 20 s."""

        def found() -> list[SipResponse]:
            return [
                message
                for message in self.messages
                if isinstance(message, SipResponse)
                and message.status_code == status
                and message.cseq is not None
                and message.cseq.method == method
            ]

        await self._until(lambda: len(found()) >= count, f"{count} x {status} to {method}")
        return found()[count - 1]

    async def expect_request(self, method: str, *, count: int = 1) -> SipRequest:
        """The `count`-th request of this method, now or within 20 s."""

        def found() -> list[SipRequest]:
            return [m for m in self.messages if isinstance(m, SipRequest) and m.method == method]

        await self._until(lambda: len(found()) >= count, method)
        return found()[count - 1]

    def answer(self, request: SipRequest) -> None:
        """200 to a request of the gateway."""
        self.send(bytes(respond(request, 200, tag="")))

    async def call(self, **changes: Any) -> str:
        """INVITE, 200, ACK; the gateway's tag."""
        self.send(request(port=self.port, **changes))
        accepted = await self.expect(200, "INVITE")
        tag = accepted.to_addr.tag if accepted.to_addr else None
        assert tag
        self.send(request("ACK", port=self.port, branch="z9hG4bK-ack", to_tag=tag, **changes))
        return tag

    def _receive(self, datagram: bytes, _source: tuple[str, int]) -> None:
        message = SipMessage.parse(datagram)
        self.messages.append(message)
        if self.answers_byes and isinstance(message, SipRequest) and message.method == "BYE":
            self.answer(message)
        task = asyncio.get_running_loop().create_task(self._tell())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _tell(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()

    async def _until(self, met: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(20), self._arrived:
                await self._arrived.wait_for(met)
        except TimeoutError:
            raise AssertionError(
                f"{what} did not come; came: {[m.__class__.__name__ for m in self.messages]}"
            ) from None
