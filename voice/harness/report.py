"""A run's folder: `report.html` (one self-contained page), `events.jsonl`, and a stereo WAV of each call."""

import base64
import io
import json
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import jinja2
import numpy as np
import soundfile

from voice.harness import report_view
from voice.harness.report_view import CallReport
from voice.harness.tape import stereo_wav

TEMPLATE = Path(__file__).with_name("report.html.j2")


def run_folder(root: Path, now: datetime) -> Path:
    """A fresh folder below `root` named by the time, made here."""
    name = now.strftime("%Y-%m-%d_%H-%M-%S")
    for suffix in ("", *(f"_{n}" for n in range(2, 1000))):
        folder = root / f"{name}{suffix}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{root / name}: taken a thousand times")


def write_run(folder: Path, reports: Sequence[CallReport], *, title: str, now: datetime) -> Path:
    """Writes everything into `folder`; returns the page's path. WAVs are `call-1.wav` ... in the order given."""
    lines: list[str] = []
    for number, report in enumerate(reports, 1):
        record = report.record
        wav = stereo_wav(record.caller_pcm, record.agent_pcm, rate_hz=record.rate_hz)
        (folder / f"call-{number}.wav").write_bytes(wav)
        lines += (
            json.dumps({"call": number, "at_ms": round(r.at_ms, 1), **r.message}, ensure_ascii=False)
            for r in record.received
        )
    (folder / "events.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    page = folder / "report.html"
    page.write_text(render(reports, title=title, now=now), encoding="utf-8")
    return page


def render(reports: Sequence[CallReport], *, title: str, now: datetime) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(view=report_view, playable=playable)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(reports=reports, title=title, now=now, version=version("kefu"))


def playable(report: CallReport) -> str:
    """Both sides as a `data:` address of MP3, which every browser plays; "" for a call without sound."""
    record = report.record
    if not record.caller_pcm:
        return ""
    sides = [np.frombuffer(pcm, dtype="<i2") for pcm in (record.caller_pcm, record.agent_pcm)]
    out = io.BytesIO()
    soundfile.write(out, np.stack(sides, axis=1), record.rate_hz, format="MP3", subtype="MPEG_LAYER_III")
    return "data:audio/mpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")
