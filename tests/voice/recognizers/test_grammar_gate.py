import pytest

from dialog.expectation import Expectation, ExpectationKind
from voice.recognizers.grammar import grammar_for
from voice.recognizers.grammar_gate import believed


def gate(strict: str, free: str, margin: float, kind: ExpectationKind) -> bool:
    grammar = grammar_for(Expectation(kind=kind, length=6 if kind == "digits" else None))
    assert grammar is not None
    words = frozenset(grammar.words)
    return believed(strict.split(), free.split(), margin=margin, kind=kind, grammar=words)


# Readings and margins as measured on flite voices.
@pytest.mark.parametrize(
    ("strict", "free", "margin"),
    [
        ("four two seven one nine six", "four two seven one nine six", -0.0007),
        ("nine zero eight three oh one", "nine zero eight three you one", -0.001),
        ("three four two three six six", "three four two three should change she", -0.0008),
        ("it's four two one nine six six", "it's for to one nine six six", -0.0008),
        ("cancel", "cancel", -0.001),
    ],
)
def test_digits_are_believed(strict: str, free: str, margin: float) -> None:
    assert gate(strict, free, margin, "digits")


@pytest.mark.parametrize(
    ("strict", "free", "margin"),
    [
        ("one one three two two one please", "one hundred and twenty pounds fifty", -0.0009),
        ("cancel", "absolutely", -0.0004),
        ("yes nine zero two nine three zero", "could you tell me your opening hours please", -0.003),
        ("five one three two seven two", "five hundred and seventy", -0.0007),
        ("yes four eight", "yes that's right", -0.0023),
        ("four two seven one nine six", "four two seven", -0.001),
        ("", "i lost my card", 0.0),
        ("four two seven one nine six", "four two seven one nine six", -0.02),
    ],
)
def test_other_speech_is_not_taken_for_digits(strict: str, free: str, margin: float) -> None:
    assert not gate(strict, free, margin, "digits")


@pytest.mark.parametrize(
    ("strict", "free", "margin"),
    [("sure", "share", -0.0026), ("no thank you", "no soon few", -0.0017), ("yes it is", "yes it is she he", -0.002)],
)
def test_short_answers_are_believed(strict: str, free: str, margin: float) -> None:
    assert gate(strict, free, margin, "yes_no")


@pytest.mark.parametrize(
    ("strict", "free", "margin"),
    [
        ("operator", "sorry to my nine nine", 0.0004),
        ("no i don't please", "nine thousand three hundred and fifteen euros", 0.0001),
        ("agent", "i lost my card", -0.001),
        ("absolutely", "absolutely not", -0.001),
        ("please do please", "please cancel this", -0.001),
        ("that's right", "that's not right", -0.0005),
        ("that's right thanks", "what's my balance please", -0.002),
    ],
)
def test_other_speech_is_not_taken_for_yes_or_no(strict: str, free: str, margin: float) -> None:
    assert not gate(strict, free, margin, "yes_no")
