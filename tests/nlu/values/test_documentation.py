"""Every example in docs/values.md is what the readers find."""

import json
import re
from pathlib import Path

import pytest

from nlu.values.values import KINDS, find_values
from tests.nlu.values.cases import NOW

_DOCUMENT = Path(__file__).parents[3] / "docs" / "values.md"
_ROW = re.compile(r"\| (?P<kind>[a-z]+) \| (?P<said>[^|]*\*\*[^|]*) \| (?P<value>[^|]*) \| (?P<others>[^|]*)\|")
_JSON = re.compile("`([^`]*)`")


def examples() -> list[tuple[str, str, str, str, str]]:
    english, chinese = _DOCUMENT.read_text(encoding="utf-8").split("## Chinese")
    return [
        (language, row["kind"], row["said"], row["value"], row["others"])
        for language, part in (("en", english), ("zh", chinese))
        for row in _ROW.finditer(part)
    ]


@pytest.mark.parametrize(("language", "kind", "said", "value", "others"), examples())
def test_examples(language: str, kind: str, said: str, value: str, others: str) -> None:
    before, words, after = said.split("**")
    (found,) = find_values(before + words + after, now=NOW, kinds=frozenset({kind}), language=language)
    assert found.text == words
    assert found.value == json.loads(value.strip("` "))
    assert list(found.ambiguous) == [json.loads(other) for other in _JSON.findall(others)]


def test_every_kind_has_an_example() -> None:
    assert {kind for _, kind, *_ in examples()} == KINDS
