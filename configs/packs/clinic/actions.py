"""What the clinic pack does: each function is one step of flows.yaml, and the sample surgery does the work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from dialog.actions.action import ActionContext, ActionResult, action

from .diary import BOOKABLE_DAYS, DOCTORS, Appointment, Surgery, books_on, spoken_time

NUMBERS_ALLOWED = 3
OFFERS_ALLOWED = 4

P = ParamSpec("P")
R = TypeVar("R")


def open_backend(directory: Path) -> Surgery:
    """The sample surgery, in a file that lasts over restarts."""
    directory.mkdir(parents=True, exist_ok=True)
    return Surgery(directory / "surgery.sqlite", today=datetime.now(UTC).date())


def close_backend(backend: Surgery) -> None:
    """Closes the sample surgery."""
    backend.close()


@action
async def find_patient(context: ActionContext) -> ActionResult:
    """ok | unknown | too_often: the third unknown number of a call."""
    patient = await _ask(_surgery(context).patient, context.text("patient_number"))
    if patient is not None:
        first_name = patient.name.partition(" ")[0]
        return ActionResult(slots={"verified": True, "patient": patient.id, "first_name": first_name})
    wrong = _count(context, "wrong_numbers") + 1
    outcome = "too_often" if wrong >= NUMBERS_ALLOWED else "unknown"
    return ActionResult(outcome, {"wrong_numbers": wrong, "patient_number": None})


@action
async def find_appointment(context: ActionContext) -> ActionResult:
    """ok | none."""
    found = await _ask(_surgery(context).next_appointment, context.text("patient"), after=_local(context))
    if found is None:
        return ActionResult("none", {"appointment": None})
    return ActionResult(
        slots={
            "appointment": found.key,
            "appointment_date": found.at.date(),
            "appointment_time": spoken_time(found.at),
            "appointment_with": DOCTORS[found.doctor],
        }
    )


@action
async def check_date(context: ActionContext) -> ActionResult:
    """ok | past | closed | far."""
    day, today = date.fromisoformat(context.text("date")), context.now.date()
    if day < today:
        return ActionResult("past")
    if not books_on(day):
        return ActionResult("closed")
    far = day > today + timedelta(days=BOOKABLE_DAYS)
    return ActionResult("far" if far else "ok", {"refused_offers": 0})


@action
async def find_free(context: ActionContext) -> ActionResult:
    """ok | none: nothing, or nothing more, in that half of the day."""
    moving = context.slots.get("appointment")
    doctor = context.slots.get("doctor") or (Appointment.of(str(moving)).doctor if moving else "anybody")
    found = await _ask(
        _surgery(context).free,
        date.fromisoformat(context.text("date")),
        doctor=str(doctor),
        morning=context.text("part_of_day") == "morning",
        after=_local(context),
        skip=_count(context, "refused_offers"),
    )
    if found is None:
        return ActionResult("none", {"refused_offers": 0})
    return ActionResult(
        slots={
            "offered_key": found.key,
            "offered_date": found.at.date(),
            "offered_time": spoken_time(found.at),
            "offered_with": DOCTORS[found.doctor],
        }
    )


@action
async def refuse_offer(context: ActionContext) -> ActionResult:
    """ok | too_often."""
    refused = _count(context, "refused_offers") + 1
    return ActionResult("too_often" if refused >= OFFERS_ALLOWED else "ok", {"refused_offers": refused})


@action(changes=True)
async def book(context: ActionContext) -> ActionResult:
    """ok | taken."""
    wanted = Appointment.of(context.text("offered_key"))
    done = await _ask(_surgery(context).book, context.text("patient"), wanted)
    return ActionResult("ok" if done else "taken")


@action(changes=True)
async def move(context: ActionContext) -> ActionResult:
    """ok | taken."""
    wanted, old = Appointment.of(context.text("offered_key")), Appointment.of(context.text("appointment"))
    done = await _ask(_surgery(context).book, context.text("patient"), wanted, instead_of=old)
    return ActionResult("ok" if done else "taken")


@action(changes=True)
async def cancel_appointment(context: ActionContext) -> ActionResult:
    """ok."""
    appointment = Appointment.of(context.text("appointment"))
    await _ask(_surgery(context).cancel, context.text("patient"), appointment)
    return ActionResult()


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
    patient = context.slots.get("patient")
    reference = await _ask(
        _surgery(context).complain, context.call_id, patient=str(patient) if patient else None, at=context.now
    )
    return ActionResult(slots={"reference": str(reference)})


def _surgery(context: ActionContext) -> Surgery:
    surgery = context.backend
    assert isinstance(surgery, Surgery)
    return surgery


async def _ask(method: Callable[P, R], *values: P.args, **named: P.kwargs) -> R:
    return await asyncio.to_thread(method, *values, **named)


def _count(context: ActionContext, slot: str) -> int:
    return int(str(context.slots.get(slot) or 0))


def _local(context: ActionContext) -> datetime:
    """The surgery's local time."""
    return context.now.replace(tzinfo=None)
