"""What the dialogue expects to hear next; it tunes the ear (patience) and the recognizer (search)."""

from typing import Literal

from msgspec import Struct

ExpectationKind = Literal["open", "digits", "yes_no", "choice", "amount", "date"]


class Expectation(Struct, frozen=True, kw_only=True):
    """Sent down with every reply.

    kind: the shape of the likely answer; `open` is anything.
    length: how many digits complete the answer (`digits` only), None when unknown.
    phrases: the choices (`choice`) or names worth biasing towards.
    escapes: words that must stay recognizable whatever is expected ("agent", "cancel").
    keypad: whether DTMF answers are accepted.
    sensitive: the answer must be masked wherever it is shown or stored.
    """

    kind: ExpectationKind = "open"
    length: int | None = None
    phrases: tuple[str, ...] = ()
    escapes: tuple[str, ...] = ()
    keypad: bool = True
    sensitive: bool = False


OPEN = Expectation()
