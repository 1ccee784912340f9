"""Phone numbers, written and said, as E.164: "+44 20 7946 0958", "oh seven seven double oh ...", 幺三八.... Pure.

The plan of every country is phonenumbers' (Google's libphonenumber).
"""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from nlu.values.reading import Context, Found, Sentence
from nlu.values.sequences import Run, Word, at_word, find_runs, has_digits, split_words

SHORTEST, LONGEST = 7, 17
_REGIONS = {"en": "GB", "zh": "CN"}
"""Where a language tag names no region."""
_OTHERS = {
    "US": re.compile(r"1?[2-9]\d{2}[2-9]\d{6}"),
    "CN": re.compile(r"1[3-9]\d{9}"),
    "GB": re.compile(r"0\d{9,10}"),
}
"""Regions whose numbers are known by their look."""
_PLUS = frozenset({"+", "plus", "＋", "加"})


def read_phones(sentence: Sentence, context: Context) -> Iterator[Found]:
    """The reader of kind "phone".

    A number without a country code is read in the region of the language tag ("en-US"; without one GB for English, CN
    for Chinese); where it is none there, in the other regions. `ambiguous` are the regions' readings that also exist.
    """
    if sentence.text.isascii() and not has_digits(sentence.tokens, least=4):
        return
    text = sentence.text
    words = split_words(text)
    region = context.region or _REGIONS.get(context.language[:2].lower(), "GB")
    for run in find_runs(text, words):
        if not SHORTEST <= len(run.digits) <= LONGEST or any(element.form == "letter" for element in run.elements):
            continue
        first = _plus(words, run)
        readings = _readings(run.digits, region, international=words[first].text in _PLUS)
        if readings:
            yield Found(readings[0], words[first].start, words[run.after - 1].end, tuple(readings[1:]))


def _plus(words: list[Word], run: Run) -> int:
    """The token of the "+" or the bracket in front, or the run's first."""
    first = run.first
    if at_word(words, first - 1) in ("(", "（"):
        first -= 1
    return first - 1 if at_word(words, first - 1) in _PLUS else first


def _readings(digits: str, region: str, *, international: bool) -> list[str]:
    """E.164 forms, best first: valid ones, else those whose length is possible where they begin like a number."""
    if international:
        number = _parsed(f"+{_without_trunk(digits)}", None)
        return [_formatted(number)] if number is not None and phonenumbers.is_possible_number(number) else []
    looks = [other for other, look in _OTHERS.items() if look.fullmatch(digits)]
    numbers = [_parsed(digits, each) for each in dict.fromkeys((region, *looks))]
    valid = [_formatted(number) for number in numbers if number is not None and phonenumbers.is_valid_number(number)]
    if valid:
        return list(dict.fromkeys(valid))
    # Numbers kept for fiction (07700 900xxx) and new ranges are not valid, but have the form of their country.
    own = numbers[0]
    likely = digits.startswith("0") and own is not None and phonenumbers.is_possible_number(own)
    return [_formatted(own)] if likely and own is not None else []


def _without_trunk(digits: str) -> str:
    """ "+44 (0)20 ..." without the zero."""
    return "44" + digits[3:] if digits.startswith("440") else digits


def _parsed(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException:
        return None


def _formatted(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
