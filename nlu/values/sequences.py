"""Strings of digits and letters as people write and say them, in English and Chinese: cards, phones, references. Pure.

"double four oh", "forty two seventeen", "b for bravo", "AB12 34", 幺三八, with separators and fillers between. A run is
as long as such a string can be; what it is, its readers decide. Linear in the length of the text.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from nlu.values.numbers import REPEATS, TEENS, TENS, UNITS, Token

_IDEOGRAPH = "㐀-鿿〇"
_TOKEN = re.compile(
    rf"[^\W\d_{_IDEOGRAPH}]+(?:['’][^\W\d_{_IDEOGRAPH}]+)*|圈[aA]|下划线|减号|横杠|空格|艾特|[{_IDEOGRAPH}]"
    r"|(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?![\d]|[.,]\d)"
    r"|(?<![\d.,])\d{1,9}\.\d{1,2}(?![\d]|\.\d)"
    r"|\d+|<[a-z_]{2,24}>|\*+|[^\w\s]|_"
)

DIGIT_WORDS = {word: str(value) for word, value in UNITS.items()} | {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "niner": "9", "fife": "5",
}  # fmt: skip
CHINESE_DIGITS = dict(
    zip("零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖貳參陸", "00012345678912123456789236", strict=True)
)
_CHINESE_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "萬": 10_000, "億": 100_000_000}
_TEXT_SCALES = {"thousand": 1_000, "grand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
CODE_WORDS = {
    word: word[0]
    for word in (
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar "
        "papa "
        "quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
    ).split()
}
SEPARATORS = frozenset(
    [*"-–—‐‑−.,/·、，。_()（）:：;…~|'’", *"dash hyphen slash stroke space ext extension 横杠 减号 杠 空格".split()]
)
FILLERS = frozenset(
    "um umm uh uhh uhm er err erm eh ah ahh hmm hm mm mmm mhm like so okay ok right yeah yes yep well then sorry wait "
    "now uh-huh "
    "呃 嗯 啊 额 哦 唔 哈".split()
)
_PHRASES = (
    ("let", "me", "see"), ("let's", "see"), ("you", "know"), ("i", "think"), ("i", "mean"), ("hang", "on"), ("hold",
    "on"),
    ("and", "then"), ("just", "a", "second"), ("just", "a", "sec"), ("got", "that"), ("got", "it"), ("are", "you",
    "ready"),
    ("bear", "with", "me"), ("那", "个"), ("然", "后"), ("就", "是"), ("我", "看", "看"), ("这", "个"), ("等", "一",
    "下"),
    ("接", "着"), ("再", "来"), ("后", "面", "是"),
)  # fmt: skip
_PHRASES_BY_LEAD = {lead: tuple(p for p in _PHRASES if p[0] == lead) for lead in {p[0] for p in _PHRASES}}
_SOUND_ALIKES = frozenset({"to", "too", "for", "ate", "won", "tree", "free", "and"})
"""Heard between two spoken digits: a digit the recognizer misspelt, or a joint."""
_LONGEST_GAP = 8
_NO_LETTERS = frozenset(
    "pin cvv cvc cv2 iban otp zip ssn dob tel ni id my is the no nr ref and for ok um uh it on at in to of a i code "
    "card "
    "ring call text born name nino sort visa amex uk us usa eu gbp usd eur am pm bst gmt vat atm sms pnr hi hey yes "
    "sure so "
    "well an by or if but was are".split()
)
"""In capitals too, words and no letters of a string."""
_VERBS = frozenset(
    "am was think want have need would could can can't will do did don't just guess believe mean lost got know hope "
    "see said sent "
    "ordered paid live lived like love am also had been only really made gave give get used use already still tried "
    "try called "
    "call wonder suppose understand work moved bought".split()
)
"""Behind an "i" that is a word."""
_DIGITAL = frozenset({*DIGIT_WORDS, *TEENS, *TENS, *CHINESE_DIGITS, "十", "hundred", "thousand"})
_SPOKEN = frozenset({*DIGIT_WORDS, *TEENS, *TENS})
_LEADS = _DIGITAL | {"叉"} | frozenset(REPEATS) | frozenset(CODE_WORDS)


class Word(NamedTuple):
    """A token; `text` is lower case, `start` and `end` are its place in the text."""

    text: str
    start: int
    end: int


class Element(NamedTuple):
    """One piece of a run: its signs, its tokens `first` up to `after`, and how it was given.

    form: figure, word, repeat, pair (a number below 100), cardinal (said whole), grouped ("1,250"), decimal, letter.
    """

    signs: str
    first: int
    after: int
    form: str


class Run(NamedTuple):
    """Elements that belong together."""

    elements: tuple[Element, ...]

    @property
    def first(self) -> int:
        """Index of its first token."""
        return self.elements[0].first

    @property
    def after(self) -> int:
        """Index behind its last token."""
        return self.elements[-1].after

    @property
    def signs(self) -> str:
        """Digits and capital letters."""
        return "".join(element.signs for element in self.elements)

    @property
    def digits(self) -> str:
        """Its digits only."""
        return "".join(sign for sign in self.signs if sign.isdecimal())


def split_words(text: str) -> list[Word]:
    """Words, figures, single ideographs and signs; a mask ("******", "<card>") is one token."""
    return [Word(found.group().lower(), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def is_mask(word: str) -> bool:
    """Whether a token is what masking left: "******" or "<card>"."""
    return word.startswith("*") or (len(word) > 1 and word.startswith("<"))


def at_word(words: list[Word], at: int) -> str:
    """The token's text, "" beyond either end."""
    return words[at].text if 0 <= at < len(words) else ""


