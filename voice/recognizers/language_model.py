"""A domain's language model and dictionary, built from example sentences and kept on disk.

The bundled generic model knows what English sounds like, the sentences know the business: the trigram is
estimated from the sentences, their numbers varied, and generated numbers, amounts and dates; the generic
model's word frequencies stand behind it, and its most frequent words join the vocabulary.
"""

import hashlib
import math
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

from msgspec import Struct
from pocketsphinx import NGramModel, get_model_path

from voice.recognizers.grammar import ALWAYS_ESCAPES, DIGIT_ANSWERS, NO_ANSWERS, YES_ANSWERS
from voice.recognizers.lexicon import bundled_dictionary, dictionary_text, pronounce
from voice.recognizers.narrowband import mllr_text
from voice.recognizers.ngram import END, TrigramModel, count
from voice.recognizers.spoken_forms import amount, date, digit_string, spoken_words, vary_numbers

# Part of the fingerprint: raise it when the same sentences would give another model.
_RECIPE = 2
_GENERATED = 3000
_GENERATED_WEIGHT = 0.1
_VARIATIONS = 3
_COMMON_WORDS = 2500
_END_PRIOR = 0.1
_SMALLEST = 1e-7
# Scores of the bundled model are logarithms to this base.
_LOG_BASE = math.log(1.0001)
_DIGIT_LENGTHS = (3, 4, 6, 6, 6, 8)

Weighted = tuple[tuple[str, ...], float]


class LanguageModel(Struct, frozen=True):
    """Files for a decoder; `fingerprint` names what they were made of."""

    arpa: Path
    dictionary: Path
    mllr: Path
    fingerprint: str


def language_model(sentences: Sequence[str], cache_directory: Path) -> LanguageModel:
    """The model for `sentences`, from the cache when it was built before; building takes about two seconds.

    Raises OSError when the folder can't be written, EngineError when pronunciations can't be made.
    """
    spoken = sorted({words for words in map(spoken_words, sentences) if words})
    fingerprint = hashlib.sha256(repr((_RECIPE, spoken)).encode()).hexdigest()[:16]
    folder = cache_directory / fingerprint
    model = LanguageModel(folder / "trigram.arpa", folder / "words.dict", folder / "narrowband.mllr", fingerprint)
    # The dictionary is written last, so a folder that has it is complete.
    if not model.dictionary.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        trigram = train(spoken)
        _write(model.arpa, trigram.arpa())
        _write(model.mllr, mllr_text())
        _write(model.dictionary, dictionary_text(pronounce(word for word in trigram.unigrams if word != END)))
    return model


def train(spoken: Sequence[Sequence[str]], *, common_words: int = _COMMON_WORDS) -> TrigramModel:
    """The trigram of sentences given as words; the same for the same sentences."""
    frequencies = _generic_frequencies()
    data = list(_training_data(spoken))
    vocabulary = {word for words, _ in data for word in words}
    vocabulary.update(sorted(frequencies, key=lambda word: (-frequencies[word], word))[:common_words])
    for phrase in (*ALWAYS_ESCAPES, *DIGIT_ANSWERS, *YES_ANSWERS, *NO_ANSWERS):
        vocabulary.update(phrase.split())
    total = sum(frequencies.get(word, 0.0) + _SMALLEST for word in vocabulary)
    prior = {word: (1 - _END_PRIOR) * (frequencies.get(word, 0.0) + _SMALLEST) / total for word in sorted(vocabulary)}
    prior[END] = _END_PRIOR
    return TrigramModel(count(data), prior)


def _training_data(spoken: Iterable[Sequence[str]]) -> Iterable[Weighted]:
    random = Random(0)
    for words in spoken:
        yield tuple(words), 1.0
        for varied in vary_numbers(words, random, times=_VARIATIONS):
            yield varied, 1.0 / _VARIATIONS
    for phrase in (*YES_ANSWERS, *NO_ANSWERS, *ALWAYS_ESCAPES):
        yield tuple(phrase.split()), 1.0
    for _ in range(_GENERATED):
        kind = random.randrange(3)
        if kind == 0:
            text = digit_string(random, random.choice(_DIGIT_LENGTHS))
        else:
            text = amount(random) if kind == 1 else date(random)
        yield tuple(text.split()), _GENERATED_WEIGHT


def _generic_frequencies() -> Mapping[str, float]:
    """Probability of each word of the bundled dictionary that the bundled language model knows."""
    generic = NGramModel.readfile(str(Path(get_model_path()) / "en-us" / "en-us.lm.bin"))
    frequencies: dict[str, float] = {}
    for line in bundled_dictionary().read_text(encoding="utf-8").splitlines():
        word = line.partition(" ")[0]
        if word.replace("'", "").isalpha():
            probability = math.exp(generic.prob([word]) * _LOG_BASE)
            if probability > 0:
                frequencies[word] = probability
    return frequencies


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)
