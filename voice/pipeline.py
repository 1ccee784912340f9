"""The one list of a call's processors."""

from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.transports.base_transport import BaseTransport

from voice.dialogue import Dialogue
from voice.ear.ear import Ear
from voice.speech import Speech


def pipeline_worker(
    transport: BaseTransport, *, ear: Ear, dialogue: Dialogue, speech: Speech, rate_hz: int, call_id: str
) -> PipelineWorker:
    """audio in -> ear -> dialogue -> speech -> audio out, both directions at `rate_hz`."""
    pipeline = Pipeline([transport.input(), ear, dialogue, speech, transport.output()])
    return PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=rate_hz, audio_out_sample_rate=rate_hz),
        conversation_id=call_id,
        # The gateway has limits of its own, and the protocol is ours.
        idle_timeout_secs=None,
        enable_rtvi=False,
        enable_turn_tracking=False,
    )
