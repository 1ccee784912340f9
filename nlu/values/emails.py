"""E-mail addresses as they are written and said: "j dot smith at example dot com", 张三艾特qq点com. Pure.

The place of the "@" is looked for, and the address is read from there to both sides: linear in the length of the text.
"""

import re
from typing import NamedTuple

from nlu.values.reading import Context, Found, Sentence
from nlu.values.sequences import CHINESE_DIGITS, CODE_WORDS, DIGIT_WORDS, Word, at_word, split_words

_LOCAL = re.compile(r"[A-Za-z0-9À-ɏ._%+\-]{1,64}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9À-ɏ\-]{1,63}(?:\.[A-Za-z0-9À-ɏ\-]{1,63}){1,5}")
_LONGEST_LOCAL = 64

_JOINTS = {
    "dot": ".", "point": ".", "period": ".", ".": ".", "点": ".", "點": ".", "underscore": "_", "_": "_", "dash": "-",
    "hyphen": "-", "minus": "-", "-": "-", "plus": "+", "+": "+", "stop": ".",
    "下划线": "_", "横杠": "-", "减号": "-", "杠": "-",
}  # fmt: skip
_DOTS = frozenset({"dot", "point", ".", "点", "點", "period"})
_REMARKS = (
    ("all", "one", "word"), ("one", "word"), ("all", "lower", "case"), ("lower", "case"), ("all", "lowercase"),
    ("lowercase",),
    ("no", "spaces"), ("no", "space"), ("in", "capitals"), ("all", "in", "lower", "case"), ("all", "together"),
    ("with", "no", "spaces"), ("all", "small", "letters"), ("upper", "case"), ("capital",), ("all", "caps"),
)  # fmt: skip
_FILLERS = frozenset("um umm uh uhm er erm eh ah so okay ok , ... … ( ) [ ] 呃 嗯 啊 、 ，".split())
_PROVIDERS = frozenset(
    "gmail googlemail hotmail yahoo outlook icloud aol proton protonmail btinternet live msn gmx qq 163 126 sina "
    "foxmail "
    "一六三 幺六三 一二六 幺二六".split()
)
_TOP_LEVEL = frozenset(
    "com net org uk co edu gov info io biz me de fr nl es it ie eu us ca au nz in cn jp hk tw ch at be se no dk fi "
    "pl pt "
    "ru br mx za sg kr ai app dev tv cc xyz ac mail online shop name pro mobi scot wales london museum tech "
    "cloud".split()
)
_NOT_LOCAL = frozenset(
    "it is the my our his her their your was be at on to address email mail e-mail that's it's its that this "
    "emailing and "
    "or but can you could me we they please send write reach contact use try under with for from of by as login user "
    "username account there still yes yeah no not would will has have have's got changed an new old work personal "
    "home called email's mail's address's login's which one's signed up there's ".split()
)
"""Ends the part before "at", going back."""
_NO_ADDRESS = frozenset(
    "website site webpage page store meet look looking looked shop shopped order ordered bought buy see seen visit "
    "found find online ordering".split()
)
_AT = frozenset({"at", "@", "艾特"})
_LONGEST_WALK = 48
_SIGNS = _AT


class EmailFound(NamedTuple):
    """An address, normalised, at the characters `start` to `end`; `spelt`: it was said, not written."""

    address: str
    start: int
    end: int
    spelt: bool


class _Side(NamedTuple):
    signs: str
    edge: int
    """First token of the part before "at"; first token behind the part after."""


def find_emails(text: str, words: list[Word] | None = None) -> list[EmailFound]:
    """Every address, in order, not overlapping. `words` are the text's, when they are at hand."""
    words = split_words(text) if words is None else words
    found: list[EmailFound] = []
    done = 0
    for at, word in enumerate(words):
        if word.start < done:
            continue
        one = None
        if word.text == "@":
            one = _written(text, word.start)
        after = _sign_ends(words, at) if one is None else 0
        if after:
            one = _said(words, at, after)
        if one is not None:
            start = max(one.start, done)
            found.append(one._replace(start=start))
            done = one.end
    return found


