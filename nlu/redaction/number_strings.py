"""Which runs of digits and letters are personal: cards, accounts, codes, phones, ids, references, postcodes. Pure.

A run of four digits and more is personal unless it is plainly an amount, a date, a time or a count; words in front or
behind ("my pin is") decide for shorter ones and against the plain look. Every walk has a fixed limit.
"""

import re

from stdnum import iban, luhn
from stdnum.cn import ric

from nlu.redaction import cues
from nlu.redaction.plain_numbers import is_plain
from nlu.redaction.spans import PersonalSpan
from nlu.values.sequences import CODE_WORDS, Element, Run, Word, at_word, find_runs, is_mask, trimmed

SHORTEST = 4
_DATED = re.compile(r"\b(?:on|since|from|by|until|till|before|after|dated|date|to|and)\W{1,2}$", re.IGNORECASE)
_FARTHEST_CUE = 12
_CHINESE_WINDOW = 18
_NATIONAL_INSURANCE = re.compile(r"[A-Z]{2}\d{6}[A-D]")
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}")
_LETTERED = ("iban", "postcode", "national_id")
_CARD_LENGTHS = range(13, 20)
_FIGURES = ("figure", "grouped", "decimal")
_SINGLE = ("word", "repeat")
_DATE = re.compile(
    r"(?<![\d/.\-])(?:(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})|(\d{4})([/.\-])(\d{1,2})\6(\d{1,2}))"
    r"(?!\d|[/.\-]\d|[/.\- ]{1,2}\d{8})|(?<![\d/.\-])\d{1,2}/\d{1,2}(?![\d/.\-])"
)


def find_number_strings(text: str, words: list[Word]) -> list[PersonalSpan]:
    """The personal strings of digits (and letters), in order, not overlapping."""
    runs = find_runs(text, words)
    if not runs:
        return []
    dates = _dates(text) if "/" in text or "-" in text or "." in text else set()
    found = []
    for run in runs:
        for part in _parts(words, run, dates):
            span = _judged(text, words, part)
            if span is not None:
                found.append(span)
    return found


def _dates(text: str) -> set[int]:
    """The offsets of calendar dates in figures."""
    covered: set[int] = set()
    for found in _DATE.finditer(text):
        day, _, month, year, long_year, _, iso_month, iso_day = found.groups()
        if not (day or iso_day):
            day, month = found.group().split("/")
            year = "00"
        if (
            found.group(2) == "-"
            and len(year) == 2
            and not _DATED.search(text[max(0, found.start() - 9) : found.start()])
        ):
            continue  # as likely a sort code
        first, second = int(day or iso_day), int(month or iso_month)
        likely = 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31
        if likely and (len(year or long_year) == 2 or 1900 <= int(year or long_year) <= 2100):
            covered.update(range(*found.span()))
    return covered


def _parts(words: list[Word], run: Run, dates: set[int]) -> list[Run]:
    """The run without what has a unit or is a date in the calendar; a cue for a code keeps a date whole."""
    if _shape(run.signs, run.digits) in _LETTERED:
        return [run]
    parts: list[list[Element]] = [[]]
    cut = False
    for element in _without_noon(run.elements):
        if cut and element.form == "letter" and words[element.first].start == words[element.first - 1].end:
            continue  # the "k" of "£374.1k"
        cut = False
        dated = words[element.first].start in dates and _cue(words, run)[1] < 2
        if dated or _has_unit(words, element, alone=len(run.elements) == 1):
            parts.append([])
            cut = True
        else:
            parts[-1].append(element)
    return [Run(tuple(part)) for part in parts if any(element.form != "letter" for element in part)]


