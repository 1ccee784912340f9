"""`kefu nlu interpret`: what a model understands of some texts."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from msgspec import Struct

from nlu.errors import SettingsError
from nlu.locations import find_model
from nlu.terminal import clear_errors, print_json
from nlu.understanding import Understanding, Utterance

if TYPE_CHECKING:
    from nlu.interpreter import Interpreter
    from nlu.model.facts import Precision

BATCH = 16
SHOWN = 3
"""Intents that are printed; `--json` gives all."""

PRECISIONS: "dict[str, Precision | Literal['auto']]" = {"auto": "auto", "fp32": "fp32", "int8": "int8"}


class Interpretations(Struct, frozen=True, kw_only=True):
    """What `kefu nlu interpret --json` prints. `graph` answered; dates are relative to `now` (ISO 8601)."""

    model: str
    graph: str
    now: str
    understandings: tuple[Understanding, ...]


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="interpret", epilog='Example: kefu nlu interpret --model banking "send fifty pounds to anna"')
    def interpret_command(
        model: Annotated[str, typer.Option("--model", help="A model's folder, or a pack's name.")],
        texts: Annotated[
            list[str] | None, typer.Argument(metavar="[TEXT]...", help="Without any: lines of standard input.")
        ] = None,
        now: str = typer.Option("", "--now", help="The caller's local time, as 2026-11-23T12:00; else the clock's."),
        language: str = typer.Option("en", "--language", help="A BCP 47 tag, such as en or zh."),
        currency: str = typer.Option("GBP", "--currency", help="Of amounts that name none (ISO 4217)."),
        precision: str = typer.Option("auto", "--precision", help="Which graph answers: auto, fp32 or int8."),
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Say what is meant: intents, entities with their values, sentiment, out of scope."""
        with clear_errors(json=json):
            at = _time(now)
            interpreter = _open(find_model(model), at, currency=currency, precision=precision)
            said = texts or (line.rstrip("\r\n") for line in sys.stdin)
            # What is no text (half a character, say) can't be printed as JSON either.
            sound = (text.encode(errors="replace").decode() for text in said)
            found = _understand(interpreter, sound, language)
            if json:
                answer = Interpretations(
                    model=model, graph=interpreter.graph, now=at.isoformat(), understandings=tuple(found)
                )
                print_json(answer)
            else:
                for understanding in found:
                    typer.echo("\n".join(lines_of(understanding)))


def lines_of(understanding: Understanding) -> Iterator[str]:
    """For a person to read."""
    yield f'"{understanding.utterance.text}"'
    best = understanding.intents[:SHOWN]
    if best:
        yield f"  intent      {', '.join(f'{score.name} {score.probability:.1%}' for score in best)}"
        strange = " (rejected)" if understanding.out_of_scope > 0.5 else ""
        yield f"  out of scope {understanding.out_of_scope:.2f}{strange}"
    for entity in understanding.entities:
        name = "".join([entity.name, *(f" {part}" for part in (entity.role, entity.group) if part)])
        value = msgspec.json.encode(entity.value).decode()
        yield f'  {name:<11} "{entity.text}" = {value} ({entity.confidence:.0%})'
    mood = understanding.sentiment
    yield f"  sentiment   {mood.label} {mood.score:+.2f}, intensity {mood.intensity:.2f}"


def _open(folder: Path, at: datetime, *, currency: str, precision: str) -> "Interpreter":
    if precision not in PRECISIONS:
        raise SettingsError(f"--precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}")
    # ONNX Runtime takes half a second that `kefu --help` must not cost.
    from nlu.interpreter import Interpreter

    return Interpreter.open(folder, clock=lambda: at, currency=currency, precision=PRECISIONS[precision])


def _understand(interpreter: "Interpreter", texts: Iterable[str], language: str) -> Iterator[Understanding]:
    """Lines from a person are answered one by one, others in batches."""
    size = 1 if sys.stdin.isatty() else BATCH
    left = iter(texts)
    while batch := list(islice(left, size)):
        yield from interpreter.interpret_batch([Utterance(text=text, language=language) for text in batch])


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else datetime.now()
    except ValueError as error:
        raise SettingsError(f"--now: {error}; expected a time such as 2026-11-23T12:00") from error
