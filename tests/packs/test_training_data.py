"""The packs' training data: enough of everything, and nothing said for two intents."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.locations import find_pack, known_packs, pack_nlu_files

MARKED = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<plain>\w+)\)|(?P<full>\{[^}]*\}))")


def examples(pack: Path) -> Iterator[tuple[str, str]]:
    """(intent, marked text) of every example."""
    for path in pack_nlu_files(pack):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in item["examples"].splitlines() if "intent" in item else ():
                assert line.startswith("- "), f"{path}: {line}"
                yield item["intent"], line[2:]


def entities(text: str) -> Iterator[dict[str, str]]:
    for found in MARKED.finditer(text):
        yield yaml.safe_load(found["full"]) if found["full"] else {"entity": found["plain"]}


def plain(text: str) -> str:
    return MARKED.sub(lambda found: found["text"], text)


@pytest.fixture(params=known_packs())
def pack(request: pytest.FixtureRequest) -> Path:
    return find_pack(request.param)


@pytest.fixture(scope="module")
def domain(banking: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((banking / "domain.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_intent_has_thirty_examples(banking: Path, domain: dict[str, Any]) -> None:
    counts = Counter(intent for intent, _ in examples(banking))
    assert set(counts) == set(domain["intents"])
    assert len(counts) >= 17
    assert {intent: count for intent, count in counts.items() if count < 30} == {}


def test_every_intent_of_every_pack_has_twenty_examples(pack: Path) -> None:
    counts = Counter(intent for intent, _ in examples(pack))
    assert {intent: count for intent, count in counts.items() if count < 20} == {}


def test_every_entity_is_marked_often(banking: Path, domain: dict[str, Any]) -> None:
    counts = Counter(entity["entity"] for _, text in examples(banking) for entity in entities(text))
    assert set(counts) == set(domain["entities"])
    assert {entity: count for entity, count in counts.items() if count < 25} == {}


def test_accounts_have_both_roles(banking: Path) -> None:
    roles = Counter(entity.get("role") for _, text in examples(banking) for entity in entities(text))
    assert set(roles) == {None, "from", "to"}
    assert min(roles.values()) >= 7


def test_nothing_is_said_for_two_intents(pack: Path) -> None:
    said: dict[str, set[str]] = {}
    for intent, text in examples(pack):
        said.setdefault(re.sub(r"[^a-z0-9' ]", "", plain(text).lower()), set()).add(intent)
    assert {text: intents for text, intents in said.items() if len(intents) > 1} == {}


def test_no_example_is_there_twice(pack: Path) -> None:
    counts = Counter(plain(text) for _, text in examples(pack))
    assert [text for text, count in counts.items() if count > 1] == []


def test_marks_are_well_formed(pack: Path) -> None:
    bad = [text for _, text in examples(pack) if re.search(r"[\[\](){}]", plain(text))]
    assert bad == []


def test_mostly_as_a_recognizer_writes(banking: Path) -> None:
    texts = [plain(text) for _, text in examples(banking)]
    written = [text for text in texts if re.search(r"[^a-z' ]", text)]
    assert 15 <= len(written) <= len(texts) // 20
