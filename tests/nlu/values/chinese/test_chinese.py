"""Chinese values with their spans, what is left alone, and an independent reader of numbers."""

import random

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.chinese.folding import fold
from nlu.values.chinese.numbers import cardinal
from nlu.values.values import KINDS, find_values
from tests.nlu.values.cases import NOW, marked, spans

FOUND: list[tuple[str, str, object]] = [
    ("number", "我有[三]张卡", 3),
    ("number", "[一千二百]", 1200),
    ("number", "[两万五]", 25000),
    ("number", "[一百五]", 150),
    ("number", "[一百零五]", 105),
    ("number", "[一亿二千万]", 120000000),
    ("number", "[三点五]", 3.5),
    ("number", "[3.5万]", 35000),
    ("number", "[负五]", -5),
    ("ordinal", "[第三]个", 3),
    ("ordinal", "[第二十一]次", 21),
    ("digits", "我的号码是[一三八零零一三八零零零]", "13800138000"),
    ("digits", "[幺三八零零幺三八零零零]", "13800138000"),
    ("digits", "[138 0013 8000]", "13800138000"),
    ("digits", "验证码[四二七一]", "4271"),
    ("digits", "尾号[1234]的卡", "1234"),
    ("percentage", "[百分之五]", 5),
    ("percentage", "[百分之三点五]", 3.5),
    ("percentage", "[百分之百]", 100),
    ("percentage", "涨了[3.5%]", 3.5),
    ("percentage", "[五个百分点]", 5),
    ("percentage", "[三成]", 30),
    ("date", "[今天]", "2026-11-23"),
    ("date", "[明天]去", "2026-11-24"),
    ("date", "[后天]", "2026-11-25"),
    ("date", "[大后天]", "2026-11-26"),
    ("date", "[昨天]", "2026-11-22"),
    ("date", "[下周三]", "2026-12-02"),
    ("date", "[下週三]", "2026-12-02"),
    ("date", "[下下周一]", "2026-12-07"),
    ("date", "[这周五]", "2026-11-27"),
    ("date", "[上周五]", "2026-11-20"),
    ("date", "[礼拜五]", "2026-11-27"),
    ("date", "[星期天]", "2026-11-29"),
    ("date", "[三天后]", "2026-11-26"),
    ("date", "[两周以前]", "2026-11-09"),
    ("date", "[半个月之后]", "2026-12-08"),
    ("date", "[一个月后]", "2026-12-23"),
    ("date", "[二零二六年五月三号]", "2026-05-03"),
    ("date", "[2026年5月3日]", "2026-05-03"),
    ("date", "[五月三号]", "2027-05-03"),
    ("date", "[12月24日]", "2026-12-24"),
    ("date", "[明年三月五号]", "2027-03-05"),
    ("date", "[下个月十号]还款", "2026-12-10"),
    ("date", "生日是[八五年三月一号]", "1985-03-01"),
    ("date", "[三号]", "2026-12-03"),
    ("date", "[月底]", "2026-11-30"),
    ("date", "[下个月底]", "2026-12-31"),
    ("date", "[年底]", "2026-12-31"),
    ("date", "[国庆节]", "2027-10-01"),
    ("date", "[2026-05-03]", "2026-05-03"),
    ("time", "[下午三点半]", "15:30"),
    ("time", "[三点一刻]", "15:15"),
    ("time", "[上午九点]", "09:00"),
    ("time", "[早上八点二十分]", "08:20"),
    ("time", "[晚上十二点]", "00:00"),
    ("time", "[中午十二点]", "12:00"),
    ("time", "[凌晨两点]", "02:00"),
    ("time", "[差五分八点]", "07:55"),
    ("time", "[两点钟]", "14:00"),
    ("time", "[十五点三十分]", "15:30"),
    ("time", "[15:30]", "15:30"),
    ("time", "[下午3点]", "15:00"),
    ("time", "[正午]", "12:00"),
    ("datetime", "[下周三下午三点半]", "2026-12-02T15:30"),
    ("datetime", "[今晚八点]", "2026-11-23T20:00"),
    ("datetime", "[明早九点]", "2026-11-24T09:00"),
    ("datetime", "[五月三号上午十点]", "2027-05-03T10:00"),
    ("datetime", "[半小时后]", "2026-11-23T12:30"),
    ("datetime", "[两个小时以后]", "2026-11-23T14:00"),
    ("datetime", "[十分钟前]", "2026-11-23T11:50"),
    ("duration", "[半个小时]", "PT30M"),
    ("duration", "[一个半小时]", "PT1H30M"),
    ("duration", "[两小时三十分钟]", "PT2H30M"),
    ("duration", "[一刻钟]", "PT15M"),
    ("duration", "[三天]", "P3D"),
    ("duration", "[两天半]", "P2DT12H"),
    ("duration", "[三周]", "P3W"),
    ("duration", "[两个月]", "P2M"),
    ("duration", "[半年]", "P6M"),
    ("duration", "[三个工作日]", "P3D"),
    ("range", "[周一到周三]", spans("2026-11-30", "2026-12-02")),
    ("range", "[从周一到周三]", spans("2026-11-30", "2026-12-02")),
    ("range", "[下午三点到五点]", spans("15:00", "17:00")),
    ("range", "[九点到十二点]", spans("09:00", "12:00")),
    ("range", "[三到五点]", spans("15:00", "17:00")),
    ("range", "[明天下午三点到五点]", spans("2026-11-24T15:00", "2026-11-24T17:00")),
    ("range", "[五月三号到五号]", spans("2027-05-03", "2027-05-05")),
    ("range", "[这周末]", spans("2026-11-28", "2026-11-29")),
    ("range", "[下周]", spans("2026-11-30", "2026-12-06")),
    ("range", "[上个月]的账单", spans("2026-10-01", "2026-10-31")),
    ("range", "[明天上午]", spans("2026-11-24T06:00", "2026-11-24T12:00")),
    ("range", "[今晚]", spans("2026-11-23T18:00", "2026-11-23T22:00")),
    ("range", "[最近三个月]", spans("2026-08-23", "2026-11-23")),
    ("range", "[三天内]", spans("2026-11-23", "2026-11-26")),
    ("range", "[五月份]", spans("2027-05-01", "2027-05-31")),
    ("range", "[周五之前]", {"from": None, "to": "2026-11-27"}),
    ("range", "[下午六点以后]", {"from": "18:00", "to": None}),
]
MONEY = [
    ("转[一千二百块]给张三", "1200.00", "CNY"),
    ("[十块五毛]", "10.50", "CNY"),
    ("[十块五]", "10.50", "CNY"),
    ("[三块二毛五]", "3.25", "CNY"),
    ("[五毛钱]", "0.50", "CNY"),
    ("[五分钱]", "0.05", "CNY"),
    ("[一百二十元]", "120.00", "CNY"),
    ("[一千块零五毛]", "1000.50", "CNY"),
    ("[两万五千块钱]", "25000.00", "CNY"),
    ("[人民币三千元]", "3000.00", "CNY"),
    ("[五百美元]", "500.00", "USD"),
    ("[两百英镑]", "200.00", "GBP"),
    ("[三万日元]", "30000.00", "JPY"),
    ("[1.5万港币]", "15000.00", "HKD"),
    ("[￥12.50]", "12.50", "CNY"),
    ("[¥12.50]", "12.50", "CNY"),
    ("[500元]", "500.00", "CNY"),
    ("[５００元]", "500.00", "CNY"),
    ("[壹仟贰佰元]", "1200.00", "CNY"),
    ("[一块钱]", "1.00", "CNY"),
    ("[一千 二百 块]", "1200.00", "CNY"),
]
NOT_FOUND = [
    ("number", "一起去一下"), ("number", "统一办理吧"), ("number", "星期三"), ("number", "你好"),
    ("time", "快一点"), ("time", "三点建议"), ("time", "有一点贵"), ("time", "一点都不好"),
    ("date", "三号线"), ("date", "三号柜台"), ("date", "二月三十号"), ("date", "一年"),
    ("money", "一块去吧"), ("money", "一块儿走"), ("money", "十分满意"), ("money", "几百块"), ("money", "四二七一"),
    ("duration", "第三天"), ("duration", "二零二六年"), ("duration", "三月"), ("duration", "三年级"),
    ("percentage", "百分之"), ("range", "到周三"), ("digits", "一下"), ("digits", "三张"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "value"), FOUND)
