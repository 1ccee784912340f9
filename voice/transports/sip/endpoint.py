"""Where calls from the telephone network arrive: SIP over UDP, one socket for all calls.

The guard judges a datagram, the transaction table answers what was answered before, and what is left is handled here.
A call is answered in one go - offer read, ports bound, admitted, 180 and 200 sent - so there is no half-open state a
CANCEL could fall into (RFC 3261 section 9.2: it then has no effect, and the caller hangs up by BYE).
"""

import asyncio
from collections import Counter
from urllib.parse import quote

from aiosipua import SipRequest, SipResponse
from aiosipua.sdp import SdpMessage
from aiosipua.utils import format_addr, generate_tag
from loguru import logger

from voice.errors import BusyError, ProtocolError, VoiceError
from voice.settings import SipSettings
from voice.transports.sip.datagrams import DatagramSocket
from voice.transports.sip.guard import Drop, Guard, Refuse, parse_allow
from voice.transports.sip.leg import SipLeg
from voice.transports.sip.media import PortRange, RtpMedia
from voice.transports.sip.offer import OfferError, plan_media, read_offer
from voice.transports.sip.responses import caller_name, respond, safe_call_id, wanted_pack
from voice.transports.sip.transactions import Address, Outgoing, Transactions, server_key
from voice.transports.transport import Answering, CallInfo

RETRY_AFTER_S = 5
_CLOSE_CALLS_S = 5.0
_CLOSE_QUIET_S = 1.0


