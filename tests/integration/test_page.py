"""The page in a real browser calls the real gateway, a recorded voice for a microphone, until the goal is reached."""

import asyncio
import base64
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Browser, Page, WebSocket, expect

from nlu.locations import packs_root
from tests.integration.chromium import chromium

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

Message = dict[str, Any]
ANSWER_S = 40.0

# A microphone that plays what it is given; everything behind getUserMedia is the page's own.
MICROPHONE = """
  const context = new AudioContext();
  const microphone = context.createMediaStreamDestination();
  window.playClip = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const clip = new AudioBufferSourceNode(context, {buffer: await context.decodeAudioData(bytes.buffer)});
    clip.connect(microphone);
    await new Promise((done) => { clip.onended = done; clip.start(); });
  };
  navigator.mediaDevices.getUserMedia = async () => {
    await context.resume();
    return microphone.stream;
  };
"""


class Caller:
    """Somebody in front of the page. What went over the WebSocket is kept, to wait for it and to look at it."""

    def __init__(self, page: Page, clips: dict[str, Path]) -> None:
        self.page = page
        self.clips = clips
        self.received: list[Message] = []
        self.sent: list[Message] = []
        self._changed = asyncio.Condition()
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self._note(self.received, data))
        socket.on("framesent", lambda data: self._note(self.sent, data))

    def _note(self, log: list[Message], data: str | bytes) -> None:
        if isinstance(data, str):
            log.append(json.loads(data))
            self._waking = asyncio.ensure_future(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until the messages so far fulfil `condition`."""
        async with self._changed, asyncio.timeout(ANSWER_S):
            await self._changed.wait_for(condition)

    async def answered(self, name: str) -> None:
        """The agent has said `name`, to the end of its audio, and the page shows it."""
        await self.until(lambda: any(_is_agent_stopping(message) for message in self._since(name)))
        await expect(self.page.locator(f'.agent[data-names~="{name}"]').last).to_be_visible()

    async def begins(self, name: str) -> None:
        """The agent has begun to say `name`, and the page is playing it."""
        await self.until(lambda: bool(self._since(name)))
        await expect(self.page.locator("body")).to_have_attribute("data-buffered", "some")

    def _since(self, name: str) -> list[Message]:
        """The messages from the last time the agent said `name`, that one included."""
        said = [i for i, message in enumerate(self.received) if name in message.get("names", ())]
        return self.received[said[-1] :] if said else []

    def got(self, kind: str) -> list[Message]:
        return [message for message in self.received if message["type"] == kind]

    async def says(self, text: str) -> None:
        """Plays the recording of `text` into the microphone, to its end."""
        await self.page.evaluate("playClip", base64.b64encode(self.clips[text].read_bytes()).decode())

    async def types(self, text: str) -> None:
        await self.page.get_by_label("Type instead of speaking").fill(text)
        await self.page.keyboard.press("Enter")


def _is_agent_stopping(message: Message) -> bool:
    return message["type"] == "speech" and (message["who"], message["state"]) == ("agent", "stopped")


@pytest.fixture(scope="module")
def demo() -> Message:
    """The scenario of the demo call: what is said, and by which response it is answered."""
    scenario: Message = yaml.safe_load((packs_root() / "banking" / "scenarios" / "demo.yaml").read_text())
    return scenario


@pytest.fixture(scope="module")
def clips(demo: Message) -> dict[str, Path]:
    """Recordings by their text; the demo's voice where there are several."""
    folder = packs_root() / "banking" / "audio"
    manifest: dict[str, Message] = json.loads((folder / "manifest.json").read_text())
    by_preference = sorted(manifest.items(), key=lambda item: item[1]["voice"] == demo["voice"])
    return {entry["text"]: folder / name for name, entry in by_preference}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder = tmp_path_factory.mktemp("gateway")
    kefu = str(Path(sys.executable).parent / "kefu")
    command = [kefu, "serve", "--port", "0", "--json", "--pack-data", str(folder / "packs")]
    output = (folder / "stderr.txt").open("wb")
    with output:
        server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=output)
    assert server.stdout is not None
    try:
        # A first start trains the pack's model.
        async with asyncio.timeout(540):
            line = await server.stdout.readline()
        assert line, f"kefu serve did not start; see {output.name}"
        yield json.loads(line)["url"]
    finally:
        server.terminate()
        await server.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def caller(browser: Browser, url: str, clips: dict[str, Path]) -> AsyncIterator[Caller]:
    async with await browser.new_context(permissions=["microphone"]) as context:
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        await page.add_init_script(MICROPHONE)
        somebody = Caller(page, clips)
        await page.goto(url)
        yield somebody
        assert problems == []


