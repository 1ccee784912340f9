"""`kefu chat` and the summary of `kefu check`, with an interpreter that needs no model."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from dialog import cli
from dialog.errors import PackError
from nlu.understanding import Understanding, Utterance
from tests.dialog.caller import SHOP, understanding


class Fake:
    """Understands by the first word."""

    @staticmethod
    def open(checkpoint: Path, **_: object) -> "Fake":
        return Fake()

    async def interpret(self, utterance: Utterance) -> Understanding:
        word = utterance.text.split()[0]
        return understanding(utterance.text, {"tea": "order_tea", "pay": "pay", "bye": "goodbye"}.get(word, "inform"))

    async def close(self) -> None:
        pass


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(cli, "Interpreter", Fake)
    monkeypatch.setattr(cli, "pack_checkpoint", lambda path, progress: path)
    app = typer.Typer()
    app.command()(cli.chat)

    def call(*arguments: str, typed: str | None = None) -> str:
        result = CliRunner().invoke(app, [str(SHOP), "--pack-data", str(tmp_path), *arguments], input=typed)
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_say_answers_as_json(run: Any) -> None:
    (line,) = run("--say", "tea please").splitlines()
    answer = json.loads(line)
    assert (answer["text"], answer["intent"]["name"], answer["reply"]) == ("tea please", "order_tea", "Small or large?")
    assert (answer["expect"]["kind"], answer["sentiment"]["label"]) == ("choice", "neutral")
    assert [event["event"] for event in answer["events"]][:2] == ["UserSpoke", "FlowStarted"]


def test_several_turns_are_one_call_and_codes_are_masked(run: Any) -> None:
    output = run("--say", "pay", "--say", "four three two one", "--say", "bye", "--say", "never said")
    answers = [json.loads(line) for line in output.splitlines()]
    assert [answer["reply"] for answer in answers] == [
        "Your pin please?",
        "How much?",
        "Thank you for calling. Goodbye.",
    ]
    assert answers[1]["text"] == "******"
    assert "4321" not in output
    assert "four three" not in output


def test_a_conversation_in_the_terminal(run: Any) -> None:
    output = run(typed="pay\n/keys 4321\n\nfive pounds\n")
    assert "Welcome to the shop." in output
    assert "How much?" in output
    assert "Are you still there?" in output
    assert "On which day?" in output


def test_lines_in_lines_out(run: Any) -> None:
    answers = [json.loads(line) for line in run("--json", typed="tea\nbig\nbye\n").splitlines()]
    assert [answer["reply"] for answer in answers][:3] == ["Welcome to the shop.", "Small or large?", "Who is it for?"]
    assert answers[-1]["control"] == "hang_up"


def test_check_says_what_is_there() -> None:
    summary = cli.check_pack("banking")
    assert (summary["name"], summary["language"]) == ("banking", "en")
    assert summary["examples"] > 450
    assert summary["intents"] >= 15


def test_check_compares_the_training_data_with_the_domain() -> None:
    with pytest.raises(PackError) as caught:
        cli.check_pack(str(SHOP))
    assert "intent 'pay' has no examples in nlu.yaml" in str(caught.value)