def has_digits(words: Iterable[Word | Token], *, least: int = 1) -> bool:
    """Whether digits are written or said, `least` words or figures of them."""
    count = 0
    for word in words:
        if word.text in _DIGITAL:
            count += 1
        elif word.text[0].isdecimal():
            count += len(word.text)
    return count >= least


def find_runs(text: str, words: list[Word], *, letters_alone: bool = False) -> list[Run]:
    """Every run of digits and letters, in order, not overlapping; one of letters only when `letters_alone`."""
    runs: list[Run] = []
    if not letters_alone and not has_digits(words):
        return runs
    elements: list[Element] = []
    at = 0
    while at < len(words):
        word, start, end = words[at]
        if word.isalpha() and len(word) > 1 and word not in _LEADS and not (
            text[start : start + 2].isupper() or text[end : end + 1].isdecimal() or text[start - 1 : start].isdecimal()
            or (len(word) == 4 and _iban_head(words, at))
        ):  # fmt: skip
            at += 1
            continue
        element = read_element(text, words, at)
        if element is None:
            at += 1
            continue
        if elements and not _joined(words, elements, element):
            _close(runs, elements, letters_alone)
            elements = []
        elements.append(element)
        at = element.after
    _close(runs, elements, letters_alone)
    return runs


def _close(runs: list[Run], elements: list[Element], letters_alone: bool) -> None:
    if (letters_alone and len(elements) > 1) or any(element.form != "letter" for element in elements):
        runs.append(Run(tuple(elements)))


def _joined(words: list[Word], elements: list[Element], element: Element) -> bool:
    before, gap = elements[-1], element.first - elements[-1].after
    if gap == 0:
        return True
    if gap > _LONGEST_GAP:
        return False
    forms = (before.form, element.form)
    spoken = "word" in forms or "repeat" in forms or len(before.signs) == len(element.signs) == 1
    if gap == 1 and words[before.after].text in _SOUND_ALIKES and (len(elements) > 1 or _goes_on(words, element)):
        return spoken and before.form in ("word", "repeat", "figure") and element.form in ("word", "repeat", "figure")
    return all_filling(words, before.after, element.first)


