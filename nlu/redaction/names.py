"""Names of people where a sentence says that one follows: "my name is", "this is ... speaking", 我叫. Pure.

Without such words a name is the model's to find. Case decides where the text has any; else a list of names and of
words that are none.
"""

from nlu.redaction.given_names import COMPOUND_SURNAMES_ZH, FAMILY, GIVEN, NOT_NAMES, SURNAMES_ZH
from nlu.redaction.spans import PersonalSpan
from nlu.values.sequences import Word, at_word

_LONGEST = 5
_KNOWN = GIVEN | FAMILY
_FILLERS = frozenset("um umm uh uhm er erm eh ah hmm , : ' \"".split())
_PARTICLES = frozenset("van von de der den da di del la le bin bint ibn al el dos st mac mc o - .".split())
_AFTER_NAME = frozenset("speaking calling here".split())

_FIRM = (
    ("my", "name", "is"), ("my", "name's"), ("my", "names"), ("name", "is"), ("name", "was"), ("name's",),
    ("surname", "is"), ("surname's",), ("surname", "was"),
    ("surname", ":"), ("i'm", "called"), ("i", "am", "called"), ("in", "the", "name", "of"), ("under", "the", "name"),
    ("under", "the", "name", "of"), ("by", "the", "name", "of"), ("name", "of"), ("cardholder's",
    "name"), ("people", "call", "me"),
    ("friends", "call", "me"), ("you", "can", "call", "me"), ("name", "on", "the", "card"), ("name", "on", "the",
    "account"),
    ("name", "on", "my", "card"), ("name", "on", "the", "card", "is"), ("name", "on", "the", "account", "is"),
    ("name", "on", "my", "card", "is"),
    ("account", "holder", "is"), ("cardholder", "is"), ("speaking", "with"), ("speaking", "to"), ("name", ":"),
    ("it", "under"),
    ("booked", "under"), ("registered", "to"), ("his", "name", "is"), ("her", "name", "is"),
)  # fmt: skip
"""A name follows unless the words behind say otherwise."""
_LOOSE = (
    ("i'm",), ("i", "am"), ("i’m",), ("im",), ("this", "is"), ("it's",), ("it", "is"), ("it’s",), ("that's",),
    ("you're", "speaking", "to"),
    ("call", "me"), ("i", "m"), ("it", "s"), ("under",), ("dear",), ("full", "name"), ("first", "name"), ("last",
    "name"), ("second", "name"), ("middle", "name"),
    ("family", "name"), ("given", "name"), ("maiden", "name"), ("surname",), ("cardholder",), ("account", "holder"),
    ("talking", "to"), ("thanks", ","), ("signed",),
    ("regards", ","), ("wishes", ","),
    ("sincerely", ","), ("ask", "for"), ("here", "is"),
)  # fmt: skip
"""A name may follow: it must look like one."""
_TITLES = frozenset("mr mrs ms miss dr prof professor mister missus madam sir lord lady".split())

_ENDS: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
for _cue in (*((cue, True) for cue in _FIRM), *((cue, False) for cue in _LOOSE)):
    _ENDS.setdefault(_cue[0][-1], []).append(_cue)

_TRIGGERS = _TITLES | frozenset(_ENDS) | {"speaking", "here"}

_CUES_ZH = ("我叫做", "我叫", "名字叫做", "名字叫", "名字是", "姓名是", "姓名叫", "姓名：", "姓名:", "姓名",
"本人叫", "全名是", "全名叫", "名叫", "户名是",
            "持卡人是", "持卡人叫", "收款人是", "收款人叫", "联系人是", "收件人是", "户主是", "他叫",
            "她叫")  # fmt: skip
_LOOSE_ZH = (
    "我是",
    "本人",
    "这里是",
    "这边是",
    "我姓",
    "免贵姓",
    "您好我是",
    "户名",
    "收件人",
    "持卡人",
    "收款人",
    "联系人",
    "贵姓",
)
_NOT_GIVEN_ZH = frozenset(
    "的我你您他她它们在是来想要了吗呢吧啊不没有和与跟去打给说这那请帮查办问做把被对到从为什么怎谁哪个就还也都很"
    "，。！？、可以今住因"
)
_NOT_PEOPLE_ZH = (
    "房东",
    "车主",
    "经理",
    "宗教",
    "祝",
    "安全",
    "单身",
    "全职",
    "农",
    "党",
    "居",
    "应",
    "成",
    "连",
    "时",
    "常",
    "管",
)
_TITLES_ZH = ("先生", "女士", "小姐", "太太", "老师", "经理", "师傅", "同学", "阿姨", "叔叔")


