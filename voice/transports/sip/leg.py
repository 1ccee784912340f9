"""One SIP call we answered: its dialog, its media and its place in the pipeline (RFC 3261 section 12)."""

import asyncio
import time
from collections.abc import Callable

from aiosipua import SipRequest
from aiosipua.dialog import Dialog, create_dialog_from_request, dialog_matches, remote_cseq_valid
from aiosipua.sdp import SdpMessage

from voice.transports.sip.media import RtpMedia
from voice.transports.sip.offer import MediaPlan, plan_media, read_offer, write_answer
from voice.transports.sip.rtp import KeyPress
from voice.transports.sip.transactions import Address
from voice.transports.sip.transport import SipTransport
from voice.transports.transport import CallInfo

_INFO_KEYS = {"10": "*", "11": "#"}


class SipLeg:
    """State of one call from its INVITE to its end. `bye` sends a BYE of this dialog."""

    def __init__(
        self,
        request: SipRequest,
        *,
        info: CallInfo,
        media: RtpMedia,
        source: Address,
        host: str,
        bye: Callable[["SipLeg"], None],
    ) -> None:
        self.info = info
        self.media = media
        self.source = source
        self.dialog: Dialog = create_dialog_from_request(request)
        self.transport = SipTransport(media, hang_up=self.hang_up)
        self.task: asyncio.Task[None] | None = None
        self.ended = False
        self._host = host
        self._bye = bye
        self._session_id = int(time.time())
        self._version = self._session_id

    @property
    def sip_call_id(self) -> str:
        """The Call-ID header, which may differ from `info.call_id`."""
        return self.dialog.call_id

    def owns(self, request: SipRequest) -> bool:
        """Whether an in-dialog request carries this dialog's tags."""
        return dialog_matches(self.dialog, request)

    def in_sequence(self, request: SipRequest) -> bool:
        """Whether CSeq has risen (RFC 3261 section 12.2.2); remembers it."""
        return remote_cseq_valid(self.dialog, request)

    def answer(self, offer: SdpMessage, plan: MediaPlan) -> SdpMessage:
        """Our SDP for this offer; each one given has a higher version (RFC 3264 section 8)."""
        sdp = write_answer(
            offer, plan, host=self._host, port=self.media.port, session_id=self._session_id, version=self._version
        )
        self._version += 1
        return sdp

    def renegotiate(self, body: bytes) -> SdpMessage:
        """A re-INVITE's or UPDATE's offer: hold, resume, moved media. Raises OfferError; then nothing changes."""
        offer = read_offer(body)
        plan = plan_media(offer, only=self.media.plan.codec)
        self.media.update(plan)
        return self.answer(offer, plan)

    def info_key(self, request: SipRequest) -> KeyPress | None:
        """The key in a SIP INFO (application/dtmf-relay or application/dtmf), or None."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        text = request.text.strip()
        if kind == "application/dtmf-relay":
            fields = dict(line.partition("=")[::2] for line in text.replace(" ", "").splitlines())
            text = fields.get("Signal", "")
        elif kind != "application/dtmf":
            return None
        text = _INFO_KEYS.get(text, text)
        return KeyPress(text) if len(text) == 1 and text in "0123456789*#" else None

    def hang_up(self) -> None:
        """Our side ends the call; once."""
        if not self.ended:
            self.ended = True
            self._bye(self)
