"""A piece of a text that is personal."""

from msgspec import Struct


class PersonalSpan(Struct, frozen=True, order=True):
    """`text[start:end]` is personal data of `kind` (see KINDS); `confidence` is 0..1."""

    kind: str
    start: int
    end: int
    confidence: float


KINDS = (
    "card", "account", "iban", "code", "phone", "email", "national_id", "passport", "reference", "postcode", "address",
    "date_of_birth", "expiry", "name", "number",
)  # fmt: skip
"""`number`: a string of digits of which nothing more is known."""
