"""Choice of variations and rendering."""

from pathlib import Path

from dialog.responses import Wording, built_in, load_responses, render


def variations(tmp_path: Path, body: str) -> object:
    path = tmp_path / "responses.yaml"
    path.write_text(f"responses:\n  utter_x:\n{body}")
    found, problems = load_responses(path)
    assert problems == []
    return found["utter_x"]


def test_text_and_display_speak_by_type(tmp_path: Path) -> None:
    found = variations(
        tmp_path, "    - text: '{price} for {code:digits}, {n}'\n      card: {kind: x, price: '{price}', n: 1}\n"
    )
    slots = {"price": {"amount": "2.50", "currency": "GBP"}, "code": "12", "n": 3}
    wording = Wording(slots=slots, types={"price": "money", "code": "text", "n": "number"})
    response = render("utter_x", found, wording, said_before=0)
    assert response.text == "two pounds and fifty pence for one two, three"
    assert response.display == "£2.50 for 12, 3"
    assert response.card == {"kind": "x", "price": "£2.50", "n": 1}
    assert not response.fixed


def test_conditions_channels_and_turns(tmp_path: Path) -> None:
    found = variations(
        tmp_path,
        "    - text: a\n      condition: slots.a\n    - text: b\n      channel: phone\n    - text: c\n    - text: d\n"
        "      emotion: sorry\n      barge_in: false\n    - text: e\n      condition: slots.e\n",
    )

    def said(channel: str, before: int, **slots: object) -> str:
        wording = Wording(slots=slots, types={}, channel=channel)
        return render("utter_x", found, wording, said_before=before).text

    assert said("chat", 0, a=True) == "a"
    assert [said("chat", turn) for turn in range(3)] == ["c", "d", "c"]
    assert said("phone", 0) == "b"
    sorry = render("utter_x", found, Wording(slots={}, types={}), said_before=1)
    assert (sorry.emotion, sorry.barge_in, sorry.fixed) == ("sorry", False, True)


def test_empty_slots_leave_no_gap(tmp_path: Path) -> None:
    found = variations(tmp_path, "    - text: a {missing} b\n")
    assert render("utter_x", found, Wording(slots={}, types={}), said_before=0).text == "a b"


def test_built_in_responses_need_their_extras_only() -> None:
    for name, found in built_in().items():
        extras = {key: "x" for item in found for key in item.placeholders}
        text = render(name, found, Wording(slots={}, types={}, extras=extras), said_before=0).text
        assert text
        assert "{" not in text
