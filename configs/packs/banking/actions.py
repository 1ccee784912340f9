"""What the banking pack does: each function is one step of flows.yaml, and the sample bank does the work."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec, TypeVar

from dialog.actions.action import ActionContext, ActionResult, action

from .bank import Bank

CODES_ALLOWED = 3

P = ParamSpec("P")
R = TypeVar("R")


def open_backend(directory: Path) -> Bank:
    """The sample bank, in a file that lasts over restarts."""
    directory.mkdir(parents=True, exist_ok=True)
    return Bank(directory / "bank.sqlite", today=datetime.now(UTC).date())


def close_backend(backend: Bank) -> None:
    """Closes the sample bank."""
    backend.close()


@action
async def check_code(context: ActionContext) -> ActionResult:
    """ok | wrong | locked: the third wrong code of a call."""
    customer = await _ask(_bank(context).identify, context.text("code"), phone=context.caller)
    if customer is not None:
        first_name = customer.name.partition(" ")[0]
        return ActionResult(slots={"verified": True, "customer": customer.id, "first_name": first_name})
    wrong = int(str(context.slots.get("wrong_codes") or 0)) + 1
    return ActionResult("locked" if wrong >= CODES_ALLOWED else "wrong", {"wrong_codes": wrong, "code": None})


@action
async def check_balance(context: ActionContext) -> ActionResult:
    """Fills both balances; which one is read out is the response's business."""
    balances = await _ask(_bank(context).balances, context.text("customer"))
    return ActionResult(slots={f"{kind}_balance": _pounds(pence) for kind, pence in balances.items()})


@action
async def find_recipient(context: ActionContext) -> ActionResult:
    """ok | unknown | ambiguous."""
    found = await _ask(_bank(context).payees, context.text("customer"), context.text("recipient"))
    if len(found) == 1:
        return ActionResult(slots={"payee": found[0].account, "payee_name": found[0].name})
    return ActionResult("ambiguous" if found else "unknown", {"payee": None, "payee_name": None})


@action
async def check_transfer(context: ActionContext) -> ActionResult:
    """ok | currency (not pounds) | later (asked for another day) | what Bank.refusal says.

    Names the transfer, so that it is made once.
    """
    if not _in_pounds(context):
        return ActionResult("currency")
    bank, customer, source = _bank(context), context.text("customer"), context.text("account")
    refusal = await _ask(
        bank.refusal, customer=customer, source=source, target=context.text("payee"), pence=_pence(context)
    )
    made = await _ask(bank.transfers_of, f"{context.call_id}/")
    balances = await _ask(bank.balances, customer)
    slots = {"transfer_key": f"{context.call_id}/{made + 1}", "available": _pounds(balances.get(source, 0))}
    later = str(context.slots.get("date") or "") > context.now.date().isoformat()
    return ActionResult("later" if refusal == "ok" and later else refusal, slots)


@action(changes=True)
async def transfer_money(context: ActionContext) -> ActionResult:
    """ok | currency | what Bank.transfer says."""
    if not _in_pounds(context):
        return ActionResult("currency")
    done = await _ask(
        _bank(context).transfer,
        context.text("transfer_key"),
        customer=context.text("customer"),
        source=context.text("account"),
        target=context.text("payee"),
        pence=_pence(context),
        at=context.now,
    )
    return ActionResult(done.outcome, {"available": _pounds(done.left_pence)})


@action(changes=True)
async def block_card(context: ActionContext) -> ActionResult:
    """ok | already | none."""
    return ActionResult(
        await _ask(_bank(context).block_card, context.text("customer"), context.text("card"), at=context.now)
    )


@action
async def card_delivery_status(context: ActionContext) -> ActionResult:
    """ok | today | late | none: nothing is on its way."""
    wanted = context.slots.get("card")
    found = await _ask(_bank(context).delivery, context.text("customer"), str(wanted) if wanted else None)
    if found is None:
        return ActionResult("none")
    card, due_on = found
    today = context.now.date()
    outcome = "ok" if due_on > today else "today" if due_on == today else "late"
    return ActionResult(outcome, {"card": card, "due_on": due_on})


@action(changes=True)
async def change_pin(context: ActionContext) -> ActionResult:
    """ok | blocked | none."""
    card = context.text("card")
    key = f"{context.call_id}/{card}"
    return ActionResult(
        await _ask(_bank(context).order_pin, key, customer=context.text("customer"), kind=card, at=context.now)
    )


@action
async def opening_hours(context: ActionContext) -> ActionResult:
    """ok (no day was asked for) | weekday | saturday | sunday."""
    asked = context.slots.get("date")
    if asked is None:
        return ActionResult()
    weekday = date.fromisoformat(str(asked)).weekday()
    return ActionResult({5: "saturday", 6: "sunday"}.get(weekday, "weekday"))


@action(changes=True)
async def complaint(context: ActionContext) -> ActionResult:
    """Notes that the caller complained; one complaint a call."""
    customer = context.slots.get("customer")
    reference = await _ask(
        _bank(context).complain, context.call_id, customer=str(customer) if customer else None, at=context.now
    )
    return ActionResult(slots={"reference": str(reference)})


def _bank(context: ActionContext) -> Bank:
    bank = context.backend
    assert isinstance(bank, Bank)
    return bank


async def _ask(method: Callable[P, R], *values: P.args, **named: P.kwargs) -> R:
    return await asyncio.to_thread(method, *values, **named)


def _in_pounds(context: ActionContext) -> bool:
    amount = context.slots.get("amount")
    return not isinstance(amount, Mapping) or amount.get("currency", context.currency) == context.currency


def _pence(context: ActionContext) -> int:
    """Whole pence; a spoken amount has no smaller part, and a typed one is cut down, never up."""
    return int(context.money("amount") * 100)


def _pounds(pence: int) -> Decimal:
    return Decimal(pence) / 100