def _goes_on(words: list[Word], element: Element) -> bool:
    """Whether two more digits follow one by one."""
    return all(
        at_word(words, element.after + i) in DIGIT_WORDS or _is_figure(at_word(words, element.after + i))
        for i in (0, 1)
    )


def _is_figure(word: str) -> bool:
    return len(word) == 1 and word.isdecimal()


def all_filling(words: list[Word], begin: int, end: int) -> bool:
    """Whether only separators and fillers stand from `begin` up to `end`."""
    at = begin
    while at < end:
        text = words[at].text
        if text in SEPARATORS or text in FILLERS:
            at += 1
            continue
        phrase = next((p for p in _PHRASES_BY_LEAD.get(text, ()) if _stands(words, at, p)), None)
        if phrase is None or at + len(phrase) > end:
            return False
        at += len(phrase)
    return True


def _stands(words: list[Word], at: int, phrase: tuple[str, ...]) -> bool:
    return all(at_word(words, at + offset) == part for offset, part in enumerate(phrase))


def read_element(text: str, words: list[Word], at: int) -> Element | None:
    """The element that begins at token `at`, or None."""
    word = words[at].text
    first = word[0]
    if first.isdecimal():
        return _figure(words, at)
    if word in DIGIT_WORDS or word in TENS or word in TEENS:
        return _spoken(words, at)
    if word in CHINESE_DIGITS or word == "十":
        return _chinese(words, at)
    if word in REPEATS:
        return _repeat(words, at)
    if word in ("hundred", "thousand") or (word == "a" and at_word(words, at + 1) in ("hundred", "thousand")):
        return _cardinal(words, at)
    return _letter(text, words, at)


def _figure(words: list[Word], at: int) -> Element:
    word = words[at].text
    if "." in word:
        return Element(_ascii(word.replace(",", "").replace(".", "")), at, at + 1, "decimal")
    if "," in word:
        return Element(_ascii(word.replace(",", "")), at, at + 1, "grouped")
    after = at + 1
    if at_word(words, after) in ("hundred", "thousand", "million", "billion", "万", "千", "百", "亿"):
        return Element(_ascii(word), at, after + 1, "cardinal")
    return Element(_ascii(word), at, after, "figure")


def _ascii(figures: str) -> str:
    return figures if figures.isascii() else "".join(str(int(sign)) for sign in figures)


def _spoken(words: list[Word], at: int) -> Element | None:
    word, follower = words[at].text, at_word(words, at + 1)
    if word in DIGIT_WORDS and follower not in ("hundred", "thousand", "million", "billion", "grand"):
        return Element(DIGIT_WORDS[word], at, at + 1, "word")
    return _cardinal(words, at)


def _cardinal(words: list[Word], at: int) -> Element | None:
    """ "forty two", "nine hundred", "one hundred and twenty three", "two thousand five hundred"."""
    total, end, ceiling, scaled = 0, at, 10**12, False
    while end - at < 24:
        begin = end + 1 if end > at and scaled and at_word(words, end) == "and" else end
        group = _below_thousand(words, begin, leading=end == at)
        if group is None:
            break
        value, after, hundred = group
        scale = _TEXT_SCALES.get(at_word(words, after), 1)
        if scale >= ceiling or (end > at and value * scale >= ceiling):
            break
        total, end = total + value * scale, after + (1 if scale > 1 else 0)
        scaled = scaled or hundred or scale > 1
        if scale == 1:
            break
        ceiling = scale
    return Element(str(total), at, end, "cardinal" if scaled else "pair") if end > at else None


