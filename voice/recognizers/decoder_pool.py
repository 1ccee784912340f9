"""PocketSphinx decoders, created when needed and used again: one is busy only while somebody speaks."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pocketsphinx import Decoder

from voice.recognizers.grammar import Grammar
from voice.recognizers.lexicon import acoustic_model, pronounce

# Live cepstral mean normalisation before a call's first words: means over flite's voices at -22 dBFS.
_WIDE_CMN = "41,-4,-3,0,-5,-5,-2,-5,-2,-1,0,-1,0"
_NARROW_CMN = "39,26,-37,34,-23,-1,15,-29,19,-13,0,11,-15"
# Wider than the defaults: a quarter fewer word errors for half as much again of the (small) decoding time.
_BEAMS = {"beam": 1e-60, "pbeam": 1e-60, "wbeam": 1e-40}
# The second pass costs 30 ms (70 ms for a long sentence) and leaves a third of the word errors. The third would save
# a little more, but its scores are on another scale than the grammar's and could not be compared.
_FREE = {"lw": 7.5, "wip": 0.5, "fwdflat": True, "bestpath": False}
_STRICT = {"wip": 1e-4, "fwdflat": False, "bestpath": False}


class DecoderPool:
    """`free` decoders search with the language model, `strict` ones with a grammar. For one thread.

    `narrow` decoders hear audio without anything above 4 kHz (narrowband).
    """

    def __init__(self, *, arpa: Path, dictionary: Path, mllr: Path) -> None:
        self._arpa = arpa
        self._dictionary = dictionary
        self._mllr = mllr
        self._free: dict[bool, list[Decoder]] = defaultdict(list)
        self._strict: dict[bool, list[Decoder]] = defaultdict(list)
        self._loaded: dict[int, set[str]] = {}

    def warm(self, count: int) -> None:
        """Creates `count` decoders of each kind. Raises RuntimeError when the models can't be loaded."""
        for narrow in (False, True):
            self._free[narrow] += [self._new_free(narrow) for _ in range(count)]
            self._strict[narrow] += [self._new_strict(narrow) for _ in range(count)]

    @staticmethod
    def initial_cmn(*, narrow: bool) -> str:
        """The cepstral mean to begin a call with."""
        return _NARROW_CMN if narrow else _WIDE_CMN

    def take_free(self, *, narrow: bool = False) -> Decoder:
        return self._free[narrow].pop() if self._free[narrow] else self._new_free(narrow)

    def take_strict(self, grammar: Grammar, *, narrow: bool = False) -> Decoder:
        """A decoder with `grammar` active. Raises RuntimeError when the grammar is not valid."""
        decoder = self._strict[narrow].pop() if self._strict[narrow] else self._new_strict(narrow)
        if grammar.name not in self._loaded[id(decoder)]:
            self._add_words(decoder, grammar.words)
            decoder.add_jsgf_string(grammar.name, grammar.jsgf)
            self._loaded[id(decoder)].add(grammar.name)
        decoder.activate_search(grammar.name)
        return decoder

    def give_free(self, decoder: Decoder, *, narrow: bool = False) -> None:
        self._free[narrow].append(decoder)

    def give_strict(self, decoder: Decoder, *, narrow: bool = False) -> None:
        self._strict[narrow].append(decoder)

    def _new_free(self, narrow: bool) -> Decoder:
        return self._decoder(narrow, lm=str(self._arpa), **_FREE)

    def _new_strict(self, narrow: bool) -> Decoder:
        decoder = self._decoder(narrow, lm=None, **_STRICT)
        self._loaded[id(decoder)] = set()
        return decoder

    def _decoder(self, narrow: bool, **options: float | str | None) -> Decoder:
        return Decoder(
            hmm=str(acoustic_model()),
            dict=str(self._dictionary),
            mllr=str(self._mllr) if narrow else None,
            loglevel="FATAL",
            **_BEAMS,
            **options,
        )

    def _add_words(self, decoder: Decoder, words: Iterable[str]) -> None:
        missing = [word for word in words if decoder.lookup_word(word) is None]
        for word, variants in pronounce(missing).items() if missing else ():
            for number, phones in enumerate(variants, 1):
                decoder.add_word(word if number == 1 else f"{word}({number})", phones, False)
