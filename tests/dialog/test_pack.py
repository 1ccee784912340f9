"""Packs load strictly: every mistake is named with its file, line and key."""

import shutil
from pathlib import Path

import pytest

from dialog.actions.webhook import load_servers
from dialog.domain import load_domain
from dialog.errors import PackError
from dialog.flows.flow import load_flows
from dialog.pack import Pack
from dialog.responses import load_responses
from dialog.simulation.script import Script
from nlu.locations import configs_root
from nlu.settings import load_settings
from tests.dialog.caller import SHOP


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")))


def put(pack: Path, name: str, old: str, new: str) -> None:
    text = (pack / name).read_text()
    assert text.count(old) >= 1
    (pack / name).write_text(text.replace(old, new, 1))


def refused(pack: Path) -> str:
    with pytest.raises(PackError) as caught:
        Pack.load(pack)
    return str(caught.value).replace(str(pack) + "/", "")


def test_the_shop_and_the_banking_pack_load() -> None:
    shop = Pack.load(SHOP)
    assert (shop.name, shop.title, shop.language) == ("shop", "The Shop", "en")
    assert shop.closure("pay") == ("pay", "know_caller")
    assert {"a big tea for anna please", "huge", "anna", "agent"} <= set(shop.sentences())
    assert "Your pin please?" in shop.fixed_prompts()
    assert not any("{" in prompt for prompt in shop.fixed_prompts())
    assert Pack.load(configs_root() / "packs" / "banking").name == "banking"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("domain.yaml", "title: The Shop", "titel: The Shop", "domain.yaml:1 titel: unknown key; known: title,"),
        ("domain.yaml", "type: money}", "type: cash}", "domain.yaml:15 slots.price.type: invalid enum value 'cash'"),
        ("domain.yaml", "{entity: person}", "{entity: persona}", "slots.guest: unknown entity 'persona'"),
        ("domain.yaml", "length: 4, sens", "lenght: 4, sens", "domain.yaml:10 slots.pin.lenght: unknown key; known:"),
        ("domain.yaml", "choices: {small: [little], large: [big, huge]}", "length: 2", "a choice needs `choices`"),
        ("domain.yaml", "affirm, deny", "affirm, affirm, deny", "'affirm' is given twice"),
        ("domain.yaml", "inform, ", "inform, juggle, ", "intent 'juggle' starts no flow and feeds no slot"),
        ("flows.yaml", "- collect: size", "- collect: sizes", "flows.order_tea.steps[0]: unknown slot 'sizes'"),
        ("flows.yaml", "- collect: size", "- colect: size", "flows.order_tea.steps[0].colect: unknown key"),
        ("flows.yaml", "- action: place_order", "- action: place_odrer", "unknown action 'place_odrer'; known"),
        ("flows.yaml", "utter_paid", "utter_payed", "flows.pay.steps[3]: unknown response 'utter_payed'"),
        ("flows.yaml", "call: know_caller", "call: know_collar", "unknown flow 'know_collar'"),
        ("flows.yaml", "next: ask_pin", "next: ask_pim", "unknown step 'ask_pim'; ids of this flow: 0_noop, ask_pin"),
        ("flows.yaml", "slots.price <= 0", "slots.prize <= 0", "unknown slot 'prize' in condition 'slots.prize <= 0'"),
        ("flows.yaml", "slots.price <= 0", "price() <= 0", "'price()' is not allowed in a condition"),
        ("flows.yaml", "[opening]", "[opening, affirm]", "intent 'affirm' is answered by the engine"),
        ("flows.yaml", "[opening]", "[opening, pay]", "intent 'pay' already starts flow 'pay'"),
        ("flows.yaml", "[opening]", "[openings]", "unknown intent 'openings'"),
        ("flows.yaml", "nlu_trigger: [opening]", "description: x", "nothing starts this flow"),
        ("flows.yaml", "next: ask_guest_again", "next: END", "step 'ask_guest_again' can't be reached"),
        ("flows.yaml", "- action: utter_order_found", "- link: check_order", "itself again through 'say_order'"),
        ("flows.yaml", "        utter: utter_confirm_order", "        noop: true", "a step needs exactly one of"),
        ("responses.yaml", "{complaint}", "{complaints}", "responses.utter_noted[0]: unknown slot 'complaints'"),
        ("responses.yaml", "I noted: {complaint}", "Your pin is {pin}", "slot 'pin' is sensitive and must not be said"),
        ("responses.yaml", "{complaint}", "{complaint:loud}", "unknown form 'loud'"),
        ("responses.yaml", "condition: slots.size", "condition: slots.sizes", "unknown slot 'sizes' in condition"),
        ("responses.yaml", "condition: slots.size", "kondition: x", "utter_ask_price[0].kondition: unknown key"),
        ("actions.py", "async def find_guest", "def find_guest", "find_guest: must be `async def`"),
        ("actions.py", "import asyncio", "import asyncioo", "actions.py:3: can't be imported: ModuleNotFoundError"),
        ("actions.py", "import asyncio", "import (", "actions.py:3: can't be imported: SyntaxError"),
    ],
)  # fmt: skip
def test_mistakes_are_named(pack: Path, name: str, old: str, new: str, said: str) -> None:
    put(pack, name, old, new)
    assert said in refused(pack)


