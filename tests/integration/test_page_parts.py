"""The page in a real browser against a gateway that plays a part: every control, every state, every bad message."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import soundfile
from playwright.async_api import Browser, Page, expect

from tests.integration.chromium import chromium
from tests.integration.fake_gateway import RATE_HZ, FakeGateway, Line, serving

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

SCRIPT = (
    Line(
        heard="um I would like to send fifty pounds to Maria",
        intent="transfer_money",
        entities=({"name": "amount", "text": "fifty pounds", "value": {"amount": "50.00", "currency": "GBP"}},),
        answer="First I need your six digit code.",
        name="ask_code",
        expect={"kind": "digits", "length": 6, "sensitive": True},
        answer_ms=8000,
    ),
    Line(
        heard="******", intent="code", answer="Send £50.00 to Maria?", expect={"kind": "yes_no"}, card={"to": "Maria"}
    ),
    Line(heard="yes at last", intent="affirm", sentiment="negative", answer="Done."),
    Line(heard="goodbye", intent="goodbye", answer="Goodbye.", ends="goodbye"),
)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(SCRIPT)


@pytest_asyncio.fixture(loop_scope="module")
async def url(gateway: FakeGateway) -> AsyncIterator[str]:
    async with serving(gateway.app) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    async with await browser.new_context(permissions=["microphone"]) as context:
        opened = await context.new_page()
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        await opened.goto(url)
        yield opened
        assert [text for text in problems if "WebSocket" not in text] == []


async def phase(page: Page, name: str) -> None:
    await expect(page.locator("body")).to_have_attribute("data-phase", name, timeout=15_000)


async def call_by_text(page: Page) -> None:
    await page.get_by_role("button", name="Call without microphone").click()
    await phase(page, "in_call")


async def type_words(page: Page, words: str) -> None:
    await page.get_by_label("Type instead of speaking").fill(words)
    await page.keyboard.press("Enter")


async def test_a_call_by_text_to_its_end(page: Page, gateway: FakeGateway) -> None:
    await call_by_text(page)
    await expect(page.locator("#connection-text")).to_have_text("Connected")
    await expect(page.locator("#desk-title")).to_have_text("Harbour Bank")
    await expect(page.get_by_label("Type instead of speaking")).to_be_focused()
    await type_words(page, "send <b>fifty</b> pounds to Maria")
    first = page.locator('.caller[data-turn="1"]')
    await expect(first.locator(".words")).to_contain_text("send <b>fifty</b> pounds to Maria")
    await expect(first.locator(".intent")).to_have_text("transfer money 97%")
    await expect(first.locator(".entity")).to_have_text("amount fifty pounds → £50.00")
    answer = page.locator('.agent[data-turn="1"]')
    await expect(answer).to_have_attribute("data-names", "ask_code")
    await expect(answer.locator(".latency-total")).to_have_text("367 ms")
    await expect(answer.locator(".stage-list")).to_be_hidden()
    await answer.locator("summary").click()
    await expect(answer.locator(".stage-list dd")).to_have_text(["288 ms", "41 ms", "7 ms", "3.4 ms", "6 ms", "22 ms"])
    await expect(page.locator("#typical")).to_have_text("typical answer 367 ms")
    for digits, turn in (("123456", 2), ("yes", 3), ("bye", 4)):
        await type_words(page, digits)
        await expect(page.locator(f'.agent[data-turn="{turn}"]')).to_be_visible()
    await expect(page.locator('.caller[data-turn="2"] .words')).to_contain_text("******")
    await expect(page.locator('.agent[data-turn="2"] .card')).to_contain_text("Maria")
    await expect(page.locator('.caller[data-turn="3"] .sentiment')).to_have_text("negative")
    await phase(page, "ended")
    await expect(page.locator("#standing-more")).to_have_text("Thank you for calling.")
    await expect(page.get_by_role("button", name="New call")).to_be_focused()
    assert gateway.audio_bytes > 0
    assert gateway.voiced_chunks == 0
    assert gateway.queries == [{"pack": "banking", "rate": "16000"}]


async def test_a_second_call_starts_clean(page: Page) -> None:
    await call_by_text(page)
    await type_words(page, "send money")
    await expect(page.locator('.agent[data-turn="1"]')).to_be_visible()
    await page.get_by_role("button", name="Hang up").click()
    await phase(page, "ended")
    await expect(page.locator("#standing-more")).to_have_text("You hung up.")
    await expect(page.locator(".entry")).to_have_count(3)
    await call_by_text(page)
    await expect(page.locator(".entry")).to_have_count(1)
    await expect(page.locator("#typical")).to_be_hidden()


async def test_the_keypad_by_mouse_and_by_keyboard(page: Page, gateway: FakeGateway) -> None:
    await call_by_text(page)
    await type_words(page, "send money")
    await expect(page.locator("#hint")).to_have_text("Say, type or key 6 digits")
    await expect(page.get_by_label("Type instead of speaking")).to_have_attribute("type", "password")
    await page.get_by_role("button", name="Keypad").click()
    await expect(page.locator('[data-key="1"]')).to_be_focused()
    await page.locator('[data-key="4"]').click()
    await page.keyboard.press("7")
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("#keyed")).to_have_text("•••")
    await page.keyboard.type("120")
    await expect(page.locator('.caller[data-turn="2"] .words')).to_contain_text("******")
    await page.keyboard.press("Escape")
    await expect(page.locator("#keypad")).to_be_hidden()
    await expect(page.get_by_role("button", name="Keypad")).to_be_focused()
    keyed = [message["digits"] for message in gateway.received if message["type"] == "dtmf"]
    assert "".join(keyed) == "478120"


SPEAK = """(seconds) => new Promise((done) => {
  const context = window.testVoice.context;
  const tone = new OscillatorNode(context, {frequency: 300});
  tone.connect(window.testVoice.microphone);
  tone.onended = done;
  tone.start();
  tone.stop(context.currentTime + seconds);
})"""

VOICE = """
  const context = new AudioContext();
  const microphone = context.createMediaStreamDestination();
  window.testVoice = {context, microphone, constraints: null};
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    window.testVoice.constraints = constraints;
    await context.resume();
    return microphone.stream;
  };
