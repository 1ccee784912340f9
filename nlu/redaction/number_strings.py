"""Which runs of digits and letters are personal: cards, accounts, codes, phones, ids, references, postcodes. Pure.

A run of four digits and more is personal unless it is plainly an amount, a date, a time or a count; words in front or
behind ("my pin is") decide for shorter ones and against the plain look. Every walk has a fixed limit.
"""

import re
from itertools import pairwise

from stdnum import iban, luhn
from stdnum.cn import ric

from nlu.redaction import cues
from nlu.redaction.spans import PersonalSpan
from nlu.values.sequences import CODE_WORDS, Element, Run, Word, at_word, find_runs, trimmed

SHORTEST = 4
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
    r"(?!\d|[/.\-]\d|[/.\- ]{1,2}\d{8})"
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
        return glued and len(element.signs) <= 6 and not lettered
    if behind == ":" and glued and at_word(words, element.after + 1)[:1].isdecimal() and len(element.signs) <= 2:
        return True
    if before == ":" and len(element.signs) == 2 and at_word(words, element.first - 2)[:1].isdecimal():
        return (
            words[element.first - 1].start == words[element.first - 2].end
            and words[element.first - 1].end == words[element.first].start
        )
    return behind in cues.UNITS_BEHIND or (behind in cues.UNITS_BEHIND_ZH and len(element.signs) < 8)


def _judged(text: str, words: list[Word], run: Run) -> PersonalSpan | None:
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
    mixed = strength == 1 and count >= 2 and len(run.signs) >= 5
    if (count < SHORTEST and not mixed) or _harmless(words, run, strength=strength):
        return None
    return _span(words, run, _kind(kind, shape, run), 0.8 if strength or shape else 0.6)


def _span(words: list[Word], run: Run, kind: str, confidence: float) -> PersonalSpan:
    first = run.first
    if at_word(words, first - 1) == "(":
        first -= 1
    if at_word(words, first - 1) in ("+", "plus") or (
        kind in ("passport", "reference") and at_word(words, first - 1) in CODE_WORDS
    ):
        first -= 1
    return PersonalSpan(kind, words[first].start, words[run.after - 1].end, confidence)


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
            return cues.STRONG[word], 2
        if word in cues.WEAK:
            kind = cues.WEAK[word]
            if kind == "code" or (generic[1] and kind != "phone"):
                return (kind, 0 if at_word(words, run.first - back - 1) in ("error", "country", "area") else 2)
            passed = passed if passed[1] else (kind, 1)
        elif word in ("digits", "digit") or (word == "back" and at_word(words, run.first - back - 1) == "the"):
            return "code", 2
        elif word in cues.GENERIC:
            generic = ("number", 1)
        elif word not in cues.LINKS:
            break
    return passed if passed[1] else generic if generic[1] else behind


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
        if word in ("", "。", "！", "？", "!", "?") or (word in ("，", ",") and len(said) > 4):
            break
        said = word + said
    if not said or said.isascii():
        return "", 0
    best = max(((said.rfind(cue), kind) for cue, kind in cues.STRONG_ZH), default=(-1, ""))
    if best[0] < 0:
        return "", 0
    return best[1], 2 if best[1] == "code" or len(run.digits) >= SHORTEST else 1


def _harmless(words: list[Word], run: Run, *, strength: int) -> bool:
    """Whether a run without a firm cue is an amount, a count, a year, a time or a date."""
    elements = run.elements
    forms = {element.form for element in elements}
    if len(elements) == 1 and forms & {"cardinal", "pair", "grouped", "decimal"}:
        return True
    if "letter" in forms:
        return False
    behind = at_word(words, run.after)
    if len(run.digits) <= 7 and (behind in cues.UNITS_BEHIND or behind in cues.UNITS_BEHIND_ZH):
        return True
    if _written_number(words, run) or _in_date(words, run) or _year(words, run) or _time(words, run):
        return True
    if (
        forms <= {"cardinal", "pair", "grouped", "decimal"}
        and strength == 0
        and "cardinal" in forms
        and len(elements) < 3
    ):
        return True
    return strength == 0 and (_amount(words, run) or _listed(words, run))


def _glued(words: list[Word], left: Element, right: Element) -> str:
    """The sign between two elements that nothing else parts, "" for anything else."""
    if right.first - left.after != 1:
        return ""
    sign = words[left.after]
    return sign.text if sign.start == words[left.after - 1].end and sign.end == words[right.first].start else ""


def _written_number(words: list[Word], run: Run) -> bool:
    """ "3.14159", "1 200 000 euros"."""
    elements = run.elements
    if len(elements) == 2 and all(element.form == "figure" for element in elements):
        whole, part = elements
        if _glued(words, whole, part) == "." and len(whole.signs) <= 4 and len(part.signs) <= 5 and (
            whole.signs == "0" or whole.signs[0] != "0"
        ):  # fmt: skip
            return True
    tail = at_word(words, run.after)
    thousands = all(len(element.signs) == 3 for element in elements[1:]) and len(elements[0].signs) <= 3
    return len(elements) > 1 and thousands and tail in cues.UNITS_BEHIND


