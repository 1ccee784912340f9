"""What is said: variations with conditions, rendered for the ear and for the screen."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dialog.conditions import Condition, ConditionError
from dialog.speaking import FORMS, spoken, written
from dialog.turn import Response
from nlu.errors import SettingsError
from nlu.settings import Settings, convert, line_of, read_yaml

PLACEHOLDER = re.compile(r"\{(?P<name>\w+)(?::(?P<form>\w+))?\}")
CHANNELS = frozenset({"phone", "web", "chat", "test"})

# What every pack can say; `{...}` that are no slots are given by the engine (see EXTRAS).
BUILT_IN: Mapping[str, str] = {
    "utter_greet": "Hello. How can I help you?",
    "utter_anything_else": "Is there anything else I can help with?",
    "utter_cancelled": "All right, I've stopped that.",
    "utter_nothing_to_cancel": "There is nothing to stop at the moment. What would you like to do?",
    "utter_nothing_to_repeat": "I haven't said anything yet.",
    "utter_what_can_i_do": "What can I do for you?",
    "utter_rephrase": "Sorry, I didn't get that.",
    "utter_rephrase_again": "I'm sorry, I still didn't understand. Please say it in other words.",
    "utter_use_keypad": "I'm sorry, I still didn't get that. You can also use the keypad.",
    "utter_hand_over": "I'll put you through to a person now. Please hold.",
    "utter_offer_person": "Shall I put you through to a person?",
    "utter_no_input": "Are you still there?",
    "utter_no_input_again": "I can't hear anything.",
    "utter_resume": "Now, back to {flow_title}.",
    "utter_clarify": "Did you mean {first_title}, or {second_title}?",
    "utter_wrong_digit_count": "I need {expected_count} digits.",
    "utter_action_failed": "I'm sorry, something went wrong on our side, so I couldn't do that.",
    "utter_corrected": "All right, I've changed {slot_label}.",
    "utter_thanks": "You're welcome.",
    "utter_goodbye": "Thank you for calling. Goodbye.",
    "utter_help": "Tell me in a few words what you need, or say agent to talk to a person.",
    "utter_out_of_scope": "I'm afraid I can't help with that.",
    "utter_restarted": "All right, let's start again. What can I do for you?",
}
EXTRAS: Mapping[str, frozenset[str]] = {
    "utter_resume": frozenset({"flow_title"}),
    "utter_clarify": frozenset({"first_title", "second_title"}),
    "utter_wrong_digit_count": frozenset({"expected_count"}),
    "utter_corrected": frozenset({"slot_label"}),
}


class _VariationFile(Settings, frozen=True):
    text: str
    display: str = ""
    condition: str | bool | None = None
    emotion: str = "neutral"
    channel: str = ""
    card: dict[str, object] | None = None
    barge_in: bool = True


class _ResponsesFile(Settings, frozen=True):
    responses: dict[str, object] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Variation:
    """One way to say a response."""

    text: str
    display: str = ""
    condition: Condition | None = None
    emotion: str = "neutral"
    channel: str = ""
    card: Mapping[str, object] | None = None
    barge_in: bool = True
    place: str = ""

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in its braces."""
        texts = [self.text, self.display, *(str(value) for value in (self.card or {}).values())]
        return frozenset(found["name"] for text in texts for found in PLACEHOLDER.finditer(text))

    @property
    def fixed(self) -> bool:
        """Whether it always sounds the same."""
        return PLACEHOLDER.search(self.text) is None


Variations = tuple[Variation, ...]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What rendering needs to know: slots with values and types, channel, the caller's mood, values of the engine."""

    slots: Mapping[str, object]
    types: Mapping[str, str]
    channel: str = ""
    outcome: str = ""
    mood: str = "neutral"
    extras: Mapping[str, object] = field(default_factory=dict)

    def fill(self, text: str, say: Callable[[object, str], str]) -> str:
        """`text` with its placeholders said by `say` (`spoken` or `written`)."""

        def put(found: re.Match[str]) -> str:
            name, form = found["name"], found["form"]
            if name in self.extras:
                value = self.extras[name]
                return say(value, form or ("number" if isinstance(value, int) else "text"))
            return say(self.slots.get(name), form or self.types.get(name, "text"))

        return " ".join(PLACEHOLDER.sub(put, text).split())