"""


async def test_speaking_with_partials_barge_in_and_mute(page: Page, gateway: FakeGateway) -> None:
    await page.add_init_script(VOICE)
    await page.reload()
    gateway.greeting_ms = 10_000
    await page.get_by_role("button", name="Start call").click()
    await phase(page, "in_call")
    wanted = await page.evaluate("window.testVoice.constraints.audio")
    assert wanted["echoCancellation"]
    assert wanted["noiseSuppression"]
    await expect(page.locator("body")).to_have_attribute("data-buffered", "some")
    utterance = asyncio.ensure_future(page.evaluate(SPEAK, 1.6))
    await expect(page.locator("#unfinished .stable")).to_contain_text("um I would")
    await expect(page.locator("#unfinished .unstable")).not_to_be_empty()
    await expect(page.locator('.agent[data-turn="0"]')).to_have_attribute("data-interrupted", "")
    await utterance
    await expect(page.locator("#unfinished .entry")).to_have_count(0)
    await expect(page.locator('.caller[data-turn="1"] .confidence')).to_have_text("heard 93%")
    assert gateway.chunk_sizes == {640}
    await page.get_by_role("button", name="Mute").click()
    await expect(page.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#meter-text")).to_have_text("You are muted")
    voiced, sent = gateway.voiced_chunks, gateway.audio_bytes
    await page.evaluate(SPEAK, 0.6)
    assert gateway.voiced_chunks == voiced
    assert gateway.audio_bytes > sent
    await page.get_by_role("button", name="Unmute").click()
    await expect(page.locator("#meter-text")).to_be_empty()
    utterance = asyncio.ensure_future(page.evaluate(SPEAK, 2.0))
    await expect(page.get_by_role("meter")).to_have_attribute("aria-valuenow", re.compile("[6-9].|100"))
    await utterance
    await page.get_by_role("button", name="Hang up").click()
    await phase(page, "ended")
    track_state = "window.testVoice.microphone.stream.getTracks()[0].readyState"
    assert await page.evaluate(track_state) == "ended"


async def test_clear_empties_what_is_buffered(page: Page, gateway: FakeGateway) -> None:
    """The gateway sends three seconds at once, then `clear`: the page falls silent at once, not three seconds later."""
    await page.add_init_script(
        """
        const Real = WebSocket;
        window.WebSocket = class extends Real {
          constructor(url) { super(url); window.testSocket = this; }
        };
        window.WebSocket.OPEN = Real.OPEN;
        """
    )
    await page.reload()
    gateway.greeting_ms = 0
    await call_by_text(page)
    burst = """() => window.testSocket.dispatchEvent(
        new MessageEvent("message", {data: new Int16Array(48000).fill(3000).buffer}))"""
    await page.evaluate(burst)
    await expect(page.locator("body")).to_have_attribute("data-buffered", "some")
    started = await page.evaluate("performance.now()")
    await page.evaluate(
        """() => window.testSocket.dispatchEvent(new MessageEvent("message", {data: '{"type":"clear"}'}))"""
    )
    await expect(page.locator("body")).to_have_attribute("data-buffered", "none", timeout=1500)
    assert await page.evaluate("performance.now()") - started < 1500


async def test_the_real_microphone_path(url: str, gateway: FakeGateway, tmp_path: Path) -> None:
    """getUserMedia itself, with Chromium's own fake device playing a file."""
    seconds = np.arange(RATE_HZ * 2) / RATE_HZ
    soundfile.write(tmp_path / "voice.wav", 0.5 * np.sin(2 * np.pi * 250 * seconds), RATE_HZ, subtype="PCM_16")
    flag = f"--use-file-for-fake-audio-capture={tmp_path / 'voice.wav'}"
    async with chromium(extra=[flag]) as browser:
        page = await browser.new_page()
        await page.goto(url)
        await page.get_by_role("button", name="Start call").click()
        await phase(page, "in_call")
        await expect(page.locator("#unfinished .stable")).to_contain_text("um I would", timeout=15_000)
    assert gateway.voiced_chunks > 0