def test_several_mistakes_are_named_at_once(pack: Path) -> None:
    put(pack, "flows.yaml", "utter_paid", "utter_payed")
    put(pack, "flows.yaml", "- collect: size", "- collect: sizes")
    put(pack, "responses.yaml", "{complaint}", "{complaints}")
    assert len(refused(pack).splitlines()) == 4
    put(pack, "domain.yaml", "type: money}", "type: cash}")
    put(pack, "domain.yaml", "length: 4", "length: none")
    put(pack, "flows.yaml", "- collect: day", "- kollect: day")
    assert len(refused(pack).splitlines()) == 3


def test_a_circle_without_a_question_is_refused(pack: Path) -> None:
    put(
        pack, "flows.yaml", "- action: utter_opening", "- id: round\n        action: utter_opening\n        next: round"
    )
    assert "step 'round' leads back to itself without a collect in between" in refused(pack)


def test_missing_files_and_folders(pack: Path) -> None:
    (pack / "flows.yaml").unlink()
    assert "flows.yaml: No such file or directory" in refused(pack)
    with pytest.raises(PackError, match="no such folder"):
        Pack.load(pack / "nowhere")


def test_packs_of_the_same_shape_keep_their_modules_apart(pack: Path) -> None:
    (pack / "limits.py").write_text("TIMEOUT_S = 0.5\n")
    put(pack, "actions.py", "import asyncio", "import asyncio\n\nfrom .limits import TIMEOUT_S")
    put(pack, "actions.py", "timeout_s=0.01", "timeout_s=TIMEOUT_S")
    assert Pack.load(pack).actions.actions["sleepy"].timeout_s == 0.5
    assert Pack.load(SHOP).actions.actions["sleepy"].timeout_s == 0.01


def test_the_examples_of_the_documentation_load(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "writing-a-pack.md").read_text()
    domain, flows, responses, endpoints, callers = [block.split("```", 1)[0] for block in text.split("```yaml\n")[1:]]
    for name, load, block in (
        ("domain.yaml", load_domain, domain),
        ("flows.yaml", load_flows, flows),
        ("responses.yaml", load_responses, responses),
    ):
        (tmp_path / name).write_text(block)
        found, problems = load(tmp_path / name)
        assert found
        assert problems == []
    (tmp_path / "endpoints.yaml").write_text(endpoints)
    assert set(load_servers(tmp_path)[0].actions()) == {"find_order", "cancel_order"}
    (tmp_path / "callers.yaml").write_text(callers)
    assert set(load_settings(tmp_path / "callers.yaml", Script).goals) == {"transfer", "hours"}
