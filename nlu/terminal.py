"""What every command shares: errors as one clear line instead of a traceback, answers as JSON, progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from tqdm import tqdm

from nlu.errors import KefuError

EXIT_REFUSED = 2
"""The exit code when Kefu refuses on purpose: bad data, bad settings, a missing model."""

EXIT_INTERRUPTED = 130


def print_json(value: object) -> None:
    """One line of JSON on standard output; structs and dataclasses are objects."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


@contextmanager
def clear_errors(*, json: bool = False) -> Iterator[None]:
    """Inside, a KefuError ends the process with exit code 2.

    Its text goes to standard error; with `json` it goes to standard output as
    {"error": {"code": ..., "message": ..., "retryable": ...}} instead. Ctrl-C ends with 130. Usable as a decorator.
    """
    try:
        yield
    except KefuError as error:
        if json:
            print_json({"error": {"code": error.code, "message": str(error), "retryable": error.retryable}})
        else:
            sys.stderr.write("".join(f"error: {line}\n" for line in str(error).splitlines()))
        raise SystemExit(EXIT_REFUSED) from None
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        raise SystemExit(EXIT_INTERRUPTED) from None


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error, driven by calls with steps done, steps in all and what is being done.

    Nothing is drawn before the first call, so what has nothing to do shows nothing.
    """
    bar: Any = None

    def show(done: int, total: int, doing: str) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, desc=title, unit="step", leave=True, disable=quiet or None)
        bar.total = total
        bar.set_postfix_str(doing, refresh=False)
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
