"""`kefu nlu benchmark`: trained and judged on public data, over several seeds."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlu.locations import data_root
from nlu.terminal import clear_errors, print_json, progress_bar

if TYPE_CHECKING:
    from nlu.evaluation.benchmark import BenchmarkReport, Measures, Result
    from nlu.evaluation.latency import LatencyReport


class Name(StrEnum):
    """The benchmarks; see nlu/evaluation/benchmark.py."""

    banking77 = "banking77"
    snips = "snips"
    small = "small"
    noise = "noise"
    latency = "latency"


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="benchmark", epilog="Example: kefu nlu benchmark banking77 --data data --seeds 3")
    def benchmark_command(
        name: Annotated[Name, typer.Argument(help="What to measure; latency takes the first banking77 model.")],
        data: Annotated[Path, typer.Option("--data", help="The folder with banking77/ and snips/, or one of these.")],
        seeds: int = typer.Option(3, "--seeds", min=1, help="Models to train, each with another seed."),
        out: Annotated[
            Path | None, typer.Option("--out", help="Where models stay for the next run; else the data folder.")
        ] = None,
        settings: Annotated[
            Path | None, typer.Option("--settings", help="A YAML file of training settings; else the defaults.")
        ] = None,
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Train and judge on the official splits of public data; a finished seed is not trained again."""
        with clear_errors(json=json):
            # Training pulls in torch: seconds that `kefu --help` must not cost.
            from nlu.commands.train import read_settings
            from nlu.evaluation.benchmark import benchmark_latency, run_benchmark

            chosen = read_settings(settings, {})
            place = out or data_root() / "benchmarks"
            with progress_bar(f"benchmark {name}", quiet=json) as bar:
                if name is Name.latency:
                    latency = benchmark_latency(data, out=place, settings=chosen, progress=bar)
                else:
                    latency = None
                    report = run_benchmark(
                        name.value, data, out=place, seeds=range(chosen.seed, chosen.seed + seeds), settings=chosen,
                        command=shlex.join(["kefu", *sys.argv[1:]]), progress=bar,
                    )  # fmt: skip
            if json:
                print_json(latency or report)
            elif latency:
                _print_latency(latency)
            else:
                _print(report)


def _print_latency(report: "LatencyReport") -> None:
    typer.echo(f"{report.model}: {report.texts} utterances of {report.pieces:.0f} pieces, served: {report.served}")
    typer.echo(f"{report.cores} cores, {report.load:.1f} processes wanted them in the minute before\n")
    for engine in report.engines:
        typer.echo(
            f"  {engine.engine:<6} p50 {engine.p50_ms:.2f} ms  p95 {engine.p95_ms:.2f} ms  p99 {engine.p99_ms:.2f} ms  "
            f"CPU {engine.cpu_ms:.2f} ms  {engine.per_second:.0f} utterances/s in batches"
        )


def _print(report: "BenchmarkReport") -> None:
    typer.echo(f"{report.benchmark}: {report.command}")
    shown = ", ".join(f"{name} {value}" for name, value in report.settings.items())
    typer.echo(f"settings: {shown}\n")
    for variant, mean in report.means.items():
        of = [result for result in report.results if result.variant == variant]
        typer.echo(f"{variant}: {of[0].train_examples} training examples, {of[0].test_examples} test examples")
        for result in of:
            known = _origin(result)
            typer.echo(f"  seed {result.seed:<4} {_line({**result.measures, 'training_cpu_s': result.training_cpu_s})}"
                       f"{known}")  # fmt: skip
        typer.echo(f"  mean      {_line(mean)}\n")
    typer.echo(f"models: {Path(report.results[0].model).parent}")


def _origin(result: "Result") -> str:
    if not result.was_there:
        return ""
    return "  (model was there)" if result.same_code else "  (model was there, made by an EARLIER VERSION OF THE CODE)"


def _line(measures: "Measures") -> str:
    return "  ".join(f"{name.replace('_', ' ')} {_figure(name, value)}" for name, value in measures.items())


def _figure(name: str, value: float) -> str:
    """Times in their unit, everything else as a percentage."""
    if name.endswith("_cpu_s"):
        return f"{value:.0f}"
    return f"{value:.1f}" if name.endswith(("_ms", "_per_s")) else f"{value:.2%}"
