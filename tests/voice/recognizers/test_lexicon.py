from hypothesis import given
from hypothesis import strategies as st

from voice.recognizers.lexicon import acoustic_model, arpabet, bundled_dictionary, dictionary_text, pronounce


def phones_of_the_model() -> set[str]:
    lines = bundled_dictionary().read_text(encoding="utf-8").splitlines()
    return {phone for line in lines[:20000] for phone in line.split()[1:]}


def test_known_words_keep_their_pronunciations_and_others_get_one() -> None:
    found = pronounce(["balance", "to", "priya", "monzo", "zzz", "它"])
    assert found["balance"] == ("B AE L AH N S",)
    assert len(found["to"]) == 3
    assert found["priya"] == ("P R IY AH",) or found["priya"] == ("P R IH Y AH",)
    known = phones_of_the_model()
    assert all(set(phones.split()) <= known for variants in found.values() for phones in variants)
    assert all(found.values())


def test_espeak_agrees_with_the_dictionary() -> None:
    assert arpabet("ɐkˈaʊnt") == "AH K AW N T"
    assert arpabet("dᵻlˈɪvɚɹi") == "D IH L IH V ER R IY"
    assert arpabet("bˈʌʔn̩") == "B AH T AH N"


@given(st.text())
def test_any_text_maps_onto_phones_of_the_model(text: str) -> None:
    assert set(arpabet(text).split()) <= phones


phones = phones_of_the_model()


def test_dictionary_text_numbers_the_variants() -> None:
    assert dictionary_text({"to": ("T UW", "T AH"), "a": ("AH",)}) == "a AH\nto T UW\nto(2) T AH\n"


def test_the_acoustic_model_is_there() -> None:
    assert (acoustic_model() / "mdef").is_file()
