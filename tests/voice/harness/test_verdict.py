from pathlib import Path

import msgspec
import pytest

from voice.harness.caller import CallRecord, Received
from voice.harness.conversation import Conversation, Outcome
from voice.harness.scenario import Goal, load_scenario
from voice.harness.verdict import goal_wishes, judge, outcome_fits, turn_windows, value_fits

FILE = """\
scenario: Transfer
goal:
  actions: [check_code, "transfer_money: ok"]
  slots: {amount: "50.00"}
  ended: goodbye
turns:
- type: send fifty pounds
  expect:
    heard: fifty
    intent: transfer_money
    slots: {amount: "50.00"}
    reply: [utter_ask, utter_confirm]
    says: right\\?$
    action: "check_code: ok"
- type: "yes"
"""
MONEY = {"amount": "50.00", "currency": "GBP"}


def message(kind: str, **fields):
    return {"type": kind, **fields}


def event(kind: str, **fields):
    return message("event", event={"event": kind, **fields})


GOOD = [
    (10, message("said", turn=0, text="hello", names=["utter_greet"])),
    (1010, message("heard", final=True, turn=1, text="send Fifty pounds", source="text", confidence=1.0)),
    (1020, message("understood", turn=1, intent="transfer_money", probability=0.9)),
    (1030, event("SlotSet", name="amount", value=MONEY)),
    (1040, event("ActionRan", action="check_code", ok=True, result="ok")),
    (1050, message("said", turn=1, text="Is that right?", names=["utter_ask", "utter_x", "utter_confirm"])),
    (2010, message("heard", final=True, turn=2, text="yes", source="text", confidence=1.0)),
    (2020, event("ActionRan", action="transfer_money", ok=True, result="ok")),
    (2030, event("SlotSet", name="amount", value=None)),
    (2040, message("ended", reason="goodbye")),
]


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "bank" / "scenarios" / "t.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(FILE)
    return msgspec.structs.replace(load_scenario(path), path=Path("t.yaml"))


def record(messages=GOOD, *, failure="", turn_starts_ms=(1000.0, 2000.0)) -> CallRecord:
    empty = CallRecord.unanswered(rate_hz=16000, failure=failure)
    received = tuple(Received(at_ms, body) for at_ms, body in messages)
    return msgspec.structs.replace(empty, received=received, turn_starts_ms=turn_starts_ms)


def without(*places: int):
    return [item for place, item in enumerate(GOOD) if place not in places]


def test_a_call_as_wished(scenario):
    verdict = judge(scenario, record())
    assert verdict.failures == ()
    assert verdict.goal_reached
    assert [wish for wish, _ in verdict.goal] == [
        "action 'check_code'",
        "action 'transfer_money: ok'",
        "slot amount = '50.00'",
        "the call to end by 'goodbye'",
    ]


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        (1, "t.yaml:9 turns[0].expect.heard: expected /fifty/; came ''"),
        (2, "t.yaml:10 turns[0].expect.intent: expected 'transfer_money'; came none (heard 'send Fifty pounds')"),
        (3, "t.yaml:11 turns[0].expect.slots.amount: expected '50.00'; came none (heard 'send Fifty pounds')"),
        (
            5,
            "t.yaml:12 turns[0].expect.reply: expected utter_ask, utter_confirm; came none (heard 'send Fifty pounds')",
        ),
        (5, r"t.yaml:13 turns[0].expect.says: expected /right\?$/; came '' (heard 'send Fifty pounds')"),
        (4, "t.yaml:14 turns[0].expect.action: expected 'check_code: ok'; came none (heard 'send Fifty pounds')"),
        (4, "t.yaml:3 goal.actions.0: expected action 'check_code'; came transfer_money: ok"),
        (7, "t.yaml:3 goal.actions.1: expected action 'transfer_money: ok'; came check_code: ok"),
        (9, "t.yaml:5 goal.ended: expected the call to end by 'goodbye'; came no end"),
    ],
)
def test_every_difference_names_file_line_expected_and_come(scenario, missing, line):
    verdict = judge(scenario, record(without(missing)))
    assert line in [str(failure) for failure in verdict.failures]


def test_turns_never_reached_and_a_failed_call_are_differences(scenario):
    verdict = judge(scenario, record(GOOD[:6], failure="the agent said nothing", turn_starts_ms=(1000.0,)))
    told = [str(failure) for failure in verdict.failures]
    assert told[0] == "t.yaml:1: expected a call that runs to its end; came the agent said nothing"
    assert "t.yaml:15 turns[1]: expected the caller's turn 'yes'; came the end of the call before it" in told
    assert not verdict.goal_reached


def test_an_answer_belongs_to_the_turn_in_which_it_came(scenario):
    late = [(2005, body) if body.get("names") == GOOD[5][1]["names"] else (at, body) for at, body in GOOD]
    verdict = judge(scenario, record(sorted(late, key=lambda item: item[0])))
    assert [f.place.split(".")[-1] for f in verdict.failures] == ["reply", "says"]


def test_windows_leave_out_what_came_before_the_first_turn():
    received = [Received(at, {"type": str(at)}) for at in (1, 5, 9, 12)]
    assert [[r.at_ms for r in window] for window in turn_windows(received, [5, 10])] == [[5, 9], [12]]


def test_actions_are_wanted_in_order_and_a_missing_one_holds_nothing_up():
    call = Conversation(actions=(Outcome("a"), Outcome("b", ok=True, result="ok"), Outcome("c")))
    met = [wish.met for wish in goal_wishes(Goal(actions=("b: ok", "a", "c")), call)]
    assert met == [True, False, True]


def test_a_goals_slot_is_the_last_value():
    call = Conversation(slots_ever={"amount": ({"amount": "15.00"}, MONEY)})
    assert goal_wishes(Goal(slots={"amount": "50.00"}), call)[0].met
    assert not goal_wishes(Goal(slots={"amount": "15.00"}), call)[0].met
    assert not goal_wishes(Goal(slots={"other": "x"}), call)[0].met


@pytest.mark.parametrize(
    ("wanted", "outcome", "fits"),
    [
        ("a", Outcome("a", ok=True, result="wrong"), True),
        ("a", Outcome("a", ok=False), False),
        ("a: failed", Outcome("a", ok=False), True),
        ("a: ok", Outcome("a", ok=True, result="ok"), True),
        ("a: ok", Outcome("a", ok=True, result="wrong"), False),
        ("a: ok", Outcome("b", ok=True, result="ok"), False),
    ],
)
def test_outcomes(wanted, outcome, fits):
    assert outcome_fits(wanted, outcome) is fits


@pytest.mark.parametrize(
    ("wanted", "value", "fits"),
    [
        ("50.00", MONEY, True),
        ("51.00", MONEY, False),
        ({"amount": "50.00"}, MONEY, True),
        ({"amount": "50.00", "currency": "EUR"}, MONEY, False),
        ({"amount": "50.00"}, "50.00", False),
        ("Anna", "anna", True),
        (3, "3", True),
        (True, True, True),
        (True, "True", False),
        ("x", None, False),
    ],
)
def test_values(wanted, value, fits):
    assert value_fits(wanted, value) is fits
