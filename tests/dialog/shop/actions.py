"""Actions of the test shop; the backend is a list of what was changed."""

import asyncio
from pathlib import Path

from dialog.actions.action import ActionContext, ActionResult, action


async def open_backend(directory: Path) -> list[str]:
    return []


def close_backend(backend: list[str]) -> None:
    backend.append("closed")


@action
async def check_pin(context: ActionContext) -> ActionResult:
    if context.text("pin") == "4321":
        return ActionResult(slots={"known": True})
    tries = int(str(context.slots["tries"])) + 1
    return ActionResult("locked" if tries >= 3 else "wrong", {"tries": tries, "pin": None})


@action
async def find_guest(context: ActionContext) -> ActionResult:
    return ActionResult("unknown" if context.text("guest").lower() == "nobody" else "ok")


@action(changes=True)
async def place_order(context: ActionContext) -> ActionResult:
    context.backend.append("order")
    return ActionResult(slots={"receipt": "17"})


@action
async def explode(context: ActionContext) -> ActionResult:
    raise RuntimeError("pin 4321 is out")


@action(timeout_s=0.01)
async def sleepy(context: ActionContext) -> ActionResult:
    await asyncio.Event().wait()
    return ActionResult()


@action
async def odd(context: ActionContext) -> ActionResult:
    return ActionResult(slots={"receipt": object()})
