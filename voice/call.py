"""One call: opens its stream and its pipeline, runs it to its end, closes everything it opened."""

import asyncio
import contextlib
from dataclasses import dataclass

from loguru import logger
from pipecat.frames.frames import ErrorFrame
from pipecat.pipeline.worker import PipelineWorker
from pipecat.transports.base_transport import BaseTransport
from pipecat.workers.runner import WorkerRunner

from dialog.agent import Agent
from dialog.store import Store
from nlu.interpreter import Interpreter
from voice.conversation import Conversation
from voice.dialogue import Dialogue
from voice.ear.ear import Ear
from voice.ear.vad import SileroModel
from voice.pipeline import pipeline_worker
from voice.protocol import Message
from voice.recognizers.recognizer import Recognizer, RecognizerStream
from voice.records import CallRecord, CallRecords
from voice.settings import GatewaySettings
from voice.speech import Speech
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer
from voice.transports.transport import CallInfo


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """What answers one pack's calls: its agent and the models trained or built for it."""

    agent: Agent
    interpreter: Interpreter
    recognizer: Recognizer


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all calls share; opened once by `voice/build.py`."""

    settings: GatewaySettings
    answerers: dict[str, Answerer]
    synthesizer: Synthesizer
    style: SpeechStyle
    voice_activity: SileroModel
    store: Store
    records: CallRecords


class Call:
    """One admitted call on `transport`."""

    def __init__(self, shared: Shared, transport: BaseTransport, info: CallInfo) -> None:
        self.info = info
        self._shared = shared
        self._transport = transport
        self._worker: PipelineWorker | None = None
        self._conversation: Conversation | None = None

    async def run(self) -> None:
        """Returns when the call is over and everything is closed. Raises EngineError, OverloadedError, MediaError."""
        shared, info = self._shared, self.info
        answerer = shared.answerers[info.pack]
        stream = await answerer.recognizer.open(
            info.call_id, rate_hz=info.rate_hz, language=answerer.agent.pack.language
        )
        record = shared.records.open(info)
        conversation = Conversation(
            info,
            agent=answerer.agent,
            interpreter=answerer.interpreter,
            store=shared.store,
            now_s=asyncio.get_running_loop().time,
        )
        self._conversation = conversation
        logger.info("call {} answered: {} by {}", info.call_id, info.channel, info.pack)
        try:
            await self._run_pipeline(stream, conversation, record)
        finally:
            await stream.close()
            await conversation.close()
            shared.records.close(record)
            logger.info("call {} ended: {}", info.call_id, conversation.end_reason)

    async def hang_up(self, reason: str) -> None:
        """Ends the call from outside at once (drain, time limit)."""
        if self._conversation is not None:
            self._conversation.end_reason = reason
        if self._worker is not None:
            await self._worker.cancel(reason=reason)

    async def _run_pipeline(self, stream: RecognizerStream, conversation: Conversation, record: CallRecord) -> None:
        shared, info = self._shared, self.info

        def keep(message: Message) -> None:
            record.add(message, at_ms=conversation.at_ms)

        settings = shared.settings
        worker = pipeline_worker(
            self._transport,
            ear=Ear(stream=stream, model=shared.voice_activity, rate_hz=info.rate_hz, settings=settings.ear),
            dialogue=Dialogue(conversation, no_input_s=settings.ear.no_input_s, send=keep),
            speech=Speech(synthesizer=shared.synthesizer, style=shared.style, rate_hz=info.rate_hz),
            rate_hz=info.rate_hz,
            call_id=info.call_id,
        )
        self._worker = worker

        async def gone(*_: object) -> None:
            await worker.cancel(reason="hangup")

        async def broken(_: object, frame: ErrorFrame) -> None:
            logger.error("pipeline of call {} failed: {}", info.call_id, frame.error)
            await self.hang_up("error")

        self._transport.add_event_handler("on_client_disconnected", gone)
        worker.add_event_handler("on_pipeline_error", broken)
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        limit = asyncio.get_running_loop().call_later(
            settings.limits.call_s, lambda: asyncio.ensure_future(self.hang_up("time_limit"))
        )
        try:
            await runner.run()
        finally:
            limit.cancel()
            with contextlib.suppress(Exception):
                await self._transport.cleanup()
