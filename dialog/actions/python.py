"""The functions of a pack's `actions.py`: loaded by path, run within a time limit."""

import asyncio
import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from dialog.actions.action import Action, ActionContext, ActionResult, marked_action
from dialog.errors import ActionError, PackError

FILE = "actions.py"


@dataclass(frozen=True)
class PythonActions:
    """The actions of one pack; `module` is None when it has no `actions.py`."""

    module: ModuleType | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)

    @property
    def opens_async(self) -> bool:
        """Whether `open_backend` must be awaited."""
        return inspect.iscoroutinefunction(getattr(self.module, "open_backend", None))

    def open_backend(self, directory: Path) -> Any:
        """What the pack's `open_backend` returns, awaitable if `opens_async`; None without one. Raises ActionError."""
        opener = getattr(self.module, "open_backend", None)
        if opener is None:
            return None
        try:
            directory.mkdir(parents=True, exist_ok=True)
            return opener(directory)
        except Exception as error:
            raise ActionError(f"open_backend failed: {error}") from error

    async def close_backend(self, backend: Any) -> None:
        """Raises ActionError."""
        closer = getattr(self.module, "close_backend", None)
        if closer is None or backend is None:
            return
        try:
            await _awaited(closer(backend))
        except Exception as error:
            raise ActionError(f"close_backend failed: {error}") from error

    async def run(self, name: str, context: ActionContext) -> ActionResult:
        """Raises ActionError when the action fails, runs out of time, or returns something else."""
        chosen = self.actions[name]
        try:
            result = await asyncio.wait_for(chosen.run(context), chosen.timeout_s)
        except TimeoutError as error:
            raise ActionError(f"{name}: no answer within {chosen.timeout_s:g} s") from error
        except Exception as error:
            raise ActionError(f"{name}: {type(error).__name__}: {error}") from error
        if not isinstance(result, ActionResult):
            raise ActionError(f"{name}: returned {type(result).__name__}, not an ActionResult")
        return result


def load_actions(pack: Path) -> PythonActions:
    """The marked functions of `pack/actions.py`, which may import its neighbours relatively.

    Raises PackError when it can't be imported or a marked function isn't async.
    """
    path = pack / FILE
    if not path.is_file():
        return PythonActions()
    module = _import(path)
    actions = {found.name: found for value in vars(module).values() if (found := marked_action(value)) is not None}
    plain = [name for name, found in actions.items() if not inspect.iscoroutinefunction(found.run)]
    if plain:
        raise PackError("\n".join(f"{path}:{_line(actions[name])} {name}: must be `async def`" for name in plain))
    return PythonActions(module, actions)


def plain_value(value: object, slot_type: str, currency: str) -> object:
    """An action's slot value as plain JSON: Decimal becomes money, a date its ISO form."""
    if slot_type == "money" and isinstance(value, Decimal | int) and not isinstance(value, bool):
        return {"amount": f"{Decimal(value):.2f}", "currency": currency}
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _import(path: Path) -> ModuleType:
    """Import as a package of its own, named after the folder, so that two packs never meet."""
    folder = path.parent.resolve()
    package_name = f"kefu_pack_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    package = ModuleType(package_name)
    package.__path__ = [str(folder)]
    sys.modules[package_name] = package
    spec = importlib.util.spec_from_file_location(f"{package_name}.actions", path)
    if spec is None or spec.loader is None:
        raise PackError(f"{path}:1: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = _failing_line(error, path)
        raise PackError(f"{path}:{line}: can't be imported: {type(error).__name__}: {error}") from error
    return module


def _failing_line(error: BaseException, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    lines = (
        [frame.lineno for frame in inspect.getinnerframes(error.__traceback__) if frame.filename == str(path)]
        if error.__traceback__
        else []
    )
    return lines[-1] if lines else 1


def _line(found: Action) -> int:
    code = getattr(found.run, "__code__", None)
    return code.co_firstlineno if code is not None else 1


async def _awaited(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value
