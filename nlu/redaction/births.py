"""Dates of birth and cards' expiry dates: a date where the words around say whose it is. Pure."""

from nlu.redaction.cues import MONTHS
from nlu.redaction.spans import PersonalSpan
from nlu.values.numbers import ORDINALS, TEENS, TENS
from nlu.values.sequences import CHINESE_DIGITS, DIGIT_WORDS, Word, at_word, is_mask

_LINKS = frozenset(
    "is was 's it's its that's on in at the a and my our um umm uh uhm er erm ah hmm so , : . ; - – — as follows "
    "yes well okay ok "
    "here would be please sorry year day date of birth hang let me see think i 是 在 为 ， ： 呃 嗯 的 ， 于".split()
)
_JOINTS = frozenset("the of , . / - – um umm uh uhm er erm 's hang on let me see sorry and then okay 呃 嗯".split())
_NUMERALS = frozenset(
    {*DIGIT_WORDS, *TEENS, *TENS, *ORDINALS, *MONTHS, "hundred", "thousand", "st", "nd", "rd", "th", "double"}
)
_NUMERALS_ZH = frozenset({*CHINESE_DIGITS, *"十廿年月日号號"})
_CUES = frozenset("born birth birthday birthday's birthdays birthdate dob d expiry expiration expires exp 生".split())
_LONGEST = 26
_FARTHEST = 8


def find_births(words: list[Word]) -> list[PersonalSpan]:
    """Dates of birth, and expiry dates of cards, in order."""
    found: list[PersonalSpan] = []
    if _CUES.isdisjoint({word.text for word in words}):
        return found
    free = 0
    for at, (word, _, _) in enumerate(words):
        if at < free:
            continue
        after = _cue_end(words, at)
        place = _date_from(words, after) if after else None
        if place is not None:
            expiry = word.startswith("exp")
            if not expiry or place[1] - place[0] > 1:
                kind = "expiry" if expiry else "date_of_birth"
                found.append(PersonalSpan(kind, words[place[0]].start, words[place[1] - 1].end, 0.9))
            free = place[1]
        elif _cue_behind(words, at):
            place = _date_before(words, at)
            if place is not None and place[0] >= free:
                found.append(PersonalSpan("date_of_birth", words[place[0]].start, words[place[1] - 1].end, 0.9))
    return found


def _cue_end(words: list[Word], at: int) -> int:
    """Index behind words after which a date of birth comes, 0 for none."""
    word, second, third = words[at].text, at_word(words, at + 1), at_word(words, at + 2)
    if word in ("dob", "birthdate", "birthdays") or word == "born":
        return at + 1
    if word == "d" and second in (".", "o") and "b" in (third, at_word(words, at + 4)):
        return at + (3 if third == "b" else 5)
    if (word == "of" and second == "birth") or (word == "birth" and second in ("date", "day")):
        return at + 2
    if word in ("birthday", "birthday's") and (
        word == "birthday's" or second in ("is", "was", ":", ",") or _is_date(words, at + 1)
    ):
        return at + 1
    if word in ("expiry", "expiration", "expires", "exp"):
        return at + 1 if _is_card(words, at) else 0
    if (word == "出" and second == "生") or (word == "生" and second == "日"):
        return at + 2
    return 0


def _is_card(words: list[Word], at: int) -> bool:
    near = {word.text for word in words[max(0, at - 12) : at + 4]}
    return bool(near & {"card", "card's", "cards", "cvv", "visa", "mastercard", "expiry", "expiration"}) or any(
        is_mask(text) for text in near
    )


def _is_date(words: list[Word], at: int) -> bool:
    word = at_word(words, at)
    return bool(word) and (word in _NUMERALS or word in _NUMERALS_ZH or word[0].isdecimal())


def _date_from(words: list[Word], begin: int) -> tuple[int, int] | None:
    at = begin
    while (
        at - begin < _FARTHEST
        and at_word(words, at) in _LINKS
        and not (at_word(words, at) == "the" and _is_date(words, at + 1))
    ):
        at += 1
    at += at_word(words, at) in ("年", "月", "日")  # 出生年月日
    article = at_word(words, at) == "the"
    at += article
    if not _is_date(words, at):
        if at_word(words, at) not in ("月", "日", "期", "是"):
            return None
        while at - begin < _FARTHEST and at_word(words, at) in ("月", "日", "期", "是", "：", ":", "，", " "):
            at += 1
        if not _is_date(words, at):
            return None
    grown = _grown(words, at)
    return (grown[0] - article, grown[1]) if grown else None


def _grown(words: list[Word], first: int) -> tuple[int, int] | None:
    """The tokens of a date from `first` on; None where there is a month alone ("may")."""
    end = at = first
    while at < len(words) and at - first < _LONGEST:
        if _is_date(words, at):
            end = at + 1
        elif words[at].text not in _JOINTS or at - end > 3:
            break
        at += 1
    numeric = any(
        _is_date(words, i) and words[i].text not in MONTHS and words[i].text not in "年月日号號"
        for i in range(first, end)
    )
    numeric = numeric and (end - first > 1 or len(words[first].text) > 2)
    counted = at_word(words, end) in ("years", "months", "weeks", "days", "people", "minutes", "hours", "times")
    return (first, end) if numeric and not counted else None


def _cue_behind(words: list[Word], at: int) -> bool:
    """ "... is my date of birth", 1984年5月3日出生."""
    word = words[at].text
    if word in ("出", "生") and at_word(words, at + 1) in ("生", "日"):
        return True
    if word not in ("is", "was") or at_word(words, at + 1) not in ("my", "the", "his", "her", "when"):
        return False
    return {"birthday", "birth", "born", "dob"} & {at_word(words, at + i) for i in range(2, 6)} != set()


def _date_before(words: list[Word], at: int) -> tuple[int, int] | None:
    begin = at
    while (
        begin > 0
        and at - begin < _LONGEST
        and (_is_date(words, begin - 1) or (begin < at and words[begin - 1].text in _JOINTS))
    ):
        begin -= 1
    while begin < at and not _is_date(words, begin):
        begin += 1
    return _grown(words, begin) if begin < at else None
