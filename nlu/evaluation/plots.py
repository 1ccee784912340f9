"""Plots as inline SVG, coloured by the page's style sheet: light and dark are one drawing. Pure.

Classes used: axis, grid, tick, name, line-0 ... line-2, dot-0 ... dot-2, bar, bar-other, ideal, right, wrong, count.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from nlu.evaluation.report import Calibration, ConfusionMatrix, NoiseCurve, OutOfScopeReport

NAMED = 80
"""Up to so many labels a matrix names them; beyond, pointing at a cell does."""

COUNTED = 24
"""Up to so many labels, the cells show their counts."""


class Frame(NamedTuple):
    """A plot's inner area in SVG units; values 0..1 fill it from the bottom left."""

    left: float
    top: float
    width: float
    height: float

    def x(self, value: float) -> float:
        """Left to right."""
        return round(self.left + value * self.width, 1)

    def y(self, value: float) -> float:
        """Bottom to top."""
        return round(self.top + (1 - value) * self.height, 1)


class Series(NamedTuple):
    """A named line through points, each 0..1 both ways, with what is told when one points at it."""

    name: str
    points: Sequence[tuple[float, float, str]]


def reliability(found: Calibration) -> str:
    """Accuracy by stated probability; the shadows are what would be honest, the depth of a bar's colour its count."""
    frame = Frame(58, 10, 280, 240)
    most = max(one.count for one in found.bins)
    parts = [*_grid(frame), f'<path class="ideal" d="M{frame.x(0)} {frame.y(0)}L{frame.x(1)} {frame.y(1)}"/>']
    for one in found.bins:
        if one.count:
            left, right = frame.x(one.lower) + 1, frame.x(one.upper) - 1
            told = f"{one.count} answers of {one.confidence:.0%} on average, {one.accuracy:.0%} right"
            parts.append(_rectangle("bar", left, frame.y(one.accuracy), right, frame.y(0), told,
                                    opacity=0.35 + 0.65 * (one.count / most) ** 0.4))  # fmt: skip
            parts.append(_dot("dot-1", frame.x(one.confidence), frame.y(one.accuracy), told))
    return _svg(352, 300, "Reliability", [*parts, *_titles(frame, "stated probability", "share right")])


def matrix(found: ConfusionMatrix) -> str:
    """Rows are the truth, columns the answers; colour is the share of the row."""
    size = len(found.labels)
    named = size <= NAMED
    longest = max(len(name) for name in found.labels)
    cell = min(40.0 if size <= 8 else 34.0, max(8.0, (1040 - longest * 8) / size)) if named else max(3.2, 1040 / size)
    text = min(12.5, max(7.0, cell * 0.72))
    margin = longest * text * 0.56 + 12 if named else 6.0
    across = margin * 0.8 if named else 6.0
    parts = [f'<rect class="sheet" x="{margin:.1f}" y="{across:.1f}" width="{cell * size:.1f}" '
             f'height="{cell * size:.1f}"/>']  # fmt: skip
    for row, (name, counts) in enumerate(zip(found.labels, found.counts, strict=True)):
        total, top = sum(counts), across + row * cell
        if named:
            middle = margin + (row + 0.5) * cell
            parts += [
                _text("name end", margin - 5, top + cell / 2 + text * 0.35, name, size=text),
                f'<text class="name" style="font-size:{text:.1f}px" transform="translate({middle + text * 0.3:.1f} '
                f'{across - 5:.1f}) rotate(-50)">{escape(name)}</text>',
            ]
        for column, count in enumerate(counts):
            if count:
                parts += _cell(found.labels, row, column, count, count / total, (margin + column * cell, top), cell)
    extra = max(margin * 0.68 - cell / 2, 6.0) if named else 6.0
    return _svg(margin + cell * size + extra, across + cell * size + 6, "Confusion matrix", parts, wide=size > 20)


def separation(found: OutOfScopeReport) -> str:
    """How the out-of-scope scores of both sorts are spread, each as a share of its sort."""
    frame = Frame(58, 10, 280, 240)
    inside, outside = max(found.in_scope_examples, 1), max(found.out_of_scope_examples, 1)
    highest = max(
        [one.in_scope / inside for one in found.scores] + [one.out_of_scope / outside for one in found.scores]
    )
    parts = _grid(frame, top=highest)
    for one in found.scores:
        left, right = frame.x(one.lower), frame.x(one.upper)
        middle = (left + right) / 2
        for kind, count, total, begin, end, who in (
            ("bar", one.in_scope, inside, left + 0.5, middle, "in scope"),
            ("bar-other", one.out_of_scope, outside, middle, right - 0.5, "out of scope"),
        ):
            if count:
                told = f"{count} {who} from {one.lower:.2f} to {one.upper:.2f}"
                parts.append(_rectangle(kind, begin, frame.y(count / total / highest), end, frame.y(0), told))
    at = frame.x(found.threshold)
    parts.append(f'<path class="ideal" d="M{at} {frame.y(0)}V{frame.y(1)}"/>')
    return _svg(352, 300, "Out-of-scope scores", [*parts, *_titles(frame, "out-of-scope score", "share of its sort")])


