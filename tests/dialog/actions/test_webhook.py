"""Actions behind an HTTP server: the wire format, retries, the breaker, and a whole call against a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from dialog.actions.action import ActionContext, ActionResult
from dialog.actions.webhook import ActionEndpoint, ActionServer, ServedAction, load_servers
from dialog.agent import Agent
from dialog.errors import ActionError, PackError
from dialog.pack import Pack
from tests.dialog.caller import NOW, Caller

CONTEXT = ActionContext(slots={"city": "Bonn"}, call_id="call-1", now=NOW, channel="phone", turn=3)
ANSWER = {
    "events": [{"event": "slot", "timestamp": None, "name": "sky", "value": "blue"}, {"event": "restart"}],
    "responses": [{"text": "One moment."}, {"response": "utter_sky"}, {"custom": {"a": 1}}],
}

Handler = Callable[[httpx.Request], httpx.Response]


def server(
    handler: Handler, *, retries: int = 1, failures: int = 3, now_s: Callable[[], float] = lambda: 0.0
) -> ActionServer:
    endpoint = ActionEndpoint(
        url="http://actions.test/webhook", actions={"ask_sky": ServedAction()}, headers={"Authorization": "Bearer x"},
        retries=retries, failures=failures, rest_s=10.0,
    )  # fmt: skip
    return ActionServer(endpoint, transport=httpx.MockTransport(handler), now_s=now_s)


async def test_the_wire_format_is_that_of_rasas_action_servers() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=ANSWER)

    found = await server(handler).call("ask_sky", CONTEXT)
    assert found == ActionResult(slots={"sky": "blue"}, says=("One moment.",), utters=("utter_sky",))
    body = json.loads(seen[0].content)
    assert (body["next_action"], body["sender_id"]) == ("ask_sky", "call-1")
    assert body["tracker"]["slots"] == {"city": "Bonn"}
    assert body["tracker"]["latest_input_channel"] == "phone"
    assert seen[0].headers["Authorization"] == "Bearer x"


async def test_a_retry_carries_the_same_key(no_pause: None) -> None:
    keys = []

    def handler(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json={}) if len(keys) == 3 else httpx.Response(503)

    assert await server(handler, retries=2).call("ask_sky", CONTEXT) == ActionResult()
    assert keys == ["call-1/3/ask_sky"] * 3


async def test_a_refusal_is_an_outcome() -> None:
    refused = await server(lambda _: httpx.Response(400, json={"error": "no", "action_name": "ask_sky"})).call(
        "ask_sky", CONTEXT
    )
    assert refused.outcome == "rejected"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), "HTTP 404"),
        (httpx.Response(500), "HTTP 500"),
        (httpx.Response(200, content=b"<html>"), "no action server's"),
        (httpx.Response(200, json={"events": [{"event": "slot"}]}), "no action server's"),
    ],
)
async def test_other_answers_are_action_errors(answer: httpx.Response, reason: str, no_pause: None) -> None:
    with pytest.raises(ActionError, match=reason):
        await server(lambda _: answer).call("ask_sky", CONTEXT)


async def test_a_failing_server_is_left_alone_for_a_while(no_pause: None) -> None:
    tries = 0
    time_s = 0.0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        raise httpx.ConnectError("refused")

    failing = server(handler, retries=0, failures=2, now_s=lambda: time_s)
    for _ in range(4):
        with pytest.raises(ActionError):
            await failing.call("ask_sky", CONTEXT)
    assert tries == 2
    time_s = 10.0
    with pytest.raises(ActionError, match="ConnectError refused"):
        await failing.call("ask_sky", CONTEXT)
    assert tries == 3


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries take no time."""
    monkeypatch.setattr("dialog.actions.webhook._FIRST_PAUSE_S", 0.0)


PACK = {
    "domain.yaml": "title: Sky\nintents: [sky]\nslots:\n  sky: {type: text, from: []}\n",
    "flows.yaml": (
        "flows:\n  sky:\n    nlu_trigger: [sky]\n    steps:\n      - action: ask_sky\n      - action: utter_sky\n"
    ),
    "responses.yaml": 'responses:\n  utter_sky: [{text: "It is {sky}."}]\n',
}


def pack_with(folder: Path, endpoints: str) -> Path:
    for name, text in {**PACK, "endpoints.yaml": endpoints}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A real action server on loopback: grey the first time, broken for callers of "broken"."""
    app = FastAPI()

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        body = await request.json()
        assert body["next_action"] == "ask_sky"
        events = [{"event": "slot", "name": "sky", "value": "grey"}]
        return Response(json.dumps({"events": events, "responses": [{"text": "I looked out."}]}))

    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/webhook"
    running.should_exit = True
    await task


async def test_a_call_through_a_real_server(tmp_path: Path, url: str) -> None:
    folder = pack_with(tmp_path, f"action_endpoint:\n  url: {url}\n  actions: {{ask_sky: {{}}}}\n")
    agent = Agent.open(Pack.load(folder), data_directory=tmp_path / "data", now=lambda: NOW)
    caller = Caller(agent)
    await caller.begin()
    turn = await caller.say("how is the sky", "sky")
    assert turn.spoken.startswith("I looked out. It is grey.")
    await agent.close()


async def test_an_unreachable_server_leads_to_an_apology(tmp_path: Path, no_pause: None) -> None:
    endpoints = "action_endpoint:\n  url: http://127.0.0.1:9/webhook\n  actions: {ask_sky: {}}\n"
    agent = Agent.open(Pack.load(pack_with(tmp_path, endpoints)), data_directory=tmp_path / "data", now=lambda: NOW)
    caller = Caller(agent)
    await caller.begin()
    turn = await caller.say("how is the sky", "sky")
    assert [response.name for response in turn.responses] == ["utter_action_failed", "utter_offer_person"]
    await agent.close()


@pytest.mark.parametrize(
    ("endpoints", "reason"),
    [
        ("action_endpoint:\n  url: ftp://x\n  actions: {}\n", "expected http"),
        ("action_endpoint:\n  actions: {}\n", r"endpoints.yaml:\d+ action_endpoint"),
        ("action_endpoint:\n  url: http://x\n  actions: {}\n  retries: -1\n", "retries at least 0"),
        ("nlg: {}\n", "nlg"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, endpoints: str, reason: str) -> None:
    with pytest.raises(PackError, match=reason):
        load_servers(pack_with(tmp_path, endpoints))


def test_one_action_in_two_places_is_refused(tmp_path: Path) -> None:
    folder = pack_with(tmp_path, "action_endpoint:\n  url: http://x\n  actions: {ask_sky: {}}\n")
    (folder / "actions.py").write_text(
        "from dialog.actions.action import ActionContext, ActionResult, action\n\n\n@action\n"
        "async def ask_sky(context: ActionContext) -> ActionResult:\n    return ActionResult()\n"
    )
    with pytest.raises(PackError, match=r"ask_sky are in actions\.py too"):
        Pack.load(folder)
