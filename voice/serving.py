"""A gateway on its ports until it is told to stop: HTTP and WebSocket by uvicorn, SIP beside it."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from loguru import logger
from msgspec import Struct

from nlu.progress import Progress, silent
from voice.build import listening_socket, open_gateway
from voice.errors import EngineError
from voice.gateway import Gateway
from voice.settings import GatewaySettings
from voice.transports.sip.endpoint import SipEndpoint

_LONGEST_WEBSOCKET_BYTES = 1 << 20


class Serving(Struct, frozen=True):
    """Where a running gateway is reached."""

    url: str
    sip: str | None


class _Server(uvicorn.Server):
    """Leaves signals to `serve`, which drains the calls first, and tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then says so."""
        await super().startup(sockets)
        self.accepting.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: GatewaySettings,
    *,
    on_ready: Callable[[Serving], None],
    pack_data: Path | None = None,
    progress: Progress = silent,
    grace_s: float = 30.0,
) -> None:
    """Serves until SIGTERM or SIGINT; then finishes the live calls for up to `grace_s`. A second signal ends at once.

    Raises KefuError when it can't be started.
    """
    chosen = settings.server
    try:
        listening = listening_socket(chosen.host, chosen.port)
    except OSError as error:
        raise EngineError(f"can't listen on {chosen.host}:{chosen.port}: {error.strerror}") from error
    with contextlib.closing(listening):
        gateway = await open_gateway(settings, pack_data=pack_data, progress=progress)
        endpoint = None
        try:
            endpoint = await _open_sip(settings, gateway)
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sip = f"sip:{settings.sip.host}:{endpoint.port}" if endpoint else None
            config = uvicorn.Config(
                gateway.app(),
                log_level="warning",
                lifespan="off",
                ws="websockets-sansio",
                ws_max_size=_LONGEST_WEBSOCKET_BYTES,
            )
            server = _Server(config)
            stopping = asyncio.Event()
            task = asyncio.create_task(server.serve(sockets=[listening]))
            _on_signals(stopping)
            await _until(server.accepting, task)
            on_ready(Serving(f"http://{shown}:{port}", sip))
            await _until(stopping, task)
            await _drain(gateway, stopping, grace_s)
            server.should_exit = True
            await task
        finally:
            if endpoint is not None:
                await endpoint.close()
            await gateway.close()


async def _open_sip(settings: GatewaySettings, gateway: Gateway) -> SipEndpoint | None:
    if not settings.sip.enabled:
        return None
    endpoint = SipEndpoint(settings.sip, gateway, default_pack=next(iter(gateway.shared.answerers)))
    await endpoint.start()
    return endpoint


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)


async def _until(stopping: asyncio.Event, server: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({waiting, server}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def _drain(gateway: Gateway, stopping: asyncio.Event, grace_s: float) -> None:
    if gateway.calls:
        logger.info("draining: {} calls are finished first; signal again to end them", gateway.calls)
    stopping.clear()
    draining = asyncio.create_task(gateway.drain(grace_s))
    again = asyncio.create_task(stopping.wait())
    await asyncio.wait({draining, again}, return_when=asyncio.FIRST_COMPLETED)
    again.cancel()
    if not draining.done():
        await gateway.drain(0.0)
    await draining
