"""E-mail addresses as people write and say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.emails import find_emails


@pytest.mark.parametrize(
    ("text", "address", "said"),
    [
        ("my email is j dot smith at example dot com thanks", "j.smith@example.com", "j dot smith at example dot com"),
        ("john underscore doe at gmail dot com", "john_doe@gmail.com", "john underscore doe at gmail dot com"),
        ("mail j.smith@example.co.uk please", "j.smith@example.co.uk", "j.smith@example.co.uk"),
        ("J.Smith @ Example.com", "j.smith@example.com", "J.Smith @ Example.com"),
        ("it's j o h n at g mail dot c o m", "john@gmail.com", "j o h n at g mail dot c o m"),
        ("john smith all one word at hotmail dot co dot uk and", "johnsmith@hotmail.co.uk",
         "john smith all one word at hotmail dot co dot uk"),
        ("sarah dash jones four two at uh bt internet dot com", "sarah-jones42@btinternet.com",
         "sarah dash jones four two at uh bt internet dot com"),
        ("john (at) example (dot) com", "john@example.com", "john (at) example (dot) com"),
        ("zhangsan艾特qq点com", "zhangsan@qq.com", "zhangsan艾特qq点com"),
        ("邮箱是12345678圈a一六三点com谢谢", "12345678@163.com", "12345678圈a一六三点com"),
        ("我的邮箱是li.na@qq.com谢谢", "li.na@qq.com", "li.na@qq.com"),
    ],
)  # fmt: skip
def test_emails(text: str, address: str, said: str) -> None:
    (found,) = find_emails(text)
    assert (found.address, text[found.start : found.end]) == (address, said)


@pytest.mark.parametrize(
    "text", ["look at example dot com", "i am at the bank", "a@b", "@@@@", "meet me at five", "what is at stake", ""]
)
def test_no_emails(text: str) -> None:
    assert find_emails(text) == []


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(st.text(_LETTERS, min_size=3, max_size=10), st.text(_LETTERS, min_size=4, max_size=10))
def test_a_written_address_reads_back(local: str, domain: str) -> None:
    (found,) = find_emails(f"write to {local}@{domain}.com please")
    assert found.address == f"{local}@{domain}.com"


@given(st.text())
def test_anything_is_read_without_error(text: str) -> None:
    for found in find_emails(text):
        assert 0 <= found.start < found.end <= len(text)
