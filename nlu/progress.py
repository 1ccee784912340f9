"""How long work says how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all and what is being done."""


def silent(done: int, total: int, doing: str) -> None:
    """Progress that nobody watches."""
