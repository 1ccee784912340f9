"""Postal addresses: a house number with a street, and what hangs on it; written and spoken, English and Chinese. Pure.

A town alone, a house's name or a street without a number is not found.
"""

import re

from nlu.redaction.spans import PersonalSpan
from nlu.values.numbers import ORDINALS, TEENS, TENS
from nlu.values.sequences import DIGIT_WORDS, Word, at_word

_STREETS = frozenset(
    "street road avenue lane boulevard crescent terrace gardens grove mews parade highway cul-de-sac broadway "
    "esplanade quay "
    "rd ave ln blvd cres strasse straße".split()
)
_LIKELY_STREETS = frozenset(
    "st drive dr close court ct way place pl square sq park hill row walk view green rise circle trail wharf heights "
    "mount house tower building parkway pkwy bridge villas embankment gate plaza".split()
)
"""Also other words: a street only behind a cue or in capitals."""
_FLATS = frozenset("studio penthouse flat apartment apt unit suite room floor block".split())
_CUES = frozenset("address live lives living at to moved reside house home deliver delivered ship send post".split())
_LINKS = frozenset(
    "is it's 's it them that's on in at the my to an a um umm uh uhm er erm , : still now over here new "
    "currently".split()
)
_NUMBERS = frozenset({*DIGIT_WORDS, *TEENS, *TENS, "hundred", "and", "double"})
_NO_STREET = frozenset(
    "am pm january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday th st nd rd a the of to for and in on at is was minutes minute hours "
    "hour days day weeks week months month "
    "years year pounds pound dollars "
    "euros percent people times time per or from with miles mile metres meters km degrees o'clock am pm i you we my "
    "your more other "
    "different new long short cards card accounts account payments payment it this that".split()
)
_STOP = frozenset(
    "and but please thanks thank is was i my the for with so can you it that's if because instead now okay right as "
    "or on at from".split()
)
_DIRECTIONS = frozenset("north south east west n s e w ne nw se sw".split())
_LONGEST_STREET = 4
_LONGEST_TOLD = 18
_LIVING = frozenset("live lives living lived reside resides located based staying stay address".split())
_SENDING = frozenset("deliver delivered ship shipped send sent post mail forward moved moving move".split())

_ANY_SIGN = _STREETS | _LIKELY_STREETS | frozenset({"box", *"号室栋幢弄楼座"})

_CHINESE = re.compile(
    r"[㐀-鿿]{1,24}(?:路|街|道|巷|弄|胡同|里|小区|大厦|广场|村|花园|公寓|苑|步行街)"
    r"[㐀-鿿]{0,4}[0-9零一二三四五六七八九十百A-Za-z]{1,6}(?:号楼|号院|号|弄|栋|幢|座|楼)"
    r"(?:[0-9零一二三四五六七八九十百A-Za-z\-]{1,6}(?:号楼|号|栋|幢|座|单元|层|楼|室|门)?){0,4}"
)
_CUES_ZH = re.compile(r".*(?:住在|住|地址是|地址：|地址:|地址|寄到|送到|送去|寄去|搬到|在|到|：|:|，)", re.DOTALL)


def find_addresses(text: str, words: list[Word]) -> list[PersonalSpan]:
    """Addresses with a house number, in order."""
    found: list[PersonalSpan] = []
    free = 0
    said = {word.text for word in words}
    told = not (_LIVING.isdisjoint(said) and _SENDING.isdisjoint(said))
    if not told and said.isdisjoint(_ANY_SIGN):
        return found
    for at, word in enumerate(words):
        if at < free or not (word.text in _STREETS or word.text in _LIKELY_STREETS):
            continue
        begin = _begin(text, words, at, least=free)
        if begin is None:
            continue
        free = _end(text, words, at + 1, cued=_cued(words, begin))
        found.append(PersonalSpan("address", words[begin].start, words[free - 1].end, 0.8))
    if told:
        found += _told(text, words)
    for at, word in enumerate(words):
        if word.text == "box":
            found += _box(words, at)
    if not said.isdisjoint("号室栋幢弄楼座"):
        found += _chinese_addresses(text)
    return found


def _told(text: str, words: list[Word]) -> list[PersonalSpan]:
    """What begins with a number behind "my address is" or "deliver it to", whatever its street is called."""
    found: list[PersonalSpan] = []
    for at, (word, _, _) in enumerate(words):
        firm = word == "address" or (word == "at" and at_word(words, at - 1) in _LIVING)
        if not firm and not (word == "to" and _sends(words, at)):
            continue
        begin = at + 1
        while begin - at < 6 and at_word(words, begin) in _LINKS:
            begin += 1
        number = begin + (at_word(words, begin) in _FLATS)
        if number >= len(words) or not _is_number(words, number) or words[number].text in ("and", "double"):
            continue
        end = _told_end(text, words, number, firm=firm or number > begin)
        if end > number:
            found.append(PersonalSpan("address", words[begin].start, words[end - 1].end, 0.7))
    return found


def _sends(words: list[Word], at: int) -> bool:
    """Whether "to" stands behind "deliver", "ship it", "moved"."""
    return any(at_word(words, at - back) in _SENDING for back in (1, 2, 3))


