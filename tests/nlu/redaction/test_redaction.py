"""What is masked, as what, and what stays."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlu.redaction.redaction import MASK, find_personal, mask
from nlu.understanding import Entity


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my code is four two seven one nine six thanks", f"my code is {MASK} thanks"),
        ("forty two seventeen", MASK),
        ("card ending 4271", f"card ending {MASK}"),
        ("call 07700 900 123 now", f"call {MASK} now"),
        ("double oh seven nine", MASK),
        ("mail a.b@c.co.uk please", f"mail {MASK} please"),
        ("it's 4-2-7-1.", f"it's {MASK}."),
        ("mail j dot smith at example dot co dot uk please", f"mail {MASK} please"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "pay two thousand pounds tomorrow",
        "£2500 please",
        "transfer two thousand to anna",
        "on the third of may twenty twenty seven",
        "four two seven",
        "it costs 12.50",
        "meet me at five",
        "what are your opening hours?",
        "",
    ],
)
def test_untouched(text: str) -> None:
    assert mask(text) == text


@given(st.text())
def test_nothing_else_is_changed(text: str) -> None:
    masked = mask(text)
    rest, at = masked.split(MASK), 0
    for piece in rest:
        found = text.find(piece, at)
        assert found >= 0
        at = found + len(piece)
    if MASK not in masked:
        assert masked == text


@given(st.text("0123456789", min_size=4, max_size=19), st.text("bd ,.?"))
def test_every_written_code_is_masked(code: str, before: str) -> None:
    assume(not code.endswith("000") and code[:2] not in ("18", "19", "20", "21"))  # round sums and years may stay
    assert code not in mask(f"{before} {code} ")


_DIGIT_WORDS = "zero one two three four five six seven eight nine"


@given(st.lists(st.sampled_from(_DIGIT_WORDS.split()), min_size=4, max_size=16))
def test_every_spoken_code_is_masked(words: list[str]) -> None:
    assert mask(f"it is {' '.join(words)} okay") == f"it is {MASK} okay"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my card number is 4111 1111 1111 1111, exp 04/27, cvv 123",
        "my card number is <card>, exp <expiry>, cvv <code>"),
        ("four one double one, double one double one, double one double one, double one double one", "<card>"),
        ("sort code 20-40-50 and account 12345678", "sort code <account> and account <account>"),
        ("it's 12-10-08", "it's <number>"),
        ("GB29 NWBK 6016 1331 9268 19", "<iban>"),
        ("the three digits on the back are one two three", "the three digits on the back are <code>"),
        ("1984 is my pin", "<code> is my pin"),
        ("my pin is for two seven one", "my pin is <code>"),
        ("plus four four seven seven double oh nine hundred one two three", "<phone>"),
        ("call +1 (415) 555-2671 x12 now", "call <phone> now"),
        ("it's j o h n um at g mail dot com", "it's <email>"),
        ("q q one two three four five six c", "<national_id>"),
        ("my passport number is November 1234567", "my passport number is <passport>"),
        ("booking ref a b for bravo one two three", "booking ref <reference>"),
        ("s w one a one a a", "<postcode>"),
        ("i live at 221b baker street london", "i live at <address>"),
        ("PO box 1234", "<address>"),
        ("born on the third of may nineteen eighty four", "born on <date_of_birth>"),
        ("this is sarah o'connor speaking", "this is <name> speaking"),
        ("my name is Mary J. Day and I am late", "my name is <name> and I am late"),
        ("my surname is smith s m i t h", "my surname is <name>"),
        ("我叫欧阳娜娜，电话幺三八一二三四五六七八", "我叫<name>，电话<phone>"),
        ("身份证11010519491231002X", "身份证<national_id>"),
        ("我住在北京市海淀区中关村大街27号", "我住在<address>"),
        ("我是1984年5月3日出生的", "我是<date_of_birth>出生的"),
        ("验证码是四八二九", "验证码是<code>"),
        ("发到zhangsan艾特qq点com", "发到<email>"),
        ("王小明先生", "<name>先生"),
    ],
)  # fmt: skip
def test_kinds(text: str, masked: str) -> None:
    assert mask(text, typed=True) == masked


@pytest.mark.parametrize(
    "text",
    [
        "in 1984 there were 2500 people", "10,000 steps and 12.50", "at ten fifteen p m", "the train at 10 15",
        "on 12/05/2026 at 10:30",
        "from 12-05-26 to 13-05-26", "may the fifth twenty twenty six", "1500 to 2000 euros", "room 1204, page 1024",
        "i'm very unhappy", "this is urgent", "my name is spelled wrong", "my birthday is next week",
        "i was born in london",
        "my address is wrong", "look at the shop at example dot com", "send 20 pounds to the gym", "1920x1080",
        "转两千五百元", "二零二六年五月三号下午三点半", "我是来投诉的", "我叫不到车", "我是房东", "3号楼在哪里",
    ],
)  # fmt: skip
def test_plain(text: str) -> None:
    assert mask(text) == text


def test_names_of_the_model() -> None:
    text = "send fifty pounds to anna"
    anna = Entity(name="person", text="anna", start=21, end=25, confidence=0.9)
    amount = Entity(name="amount", text="fifty pounds", start=5, end=17)
    assert mask(text) == text
    assert mask(text, entities=[anna, amount], typed=True) == "send fifty pounds to <name>"
    (span,) = find_personal(text, entities=[anna])
    assert (span.kind, span.start, span.end, span.confidence) == ("name", 21, 25, 0.9)


def test_a_failed_checksum_is_masked_as_well() -> None:
    assert mask("it is 4111 1111 1111 1112", typed=True) == "it is <card>"
    assert mask("it is 4111 1111 1111 111", typed=True) == "it is <card>"
