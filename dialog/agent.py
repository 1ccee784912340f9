"""The door of the dialogue: one Agent a pack serves every call of it; a call is its Tracker."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from loguru import logger

from dialog.actions.action import ActionContext
from dialog.actions.python import plain_value
from dialog.draft import Draft
from dialog.errors import ActionError, FlowError
from dialog.events import CallEnded, CallStarted, Event, Interrupted, UserKeyed, UserSilent, UserSpoke
from dialog.flows.executor import ActionCall, ActionDone, Run
from dialog.flows.patterns import begin, fail, perform, silence
from dialog.masking import mask_keys, mask_understanding
from dialog.pack import Pack
from dialog.policies.policy import Policy
from dialog.tracker import Tracker
from dialog.turn import CallBegan, Heard, Silence, Turn, TurnInput
from nlu.redaction.redaction import mask
from nlu.registry import Registry

POLICIES = Registry("kefu.policies", "policy")


class Agent:
    """Decides and acts. `now` is the caller's local time, aware; actions get it too.

    Trackers are values: `turn` returns the next one and leaves the one given as it was.
    """

    def __init__(self, pack: Pack, *, policy: Policy, data_directory: Path, now: Callable[[], datetime]) -> None:
        self.pack = pack
        self._policy = policy
        self._data_directory = data_directory
        self._backend: Any = None
        self._backend_open = False
        self._opening = asyncio.Lock()
        self._now = now

    @staticmethod
    def open(pack: Pack, *, policy: str = "flow", data_directory: Path, now: Callable[[], datetime]) -> "Agent":
        """Opens the pack's backend in `data_directory`; may block. An async one is opened by the first action.

        Raises UnknownEngineError, ActionError.
        """
        chosen: Policy = POLICIES.get(policy)(pack)
        agent = Agent(pack, policy=chosen, data_directory=data_directory, now=now)
        if not pack.actions.opens_async:
            agent._backend = pack.actions.open_backend(data_directory)
            agent._backend_open = True
        return agent

    def begin_tracker(self, call_id: str) -> Tracker:
        """The tracker of a new call; its first turn is CallBegan."""
        return Tracker(call_id=call_id, pack=self.pack.name)

    async def turn(self, tracker: Tracker, given: TurnInput, *, at_ms: int) -> tuple[Tracker, Turn]:
        """What to do about `given`, and the tracker after it. Never raises for what a caller does or a backend fails.

        Let it finish: cancelled in the middle of an action, the tracker would not know what was done.
        After the call is over every turn is empty, with the same `control` as the last.
        """
        draft = Draft(self.pack, tracker, at_ms=at_ms)
        if tracker.over:
            draft.control = "transfer" if tracker.handed_off else "hang_up"
            return tracker, draft.finish()
        try:
            await self._drive(draft, self._decided(draft, given))
        except FlowError as error:
            logger.error("call {}: {}", tracker.call_id, error)
            fail(draft)
        return draft.tracker, draft.finish()

    def interrupted(self, tracker: Tracker, heard_text: str, *, at_ms: int) -> tuple[Tracker, tuple[Event, ...]]:
        """The caller cut in; `heard_text` is what was played until then."""
        event = Interrupted(heard_text=heard_text, at_ms=at_ms)
        return tracker.apply(event), (event,)

    def ended(self, tracker: Tracker, reason: str, *, at_ms: int) -> tuple[Tracker, tuple[Event, ...]]:
        """The call is over for `reason`; no event if it already was."""
        if tracker.ended:
            return tracker, ()
        event = CallEnded(reason="handoff" if tracker.handed_off else reason, at_ms=at_ms)
        return tracker.apply(event), (event,)

    async def close(self) -> None:
        """Closes the backend and connections to action servers; what goes wrong there is logged, not raised."""
        for server in self.pack.servers:
            await server.close()
        if not self._backend_open:
            return
        try:
            await self.pack.actions.close_backend(self._backend)
        except ActionError as error:
            logger.error("pack {}: {}", self.pack.name, error)

    def _decided(self, draft: Draft, given: TurnInput) -> Run | None:
        """Records the input and returns what is to be run for it."""
        tracker, domain, at_ms = draft.tracker, self.pack.domain, draft.at_ms
        asked = tracker.question.slot
        if isinstance(given, CallBegan):
            draft.emit(
                CallStarted(
                    call_id=tracker.call_id,
                    pack=self.pack.name,
                    channel=given.channel,
                    caller=given.caller,
                    at_ms=at_ms,
                )
            )
            return begin(draft)
        if isinstance(given, Silence):
            draft.emit(UserSilent(waited_ms=given.waited_ms, at_ms=at_ms))
            silence(draft)
            return None
        now = self._now()
        if isinstance(given, Heard):
            shown = mask_understanding(given.understanding, domain, asked=asked, now=now)
            draft.emit(UserSpoke(understanding=shown, at_ms=at_ms))
        else:
            draft.emit(UserKeyed(digits=mask_keys(given.digits, domain, asked=asked), at_ms=at_ms))
        return perform(draft, self._policy.decide(draft.tracker, given, now=now))

    async def _drive(self, draft: Draft, run: Run | None) -> None:
        """Runs the pure core, doing its actions for it."""
        if run is None:
            return
        try:
            call = next(run)
            while True:
                call = run.send(await self._act(draft, call))
        except StopIteration:
            return

    async def _act(self, draft: Draft, call: ActionCall) -> ActionDone:
        tracker, domain = draft.tracker, self.pack.domain
        try:
            context = ActionContext(
                slots=tracker.values,
                call_id=tracker.call_id,
                now=self._now(),
                backend=await self._opened_backend(),
                caller=tracker.caller,
                channel=tracker.channel,
                turn=tracker.turns,
                language=domain.language,
                currency=domain.currency,
            )
            result = await self.pack.actions.run(call.action, context)
            unknown = sorted(set(result.slots) - set(domain.slots))
            if unknown:
                raise ActionError(f"{call.action}: sets unknown slots {', '.join(unknown)}")
            slots = {
                name: plain_value(value, domain.slots[name].type, domain.currency)
                for name, value in result.slots.items()
            }
            missing = [name for name in result.utters if name not in self.pack.responses]
            if missing:
                raise ActionError(f"{call.action}: says unknown responses {', '.join(missing)}")
            # Whatever an action returns becomes an event, and events are stored.
            msgspec.json.encode(slots)
        except (ActionError, TypeError) as error:
            logger.error("call {}: {}", tracker.call_id, mask(str(error)))
            return ActionDone(error=mask(str(error)))
        return ActionDone(outcome=result.outcome, slots=slots, says=result.says, utters=result.utters)

    async def _opened_backend(self) -> Any:
        """The backend; an async one is opened by whoever needs it first, and tried again after a failure."""
        async with self._opening:
            if not self._backend_open:
                try:
                    self._backend = await self.pack.actions.open_backend(self._data_directory)
                except ActionError:
                    raise
                except Exception as error:
                    raise ActionError(f"open_backend failed: {error}") from error
                self._backend_open = True
            return self._backend
