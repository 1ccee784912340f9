"""The banking pack's actions: each outcome, and that what is refused changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dialog.actions.action import ActionContext, ActionResult
from dialog.actions.python import PythonActions, load_actions
from dialog.errors import ActionError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CUSTOMER = {"verified": True, "customer": "carter"}


def pounds(amount: str, currency: str = "GBP") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


TRANSFER = {**CUSTOMER, "account": "current", "payee": "carter-to-anna", "amount": pounds("50.00")}


class Desk:
    """One call's way to the actions, with a bank of its own."""

    def __init__(self, actions: PythonActions, backend: Any) -> None:
        self.actions, self.bank = actions, backend

    async def run(self, name: str, *, caller: str = "", call_id: str = "call-1", **slots: object) -> ActionResult:
        context = ActionContext(slots=slots, call_id=call_id, now=NOW, backend=self.bank, caller=caller)
        return await self.actions.run(name, context)

    async def send(self, **slots: object) -> tuple[str, str]:
        """The outcomes of the check and of the transfer, made whatever the check says."""
        asked = {**TRANSFER, **slots}
        checked = await self.run("check_transfer", **asked)
        sent = await self.run("transfer_money", **asked, transfer_key=checked.slots.get("transfer_key", "call-1/1"))
        return checked.outcome, sent.outcome


@pytest.fixture
def desk(banking: Path, tmp_path: Path) -> Iterator[Desk]:
    actions = load_actions(banking)
    module = actions.module
    assert module is not None
    backend = module.Bank(tmp_path / "bank.sqlite", today=NOW.date())
    yield Desk(actions, backend)
    module.close_backend(backend)


def test_backend_is_opened_in_its_folder_and_closed(banking: Path, tmp_path: Path) -> None:
    module = load_actions(banking).module
    assert module is not None
    backend = module.open_backend(tmp_path / "new")
    assert backend.balances("carter")["current"] == 1_243_050
    module.close_backend(backend)
    assert (tmp_path / "new" / "bank.sqlite").is_file()


async def test_right_code(desk: Desk) -> None:
    result = await desk.run("check_code", code="427196", caller="+441632960001", wrong_codes=0)
    assert result == ActionResult("ok", {"verified": True, "customer": "carter", "first_name": "Alice"})


@pytest.mark.parametrize(("before", "outcome"), [(None, "wrong"), (0, "wrong"), (1, "wrong"), (2, "locked")])
async def test_wrong_code_is_counted(desk: Desk, before: int | None, outcome: str) -> None:
    result = await desk.run("check_code", code="111111", wrong_codes=before)
    assert (result.outcome, result.slots) == (outcome, {"wrong_codes": (before or 0) + 1, "code": None})


async def test_somebody_elses_code_from_a_known_number(desk: Desk) -> None:
    result = await desk.run("check_code", code="385162", caller="+441632960001")
    assert result.outcome == "wrong"


async def test_balances(desk: Desk) -> None:
    result = await desk.run("check_balance", **CUSTOMER)
    assert result.slots == {"current_balance": Decimal("12430.50"), "savings_balance": Decimal("2500")}


async def test_nothing_is_told_without_a_customer(desk: Desk) -> None:
    with pytest.raises(ActionError, match="customer"):
        await desk.run("check_balance")


@pytest.mark.parametrize(
    ("customer", "heard", "outcome", "name"),
    [
        ("carter", "anna", "ok", "Anna"),
        ("carter", "robert", "unknown", None),
        ("walker", "sarah", "ambiguous", None),
        ("walker", "sarah miller", "ok", "Sarah Miller"),
        ("carter", "savings", "ok", "your savings account"),
    ],
)
async def test_recipients(desk: Desk, customer: str, heard: str, outcome: str, name: str | None) -> None:
    result = await desk.run("find_recipient", customer=customer, recipient=heard)
    assert (result.outcome, result.slots["payee_name"]) == (outcome, name)


async def test_a_transfer_and_its_repetition(desk: Desk) -> None:
    checked = await desk.run("check_transfer", **TRANSFER)
    assert checked == ActionResult("ok", {"transfer_key": "call-1/1", "available": Decimal("12430.50")})
    for _ in range(2):
        sent = await desk.run("transfer_money", **TRANSFER, **checked.slots)
        assert (sent.outcome, sent.slots["available"]) == ("ok", Decimal("12380.50"))
    again = await desk.run("check_transfer", **TRANSFER)
    assert again.slots["transfer_key"] == "call-1/2"
    assert (await desk.run("check_transfer", **TRANSFER, call_id="call-2")).slots["transfer_key"] == "call-2/1"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"amount": pounds("0.00")}, "zero"),
        ({"amount": pounds("0.001")}, "zero"),
        ({"amount": pounds("-50.00")}, "negative"),
        ({"amount": pounds("10000.01")}, "too_high"),
        ({"amount": pounds("1000000000000.00")}, "too_high"),
        ({"amount": pounds("2500.01"), "account": "savings"}, "funds"),
        ({"amount": pounds("50.00", "USD")}, "currency"),
        ({"payee": "carter-current"}, "same"),
        ({"payee": "khan-to-john"}, "unknown"),
    ],
)
async def test_refused_transfers_change_nothing(desk: Desk, changed: dict[str, object], outcome: str) -> None:
    before = desk.bank.dump()
    assert await desk.send(**changed) == (outcome, outcome)
    assert desk.bank.dump() == before


async def test_another_day_is_noticed(desk: Desk) -> None:
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    assert (await desk.run("check_transfer", **TRANSFER, date=tomorrow)).outcome == "later"
    assert (await desk.run("check_transfer", **TRANSFER, date=NOW.date().isoformat())).outcome == "ok"


async def test_cards(desk: Desk) -> None:
    assert (await desk.run("block_card", **CUSTOMER, card="debit")).outcome == "ok"
    assert (await desk.run("block_card", **CUSTOMER, card="debit")).outcome == "already"
    assert (await desk.run("block_card", customer="walker", card="credit")).outcome == "none"
    due = await desk.run("card_delivery_status", **CUSTOMER, card="debit")
    assert (due.outcome, due.slots["due_on"]) == ("ok", (NOW + timedelta(days=5)).date())


@pytest.mark.parametrize(
    ("customer", "card", "outcome"),
    [("carter", None, "ok"), ("carter", "debit", "none"), ("lee", None, "late"), ("walker", None, "none")],
)
async def test_deliveries(desk: Desk, customer: str, card: str | None, outcome: str) -> None:
    assert (await desk.run("card_delivery_status", customer=customer, card=card)).outcome == outcome


@pytest.mark.parametrize(
    ("customer", "card", "outcome"),
    [("carter", "debit", "ok"), ("lee", "debit", "blocked"), ("walker", "credit", "none")],
)
async def test_pins(desk: Desk, customer: str, card: str, outcome: str) -> None:
    assert (await desk.run("change_pin", customer=customer, card=card)).outcome == outcome


@pytest.mark.parametrize(
    ("day", "outcome"),
    [(None, "ok"), ("2026-11-27", "weekday"), ("2026-11-28", "saturday"), ("2026-11-29", "sunday")],
)
async def test_opening_hours(desk: Desk, day: str | None, outcome: str) -> None:
    assert (await desk.run("opening_hours", date=day)).outcome == outcome


async def test_one_complaint_a_call(desk: Desk) -> None:
    first = await desk.run("complaint")
    assert first.slots == {"reference": "4101"}
    assert await desk.run("complaint") == first
    assert (await desk.run("complaint", call_id="call-2", **CUSTOMER)).slots == {"reference": "4102"}