async def test_a_refused_microphone_leaves_the_call_by_text(page: Page) -> None:
    deny = """navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };"""
    await page.add_init_script(deny)
    await page.reload()
    await page.get_by_role("button", name="Start call").click()
    await phase(page, "no_microphone")
    await expect(page.locator("#standing-more")).to_contain_text("does not let this page use the microphone")
    await expect(page.get_by_role("button", name="Call without microphone")).to_be_focused()
    await page.keyboard.press("Enter")
    await phase(page, "in_call")
    await expect(page.get_by_role("button", name="Mute")).to_be_disabled()


async def test_a_microphone_pulled_out_does_not_end_the_call(page: Page) -> None:
    await page.add_init_script(VOICE)
    await page.reload()
    await page.get_by_role("button", name="Start call").click()
    await phase(page, "in_call")
    await page.evaluate("window.testVoice.microphone.stream.getTracks()[0].dispatchEvent(new Event('ended'))")
    await expect(page.get_by_role("alert")).to_contain_text("You can go on by typing")
    await type_words(page, "send money")
    await expect(page.locator('.agent[data-turn="1"]')).to_be_visible()


@pytest.mark.parametrize(
    ("mode", "where", "headline", "text"),
    [
        ("busy", "refused", "All lines are busy", "Please try again in a moment."),
        ("refuse", "ended", "Call ended", "We could not reach the service. Check your network and try again."),
        ("drop", "ended", "Call ended", "Something went wrong on our side. Please call again."),
    ],
)
async def test_calls_that_fail(
    page: Page, gateway: FakeGateway, mode: str, where: str, headline: str, text: str
) -> None:
    gateway.mode = mode
    await page.get_by_role("button", name="Call without microphone").click()
    await phase(page, where)
    await expect(page.locator("#standing")).to_have_text(headline)
    await expect(page.locator("#standing-more")).to_have_text(text)
    gateway.mode = "answer"
    await call_by_text(page)
    await expect(page.locator(".entry")).to_have_count(1)


