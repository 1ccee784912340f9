"""What the shop pack does: each function is one step of flows.yaml, and the sample shop does the work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ParamSpec, TypeVar

from dialog.actions.action import ActionContext, ActionResult, action

from .orders import Order, Shop, refusal

NUMBERS_ALLOWED = 3
REFUND_WITHIN = timedelta(days=14)

P = ParamSpec("P")
R = TypeVar("R")


def open_backend(directory: Path) -> Shop:
    """The sample shop, in a file that lasts over restarts."""
    directory.mkdir(parents=True, exist_ok=True)
    return Shop(directory / "shop.sqlite", today=datetime.now(UTC).date())


def close_backend(backend: Shop) -> None:
    """Closes the sample shop."""
    backend.close()


@action
async def find_order(context: ActionContext) -> ActionResult:
    """ok | unknown | too_often: the third unknown number of a call."""
    order = await _ask(_shop(context).order, context.text("order_number"))
    if order is not None:
        return ActionResult(slots={"found_order": order.number, "order_items": _listed(order)})
    wrong = int(str(context.slots.get("wrong_numbers") or 0)) + 1
    outcome = "too_often" if wrong >= NUMBERS_ALLOWED else "unknown"
    return ActionResult(outcome, {"wrong_numbers": wrong, "found_order": None, "order_number": None})


@action
async def order_status(context: ActionContext) -> ActionResult:
    """packing | sent | late | delivered | cancelled."""
    order = await _order(context)
    late = order.state == "sent" and order.due_on < context.now.date()
    return ActionResult("late" if late else order.state, {"due_on": order.due_on})


@action
async def check_return(context: ActionContext) -> ActionResult:
    """ok | not_delivered | too_late."""
    return ActionResult(refusal(await _order(context), today=context.now.date()))


@action
async def find_item(context: ActionContext) -> ActionResult:
    """ok | unknown | returned."""
    number = context.text("found_order")
    found = await _ask(_shop(context).item, number, context.text("item"))
    if found is None:
        return ActionResult("unknown", {"item_name": None})
    name, pence = found
    returned = await _ask(_shop(context).is_returned, number, name)
    slots = {"item_name": _definite(name), "item_price": _pounds(pence)}
    return ActionResult("returned" if returned else "ok", slots)


@action(changes=True)
async def return_item(context: ActionContext) -> ActionResult:
    """ok | refused."""
    number = context.text("found_order")
    found = await _ask(_shop(context).item, number, context.text("item"))
    if found is None:
        return ActionResult("refused")
    reference = await _ask(
        _shop(context).take_back, number, found[0], reason=context.text("reason"), refund_to=context.text("refund_to"),
        at=context.now,
    )  # fmt: skip
    return ActionResult("refused") if reference is None else ActionResult(slots={"reference": str(reference)})


@action
async def refund_status(context: ActionContext) -> ActionResult:
    """none | paid | waiting."""
    found = await _ask(_shop(context).refund, context.text("found_order"))
    if found is None:
        return ActionResult("none")
    due_on: date = found.paid_on or found.sent_on + REFUND_WITHIN
    return ActionResult("paid" if found.paid_on else "waiting", {"refund": _pounds(found.pence), "due_on": due_on})


@action
async def check_cancel(context: ActionContext) -> ActionResult:
    """ok | sent | cancelled."""
    order = await _order(context)
    return ActionResult({"packing": "ok", "cancelled": "cancelled"}.get(order.state, "sent"))


@action(changes=True)
async def cancel_order(context: ActionContext) -> ActionResult:
    """ok | sent."""
    done = await _ask(_shop(context).cancel, context.text("found_order"))
    return ActionResult("ok" if done else "sent")


@action(changes=True)
async def complaint(context: ActionContext) -> ActionResult:
    """Notes that the caller complained; one complaint a call."""
    number = context.slots.get("found_order")
    reference = await _ask(
        _shop(context).complain, context.call_id, number=str(number) if number else None, at=context.now
    )
    return ActionResult(slots={"reference": str(reference)})


def _shop(context: ActionContext) -> Shop:
    shop = context.backend
    assert isinstance(shop, Shop)
    return shop


async def _order(context: ActionContext) -> Order:
    order = await _ask(_shop(context).order, context.text("found_order"))
    assert order is not None, "find_order has found it"
    return order


async def _ask(method: Callable[P, R], *values: P.args, **named: P.kwargs) -> R:
    return await asyncio.to_thread(method, *values, **named)


def _listed(order: Order) -> str:
    """ "a kettle and a lamp"."""
    *others, last = order.items
    return f"{', '.join(others)} and {last}" if others else last


def _definite(name: str) -> str:
    return f"the {name.removeprefix('a ')}"


def _pounds(pence: int) -> Decimal:
    return Decimal(pence) / 100
