import pytest

from dialog.yes_no import wants_to_leave, yes_or_no
from tests.dialog.caller import understanding


@pytest.mark.parametrize(
    ("text", "intent", "probability", "said"),
    [
        ("yes", "inform", 0.3, True),
        ("yeah go ahead", "inform", 0.3, True),
        ("ok", "inform", 0.3, True),
        ("that's right", "deny", 0.4, True),
        ("that's not right", "affirm", 0.5, False),
        ("no", "inform", 0.3, False),
        ("no problem", "inform", 0.3, True),
        ("no thank you", "thanks", 0.9, False),
        ("don't send it", "inform", 0.3, None),
        ("please don't", "affirm", 0.7, False),
        ("no", "affirm", 0.99, False),
        ("yes", "deny", 0.99, False),
        ("yes", "deny", 0.7, None),
        ("i don't know", "deny", 0.95, None),
        ("not sure", "affirm", 0.95, None),
        ("why not", "inform", 0.2, True),
        ("sounds lovely", "affirm", 0.9, True),
        ("sounds lovely", "affirm", 0.4, None),
        ("i'd rather keep it", "deny", 0.9, False),
        ("the balance", "check_balance", 0.9, None),
    ],
)
def test_yes_or_no(text: str, intent: str, probability: float, said: bool | None) -> None:
    assert yes_or_no(understanding(text, intent, probability)) is said


def test_leaving() -> None:
    assert wants_to_leave("No, that’s all thank you")
    assert wants_to_leave("ok bye bye")
    assert not wants_to_leave("tell me all about fees")
