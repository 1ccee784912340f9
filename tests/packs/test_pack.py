"""The banking pack loads, and says nothing odd."""

import re
from pathlib import Path

import pytest

from dialog.pack import Pack


@pytest.fixture(scope="module")
def pack(banking: Path) -> Pack:
    return Pack.load(banking)


def test_loads(pack: Pack) -> None:
    assert pack.title == "North Bank"
    assert set(pack.actions.actions) == {
        "block_card",
        "card_delivery_status",
        "change_pin",
        "check_balance",
        "check_code",
        "check_transfer",
        "complaint",
        "find_recipient",
        "opening_hours",
        "transfer_money",
    }


def test_what_changes_the_bank_is_marked(pack: Pack) -> None:
    changing = {name for name, action in pack.actions.actions.items() if action.changes}
    assert changing == {"block_card", "change_pin", "complaint", "transfer_money"}


def test_spoken_answers_are_short_words(pack: Pack) -> None:
    for name, variations in pack.responses.items():
        for variation in variations:
            assert len(variation.text.split()) <= 26, name
            assert not re.search(r"[0-9£%&@/]", variation.text), name


def test_callers_sentences_feed_the_recognizer(pack: Pack) -> None:
    sentences = pack.sentences()
    assert len(sentences) > 900
    assert {"anna", "what's my balance please", "savings account"} <= set(sentences)
