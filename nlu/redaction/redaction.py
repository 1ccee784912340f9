"""Personal data found and masked in text, before anything is logged or stored. Pure; never raises.

Cards, accounts, codes, phones, e-mail addresses, ids, passports, references, postcodes, postal addresses, dates of
birth and introduced names, as they are written and said, in English and Chinese. docs/privacy.md says what is not.
"""

from collections.abc import Iterable

from nlu.redaction.addresses import find_addresses
from nlu.redaction.births import find_births
from nlu.redaction.names import find_names
from nlu.redaction.number_strings import find_number_strings
from nlu.redaction.spans import KINDS, PersonalSpan
from nlu.understanding import Entity
from nlu.values.emails import find_emails
from nlu.values.sequences import split_words

__all__ = ["KINDS", "MASK", "PersonalSpan", "find_personal", "mask"]

MASK = "******"

ENTITY_KINDS = {
    **dict.fromkeys(
        ("person", "per", "name", "first_name", "last_name", "given_name", "surname", "full_name", "person_name"),
        "name",
    ),
    **dict.fromkeys(("phone", "phone_number", "telephone", "mobile"), "phone"),
    **dict.fromkeys(("email", "email_address", "e_mail"), "email"),
    **dict.fromkeys(("card", "card_number", "credit_card"), "card"),
    **dict.fromkeys(("address", "street", "street_address", "postal_address"), "address"),
    **dict.fromkeys(("account_number", "iban", "sort_code"), "account"),
    **dict.fromkeys(("pin", "password", "passcode", "security_code"), "code"),
    **dict.fromkeys(("date_of_birth", "birth_date", "dob"), "date_of_birth"),
    **dict.fromkeys(("postcode", "zip_code"), "postcode"),
}
"""Entity names of a model that are personal, and the kind of span each becomes."""

_ROUNDS = 4


def find_personal(
    text: str,
    *,
    language: str = "en",  # noqa: ARG001  part of the interface: which languages are looked for may come to depend on it
    entities: Iterable[Entity] = (),
) -> tuple[PersonalSpan, ...]:
    """Personal data in `text`, by start, not overlapping.

    `language` (BCP 47) is the text's; both languages are always looked for, so it decides nothing yet but may.
    `entities` are a model's of the same text: those with a name in ENTITY_KINDS are personal as well.
    """
    named = [
        PersonalSpan(ENTITY_KINDS[entity.name.lower()], entity.start, entity.end, entity.confidence)
        for entity in entities
        if entity.name.lower() in ENTITY_KINDS and 0 <= entity.start < entity.end <= len(text)
    ]
    found = _merged(named)
    hidden = _hidden(text, found)
    # What is masked may have been the reason why its neighbour was not: looking again until nothing is found makes
    # masking a masked text change nothing.
    for _ in range(_ROUNDS):
        more = _search(hidden)
        if not more:
            break
        found = _merged([*found, *more])
        hidden = _hidden(text, found)
    return tuple(found)


def mask(text: str, *, language: str = "en", entities: Iterable[Entity] = (), typed: bool = False) -> str:
    """`text` with its personal data replaced by "******", or with `typed` by its kind ("<card>").

    Amounts, dates, times, counts and years stay, and nothing else is changed. A masked text stays as it is.
    """
    pieces, done = [], 0
    for span in find_personal(text, language=language, entities=entities):
        pieces += [text[done : span.start], f"<{span.kind}>" if typed else MASK]
        done = span.end
    return "".join([*pieces, text[done:]])


def _search(text: str) -> list[PersonalSpan]:
    words = split_words(text)
    return [
        *(PersonalSpan("email", one.start, one.end, 0.9 if one.spelt else 1.0) for one in find_emails(text, words)),
        *find_births(words),
        *find_addresses(text, words),
        *find_number_strings(text, words),
        *find_names(text, words),
    ]


def _merged(spans: list[PersonalSpan]) -> list[PersonalSpan]:
    """In order; overlapping ones as one, of the kind that covers more."""
    joined: list[PersonalSpan] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not joined or span.start >= joined[-1].end:
            joined.append(span)
            continue
        last = joined[-1]
        wider = span if span.end - span.start > last.end - last.start else last
        joined[-1] = PersonalSpan(
            wider.kind, last.start, max(last.end, span.end), max(last.confidence, span.confidence)
        )
    return joined


def _hidden(text: str, spans: list[PersonalSpan]) -> str:
    """The text with stars in place of the spans, of the same length."""
    pieces, done = [], 0
    for span in spans:
        pieces += [text[done : span.start], "*" * (span.end - span.start)]
        done = span.end
    return "".join([*pieces, text[done:]])
