"""What is expected next -> a JSGF grammar, or None where the language model is the better search; pure."""

import zlib
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dialog.expectation import Expectation
from voice.recognizers.spoken_forms import spoken_words

DIGIT_ANSWERS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
YES_ANSWERS = (
    "yes", "yeah", "yep", "yup", "sure", "correct", "right", "okay", "ok", "of course", "absolutely", "exactly",
    "definitely", "that's right", "that's correct", "that is right", "that is correct", "yes it is", "yes i do",
    "yes i am", "go ahead", "yes go ahead", "yes that's right", "yes that's correct", "yes that is correct",
    "please do", "sounds good", "that's fine", "do it", "i do", "i am", "it is", "confirm", "i confirm",
    "yes of course", "uh huh", "yes i'm happy with that",
)  # fmt: skip
NO_ANSWERS = (
    "no", "nope", "nah", "no thanks", "no thank you", "not really", "that's wrong", "that's not right",
    "that is wrong", "that is not right", "that's incorrect", "incorrect", "wrong", "no that's wrong",
    "no that's not right", "no it isn't", "no it's not", "no i don't", "no i'm not", "not at all", "don't",
    "of course not", "certainly not", "never", "no way", "no that's all", "that's all", "nothing else",
    "not now", "not yet", "absolutely not", "definitely not", "please don't", "i don't", "i'm not", "i am not",
)  # fmt: skip
ALWAYS_ESCAPES = ("agent", "operator", "cancel", "stop", "repeat", "repeat that", "say that again", "help")
# PocketSphinx expands every use of a rule, so exact lengths grow by 1.84 a digit; longer answers are not counted.
LONGEST_DIGITS = 8
_DIGIT_LEADS = (
    "it's", "it is", "my code is", "the code is", "the number is", "my number is", "that's", "yes", "yes it's",
    "okay", "sure", "um", "uh", "um it's", "so it's",
)  # fmt: skip
_CHOICE_LEADS = ("the", "my", "a", "um", "from", "from my", "from the", "to", "to my", "it's", "it's my", "i want")
_CHOICE_TRAILS = ("please", "account", "card", "one", "account please", "card please", "one please")


class Grammar(Struct, frozen=True):
    """A JSGF text, its name (equal texts have equal names), and every word it needs in the dictionary."""

    name: str
    jsgf: str
    words: tuple[str, ...]


def grammar_for(expectation: Expectation) -> Grammar | None:
    """The grammar of digits, yes or no, and choices; None for the kinds that are free speech."""
    escapes = _phrases((*ALWAYS_ESCAPES, *expectation.escapes))
    if expectation.kind == "digits":
        rules = _digits(expectation.length)
    elif expectation.kind == "yes_no":
        rules = [
            f"<yes> = {_any(YES_ANSWERS)};",
            f"<no> = {_any(NO_ANSWERS)};",
            "<answer> = [um | uh] (<yes> | <no>) [please | thanks | thank you];",
        ]
    elif expectation.kind == "choice" and expectation.phrases:
        rules = [
            f"<lead> = {_any(_CHOICE_LEADS)};",
            f"<trail> = {_any(_CHOICE_TRAILS)};",
            f"<answer> = [<lead>] {_any(_phrases(expectation.phrases))} [<trail>];",
        ]
    else:
        return None
    rules.append(f"public <heard> = <answer> | {_any(escapes)};")
    body = "\n".join(rules)
    words = {word for rule in rules for word in _words_of(rule)}
    name = f"{expectation.kind}{expectation.length or ''}x{zlib.crc32(body.encode()):08x}"
    return Grammar(name, f"#JSGF V1.0;\ngrammar {name};\n{body}\n", tuple(sorted(words)))


def _digits(length: int | None) -> list[str]:
    rules = [f"<digit> = {_any(DIGIT_ANSWERS)};", f"<lead> = {_any(_DIGIT_LEADS)};"]
    if length is None or length > LONGEST_DIGITS:
        return [
            *rules,
            "<some> = (<digit> | double <digit> | triple <digit>)+;",
            "<answer> = [<lead>] <some> [please];",
        ]
    rules.append("<left0> = <NULL>;")
    for left in range(1, length + 1):
        ways = [f"<digit> <left{left - 1}>"]
        if left >= 2:
            ways.append(f"double <digit> <left{left - 2}>")
        if left >= 3:
            ways.append(f"triple <digit> <left{left - 3}>")
        rules.append(f"<left{left}> = {' | '.join(ways)};")
    return [*rules, f"<answer> = [<lead>] <left{length}> [please];"]


def _phrases(texts: Iterable[str]) -> tuple[str, ...]:
    spoken = (" ".join(spoken_words(text)) for text in texts)
    return tuple(dict.fromkeys(text for text in spoken if text))


def _any(phrases: Sequence[str]) -> str:
    return "(" + " | ".join(phrases) + ")"


def _words_of(rule: str) -> list[str]:
    body = rule.partition("=")[2]
    for sign in "()[]|;+":
        body = body.replace(sign, " ")
    return [word for word in body.split() if not word.startswith("<")]