def read_emails(sentence: Sentence, _: Context) -> list[Found]:
    """The reader of kind "email": the address in lower case."""
    if sentence.text.isascii() and not any(token.text in _SIGNS for token in sentence.tokens):
        return []
    return [Found(one.address, one.start, one.end) for one in find_emails(sentence.text)]


def _written(text: str, at: int) -> EmailFound | None:
    before = at - 1 if text[at - 1 : at] == " " else at
    behind = at + 2 if text[at + 1 : at + 2] == " " else at + 1
    local = _LOCAL.search(text[max(0, before - _LONGEST_LOCAL) : before])
    domain = _DOMAIN.match(text, behind)
    if local is None or domain is None:
        return None
    name = local.group().lstrip(".")
    if not name:
        return None
    return EmailFound(f"{name}@{domain.group()}".lower(), before - len(name), domain.end(), False)


def _sign_ends(words: list[Word], at: int) -> int:
    """Index behind "at", "at the rate", "(at)", 圈a; 0 when none begins at `at`."""
    word = words[at].text
    if word in _AT:
        if [at_word(words, at + i) for i in (1, 2)] == ["the", "rate"]:
            return at + 4 if at_word(words, at + 3) == "of" else at + 3
        return at + 2 if at_word(words, at + 1) in ("sign", "symbol") and word == "at" else at + 1
    if word == "圈a":
        return at + 1
    if word == "小" and at_word(words, at + 1) == "老" and at_word(words, at + 2) == "鼠":
        return at + 3
    return 0


def _said(words: list[Word], at: int, after: int) -> EmailFound | None:
    domain = _domain(words, after)
    if domain is None:
        return None
    local = _local(words, at)
    if local is None:
        return None
    address = f"{local.signs}@{domain.signs}"
    return EmailFound(address, words[local.edge].start, words[domain.edge - 1].end, True)


def _atom(words: list[Word], at: int) -> str:
    """A word, letter or digit of an address, "" for anything else."""
    text = at_word(words, at)
    if text in DIGIT_WORDS and text != "o":
        return DIGIT_WORDS[text]
    if text in CHINESE_DIGITS:
        return CHINESE_DIGITS[text]
    plain = text.replace("'", "").replace("’", "")
    return plain if plain.isalnum() and not _ideograph(plain) else ""


def _ideograph(text: str) -> bool:
    return "㐀" <= text[:1] <= "鿿"


def _domain(words: list[Word], begin: int) -> _Side | None:
    """ "example dot com", "g mail dot com", "bt internet dot com", "gmail"."""
    signs, at, dots, end = "", begin, 0, begin
    label = 0
    while at < min(len(words), begin + _LONGEST_WALK):
        text = at_word(words, at)
        if (
            text in _FILLERS
            and at > begin - 1
            and (signs == "" or at_word(words, at + 1) in _DOTS or signs[-1:] == ".")
        ):
            at += 1
            continue
        if text in _DOTS and signs and signs[-1] != ".":
            if not _atom(words, _past(words, at + 1)):
                break
            signs, at, label, dots = signs + ".", at + 1, 0, dots + 1
            continue
        if text in ("dash", "hyphen", "-") and label and dots == 0 and _atom(words, at + 1):
            signs, at = signs + "-", at + 1
            continue
        atom = _atom(words, at)
        if not atom or (dots == 0 and label and text in _NOT_LOCAL and text != "mail"):
            break
        if dots and label and not _spelt_ending(words, at, signs.rpartition(".")[2], atom):
            break
        if dots == 0 and label >= 4 and len(atom) > 1:
            return None
        signs, at, label, end = signs + atom, at + 1, label + 1, at + 1
    labels = signs.rstrip(".").split(".")
    if dots and len(labels) > 1 and labels[-1] in _TOP_LEVEL:
        return _Side(".".join(labels), end)
    return _provider(words, begin)


