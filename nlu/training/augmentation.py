"""Seeded variation of training examples: other names and amounts, fillers, lost words, case and punctuation."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from nlu.corpus.corpus import Corpus, Example
from nlu.grounding import kind_of
from nlu.understanding import Entity
from nlu.values.numbers import TEENS, TENS, UNITS
from nlu.values.spelling import spell_digits, spell_number

SUBSTITUTED = 0.5
FILLED = 0.15
DROPPED = 0.1
SPOKEN = 0.8
"""Shares: entities that change their words, utterances that get a filler or lose a word, and those in the form a
recognizer writes (lower case, no punctuation)."""

_FILLERS = ("um", "uh", "er", "well", "so", "okay", "yes", "right", "hi", "hello", "please")
_TRAILERS = ("please", "thanks", "if you can", "for me", "now")
_SIGNS = re.compile(r"[.,!?;:]")
_FIGURES = re.compile(rf"[0-9]|\b(?:{'|'.join([*UNITS, *TEENS, *TENS, 'zero', 'oh', 'hundred', 'thousand'])})\b")

Piece = tuple[str, Entity | None]
"""A stretch of text: plain, or all of an entity's words."""


class Augmenter:
    """Draws from the corpus' own entity phrases and lookups, and makes up amounts and digit strings."""

    def __init__(self, corpus: Corpus, *, seed: int) -> None:
        self._draw = random.Random(seed)
        phrases: dict[str, set[str]] = defaultdict(set)
        for example in corpus.examples:
            for entity in example.entities:
                phrases[entity.name].add(entity.text)
        for name, looked_up in corpus.lookups.items():
            phrases[name].update(looked_up)
        self._phrases: dict[str, Sequence[str]] = {name: sorted(found) for name, found in phrases.items()}

    def vary(self, example: Example) -> Example:
        """The example in other words, with the same intent and entity types."""
        pieces = [(self._substitute(entity) if entity else text, entity) for text, entity in split(example)]
        if self._draw.random() < DROPPED:
            pieces = self._drop(pieces)
        if self._draw.random() < FILLED:
            pieces.insert(0, (self._draw.choice(_FILLERS) + " ", None))
        elif self._draw.random() < FILLED:
            pieces.append((" " + self._draw.choice(_TRAILERS), None))
        if self._draw.random() < SPOKEN:
            pieces = [(spoken_form(text), entity) for text, entity in pieces]
        elif self._draw.random() < 0.5:
            pieces.append((self._draw.choice(".?!"), None))
        return join(pieces, example.intent)

    def substitute(self, example: Example) -> Example:
        """Nothing but other words in some of the entities."""
        pieces = [(self._substitute(entity) if entity else text, entity) for text, entity in split(example)]
        return join(pieces, example.intent)

    def vary_text(self, text: str) -> str:
        """The same for a plain sentence."""
        return self.vary(Example(text, "")).text

    def _substitute(self, entity: Entity) -> str:
        """Other words of the same kind. Amounts and digit strings are made up where the entity's own words are
        English ones: an `amount` of "a lot" or of "五百" is exchanged for another of the corpus."""
        if self._draw.random() >= SUBSTITUTED or entity.value is not None:
            return entity.text
        made_up = _FIGURES.search(entity.text.lower())
        kind = kind_of(entity.name) if made_up else None
        if kind == "money":
            return self._amount()
        if kind == "digits":
            return self._digits()
        phrase = self._draw.choice(self._phrases.get(entity.name) or (entity.text,))
        return phrase.lower() if entity.text.islower() else phrase

    def _amount(self) -> str:
        size = self._draw.choice((20, 100, 1_000, 10_000))
        number = self._draw.randrange(1, size)
        form = self._draw.random()
        if form < 0.08:
            return f"£{number}"
        if form < 0.15:
            return str(number)
        said = spell_number(number)
        if said.startswith("one hundred") and form < 0.5:
            said = "a" + said.removeprefix("one")
        unit = self._draw.choice(("pounds", "pounds", "pounds", "quid", "", "dollars", "euros", "pence"))
        return f"{said} {unit}".strip()

    def _digits(self) -> str:
        digits = "".join(self._draw.choice("0123456789") for _ in range(self._draw.choice((4, 6, 6, 6, 8))))
        if self._draw.random() < 0.15:
            return digits
        said = spell_digits(digits)
        return said.replace("zero", "oh") if self._draw.random() < 0.4 else said

    def _drop(self, pieces: list[Piece]) -> list[Piece]:
        """One plain word less, where enough are left."""
        plain = [index for index, (text, entity) in enumerate(pieces) if not entity and len(text.split()) > 2]
        if not plain:
            return pieces
        index = self._draw.choice(plain)
        words = re.findall(r"\s*\S+\s*", pieces[index][0])
        del words[self._draw.randrange(len(words))]
        return [*pieces[:index], ("".join(words), None), *pieces[index + 1 :]]


def split(example: Example) -> list[Piece]:
    """The example as plain and entity pieces, in order; joined again they are the example."""
    pieces: list[Piece] = []
    done = 0
    for entity in example.entities:
        if entity.start > done:
            pieces.append((example.text[done : entity.start], None))
        pieces.append((entity.text, entity))
        done = entity.end
    if done < len(example.text):
        pieces.append((example.text[done:], None))
    return pieces


def join(pieces: Sequence[Piece], intent: str) -> Example:
    """An example whose entities stand where their pieces do."""
    text, entities = "", []
    for piece, entity in pieces:
        start = len(text)
        text += piece
        if entity and piece:
            entities.append(msgspec.structs.replace(entity, text=piece, start=start, end=len(text)))
    return Example(text, intent, tuple(entities))


def spoken_form(text: str) -> str:
    """Lower case without punctuation, as a recognizer writes; "12.50" and "£5" keep theirs."""
    return _SIGNS.sub("", text.lower()) if not any(sign.isdigit() for sign in text) else text.lower()
