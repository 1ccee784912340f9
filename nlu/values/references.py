"""References of orders, bookings and policies, spelt or written: "a b one two", "b for bravo", "AB-1234". Pure."""

import re
from collections.abc import Iterator

from nlu.values.reading import Context, Found, Sentence
from nlu.values.sequences import CODE_WORDS, Run, Word, at_word, find_runs, has_digits, split_words, trimmed

CUES = frozenset(
    "reference ref order booking reservation tracking policy membership customer invoice ticket claim case "
    "confirmation "
    "record locator pnr serial parcel shipment number code id".split()
)
_LINKS = frozenset(
    "is it's it 's the number no code id are um uh er erm , : - # my was as follows that's well yes "
    "号 是 为 ： ， 码 呃 嗯".split()
)
_SHORTEST, _LONGEST = 4, 24
_FARTHEST = 7
_MIXED = re.compile(rf"\b(?:[b-hj-zB-HJ-Z]|[A-Z]{{2,4}}|{'|'.join(CODE_WORDS)})\b|[^\W\d_]\d|\d[^\W\d_]")
"""Letters that may be a reference's; a quick look before the long one."""
_SPELT = frozenset({*CODE_WORDS, *"abcdefghijklmnopqrstuvwxyz"})
_CUES_ZH = ("单", "订", "编")


def read_references(sentence: Sentence, _: Context) -> Iterator[Found]:
    """The reader of kind "reference": capitals and digits without separators.

    Letters and digits together are one always, digits or letters alone behind a word that says so ("order number").
    `ambiguous`: the letter O for a zero said "o" or "oh".
    """
    plain = sentence.text.isascii()
    cued = any(token.text in CUES for token in sentence.tokens) or not plain
    if not cued and not (_MIXED.search(sentence.text) and has_digits(sentence.tokens)):
        return
    if plain and not has_digits(sentence.tokens) and sum(token.text in _SPELT for token in sentence.tokens) < _SHORTEST:
        return
    words = split_words(sentence.text)
    for whole in find_runs(sentence.text, words, letters_alone=cued):
        firm = cued and _cue(words, whole)
        run = trimmed(sentence.text, words, whole, cued=2 if firm else 0)
        signs, digits = run.signs, run.digits
        mixed = len(digits) >= 2 and len(signs) > len(digits)
        enough = _SHORTEST + (len(run.elements) == 1 and digits == signs)
        if not enough <= len(signs) <= _LONGEST or not (mixed or firm) or _is_number(run):
            continue
        other = _letter_o(words, run)
        yield Found(signs, words[run.first].start, words[run.after - 1].end, (other,) if other != signs else ())


def _cue(words: list[Word], run: Run) -> bool:
    for back in range(1, _FARTHEST + 1):
        word = at_word(words, run.first - back)
        if word in CUES or (word in _CUES_ZH):
            return True
        if word not in _LINKS:
            return False
    return False


def _is_number(run: Run) -> bool:
    """ "two thousand", "1,250": said or written as one number."""
    return len(run.elements) == 1 and run.elements[0].form in ("cardinal", "pair", "grouped", "decimal")


def _letter_o(words: list[Word], run: Run) -> str:
    return "".join("O" if words[element.first].text in ("o", "oh") else element.signs for element in run.elements)
