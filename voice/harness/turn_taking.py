"""When a scripted caller speaks next. Pure: told what happens on the line and what time it is, it answers with moves.

The same machine drives the WebSocket caller, the in-process line and the SIP caller.

| phase      | what ends it                                                             | next       |
|------------|--------------------------------------------------------------------------|------------|
| connecting | `ready`                                                                  | listening  |
| listening  | the agent answered, all its audio is played out, and a human gap passed  | speaking   |
| listening  | the same, but no turn is left                                            | closing    |
| listening  | nothing from the agent for `reply_timeout_ms`                            | over       |
| speaking   | `caller_finished`                                                        | listening  |
| closing    | `linger_ms` without the gateway ending the call: the caller hangs up     | over       |
| any        | `ended`                                                                  | over       |

A turn with `interrupt_ms` is spoken that long after the agent began, without waiting. A silent turn lasts
`silence_ms` and on to the end of whatever the agent says meanwhile.
"""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct


class CallerTurn(Struct, frozen=True, kw_only=True):
    """One thing the caller does: exactly one of `pcm` (PCM16 mono at the call's rate), `text` (typed), `digits`
    (keypad) or `silence_ms` is given."""

    pcm: bytes = b""
    text: str = ""
    digits: str = ""
    silence_ms: int = 0
    interrupt_ms: int | None = None


class TakeTurn(Struct, frozen=True):
    """The caller acts out turn `index` now; the shell calls `caller_finished` when its last sample is sent."""

    index: int


class HangUp(Struct, frozen=True):
    """The caller hangs up. `reason` is "" when the script is done, otherwise what went wrong."""

    reason: str = ""


Move = TakeTurn | HangUp


class Phase(Enum):
    """Where the caller is in the call."""

    CONNECTING = "connecting"
    LISTENING = "listening"
    SPEAKING = "speaking"
    CLOSING = "closing"
    OVER = "over"


class TurnTaking:
    """One call's turn taking. All times are milliseconds of any one monotonic clock."""

    def __init__(
        self,
        turns: Sequence[CallerTurn],
        *,
        gap_ms: float = 250.0,
        linger_ms: float = 2_500.0,
        reply_timeout_ms: float = 25_000.0,
    ) -> None:
        self._turns = tuple(turns)
        self._gap_ms = gap_ms
        self._linger_ms = linger_ms
        self._reply_timeout_ms = reply_timeout_ms
        self.phase = Phase.CONNECTING
        self._next = 0
        self._agent_speaking = False
        self._agent_began_ms = 0.0
        self._stale = False  # what the agent says began before the caller's turn, so it does not answer it
        self._answered = False
        self._quiet_from_ms = 0.0
        self._played_until_ms = 0.0
        self._phase_from_ms: float | None = None

    def ready(self, now_ms: float) -> None:
        """The call is up; the agent is expected to greet."""
        if self.phase is Phase.CONNECTING:
            self._enter(Phase.LISTENING, now_ms)

    def agent_started(self, now_ms: float) -> None:
        """The agent began to speak."""
        if not self._agent_speaking:
            self._agent_speaking = True
            self._agent_began_ms = now_ms

    def agent_audio(self, duration_ms: float, now_ms: float) -> None:
        """Agent audio of that length arrived and is played after what is still unplayed."""
        self._played_until_ms = max(self._played_until_ms, now_ms) + duration_ms

    def agent_stopped(self, now_ms: float) -> None:
        """The agent finished speaking (its last audio may still be playing)."""
        if self._agent_speaking:
            self._agent_speaking = False
            self._quiet_from_ms = now_ms
            self._answered = self._answered or (self.phase is Phase.LISTENING and not self._stale)
            self._stale = False

    def cleared(self, now_ms: float) -> None:
        """Unplayed agent audio was dropped because the caller interrupted; an answer is still owed."""
        self._played_until_ms = min(self._played_until_ms, now_ms)
        self._agent_speaking = self._stale = False
        self._quiet_from_ms = now_ms
        self._answered = False

    def caller_finished(self, now_ms: float) -> None:
        """The shell has acted out the turn it was given."""
        if self.phase is Phase.SPEAKING:
            self._enter(Phase.LISTENING, now_ms)
            self._answered = self._turns[self._next - 1].silence_ms > 0

    def ended(self) -> None:
        """The gateway ended the call, or the connection is gone."""
        self.phase = Phase.OVER

    def agent_quiet(self, now_ms: float) -> bool:
        """Whether the agent neither speaks nor is still being played."""
        return not self._agent_speaking and now_ms >= self._played_until_ms

    def move(self, now_ms: float) -> Move | None:
        """What the caller does now, if anything; ask at every tick (20 ms is good)."""
        if self.phase is Phase.CONNECTING:
            return self._give_up("the call was not answered", now_ms)
        if self.phase is Phase.LISTENING:
            return self._listen(now_ms)
        if self.phase is Phase.CLOSING and self.agent_quiet(now_ms) and self._quiet_ms(now_ms) >= self._linger_ms:
            return self._hang_up("")
        return None

    def _listen(self, now_ms: float) -> Move | None:
        turn = self._turns[self._next] if self._next < len(self._turns) else None
        if turn is not None and turn.interrupt_ms is not None and self._agent_speaking:
            return self._take_turn(now_ms) if now_ms - self._agent_began_ms >= turn.interrupt_ms else None
        if not self.agent_quiet(now_ms):
            return None
        if self._answered:
            if self._quiet_ms(now_ms) < self._gap_ms:
                return None
            if turn is not None:
                return self._take_turn(now_ms)
            self._enter(Phase.CLOSING, now_ms)
            return None
        after = f"after turn {self._next}" if self._next else "at the start of the call"
        return self._give_up(f"the agent said nothing {after}", now_ms)

    def _take_turn(self, now_ms: float) -> TakeTurn:
        self._next += 1
        self._answered = False
        self._stale = self._agent_speaking
        self._enter(Phase.SPEAKING, now_ms)
        return TakeTurn(self._next - 1)

    def _give_up(self, reason: str, now_ms: float) -> HangUp | None:
        if self._quiet_ms(now_ms) < self._reply_timeout_ms:
            return None
        return self._hang_up(f"{reason} for {self._reply_timeout_ms / 1000:g} s")

    def _hang_up(self, reason: str) -> HangUp:
        self.phase = Phase.OVER
        return HangUp(reason)

    def _enter(self, phase: Phase, now_ms: float) -> None:
        self.phase = phase
        self._phase_from_ms = now_ms

    def _quiet_ms(self, now_ms: float) -> float:
        return now_ms - max(self._quiet_from_ms, self._played_until_ms, self._since(now_ms))

    def _since(self, now_ms: float) -> float:
        if self._phase_from_ms is None:
            self._phase_from_ms = now_ms
        return self._phase_from_ms
