"""report.html, one self-contained page, and report.json."""

from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup

from nlu.evaluation import plots
from nlu.evaluation.report import Report

TEMPLATE = Path(__file__).with_name("report.html.j2")
PAGE, DATA = "report.html", "report.json"
CONFUSIONS_SHOWN = 25


def write_report(report: Report, folder: Path) -> Path:
    """Writes both files into `folder`, which is made; gives the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DATA).write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    page = folder / PAGE
    page.write_text(render(report), encoding="utf-8")
    return page


def render(report: Report) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(percent=percent, three=three)
    environment.globals.update(
        {name: _drawn(name) for name in ("reliability", "matrix", "separation", "receiver", "noise")}
        | {"noise_series": plots.noise_series, "confusions_shown": CONFUSIONS_SHOWN}
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(report=report)


def percent(value: float | None) -> str:
    """One decimal; a dash for what could not be judged."""
    return "–" if value is None else f"{100 * value:.1f}%"


def three(value: float | None) -> str:
    """Three decimals."""
    return "–" if value is None else f"{value:.3f}"


def _drawn(name: str) -> "jinja2.runtime.Macro | object":
    draw = getattr(plots, name)
    return lambda found: Markup(draw(found))
