"""Where calls from the telephone network arrive: SIP over UDP, one socket for all calls.

A call is answered in one go - offer read, ports bound, admitted, 180 and 200 sent - so there is no half-open state a
CANCEL could fall into (RFC 3261 section 9.2: it then has no effect, and the caller hangs up by BYE).
"""

import asyncio
from collections import Counter

from aiosipua import SipRequest
from loguru import logger

from voice.errors import BusyError, ProtocolError
from voice.settings import SipSettings
from voice.transports.sip.leg import SipLeg
from voice.transports.sip.media import PortRange, RtpMedia
from voice.transports.sip.offer import OfferError, plan_media, read_offer
from voice.transports.sip.responses import caller_name, safe_call_id, wanted_pack
from voice.transports.sip.signalling import Signalling
from voice.transports.sip.transactions import Address
from voice.transports.transport import Answering, CallInfo

_RETRY_AFTER = (("Retry-After", "5"),)
_CLOSE_CALLS_S = 5.0


class SipEndpoint:
    """Listens on `settings.host:port` (port 0: any free) and hands calls to `answering`.

    The user part of the Request-URI names the pack (`sip:banking@host`), `default_pack` when there is none. Raises
    SettingsError for networks that are none and a port range without a pair.
    """

    def __init__(self, settings: SipSettings, answering: Answering, default_pack: str) -> None:
        self._answering = answering
        self._default_pack = default_pack
        self._ports = PortRange(settings.host, settings.rtp_ports)
        self._legs: dict[str, SipLeg] = {}
        self._closing = False
        self._notices: set[asyncio.Task[None]] = set()
        self._signalling = Signalling(settings, on_request=self._request, on_unacknowledged=self._unacknowledged)
        self._handlers = {
            "INVITE": self._invite,
            "BYE": self._bye,
            "CANCEL": self._cancel,
            "OPTIONS": self._options,
            "INFO": self._info,
            "UPDATE": self._update,
        }

    @property
    def port(self) -> int:
        """The UDP port listened on; only after `start`."""
        return self._signalling.port

    @property
    def calls(self) -> int:
        """Calls not yet closed."""
        return len(self._legs)

    @property
    def dropped(self) -> Counter[str]:
        """Datagrams dropped, by reason."""
        return self._signalling.dropped

    @property
    def handler_errors(self) -> int:
        """Datagrams whose handling failed by a fault of ours; each is logged."""
        return self._signalling.handler_errors

    async def start(self) -> None:
        """Raises EngineError when the port is taken or the address is not ours."""
        await self._signalling.start()

    async def close(self) -> None:
        """Hangs up every call, waits for their pipelines and for the answers to our BYEs, and frees the ports."""
        self._closing = True
        tasks = [leg.task for leg in self._legs.values() if leg.task is not None]
        for leg in list(self._legs.values()):
            leg.hang_up()
            self._notify(leg)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_CLOSE_CALLS_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(*self._notices, return_exceptions=True)
        await self._signalling.close()

    def _request(self, request: SipRequest, source: Address) -> None:
        self._handlers[request.method](request, source)

    # -- new calls ------------------------------------------------------------------------------------------------

    def _invite(self, request: SipRequest, source: Address) -> None:
        to = request.to_addr
        if to is not None and to.tag:
            leg = self._dialog(request, source)
            if leg is not None:
                self._renegotiate(leg, request, source)
        elif (request.call_id or "") in self._legs:
            self._signalling.reply(request, source, 482)
        elif self._closing:
            self._signalling.reply(request, source, 503, headers=_RETRY_AFTER)
        else:
            self._new_call(request, source)

    def _new_call(self, request: SipRequest, source: Address) -> None:
        reply = self._signalling.reply
        try:
            offer = read_offer(request.body)
            plan = plan_media(offer)
            sockets = self._ports.bind()
        except OfferError as error:
            self._refuse_offer(request, source, error)
            return
        except OSError as error:
            logger.error("call refused: {}", error)
            reply(request, source, 503, headers=_RETRY_AFTER)
            return
        info = CallInfo(
            call_id=safe_call_id(request.call_id or ""),
            pack=wanted_pack(request, self._default_pack),
            channel="phone",
            caller=caller_name(request),
            rate_hz=plan.codec.rate_hz,
            # A telephone shows nothing, so this adds nothing on the wire: the gateway's record becomes complete.
            send_events=True,
        )
        media = RtpMedia(plan, sockets, admits=self._signalling.guard.admits)
        leg = SipLeg(
            request, info=info, media=media, source=source, host=self._signalling.host(source), bye=self._send_bye
        )
        media.on_lost = lambda: self._lost(leg, "no audio from the peer")
        if not self._admitted(request, source, info):
            media.abandon()
            return
        tag, contact = leg.dialog.local_tag, self._signalling.contact(info.pack, source)
        reply(request, source, 180, tag=tag, contact=contact)
        reply(request, source, 200, tag=tag, contact=contact, body=leg.answer(offer, plan))
        self._legs[leg.sip_call_id] = leg
        leg.task = asyncio.get_running_loop().create_task(self._run(leg), name=f"sip call {info.call_id}")

    def _admitted(self, request: SipRequest, source: Address, info: CallInfo) -> bool:
        try:
            self._answering.admit(info)
        except BusyError:
            # 503 rather than 486: a proxy in front then tries the next gateway.
            self._signalling.reply(request, source, 503, headers=_RETRY_AFTER)
        except ProtocolError:
            self._signalling.reply(request, source, 404)
        else:
            return True
        return False

    async def _run(self, leg: SipLeg) -> None:
        try:
            await self._open_media(leg)
            # Always, for the place that `admit` took is given back by `answer` alone.
            await self._answering.answer(leg.transport, leg.info)
        except Exception:
            logger.exception("call {} failed", leg.info.call_id)
        finally:
            leg.hang_up()
            self._legs.pop(leg.sip_call_id, None)
            await leg.media.close()

    async def _open_media(self, leg: SipLeg) -> None:
        try:
            await leg.media.open()
        except OSError as error:
            logger.error("call {}: no audio: {}", leg.info.call_id, error)
            leg.hang_up()
            await leg.media.close()
            await leg.transport.peer_gone()

    # -- live calls -----------------------------------------------------------------------------------------------

    def _dialog(self, request: SipRequest, source: Address) -> SipLeg | None:
        """The call an in-dialog request belongs to; answers 481 or 500 itself when there is none."""
        leg = self._legs.get(request.call_id or "")
        if leg is None or leg.ended or not leg.owns(request):
            self._signalling.reply(request, source, 481)
            return None
        if not leg.in_sequence(request):
            self._signalling.reply(request, source, 500, phrase="CSeq Out Of Order")
            return None
        return leg

    def _renegotiate(self, leg: SipLeg, request: SipRequest, source: Address) -> None:
        try:
            answer = leg.renegotiate(request.body)
        except OfferError as error:
            self._refuse_offer(request, source, error)
            return
        self._signalling.reply(
            request, source, 200, contact=self._signalling.contact(leg.info.pack, source), body=answer
        )

    def _update(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is None:
            return
        if request.body:
            self._renegotiate(leg, request, source)
        else:
            self._signalling.reply(request, source, 200, contact=self._signalling.contact(leg.info.pack, source))

    def _bye(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is not None:
            self._signalling.reply(request, source, 200)
            self._signalling.abandon(leg.sip_call_id)
            self._notify(leg)

    def _cancel(self, request: SipRequest, source: Address) -> None:
        self._signalling.reply(request, source, 200 if self._signalling.invited(request) else 481)

    def _options(self, request: SipRequest, source: Address) -> None:
        status = 503 if self._closing else 200
        self._signalling.reply(request, source, status, headers=(("Accept", "application/sdp"),))

    def _info(self, request: SipRequest, source: Address) -> None:
        leg = self._dialog(request, source)
        if leg is None:
            return
        pressed = leg.info_key(request)
        if pressed is not None:
            leg.media.hear_key(pressed.key)
        self._signalling.reply(request, source, 200)

    def _refuse_offer(self, request: SipRequest, source: Address, error: OfferError) -> None:
        text = "".join(char for char in str(error) if char.isprintable() and char not in '"\\')[:200]
        warning = (("Warning", f'399 {self._signalling.host(source)} "{text}"'),)
        self._signalling.reply(request, source, error.status, headers=warning)

    # -- ends of calls --------------------------------------------------------------------------------------------

    def _send_bye(self, leg: SipLeg) -> None:
        # To where the INVITE came from: the peer itself, or the proxy that put itself into the route.
        self._signalling.bye(leg.dialog, leg.source)

    def _unacknowledged(self, call_id: str) -> None:
        leg = self._legs.get(call_id)
        if leg is not None:
            self._lost(leg, "our answer was never acknowledged")

    def _lost(self, leg: SipLeg, why: str) -> None:
        logger.warning("call {}: {}, hanging up", leg.info.call_id, why)
        leg.hang_up()
        self._notify(leg)

    def _notify(self, leg: SipLeg) -> None:
        leg.ended = True
        task = asyncio.get_running_loop().create_task(leg.transport.peer_gone())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)
