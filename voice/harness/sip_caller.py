"""A telephone call to a running gateway: SIP signalling by aiosipua's client, audio by our own media path.

For tests and the demo, on loopback or a quiet LAN: the INVITE is not repeated when it is lost, and nobody is
authenticated. A phone line carries no messages, so what was heard, understood and said is read from the gateway's
record of the call over HTTP, where its address is given.
"""

import asyncio
import contextlib
import json
import random
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import msgspec
from aiosipua import OutgoingCall, SipRequest, SipResponse, SipTransport, SipUAC, parse_uri
from loguru import logger

from voice.harness.caller import Caller, CallRecord, LineError, Message, Received
from voice.harness.turn_taking import CallerTurn
from voice.transports.sip.datagrams import DatagramSocket, local_address
from voice.transports.sip.media import PortPair, PortRange, RtpMedia
from voice.transports.sip.offer import CODECS, OfferError, VoiceCodec, plan_media, write_offer
from voice.transports.sip.responses import respond

RTP_PORTS = (30000, 30199)
ANSWER_S = 10.0
_GOODBYE_S = 1.0
_POLL_S = 0.2
_HTTP_S = 5.0


class _UdpTransport(SipTransport):
    """aiosipua's transport over our socket, which also works under uvloop."""

    def __init__(self, host: str) -> None:
        super().__init__(local_addr=(host, 0))
        self._socket: DatagramSocket | None = None

    async def start(self) -> None:
        self._socket = await DatagramSocket.bind(self.local_addr, self._dispatch)
        self.local_addr = (self.local_addr[0], self._socket.port)

    def send(self, message: SipRequest | SipResponse, addr: tuple[str, int]) -> None:
        if self._socket is not None:
            self._socket.send(bytes(message), addr)

    async def stop(self) -> None:
        if self._socket is not None:
            await self._socket.close()


class SipLine:
    """A `voice.harness.caller.Line` over the telephone network; get one from `open_sip_line`.

    `call_id` is the Call-ID, which is also the gateway's name of the call.
    """

    speaks_messages = False

    def __init__(self, uac: SipUAC, call: OutgoingCall, media: RtpMedia) -> None:
        self.rate_hz = media.rate_hz
        self.codec = media.plan.codec.name
        self.call_id = call.call_id
        self._uac = uac
        self._call = call
        self._media = media
        self._over = False
        self._bye_answered = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None

    async def send_audio(self, pcm: bytes) -> None:
        await self._media.play(pcm)

    async def send_text(self, text: str) -> None:
        raise LineError(f"a telephone has no keyboard to type {text!r} on")

    async def send_digits(self, digits: str) -> None:
        try:
            self._media.press(digits)
        except ValueError as error:
            raise LineError(str(error)) from error
        await self._media.drained()

    async def receive(self) -> AsyncIterator[bytes | Message]:
        while (heard := await self._media.incoming()) is not None:
            if isinstance(heard, bytes):
                yield heard

    async def hang_up(self) -> None:
        if not self._over:
            self._over = True
            with contextlib.suppress(ValueError):
                self._uac.send_bye(self._call.dialog, self._call.remote_addr)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bye_answered.wait(), _GOODBYE_S)
        await self._media.close()
        if self._closing is not None:
            await self._closing
        await self._uac.transport.stop()

    def take(self, message: SipRequest | SipResponse, source: tuple[str, int]) -> None:
        """What the gateway sent on this call's SIP socket after the answer."""
        if isinstance(message, SipResponse):
            cseq = message.cseq
            if cseq is not None and cseq.method == "BYE":
                self._bye_answered.set()
            self._uac.handle_response(message, source)
        elif message.method == "BYE":
            self._uac.transport.send(respond(message, 200, tag=""), source)
            self._over = True
            self._closing = asyncio.get_running_loop().create_task(self._media.close())
        elif message.method != "ACK":
            self._uac.transport.send(respond(message, 501, tag="", phrase="Not Implemented"), source)


