import asyncio
import json
import threading
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner
from websockets.asyncio.server import serve

from nlu.errors import SettingsError
from tests.voice.harness.fake_gateway import FakeAgent, serve_websocket
from voice.harness.cli import call

ANSWERS = [
    [
        {"type": "heard", "final": True, "text": "hello", "confidence": 1.0, "source": "text"},
        {"type": "event", "event": {"event": "ActionRan", "action": "greet", "ok": True, "result": ""}},
        {"type": "said", "text": "good day", "names": ["utter_greet"]},
    ]
]
SCENARIO = """\
scenario: Hello
goal: {actions: [greet], ended: goodbye}
turns:
- type: hello
  expect: {reply: [utter_greet], says: good day}
"""


@pytest.fixture
def gateway() -> Iterator[str]:
    """The address of a fake gateway in a thread of its own."""
    ready: threading.Event = threading.Event()
    told: dict[str, object] = {}

    async def main() -> None:
        stop = asyncio.Event()
        async with serve(lambda socket: serve_websocket(socket, FakeAgent(ANSWERS)), "127.0.0.1", 0) as server:
            told.update(port=server.sockets[0].getsockname()[1], stop=stop, loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    assert ready.wait(10)
    yield f"http://127.0.0.1:{told['port']}"
    told["loop"].call_soon_threadsafe(told["stop"].set)
    thread.join(10)


def run(*arguments: str):
    app = typer.Typer()
    app.command()(call)
    return CliRunner().invoke(app, arguments)


@pytest.mark.integration
def test_a_scenario_is_called_and_printed(gateway, tmp_path):
    path = tmp_path / "scenarios" / "hello.yaml"
    path.parent.mkdir()
    path.write_text(SCENARIO)
    result = run(gateway, "--scenario", str(path), "--out", str(tmp_path / "run"))
    assert result.exit_code == 0, result.output
    assert "hello  typed" in result.output
    assert "good day" in result.output
    assert "goal reached" in result.output
    assert (tmp_path / "run" / "report.html").is_file()


@pytest.mark.integration
def test_a_missed_goal_is_exit_code_1_and_named(gateway, tmp_path):
    path = tmp_path / "hello.yaml"
    path.write_text(SCENARIO.replace("[greet]", "[transfer_money]"))
    result = run(gateway, "--scenario", str(path), "--json")
    assert result.exit_code == 1
    facts = json.loads(result.output)
    assert facts["goal_reached"] is False
    assert facts["failures"] == [f"{path}:2 goal.actions.0: expected action 'transfer_money'; came greet"]
    assert facts["ended"] == "goodbye"
    assert facts["messages"][0]["type"] == "ready"


@pytest.mark.integration
def test_typed_turns_need_no_scenario(gateway):
    result = run(gateway, "--text", "hello", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["actions"] == ["greet"]


@pytest.mark.integration
def test_no_gateway_is_a_failed_call():
    result = run("http://127.0.0.1:1", "--text", "hello", "--json")
    assert result.exit_code == 1
    assert "no call to http://127.0.0.1:1" in json.loads(result.output)["failures"][0]


@pytest.mark.parametrize("arguments", [[], ["--text", "x", "--scenario", "y.yaml"]])
def test_what_to_say_must_be_given_once(arguments):
    result = run("http://127.0.0.1:1", *arguments)
    assert isinstance(result.exception, SettingsError)
