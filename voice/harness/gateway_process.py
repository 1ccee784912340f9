"""A gateway as a child process on free ports; ended whatever happens to us."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from voice.errors import VoiceError

TERMINATE_S = 10.0


class GatewayStartError(VoiceError):
    """The child did not come up; the text ends with the last lines of its log."""

    code = "gateway-start"


class RunningGateway(Struct, frozen=True):
    """Where the child is reached. `sip` is None when it has no telephone side."""

    url: str
    sip: str | None
    log: Path


def serve_command(*, pack: str, pack_data: Path, sip: bool) -> list[str]:
    """`kefu serve` on free ports, with the same interpreter."""
    command = [sys.executable, "-m", "voice.cli", "serve", "--json", "--port", "0", "--pack-data", str(pack_data)]
    command += ["--pack", pack] if pack else []
    return command + (["--sip-port", "0"] if sip else [])


@asynccontextmanager
async def gateway_process(
    command: Sequence[str], *, log: Path, timeout_s: float = 120.0
) -> AsyncIterator[RunningGateway]:
    """Runs `command` until the block is left. Its stderr goes to `log`. Raises GatewayStartError."""
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=stderr
        )
    try:
        yield await _ready(process, log, timeout_s)
    finally:
        await _end(process)


async def _ready(process: asyncio.subprocess.Process, log: Path, timeout_s: float) -> RunningGateway:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), timeout_s)
    except TimeoutError as error:
        raise GatewayStartError(f"the gateway was not ready after {timeout_s:g} s{_tail(log)}") from error
    if not line:
        code = await process.wait()
        raise GatewayStartError(f"the gateway stopped with exit code {code}{_tail(log)}")
    try:
        told = json.loads(line)
        return RunningGateway(str(told["url"]), told.get("sip"), log)
    except (ValueError, KeyError, TypeError) as error:
        shown = line.decode(errors="replace").strip()
        raise GatewayStartError(f"the gateway said {shown!r} instead of where it is{_tail(log)}") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), TERMINATE_S)
        except TimeoutError:
            process.kill()
            await process.wait()
    transport = getattr(process, "_transport", None)
    if transport is not None:  # its pipe would be closed by the garbage collector, with a warning
        transport.close()


def _tail(log: Path, *, lines: int = 12) -> str:
    """The log's last lines, for an error message."""
    with contextlib.suppress(OSError):
        last = log.read_text(errors="replace").strip().splitlines()[-lines:]
        if last:
            return f"; its log {log} ends:{os.linesep}" + os.linesep.join(f"  {line}" for line in last)
    return f"; its log {log} is empty"