def _below_thousand(words: list[Word], at: int, *, leading: bool) -> tuple[int, int, bool] | None:
    if leading and at_word(words, at) == "a":
        at += 1
    value, end = (1, at) if leading and at_word(words, at) in ("hundred", "thousand") else _below_hundred(words, at)
    if end == at and value == 0:
        return None
    if at_word(words, end) != "hundred":
        return value, end, False
    value, end = value * 100, end + 1
    begin = end + 1 if at_word(words, end) == "and" else end
    rest, after = _below_hundred(words, begin)
    # "nine hundred one two three" is 900 123, not 901 and 23: a unit counts only behind "and" or when it ends.
    follower = at_word(words, after)
    single = begin == end and after == begin + 1 and rest < 10 and (follower in DIGIT_WORDS or follower == "hundred")
    return (value, end, True) if after == begin or single else (value + rest, after, True)


def _below_hundred(words: list[Word], at: int) -> tuple[int, int]:
    word = at_word(words, at)
    if word in TENS:
        unit = UNITS.get(at_word(words, at + 1), 0)
        return TENS[word] + unit, at + (2 if unit else 1)
    value = UNITS.get(word) or TEENS.get(word)
    return (value, at + 1) if value else (0, at)


def _chinese(words: list[Word], at: int) -> Element:
    """A digit, or a number said whole: 一千二百, 十二."""
    end, scaled = at, False
    while at_word(words, end) in CHINESE_DIGITS or at_word(words, end) in _CHINESE_SCALES:
        scale = at_word(words, end) in _CHINESE_SCALES
        follower = at_word(words, end + 1)
        if not scale and follower not in _CHINESE_SCALES and not (scaled and (end == at or words[end].text == "零")):
            break
        scaled, end = scaled or scale, end + 1
    if not scaled:
        return Element(CHINESE_DIGITS[words[at].text], at, at + 1, "word")
    if at_word(words, end) in CHINESE_DIGITS and words[end - 1].text in _CHINESE_SCALES:
        end += 1  # the last digit of 二十三
    value = _chinese_value([word.text for word in words[at:end]])
    return Element(str(value), at, end, "cardinal")


def _chinese_value(signs: list[str]) -> int:
    total = section = digit = 0
    for sign in signs:
        if sign in CHINESE_DIGITS:
            digit = int(CHINESE_DIGITS[sign])
            continue
        scale = _CHINESE_SCALES[sign]
        if scale >= 10_000:
            total, section = (total + section + digit) * scale, 0
        else:
            section += (digit or 1) * scale
        digit = 0
        if total >= 10**15:
            break
    return total + section + digit


def _repeat(words: list[Word], at: int) -> Element | None:
    """ "double four", "triple oh", "double n"."""
    follower = at_word(words, at + 1)
    times = REPEATS[words[at].text]
    single = DIGIT_WORDS.get(follower, "")
    if single or (len(follower) == 1 and follower.isdecimal()):
        return Element((single or _ascii(follower)) * times, at, at + 2, "repeat")
    if len(follower) == 1 and follower.isascii() and follower.isalpha():
        return Element(follower.upper() * times, at, at + 2, "letter")
    return None


def _letter(text: str, words: list[Word], at: int) -> Element | None:
    """A letter, spelt or in capitals or glued to figures."""
    word, start, end = words[at]
    if word == "叉" and at and (words[at - 1].text in CHINESE_DIGITS or words[at - 1].text[0].isdecimal()):
        return Element("X", at, at + 1, "letter")
    if not (word.isascii() and word.isalpha()):
        return None
    if word == "i" and at_word(words, at + 1).isalpha() and at_word(words, at + 1) in _VERBS:
        return None
    if len(word) == 1:
        joint = at_word(words, at + 1)
        after = (
            at + 2 if joint in ("for", "like") else at + 3 if joint == "as" and at_word(words, at + 2) == "in" else at
        )
        named = after > at and at_word(words, after)[:1] == word and len(at_word(words, after)) > 2
        return Element(word.upper(), at, after + 1 if named else at + 1, "letter")
    if word in CODE_WORDS and _among_letters(words, at):
        return Element(CODE_WORDS[word].upper(), at, at + 1, "letter")
    if len(word) > 10:
        return None
    glued = (at > 0 and words[at - 1].end == start and at_word(words, at - 1)[0].isdecimal()) or (
        at + 1 < len(words) and words[at + 1].start == end and at_word(words, at + 1)[0].isdecimal()
    )
    common = word in _NO_LETTERS and not _insurance_head(words, at)
    capitals = len(word) <= 4 and not common and text[start:end].isupper()
    bank = len(word) == 4 and _iban_head(words, at)
    return Element(word.upper(), at, at + 1, "letter") if glued or capitals or bank else None


