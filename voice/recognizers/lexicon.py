"""Pronunciations in the bundled acoustic model's phones (CMUdict's ARPAbet without stress).

Words of the bundled dictionary keep its pronunciations; others get espeak-ng's American one, whose IPA is
rewritten phone by phone. No word is left without a pronunciation, as one would break a whole grammar.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pocketsphinx import get_model_path

from voice.synthesizers.espeak_library import EspeakLibrary

Lexicon = Mapping[str, tuple[str, ...]]

# Longest first where one is the beginning of another; what is not listed (stress, length marks) has no phone.
_IPA = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "ɔɪ": "OY", "əl": "AH L",
    "n̩": "AH N", "l̩": "AH L", "ɜː": "ER",
    "ɑːɹ": "AA R", "ɔːɹ": "AO R", "oːɹ": "AO R", "ʊɹ": "UH R", "ɪɹ": "IH R", "ɛɹ": "EH R", "iə": "IY AH",
    "aɪɚ": "AY ER", "ɔː": "AO", "ɑː": "AA", "iː": "IY", "uː": "UW", "oː": "AO",
    "a": "AA", "æ": "AE", "ɐ": "AH", "ɑ": "AA", "ɒ": "AA", "ɔ": "AO", "ə": "AH", "ɚ": "ER", "ɜ": "ER", "ɛ": "EH",
    "e": "EH", "ɪ": "IH", "i": "IY", "ᵻ": "IH", "ʊ": "UH", "u": "UW", "ʌ": "AH", "o": "OW", "ɝ": "ER",
    "b": "B", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M",
    "n": "N", "ŋ": "NG", "p": "P", "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T", "ʔ": "T", "θ": "TH",
    "v": "V", "w": "W", "x": "K", "z": "Z", "ʒ": "ZH", "ɬ": "L", "ç": "HH", "y": "UW", "ø": "ER", "œ": "ER",
}  # fmt: skip
_LONGEST = max(map(len, _IPA))
_LAST_RESORT = "AH"


def acoustic_model() -> Path:
    """The bundled en-us acoustic model's folder."""
    return Path(get_model_path()) / "en-us" / "en-us"


def bundled_dictionary() -> Path:
    """The bundled dictionary: 134,000 American English words, lower case."""
    return Path(get_model_path()) / "en-us" / "cmudict-en-us.dict"


def pronounce(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each word's pronunciations, likeliest first, each phones separated by blanks. Raises EngineError."""
    found: dict[str, list[str]] = {word: [] for word in words}
    for line in bundled_dictionary().read_text(encoding="utf-8").splitlines():
        name, _, phones = line.partition(" ")
        variants = found.get(name.partition("(")[0])
        if variants is not None:
            variants.append(phones.strip())
    missing = [word for word, variants in found.items() if not variants]
    if missing:
        library = EspeakLibrary()
        try:
            for word in missing:
                found[word].append(arpabet(library.phonemes(word, voice="en-us")) or _LAST_RESORT)
        finally:
            library.close()
    return {word: tuple(variants) for word, variants in found.items()}


def arpabet(ipa: str) -> str:
    """IPA as espeak-ng writes American English -> ARPAbet phones separated by blanks."""
    ipa = ipa.replace("ˈ", "").replace("ˌ", "")
    phones: list[str] = []
    index = 0
    while index < len(ipa):
        for length in range(min(_LONGEST, len(ipa) - index), 0, -1):
            phone = _IPA.get(ipa[index : index + length])
            if phone is not None:
                phones.append(phone)
                break
        index += length
    return " ".join(phones)


def dictionary_text(lexicon: Lexicon) -> str:
    """The lexicon as a PocketSphinx dictionary file."""
    lines: list[str] = []
    for word in sorted(lexicon):
        for number, phones in enumerate(lexicon[word], 1):
            lines.append(f"{word} {phones}" if number == 1 else f"{word}({number}) {phones}")
    return "\n".join((*lines, ""))
