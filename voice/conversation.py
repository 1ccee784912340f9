"""What a call's dialogue stands on: a tracker, the pack's agent, the shared interpreter, and the store."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from loguru import logger

from dialog.agent import Agent
from dialog.errors import StoreError
from dialog.events import Event, UserSpoke
from dialog.expectation import Expectation
from dialog.store import Store
from dialog.turn import Turn, TurnInput
from nlu.interpreter import Interpreter
from nlu.redaction.redaction import mask
from nlu.understanding import Understanding, Utterance
from nlu.values.values import find_values
from voice import protocol
from voice.transports.transport import CallInfo

_MASKED = "******"


class Conversation:
    """One call, without its audio. `now_s` is the clock of the call (the event loop's)."""

    def __init__(
        self,
        info: CallInfo,
        *,
        agent: Agent,
        interpreter: Interpreter,
        store: Store,
        now_s: Callable[[], float],
    ) -> None:
        self.info = info
        self.end_reason = "hangup"
        self._agent = agent
        self._interpreter = interpreter
        self._store = store
        self._now_s = now_s
        self._started_s = now_s()
        self._tracker = agent.begin_tracker(info.call_id)
        self._unsaved: list[Event] = []
        self._saving: asyncio.Task[None] | None = None

    @property
    def at_ms(self) -> int:
        """Milliseconds since the call was answered."""
        return int(1000 * (self._now_s() - self._started_s))

    def ready(self) -> protocol.Message:
        """The call's first message."""
        info = self.info
        title = self._agent.pack.title
        return protocol.ready(call_id=info.call_id, pack=info.pack, title=title, rate_hz=info.rate_hz)

    async def understand(self, utterance: Utterance) -> Understanding:
        """The meaning. Raises OverloadedError."""
        return await self._interpreter.interpret(utterance)

    async def turn(self, given: TurnInput) -> Turn:
        """Decides, acts and remembers."""
        self._tracker, turn = await self._agent.turn(self._tracker, given, at_ms=self.at_ms)
        self._remember(turn.events)
        return turn

    def interrupted(self, heard: str) -> tuple[Event, ...]:
        """Tells the tracker what the caller heard before cutting in."""
        self._tracker, events = self._agent.interrupted(self._tracker, heard, at_ms=self.at_ms)
        self._remember(events)
        return events

    async def close(self) -> None:
        """Ends the tracker and waits until everything is stored."""
        self._tracker, events = self._agent.ended(self._tracker, self.end_reason, at_ms=self.at_ms)
        self._remember(events)
        if self._saving is not None:
            await self._saving

    def shown(self, text: str, expected: Expectation) -> str:
        """`text` as it may be shown, logged and stored: a sensitive answer's digits are masked entirely."""
        language = self._agent.pack.language
        if not expected.sensitive:
            return mask(text, language=language)
        now = datetime.now(UTC)
        for value in reversed(find_values(text, kinds=frozenset({"digits"}), now=now, language=language)):
            text = text[: value.start] + _MASKED + text[value.end :]
        return mask(text, language=language)

    def understood(self, turn: Turn) -> Understanding | None:
        """The masked understanding a turn stands on; None when nothing was said in it."""
        return next((event.understanding for event in turn.events if isinstance(event, UserSpoke)), None)

    def event_messages(self, events: Iterable[Event]) -> list[protocol.Message]:
        """The events as messages, when the client asked for them."""
        return [protocol.event(event) for event in events] if self.info.send_events else []

    def _remember(self, events: Iterable[Event]) -> None:
        self._unsaved.extend(events)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        while self._unsaved:
            batch, self._unsaved = self._unsaved, []
            try:
                await self._store.append(self.info.call_id, batch)
            except StoreError as error:
                # A store that is away must not end a call; what was lost is named.
                logger.error("{} events of call {} not stored: {}", len(batch), self.info.call_id, error)