def _among_letters(words: list[Word], at: int) -> bool:
    """Whether a code word stands beside a letter or a digit; "november 3" is a date."""
    near = (at_word(words, at - 1), at_word(words, at + 1))
    if words[at].text == "november":
        spelt = near[1] in REPEATS or (near[1] in DIGIT_WORDS and at_word(words, at + 2) in (*DIGIT_WORDS, *REPEATS))
        return spelt or any(text in CODE_WORDS or (len(text) == 1 and text.isalpha()) for text in near)
    return any(
        text in CODE_WORDS
        or text in _SPOKEN
        or text in REPEATS
        or (len(text) == 1 and text.isalnum())
        or text.isdecimal()
        for text in near
    )


def _insurance_head(words: list[Word], at: int) -> bool:
    """Whether three figures of two digits follow, as in a National Insurance number: "AM 58 90 88 D"."""
    parts = [at_word(words, at + i) for i in (1, 2, 3)]
    return all(len(part) == 2 and part.isdecimal() for part in parts)


def _iban_head(words: list[Word], at: int) -> bool:
    """Whether "gb29" stands before a bank's four letters, and figures behind."""
    if at < 2 or not at_word(words, at + 1)[:1].isdecimal():
        return False
    country, check = words[at - 2], words[at - 1]
    return len(country.text) == 2 and country.text.isalpha() and len(check.text) == 2 and check.text.isdecimal()


def trimmed(text: str, words: list[Word], run: Run, *, cued: int) -> Run:
    """Without letters at the ends that are words ("a 4271", "i 427196", "hotel 2500", "oh, four two").

    cued: how firmly the words around say that a string follows: 2 every letter belongs, 1 most do, 0 some do.
    """
    elements = list(run.elements)
    if not cued:
        elements = _without_pronoun(words, elements)
    while elements and elements[0].form == "letter" and not _belongs(text, words, elements, 0, 1, cued=cued):
        elements.pop(0)
    while elements and elements[-1].form == "letter" and not _belongs(text, words, elements, -1, -2, cued=cued):
        elements.pop()
    first = elements[0]
    if words[first.first].text in ("oh", "o") and first.form == "word" and at_word(words, first.after) == ",":
        elements.pop(0)
    return Run(tuple(elements)) if elements else run


def _without_pronoun(words: list[Word], elements: list[Element]) -> list[Element]:
    """Without the letters behind the last digit when they begin with "i" ("2026 i d like")."""
    last = max((at for at, element in enumerate(elements) if element.form != "letter"), default=0)
    return (
        elements[: last + 1] if last + 1 < len(elements) and words[elements[last + 1].first].text == "i" else elements
    )


def _belongs(text: str, words: list[Word], elements: list[Element], end: int, next_: int, *, cued: int) -> bool:
    element, other = elements[end], elements[next_]
    near, far = (element, other) if end == 0 else (other, element)
    if words[near.after - 1].end == words[far.first].start:
        return True
    if text[words[element.first].start : words[element.first].end].isupper() and words[element.first].text not in (
        "i",
        "a",
    ):
        return True
    word = words[element.first].text
    spelt = sum(one.form == "letter" for one in elements) > 1
    if element.after - element.first > 1 or cued == 2:
        return True  # "m for mother"
    if word in ("a", "i"):
        return other.form == "letter" or (cued > 0 and end == -1)
    return spelt or cued > 0 or len(word) == 1
