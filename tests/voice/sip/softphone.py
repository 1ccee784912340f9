"""A real softphone for tests: Debian's baresip on loopback, driven over its ctrl_tcp socket."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType

import pytest

_MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
call_local_timeout 120
call_max_calls 4
audio_player aubridge,sink
audio_source aufile,{source}
audio_alert aubridge,alert
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
rtcp_mux no
jitter_buffer_delay 1-5
module_path {modules}
module g722.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
module_app debug_cmd.so
ctrl_tcp_listen 127.0.0.1:{port}
snd_path {recordings}
"""


def require_baresip() -> None:
    """Skips the test, and says how to get it, where baresip is missing and can't be installed."""
    if shutil.which("baresip") is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        subprocess.run(["apt-get", "install", "-y", "-qq", "baresip-core"], capture_output=True, check=False)
    if shutil.which("baresip") is None:
        pytest.skip("NOT RUN: no softphone here. Install it with: apt-get install baresip-core")


class Softphone:
    """`async with Softphone(folder, source=wav, codecs="g722/16000/1") as phone: await phone.dial("sip:...")`."""

    def __init__(self, folder: Path, *, source: Path, codecs: str, caller: str = "caller") -> None:
        self.recordings = folder / "recordings"
        self.events: list[dict[str, object]] = []
        self._folder = folder
        self._source = source
        self._codecs = codecs
        self._caller = caller
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> "Softphone":
        self.recordings.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        config = _CONFIG.format(source=self._source, modules=_MODULES, port=port, recordings=self.recordings)
        (self._folder / "config").write_text(config)
        (self._folder / "accounts").write_text(
            f"<sip:{self._caller}@127.0.0.1>;regint=0;answermode=manual;audio_codecs={self._codecs}\n"
        )
        (self._folder / "contacts").write_text("")
        with (self._folder / "baresip.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                "baresip",
                *("-4", "-f", str(self._folder)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        async with asyncio.timeout(10):
            while self._writer is None:
                try:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
        self._listener = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._writer is not None
        assert self._listener is not None
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        self._writer.close()
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @property
    def log(self) -> str:
        """What baresip printed."""
        return (self._folder / "baresip.log").read_text(errors="replace")

    async def command(self, name: str, parameters: str = "") -> None:
        """Any baresip command: dial, hangup, sndcode, ausrc ..."""
        assert self._writer is not None
        message = json.dumps({"command": name, "params": parameters})
        self._writer.write(f"{len(message)}:{message},".encode())
        await self._writer.drain()

    async def dial(self, uri: str) -> None:
        """Returns when the call is established."""
        await self.command("dial", uri)
        await self.wait_for("CALL_ESTABLISHED")

    async def wait_for(self, kind: str, *, timeout_s: float = 15.0) -> dict[str, object]:
        """The first event of this type, now or later; fails with baresip's log after the timeout."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                while True:
                    for event in self.events:
                        if event.get("type") == kind:
                            return event
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind} in {timeout_s} s; {self.events}\n{self.log}") from None

    async def _listen(self) -> None:
        assert self._reader is not None
        while True:
            size = await self._reader.readuntil(b":")
            body = await self._reader.readexactly(int(size[:-1]) + 1)
            message = json.loads(body[:-1])
            async with self._changed:
                self.events.append(message)
                self._changed.notify_all()
