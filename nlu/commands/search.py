"""`kefu nlu search`: the best training settings for given data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlu.corpus.faults import Fault
from nlu.corpus.reading import read_splits
from nlu.terminal import clear_errors, print_json, progress_bar

if TYPE_CHECKING:
    from nlu.training.search import SearchReport, TrialRow

SHOWN = 10
"""Trials in the table on the terminal; all are in the CSV file."""


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="search", epilog="Example: kefu nlu search --data mydata --trials 20 --out best.yaml")
    def search_command(
        data: Annotated[
            list[Path], typer.Option("--data", help="Training data: files, or a folder, also with splits.")
        ],
        out: Annotated[Path, typer.Option("--out", help="The YAML file for the best settings.")],
        format: str = typer.Option("auto", "--format", help="rasa, csv, jsonl, conll or jointbert."),
        trials: int = typer.Option(20, "--trials", min=1, help="In all, those of an interrupted search included."),
        timeout: float | None = typer.Option(None, "--timeout", help="Seconds after which no new trial begins."),
        space: Annotated[
            Path | None, typer.Option("--space", help="A YAML file: setting: {low:, high:, log:} or {choices: [...]}.")
        ] = None,
        settings: Annotated[
            Path | None, typer.Option("--settings", help="A YAML file for everything outside the space.")
        ] = None,
        oos_label: str | None = typer.Option(None, "--oos-label", help="One more name for the out-of-scope intent."),
        skip_bad_lines: bool = typer.Option(False, "--skip-bad-lines", help="Name bad lines and go on without them."),
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Look for the best training settings by trials on a dev split; run it again to go on."""
        with clear_errors(json=json):
            # Training pulls in torch and Optuna: seconds that `kefu --help` must not cost.
            from nlu.commands.train import read_settings
            from nlu.training.search import DEFAULT_SPACE, read_space, search

            def report_fault(fault: Fault) -> None:
                typer.echo(f"warning: {fault}", err=True)

            wanted = read_space(space) if space else DEFAULT_SPACE
            base = read_settings(settings, {})
            splits = read_splits(data, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report_fault)
            with progress_bar("search", quiet=json) as bar:
                found = search(splits, out=out, trials=trials, timeout_s=timeout, space=wanted, base=base, progress=bar)
            if json:
                print_json(found)
            else:
                _print(found)


def _print(report: "SearchReport") -> None:
    typer.echo(f"{report.out}: the best of {len(report.trials)} trials, {report.train_examples} training and "
               f"{report.dev_examples} dev examples")  # fmt: skip
    begun = "" if report.default_score is None else f" (without a search: {report.default_score:.4f})"
    typer.echo(f"score {report.score:.4f}{begun}")
    for name, value in sorted(report.settings.items()):
        typer.echo(f"  {name}: {_shown(value)}")
    typer.echo("")
    ranked = sorted(report.trials, key=lambda trial: -(trial.score or 0.0))
    for trial in ranked[:SHOWN]:
        typer.echo(_line(trial))
    typer.echo(f"all trials: {Path(report.out).with_suffix('.trials.csv')}")


def _line(trial: "TrialRow") -> str:
    score = "      " if trial.score is None else f"{trial.score:.4f}"
    settings = ", ".join(f"{name} {_shown(value)}" for name, value in trial.settings.items())
    return f"  {trial.number:>3} {trial.state:<8} {score} {trial.took_s:>6.0f} s  {settings}"


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
