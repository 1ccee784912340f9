"""A call printed while it happens: what was heard, understood and answered, and how long the answer took."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from voice.harness.caller import Message, Received
from voice.harness.report_view import STAGE_TITLES, value_text

_WIDTH = 6
_CALLER, _AGENT, _LINE, _ERROR = (
    "[bold cyan]caller[/]",
    "[bold yellow]agent[/]",
    "[dim]line[/]",
    "[bold red]error[/]",
)
_MOODS = {"positive": "green", "neutral": "dim", "negative": "red"}


class LivePrinter:
    """A `listener` for callers; `label` is put before every line when several calls are printed."""

    def __init__(self, console: Console, *, label: str = "") -> None:
        self._console = console
        self._label = label

    def __call__(self, received: Received) -> None:
        told = self._told(received.message)
        if told is not None:
            row = Table.grid(padding=(0, 2, 0, 0))
            row.add_column(no_wrap=True)
            row.add_column(width=_WIDTH, no_wrap=True)
            row.add_column()
            row.add_row(f"[dim]{self._label}{received.at_ms / 1000:6.1f} s[/]", *told)
            self._console.print(row, highlight=False)

    def _told(self, message: Message) -> tuple[str, str] | None:
        """Who, and what of them."""
        match message:
            case {"type": "ready"}:
                title = escape(str(message.get("title") or message.get("pack") or "the gateway"))
                return _LINE, f"{title} answers, call {escape(str(message.get('call_id', '')))}"
            case {"type": "heard", "final": True}:
                return _CALLER, _heard(message)
            case {"type": "understood"}:
                return "", _understood(message)
            case {"type": "said", "text": str(text)} if text:
                return _AGENT, escape(str(message.get("display") or text))
            case {"type": "latency"}:
                return "", _latency(message)
            case {"type": "event", "event": {"event": "ActionRan", "action": str(action), **rest}}:
                result = f": {rest['result']}" if rest.get("result") else ""
                return "", f"[dim]did[/] [magenta]{escape(action + result)}[/]"
            case {"type": "clear"}:
                return "", "[dim]interrupted[/]"
            case {"type": "error"}:
                return _ERROR, escape(str(message.get("message", "")))
            case {"type": "ended"}:
                return _LINE, f"ended by {escape(str(message.get('reason', '')))}"
        return None


def latency_text(message: Message) -> str:
    """`412 ms = end of turn 320 + recognize 21 + ...`; stages under half a millisecond are left out."""
    parts = [f"{STAGE_TITLES.get(name, name)} {ms:.0f}" for name, ms in message.get("stages", {}).items() if ms >= 0.5]
    total = f"{message.get('voice_to_voice_ms', 0):.0f} ms"
    return f"{total} = {' + '.join(parts)}" if parts else total


def _heard(message: Message) -> str:
    text = escape(str(message.get("text") or "(nothing)"))
    source = message.get("source", "speech")
    if source != "speech":
        return f"{text}  [dim]{'typed' if source == 'text' else 'keypad'}[/]"
    return f"{text}  [dim]heard {100 * (message.get('confidence') or 0):.0f}%[/]"


def _understood(message: Message) -> str:
    parts = [f"[green]{escape(str(message.get('intent')))}[/] [dim]{100 * (message.get('probability') or 0):.0f}%[/]"]
    parts += [_entity(entity) for entity in message.get("entities", ())]
    sentiment = message.get("sentiment") or {}
    if sentiment:
        label = str(sentiment.get("label", ""))
        score = f" [dim]{sentiment.get('score', 0):+.2f}[/]" if label != "neutral" else ""
        parts.append(f"[{_MOODS.get(label, 'dim')}]{label}[/]{score}")
    return f"[dim]means[/] {'[dim], [/]'.join(parts)}"


def _entity(entity: dict[str, Any]) -> str:
    meant = value_text(entity.get("value")) or str(entity.get("text", ""))
    return f"{escape(str(entity.get('name')))} [blue]{escape(meant)}[/]"


def _latency(message: Message) -> str:
    total, equals, stages = latency_text(message).partition(" = ")
    return f"[dim]answer began after[/] {total}[dim]{equals}{stages}[/]"
