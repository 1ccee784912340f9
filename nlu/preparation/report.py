"""The report of a preparation, as JSON and as a page to read."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from msgspec import Struct

from nlu.preparation.candidates import Removed
from nlu.preparation.labelling import SuggestedIntent

_EXAMPLES = 5


class RemovedFor(Struct, frozen=True, kw_only=True):
    """How much was left out for a reason, with some examples as `file:line: text`."""

    reason: str
    count: int
    examples: tuple[str, ...]


class PreparationReport(Struct, frozen=True, kw_only=True):
    """What `kefu nlu prepare --json` prints.

    `turns` were read, cut into `utterances` (with those removed afterwards), of which `candidates` are left;
    `labelled` of them are in the training files, divided as `splits` says. `faults` are `file:line: reason`.
    """

    out: str
    files: tuple[str, ...]
    turns: int
    dialogues: int
    roles: dict[str, int]
    repaired: dict[str, int]
    masked: dict[str, int]
    removed: tuple[RemovedFor, ...]
    candidates: int
    suggested_intents: tuple[SuggestedIntent, ...]
    unclustered: int
    labelled: int
    splits: dict[str, int]
    review: dict[str, int]
    model: str
    faults: tuple[str, ...]
    seed: int
    took_s: float


def removed_for(removed: Iterable[Removed]) -> tuple[RemovedFor, ...]:
    """By reason, the most frequent first; what differs in detail (`duplicate of ...`) is one reason."""
    by_reason: dict[str, list[Removed]] = {}
    for item in removed:
        by_reason.setdefault(item.reason.partition(" of ")[0].partition(":")[0], []).append(item)
    return tuple(
        RemovedFor(reason=reason, count=len(items), examples=tuple(_example(item) for item in items[:_EXAMPLES]))
        for reason, items in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def write_report(report: PreparationReport, folder: Path) -> None:
    """`report.json` and `report.html`."""
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    pages = Environment(loader=PackageLoader("nlu.preparation", "pages"), autoescape=select_autoescape())
    page = pages.get_template("report.html").render(report=report)
    (folder / "report.html").write_text(page, encoding="utf-8")


def summary(report: PreparationReport) -> Sequence[str]:
    """A few lines for a terminal."""
    removed = sum(item.count for item in report.removed)
    lines = [
        f"{report.turns} turns of {report.dialogues} dialogues in {len(report.files)} files: "
        f"{report.candidates} distinct utterances, {removed} removed",
        *(f"  {item.count:>7}  {item.reason}" for item in report.removed),
        f"{sum(report.masked.values())} pieces of personal data masked; "
        + (", ".join(f"{count} {kind}" for kind, count in report.masked.items()) or "none"),
        f"{len(report.suggested_intents)} suggested intents, {report.unclustered} utterances in none",
    ]
    for intent in report.suggested_intents[:10]:
        example = intent.examples[0][:60] if intent.examples else ""
        lines.append(f"  {intent.size:>7}  {intent.model_intent or intent.name}: {example!r}")
    divided = ", ".join(f"{count} {name}" for name, count in report.splits.items()) or "none"
    lines.append(f"training files: {divided}; to review: {sum(report.review.values())}")
    lines.append(f"written to {report.out}; begin with {report.out}/report.html")
    return lines


def _example(item: Removed) -> str:
    return f"{item.path}:{item.line}: {item.text[:120]}"
