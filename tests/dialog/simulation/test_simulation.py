"""Simulated callers against the test shop, with an interpreter that goes by key words."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog.errors import PackError
from dialog.expectation import OPEN, Expectation
from dialog.pack import Pack
from dialog.simulation.channel import Channel
from dialog.simulation.persona import PERSONAS
from dialog.simulation.play import Played, Setting, level, play, play_many
from dialog.simulation.script import Script, load_script
from nlu.locations import find_pack, known_packs
from nlu.understanding import Understanding, Utterance
from tests.dialog.caller import NOW, SHOP, understanding

KEYS = {
    "tea": "order_tea", "opening": "opening", "person": "talk_to_person", "agent": "talk_to_person",
    "someone": "talk_to_person", "yes": "affirm", "yeah": "affirm", "right": "affirm", "sure": "affirm",
    "correct": "affirm", "all": "goodbye", "no": "deny", "nope": "deny", "nothing": "deny", "again": "repeat",
    "pardon": "repeat", "repeat": "repeat",
}  # fmt: skip


class KeyWords:
    """The first word that says something decides."""

    def interpret_batch(self, utterances: Sequence[Utterance]) -> list[Understanding]:
        return [self._one(utterance) for utterance in utterances]

    def _one(self, utterance: Utterance) -> Understanding:
        words = utterance.text.lower().split()
        intent = next((KEYS[word] for word in words if word in KEYS), "inform")
        sizes = [word for word in words if word in ("small", "little", "large", "big")]
        entities = {"size": sizes[0]} if sizes else {}
        return understanding(utterance.text, intent, entities=entities, confidence=utterance.confidence)


@pytest.fixture
def setting() -> Setting:
    pack = Pack.load(SHOP)
    return Setting(pack=pack, script=load_script(pack), interpreter=KeyWords(), now=NOW)


async def test_clear_speech_reaches_its_goals(setting: Setting) -> None:
    figures = level(0.0, await play_many(setting, wer=0.0, seeds=range(40), keep_lines=True))
    assert figures.calls == 40
    assert figures.success >= 0.9
    assert figures.wrong_actions == 0
    assert set(figures.by_goal) == {"tea", "hours"}


async def test_noise_costs_turns_and_goals(setting: Setting) -> None:
    clear = level(0.0, await play_many(setting, wer=0.0, seeds=range(40)))
    noisy = level(0.4, await play_many(setting, wer=0.4, seeds=range(40)))
    assert noisy.success <= clear.success
    assert noisy.turns > clear.turns


async def test_the_same_seed_is_the_same_call(setting: Setting) -> None:
    first, second = [await play(setting, wer=0.2, seed=7, keep_lines=True) for _ in range(2)]
    assert first == second
    assert first.lines[0] == "agent: Welcome to the shop."


async def test_a_changing_action_against_the_goal_is_wrong(setting: Setting) -> None:
    class Deaf(KeyWords):
        """Hears tea in everything, and yes to every question."""

        def _one(self, utterance: Utterance) -> Understanding:
            return understanding("yes", "affirm") if self.asked else self._order()

        asked = False

        def _order(self) -> Understanding:
            self.asked = True
            return understanding(
                "a big tea for Anna at five pounds", "order_tea",
                entities={"size": "big", "person": "Anna", "price": "five pounds"},
            )  # fmt: skip

    hours = Script(goals={"hours": setting.script.goals["hours"]}, facts=setting.script.facts)
    calm = tuple(persona for persona in PERSONAS if persona.name == "plain")
    deaf = Setting(pack=setting.pack, script=hours, interpreter=Deaf(), now=NOW, personas=calm)
    played = await play(deaf, wer=0.0, seed=3)
    assert played.wrong == ("place_order",)
    assert not played.reached


def test_no_calls_have_no_figures() -> None:
    with pytest.raises(ValueError, match="no calls"):
        level(0.1, [])


def test_shares_are_counted_by_goal_and_persona() -> None:
    calls = [
        Played(
            seed=n, goal="a" if n < 3 else "b", persona="plain", reached=n != 0, wrong=(), turns=n, handed_over=n == 0
        )
        for n in range(4)
    ]
    figures = level(0.1, calls)
    assert (figures.success, figures.turns, figures.handed_over) == (0.75, 1.5, 0.25)
    assert figures.by_goal == {"a": 0.6667, "b": 1.0}


DIGITS = Expectation(kind="digits", length=6)


def test_the_channel_is_clear_without_noise() -> None:
    assert Channel(wer=0.0, seed=1).hear("four two", DIGITS) == Utterance(text="four two", confidence=0.9)


def test_a_channel_hears_only_digits_for_digits() -> None:
    said = "four two seven one nine six"
    heard = [Channel(wer=0.4, seed=seed).hear(said, DIGITS).text for seed in range(50)]
    known = set("zero oh one two three four five six seven eight nine".split())
    assert all(set(text.split()) <= known for text in heard)
    wrong = sum(text != said for text in heard)
    assert 10 < wrong < 50


def test_a_channel_is_seeded() -> None:
    said = "i would like to send some money to my brother"
    first, second = [Channel(wer=0.3, seed=5).hear(said, OPEN) for _ in range(2)]
    assert first == second
    assert first.text != said


@pytest.mark.parametrize("name", known_packs())
def test_every_pack_has_callers_and_none_of_their_sentences_is_trained(name: str) -> None:
    pack = Pack.load(find_pack(name))
    script = load_script(pack)
    trained = set(pack.sentences())
    openings = {text for goal in script.goals.values() for text in goal.openings}
    assert len(openings) >= 15
    assert not {text for text in openings if "{" not in text} & trained


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("flow: opening", "flow: closing", r"callers.yaml:\d+ goals.hours.flow: unknown flow 'closing'"),
        ("action: place_order", "action: steal", r"goals.tea.action: unknown action 'steal'"),
        ("hears: [utter_opening]\n    openings", "hears: [utter_x]\n    openings", "unknown response 'utter_x'"),
        ("    hears: [utter_opening]\n", "", "goals.hours: needs either an action"),
        ("slots: {guest: guest,", "slots: {gust: guest,", "unknown slot 'gust'"),
        ("slots: {guest: guest,", "slots: {guest: name,", "unknown fact 'name'"),
        ('"a {size} tea"', '"a {colour} tea"', "unknown fact 'colour'"),
        ("money: [2, 9]", "money: [9, 2]", r"facts.price: expected \[lowest, highest\]"),
        ("pin: {digits: [\"4321\"]}", "pin: {}", "facts.pin: needs exactly one of"),
        ("Anna: [anna]", "Anna: []", "facts.guest: every value needs a way to say it"),
        ("goals:\n", "goal:\n", "goal"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    path = folder / "callers.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(PackError, match=reason):
        load_script(Pack.load(folder))


def test_a_pack_without_callers_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    (folder / "callers.yaml").unlink()
    with pytest.raises(PackError, match="no simulated callers"):
        load_script(Pack.load(folder))
