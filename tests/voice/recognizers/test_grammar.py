import pytest

from dialog.expectation import OPEN, Expectation
from voice.recognizers.decoder_pool import DecoderPool
from voice.recognizers.grammar import ALWAYS_ESCAPES, LONGEST_DIGITS, grammar_for
from voice.recognizers.language_model import LanguageModel


@pytest.mark.parametrize(
    "expectation",
    [OPEN, Expectation(kind="amount"), Expectation(kind="date"), Expectation(kind="choice", phrases=())],
)
def test_free_speech_has_no_grammar(expectation: Expectation) -> None:
    assert grammar_for(expectation) is None


def test_escapes_of_the_expectation_and_ours_are_in() -> None:
    grammar = grammar_for(Expectation(kind="yes_no", escapes=("Speak to a Person!",)))
    assert grammar is not None
    public = grammar.jsgf.split("public <heard> = ")[1]
    alternatives = {part.strip(" ();\n") for part in public.split("|")}
    assert alternatives == {"<answer>", *ALWAYS_ESCAPES, "speak to a person"}
    assert {"speak", "person", "operator"} <= set(grammar.words)


def test_equal_expectations_share_a_name_and_others_do_not() -> None:
    names = {
        grammar.name
        for length in (4, 6, None)
        for escapes in ((), ("manager",))
        if (grammar := grammar_for(Expectation(kind="digits", length=length, escapes=escapes)))
    }
    assert len(names) == 6
    again = grammar_for(Expectation(kind="digits", length=6))
    assert again is not None
    assert again.name in names


def test_signs_in_phrases_can_not_break_the_grammar() -> None:
    grammar = grammar_for(Expectation(kind="choice", phrases=("a | b; <c>", "£5 [x]", "///", "")))
    assert grammar is not None
    assert "(a b c | five pounds x)" in grammar.jsgf


@pytest.mark.integration
@pytest.mark.parametrize(
    "expectation",
    [
        *(Expectation(kind="digits", length=length) for length in (1, 2, 3, 6, LONGEST_DIGITS, 99, None)),
        Expectation(kind="yes_no", escapes=("xylographer kwijibo",)),
        Expectation(kind="choice", phrases=("current", "savings", "siobhan's zloty")),
    ],
)
def test_pocketsphinx_accepts_every_grammar(expectation: Expectation, model: LanguageModel) -> None:
    grammar = grammar_for(expectation)
    assert grammar is not None
    pool = DecoderPool(arpa=model.arpa, dictionary=model.dictionary, mllr=model.mllr)
    decoder = pool.take_strict(grammar)
    assert decoder.current_search() == grammar.name
    pool.give_strict(decoder)
    assert pool.take_strict(grammar) is decoder