async def begin(caller: Caller) -> None:
    await caller.page.get_by_role("button", name="Start call").click()
    await expect(caller.page.locator("body")).to_have_attribute("data-phase", "in_call", timeout=ANSWER_S * 1000)
    await caller.answered("utter_greet")


async def test_a_spoken_call_reaches_its_goal(caller: Caller, demo: Message) -> None:
    page = caller.page
    await begin(caller)
    *turns, goodbye = demo["turns"]
    for turn in turns:
        await caller.says(turn["say"])
        answer = turn["expect"]["reply"][-1]
        await caller.answered(answer)
        latency = page.locator(f'.agent[data-names~="{answer}"] .latency-total')
        await expect(latency).to_have_text(re.compile(r"^\d+ ms$"))
    await expect(page.locator('.agent[data-names~="utter_transfer_done"]')).to_be_visible()
    await caller.says(goodbye["say"])
    await expect(page.locator("body")).to_have_attribute("data-phase", "ended", timeout=ANSWER_S * 1000)
    await expect(page.locator("#standing-more")).to_have_text("Thank you for calling.")
    transcript = page.locator("#transcript")
    await expect(transcript.locator(".caller")).to_have_count(5)
    await expect(transcript.locator(".caller").nth(1)).to_contain_text("******")
    await expect(transcript).not_to_contain_text(re.compile("427196|four two seven one"))
    await expect(transcript.locator(".caller").nth(2)).to_contain_text("anna")
    await expect(transcript.locator(".caller").nth(2).locator(".intent")).to_contain_text("transfer money")
    await expect(transcript.locator(".caller").nth(2).locator(".entity").first).to_be_visible()
    await expect(page.locator("#typical")).to_contain_text("ms")
    assert any(not message["final"] for message in caller.got("heard"))
    assert caller.got("ended") == [{"type": "ended", "reason": "goodbye"}]


async def test_keypad_typing_barge_in_mute_and_hanging_up(caller: Caller) -> None:
    page = caller.page
    await begin(caller)
    await caller.types("what's my balance please")
    await caller.answered("utter_ask_code")
    await page.get_by_role("button", name="Keypad").click()
    await page.keyboard.type("427196")
    await expect(page.locator("#keyed")).to_have_text("••••••")
    await caller.begins("utter_balance")
    await expect(page.locator('.caller[data-turn="2"] .words')).to_contain_text("******")

    await caller.says("what are your opening hours")
    await caller.until(lambda: bool(caller.got("clear")))
    await expect(page.locator('.agent[data-names~="utter_balance"]')).to_have_attribute("data-interrupted", "")
    await caller.until(lambda: len(caller.got("heard")) > 0 and caller.got("said")[-1]["turn"] == 3)

    await page.get_by_role("button", name="Mute").click()
    await caller.says("i've lost my card")
    await page.get_by_role("button", name="Unmute").click()
    await caller.types("how much do you charge for a transfer")
    await caller.until(lambda: caller.got("said")[-1]["turn"] == 4)
    finals = [message for message in caller.got("heard") if message["final"]]
    assert [message["source"] for message in finals] == ["text", "dtmf", "speech", "text"]

    await page.get_by_role("button", name="Hang up").click()
    await expect(page.locator("body")).to_have_attribute("data-phase", "ended")
    await expect(page.locator("#standing-more")).to_have_text("You hung up.")
    assert caller.sent[-1] == {"type": "hangup"}
