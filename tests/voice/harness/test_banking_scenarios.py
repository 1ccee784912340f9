"""Every voice scenario of the banking pack, through the whole service with its real engines and recordings."""

import pytest

from nlu.locations import find_pack
from voice.harness.played import Played
from voice.harness.scenario import load_scenario, scenario_files
from voice.harness.scenario_run import run

FILES = scenario_files([find_pack("banking") / "scenarios"])

# The first run of a fresh machine fine-tunes the pack's model: minutes.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def played() -> dict[str, Played]:
    every = run([load_scenario(path) for path in FILES], jobs=2, real_time=False, on_done=lambda _: None)
    return {one.scenario.path.stem: one for one in every}


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_scenario(played, name):
    result = played[name].result
    assert not result.error
    assert not result.failures, "\n".join(("", *result.failures))