def _without_noon(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Without "p m" and "a m" at the end."""
    if (
        len(elements) > 2
        and elements[-1].signs == "M"
        and elements[-2].signs in ("A", "P")
        and elements[-3].form != "letter"
    ):
        return elements[:-2]
    return elements


def _has_unit(words: list[Word], element: Element, *, alone: bool) -> bool:
    """Money, percent, years, people; "50p" and "5k" only when glued."""
    if element.form == "letter":
        return False
    before, behind = at_word(words, element.first - 1), at_word(words, element.after)
    if before in cues.SYMBOLS and element.form not in _SINGLE:
        return True
    if element.form in _SINGLE and not alone:
        return False
    glued = element.after < len(words) and words[element.after].start == words[element.after - 1].end
    if behind in ("p", "k", "m", "g", "am", "pm", "st", "nd", "rd", "th", "s", "bn", "x", "h", "l", "t"):
        lettered = element.first > 0 and words[element.first - 1].end == words[element.first].start and before.isalpha()
        goes_on = behind == "x" and glued and at_word(words, element.after + 1)[:1].isdecimal()  # an extension
        return glued and len(element.signs) <= 6 and not lettered and not goes_on
    if behind == ":" and glued and at_word(words, element.after + 1)[:1].isdecimal() and len(element.signs) <= 2:
        return True
    if before == ":" and len(element.signs) == 2 and at_word(words, element.first - 2)[:1].isdecimal():
        return (
            words[element.first - 1].start == words[element.first - 2].end
            and words[element.first - 1].end == words[element.first].start
        )
    return behind in cues.UNITS_BEHIND or (behind in cues.UNITS_BEHIND_ZH and len(element.signs) < 8)


def _judged(text: str, words: list[Word], run: Run) -> PersonalSpan | None:
    if len(run.digits) < 2:
        return None
    kind, strength = _cue(words, run)
    shape = _shape(run.signs, run.digits)
    if shape not in _LETTERED:
        run = trimmed(text, words, run, cued=strength)
        shape = _shape(run.signs, run.digits)
    count = len(run.digits)
    if shape in ("iban", "national_id") or (shape == "postcode" and (strength or _spelt_out(text, words, run))):
        return _span(words, run, shape, 0.95)
    if strength == 2 and (count >= 3 or (count >= 2 and len(run.signs) >= SHORTEST)):
        if kind != "code" and count < SHORTEST and not any(element.form == "letter" for element in run.elements):
            return None
        return _span(words, run, _kind(kind, shape, run), 0.95)
    if strength == 2 and kind == "code" and count == 2 and run.elements[0].form == "pair":
        return _span(words, run, kind, 0.8)  # "seven oh six" as "seventy six"
    mixed = strength == 1 and count >= 2 and len(run.signs) >= 5
    if (count < SHORTEST and not mixed) or is_plain(words, run, strength=strength):
        return None
    return _span(words, run, _kind(kind, shape, run), 0.8 if strength or shape else 0.6)


def _span(words: list[Word], run: Run, kind: str, confidence: float) -> PersonalSpan:
    first = run.first
    if at_word(words, first - 1) == "(":
        first -= 1
    if at_word(words, first - 1) in ("+", "plus", "＋"):
        kind = kind if kind in ("card", "iban") else "phone"
        first -= 1
    elif _misheard(words, run, kind) or (
        kind in ("passport", "reference", "postcode", "national_id") and at_word(words, first - 1) in CODE_WORDS
    ):
        first -= 1
    return PersonalSpan(kind, words[first].start, words[run.after - 1].end, confidence)


def _misheard(words: list[Word], run: Run, kind: str) -> bool:
    """ "my pin is for two seven one": a first digit as a recognizer writes it."""
    near = (at_word(words, run.first - 1), at_word(words, run.first - 2))
    return (
        kind == "code"
        and near[0] in ("for", "to", "too", "won", "ate")
        and near[1] in ("is", "'s", "was", "code", "pin")
    )


def _kind(kind: str, shape: str, run: Run) -> str:
    if kind == "card" and len(run.digits) < 12:
        return "code" if len(run.digits) == 3 else "card"
    if kind in ("", "number") or (shape == "card" and kind not in ("phone", "national_id")):
        return shape or "number"
    return kind


def _shape(signs: str, digits: str) -> str:
    if len(signs) > len(digits):
        if signs[:2].isalpha() and 15 <= len(signs) <= 34 and signs[2:4].isdecimal():
            return "iban" if iban.is_valid(signs, check_country=False) or len(digits) > 8 else ""
        if _NATIONAL_INSURANCE.fullmatch(signs):
            return "national_id"
        if signs[:-1].isdecimal() and len(signs) == 18 and signs[-1] == "X":
            return "national_id"
        return "postcode" if _POSTCODE.fullmatch(signs) else ""
    if len(digits) == 18 and (ric.is_valid(digits) or (1900 <= int(digits[6:10]) <= 2030 and int(digits[10:12]) <= 12)):
        return "national_id"
    if len(digits) in _CARD_LENGTHS and (luhn.is_valid(digits) or len(digits) > 13):
        return "card"
    phone = (digits.startswith("0") and 10 <= len(digits) <= 15) or (len(digits) == 11 and digits[0] == "1")
    return "phone" if phone or (len(digits) == 10 and digits[0] in "23456789" and digits[3] in "23456789") else ""


def _spelt_out(text: str, words: list[Word], run: Run) -> bool:
    """Whether a postcode without a cue looks like one: capitals, glued, or its letters one by one."""
    start, end = words[run.first].start, words[run.after - 1].end
    letters = [element for element in run.elements if element.form == "letter"]
    return text[start:end].isupper() or end - start <= 8 or all(len(element.signs) == 1 for element in letters)


def _cue(words: list[Word], run: Run) -> tuple[str, int]:
    """What the words around say the run is, and how firmly: 2 whatever it looks like, 1 unless it looks harmless."""
    behind = _cue_behind(words, run)
    if behind[1] == 2:
        return behind
    chinese = _chinese_cue(words, run)
    if chinese[1]:
        return chinese
    generic = ("", 0)
    passed = ("", 0)
    for back in range(1, _FARTHEST_CUE + 1):
        word = at_word(words, run.first - back).removesuffix("'s").removesuffix("’s")
        if word in CODE_WORDS and back == 1:
            continue
        if word in cues.STRONG:
            return _strong(word, at_word(words, run.first - back - 1)), 2
        if word in cues.WEAK:
            kind, before = cues.WEAK[word], at_word(words, run.first - back - 1)
            if word == "code" and before in cues.CODES:
                return cues.CODES[before], 2
            if kind == "code" or (generic[1] and kind != "phone"):
                return (kind, 0 if before in ("error", "country", "area", "dress") else 2)
            passed = passed if passed[1] else (kind, 1)
        elif word in ("digits", "digit") or (word == "back" and at_word(words, run.first - back - 1) == "the"):
            return "code", 2
        elif word in cues.GENERIC:
            generic = ("number", 1)
        elif word not in cues.LINKS:
            break
    return passed if passed[1] else generic if generic[1] else behind


def _strong(word: str, before: str) -> str:
    """The kind a firm cue names: "social security" is no code, "member id" no identity card."""
    if word == "security" and before == "social":
        return "national_id"
    return "reference" if word == "id" and before in cues.WEAK else cues.STRONG[word]


def _cue_behind(words: list[Word], run: Run) -> tuple[str, int]:
    """ "4271 is my pin", "one two three is the security code"."""
    first = at_word(words, run.after)
    if first not in ("is", "was", "'s", "as", "for", ",", "that's", "are", "(", "是"):
        return "", 0
    for ahead in range(1, 6):
        word = at_word(words, run.after + ahead)
        if word in cues.STRONG:
            return cues.STRONG[word], 2
        if word in cues.WEAK and first != ",":
            return cues.WEAK[word], 2 if cues.WEAK[word] == "code" else 1
        if word not in cues.LINKS:
            break
    return "", 0


def _chinese_cue(words: list[Word], run: Run) -> tuple[str, int]:
    """The nearest cue of the clause in front, or of the clause before when only fillers stand between."""
    said = ""
    for back in range(1, _CHINESE_WINDOW + 1):
        word = at_word(words, run.first - back)
        word = "*" if is_mask(word) else word
        if word in ("", "。", "！", "？", "!", "?") or (word in ("，", ",") and len(said) > 4):
            break
        said = word + said
    if not said or said.isascii():
        return "", 0
    best = max(((said.rfind(cue), kind) for cue, kind in cues.STRONG_ZH), default=(-1, ""))
    if best[0] < 0:
        return "", 0
    return best[1], 2 if best[1] == "code" or len(run.digits) >= SHORTEST else 1
