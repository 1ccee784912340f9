"""A run of `kefu test`: scenarios through the service in process, and what is told about it afterwards."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from voice.build import gateway_settings
from voice.harness.demo import finish, report_of
from voice.harness.junit import junit_xml
from voice.harness.percentile import percentile
from voice.harness.played import Played
from voice.harness.playing import play_all
from voice.harness.scenario import Scenario
from voice.harness.summary import milliseconds
from voice.harness.virtual_time import run_virtual


def run(
    scenarios: Sequence[Scenario], *, jobs: int, real_time: bool, on_done: Callable[[Played], None]
) -> tuple[Played, ...]:
    """Plays all of them, in virtual time unless `real_time`. Raises KefuError when the engines can't start."""
    playing = play_all(scenarios, gateway_settings(), jobs=jobs, on_done=on_done)
    return asyncio.run(playing) if real_time else run_virtual(playing)


def junit(played: Sequence[Played], *, suite: str) -> str:
    """JUnit XML."""
    return junit_xml([one.result for one in played], suite=suite)


def facts(played: Sequence[Played]) -> dict[str, Any]:
    """For `--json`."""
    return {
        "passed": sum(one.result.passed for one in played),
        "failed": sum(not one.result.passed for one in played),
        "scenarios": [
            {
                "file": one.result.file,
                "scenario": one.result.name,
                "passed": one.result.passed,
                "goal_reached": one.verdict is not None and one.verdict.goal_reached,
                "failures": list(one.result.failures),
                "error": one.result.error,
                "seconds": round(one.result.seconds, 2),
                "call_s": round(one.record.duration_ms / 1000, 2) if one.record else None,
            }
            for one in played
        ],
    }


def table(played: Sequence[Played]) -> Table:
    """A row for each scenario."""
    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    rows.add_column("scenario")
    for title in ("turns", "call", "played in", "answer after"):
        rows.add_column(title, justify="right")
    rows.add_column("")
    for one in played:
        call = one.verdict.conversation if one.verdict else None
        rows.add_row(
            escape(one.scenario.name),
            str(len(one.scenario.spec.turns)),
            f"{one.record.duration_ms / 1000:.1f} s" if one.record else "",
            f"{one.result.seconds:.1f} s",
            milliseconds(call.latency_ms(50)) if call else "",
            "[green]passed[/]" if one.result.passed else "[bold red]failed[/]",
        )
    return rows


def verdict_line(played: Sequence[Played]) -> Text:
    """The last line."""
    failed = sum(not one.result.passed for one in played)
    spoken_s = sum(one.record.duration_ms for one in played if one.record) / 1000
    latencies = [ms for one in played if one.verdict for ms in one.verdict.conversation.latencies_ms]
    said = f"{len(played) - failed} of {len(played)} scenarios passed" if failed else f"all {len(played)} passed"
    return Text.assemble(
        (said, "bold red" if failed else "bold green"),
        (f"  {spoken_s:.0f} s of calls, answers began after {milliseconds(percentile(latencies, 50))} (median)", "dim"),
    )


def write_report(played: Sequence[Played], folder: Path, *, now: datetime) -> Path:
    """Recordings, events and the page of what could be played; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    reports = [report_of(one.scenario, one.record, channel="in process") for one in played if one.record]
    return finish(reports, folder, title="Scenarios", now=now).page