class SipEndpoint:
    """Listens on `settings.host:port` (port 0: any free) and hands calls to `answering`."""

    def __init__(self, settings: SipSettings, answering: Answering, default_pack: str) -> None:
        self._settings = settings
        self._answering = answering
        self._default_pack = default_pack
        self._guard = Guard(parse_allow(settings.allow))
        self._ports = PortRange(settings.host, settings.rtp_ports)
        self._transactions = Transactions()
        self._legs: dict[str, SipLeg] = {}
        self._socket: DatagramSocket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._notices: set[asyncio.Task[None]] = set()
        self.dropped: Counter[str] = Counter()
        """Datagrams dropped, by reason up to its first colon."""

    @property
    def port(self) -> int:
        """The UDP port listened on; only after `start`."""
        assert self._socket is not None
        return self._socket.port

    @property
    def calls(self) -> int:
        """Calls being held now."""
        return len(self._legs)

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._socket = await DatagramSocket.bind((self._settings.host, self._settings.port), self._receive)

    async def close(self) -> None:
        """Hangs up every call, waits for their pipelines and for the answers to our BYEs, and frees the ports."""
        self._closing = True
        tasks = [leg.task for leg in self._legs.values() if leg.task is not None]
        for leg in list(self._legs.values()):
            leg.hang_up()
            await leg.transport.peer_gone()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_CLOSE_CALLS_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._notices:
            await asyncio.wait(self._notices, timeout=_CLOSE_CALLS_S)
        deadline_s = self._now_s() + _CLOSE_QUIET_S
        while self._transactions.repeating and self._now_s() < deadline_s:
            await asyncio.sleep(0.01)
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            await self._socket.close()

    # -- datagrams ------------------------------------------------------------------------------------------------

    def _receive(self, datagram: bytes, source: Address) -> None:
        verdict = self._guard.judge(datagram, source[0])
        if isinstance(verdict, Drop):
            self.dropped[verdict.reason.partition(":")[0]] += 1
            logger.debug("SIP datagram from {} dropped: {}", source[0], verdict.reason)
        elif isinstance(verdict, Refuse):
            self._refuse(verdict, source)
        elif isinstance(verdict.message, SipResponse):
            self._response(verdict.message)
        else:
            self._request(verdict.message, source)

    def _response(self, response: SipResponse) -> None:
        cseq = response.cseq
        if response.status_code >= 200 and cseq is not None:
            self._transactions.answered(response.via[0].branch or "", cseq.method)

    def _refuse(self, refusal: Refuse, source: Address) -> None:
        if self._is_new(refusal.request):
            self._reply(
                refusal.request,
                source,
                refusal.status,
                phrase=refusal.phrase,
                headers=refusal.headers,
            )

    def _request(self, request: SipRequest, source: Address) -> None:
        if request.method == "ACK":
            cseq = request.cseq
            self._transactions.acknowledge(request.call_id or "", cseq.seq if cseq else 0)
            return
        if not self._is_new(request):
            return
        handlers = {
            "INVITE": self._invite,
            "BYE": self._bye,
            "CANCEL": self._cancel,
            "OPTIONS": self._options,
            "INFO": self._info,
            "UPDATE": self._update,
        }
        try:
            handlers[request.method](request, source)
        except Exception:
            logger.exception("SIP {} failed", request.method)
            self._reply(request, source, 500)

    def _is_new(self, request: SipRequest) -> bool:
        """False for a retransmission, which gets the same response again."""
        key = server_key(request)
        if key in self._transactions:
            replay = self._transactions.replay(key)
            if replay is not None:
                self._send(replay)
            return False
        cseq = request.cseq
        self._transactions.begin(key, call_id=request.call_id or "", cseq=cseq.seq if cseq else 0, now_s=self._now_s())
        return True

    # -- methods --------------------------------------------------------------------------------------------------

    def _invite(self, request: SipRequest, source: Address) -> None:
        to = request.to_addr
        if to is not None and to.tag:
            self._reinvite(request, source)
        elif (request.call_id or "") in self._legs:
            self._reply(request, source, 482)
        elif self._closing:
            self._reply(request, source, 503, headers=(("Retry-After", str(RETRY_AFTER_S)),))
        else:
            self._new_call(request, source)

    def _new_call(self, request: SipRequest, source: Address) -> None:
        if not request.body:
            self._reply(request, source, 488, phrase="Offer Required In INVITE")
            return
        try:
            offer = read_offer(request.body)
            plan = plan_media(offer)
            sockets = self._ports.bind()
        except OfferError as error:
            self._reply(request, source, error.status, headers=_warning(self._host, error))
            return
        except OSError:
            self._reply(request, source, 503, headers=(("Retry-After", str(RETRY_AFTER_S)),))
            return
        media = RtpMedia(plan, sockets, admits=self._guard.admits, on_lost=lambda: self._lost(leg))
        info = CallInfo(
            call_id=safe_call_id(request.call_id or ""),
            pack=wanted_pack(request, self._default_pack),
            channel="phone",
            caller=caller_name(request),
            rate_hz=plan.codec.rate_hz,
        )
        leg = SipLeg(request, info=info, media=media, source=source, host=self._host, bye=self._send_bye)
        if not self._admitted(request, source, leg):
            for bound in sockets:
                bound.close()
            return
        tag, contact = leg.dialog.local_tag, self._contact(info.pack)
        self._reply(request, source, 180, tag=tag, contact=contact)
        self._reply(request, source, 200, tag=tag, contact=contact, body=leg.answer(offer, plan))
        self._legs[leg.sip_call_id] = leg
        leg.task = asyncio.get_running_loop().create_task(self._run(leg), name=f"sip call {info.call_id}")

    def _admitted(self, request: SipRequest, source: Address, leg: SipLeg) -> bool:
        try:
            self._answering.admit(leg.info)
        except BusyError:
            # 503 rather than 486: a proxy in front then tries the next gateway.
            self._reply(request, source, 503, headers=(("Retry-After", str(RETRY_AFTER_S)),))
        except ProtocolError:
            self._reply(request, source, 404)
        except VoiceError as error:
            logger.error("call refused: {}", error)
            self._reply(request, source, 500)
        else:
            return True
        return False

    async def _run(self, leg: SipLeg) -> None:
        try:
            await leg.media.open()
            await self._answering.answer(leg.transport, leg.info)
        except Exception:
            logger.exception("call {} failed", leg.info.call_id)
        finally:
            leg.hang_up()
            self._legs.pop(leg.sip_call_id, None)
            await leg.media.close()

    def _reinvite(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is None:
            return
        if not request.body:
            self._reply(request, source, 488, phrase="Offer Required In INVITE")
            return
        self._renegotiate(leg, request, source)

    def _update(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is None:
            return
        if request.body:
            self._renegotiate(leg, request, source)
        else:
            self._reply(request, source, 200, contact=self._contact(leg.info.pack))

    def _renegotiate(self, leg: SipLeg, request: SipRequest, source: Address) -> None:
        try:
            answer = leg.renegotiate(request.body)
        except OfferError as error:
            self._reply(request, source, error.status, headers=_warning(self._host, error))
            return
        self._reply(request, source, 200, contact=self._contact(leg.info.pack), body=answer)

    def _bye(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is not None:
            self._reply(request, source, 200)
            self._stop_repeating(leg)
            self._notify(leg)

    def _cancel(self, request: SipRequest, source: Address) -> None:
        known = server_key(request, method="INVITE") in self._transactions
        self._reply(request, source, 200 if known else 481)

    def _options(self, request: SipRequest, source: Address) -> None:
        status = 503 if self._closing else 200
        self._reply(request, source, status, headers=(("Accept", "application/sdp"),))

    def _info(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is None:
            return
        pressed = leg.info_key(request)
        if pressed is not None:
            leg.media.hear_key(pressed.key)
        self._reply(request, source, 200)

    # -- calls ----------------------------------------------------------------------------------------------------

    def _dialog(self, request: SipRequest, source: Address) -> SipLeg | None:
        """The call an in-dialog request belongs to; answers 481 or 500 itself when there is none."""
        leg = self._legs.get(request.call_id or "")
        if leg is None or leg.ended or not leg.owns(request):
            self._reply(request, source, 481)
            return None
        if not leg.in_sequence(request):
            self._reply(request, source, 500, phrase="CSeq Out Of Order")
            return None
        return leg

    def _send_bye(self, leg: SipLeg) -> None:
        # To where the INVITE came from: the peer itself, or the proxy that put itself into the route.
        host, port = self._host, self.port
        request = leg.dialog.create_request("BYE", via_host=host, via_port=port)
        leg.dialog.terminate()
        self._stop_repeating(leg)
        outgoing = Outgoing(bytes(request), leg.source)
        self._send(outgoing)
        self._transactions.request(server_key(request), outgoing, call_id=leg.sip_call_id, now_s=self._now_s())
        self._arm()

    def _stop_repeating(self, leg: SipLeg) -> None:
        self._transactions.abandon(leg.sip_call_id)

    def _lost(self, leg: SipLeg) -> None:
        logger.warning("call {}: no audio from the peer, hanging up", leg.info.call_id)
        leg.hang_up()
        self._notify(leg)

    def _notify(self, leg: SipLeg) -> None:
        leg.ended = True
        task = asyncio.get_running_loop().create_task(leg.peer_ended())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    # -- sending --------------------------------------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return self._settings.advertised_host or self._settings.host

    def _contact(self, user: str) -> str:
        return f"<sip:{quote(user)}@{format_addr(self._host, self.port)}>"

    def _reply(
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
        response = respond(
            request, status, tag=tag or generate_tag(), phrase=phrase, headers=headers, contact=contact, body=body
        )
        outgoing = Outgoing(bytes(response), _reply_address(request, source))
        self._transactions.respond(server_key(request), outgoing, status=status, now_s=self._now_s())
        self._send(outgoing)
        self._arm()

    def _send(self, outgoing: Outgoing) -> None:
        if self._socket is not None:
            self._socket.send(outgoing.wire, outgoing.to)

    def _arm(self) -> None:
        next_s = self._transactions.next_s()
        if self._timer is None and next_s is not None:
            self._timer = asyncio.get_running_loop().call_at(next_s, self._repeat)

    def _repeat(self) -> None:
        self._timer = None
        due = self._transactions.due(self._now_s())
        for outgoing in due.resend:
            self._send(outgoing)
        for call_id in due.unacknowledged:
            leg = self._legs.get(call_id)
            if leg is not None:
                logger.warning("call {}: our answer was never acknowledged", leg.info.call_id)
                leg.hang_up()
                self._notify(leg)
        self._arm()

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()


def _reply_address(request: SipRequest, source: Address) -> Address:
    """The source host always; its port when rport asks for it, else the port of Via (RFC 3261 18.2.2, RFC 3581)."""
    via = request.via[0]
    if "rport" in via.params:
        return source
    port = via.port or 5060
    return (source[0], port) if 0 < port < 65536 else source


def _warning(host: str, error: Exception) -> tuple[tuple[str, str], ...]:
    text = "".join(char for char in str(error) if char.isprintable() and char not in '"\\')[:200]
    return (("Warning", f'399 {host} "{text}"'),)
