"""`kefu nlu prepare`: raw dialogue logs into training candidates, or training data from one format into another."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from nlu.corpus.faults import Fault
from nlu.corpus.reading import read_splits
from nlu.corpus.splitting import parse_shares, split_corpus
from nlu.corpus.writing import write_splits
from nlu.errors import SettingsError
from nlu.preparation.logs import LogLayout
from nlu.preparation.settings import PreparationSettings
from nlu.terminal import clear_errors, print_json, progress_bar


class ConversionReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu prepare --convert FORMAT --json` prints. `lost` is what the format has no place for."""

    out: str
    format: str
    splits: dict[str, int]
    faults: tuple[str, ...]
    lost: tuple[str, ...]


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="prepare", epilog="Example: kefu nlu prepare logs/ --out candidates --split 80/10/10")
    def prepare_command(
        logs: Annotated[list[Path] | None, typer.Argument(help="Files or folders of raw logs.")] = None,
        out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("candidates"),
        data: Annotated[list[Path] | None, typer.Option("--data", help="The same as the arguments.")] = None,
        format: str = typer.Option("auto", "--format", help="csv, jsonl or transcript."),
        split: str | None = typer.Option(None, "--split", help="Shares of train/dev/test; 80/10/10 by default."),
        seed: int = typer.Option(7, "--seed", help="Of the division into splits."),
        min_cluster: int = typer.Option(0, "--min-cluster", min=0, help="Fewest utterances of a suggested intent."),
        language: str = typer.Option("en", "--language", help="What is spoken, as a BCP 47 tag."),
        model: Annotated[Path | None, typer.Option("--model", help="A model's folder, for weak labels.")] = None,
        encoder: str = typer.Option("minilm", "--encoder", help="What utterances are compared with."),
        write: str = typer.Option("rasa", "--write", help="The candidates' format: rasa, csv, jsonl."),
        customer: Annotated[list[str] | None, typer.Option("--customer", help="A customer's name in the logs.")] = None,
        agent: Annotated[list[str] | None, typer.Option("--agent", help="An agent's name in the logs.")] = None,
        keep_agents: bool = typer.Option(False, "--keep-agents", help="Prepare what agents say too."),
        text_column: str = typer.Option("", "--text-column", help="Name or number, when it is not found."),
        speaker_column: str = typer.Option("", "--speaker-column"),
        dialogue_column: str = typer.Option("", "--dialogue-column"),
        time_column: str = typer.Option("", "--time-column"),
        convert: str = typer.Option(
            "",
            "--convert",
            help="Read training data, no logs, and write it as rasa, csv, jsonl, conll or jointbert.",
        ),
        skip_bad_lines: bool = typer.Option(False, "--skip-bad-lines", help="With --convert: go on without them."),
        oos_label: str | None = typer.Option(None, "--oos-label", help="With --convert: a name for out of scope."),
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Clean, mask and cluster raw dialogue logs into candidates for training."""
        with clear_errors(json=json):
            paths = (*(logs or ()), *(data or ()))
            if not paths:
                raise SettingsError("nothing to prepare: give files or folders of dialogue logs")
            if convert:
                _convert(paths, out, format=format, to=convert, split=split, seed=seed, skip=skip_bad_lines,
                         oos_label=oos_label, json=json)  # fmt: skip
                return
            layout = LogLayout(text=text_column, speaker=speaker_column, dialogue=dialogue_column, time=time_column)
            settings = PreparationSettings(
                data=paths, out=out, format=format, layout=layout, language=language,
                shares=parse_shares(split or "80/10/10"), seed=seed, min_cluster=min_cluster, model=model,
                customers=tuple(customer or ()), agents=tuple(agent or ()), keep_agents=keep_agents,
                encoder=encoder, candidates=write,
            )  # fmt: skip
            _prepare(settings, json=json)


def _prepare(settings: PreparationSettings, *, json: bool) -> None:
    # The clustering pulls in scikit-learn: a second that `kefu --help` must not cost.
    from nlu.preparation.preparation import prepare
    from nlu.preparation.report import summary

    with progress_bar("preparing", quiet=json) as bar:
        report = prepare(settings, progress=bar)
    for fault in report.faults:
        typer.echo(fault, err=True)
    if json:
        print_json(report)
    else:
        typer.echo("\n".join(summary(report)))


def _convert(
    paths: tuple[Path, ...], out: Path, *, format: str, to: str, split: str | None, seed: int, skip: bool,
    oos_label: str | None, json: bool,
) -> None:  # fmt: skip
    faults: list[Fault] = []
    splits = read_splits(paths, format, oos_label=oos_label, skip_bad_lines=skip, report=faults.append)
    if split and splits.dev is None and splits.test is None:
        splits = split_corpus(splits.train, parse_shares(split), seed=seed)
    lost = write_splits(splits, out, to)
    parts = {"train": splits.train, "dev": splits.dev, "test": splits.test}
    report = ConversionReport(
        out=str(out), format=to, faults=tuple(map(str, faults)), lost=lost,
        splits={name: len(part.examples) for name, part in parts.items() if part is not None},
    )  # fmt: skip
    for fault in report.faults:
        typer.echo(fault, err=True)
    if json:
        print_json(report)
        return
    counts = ", ".join(f"{count} {name}" for name, count in report.splits.items())
    typer.echo(f"{out}: {counts}, as {to}")
    for what in lost:
        typer.echo(f"not carried over: {what}")