def receiver(found: OutOfScopeReport) -> str:
    """The receiver operating characteristic."""
    frame = Frame(58, 10, 280, 240)
    points = [
        (one.in_scope_rejected, one.out_of_scope_rejected,
         f"{one.out_of_scope_rejected:.1%} caught, {one.in_scope_rejected:.1%} of in-scope lost")
        for one in found.curve
    ]  # fmt: skip
    parts = [*_grid(frame), f'<path class="ideal" d="M{frame.x(0)} {frame.y(0)}L{frame.x(1)} {frame.y(1)}"/>']
    parts += _line(frame, 0, [(x, y) for x, y, _ in points])
    if found.in_scope_rejected is not None and found.recall is not None:
        told = f"as served: {found.recall:.1%} caught, {found.in_scope_rejected:.1%} of in-scope lost"
        parts.append(_dot("dot-1", frame.x(found.in_scope_rejected), frame.y(found.recall), told, radius=5))
    return _svg(352, 300, "Receiver operating characteristic",
                [*parts, *_titles(frame, "in-scope examples rejected", "out-of-scope caught")])  # fmt: skip


def noise_series(curve: NoiseCurve) -> list[Series]:
    """The lines of a noise curve; x is the word error over the greatest one asked for."""
    farthest = max([point.wer for point in curve.points if point.wer] or [1.0])
    kinds = (("intent accuracy", "intent_accuracy"), ("entity F1", "entity_f1"),
             ("out-of-scope AUROC", "out_of_scope_auroc"))  # fmt: skip
    found = []
    for name, field in kinds:
        points = [
            (point.wer / farthest, value, f"{name} {value:.1%} at {point.measured_wer:.1%} word error")
            for point in curve.points
            if point.wer is not None and (value := getattr(point, field)) is not None
        ]
        if points:
            found.append(Series(name, points))
    return found


def noise(curve: NoiseCurve) -> str:
    """What is left at rising word error."""
    frame = Frame(44, 10, 560, 240)
    farthest = max([point.wer for point in curve.points if point.wer] or [1.0])
    series = noise_series(curve)
    lowest = min([value for one in series for _, value, _ in one.points] or [0.0])
    bottom = 0.0 if lowest < 0.35 else 0.5 if lowest >= 0.52 else 0.3
    parts = _grid(frame, bottom=bottom, vertical=False)
    for point in curve.points:
        if point.wer is not None:
            parts.append(_text("tick middle", frame.x(point.wer / farthest), frame.y(0) + 15, f"{point.wer:.0%}"))
    for number, one in enumerate(series):
        scaled = [(x, (y - bottom) / (1 - bottom)) for x, y, _ in one.points]
        parts += _line(frame, number, scaled)
        parts += [_dot(f"dot-{number}", frame.x(x), frame.y(y), told)
                  for (x, y), (_, _, told) in zip(scaled, one.points, strict=True)]  # fmt: skip
    return _svg(630, 300, "Noise curve", [*parts, *_titles(frame, "simulated word error", "")])


def _cell(
    labels: Sequence[str], row: int, column: int, count: int, share: float, corner: tuple[float, float], cell: float
) -> list[str]:
    left, top = corner
    gap = 1.0 if cell > 12 else 0.0
    told = f"{labels[row]} taken for {labels[column]}: {count} ({share:.0%})"
    told = f"{labels[row]}: {count} right ({share:.0%})" if row == column else told
    kind = "right" if row == column else "wrong"
    parts = [_rectangle(kind, left + gap / 2, top + gap / 2, left + cell - gap / 2, top + cell - gap / 2, told,
                        opacity=0.18 + 0.82 * share if row == column else 0.3 + 0.7 * share)]  # fmt: skip
    if len(labels) <= COUNTED:
        size = min(13.0, cell * 0.42)
        strong = " strong" if share > 0.45 else ""
        parts.append(
            _text(f"count middle{strong}", left + cell / 2, top + cell / 2 + size * 0.35, str(count), size=size)
        )
    return parts


def _grid(frame: Frame, *, bottom: float = 0.0, top: float = 1.0, vertical: bool = True) -> list[str]:
    parts = []
    for step in range(6):
        value = step / 5
        y = frame.y(value)
        parts.append(f'<path class="grid" d="M{frame.x(0)} {y}H{frame.x(1)}"/>')
        parts.append(_text("tick end", frame.left - 6, y + 4, f"{bottom + value * (top - bottom):.0%}"))
        if vertical:
            parts.append(_text("tick middle", frame.x(value), frame.y(0) + 15, f"{value:.1f}"))
    return parts


def _titles(frame: Frame, below: str, beside: str) -> list[str]:
    middle = frame.y(0.5)
    return [
        f'<path class="axis" d="M{frame.x(0)} {frame.y(0)}H{frame.x(1)}"/>',
        _text("tick middle", frame.x(0.5), frame.y(0) + 34, below),
        f'<text class="tick middle" transform="translate(9 {middle}) rotate(-90)">{escape(beside)}</text>',
    ]


def _line(frame: Frame, number: int, points: Sequence[tuple[float, float]]) -> list[str]:
    path = "L".join(f"{frame.x(x)} {frame.y(y)}" for x, y in points)
    return [f'<path class="line-{number}" d="M{path}"/>'] if points else []


def _rectangle(
    kind: str, left: float, top: float, right: float, bottom: float, told: str, *, opacity: float = 1.0
) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 0):.1f}" '
        f'height="{max(bottom - top, 0):.1f}" opacity="{opacity:.2f}"><title>{escape(told)}</title></rect>'
    )


def _dot(kind: str, x: float, y: float, told: str, *, radius: float = 3.5) -> str:
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}"><title>{escape(told)}</title></circle>'


def _text(kind: str, x: float, y: float, text: str, *, size: float | None = None) -> str:
    sized = f' style="font-size:{size:.1f}px"' if size else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{sized}>{escape(text)}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str], *, wide: bool = False) -> str:
    return (
        f'<svg class="plot{" wide" if wide else ""}" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
