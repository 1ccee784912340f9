"""Actions behind an HTTP server, in the wire format of Rasa's action servers, so that one made with Rasa SDK serves.

`endpoints.yaml` of a pack names the server and its actions. Format: https://rasa.com/docs/rasa/pages/action-server-http-api
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from dialog.actions.action import DEFAULT_TIMEOUT_S, Action, ActionContext, ActionResult
from dialog.actions.breaker import Breaker
from dialog.errors import ActionError, PackError
from nlu.errors import SettingsError
from nlu.settings import Settings, load_settings

FILE = "endpoints.yaml"
REJECTED = "rejected"
"""The outcome when the server refuses to run an action (HTTP 400, Rasa's ActionExecutionRejection)."""

KEY_HEADER = "Idempotency-Key"
_FIRST_PAUSE_S = 0.1


class ServedAction(Settings, frozen=True):
    """`changes`: it alters the world, so it runs at most once in one run of a flow."""

    changes: bool = False


class ActionEndpoint(Settings, frozen=True, kw_only=True):
    """One action server. `retries` are made after a broken connection or a 5xx answer, within `timeout_s` in all;
    every try carries the same Idempotency-Key, so that a server that keeps keys does nothing twice."""

    url: str
    actions: dict[str, ServedAction]
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    timeout_s: float = DEFAULT_TIMEOUT_S
    retries: int = 1
    failures: int = 5  # in a row, after which the server is left alone ...
    rest_s: float = 30.0  # ... for so long


class Endpoints(Settings, frozen=True, kw_only=True):
    """`endpoints.yaml`."""

    action_endpoint: ActionEndpoint


class _Answer(Struct, frozen=True):
    """Of the server. Events other than slots, and keys that are not read, are left alone."""

    events: tuple[dict[str, Any], ...] = ()
    responses: tuple[dict[str, Any], ...] = ()


class ActionServer:
    """Calls one endpoint. The connection is opened by the first call and belongs to its event loop."""

    def __init__(
        self,
        endpoint: ActionEndpoint,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._now_s = now_s
        self._client: httpx.AsyncClient | None = None
        self._breaker = Breaker(limit=endpoint.failures, rest_s=endpoint.rest_s)

    def actions(self) -> dict[str, Action]:
        """The served actions by name."""
        return {name: self._action(name, served) for name, served in self._endpoint.actions.items()}

    async def call(self, name: str, context: ActionContext) -> ActionResult:
        """Runs action `name` on the server. Raises ActionError."""
        if not self._breaker.allows(self._now_s()):
            raise ActionError(f"{name}: {self._endpoint.url} failed {self._breaker.failures} times, it is left alone")
        try:
            answer = await self._post(request(name, context), key=f"{context.call_id}/{context.turn}/{name}")
        except BaseException:
            self._breaker = self._breaker.after(ok=False, now_s=self._now_s())
            raise
        self._breaker = self._breaker.after(ok=True, now_s=self._now_s())
        return answer

    async def close(self) -> None:
        """Ends the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _action(self, name: str, served: ServedAction) -> Action:
        async def run(context: ActionContext) -> ActionResult:
            return await self.call(name, context)

        return Action(name=name, run=run, changes=served.changes, timeout_s=self._endpoint.timeout_s)

    async def _post(self, body: bytes, *, key: str) -> ActionResult:
        endpoint = self._endpoint
        if self._client is None:
            self._client = httpx.AsyncClient(transport=self._transport, timeout=endpoint.timeout_s)
        headers = {"Content-Type": "application/json", **endpoint.headers, KEY_HEADER: key}
        reason = ""
        for attempt in range(endpoint.retries + 1):
            if attempt:
                await asyncio.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
            try:
                response = await self._client.post(endpoint.url, content=body, headers=headers)
            except httpx.HTTPError as error:
                reason = f"{type(error).__name__} {error}".strip()
                continue
            if response.status_code < 500:
                return result(response.status_code, response.content)
            reason = f"HTTP {response.status_code}"
        raise ActionError(f"{endpoint.url}: {reason}")


def load_servers(pack: Path) -> tuple[ActionServer, ...]:
    """The action servers of the pack in folder `pack`. Raises PackError."""
    path = pack / FILE
    if not path.is_file():
        return ()
    try:
        endpoints = load_settings(path, Endpoints)
    except SettingsError as error:
        raise PackError(str(error)) from error
    endpoint = endpoints.action_endpoint
    if not endpoint.url.startswith(("http://", "https://")):
        raise PackError(f"{path}:1 action_endpoint.url: expected http:// or https://, got {endpoint.url!r}")
    if endpoint.timeout_s <= 0 or endpoint.retries < 0 or endpoint.failures < 1:
        raise PackError(f"{path}:1 action_endpoint: timeout_s and failures must be positive, retries at least 0")
    return (ActionServer(endpoint),)


def request(name: str, context: ActionContext) -> bytes:
    """The body of a call, as Rasa sends it."""
    tracker = {
        "sender_id": context.call_id,
        "slots": dict(context.slots),
        "latest_message": {},
        "latest_event_time": context.now.timestamp(),
        "followup_action": None,
        "paused": False,
        "events": [],
        "latest_input_channel": context.channel,
        "active_loop": {},
        "latest_action_name": None,
    }
    body = {"next_action": name, "sender_id": context.call_id, "version": "3.1", "tracker": tracker, "domain": {}}
    return msgspec.json.encode(body)


def result(status: int, body: bytes) -> ActionResult:
    """What the server's answer means. Raises ActionError when it is none."""
    if status == 400:
        return ActionResult(REJECTED)
    if status != 200:
        raise ActionError(f"HTTP {status}")
    try:
        answer = msgspec.json.decode(body, type=_Answer)
        slots = {str(event["name"]): event.get("value") for event in answer.events if event.get("event") == "slot"}
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        raise ActionError(f"the answer is no action server's: {error}") from error
    said = tuple(str(item["text"]) for item in answer.responses if item.get("text"))
    utters = tuple(str(item["response"]) for item in answer.responses if item.get("response"))
    return ActionResult(slots=slots, says=said, utters=utters)