BAD_MESSAGES: tuple[Any, ...] = (
    "",
    "{",
    "null",
    "[[]]",
    '{"type":"holographic","beam":1}',
    '{"type":"constructor"}',
    '{"type":"said"}',
    '{"type":"said","turn":"x","text":7,"expect":[]}',
    '{"type":"heard","final":true,"text":null}',
    '{"type":"understood","turn":99,"entities":[null,7,{"name":{}}],"sentiment":3}',
    '{"type":"latency","turn":0,"voice_to_voice_ms":12,"stages":{"toString_ms":4,"x":"y"}}',
    '{"type":"speech","who":"ghost","state":"started"}',
    '{"type":"ready","title":"<img src=x onerror=alert(1)>","rate_hz":"x"}',
    '{"type":"error","code":"__proto__","message":{"a":1}}',
)


async def test_bad_messages_never_break_the_page(page: Page, gateway: FakeGateway) -> None:
    gateway.extra = BAD_MESSAGES
    await call_by_text(page)
    await type_words(page, "send money")
    await expect(page.locator('.agent[data-turn="1"] .latency-total')).to_have_text("367 ms")
    await expect(page.get_by_role("alert")).to_contain_text("Something went wrong. You can go on")
    await page.get_by_role("button", name="Dismiss this message").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert await page.locator("img").count() == 0


async def test_hanging_up_while_connecting(page: Page) -> None:
    await page.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => {});")
    await page.reload()
    await page.get_by_role("button", name="Start call").click()
    await phase(page, "connecting")
    await page.get_by_role("button", name="Hang up").click()
    await phase(page, "idle")
    await call_by_text(page)


async def test_the_choice_of_a_pack(page: Page, gateway: FakeGateway) -> None:
    await expect(page.locator("#pack-field")).to_be_hidden()
    gateway.packs = [{"name": "banking", "title": "Harbour Bank"}, {"name": "parcels", "title": "Swift Parcels"}]
    await page.reload()
    await page.get_by_label("Service").select_option("Swift Parcels")
    await call_by_text(page)
    assert gateway.queries[-1]["pack"] == "parcels"


async def test_keyboard_alone_reaches_a_whole_call(page: Page, gateway: FakeGateway) -> None:
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "call-typed":
            break
    await page.keyboard.press("Enter")
    await phase(page, "in_call")
    await page.keyboard.type("send money")
    await page.keyboard.press("Enter")
    await expect(page.locator('.agent[data-turn="1"]')).to_be_visible()
    reached = set()
    for _ in range(20):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"keypad-toggle", "hang-up", "details", "say", "send", "SUMMARY"} <= reached
    await page.locator("#hang-up").focus()
    await page.keyboard.press("Enter")
    await phase(page, "ended")
    assert gateway.received[-1] == {"type": "hangup"}


async def test_details_can_be_hidden_and_stay_hidden(page: Page) -> None:
    await call_by_text(page)
    await type_words(page, "send money")
    await expect(page.locator('.caller[data-turn="1"] .intent')).to_be_visible()
    await page.get_by_role("switch", name="Details").click()
    await expect(page.locator('.caller[data-turn="1"] .intent')).to_be_hidden()
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-details", "off")


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_sticks_out_sideways(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) == 0
    await call_by_text(page)
    await type_words(page, "w" * 300)
    await expect(page.locator('.agent[data-turn="1"] .latency')).to_be_visible()
    assert await page.evaluate(overflow) == 0
    await page.get_by_role("button", name="Keypad").click()
    assert await page.evaluate(overflow) == 0


CONTRAST = (Path(__file__).parent / "page" / "contrast.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast_of_wcag_aa(page: Page, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert await page.evaluate(CONTRAST) == []
    await call_by_text(page)
    await type_words(page, "send money")
    await expect(page.locator('.agent[data-turn="1"] .latency')).to_be_visible()
    await page.get_by_role("button", name="Keypad").click()
    assert await page.evaluate(CONTRAST) == []
    await page.get_by_role("button", name="Hang up").click()
    await phase(page, "ended")
    assert await page.evaluate(CONTRAST) == []
