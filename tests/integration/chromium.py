"""Headless Chromium for the page's tests: found, or installed where the test may, or the test is skipped loudly."""

import contextlib
import os
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


def find_chromium() -> str:
    """Path of the browser. Skips the test when there is none and it can't be installed."""
    found = _find()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        subprocess.run(command, capture_output=True, check=False, timeout=600)
        found = _find()
    if not found:
        pytest.skip("NOT TESTED: no Chromium here and none could be installed (apt-get install chromium)")
    return found


@contextlib.asynccontextmanager
async def chromium(*, extra: Sequence[str] = ()) -> AsyncIterator[Browser]:
    """A running browser with a fake microphone; `extra` are further command-line flags."""
    path = find_chromium()
    with warnings.catch_warnings():
        # Playwright leaves its driver's pipes to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *extra])
            try:
                yield browser
            finally:
                await browser.close()


def _find() -> str:
    return next((path for name in NAMES if (path := shutil.which(name))), "")
