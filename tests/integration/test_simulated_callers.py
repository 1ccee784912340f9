"""Every shipped pack, with its really trained model, against callers who don't exist: clear speech and 10% noise."""

import asyncio
from collections.abc import Iterator

import pytest

from dialog.pack import Pack
from dialog.simulation.cli import NOW
from dialog.simulation.play import Level, Setting, level, play_many
from dialog.simulation.script import load_script
from nlu.interpreter import Interpreter
from nlu.locations import find_pack, known_packs
from nlu.training.checkpoint import pack_checkpoint

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

CALLS = 40


@pytest.fixture(scope="module", params=known_packs())
def setting(request: pytest.FixtureRequest) -> Iterator[Setting]:
    pack = Pack.load(find_pack(request.param))
    interpreter = Interpreter.open(
        pack_checkpoint(pack.path), clock=lambda: NOW.replace(tzinfo=None), currency=pack.domain.currency
    )
    yield Setting(pack=pack, script=load_script(pack), interpreter=interpreter, now=NOW)
    asyncio.run(interpreter.close())


async def figures(setting: Setting, wer: float) -> Level:
    played = await play_many(setting, wer=wer, seeds=range(500, 500 + CALLS), keep_lines=True)
    for call in played:
        if not call.reached:
            print("\n".join(call.lines))
    return level(wer, played)


async def test_clear_speech_reaches_its_goals(setting: Setting) -> None:
    found = await figures(setting, 0.0)
    assert found.success >= 0.95
    assert found.wrong_actions == 0


async def test_a_little_noise_is_borne(setting: Setting) -> None:
    found = await figures(setting, 0.1)
    assert found.success >= 0.85
    assert found.wrong_actions <= 1
