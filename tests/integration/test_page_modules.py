"""Runs the page's pure modules under Node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "page"


def test_the_pages_pure_modules() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT TESTED: the page's modules need node 18 or later, and there is none here")
    files = sorted(str(path) for path in TESTS.glob("*.test.mjs"))
    run = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
