"""Engine name -> factory, over entry points, so that a third party adds an engine without touching ours."""

from collections.abc import Callable
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from nlu.errors import UnknownEngineError


class Registry:
    """The engines of one kind.

    `group` is the entry-point group (`kefu.recognizers`); `kind` names it in errors (`recognizer`).
    """

    def __init__(self, group: str, kind: str) -> None:
        self.group = group
        self.kind = kind

    @cached_property
    def _entries(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=self.group)}

    def names(self) -> tuple[str, ...]:
        """Every known name, sorted."""
        return tuple(sorted(self._entries))

    def get(self, name: str) -> Callable[..., Any]:
        """The factory behind `name`; imports it. Raises UnknownEngineError, which lists the known names."""
        entry = self._entries.get(name)
        if entry is None:
            known = ", ".join(self.names()) or "none"
            raise UnknownEngineError(f"unknown {self.kind} {name!r}; known: {known}")
        factory: Callable[..., Any] = entry.load()
        return factory
