"""The Policy contract, against every policy that is installed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.agent import POLICIES
from dialog.events import CallStarted, FlowStarted, QuestionAsked, StepReached
from dialog.pack import Pack
from dialog.policies.policy import Clarify, FillSlots, Misunderstood, Simple, StartFlow
from dialog.tracker import Tracker
from dialog.turn import Heard, Keyed
from nlu.errors import UnknownEngineError
from tests.dialog.caller import NOW, SHOP, understanding

PACK = Pack.load(SHOP)
OPEN = Tracker.replay("c", [CallStarted(call_id="c", pack="shop", channel="test")])
ASKED = Tracker.replay(
    "c",
    [FlowStarted(flow="order_tea"), StepReached(flow="order_tea", step="0_collect"),
     QuestionAsked(question="slot", slot="size")],
)  # fmt: skip
every_policy = pytest.mark.parametrize("name", POLICIES.names())


def test_the_registry() -> None:
    assert "flow" in POLICIES.names()
    with pytest.raises(UnknownEngineError, match=r"unknown policy 'oracle'; known: .*flow"):
        POLICIES.get("oracle")


@every_policy
@given(st.text(max_size=40), st.sampled_from(PACK.domain.intents), st.floats(0, 1), st.booleans())
def test_a_decision_is_pure_and_names_what_exists(
    name: str, text: str, intent: str, probability: float, asked: bool
) -> None:
    policy = POLICIES.get(name)(PACK)
    tracker = ASKED if asked else OPEN
    heard = Heard(understanding(text, intent, probability))
    decision = policy.decide(tracker, heard, now=NOW)
    assert policy.decide(tracker, heard, now=NOW) == decision
    if isinstance(decision, StartFlow):
        assert decision.flow in PACK.flows
    if isinstance(decision, StartFlow | FillSlots):
        assert set(decision.slots) <= set(PACK.domain.slots)
    if isinstance(decision, Clarify):
        assert set(decision.flows) <= set(PACK.flows)


@every_policy
def test_the_plain_cases(name: str) -> None:
    policy = POLICIES.get(name)(PACK)
    assert policy.decide(OPEN, Heard(understanding("tea", "order_tea")), now=NOW) == StartFlow("order_tea")
    assert policy.decide(ASKED, Heard(understanding("large")), now=NOW) == FillSlots({"size": "large"})
    assert policy.decide(ASKED, Keyed("1"), now=NOW) == FillSlots({"size": "small"})
    assert policy.decide(ASKED, Heard(understanding("", "order_tea")), now=NOW) == Misunderstood("no-match")
    assert policy.decide(OPEN, Heard(understanding("agent")), now=NOW) == Simple("hand_over")
