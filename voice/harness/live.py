"""A call printed while it happens: what was heard, understood and answered, and how long the answer took."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from voice.harness.caller import Message, Received
from voice.harness.report_view import STAGE_TITLES, value_text

_WIDTH = 9
_MOODS = {"positive": "green", "neutral": "dim", "negative": "red"}


class LivePrinter:
    """A `listener` for callers; `label` is put before every line when several calls are printed."""

    def __init__(self, console: Console, *, label: str = "") -> None:
        self._console = console
        self._label = label

    def __call__(self, received: Received) -> None:
        line = self._line(received.message)
        if line is not None:
            self._console.print(f"[dim]{self._label}{received.at_ms / 1000:6.1f} s[/]  {line}", highlight=False)

    def _line(self, message: Message) -> str | None:
        match message:
            case {"type": "ready"}:
                title = escape(str(message.get("title") or message.get("pack") or "the gateway"))
                return f"{_who('line', 'dim')}{title} answers, call {escape(str(message.get('call_id', '')))}"
            case {"type": "heard", "final": True}:
                return _heard(message)
            case {"type": "understood"}:
                return _understood(message)
            case {"type": "said", "text": str(text)} if text:
                return f"{_who('agent', 'bold yellow')}{escape(str(message.get('display') or text))}"
            case {"type": "latency"}:
                return _latency(message)
            case {"type": "event", "event": {"event": "ActionRan", "action": str(action), **rest}}:
                result = f": {rest['result']}" if rest.get("result") else ""
                return f"{_who('', '')}[dim]did[/] [magenta]{escape(action + result)}[/]"
            case {"type": "clear"}:
                return f"{_who('', '')}[dim]interrupted[/]"
            case {"type": "error"}:
                return f"{_who('error', 'bold red')}{escape(str(message.get('message', '')))}"
            case {"type": "ended"}:
                return f"{_who('line', 'dim')}ended by {escape(str(message.get('reason', '')))}"
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
        return f"{_who('caller', 'bold cyan')}{text}  [dim]{'typed' if source == 'text' else 'keypad'}[/]"
    return f"{_who('caller', 'bold cyan')}{text}  [dim]heard {100 * (message.get('confidence') or 0):.0f}%[/]"


def _understood(message: Message) -> str:
    parts = [f"[green]{escape(str(message.get('intent')))}[/] [dim]{100 * (message.get('probability') or 0):.0f}%[/]"]
    parts += [_entity(entity) for entity in message.get("entities", ())]
    sentiment = message.get("sentiment") or {}
    if sentiment:
        label = str(sentiment.get("label", ""))
        parts.append(f"[{_MOODS.get(label, 'dim')}]{label}[/] [dim]{sentiment.get('score', 0):+.2f}[/]")
    return f"{_who('', '')}[dim]means[/] {'[dim], [/]'.join(parts)}"


def _entity(entity: dict[str, Any]) -> str:
    meant = value_text(entity.get("value")) or str(entity.get("text", ""))
    return f"{escape(str(entity.get('name')))} [blue]{escape(meant)}[/]"


def _latency(message: Message) -> str:
    total, equals, stages = latency_text(message).partition(" = ")
    return f"{_who('', '')}[dim]answer began after[/] {total}[dim]{equals}{stages}[/]"


def _who(name: str, style: str) -> str:
    padded = f"{name:<{_WIDTH}}"
    return f"[{style}]{padded}[/]" if style else padded


def plain(markup: str) -> str:
    """The text of a marked-up line."""
    return Text.from_markup(markup).plain
