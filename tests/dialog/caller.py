"""A caller who talks to an agent directly, with understandings of his own making."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dialog.agent import Agent
from dialog.events import ActionRan, Event
from dialog.pack import Pack
from dialog.tracker import Tracker
from dialog.turn import CallBegan, Heard, Keyed, Silence, Turn, TurnInput
from nlu.understanding import Entity, IntentScore, Understanding, Utterance

SHOP = Path(__file__).parent / "shop"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def understanding(
    text: str,
    intent: str = "inform",
    probability: float = 0.95,
    *,
    entities: Mapping[str, str] | None = None,
    second: tuple[str, float] | None = None,
    out_of_scope: float = 0.0,
    confidence: float = 1.0,
) -> Understanding:
    """`entities` maps `name` or `name/role` to the words in `text` that carry it."""
    found = []
    for label, words in (entities or {}).items():
        name, _, role = label.partition("/")
        start = text.index(words)
        found.append(Entity(name=name, text=words, start=start, end=start + len(words), role=role or None))
    others = (IntentScore(*second),) if second else ()
    return Understanding(
        utterance=Utterance(text=text, confidence=confidence),
        intents=(IntentScore(intent, probability), *others),
        entities=tuple(found),
        out_of_scope=out_of_scope,
    )


class Caller:
    """One call; every event is kept, and replaying them must give the tracker at any time."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.tracker = agent.begin_tracker("call-1")
        self.events: list[Event] = []

    async def give(self, given: TurnInput) -> Turn:
        self.tracker, turn = await self.agent.turn(self.tracker, given, at_ms=1000 * self.tracker.turns)
        self.events += turn.events
        assert Tracker.replay("call-1", self.events) == self.tracker
        return turn

    async def begin(self) -> Turn:
        return await self.give(CallBegan(channel="test", caller="+441632960001"))

    async def say(self, text: str, intent: str = "inform", probability: float = 0.95, **more: object) -> Turn:
        return await self.give(Heard(understanding(text, intent, probability, **more)))

    async def key(self, digits: str) -> Turn:
        return await self.give(Keyed(digits))

    async def wait(self) -> Turn:
        return await self.give(Silence(8000))

    @property
    def actions(self) -> list[str]:
        return [event.action for event in self.events if isinstance(event, ActionRan)]


async def shop_caller(tmp_path: Path) -> Caller:
    """A caller of the test shop, already greeted."""
    agent = Agent.open(Pack.load(SHOP), data_directory=tmp_path, now=lambda: NOW)
    caller = Caller(agent)
    await caller.begin()
    return caller
