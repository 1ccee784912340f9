"""Runs of digits that are nothing personal: amounts, counts, years, times, dates, ranges, lists. Pure."""

from itertools import pairwise

from nlu.redaction import cues
from nlu.values.sequences import Element, Run, Word, at_word


def is_plain(words: list[Word], run: Run, *, strength: int) -> bool:
    """Whether a run without a firm cue is an amount, a count, a year, a time or a date."""
    elements = run.elements
    forms = {element.form for element in elements}
    if len(elements) == 1 and forms & {"cardinal", "pair", "grouped", "decimal"}:
        return True
    if [element.form for element in elements] == ["figure", "letter", "figure"] and elements[1].signs == "X":
        return True  # "1920x1080"
    if "letter" in forms or forms <= {"grouped", "decimal"}:
        return "letter" not in forms
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
    return strength == 0 and (_amount(words, run) or _listed(words, run) or _range(words, run))


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
    # "spain 2016 playlist", "apocalypse 2024", "my 2010 favourites": named after the year.
    return forms == ["figure"] and (_content(before, longer_than=2) or _content(behind, longer_than=3))


def _content(word: str, *, longer_than: int) -> bool:
    return len(word) > longer_than and word.isalpha() and word not in cues.LINKS and word not in cues.GENERIC


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
    if single and len(run.digits) < 6 and at_word(words, run.first - 1) in ("has", "have", "had"):
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


def _range(words: list[Word], run: Run) -> bool:
    """The first of "1500 to 2000 euros"."""
    if at_word(words, run.after) not in ("to", "and", "or", "-", "–", "到", "至") or len(run.elements) > 1:
        return False
    return at_word(words, run.after + 1)[:1].isdecimal() and at_word(words, run.after + 2) in cues.UNITS_BEHIND


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
