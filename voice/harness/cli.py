"""The commands `kefu call`, `kefu test` (`run_scenarios`) and `kefu demo`."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from nlu.errors import SettingsError
from nlu.locations import find_pack
from voice.harness import summary
from voice.harness.caller import as_json_lines
from voice.harness.demo import Listener, finish, place_call, run_demo
from voice.harness.live import LivePrinter
from voice.harness.report import run_folder
from voice.harness.report_view import CallReport
from voice.harness.scenario import Scenario, ScenarioFile, ScenarioTurn, load_scenario, scenario_files

RUNS = Path("runs")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def call(
    url: Annotated[str, typer.Argument(help="http://host:port of a gateway, or sip:pack@host:port.")],
    scenario: Annotated[Path | None, typer.Option(help="Scenario file: what the caller says.")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="A recording to speak; repeat for more turns.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="A turn to type; repeat for more.")] = None,
    pack: Annotated[str, typer.Option(help="Pack that answers; default: the scenario's, else the gateway's.")] = "",
    caller: Annotated[str, typer.Option(help="The caller's number; default: the scenario's.")] = "",
    rate: Annotated[int, typer.Option(help="Sampling rate, 8000 or 16000; with --scenario: the file's.")] = 16000,
    out: Annotated[Path | None, typer.Option(help="Write recording, events and report into this folder.")] = None,
    as_json: Json = False,
) -> None:
    """Place one call in real time to a running gateway and print it as it happens.

    Example: kefu call http://127.0.0.1:8080 --scenario configs/packs/banking/scenarios/demo.yaml
    """
    chosen = _script(scenario, wav or [], text or [], rate_hz=rate)
    if pack:
        folder = Path(pack) if scenario is None else find_pack(pack)
        chosen = msgspec.structs.replace(chosen, pack_folder=folder)
    if caller:
        chosen = msgspec.structs.replace(chosen, spec=msgspec.structs.replace(chosen.spec, caller=caller))
    console = Console()
    listener = None if as_json else LivePrinter(console)
    report = asyncio.run(place_call(chosen, url, listener=listener))
    now = datetime.now().astimezone()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        finish([report], out, title=chosen.name, now=now)
    if as_json:
        typer.echo(json.dumps(summary.call_facts(report) | {"messages": _messages(report)}, ensure_ascii=False))
    else:
        console.print(summary.calls_table([report]))
    raise typer.Exit(0 if report.reached and not report.failures else 1)


def demo(
    scenario: Annotated[Path | None, typer.Option(help="Scenario to play; default: the banking pack's demo.")] = None,
    calls: Annotated[int, typer.Option(min=1, max=64, help="How many WebSocket calls at the same time.")] = 1,
    sip: Annotated[bool, typer.Option("--sip/--no-sip", help="Place a second call over SIP.")] = True,
    runs: Annotated[Path, typer.Option(help="Folder in which the run's folder is made.")] = RUNS,
    as_json: Json = False,
) -> None:
    """Train what is not trained, start a gateway, call it for real, and report how it went.

    Example: kefu demo --calls 5 --no-sip
    """
    console = Console(stderr=as_json)
    chosen = load_scenario(scenario or _near(find_pack("banking") / "scenarios" / "demo.yaml"))
    ensure_trained(chosen, console)
    now = datetime.now().astimezone()
    folder = run_folder(runs, now)
    console.print(f"[bold]{chosen.name}[/]  [dim]starting a gateway, its log is {folder / 'gateway.log'}[/]")

    def listener_for(number: int, channel: str) -> Listener | None:
        if as_json or (calls > 1 and channel == "WebSocket" and number > 1):
            return None
        console.rule(f"[dim]call {number} over {channel}[/]", style="dim", align="left")
        return LivePrinter(console)

    result = asyncio.run(run_demo(chosen, folder, calls=calls, sip=sip, listener_for=listener_for, now=now))
    if as_json:
        typer.echo(json.dumps(summary.demo_facts(result), ensure_ascii=False))
    else:
        console.print(summary.demo_panel(result))
    raise typer.Exit(0 if result.reached else 1)


def run_scenarios(
    scenarios: Annotated[list[Path] | None, typer.Argument(help="Scenario files, or folders of them.")] = None,
    pack: Annotated[str, typer.Option(help="Without files: play all scenarios of this pack.")] = "banking",
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many scenarios at the same time.")] = 2,
    real_time: Annotated[bool, typer.Option("--real-time", help="Wait as a caller would, on the plain loop.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write recordings, events and a report into this folder.")] = None,
    as_json: Json = False,
) -> None:
    """Play scenarios through the whole service in this process and check what came of every turn.

    Example: kefu test configs/packs/banking/scenarios/demo.yaml --junit results.xml
    """
    from voice.harness import scenario_run  # the whole service, seconds to import: not for `kefu call --help`

    loaded = [load_scenario(path) for path in scenario_files(scenarios or [_near(find_pack(pack) / "scenarios")])]
    console = Console(stderr=as_json)
    for folder in {scenario.pack_folder: scenario for scenario in loaded}.values():
        ensure_trained(folder, console)
    with summary.ScenarioBar(console, total=len(loaded)) as bar:
        played = scenario_run.run(loaded, jobs=jobs, real_time=real_time, on_done=bar.done)
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_text(scenario_run.junit(played, suite="kefu"), encoding="utf-8")
    if out is not None:
        scenario_run.write_report(played, out, now=datetime.now().astimezone())
    if as_json:
        typer.echo(json.dumps(scenario_run.facts(played), ensure_ascii=False))
    else:
        console.print(scenario_run.table(played), scenario_run.verdict_line(played))
    raise typer.Exit(0 if all(one.result.passed for one in played) else 1)


def ensure_trained(scenario: Scenario, console: Console) -> None:
    """Fine-tunes the scenario's pack when no model of the same training data is there, showing progress."""
    from nlu.training.checkpoint import pack_checkpoint

    with summary.TrainingBar(console) as bar:
        pack_checkpoint(scenario.pack_folder, progress=bar.show)


def _script(scenario: Path | None, wavs: list[Path], texts: list[str], *, rate_hz: int) -> Scenario:
    if scenario is not None:
        if wavs or texts:
            raise SettingsError("give either --scenario or --wav and --text")
        return load_scenario(scenario)
    turns = [ScenarioTurn(wav=str(path.resolve())) for path in wavs] + [ScenarioTurn(type_=text) for text in texts]
    if not turns:
        raise SettingsError("nothing to say: give --scenario, --wav or --text")
    spec = ScenarioFile(scenario="A call from the command line", turns=tuple(turns), rate_hz=rate_hz)
    return Scenario(path=Path("command line"), spec=spec, pack_folder=Path())


def _near(path: Path) -> Path:
    """As seen from here when it lies below: shorter in messages."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _messages(report: CallReport) -> list[dict[str, Any]]:
    return [json.loads(line) for line in as_json_lines(report.record.received).splitlines()]
