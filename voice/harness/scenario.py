"""Scenario files: what a test caller says, what must come of each turn, and what the call must reach.

Where a scenario's recorded utterances lie: `<pack>/audio/<voice>/<name>.flac`, see `audio_name`.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from nlu.errors import SettingsError
from nlu.settings import Settings, convert, line_of, read_yaml

KINDS = ("say", "wav", "type", "keys", "silence_s")


class Goal(Settings, frozen=True):
    """What the whole call must have reached."""

    # Actions that ran without failing, in this order among others: `name`, or `name: result`.
    actions: tuple[str, ...] = ()
    # The last value each slot had; "50.00" also fits {"amount": "50.00", "currency": "GBP"}.
    slots: dict[str, Any] = msgspec.field(default_factory=dict)
    # Why the call ended: goodbye, hangup, handoff, silence, error; empty: not checked.
    ended: str = ""


class Expected(Settings, frozen=True):
    """What must come of one turn; everything is optional."""

    # Regular expression found in what was recognized, ignoring case.
    heard: str | None = None
    intent: str | None = None
    # Values set in this turn.
    slots: dict[str, Any] = msgspec.field(default_factory=dict)
    # Names of responses said in this turn, in this order among others.
    reply: tuple[str, ...] = ()
    # Regular expression found in what was answered, ignoring case.
    says: str | None = None
    # An action that ran in this turn: `name`, or `name: result`.
    action: str | None = None


class ScenarioTurn(Settings, frozen=True, rename={"type_": "type"}):
    """One thing the caller does: exactly one of say, wav, type, keys and silence_s."""

    say: str | None = None
    wav: str | None = None
    type_: str | None = None
    keys: str | None = None
    silence_s: float | None = None
    # Speak this long after the agent began to, without waiting for its end.
    interrupt_s: float | None = None
    expect: Expected = Expected()

    @property
    def written(self) -> str:
        """The turn as a person would note it."""
        if self.say is not None or self.type_ is not None:
            return self.say or self.type_ or ""
        if self.wav is not None:
            return f"[{self.wav}]"
        return f"[keys {self.keys}]" if self.keys is not None else f"[silent for {self.silence_s:g} s]"


class ScenarioFile(Settings, frozen=True):
    """A scenario as it is written."""

    scenario: str
    turns: tuple[ScenarioTurn, ...]
    caller: str = ""
    voice: str = "slt"
    rate_hz: int = 16000
    goal: Goal = Goal()


class Scenario(Struct, frozen=True, kw_only=True):
    """A loaded scenario. `pack_folder` is the pack it belongs to; `node` finds lines for messages."""

    path: Path
    spec: ScenarioFile
    pack_folder: Path
    node: yaml.Node | None = None

    @property
    def name(self) -> str:
        return self.spec.scenario

    @property
    def pack(self) -> str:
        """The pack's name: that of its folder."""
        return self.pack_folder.name

    def place(self, *keys: str | int) -> str:
        """`file:line` of a key path, for messages."""
        return f"{self.path}:{line_of(self.node, keys)}"


def audio_name(text: str, voice: str) -> str:
    """Path below a pack's `audio/` of the recording of `text` by `voice`: readable, and unique to the exact text."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-")
    digest = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:8]
    return f"{voice}/{slug}-{digest}.flac"


def load_scenario(path: Path) -> Scenario:
    """Reads and checks a scenario file; recordings are looked for later. Raises SettingsError with file:line."""
    data, node = read_yaml(path)
    spec = convert(data, ScenarioFile, path=path, node=node)
    scenario = Scenario(path=path, spec=spec, pack_folder=path.resolve().parent.parent, node=node)
    if spec.rate_hz not in (8000, 16000):
        raise SettingsError(f"{scenario.place('rate_hz')} rate_hz: expected 8000 or 16000, got {spec.rate_hz}")
    if not spec.turns:
        raise SettingsError(f"{scenario.place('turns')} turns: expected at least one turn")
    for index, turn in enumerate(spec.turns):
        _check_turn(scenario, index, turn)
    return scenario


def scenario_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files given, and those of the folders given, in order. Raises SettingsError for a path that is neither."""
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not found:
            raise SettingsError(f"{path}: no scenario files (*.yaml) in it")
        files += found
    return tuple(files)


def _check_turn(scenario: Scenario, index: int, turn: ScenarioTurn) -> None:
    place, path = scenario.place("turns", index), f"turns[{index}]"
    given = [kind for kind in KINDS if msgspec.to_builtins(turn)[kind] is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none"
        raise SettingsError(f"{place} {path}: expected exactly one of {', '.join(KINDS)}; found {found}")
    if turn.keys is not None and not re.fullmatch(r"[0-9*#]+", turn.keys):
        where = scenario.place("turns", index, "keys")
        raise SettingsError(f"{where} {path}.keys: expected keys of 0-9, * and #, got {turn.keys!r}")
    if turn.silence_s is not None and not 0 < turn.silence_s <= 120:
        where = scenario.place("turns", index, "silence_s")
        raise SettingsError(f"{where} {path}.silence_s: expected more than 0 and at most 120 seconds")
    for key in ("heard", "says"):
        pattern = getattr(turn.expect, key)
        try:
            re.compile(pattern or "")
        except re.error as error:
            where = scenario.place("turns", index, "expect", key)
            raise SettingsError(f"{where} {path}.expect.{key}: not a regular expression: {error}") from error
