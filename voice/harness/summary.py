"""What is said when calls are over: lines for people, facts for machines, and progress on the way."""

from collections.abc import Sequence
from typing import Any, Self

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from voice.harness.demo import DemoResult
from voice.harness.played import Played
from voice.harness.report_view import CallReport


def call_facts(report: CallReport) -> dict[str, Any]:
    """One call, for `--json`."""
    call = report.conversation
    return {
        "channel": report.channel,
        "call_id": call.call_id,
        "goal_reached": report.reached,
        "goal": [{"wish": wish, "met": met} for wish, met in report.goal],
        "failures": [str(failure) for failure in report.failures],
        "ended": call.ended,
        "turns": [
            {
                "turn": e.turn,
                "heard": e.heard,
                "confidence": e.confidence,
                "intent": e.intent,
                "said": " ".join(e.said),
                "voice_to_voice_ms": e.voice_to_voice_ms,
                "stages": dict(e.stages),
            }
            for e in call.exchanges
        ],
        "actions": [outcome.written for outcome in call.actions],
        "p50_ms": call.latency_ms(50),
        "p95_ms": call.latency_ms(95),
        "heard_by_caller_ms": [round(reply.voice_to_voice_ms, 1) for reply in report.record.replies],
        "duration_s": round(report.record.duration_ms / 1000, 2),
    }


def calls_table(reports: Sequence[CallReport]) -> Group:
    """A line for each call, and below them what went wrong."""
    rows = Table.grid(padding=(0, 3, 0, 0))
    wrong: list[str] = []
    for number, report in enumerate(reports, 1):
        call = report.conversation
        mark = "[bold green]goal reached[/]" if report.reached else "[bold red]goal not reached[/]"
        rows.add_row(
            f"[dim]call {number}[/]",
            report.channel,
            "[green]call over[/]" if report.reached and not report.goal else mark,
            f"[dim]answers after[/] {milliseconds(call.latency_ms(50))}",
            f"[dim]95%[/] {milliseconds(call.latency_ms(95))}",
        )
        wrong += [f"[red]call {number}: {escape(str(failure))}[/]" for failure in report.failures]
    return Group(rows, *wrong)


def demo_facts(result: DemoResult) -> dict[str, Any]:
    """The whole demo, for `--json`."""
    return {
        "goal_reached": result.reached,
        "p50_ms": result.p50_ms,
        "p95_ms": result.p95_ms,
        "folder": str(result.folder),
        "report": str(result.page),
        "calls": [call_facts(report) for report in result.reports],
    }


def demo_panel(result: DemoResult) -> Panel:
    """The summary at the end of the demo."""
    rows = Table.grid(padding=(0, 3, 0, 0))
    rows.add_row("[dim]task[/]", "[bold green]reached: yes[/]" if result.reached else "[bold red]reached: no[/]")
    latency = f"[bold]p50 {milliseconds(result.p50_ms)}, p95 {milliseconds(result.p95_ms)}[/]"
    rows.add_row("[dim]voice to voice[/]", latency)
    rows.add_row("[dim]report[/]", escape(str(result.page)))
    body = Group(calls_table(result.reports), "", rows)
    return Panel(body, title="Summary", title_align="left", border_style="green" if result.reached else "red")


def milliseconds(value: float | None) -> str:
    """`412 ms`, or a dash."""
    return "–" if value is None else f"{value:.0f} ms"


class TrainingBar:
    """Shows a training's progress; nothing at all when there is nothing to train."""

    def __init__(self, console: Console) -> None:
        self._bar = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._bar.stop()

    def show(self, done: int, total: int, doing: str) -> None:
        """The training's `Progress`."""
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task(doing, total=total)
        self._bar.update(self._task, completed=done, total=total, description=doing)


class ScenarioBar:
    """Counts scenarios as they end, and tells at once what went wrong in one."""

    def __init__(self, console: Console, *, total: int) -> None:
        self._bar = RichProgress(
            TextColumn("playing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("playing", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def done(self, played: Played) -> None:
        """One more is over."""
        self._bar.advance(self._task)
        result = played.result
        if not result.passed:
            self._bar.console.print(f"[bold red]failed[/]  {escape(result.name)}", highlight=False)
        for reason in (*result.failures, *((result.error,) if result.error else ())):
            self._bar.console.print(f"        [red]{escape(reason)}[/]", highlight=False, soft_wrap=True)