def _in_date(words: list[Word], run: Run) -> bool:
    """ "the third of may twenty twenty six", "March 12th 2026", "3 may", "12 2026" behind a month."""
    if len(run.digits) > 6 or len(run.elements) > 4:
        return False
    years = [element.signs for element in run.elements if len(element.signs) > 2]
    if any(len(year) != 4 or year[:2] not in ("18", "19", "20", "21") for year in years):
        return False
    for back in range(1, 6):
        word = at_word(words, run.first - back)
        if word in cues.MONTHS:
            return True
        if not (word in ("the", "of", ",",
        "and") or word in cues.ORDINAL_ENDS or word.isdecimal() or word.endswith(("th", "st", "nd", "rd"))
                or word in ("twenty", "thirty")):  # fmt: skip
            break
    last = run.elements[-1]
    follower = at_word(words, run.after + (at_word(words, run.after) == "of"))
    return (
        follower in cues.MONTHS and last.form in ("figure", "pair") and len(last.signs) <= 2 and len(run.elements) <= 2
    )


def _year(words: list[Word], run: Run) -> bool:
    """ "in 1998", "nineteen eighty four"; not when it stands alone."""
    forms = [element.form for element in run.elements]
    whole = forms == ["figure"] or forms == ["pair", "pair"] or forms == ["pair", "word", "word"]
    if not whole or len(run.digits) != 4 or run.digits[:2] not in ("18", "19", "20"):
        return False
    before, behind = at_word(words, run.first - 1), at_word(words, run.after)
    if before in cues.YEAR_LEADS or behind in cues.YEAR_FOLLOWS:
        return True
    # "spain 2016 playlist", "apocalypse 2024": named after the year.
    return (
        forms == ["figure"]
        and len(before) > 3
        and before.isalpha()
        and before not in cues.LINKS
        and before not in cues.GENERIC
    )


def _time(words: list[Word], run: Run) -> bool:
    """ "at ten fifteen", "twelve thirty tomorrow", "from 9 30"."""
    parts = [element.signs for element in run.elements]
    if len(parts) == 3 and parts[1] == "0":
        parts = [parts[0], "0" + parts[2]]
    if (
        len(parts) != 2
        or len(run.digits) > 4
        or not 1 <= int(parts[0]) <= 24
        or len(parts[1]) != 2
        or int(parts[1]) > 59
    ):
        return False
    before, behind = at_word(words, run.first - 1), at_word(words, run.after)
    if before in cues.TIME_LEADS or behind in cues.TIME_FOLLOWS:
        return True
    return int(parts[1]) % 15 == 0 and run.elements[0].form in ("pair", "figure") and run.elements[1].form == "pair"


def _amount(words: list[Word], run: Run) -> bool:
    """A single figure below ten million, or a price, behind a word for money or before what is counted."""
    elements = run.elements
    price = (
        len(elements) == 2
        and len(run.digits) <= 4
        and all(element.form in ("pair", "cardinal") for element in elements)
    )
    single = len(elements) == 1 and elements[0].form == "figure" and len(run.digits) <= 7 and run.digits[0] != "0"
    if not (price or single):
        return False
    follower = at_word(words, run.after)
    if single and len(run.digits) <= 6 and (_counted(follower) or at_word(words, run.first - 1) in cues.LABELS):
        return True
    for back in range(1, 5):
        word = at_word(words, run.first - back)
        if word in cues.AMOUNT:
            return True
        if word not in (
            "is",
            "was",
            "of",
            "to",
            "a",
            "the",
            "by",
            "it",
            "me",
            "him",
            "her",
            "them",
            "just",
            "only",
            "my",
            "for",
            "um",
            "uh",
        ):
            break
    return single and run.digits.endswith("000") and (follower.isalpha() or at_word(words, run.first - 1).isalpha())


def _counted(word: str) -> bool:
    """Whether a word behind a figure is what is counted: "2500 bricks"."""
    plural = len(word) > 3 and word.endswith("s") and word.isalpha() and not word.endswith("ss")
    return plural and word not in (
        "thanks",
        "this",
        "does",
        "yes",
        "says",
        "works",
        "ends",
        "always",
        "please",
        "belongs",
        "was",
        "is",
    )


def _listed(words: list[Word], run: Run) -> bool:
    """ "10, 20, 30": small figures that rise, parted by commas."""
    values = [element.signs for element in run.elements]
    if len(values) < 2 or any(
        element.form not in ("figure", "pair") or len(element.signs) > 3 for element in run.elements
    ):
        return False
    numbers = [int(value) for value in values]
    rising = all(left < right for left, right in pairwise(numbers)) and all(value[0] != "0" for value in values)
    commas = all(at_word(words, element.after) == "," for element in run.elements[:-1])
    return rising and commas and all(number >= 10 for number in numbers)
