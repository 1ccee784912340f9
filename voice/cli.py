"""The `kefu` command. nlu and dialog add their commands; this floor adds what needs a voice."""

import asyncio
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from loguru import logger
from rich.console import Console

from dialog import cli as dialog_commands
from dialog.cli import chat, check_pack
from nlu import cli as nlu_commands
from nlu.terminal import clear_errors, print_json
from voice.build import gateway_settings
from voice.harness.cli import call, demo, run_scenarios
from voice.harness.summary import TrainingBar
from voice.serving import Serving
from voice.serving import serve as serve_gateway

app = typer.Typer(
    name="kefu",
    help="Self-hosted voice customer service: answers calls over SIP and WebSocket, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Config = Annotated[Path | None, typer.Option(help="Settings file; default: the shipped configs/gateway.yaml.")]


def _log_to_stderr(level: str) -> None:
    logger.remove()
    logger.enable("pipecat")
    # Below INFO Pipecat writes transcripts.
    logger.add(sys.stderr, level=level, format="{time:HH:mm:ss.SSS} {level: <7} {name}: {message}", diagnose=False)


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    log_level: Annotated[str, typer.Option(envvar="KEFU_LOG", help="INFO, WARNING or ERROR.")] = "WARNING",
) -> None:
    _log_to_stderr(log_level.upper())
    if show_version:
        typer.echo(f"kefu {version('kefu')}")
        raise typer.Exit


@app.command()
def serve(
    config: Config = None,
    pack: Annotated[list[str] | None, typer.Option(help="Pack that answers; repeat for more.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="TCP port; 0 takes any free one.")] = None,
    sip_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Also answer SIP calls on this UDP port.")
    ] = None,
    pack_data: Annotated[Path | None, typer.Option(help="Folder for the packs' own data.")] = None,
    records: Annotated[Path | None, typer.Option(help="Folder for each call's record.")] = None,
    as_json: Json = False,
) -> None:
    """Answer calls until stopped; live calls are finished first.

    Example: kefu serve --port 8080 --sip-port 5060
    """
    overrides: dict[str, Any] = {}
    if pack:
        overrides["packs"] = pack
    if host:
        overrides["server.host"] = overrides["sip.host"] = host
    if port is not None:
        overrides["server.port"] = port
    if sip_port is not None:
        overrides |= {"sip.enabled": True, "sip.port": sip_port}
    if records is not None:
        overrides["records.directory"] = str(records)
    settings = gateway_settings(config, overrides=overrides)
    console = Console(stderr=as_json)

    def ready(serving: Serving) -> None:
        if as_json:
            print_json({"ready": True, "url": serving.url, "sip": serving.sip})
            return
        console.print(f"[bold green]Kefu is listening.[/] Open [bold]{serving.url}[/] and start a call.")
        if serving.sip:
            name = settings.packs[0]
            console.print(f"Telephone: call [bold]{serving.sip.replace('sip:', f'sip:{name}@')}[/] with a softphone.")
        console.print("[dim]Ctrl-C stops it; live calls are finished first.[/]")

    console.print("[dim]Opening models ...[/]")
    with TrainingBar(console) as bar:
        _run(serve_gateway(settings, on_ready=ready, pack_data=pack_data, progress=bar.show))


@app.command()
def check(
    pack: Annotated[list[str] | None, typer.Argument(help="Packs; default: those of the configuration.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Check a configuration and its packs; says what is in them.

    Example: kefu check banking --config configs/gateway.yaml
    """
    settings = gateway_settings(config)
    summaries = [check_pack(name) for name in (pack or settings.packs)]
    if as_json:
        print_json({"ok": True, "settings": msgspec.to_builtins(settings), "packs": summaries})
        return
    console = Console()
    for summary in summaries:
        facts = ", ".join(f"{value} {key}" for key, value in summary.items() if isinstance(value, int))
        console.print(f"[green]ok[/] {summary['name']}: {facts}")


def _run(main: Any) -> None:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        asyncio.run(main)
    else:
        uvloop.run(main)


for command in (call, demo, chat):
    app.command()(command)
app.command("test")(run_scenarios)
nlu_commands.mount(app)
dialog_commands.mount(app)


def main() -> None:
    """Entry point of the console script: every KefuError of every command becomes one clear line here."""
    with clear_errors(json="--json" in sys.argv):
        app()


if __name__ == "__main__":
    main()
