"""`kefu train PACK`."""

import time

import typer
from msgspec import Struct

from nlu.locations import find_pack
from nlu.model.manifest import read_folder
from nlu.terminal import clear_errors, print_json, progress_bar
from nlu.training.checkpoint import pack_checkpoint


class TrainReport(Struct, frozen=True, kw_only=True):
    """What `kefu train --json` prints; `trained` False: a model of the same data was there."""

    pack: str
    checkpoint: str
    trained: bool
    took_s: float
    metrics: dict[str, float]


def train(pack: str = "banking", force: bool = False, json: bool = False) -> None:
    """Fine-tune a pack's language understanding, unless a model of the same data is there.

    `pack` is a name or a folder; `force` trains anew; `json` prints a TrainReport.
    """
    with clear_errors(json=json):
        report = _train(pack, force=force, quiet=json)
        if json:
            print_json(report)
        else:
            _print(report)


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="train", epilog="Example: kefu train banking")
    def train_command(
        pack: str = typer.Argument("banking", help="A pack's name or folder."),
        force: bool = typer.Option(False, "--force", help="Train even if a model of the same data is there."),
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Fine-tune a pack's language understanding, unless a model of the same data is there."""
        train(pack, force=force, json=json)


def _train(pack: str, *, force: bool, quiet: bool) -> TrainReport:
    folder = find_pack(pack)
    begun = time.monotonic()
    called = False
    with progress_bar(f"training {folder.name}", quiet=quiet) as bar:

        def progress(done: int, total: int, doing: str) -> None:
            nonlocal called
            called = True
            bar(done, total, doing)

        checkpoint = pack_checkpoint(folder, progress=progress, force=force)
    return TrainReport(
        pack=folder.name,
        checkpoint=str(checkpoint),
        trained=called,
        took_s=round(time.monotonic() - begun, 2),
        metrics=dict(read_folder(checkpoint).metrics),
    )


def _print(report: TrainReport) -> None:
    done = f"trained in {report.took_s:.0f} s" if report.trained else "was there already"
    typer.echo(f"{report.pack}: {done}, {report.checkpoint}")
    judged = int(report.metrics.get("held_out_examples", 0))
    if judged:
        typer.echo(f"intent accuracy on {judged} held-out examples: {report.metrics['held_out_intent_accuracy']:.1%}")
