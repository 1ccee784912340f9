"""The gateway: admits calls within its limits, runs each, serves HTTP and WebSocket, drains."""

import asyncio
import uuid
from collections.abc import AsyncIterator

from fastapi import FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse
from loguru import logger
from pipecat.transports.base_transport import BaseTransport

from nlu.errors import KefuError
from voice import protocol
from voice.call import Call, Shared
from voice.errors import BusyError, ProtocolError
from voice.transports.transport import CallInfo
from voice.transports.websocket import refuse, websocket_transport
from voice.web.pages import mount

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "testclient"})
_RATES_HZ = (8000, 16000)


class Gateway:
    """All calls of a process. `Answering` for every transport's listener."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.draining = False
        self._calls: dict[str, Call] = {}
        self._waiting: set[str] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def calls(self) -> int:
        """Calls admitted and not over."""
        return len(self._calls) + len(self._waiting)

    def packs(self) -> list[dict[str, str]]:
        """Names and titles, the default first."""
        answerers = self.shared.answerers
        return [{"name": name, "title": answerer.agent.pack.title} for name, answerer in answerers.items()]

    def admit(self, info: CallInfo) -> None:
        """Takes a place for the call; `answer` gives it back. Raises BusyError or ProtocolError."""
        if info.pack not in self.shared.answerers:
            known = ", ".join(self.shared.answerers)
            raise ProtocolError(f"no pack {info.pack!r} here; known: {known}")
        if info.rate_hz not in _RATES_HZ:
            raise ProtocolError(f"audio is sent at 8000 or 16000 Hz, not {info.rate_hz}")
        if self.draining:
            raise BusyError("the gateway is shutting down")
        if self.calls >= self.shared.settings.limits.calls:
            raise BusyError(f"all {self.shared.settings.limits.calls} lines are busy")
        if info.call_id in self._calls or info.call_id in self._waiting:
            raise ProtocolError(f"call id {info.call_id!r} is in use")
        self._waiting.add(info.call_id)
        self._empty.clear()

    async def answer(self, transport: BaseTransport, info: CallInfo) -> None:
        """Runs the admitted call; returns when it is over and everything it opened is closed. Never raises."""
        call = Call(self.shared, transport, info)
        self._waiting.discard(info.call_id)
        self._calls[info.call_id] = call
        try:
            await call.run()
        except KefuError as error:
            logger.error("call {} failed ({}): {}", info.call_id, error.code, error)
        except Exception as error:
            logger.opt(exception=error).error("call {} failed", info.call_id)
        finally:
            del self._calls[info.call_id]
            if not self.calls:
                self._empty.set()

    async def drain(self, grace_s: float) -> None:
        """Refuses new calls, waits `grace_s` for the live ones, then ends them."""
        self.draining = True
        try:
            async with asyncio.timeout(grace_s):
                await self._empty.wait()
        except TimeoutError:
            for call in list(self._calls.values()):
                await call.hang_up("shutdown")
            await self._empty.wait()

    async def close(self) -> None:
        """Ends all calls and frees every engine."""
        await self.drain(0.0)
        for answerer in self.shared.answerers.values():
            await answerer.recognizer.close()
            await answerer.agent.close()
            await answerer.interpreter.close()
        await self.shared.synthesizer.close()
        await self.shared.store.close()

    def app(self) -> FastAPI:
        """The HTTP and WebSocket side; docs/protocol.md describes it."""
        app = FastAPI(title="Kefu", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_websocket_route("/v1/call", self._websocket)
        app.add_api_route("/v1/packs", self._list_packs)
        app.add_api_route("/v1/calls", self._list_calls)
        app.add_api_route("/v1/calls/{call_id}/messages", self._messages)
        app.add_api_route("/healthz", self._health)
        app.add_api_route("/readyz", self._ready)
        mount(app)
        return app

    async def _websocket(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            info = self._info(websocket)
            self.admit(info)
        except BusyError as error:
            await refuse(websocket, protocol.error(error.code, str(error), retry=True), 1013)
            return
        except ProtocolError as error:
            await refuse(websocket, protocol.error(error.code, str(error), retry=False), 1008)
            return
        idle_s = self.shared.settings.limits.idle_s
        await self.answer(websocket_transport(websocket, rate_hz=info.rate_hz, idle_s=idle_s), info)
        # A call that could not be opened at all has told its client nothing yet.
        await refuse(websocket, protocol.error("internal", "The call could not be answered.", retry=True), 1011)

    def _info(self, websocket: WebSocket) -> CallInfo:
        query = websocket.query_params
        rate = query.get("rate", "16000")
        if not rate.isdecimal():
            raise ProtocolError(f"rate is 8000 or 16000, not {rate[:20]!r}")
        return CallInfo(
            call_id=uuid.uuid4().hex[:16],
            pack=query.get("pack") or next(iter(self.shared.answerers)),
            channel="web",
            caller=query.get("caller", "")[:64],
            rate_hz=int(rate),
            send_events=query.get("events") == "1",
        )

    async def _list_packs(self) -> list[dict[str, str]]:
        return self.packs()

    async def _list_calls(self, request: Request) -> list[dict[str, object]]:
        _only_loopback(request)
        return [
            {"call_id": r.info.call_id, "pack": r.info.pack, "channel": r.info.channel, "over": r.over}
            for r in self.shared.records
        ]

    async def _messages(self, request: Request, call_id: str, after: int = 0) -> StreamingResponse:
        _only_loopback(request)
        record = self.shared.records.get(call_id)
        if record is None:
            raise HTTPException(404, f"no call {call_id!r}")

        async def lines() -> AsyncIterator[bytes]:
            for line in record.lines(after):
                yield line

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def _health(self) -> dict[str, object]:
        return {"ok": True, "calls": self.calls}

    async def _ready(self) -> JSONResponse:
        return JSONResponse({"ready": not self.draining}, 503 if self.draining else 200)


def _only_loopback(request: Request) -> None:
    # Transcripts are personal data; until there are operator accounts they don't leave the machine. Behind a proxy
    # everybody seems to be on it, so what was forwarded is refused as well.
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip", "via"} & set(request.headers.keys())
    if forwarded or request.client is None or request.client.host not in _LOOPBACK:
        raise HTTPException(403, "call records are only given to this machine")
