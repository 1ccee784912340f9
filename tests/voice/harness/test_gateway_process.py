import asyncio
import os
import sys
from pathlib import Path

import pytest

from voice.harness.gateway_process import GatewayStartError, gateway_process, serve_command

READY = '{"ready": true, "url": "http://127.0.0.1:9", "sip": null}'


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def break_inside(command: list[str], folder: Path) -> None:
    async with gateway_process(command, log=folder / "log") as gateway:
        assert gateway.url == "http://127.0.0.1:9"
        assert gateway.sip is None
        while not (folder / "pid").exists() or not (folder / "pid").read_text():
            await asyncio.sleep(0.01)
        raise RuntimeError("inside")


@pytest.mark.integration
async def test_the_child_is_ended_whatever_happens_inside(tmp_path):
    code = f"import os, time; print('{READY}', flush=True); open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    with pytest.raises(RuntimeError, match="inside"):
        await break_inside(["env", "-C", str(tmp_path), *python(code)], tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("code", "timeout_s", "message"),
    [
        ("import sys; sys.exit('port in use')", 20, r"(?s)stopped with exit code 1; .*port in use"),
        ("print('hello', flush=True); import time; time.sleep(60)", 20, "said 'hello' instead .* is empty"),
        ("import time; time.sleep(60)", 0.3, "not ready after 0.3 s"),
    ],
)
async def test_a_child_that_does_not_come_up(tmp_path, code, timeout_s, message):
    with pytest.raises(GatewayStartError, match=message):
        async with gateway_process(python(code), log=tmp_path / "log", timeout_s=timeout_s):
            pass


def test_the_command_serves_on_free_ports(tmp_path):
    command = serve_command(pack="banking", pack_data=tmp_path, sip=True)
    assert command[:4] == [sys.executable, "-m", "voice.cli", "serve"]
    assert command[-2:] == ["--sip-port", "0"]
    assert "--sip-port" not in serve_command(pack="", pack_data=tmp_path, sip=False)