def test_found_with_its_span(kind: str, said: str, value: object) -> None:
    for frame in ("{}", "我想要{}，可以吗"):
        text, start, end = marked(frame.format(said))
        found = find_values(text, now=NOW, kinds=frozenset({kind}), language="zh-CN")
        assert [(v.value, v.text) for v in found] == [(value, text[start:end])]


@pytest.mark.parametrize(("said", "amount", "currency"), MONEY)
def test_money(said: str, amount: str, currency: str) -> None:
    text, start, end = marked(said)
    for default in ("", "CNY"):
        (value,) = find_values(text, now=NOW, kinds=frozenset({"money"}), language="zh", currency=default)
        assert (value.value, value.text) == ({"amount": amount, "currency": currency}, text[start:end])


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND)
def test_left_alone(kind: str, text: str) -> None:
    assert find_values(text, now=NOW, kinds=frozenset({kind}), language="zh") == ()


def test_other_readings() -> None:
    for kind, text, others in (
        ("date", "周一", ("2026-11-23",)),
        ("date", "3/4", ("2027-04-03",)),
        ("time", "三点", ("03:00",)),
        ("time", "下午三点", ()),
        ("duration", "两三天", ("P3D",)),
    ):
        (value,) = find_values(text, now=NOW, kinds=frozenset({kind}), language="zh")
        assert value.ambiguous == others


def test_numbers_agree_with_an_independent_reader() -> None:
    draw = random.Random(1)
    for number in (*range(120), *(draw.randrange(1_000_000) for _ in range(500))):
        said = cn2an.an2cn(number, "low")
        assert cardinal(said) == number
        (value,) = find_values(f"是{said}吗", now=NOW, kinds=frozenset({"number"}), language="zh")
        assert (value.value, value.text) == (number, said)


_SIGNS = st.sampled_from(
    "零一二两三四五六七八九十百千万亿点半块元毛分角年月日号周星期下上这个小时天后前内到至负第幺差刻今明晚早午 "
    "0123:/-%￥廿成"
)


@given(st.one_of(st.text(max_size=30), st.text(_SIGNS, max_size=14)), st.sampled_from(["", "CNY"]))
def test_anything_is_read_without_error(text: str, currency: str) -> None:
    last: dict[str, int] = {}
    found = find_values(text, now=NOW, language="zh", currency=currency)
    assert found == find_values(text, now=NOW, language="zh", currency=currency)
    for value in found:
        assert value.kind in KINDS
        assert value.text == text[value.start : value.end]
        assert value.start >= last.get(value.kind, 0)
        assert value.end > value.start
        last[value.kind] = value.end


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
