"""`kefu dialog simulate`: a pack against callers who don't exist."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from dialog.errors import PackError
from dialog.pack import Pack
from dialog.simulation.persona import PERSONAS, Persona
from dialog.simulation.play import Level, Played, Setting, level, play_many
from dialog.simulation.script import load_script
from nlu.interpreter import Interpreter
from nlu.locations import find_pack
from nlu.terminal import print_json, progress_bar
from nlu.training.checkpoint import pack_checkpoint

NOW = datetime.fromisoformat("2026-11-23T10:00:00+00:00")
"""When every simulated call takes place: a Monday."""

FIRST_SEED = 10_000


class SimulationReport(Struct, frozen=True, kw_only=True):
    """What `kefu dialog simulate --json` prints. `failures`: calls that failed, with what was said, if asked for."""

    pack: str
    policy: str
    levels: list[Level]
    failures: list[Played]


def simulate(
    pack: Annotated[str, typer.Argument(help="Name or folder of the pack.")] = "banking",
    calls: Annotated[int, typer.Option(min=1, help="Calls at each noise level.")] = 200,
    noise: Annotated[str, typer.Option(help="Word error rates in percent, separated by commas.")] = "0,10,20,30",
    seed: Annotated[int, typer.Option(help="The first caller's seed; the others follow.")] = FIRST_SEED,
    persona: Annotated[str, typer.Option(help=f"Only one of {', '.join(each.name for each in PERSONAS)}.")] = "",
    policy: Annotated[str, typer.Option(help="The policy that decides.")] = "flow",
    failures: Annotated[int, typer.Option(min=0, help="Show so many failed calls of each level.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes; each plays a share of the calls.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Call a pack with simulated callers of seven kinds, through a recognizer that mishears, and count what works.

    Example: kefu dialog simulate banking --calls 1000 --failures 3
    """
    levels = _percentages(noise)
    _personas(persona)
    folder = find_pack(pack)
    load_script(Pack.load(folder))
    with progress_bar(f"training {folder.name}", quiet=as_json) as bar:
        checkpoint = pack_checkpoint(folder, progress=bar)
    found: list[Level] = []
    failed: list[Played] = []
    with progress_bar(f"calling {folder.name}", quiet=as_json) as bar:
        for number, wer in enumerate(levels):
            shares = [range(seed + part, seed + calls, workers) for part in range(min(workers, calls))]
            jobs = [(folder, checkpoint, wer, share, persona, policy) for share in shares]
            played = sorted(_spread(jobs), key=lambda call: call.seed)
            bar((number + 1) * calls, len(levels) * calls, f"word error {wer:.0%}")
            found.append(level(wer, played))
            failed += [call for call in played if not call.reached or call.wrong][:failures]
    report = SimulationReport(pack=folder.name, policy=policy, levels=found, failures=failed)
    if as_json:
        print_json(report)
    else:
        _show(report)


Job = tuple[Path, Path, float, Sequence[int], str, str]


def _spread(jobs: Sequence[Job]) -> list[Played]:
    if len(jobs) == 1:
        return _work(jobs[0])
    with ProcessPoolExecutor(len(jobs)) as pool:
        return [call for share in pool.map(_work, jobs) for call in share]


def _work(job: Job) -> list[Played]:
    """One process's share; it opens everything itself."""
    folder, checkpoint, wer, seeds, persona, policy = job
    pack = Pack.load(folder)
    interpreter = Interpreter.open(checkpoint, clock=lambda: NOW.replace(tzinfo=None), currency=pack.domain.currency)
    setting = Setting(
        pack=pack, script=load_script(pack), interpreter=interpreter, now=NOW, policy=policy,
        personas=_personas(persona),
    )  # fmt: skip

    async def run() -> list[Played]:
        try:
            return await play_many(setting, wer=wer, seeds=seeds, keep_lines=True)
        finally:
            await interpreter.close()

    return asyncio.run(run())


def _personas(name: str) -> tuple[Persona, ...]:
    chosen = tuple(each for each in PERSONAS if name in ("", each.name))
    if not chosen:
        raise PackError(f"unknown persona {name!r}; known: {', '.join(each.name for each in PERSONAS)}")
    return chosen


def _percentages(given: str) -> list[float]:
    try:
        levels = [float(part) / 100 for part in given.split(",")]
    except ValueError as error:
        raise PackError(f"--noise {given!r}: expected percentages separated by commas, like 0,10,20") from error
    if not all(0 <= one < 1 for one in levels):
        raise PackError(f"--noise {given!r}: word error rates are from 0 to 99 percent")
    return levels


def _show(report: SimulationReport) -> None:
    console = Console()
    table = Table(title=f"{report.pack}, policy {report.policy}")
    for column in ("word error", "calls", "goal reached", "wrong actions", "to a person", "turns"):
        table.add_column(column, justify="right")
    for one in report.levels:
        table.add_row(
            f"{one.wer:.0%}", str(one.calls), f"{one.success:.1%}", str(one.wrong_actions), f"{one.handed_over:.1%}",
            f"{one.turns:.1f}",
        )  # fmt: skip
    console.print(table)
    for one in report.levels:
        worst = sorted({**one.by_goal, **one.by_persona}.items(), key=lambda pair: pair[1])[:6]
        console.print(f"[dim]{one.wer:.0%}: weakest {', '.join(f'{name} {share:.0%}' for name, share in worst)}[/]")
    for call in report.failures:
        wrong = f", wrong: {', '.join(call.wrong)}" if call.wrong else ""
        console.print(f"\n[bold]call {call.seed}: {call.goal}, {call.persona}{wrong}[/]")
        for line in call.lines:
            console.print(f"  {line}", markup=False, highlight=False)
