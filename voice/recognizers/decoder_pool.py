"""PocketSphinx decoders, created when needed and used again: one is busy only while somebody speaks."""

from collections.abc import Iterable
from pathlib import Path

from pocketsphinx import Decoder

from voice.recognizers.grammar import Grammar
from voice.recognizers.lexicon import acoustic_model, pronounce

# Live cepstral mean normalisation before a call's first words: the mean over flite's voices at -22 dBFS.
INITIAL_CMN = "41,-4,-3,0,-5,-5,-2,-5,-2,-1,0,-1,0"
_DIGITS_INSERTION = 1e-4


class DecoderPool:
    """`free` decoders search with the language model, `strict` ones with a grammar. For one thread."""

    initial_cmn = INITIAL_CMN

    def __init__(self, *, arpa: Path, dictionary: Path) -> None:
        self._arpa = arpa
        self._dictionary = dictionary
        self._free: list[Decoder] = []
        self._strict: list[Decoder] = []
        self._loaded: dict[int, set[str]] = {}

    def warm(self, count: int) -> None:
        """Creates `count` decoders of each kind. Raises RuntimeError when the models can't be loaded."""
        for decoder in [self.take_free() for _ in range(count)]:
            self.give_free(decoder)
        for decoder in [self._new_strict() for _ in range(count)]:
            self.give_strict(decoder)

    def take_free(self) -> Decoder:
        return self._free.pop() if self._free else self._decoder(lm=str(self._arpa))

    def take_strict(self, grammar: Grammar) -> Decoder:
        """A decoder with `grammar` active. Raises RuntimeError when the grammar is not valid."""
        decoder = self._strict.pop() if self._strict else self._new_strict()
        if grammar.name not in self._loaded[id(decoder)]:
            self._add_words(decoder, grammar.words)
            decoder.add_jsgf_string(grammar.name, grammar.jsgf)
            self._loaded[id(decoder)].add(grammar.name)
        decoder.activate_search(grammar.name)
        return decoder

    def give_free(self, decoder: Decoder) -> None:
        self._free.append(decoder)

    def give_strict(self, decoder: Decoder) -> None:
        self._strict.append(decoder)

    def _new_strict(self) -> Decoder:
        decoder = self._decoder(lm=None, wip=_DIGITS_INSERTION)
        self._loaded[id(decoder)] = set()
        return decoder

    def _decoder(self, **options: object) -> Decoder:
        return Decoder(
            hmm=str(acoustic_model()),
            dict=str(self._dictionary),
            loglevel="FATAL",
            fwdflat=False,
            bestpath=False,
            **options,
        )

    def _add_words(self, decoder: Decoder, words: Iterable[str]) -> None:
        missing = [word for word in words if decoder.lookup_word(word) is None]
        for word, variants in pronounce(missing).items() if missing else ():
            for number, phones in enumerate(variants, 1):
                decoder.add_word(word if number == 1 else f"{word}({number})", phones, False)
