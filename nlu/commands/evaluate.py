"""`kefu nlu evaluate`: judge a model on labelled data, as it is served."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nlu.corpus.corpus import Corpus
from nlu.corpus.faults import Fault
from nlu.corpus.jointbert import is_jointbert
from nlu.corpus.reading import read_corpus
from nlu.corpus.split_names import find_splits
from nlu.errors import CorpusError, SettingsError
from nlu.locations import find_model
from nlu.terminal import clear_errors, print_json, progress_bar

if TYPE_CHECKING:
    from nlu.evaluation.report import Averages, LabelScore, Report
    from nlu.model.facts import Precision

PREFERRED = ("test", "dev", "train")
"""Of a data set with splits, the first of these that is there is judged."""

PRECISIONS: "dict[str, Precision | Literal['auto']]" = {"auto": "auto", "fp32": "fp32", "int8": "int8"}


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        name="evaluate", epilog="Example: kefu nlu evaluate --model models/banking77 --data banking77/test.csv"
    )
    def evaluate_command(
        model: Annotated[str, typer.Option("--model", help="A model's folder, or a pack's name.")],
        data: Annotated[
            list[Path], typer.Option("--data", help="Labelled data: files, or a folder, also with splits.")
        ],
        format: str = typer.Option("auto", "--format", help="rasa, csv, jsonl, conll or jointbert."),
        split: str = typer.Option("", "--split", help="train, dev or test; else test, if the data has it."),
        out: Annotated[
            Path | None, typer.Option("--out", help="Where report.html and report.json go; else into the model.")
        ] = None,
        noise: bool = typer.Option(True, "--noise/--no-noise", help="Judge under simulated recognition errors too."),
        noise_sample: int = typer.Option(1_000, "--noise-sample", min=1, help="Examples at each point of the curve."),
        sentiment: Annotated[
            Path | None, typer.Option("--sentiment", help="Labelled sentiment data: negative, neutral, positive.")
        ] = None,
        threshold: float = typer.Option(0.5, "--threshold", min=0.0, max=1.0, help="Rejected from this score."),
        language: str = typer.Option("en", "--language", help="What the data is in, as a BCP 47 tag."),
        precision: str = typer.Option("auto", "--precision", help="Which graph answers: auto, fp32 or int8."),
        seed: int = typer.Option(0, "--seed", help="Of the noise and its sample."),
        oos_label: str | None = typer.Option(None, "--oos-label", help="One more name for the out-of-scope intent."),
        skip_bad_lines: bool = typer.Option(False, "--skip-bad-lines", help="Name bad lines and go on without them."),
        json: bool = typer.Option(False, "--json", help="Print report.json's object instead of text."),
    ) -> None:
        """Judge a model on labelled data: intents, entities, out of scope, calibration, misheard words."""
        with clear_errors(json=json):
            # scikit-learn and onnxruntime take a second that `kefu --help` must not cost.
            from nlu.evaluation.evaluation import EvaluationSettings, evaluate_checkpoint
            from nlu.training.sentiment import read_sentiment

            folder = find_model(model)
            corpus, source = _read(data, format, split, oos_label=oos_label, skip_bad_lines=skip_bad_lines)
            moods = read_sentiment(sentiment) if sentiment else None
            settings = EvaluationSettings(
                noise_sample=noise_sample if noise else 0, seed=seed, threshold=threshold, language=language,
                precision=_precision(precision),
            )  # fmt: skip
            with progress_bar("evaluating", quiet=json) as bar:
                report = evaluate_checkpoint(
                    folder, corpus, source=source, sentiment=moods, settings=settings, progress=bar
                )
            page = _write(report, out or folder / "evaluation" / _name(data))
            if json:
                print_json(report)
            else:
                _print(report)
                typer.echo(f"\n{page} and {page.with_suffix('.json')}")


def _read(
    data: Sequence[Path], format: str, split: str, *, oos_label: str | None, skip_bad_lines: bool
) -> tuple[Corpus, str]:
    """The corpus to judge, and how it is named in the report. Raises CorpusError."""

    def report(fault: Fault) -> None:
        typer.echo(f"warning: {fault}", err=True)

    paths, source = list(data), ", ".join(map(str, data))
    found = _splits(paths[0]) if len(paths) == 1 else {}
    if found:
        chosen = split or next(name for name in PREFERRED if name in found)
        if chosen not in found:
            raise CorpusError(f"{paths[0]}: no {chosen} split; there are {', '.join(sorted(found))}")
        paths, source = list(found[chosen]), f"{source} ({chosen} split)"
    elif split:
        raise CorpusError(f"{source}: has no splits, --split {split} can't be taken")
    corpus = read_corpus(paths, format, oos_label=oos_label, skip_bad_lines=skip_bad_lines, report=report)
    return corpus, source


def _splits(path: Path) -> dict[str, Sequence[Path]]:
    """Split name -> its places; empty where the data is not divided."""
    if not path.is_dir() or is_jointbert(path):
        return {}
    found = find_splits(path).places
    return dict(found) if "train" in found or "test" in found else {}


def _precision(given: str) -> "Precision | Literal['auto']":
    try:
        return PRECISIONS[given]
    except KeyError:
        raise SettingsError(f"--precision: {given!r} is not one of {', '.join(PRECISIONS)}") from None


def _name(data: Sequence[Path]) -> str:
    return data[0].resolve().stem or "data"


def _write(report: "Report", folder: Path) -> Path:
    from nlu.evaluation.page import write_report

    try:
        return write_report(report, folder)
    except OSError as error:
        raise SettingsError(f"{folder}: {error.strerror}; name another place with --out") from error


def _print(report: "Report") -> None:
    data, model = report.data, report.model
    typer.echo(f"{data.source}: {data.examples} examples, {data.intents} intents, {data.entity_types} entity types")
    typer.echo(f"{model.folder}: {model.graph}, {report.utterances_per_s:.0f} utterances/s")
    for note in report.notes:
        typer.echo(f"note: {note}")
    if report.intents:
        _print_intents(report)
    if report.entities:
        _print_entities(report)
    if report.out_of_scope:
        _print_out_of_scope(report)
    if report.noise:
        _print_noise(report)
    if report.sentiment:
        typer.echo(f"\nsentiment: {report.sentiment.examples} utterances, accuracy {report.sentiment.accuracy:.1%}")
        _print_labels(report.sentiment.scores.labels)


def _print_intents(report: "Report") -> None:
    found = report.intents
    assert found is not None
    typer.echo(f"\nintents: accuracy {found.accuracy:.2%} of {found.examples} in scope, "
               f"calibration error {found.calibration.ece:.3f}")  # fmt: skip
    _print_labels(found.scores.labels)
    _print_averages((("micro", found.scores.micro), ("macro", found.scores.macro), ("weighted", found.scores.weighted)))
    if found.confusions:
        typer.echo("most confused:")
    for one in found.confusions[:10]:
        shown = f": {one.examples[0].text!r}" if one.examples else ""
        typer.echo(f"  {one.count:>3} x {one.truth} taken for {one.taken_for or '(none)'}{shown}")


def _print_entities(report: "Report") -> None:
    found = report.entities
    assert found is not None
    inside = "-" if found.word_accuracy_inside is None else f"{found.word_accuracy_inside:.1%}"
    typer.echo(f"\nentities: strict F1 {found.with_roles.micro.f1:.2%} of {found.entities}")
    typer.echo(f"  right words {found.word_accuracy:.1%}, without O {inside}; "
               f"utterances with all entities right {found.sentence_accuracy:.1%}")  # fmt: skip
    _print_labels(found.with_roles.labels)
    _print_averages(
        (
            ("micro", found.with_roles.micro), ("macro", found.with_roles.macro),
            ("weighted", found.with_roles.weighted), ("micro, names only", found.names.micro),
            ("micro, by words", found.words.micro),
        )
    )  # fmt: skip
    if report.frame_accuracy is not None:
        typer.echo(f"  intent and all entities right: {report.frame_accuracy:.1%}")


def _print_out_of_scope(report: "Report") -> None:
    found = report.out_of_scope
    assert found is not None
    typer.echo(f"\nout of scope: {found.out_of_scope_examples} examples beside {found.in_scope_examples} in scope, "
               f"rejected from {found.threshold:g}")  # fmt: skip
    for name, value in (
        ("AUROC", found.auroc), ("AUPR", found.aupr), ("FPR95", found.fpr95), ("recall", found.recall),
        ("precision", found.precision), ("in-scope rejected", found.in_scope_rejected),
        ("in-scope accuracy with rejection", found.in_scope_accuracy),
    ):  # fmt: skip
        if value is not None:
            typer.echo(f"  {name}: {value:.2%}")


def _print_noise(report: "Report") -> None:
    curve = report.noise
    assert curve is not None
    typer.echo(f"\nmisheard ({curve.examples} of {curve.of_examples} examples): intent accuracy, entity F1, OOS AUROC")
    for point in curve.points:
        name = "as written" if point.wer is None else f"{point.wer:.0%} word error"
        values = (point.intent_accuracy, point.entity_f1, point.out_of_scope_auroc)
        typer.echo(f"  {name:<15}" + "".join("       -" if one is None else f"  {one:6.1%}" for one in values))


def _print_labels(labels: "Sequence[LabelScore]") -> None:
    """The weakest first."""
    width = max(len(one.label) for one in labels)
    typer.echo(f"  {'':<{width}}  precision  recall     F1  support")
    for one in sorted(labels, key=lambda one: (one.f1, one.label)):
        row = f"{one.precision:9.1%}  {one.recall:6.1%} {one.f1:6.1%}  {one.support:7}"
        typer.echo(f"  {one.label or '(none)':<{width}}  {row}")


def _print_averages(rows: "Sequence[tuple[str, Averages]]") -> None:
    for name, one in rows:
        typer.echo(f"  {name}: precision {one.precision:.2%}, recall {one.recall:.2%}, F1 {one.f1:.2%}")
