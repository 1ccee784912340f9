"""`kefu chat`, `kefu dialog ...` and what `kefu check` says about a pack."""

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from dialog.agent import Agent
from dialog.chat import Chat, as_plain
from dialog.errors import PackError
from dialog.events import UserSpoke
from dialog.pack import Pack
from dialog.simulation.cli import simulate
from dialog.turn import Turn
from nlu.corpus.reading import read_corpus
from nlu.interpreter import Interpreter
from nlu.locations import data_root, find_pack
from nlu.model.labels import OUT_OF_SCOPE
from nlu.terminal import print_json, progress_bar
from nlu.training.checkpoint import pack_checkpoint


def chat(
    pack: Annotated[str, typer.Argument(help="Name or folder of the pack.")] = "banking",
    say: Annotated[list[str] | None, typer.Option(help="Say this and stop; repeat for several turns.")] = None,
    caller: Annotated[str, typer.Option(help="The caller's number, as a phone would show it.")] = "",
    pack_data: Annotated[Path | None, typer.Option(help="Folder for the packs' own data.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn instead of text.")] = False,
) -> None:
    """Hold the dialogue of a pack by text: the same understanding, flows and actions as on the phone.

    Type `/keys 123456` for the keypad and an empty line for silence. With --say each turn is one JSON object.

    Example: kefu chat banking --say "what's my balance" --say "/keys 427196"
    """
    loaded = Pack.load(find_pack(pack))
    if as_json or say:
        asyncio.run(_plain(loaded, say, caller=caller, pack_data=pack_data))
    else:
        asyncio.run(_interactive(loaded, caller=caller, pack_data=pack_data))


def mount(app: typer.Typer) -> None:
    """Add `kefu dialog` to `app`."""
    group = typer.Typer(name="dialog", help="Measure a pack's dialogue.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(simulate)
    app.add_typer(group)


def _group() -> None:
    """Measure a pack's dialogue."""


def check_pack(name: str) -> dict[str, Any]:
    """Loads pack `name` with its training data and says how much is in it. Raises KefuError, all problems in it."""
    pack = Pack.load(find_pack(name))
    corpus = read_corpus(pack.nlu_files)
    problems = [
        *_differences("intent", set(corpus.intents), set(pack.domain.intents)),
        *_differences("entity", set(corpus.entity_names), set(pack.domain.entities)),
    ]
    if problems:
        raise PackError("\n".join(f"{pack.path / 'domain.yaml'}:1 {problem}" for problem in problems))
    return {
        "name": pack.name,
        "title": pack.title,
        "language": pack.language,
        "intents": len(pack.domain.intents),
        "examples": len(corpus.examples),
        "slots": len(pack.domain.slots),
        "flows": len(pack.flows),
        "responses": sum(not all(item.place == "built in" for item in items) for items in pack.responses.values()),
        "actions": len(pack.actions.actions),
    }


def _differences(what: str, trained: set[str], declared: set[str]) -> list[str]:
    trained, declared = trained - {OUT_OF_SCOPE}, declared - {OUT_OF_SCOPE}
    return [f"{what} {name!r} has no examples in nlu.yaml" for name in sorted(declared - trained)] + [
        f"{what} {name!r} of the training data is not declared" for name in sorted(trained - declared)
    ]


async def _open(pack: Pack, *, pack_data: Path | None) -> tuple[Agent, Interpreter]:
    """Trains the pack's model first if there is none."""
    with progress_bar(f"training {pack.name}") as progress:
        checkpoint = await asyncio.to_thread(pack_checkpoint, pack.path, progress=progress)
    interpreter = await asyncio.to_thread(Interpreter.open, checkpoint, currency=pack.domain.currency)
    directory = (pack_data or data_root() / "packs") / pack.name
    agent = await asyncio.to_thread(Agent.open, pack, data_directory=directory, now=lambda: datetime.now().astimezone())
    return agent, interpreter


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


async def _plain(pack: Pack, say: list[str] | None, *, caller: str, pack_data: Path | None) -> None:
    """JSON lines: the greeting's first unless --say was given, then one a turn."""
    agent, interpreter = await _open(pack, pack_data=pack_data)
    try:
        async with Chat(agent, interpreter, call_id=uuid.uuid4().hex, now_ms=_now_ms, caller=caller) as talk:
            if not say:
                print_json(as_plain(talk.last))
            async for text in _given(say):
                print_json(as_plain(await talk.say(text)))
                if talk.over:
                    break
    finally:
        await agent.close()
        await interpreter.close()


async def _given(say: list[str] | None) -> AsyncIterator[str]:
    """What --say gave, else the lines of standard input."""
    for text in say or ():
        yield text
    while not say:
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        yield line.rstrip("\n")


async def _interactive(pack: Pack, *, caller: str, pack_data: Path | None) -> None:
    console = Console()
    agent, interpreter = await _open(pack, pack_data=pack_data)
    console.print(f"[dim]{escape(pack.title)}. /keys 123456 presses keys, an empty line is silence, Ctrl-D ends.[/]")
    try:
        async with Chat(agent, interpreter, call_id=uuid.uuid4().hex, now_ms=_now_ms, caller=caller) as talk:
            _show(console, talk.last)
            while not talk.over:
                try:
                    text = await asyncio.to_thread(console.input, "[bold cyan]you  [/]")
                except EOFError:
                    break
                _show(console, await talk.say(text))
    finally:
        await agent.close()
        await interpreter.close()


def _show(console: Console, turn: Turn) -> None:
    heard = next((event.understanding for event in turn.events if isinstance(event, UserSpoke)), None)
    if heard is not None:
        entities = ", ".join(f"{entity.name}={entity.text}" for entity in heard.entities)
        console.print(
            f"[dim]     {heard.intent.name} {heard.intent.probability:.2f}"
            f"{' · ' + escape(entities) if entities else ''} · {heard.sentiment.label}[/]"
        )
    for response in turn.responses:
        console.print(f"[bold green]kefu [/]{escape(response.display or response.text)}")
    if turn.control != "continue":
        console.print(f"[dim]     {'hands the call over' if turn.control == 'transfer' else 'hangs up'}[/]")
