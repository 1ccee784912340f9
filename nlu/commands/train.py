"""`kefu nlu train`: a model from any training data."""

import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct

from nlu.corpus.corpus import Splits
from nlu.corpus.faults import Fault
from nlu.corpus.reading import read_corpus, read_splits
from nlu.errors import SettingsError
from nlu.model.manifest import read_folder
from nlu.settings import load_settings
from nlu.terminal import clear_errors, print_json, progress_bar
from nlu.training.checkpoint import train_checkpoint
from nlu.training.settings import TrainingSettings


class TrainingReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu train --json` prints.

    `metrics` are those of the dev set (dev_...) or of the held-out examples (held_out_...), with the steps and
    epochs; `cpu_s` counts all cores. `examples` and `dev_examples` are what was read.
    """

    out: str
    examples: int
    dev_examples: int
    intents: int
    entities: int
    took_s: float
    cpu_s: float
    metrics: dict[str, float]


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="train", epilog="Example: kefu nlu train --data banking77/train.csv --out models/banking77")
    def train_command(
        data: Annotated[
            list[Path], typer.Option("--data", help="Training data: files, or a folder, also with splits.")
        ],
        out: Annotated[Path, typer.Option("--out", help="The model's folder.")],
        format: str = typer.Option("auto", "--format", help="rasa, csv, jsonl, conll or jointbert."),
        dev: Annotated[
            Path | None, typer.Option("--dev", help="Data for early stopping; else the folder's dev split.")
        ] = None,
        oos_label: str | None = typer.Option(None, "--oos-label", help="One more name for the out-of-scope intent."),
        skip_bad_lines: bool = typer.Option(False, "--skip-bad-lines", help="Name bad lines and go on without them."),
        settings: Annotated[
            Path | None, typer.Option("--settings", help="A YAML file, as `kefu nlu search` writes it.")
        ] = None,
        epochs: str | None = typer.Option(None, "--epochs", help='A number, or "auto" by the size of the data.'),
        seed: int | None = typer.Option(None, "--seed"),
        encoder: str | None = typer.Option(
            None, "--encoder", help='"minilm", "characters" (from nothing), a folder or a Hugging Face name.'
        ),
        adapter: str | None = typer.Option(None, "--adapter", help="none (full tuning), lora or adalora."),
        augment: bool | None = typer.Option(None, "--augment/--no-augment", help="Vary the examples in every epoch."),
        precision: str | None = typer.Option(None, "--precision", help="auto, float32 or bfloat16."),
        resume: bool = typer.Option(False, "--resume", help="Go on with training that was stopped."),
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Train a model of intents, entities and sentiment on any labelled data."""
        with clear_errors(json=json):
            given = {
                "epochs": _count(epochs), "seed": seed, "encoder": encoder, "adapter": adapter, "augment": augment,
                "precision": precision,
            }  # fmt: skip
            chosen = read_settings(settings, given)
            splits = _read(data, format, dev, oos_label=oos_label, skip_bad_lines=skip_bad_lines)
            report = train(splits, out, chosen, resume=resume, quiet=json)
            if json:
                print_json(report)
            else:
                _print(report)


def train(splits: Splits, out: Path, settings: TrainingSettings, *, resume: bool, quiet: bool) -> TrainingReport:
    """Train on the train split with the dev split, if there is one, and report. The test split is not looked at."""
    begun, spent = time.monotonic(), time.process_time()
    with progress_bar(f"training {out.name}", quiet=quiet) as bar:
        train_checkpoint(splits.train, out=out, settings=settings, dev=splits.dev, progress=bar, resume=resume)
    return TrainingReport(
        out=str(out),
        examples=len(splits.train.examples),
        dev_examples=len(splits.dev.examples) if splits.dev else 0,
        intents=len(splits.train.intents),
        entities=len(splits.train.entity_names),
        took_s=round(time.monotonic() - begun, 2),
        cpu_s=round(time.process_time() - spent, 2),
        metrics=dict(read_folder(out).metrics),
    )


def read_settings(path: Path | None, given: dict[str, Any]) -> TrainingSettings:
    """The file's settings, or the defaults, with what is `given` and not None on top. Raises SettingsError."""
    overrides = {name: value for name, value in given.items() if value is not None}
    if path is not None:
        return load_settings(path, TrainingSettings, overrides=overrides)
    try:
        return msgspec.convert(overrides, TrainingSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"--{str(error).rpartition('$.')[2].strip('`')}: {str(error).partition(' - at')[0]}"
        ) from error


def _count(text: str | None) -> int | str | None:
    """Options have no unions: a number as a number, anything else as it is."""
    return int(text) if text and text.lstrip("-").isdigit() else text


def _read(data: list[Path], format: str, dev: Path | None, *, oos_label: str | None, skip_bad_lines: bool) -> Splits:
    def report(fault: Fault) -> None:
        typer.echo(f"warning: {fault}", err=True)

    splits = read_splits(data, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report)
    if dev is None:
        return splits
    judged = read_corpus(dev, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report)
    return msgspec.structs.replace(splits, dev=judged)


def _print(report: TrainingReport) -> None:
    typer.echo(
        f"{report.out}: {report.examples} examples, {report.intents} intents, {report.entities} entities; "
        f"trained in {report.took_s:.0f} s ({report.cpu_s:.0f} CPU-seconds)"
    )
    for name, value in report.metrics.items():
        is_share = name.endswith(("accuracy", "f1"))
        typer.echo(f"  {name.replace('_', ' ')}: {value:.2%}" if is_share else f"  {name.replace('_', ' ')}: {value:g}")