def find_names(text: str, words: list[Word]) -> list[PersonalSpan]:
    """The names that introductions, titles and endings ("john speaking") point at, in order of discovery."""
    found: list[PersonalSpan] = []
    if not text.isascii():
        found += _chinese_names(text)
    texts = [word.text for word in words]
    if _TRIGGERS.isdisjoint(texts):
        return found
    cased = any(text[word.start].isupper() for word in words)
    for at, word in enumerate(words):
        for cue, firm in _ENDS.get(word.text, ()):
            if at + 1 >= len(cue) and tuple(texts[at + 1 - len(cue) : at + 1]) == cue:
                _add(
                    found,
                    words,
                    _name_from(text, words, at + 1, firm=firm, cased=cased),
                    confidence=0.9 if firm else 0.7,
                )
        if word.text in _TITLES:
            _add(found, words, _titled(text, words, at), confidence=0.8)
        elif word.text == "speaking" or (word.text == "here" and at_word(words, at - 1) in _KNOWN):
            _add(found, words, _name_before(text, words, at), confidence=0.8)
    return found


def _add(found: list[PersonalSpan], words: list[Word], place: tuple[int, int] | None, *, confidence: float) -> None:
    if place is not None:
        found.append(PersonalSpan("name", words[place[0]].start, words[place[1] - 1].end, confidence))


def _is_word(word: str) -> bool:
    return word[:1].isalpha() and not "㐀" <= word[:1] <= "鿿"


def _name_from(text: str, words: list[Word], begin: int, *, firm: bool, cased: bool) -> tuple[int, int] | None:
    """The name that begins at `begin`, behind fillers: its first token and the one behind its last."""
    while at_word(words, begin) in _FILLERS or (
        firm and at_word(words, begin) in ("is", "'s", "was", "mr", "mrs", "ms", "dr", ".", "it's")
    ):
        begin += 1
    if firm and at_word(words, begin) in ("spelled", "spelt"):
        begin += 1
    if firm and _spelt_end(words, begin) > begin:
        return begin, _spelt_end(words, begin)
    if begin >= len(words) or not _is_word(words[begin].text) or words[begin].text in NOT_NAMES:
        return None
    end = _name_end(text, words, begin, cased=cased)
    if end == begin:
        return None
    if firm:
        end = _spelt_end(words, end)
        return begin, end
    first = words[begin]
    known = first.text in GIVEN or (first.text in FAMILY and end - begin > 1)
    capital = text[first.start].isupper() and begin > 0 and not text[first.start : first.end].isupper()
    introduced = at_word(words, end) in _AFTER_NAME or (at_word(words, end) == "from" and end - begin <= 3 and known)
    titled = capital and (end - begin > 1 or known)
    return (begin, end) if known or introduced or titled else None


def _name_end(text: str, words: list[Word], begin: int, *, cased: bool) -> int:
    """Index behind the last token that belongs to the name."""
    capitals = cased and text[words[begin].start].isupper()
    end, at = begin, begin
    while at < len(words) and at - begin < 2 * _LONGEST:
        word, start, _ = words[at]
        if word in _PARTICLES and at > begin:
            if word == "-" and words[at - 1].end != start:
                break
            if word == "." and not (
                len(words[at - 1].text) <= 2 and at_word(words, at + 1)[:1].isalpha() and words[at - 1].text != "i"
            ):
                break
            at += 1
            continue
        if not _is_word(word) or word in _AFTER_NAME:
            break
        if capitals and len(word) == 1 and text[start].isupper() and at > begin and at_word(words, at + 1) == ".":
            at += 1
            end = at
            continue
        capital = text[start].isupper()
        family = capitals and capital and at > begin and (word in _KNOWN or _is_surname(word))
        if (word in NOT_NAMES and not family) or (capitals and not capital):
            break
        if not capitals and at - begin >= 3 and word not in GIVEN and word not in FAMILY:
            break
        at += 1
        end = at
    return end


_SPELLING = frozenset({"double", "apostrophe", "hyphen", "dash"})


def _is_surname(word: str) -> bool:
    """Whether a word in capitals behind a given name may be a family name though it is a common word: "Day"."""
    return len(word) > 2 and word not in (
        "and",
        "but",
        "the",
        "for",
        "from",
        "with",
        "here",
        "calling",
        "please",
        "i'm",
    )


def _spelt_end(words: list[Word], end: int) -> int:
    """Behind "that's s m i t h" or "s m i t h" that follows a name."""
    at = end
    while at - end < 5 and at_word(words, at) in (
        ",",
        "-",
        ".",
        "that's",
        "spelled",
        "spelt",
        "it's",
        "spells",
        "and",
        "um",
        "uh",
        "so",
    ):
        at += 1
    first = at
    while (len(at_word(words, at)) == 1 and at_word(words, at).isalpha()) or at_word(words, at) in _SPELLING:
        at += 1
    return at if at - first >= 3 else end


