"""One UDP socket's SIP transactions: the guard before it, the transaction table behind it, a timer for what repeats."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

from aiosipua import SipRequest, SipResponse
from aiosipua.dialog import Dialog
from aiosipua.sdp import SdpMessage
from aiosipua.utils import format_addr, generate_tag
from loguru import logger

from nlu.errors import SettingsError
from voice.errors import EngineError
from voice.settings import SipSettings
from voice.transports.sip.datagrams import DatagramSocket, local_address
from voice.transports.sip.guard import Drop, Guard, Network, Refuse, parse_allow
from voice.transports.sip.responses import respond
from voice.transports.sip.transactions import Address, Outgoing, Transactions, server_key

_QUIET_S = 1.0
_ANY = ("0.0.0.0", "::")


class Signalling:
    """`on_request` gets each new request once, and replies; ACKs and retransmissions are dealt with here.

    `on_unacknowledged` gets the Call-ID of a call whose 200 was not acknowledged in 32 s. Raises SettingsError when
    an entry of the allow-list is no network.
    """

    def __init__(
        self,
        settings: SipSettings,
        *,
        on_request: Callable[[SipRequest, Address], None],
        on_unacknowledged: Callable[[str], None],
    ) -> None:
        self.guard = Guard(_networks(settings))
        self.dropped: Counter[str] = Counter()
        """Datagrams dropped, by reason up to its first colon."""
        self.handler_errors = 0
        """Datagrams whose handling failed by a fault of ours; each is logged."""
        self._settings = settings
        self._on_request = on_request
        self._on_unacknowledged = on_unacknowledged
        self._transactions = Transactions()
        self._socket: DatagramSocket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()

    def host(self, peer: Address) -> str:
        """The address this peer is told: the advertised one, else the one listened on, else our end of the way."""
        chosen = self._settings.advertised_host or self._settings.host
        try:
            return local_address(peer) if chosen in _ANY else chosen
        except OSError:
            return chosen

    @property
    def port(self) -> int:
        """The UDP port listened on; only after `start`."""
        assert self._socket is not None
        return self._socket.port

    async def start(self) -> None:
        """Raises EngineError when the port is taken or the address is not ours."""
        host, port = self._settings.host, self._settings.port
        try:
            self._socket = await DatagramSocket.bind((host, port), self._receive)
        except OSError as error:
            raise EngineError(f"can't listen for SIP on UDP {host}:{port}: {error.strerror}") from error

    async def close(self) -> None:
        """Waits a second for answers to what we repeat, then closes the socket."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIET_S):
                await self._quiet.wait()
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            await self._socket.close()

    def contact(self, user: str, peer: Address) -> str:
        """Our Contact for a call."""
        return f"<sip:{quote(user)}@{format_addr(self.host(peer), self.port)}>"

    def reply(
        self,
        request: SipRequest,
        source: Address,
        status: int,
        *,
        tag: str = "",
        phrase: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        contact: str | None = None,
        body: SdpMessage | None = None,
    ) -> None:
        """Responds, and remembers the response for retransmissions; a final one to an INVITE repeats until its ACK."""
        response = respond(
            request, status, tag=tag or generate_tag(), phrase=phrase, headers=headers, contact=contact, body=body
        )
        outgoing = Outgoing(bytes(response), _reply_address(request, source))
        self._transactions.respond(server_key(request), outgoing, status=status, now_s=_now_s())
        self._send(outgoing)
        self._arm()

    def invited(self, cancel: SipRequest) -> bool:
        """Whether the INVITE that a CANCEL names is known."""
        return server_key(cancel, method="INVITE") in self._transactions

    def bye(self, dialog: Dialog, to: Address) -> None:
        """Ends a dialog from our side; the BYE repeats until it is answered."""
        request = dialog.create_request("BYE", via_host=self.host(to), via_port=self.port)
        dialog.terminate()
        self.abandon(dialog.call_id)
        outgoing = Outgoing(bytes(request), to)
        self._send(outgoing)
        self._transactions.request(server_key(request), outgoing, call_id=dialog.call_id, now_s=_now_s())
        self._arm()

    def abandon(self, call_id: str) -> None:
        """The call is over; its 200 need not be acknowledged any more."""
        self._transactions.abandon(call_id)
        self._arm()

    def _receive(self, datagram: bytes, source: Address) -> None:
        try:
            self._take(datagram, source)
        except Exception:
            logger.exception("SIP datagram from {} was not handled", source[0])
            self.handler_errors += 1

    def _take(self, datagram: bytes, source: Address) -> None:
        verdict = self.guard.judge(datagram, source[0])
        if isinstance(verdict, Drop):
            self.dropped[verdict.reason.partition(":")[0]] += 1
            logger.debug("SIP datagram from {} dropped: {}", source[0], verdict.reason)
        elif isinstance(verdict, Refuse):
            if self._is_new(verdict.request):
                self.reply(verdict.request, source, verdict.status, phrase=verdict.phrase, headers=verdict.headers)
        elif isinstance(verdict.message, SipResponse):
            self._response(verdict.message)
        else:
            self._request(verdict.message, source)

    def _response(self, response: SipResponse) -> None:
        cseq = response.cseq
        if response.status_code >= 200 and cseq is not None:
            self._transactions.answered(response.via[0].branch or "", cseq.method)
            self._arm()

    def _request(self, request: SipRequest, source: Address) -> None:
        if request.method == "ACK":
            cseq = request.cseq
            self._transactions.acknowledge(request.call_id or "", cseq.seq if cseq else 0)
            self._arm()
        elif self._is_new(request):
            try:
                self._on_request(request, source)
            except Exception:
                logger.exception("SIP {} failed", request.method)
                self.handler_errors += 1
                self.reply(request, source, 500)

    def _is_new(self, request: SipRequest) -> bool:
        """False for a retransmission, which gets the same response again."""
        key = server_key(request)
        if key in self._transactions:
            replay = self._transactions.replay(key)
            if replay is not None:
                self._send(replay)
            return False
        cseq = request.cseq
        self._transactions.begin(key, call_id=request.call_id or "", cseq=cseq.seq if cseq else 0, now_s=_now_s())
        return True

    def _send(self, outgoing: Outgoing) -> None:
        if self._socket is not None:
            self._socket.send(outgoing.wire, outgoing.to)

    def _arm(self) -> None:
        next_s = self._transactions.next_s()
        if next_s is None:
            self._quiet.set()
            return
        self._quiet.clear()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_at(next_s, self._repeat)

    def _repeat(self) -> None:
        self._timer = None
        due = self._transactions.due(_now_s())
        for outgoing in due.resend:
            self._send(outgoing)
        for call_id in due.unacknowledged:
            self._on_unacknowledged(call_id)
        self._arm()


def _networks(settings: SipSettings) -> tuple[Network, ...]:
    try:
        return parse_allow(settings.allow)
    except ValueError as error:
        raise SettingsError(f"sip.allow: {error}") from error


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _reply_address(request: SipRequest, source: Address) -> Address:
    """The source host always; its port when rport asks for it, else the port of Via (RFC 3261 18.2.2, RFC 3581)."""
    via = request.via[0]
    if "rport" in via.params:
        return source
    port = via.port or 5060
    return (source[0], port) if 0 < port < 65536 else source
