"""`kefu nlu export`: a model's graphs written anew, and how well they agree with it."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from nlu.corpus.reading import read_corpus
from nlu.errors import SettingsError
from nlu.locations import find_model
from nlu.model.facts import GRAPH_FILES, GraphFacts, Precision
from nlu.terminal import clear_errors, print_json


class ExportReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu export --json` prints: all graphs of the folder, also those not written now. `served` is the one
    that precision "auto" takes."""

    model: str
    served: Precision
    graphs: tuple[GraphFacts, ...]


def mount(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(name="export", epilog="Example: kefu nlu export --model models/banking77 --precision int8")
    def export_command(
        model: Annotated[str, typer.Option("--model", help="A model's folder, or a pack's name.")],
        precision: str = typer.Option("all", "--precision", help="fp32, int8 or all."),
        data: Annotated[
            list[Path] | None, typer.Option("--data", help="Texts to check with; else those kept in the folder.")
        ] = None,
        json: bool = typer.Option(False, "--json", help="Print one JSON object."),
    ) -> None:
        """Write a model's ONNX graphs again, and compare their answers with the model's."""
        with clear_errors(json=json):
            report = export(find_model(model), precision=precision, data=data or [])
            if json:
                print_json(report)
            else:
                _print(report)


def export(folder: Path, *, precision: str = "all", data: list[Path] | None = None) -> ExportReport:
    """Raises SettingsError, CorpusError and CheckpointError."""
    wanted = [one for one in GRAPH_FILES if precision in (one, "all")]
    if not wanted:
        raise SettingsError(f"--precision: expected fp32, int8 or all, got {precision!r}")
    texts = [example.text for example in read_corpus(data).examples] if data else []
    # torch: seconds that `kefu --help` must not cost.
    from nlu.model.export import export_again

    manifest = export_again(folder, precisions=wanted, texts=texts)
    return ExportReport(model=str(folder), served=manifest.served("auto"), graphs=manifest.graphs)


def _print(report: ExportReport) -> None:
    typer.echo(f"{report.model}: serves {report.served}")
    for graph in report.graphs:
        typer.echo(
            f"  {graph.file} ({graph.made}, {graph.megabytes:.0f} MB), on {graph.texts} texts: "
            f"intents {graph.intent_agreement:.2%}, tags {graph.tag_agreement:.2%}, "
            f"entities {graph.entity_agreement:.2%} as the model, largest logit difference "
            f"{graph.largest_difference:.2g}"
        )
