"""A call to a running gateway over docs/protocol.md's WebSocket, in real time."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from voice.harness.caller import Caller, CallRecord, LineError, Message, Received
from voice.harness.turn_taking import CallerTurn

HANG_UP_S = 3.0
CLEAN_CODES = {1000, 1001}
SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def call_address(url: str, *, pack: str, rate_hz: int, caller: str) -> str:
    """The WebSocket address of a call at gateway `url` (http, https, ws or wss; a path of `/v1/call` may be there).

    Raises LineError for anything else.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise LineError(f"{url}: expected an address such as http://127.0.0.1:8080")
    path = parts.path.rstrip("/").removesuffix("/v1/call") + "/v1/call"
    query = {"rate": str(rate_hz), "events": "1"}
    query |= {name: value for name, value in (("pack", pack), ("caller", caller)) if value}
    return urlunsplit((SCHEMES[parts.scheme], parts.netloc, path, urlencode(query), ""))


class WebSocketLine:
    """A `voice.harness.caller.Line`; get one from `open_websocket_line`."""

    speaks_messages = True

    def __init__(self, socket: ClientConnection, *, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._socket = socket
        self._hung_up = False

    async def send_audio(self, pcm: bytes) -> None:
        await self._send(pcm)

    async def send_text(self, text: str) -> None:
        await self._send(json.dumps({"type": "text", "text": text}))

    async def send_digits(self, digits: str) -> None:
        await self._send(json.dumps({"type": "dtmf", "digits": digits}))

    async def receive(self) -> AsyncIterator[bytes | Message]:
        try:
            async for item in self._socket:
                yield item if isinstance(item, bytes) else _message(item)
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else 1006
            if code not in CLEAN_CODES and not self._hung_up:
                reason = error.rcvd.reason if error.rcvd else ""
                raise LineError(f"the gateway closed the connection: {code} {reason}".rstrip()) from error

    async def hang_up(self) -> None:
        if self._hung_up:
            return
        self._hung_up = True
        try:
            await self._socket.send(json.dumps({"type": "hangup"}))
            await asyncio.wait_for(self._socket.wait_closed(), HANG_UP_S)
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            await self._socket.close()

    async def _send(self, item: bytes | str) -> None:
        try:
            await self._socket.send(item)
        except ConnectionClosed:
            return  # the receiving side ends the call and knows why


def _message(text: str) -> Message:
    try:
        message: Any = json.loads(text)
    except ValueError as error:
        raise LineError(f"the gateway sent a message that is not JSON: {text[:80]!r}") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise LineError(f"the gateway sent a message without a type: {text[:80]!r}")
    return message


async def open_websocket_line(
    url: str, *, pack: str = "", rate_hz: int = 16000, caller: str = "", timeout_s: float = 10.0
) -> WebSocketLine:
    """Connects. Raises LineError when the gateway is not there or refuses."""
    address = call_address(url, pack=pack, rate_hz=rate_hz, caller=caller)
    try:
        # Proxies of the environment have no business between a test caller and its gateway.
        socket = await connect(address, open_timeout=timeout_s, close_timeout=3, max_size=2**20, proxy=None)
    except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
        raise LineError(f"no call to {url}: {error or type(error).__name__}") from error
    return WebSocketLine(socket, rate_hz=rate_hz)


async def call_over_websocket(
    url: str,
    turns: Sequence[CallerTurn],
    *,
    pack: str = "",
    rate_hz: int = 16000,
    caller: str = "",
    listener: Callable[[Received], None] | None = None,
) -> CallRecord:
    """Places one call and acts out `turns`, whose PCM is at `rate_hz`. Raises LineError when it can't connect."""
    line = await open_websocket_line(url, pack=pack, rate_hz=rate_hz, caller=caller)
    return await Caller(line, turns, listener=listener).run()
