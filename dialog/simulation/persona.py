"""How callers differ. The numbers are chances per turn unless said otherwise; chosen by us, not fitted to anybody."""

from msgspec import Struct


class Persona(Struct, frozen=True, kw_only=True):
    """over_answers: says more than was asked. side_question: asks something else in between, once a call.
    changes_mind: wants another value at the confirmation, once a call. keypad_after: misses in a row after which
    digits are keyed. patience: misses in a row after which a person is asked for.
    """

    name: str
    over_answers: float = 0.2
    fillers: float = 0.1
    polite: float = 0.2
    silent: float = 0.01
    asks_repeat: float = 0.02
    vague: float = 0.02
    side_question: float = 0.05
    changes_mind: float = 0.08
    complains: float = 0.0
    drops_words: float = 0.0
    keypad_after: int = 2
    patience: int = 4


PERSONAS = (
    Persona(name="plain"),
    Persona(name="hurried", over_answers=0.5, fillers=0.02, polite=0.02, side_question=0.0, keypad_after=1, patience=3),
    Persona(name="chatty", over_answers=0.3, fillers=0.35, polite=0.5, side_question=0.2, changes_mind=0.15),
    Persona(name="confused", fillers=0.3, asks_repeat=0.1, vague=0.12, silent=0.04, side_question=0.1, patience=5),
    Persona(name="angry", polite=0.0, complains=0.2, side_question=0.0, patience=3),
    Persona(name="elderly", fillers=0.3, polite=0.4, silent=0.06, asks_repeat=0.1, keypad_after=3, patience=5),
    Persona(name="non-native", fillers=0.15, drops_words=0.35, asks_repeat=0.05, patience=5),
)
