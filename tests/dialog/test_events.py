"""Every event class, found by introspection, survives its wire form."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog import events
from dialog.events import Event, decode, encode, encode_lines
from dialog.tracker import _RULES
from nlu.understanding import Entity, Hypothesis, IntentScore, Sentiment, Understanding, Utterance

CLASSES = [
    value
    for value in vars(events).values()
    if inspect.isclass(value) and issubclass(value, Event) and value is not Event
]
UNDERSTANDING = Understanding(
    utterance=Utterance(text="hi", nbest=(Hypothesis("high", 0.2),)),
    intents=(IntentScore("greet", 0.9),),
    entities=(Entity(name="amount", text="fifty", start=0, end=5, value={"amount": "50.00", "currency": "GBP"}),),
    sentiment=Sentiment("positive", 0.5),
)
VALUES = {
    str: st.text(),
    int: st.integers(0, 2**40),
    bool: st.booleans(),
    object: st.none() | st.integers() | st.text(),
}


def build(kind: type[Event], data: st.DataObject) -> Event:
    values = {}
    for name, field in inspect.get_annotations(kind, eval_str=True).items():
        if field is Understanding:
            values[name] = UNDERSTANDING
        elif field == tuple[str, ...]:
            values[name] = tuple(data.draw(st.lists(st.text(), max_size=3)))
        else:
            values[name] = data.draw(VALUES[field])
    return kind(at_ms=data.draw(st.integers(0, 2**40)), **values)


@pytest.mark.parametrize("kind", CLASSES)
@given(data=st.data())
def test_every_event_round_trips(kind: type[Event], data: st.DataObject) -> None:
    event = build(kind, data)
    assert decode(encode(event)) == event


def test_every_event_has_a_rule_in_the_tracker() -> None:
    assert set(_RULES) == set(CLASSES)


def test_lines() -> None:
    assert encode_lines([events.SlotSet(name="a", value=1)]).count(b"\n") == 1
