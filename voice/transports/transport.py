"""The seam between a call and how it arrived: a Pipecat transport, plus what is known of the caller.

A transport is a `pipecat.transports.base_transport.BaseTransport` whose `input()` pushes `InputAudioRawFrame`
(PCM16 mono at `CallInfo.rate_hz`), `InputDTMFFrame` and `InputTransportMessageFrame`, and whose `output()` plays
`TTSAudioRawFrame` at the same rate, paced in real time, dropping what is unplayed on `InterruptionFrame`, and sends
`OutputTransportMessageUrgentFrame` where the wire has a place for messages. It registers the event handlers
`on_client_connected` and `on_client_disconnected`; the gateway cancels the call's pipeline on the latter. When the
pipeline ends first (`EndFrame`), the transport hangs up.
"""

from typing import Literal, Protocol

from msgspec import Struct
from pipecat.transports.base_transport import BaseTransport

Channel = Literal["phone", "web", "test"]


class CallInfo(Struct, frozen=True, kw_only=True):
    """One call as admitted. `rate_hz` (8000 or 16000) is the rate of both directions inside the pipeline."""

    call_id: str
    pack: str
    channel: Channel
    caller: str = ""
    rate_hz: int = 16000
    send_events: bool = False


class Answering(Protocol):
    """The gateway as a transport's listener sees it."""

    def admit(self, info: CallInfo) -> None:
        """Raises BusyError (full, draining) or ProtocolError (unknown pack) before anything is opened."""

    async def answer(self, transport: BaseTransport, info: CallInfo) -> None:
        """Runs the admitted call; returns when it is over and everything it opened is closed. Never raises."""