def _told_end(text: str, words: list[Word], first: int, *, firm: bool) -> int:
    """Behind the last word of the address, `first` for none: in capitals, or in small letters where that is sure."""
    at = first
    while at < len(words) and (_is_number(words, at) or words[at].text == ","):
        at += 1
    if at >= len(words) or not words[at].text.isalpha() or words[at].text in _NO_STREET or words[at].text in _STOP:
        return first
    capitals = text[words[at].start].isupper()
    if not capitals and not (firm or (words[first].text.isdecimal() and len(words[first].text) > 2)):
        return first
    end = at
    while at < len(words) and at - first < _LONGEST_TOLD:
        word, start, _ = words[at]
        fitting = text[start].isupper() if capitals else at - end < 6 and word not in _NO_STREET
        number = word in _FLATS or (_is_number(words, at) and word not in ("and", "double"))
        if number or (fitting and word.isalpha() and word not in _STOP):
            end = at + 1
        elif word not in (",", ".", "-", "#", "'"):
            break
        at += 1
    return end


def _begin(text: str, words: list[Word], street: int, *, least: int) -> int | None:
    """The token of the house number (or of the flat in front) of the street whose last word is `street`."""
    at, named = street - 1, 0
    while at >= least and named < _LONGEST_STREET and _is_name(words, at):
        at, named = at - 1, named + 1
    if at < least or not _is_number(words, at):
        # "fifth avenue" without a name: the ordinal is the name
        return None
    if named == 0:
        return None
    while at > least and (_is_number(words, at - 1) or (words[at].text[:1].isalpha() and len(words[at].text) == 1)):
        at -= 1
    while words[at].text == "and":
        at += 1
    firm = (
        words[street].text in _STREETS
        or words[street].text in ("drive", "court")
        or (words[street].text == "close" and at_word(words, street + 1) != "to")
    ) and named <= 3
    capitals = text[words[street].start].isupper() and text[words[street - 1].start].isupper()
    if not (firm or capitals or _cued(words, at)):
        return None
    return _flat(words, at, least=least)


def _is_name(words: list[Word], at: int) -> bool:
    word = words[at].text
    if word in ORDINALS or word in ("-", "'", ".", "and") or "'" in word:
        return True
    return word.isalpha() and word not in _NUMBERS and word not in _NO_STREET and word not in tuple("bcdefgh")


def _is_number(words: list[Word], at: int) -> bool:
    word = words[at].text
    if word in _NUMBERS or (word[0].isdecimal() and len(word) <= 6):
        return True
    glued = at > 0 and len(word) == 1 and word in "abcdefgh" and words[at - 1].text[:1].isdecimal()
    return glued and words[at - 1].end == words[at].start


def _cued(words: list[Word], at: int) -> bool:
    for back in range(1, 8):
        word = at_word(words, at - back)
        if word in _CUES:
            return True
        if word not in _LINKS and word not in _FLATS and not (word and (_is_number(words, at - back))):
            return False
    return False


def _flat(words: list[Word], at: int, *, least: int) -> int:
    """ "flat 3, 12 baker street" begins at "flat"."""
    back = at
    while back > least and at - back < 7 and _is_flat_number(words, back - 1):
        back -= 1
    return back - 1 if back > least and words[back - 1].text in _FLATS else at


def _is_flat_number(words: list[Word], at: int) -> bool:
    word = words[at].text
    return word in (",", "number", "no") or _is_number(words, at) or (len(word) == 1 and word.isalpha())


def _end(text: str, words: list[Word], behind: int, *, cued: bool) -> int:
    """Behind the direction, the flat and what follows in capitals: towns, counties, countries; `cued`: in small too."""
    end = behind
    if at_word(words, end) == "." and at_word(words, end + 1) == ",":
        end += 1
    if at_word(words, end) in _DIRECTIONS:
        end += 1
    while end - behind <= 8:
        at = end + (at_word(words, end) in (",", "in"))
        if at_word(words, at) in _FLATS:
            number = at + 1 + (at_word(words, at + 1) == ".")
            if number < len(words) and _is_number(words, number):
                end = number + 1
                continue
        size = 0
        while size < 3 and at + size < len(words) and _is_town(text, words[at + size]):
            size += 1
        if size == 0:
            break
        end = at + size
    return _small_town(words, end) if cued and end == behind else end


def _small_town(words: list[Word], end: int) -> int:
    """Behind a town in small letters, of one or two words, that closes the sentence or stands before a postcode."""
    at = end + (at_word(words, end) in (",", "in"))
    size = 0
    while size < 3 and at_word(words, at + size).isalpha() and len(at_word(words, at + size)) > 2 and (
        at_word(words, at + size) not in _STOP
    ):  # fmt: skip
        size += 1
    behind = at_word(words, at + size)
    closed = not behind.isalpha() or len(behind) == 1 or behind in _STOP
    return at + size if 0 < size < 3 and closed else end


def _is_town(text: str, word: Word) -> bool:
    return word.text.isalpha() and word.text not in _STOP and text[word.start].isupper()


def _box(words: list[Word], at: int) -> list[PersonalSpan]:
    """ "P.O. Box 123", the word "box" being at `at`."""
    first = at
    while first > 0 and at - first < 4 and words[first - 1].text in ("p", "o", ".", "po"):
        first -= 1
    number = at + 1 + (at_word(words, at + 1) in ("number", "no"))
    if first == at or not at_word(words, number)[:1].isdecimal():
        return []
    return [PersonalSpan("address", words[first].start, words[number].end, 0.8)]


def _chinese_addresses(text: str) -> list[PersonalSpan]:
    found = []
    for match in _CHINESE.finditer(text):
        # Greedy from the left: what leads up to the address ("我住在") is not part of it.
        lead = _CUES_ZH.match(match.group()[: max(0, len(match.group()) - 4)])
        cue = lead.end() if lead else 0
        start = match.start() + cue
        if match.end() - start >= 5:
            found.append(PersonalSpan("address", start, match.end(), 0.8))
    return found