async def open_sip_line(
    uri: str, *, codecs: Sequence[VoiceCodec] = CODECS, caller: str = "", timeout_s: float = ANSWER_S
) -> SipLine:
    """Calls `sip:pack@host:port`, offering `codecs` in this order; `caller` is the number that calls.

    Raises LineError when nobody answers, the call is refused or no port is free.
    """
    target = parse_uri(uri)
    if not uri.startswith("sip:") or not target.host:
        raise LineError(f"{uri}: expected an address such as sip:banking@127.0.0.1:5060")
    remote = (target.host.strip("[]"), target.port or 5060)
    try:
        transport = _UdpTransport(local_address(remote))
    except OSError as error:
        raise LineError(f"no way to {uri}: {error}") from error
    try:
        await transport.start()
        sockets = PortRange(transport.local_addr[0], RTP_PORTS).bind()
    except OSError as error:
        await transport.stop()
        raise LineError(f"no call to {uri}: {error}") from error
    try:
        return await _dial(uri, remote, transport, sockets, tuple(codecs), caller, timeout_s)
    except BaseException:
        for bound in sockets:
            bound.close()
        await transport.stop()
        raise


async def call_over_sip(
    uri: str,
    turns: Sequence[CallerTurn] | Callable[[int], Sequence[CallerTurn]],
    *,
    codecs: Sequence[VoiceCodec] = CODECS,
    caller: str = "",
    records_url: str = "",
    listener: Callable[[Received], None] | None = None,
) -> CallRecord:
    """Places one call and acts out `turns`, or what `turns` makes for the rate that was agreed on (8000 or 16000).

    `records_url` is the gateway's HTTP address (`http://127.0.0.1:8080`): then `received` holds the call's messages
    as the gateway recorded them, on its clock, and `listener` is told each within a fraction of a second. Raises
    LineError when there is no connection.
    """
    line = await open_sip_line(uri, codecs=codecs, caller=caller)
    script = turns(line.rate_hz) if callable(turns) else turns
    if not records_url:
        return await Caller(line, script).run()
    following = _Following(f"{records_url.rstrip('/')}/v1/calls/{line.call_id}/messages", listener)
    polling = asyncio.create_task(following.poll(), name="call-record")
    try:
        record = await Caller(line, script).run()
        # The last messages are written while the gateway closes the call.
        await asyncio.sleep(_POLL_S)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    await following.fetch()
    return msgspec.structs.replace(record, received=tuple(following.received))


class _Following:
    """Reads a call's record as it grows."""

    def __init__(self, url: str, listener: Callable[[Received], None] | None) -> None:
        self.received: list[Received] = []
        self._url = url
        self._listener = listener

    async def poll(self) -> None:
        while True:
            await self.fetch()
            await asyncio.sleep(_POLL_S)

    async def fetch(self) -> None:
        for entry in await asyncio.to_thread(_lines, f"{self._url}?after={len(self.received)}"):
            received = Received(float(entry["at_ms"]), entry["message"])
            self.received.append(received)
            if self._listener:
                self._listener(received)


def _lines(url: str) -> list[dict[str, Any]]:
    # Proxies of the environment have no business between a test caller and its gateway.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_HTTP_S) as answer:
            return [json.loads(line) for line in answer if line.strip()]
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        logger.debug("{}: {}", url, error)
        return []


async def _dial(
    uri: str,
    remote: tuple[str, int],
    transport: _UdpTransport,
    sockets: PortPair,
    codecs: tuple[VoiceCodec, ...],
    caller: str,
    timeout_s: float,
) -> SipLine:
    host = transport.local_addr[0]
    uac = SipUAC(transport)
    port = int(sockets[0].getsockname()[1])
    offer = write_offer(codecs, host=host, port=port, session_id=random.getrandbits(31))

    def early(message: SipRequest | SipResponse, source: tuple[str, int]) -> None:
        if isinstance(message, SipResponse):
            uac.handle_response(message, source)

    transport.on_message = early
    call = uac.send_invite(f"sip:{caller or 'caller'}@{host}", uri, remote, offer)
    try:
        await call.wait_answered(timeout_s)
    except TimeoutError as error:
        raise LineError(f"no call to {uri}: nobody answered in {timeout_s:g} s") from error
    except RuntimeError as error:
        raise LineError(f"no call to {uri}: {error}") from error
    if call.sdp_answer is None:
        raise LineError(f"{uri} answered without SDP")
    try:
        plan = plan_media(call.sdp_answer)
    except OfferError as error:
        raise LineError(f"{uri} answered with SDP we can't use: {error}") from error
    media = RtpMedia(plan, sockets, admits=lambda _host: True)
    line = SipLine(uac, call, media)
    transport.on_message = line.take
    await media.open()
    return line
