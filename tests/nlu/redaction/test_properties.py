"""What holds of any text: nothing crashes, nothing else changes, masking twice is masking once, time is linear."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.redaction.redaction import ENTITY_KINDS, KINDS, MASK, find_personal, mask
from nlu.understanding import Entity

_PIECES = (
    "my name is john smith , . i'm sarah speaking this mr jones card number 4111 1111 four two seven double oh nine "
    "hundred "
    "and to for um one twenty pounds £ % pin code is 1984 2019 in at dot com gmail j . @ a.b@c.org plus +44 ( ) - / "
    "12/05/2026 "
    "born on the third of may date birth 10 oak street road flat 3b london sw1a 1aa postcode s w a b for bravo AB12 "
    "GB29 NWBK 6016 1331 9268 19 ****** <card> <name> * < > expires 我叫 王小明 身份证 幺三八 一二三四 号 路 "
    "北京市 年 月 日 出生 验证码 是 ， 。 艾特 点 x X"
).split()  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(_PIECES), max_size=14).map("".join),
)


@given(TEXTS)
def test_spans_are_sorted_and_disjoint(text: str) -> None:
    done = 0
    for span in find_personal(text):
        assert span.kind in KINDS
        assert done <= span.start < span.end <= len(text)
        assert 0 < span.confidence <= 1
        done = span.end


@given(TEXTS, st.booleans())
def test_nothing_outside_the_spans_changes(text: str, typed: bool) -> None:
    pieces, done = [], 0
    for span in find_personal(text):
        pieces += [text[done : span.start], f"<{span.kind}>" if typed else MASK]
        done = span.end
    assert mask(text, typed=typed) == "".join([*pieces, text[done:]])


@given(TEXTS, st.booleans())
def test_masking_twice_is_masking_once(text: str, typed: bool) -> None:
    once = mask(text, typed=typed)
    assert mask(once, typed=typed) == once


@given(TEXTS, st.data())
def test_entities_are_masked_whatever_stands_there(text: str, data: st.DataObject) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    name = data.draw(st.sampled_from([*ENTITY_KINDS, "colour"]))
    spans = find_personal(text, entities=[Entity(name=name, text=text[start:end], start=start, end=end)])
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert name == "colour" or set(range(start, end)) <= covered


_LONG = 20_000


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "a", "a@", "at ", "a.", "one ", "dot com at ", "1/1/2020 ", "my name is ", "我叫", "一", "一万",
    "路1号", "住",
     "*", "<a", "1 a street ", "born ", "a b ", "1,111", "1.", "double ", "a'", "mr ", "密码", "flat 1 ",
     "speaking ", "-1"],
)  # fmt: skip
def test_long_texts_take_linear_time(piece: str) -> None:
    began_s = time.process_time()
    mask((piece * _LONG)[:_LONG])
    assert time.process_time() - began_s < 4  # quadratic would be minutes