def _titled(text: str, words: list[Word], at: int) -> tuple[int, int] | None:
    """ "Mr Smith", "mrs jones"."""
    begin = at + 2 if at_word(words, at + 1) == "." else at + 1
    first = at_word(words, begin)
    if not _is_word(first) or first in NOT_NAMES:
        return None
    capital = text[words[begin].start].isupper()
    if not (capital or first in FAMILY or first in GIVEN) or (
        words[at].text in ("sir", "madam", "miss", "lady", "lord") and not capital
    ):
        return None
    end = begin + 1
    while end - begin < 3 and end < len(words) and _is_word(words[end].text) and words[end].text not in NOT_NAMES and (
        text[words[end].start].isupper() or words[end].text in FAMILY
    ):  # fmt: skip
        end += 1
    return begin, end


def _name_before(text: str, words: list[Word], at: int) -> tuple[int, int] | None:
    """ "john smith speaking"."""
    begin = at
    while begin > 0 and at - begin < 5 and _is_word(words[begin - 1].text) and words[begin - 1].text not in NOT_NAMES:
        begin -= 1
        if begin > 2 and words[begin - 1].text == "." and len(words[begin - 2].text) == 1:
            begin -= 2
        if (
            begin > 1
            and words[begin - 1].text == "-"
            and words[begin - 1].start == words[begin - 2].end
            and _is_word(words[begin - 2].text)
        ):
            begin -= 1
    if begin == at:
        return None
    known = any(word.text in GIVEN or word.text in FAMILY for word in words[begin:at])
    return (begin, at) if known or (all(text[word.start].isupper() for word in words[begin:at]) and begin > 0) else None


def _chinese_names(text: str) -> list[PersonalSpan]:
    found = []
    for cues, firm in ((_CUES_ZH, True), (_LOOSE_ZH, False)):
        for cue in cues:
            at = text.find(cue)
            while at >= 0:
                begin = at + len(cue)
                while text[begin : begin + 1] in ("：", ":", " ", "，", "呃", "嗯", "是", "叫") and begin < len(text):
                    begin += 1
                end = _chinese_end(text, begin, firm=firm, surname_only=cue.endswith("姓"))
                if end > begin and (firm or not text.startswith(_NOT_PEOPLE_ZH, begin)):
                    found.append(PersonalSpan("name", begin, end, 0.9 if firm else 0.7))
                at = text.find(cue, at + 1)
    for title in _TITLES_ZH:
        at = text.find(title)
        while at >= 0:
            begin = next(
                (
                    at - size
                    for size in (3, 2, 1)
                    if at >= size and text[at - size] in SURNAMES_ZH and not set(text[at - size : at]) & _NOT_GIVEN_ZH
                ),
                at,
            )
            if begin < at:
                found.append(PersonalSpan("name", begin, at, 0.7))
            at = text.find(title, at + 1)
    return found


def _chinese_end(text: str, begin: int, *, firm: bool, surname_only: bool) -> int:
    """The end of a Chinese name of 2 to 4 characters that begins at `begin`, or of a foreign one; `begin` for none."""
    compound = text[begin : begin + 2] in COMPOUND_SURNAMES_ZH
    if not compound and text[begin : begin + 1] not in SURNAMES_ZH:
        if firm and text[begin : begin + 1].isascii() and text[begin : begin + 1].isalpha():
            end = begin
            while (
                end < len(text)
                and end - begin < 40
                and text[end].isascii()
                and (text[end].isalpha() or text[end] in " .-'")
            ):
                end += 1
            return begin + len(text[begin:end].rstrip(" .-'"))
        foreign = _given(text, begin, 6) if firm else 0
        return begin + (foreign if 2 <= foreign < 6 else min(foreign, 3))
    family = 2 if compound else 1
    given = _given(text, begin + family, 2)
    if firm and family == 1 and given == 2 and _given(text, begin + family, 4) == 3:
        given = 3  # a name of four characters that ends the sentence
    if not given and not surname_only:
        return begin
    follower = text[begin + family + given : begin + family + given + 1]
    closed = not follower or follower in _NOT_GIVEN_ZH or not "㐀" <= follower <= "鿿"
    return begin + family + given if firm or closed or surname_only else begin


def _given(text: str, begin: int, most: int) -> int:
    """How many characters from `begin` may be a given name."""
    size = 0
    while (
        size < most
        and not text.startswith(_TITLES_ZH, begin + size)
        and "㐀" <= text[begin + size : begin + size + 1] <= "鿿"
        and text[begin + size] not in _NOT_GIVEN_ZH
    ):
        size += 1
    return size
