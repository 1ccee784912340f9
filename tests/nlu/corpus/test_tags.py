"""Tag schemes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.corpus.corpus import Example
from nlu.corpus.tags import Chunk, check_tag, chunks_of, example_of, words_and_tags

_KINDS = st.sampled_from(["city", "time", "a-b"])


@st.composite
def tagged(draw: st.DrawFn) -> tuple[list[str], list[Chunk]]:
    """Words with chunks, some of them touching."""
    words: list[str] = []
    chunks = []
    for _ in range(draw(st.integers(1, 5))):
        words += draw(st.lists(st.sampled_from(["to", "fro"]), max_size=2))
        said = draw(st.lists(st.sampled_from(["new", "york"]), min_size=1, max_size=3))
        chunks.append(Chunk(draw(_KINDS), len(words), len(words) + len(said)))
        words += said
    return words, chunks


@pytest.mark.parametrize("scheme", ["BIO", "IOB1", "IOBES"])
@given(tagged())
def test_every_scheme_round_trips(scheme: str, found: tuple[list[str], list[Chunk]]) -> None:
    words, chunks = found
    example = example_of(words, chunks, "go")
    again, tags = words_and_tags(example, scheme=scheme)
    assert again == words
    assert list(chunks_of(tags).chunks) == chunks
    assert all(example.text[e.start : e.end] == e.text for e in example.entities)


@given(st.lists(st.sampled_from(["O", "B-a", "I-a", "E-a", "S-a", "L-b", "U-b", "I-b", "B-b"])))
def test_any_tags_make_chunks_in_order(tags: list[str]) -> None:
    chunks = chunks_of(tags).chunks
    covered = [index for chunk in chunks for index in range(chunk.first, chunk.end)]
    assert covered == [index for index, tag in enumerate(tags) if tag != "O"]
    assert all(tags[index][2:] == chunk.name for chunk in chunks for index in range(chunk.first, chunk.end))


def test_bilou_and_stray_tags() -> None:
    found = chunks_of("B-a L-a U-a I-a O I-b I-b B-b".split())
    assert found.chunks == (Chunk("a", 0, 2), Chunk("a", 2, 3), Chunk("a", 3, 4), Chunk("b", 5, 7), Chunk("b", 7, 8))
    assert found.begun_inside == (3, 5)


@pytest.mark.parametrize("tag", ["", "o", "B", "B-", "X-city", "city", "B_city", "-"])
def test_what_is_no_tag(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        check_tag(tag)


def test_words_end_at_the_edges_of_entities() -> None:
    example = example_of(["pay", "£50", "now"], [], "")
    money = example_of(["50"], [Chunk("amount", 0, 1)], "").entities[0]
    inside = Example(example.text, "", (type(money)(name="amount", text="50", start=5, end=7, role="sum", group="1"),))
    assert words_and_tags(inside) == (["pay", "£", "50", "now"], ["O", "O", "B-amount.sum.1", "O"])
