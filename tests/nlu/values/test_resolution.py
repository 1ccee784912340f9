"""Names that were said or misheard, against a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.resolution import LIKELY, Resolution, likeness, resolve

CONTACTS = (
    "Anna Lee", "James Smith", "Maria Garcia", "Robert Brown", "Sean Connery", "Catherine Jones", "Steven Clark",
    "Philip Green",
)  # fmt: skip
CHINESE = ("张伟", "王芳", "李娜", "刘洋", "陈静", "欧阳娜娜")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("anna", "Anna Lee"),
        ("hannah lee", "Anna Lee"),
        ("James Smith", "James Smith"),
        ("shawn connery", "Sean Connery"),
        ("kathryn jones", "Catherine Jones"),
        ("stephen clarke", "Steven Clark"),
        ("phillip", "Philip Green"),
        ("robot brown", "Robert Brown"),
        ("maria garsia", "Maria Garcia"),
        ("green", "Philip Green"),
        ("zebra", None),
        ("the", None),
        ("", None),
        ("?!", None),
    ],
)
def test_contacts(said: str, name: str | None) -> None:
    assert resolve(said, CONTACTS).clear == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("张伟", "张伟"),
        ("张威", "张伟"),
        ("章伟", "张伟"),
        ("李拉", "李娜"),
        ("王方", "王芳"),
        ("娜娜", "欧阳娜娜"),
        ("陈进", "陈静"),
    ],
)
def test_chinese_names_by_sound(said: str, name: str) -> None:
    assert resolve(said, CHINESE).clear == name


def test_what_cannot_be_told_apart_is_asked() -> None:
    found = resolve("sarah", ["Sarah Miller", "Tom", "Sarah Brown"])
    assert [candidate.name for candidate in found.near] == ["Sarah Miller", "Sarah Brown"]
    assert (found.clear, found.margin) == (None, 0.0)
    assert resolve("sarah brown", ["Sarah Miller", "Tom", "Sarah Brown"]).clear == "Sarah Brown"


def test_synonyms_and_the_place_in_the_list() -> None:
    found = resolve("bob", CONTACTS, synonyms={"Robert Brown": ("Bob", "Bobby")})
    assert found.best is not None
    assert (found.best.name, found.best.index, found.best.score) == ("Robert Brown", 3, 1.0)
    assert found.margin >= 0.25


def test_nothing_likely() -> None:
    assert resolve("anna", []) == Resolution()
    assert Resolution().best is None
    assert Resolution().clear is None
    assert Resolution().margin == 0.0


@given(st.text(max_size=20), st.lists(st.text(max_size=15), max_size=6))
def test_scores_are_ranked_shares(said: str, names: list[str]) -> None:
    scores = [candidate.score for candidate in resolve(said, names).candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(LIKELY <= score <= 1 for score in scores)
    for name in names:
        assert 0 <= likeness(said, name) <= 1
        assert not name.strip(" ").isalpha() or likeness(name, name) == 1