def _spelt_ending(words: list[Word], at: int, label: str, atom: str) -> bool:
    """Whether a letter goes on with a spelt label: "c o m", "u k", "g o v", but not the "i" of "u k i think"."""
    if len(atom) != 1 or len(at_word(words, at - 1)) != 1 or len(label) > 12:
        return False
    return label not in _TOP_LEVEL or label + atom in _TOP_LEVEL or at_word(words, at + 1) in _DOTS


def _provider(words: list[Word], begin: int) -> _Side | None:
    """ "at gmail", without an ending."""
    at = _past(words, begin)
    text = at_word(words, at)
    if text == "g" and at_word(words, at + 1) == "mail":
        return _Side("gmail.com", at + 2)
    return _Side(f"{text}.com", at + 1) if text in _PROVIDERS else None


def _past(words: list[Word], at: int) -> int:
    while at_word(words, at) in _FILLERS:
        at += 1
    return at


def _local(words: list[Word], sign: int) -> _Side | None:
    """The part before "at", read backwards: letters, digits, joints, up to three words that nothing joins."""
    pieces: list[str] = []
    at, edge, free = sign - 1, sign, 0
    while at >= 0 and sign - at <= _LONGEST_WALK:
        text = words[at].text
        remark = _remark_before(words, at)
        if remark:
            at -= remark
            continue
        if text in _FILLERS and sign - at <= _LONGEST_WALK:
            at -= 1
            continue
        if text in _JOINTS and pieces and pieces[-1] not in _JOINTS.values():
            if not _atom(words, _past_back(words, at - 1)):
                break
            pieces.append(_JOINTS[text])
            at -= 1
            continue
        atom = _atom(words, at)
        joined = bool(pieces) and pieces[-1] in _JOINTS.values()
        named = _named_letter(words, at)
        if named:
            atom, at = named, at - (2 if words[at - 1].text != "in" else 3)
        elif not atom or not (joined or _continues(words, at, atom, begun=bool(pieces), free=free)):
            break
        free += not joined and len(atom) > 1
        pieces.append(atom)
        edge = at
        at -= 1
    return _Side("".join(reversed(pieces)), edge) if pieces else None


def _continues(words: list[Word], at: int, atom: str, *, begun: bool, free: int) -> bool:
    """Whether a word that nothing joins still belongs to the part before "at"; `free` such words were read."""
    text = words[at].text
    if text in _NO_ADDRESS:
        return False
    if not begun:
        return text not in _NOT_LOCAL or text in ("me", "contact", "mail", "email", "home", "work")
    return text not in _NOT_LOCAL and not _pronoun(words, at) and (len(atom) == 1 or atom.isdigit() or free < 3)


def _pronoun(words: list[Word], at: int) -> bool:
    """ "i" and "a" that are no spelt letters."""
    if words[at].text not in ("i", "a"):
        return False
    return not any(len(text) == 1 and text.isalpha() for text in (at_word(words, at - 1), at_word(words, at + 1)))


def _named_letter(words: list[Word], at: int) -> str:
    """ "n for november", "j as in john": its letter, when `at` is the last word of one."""
    text = words[at].text
    for back in (2, 3):
        joint = [at_word(words, at - i) for i in range(back - 1, 0, -1)]
        letter = at_word(words, at - back)
        if (
            len(letter) == 1
            and len(text) > 2
            and text.startswith(letter)
            and joint in (["for"], ["like"], ["as", "in"])
        ):
            return letter
    return CODE_WORDS[text] if text in CODE_WORDS and at_word(words, at - 1) in CODE_WORDS else ""


def _remark_before(words: list[Word], at: int) -> int:
    """Tokens of a remark that ends at `at`, 0 for none."""
    for remark in _REMARKS:
        size = len(remark)
        if at - size + 1 >= 0 and all(words[at - size + 1 + i].text == part for i, part in enumerate(remark)):
            return size
    return 0


def _past_back(words: list[Word], at: int) -> int:
    while at >= 0 and words[at].text in _FILLERS:
        at -= 1
    return at