def built_in() -> dict[str, Variations]:
    """The responses every pack starts from."""
    return {name: (Variation(text=text, place="built in"),) for name, text in BUILT_IN.items()}


def load_responses(path: Path) -> tuple[dict[str, Variations], list[str]]:
    """The responses of a file and what is wrong in it. Raises SettingsError when it can't be read."""
    data, node = read_yaml(path)
    read = convert(data or {}, _ResponsesFile, path=path, node=node)
    found: dict[str, Variations] = {}
    problems: list[str] = []
    for name, given in read.responses.items():
        at = ("responses", name)
        place = f"{path}:{line_of(node, at)} responses.{name}"
        if not name.startswith("utter_"):
            problems.append(f"{place}: a response's name begins with utter_")
        try:
            raws = convert(given, tuple[_VariationFile, ...], path=path, node=node, at=at)
        except SettingsError as error:
            problems.append(str(error))
            continue
        variations = []
        for index, raw in enumerate(raws):
            here = f"{path}:{line_of(node, (*at, index))} responses.{name}[{index}]"
            problems += [f"{here}: {reason}" for reason in _variation_problems(raw)]
            variations.append(_variation(raw, here))
        if not variations:
            problems.append(f"{place}: needs at least one variation")
        found[name] = tuple(variations)
    return found, problems


def render(name: str, variations: Variations, wording: Wording, *, said_before: int) -> Response:
    """The response, worded. `said_before` is how often `name` was said in this call: variations take turns by it."""
    chosen = _choose(variations, wording, said_before)
    text = wording.fill(chosen.text, spoken)
    card = {
        key: wording.fill(value, written) if isinstance(value, str) else value
        for key, value in (chosen.card or {}).items()
    }
    return Response(
        text=text,
        display=wording.fill(chosen.display or chosen.text, written),
        card=card or None,
        emotion=chosen.emotion,
        fixed=chosen.fixed,
        barge_in=chosen.barge_in,
        name=name,
    )


def _choose(variations: Variations, wording: Wording, said_before: int) -> Variation:
    """The first that fits; where that one has no condition, it takes turns with its like right below it."""
    fitting = [
        variation for variation in variations if not variation.channel or variation.channel == wording.channel
    ] or list(variations)
    for index, variation in enumerate(fitting):
        if variation.condition is None:
            alike = [variation]
            for other in fitting[index + 1 :]:
                if other.condition is not None or other.channel != variation.channel:
                    break
                alike.append(other)
            return alike[said_before % len(alike)]
        if variation.condition.holds(wording.slots, wording.outcome, wording.mood):
            return variation
    return fitting[-1]


def _variation(raw: _VariationFile, place: str) -> Variation:
    try:
        condition = None if raw.condition is None else Condition(str(raw.condition))
    except ConditionError:
        condition = None
    return Variation(
        text=raw.text,
        display=raw.display,
        condition=condition,
        emotion=raw.emotion,
        channel=raw.channel,
        card=raw.card,
        barge_in=raw.barge_in,
        place=place,
    )


def _variation_problems(raw: _VariationFile) -> Iterator[str]:
    if not raw.text.strip():
        yield "text is empty"
    if raw.channel and raw.channel not in CHANNELS:
        yield f"unknown channel {raw.channel!r}; known: {', '.join(sorted(CHANNELS))}"
    if raw.condition is not None:
        try:
            Condition(str(raw.condition))
        except ConditionError as error:
            yield f"condition: {error}"
    for text in (raw.text, raw.display):
        for found in PLACEHOLDER.finditer(text):
            if found["form"] and found["form"] not in FORMS:
                yield f"unknown form {found['form']!r}; known: {', '.join(sorted(FORMS))}"
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            yield "a brace that is no {slot} placeholder"
