"""The built wheel, away from the checkout: it brings the banking pack and serves it from an empty folder."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def built_wheel(folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


def environment(folder: Path) -> tuple[Path, Path]:
    """An empty virtual environment: its interpreter, and where its packages go."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    return python, Path(purelib)


def serves_banking(python: Path, empty: Path) -> None:
    """Checks the pack, answers a text, serves the page, all from `empty`."""
    where = run(python, "-c", "import voice, nlu.locations as l; print(voice.__file__, l.configs_root())", cwd=empty)
    assert str(ROOT) not in where, "this is the checkout, not the wheel"
    assert json.loads(run(python, "-m", "voice.cli", "check", "banking", "--json", cwd=empty))["ok"] is True
    said = run(python, "-m", "voice.cli", "chat", "banking", "--say", "when are you open", "--json", cwd=empty)
    assert json.loads(said.splitlines()[-1])["intent"]["name"] == "opening_hours"
    serving = subprocess.Popen(
        [python, "-m", "voice.cli", "serve", "--port", "0", "--json", "--pack-data", empty / "bank"],
        cwd=empty,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert serving.stdout is not None
        ready = json.loads(serving.stdout.readline())
        assert ready["ready"] is True
        with urllib.request.urlopen(f"{ready['url']}/v1/packs", timeout=10) as answer:
            assert json.load(answer)[0]["name"] == "banking"
        with urllib.request.urlopen(ready["url"], timeout=10) as page:
            assert b"Kefu" in page.read()
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(30) == 0
        assert serving.stdout is not None
        serving.stdout.close()


@pytest.mark.timeout(600)
def test_the_wheel_serves_the_banking_pack(tmp_path: Path) -> None:
    """With the dependencies of this environment lent to an otherwise empty one."""
    wheel = built_wheel(tmp_path)
    python, purelib = environment(tmp_path / "environment")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    # A plain path line: the lent folder's own .pth files, and with them the checkout, are not read.
    (purelib / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    serves_banking(python, empty)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_wheel_installs_into_an_empty_environment(tmp_path: Path) -> None:
    """With every dependency installed anew, as a user would."""
    wheel = built_wheel(tmp_path)
    python, _ = environment(tmp_path / "environment")
    constraints = ROOT / "constraints.txt"
    environment_of_pip = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-c", constraints, wheel], check=True, env=environment_of_pip
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    serves_banking(python, empty)
