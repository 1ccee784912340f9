"""Keys pressed one by one -> complete entries. Pure: the shell brings the keys and says when the pause was long."""

from dialog.expectation import Expectation

TERMINATOR = "#"
PAUSE_MS = 3_000


def entry_length(expected: Expectation) -> int | None:
    """How many keys complete an entry now; None: until # or a pause."""
    if expected.kind == "digits":
        return expected.length
    return 1 if expected.kind in ("choice", "yes_no") else None


class KeypadEntry:
    """Collects one entry at a time."""

    def __init__(self) -> None:
        self._digits = ""

    @property
    def pending(self) -> bool:
        """Whether keys were pressed that are no entry yet."""
        return bool(self._digits)

    def press(self, key: str, expected: Expectation) -> str | None:
        """Takes a key (0-9, * or #); returns the entry it completes. `#` ends an entry and is not part of it."""
        if key == TERMINATOR:
            return self.pause()
        self._digits += key
        return self.pause() if len(self._digits) == entry_length(expected) else None

    def pause(self) -> str | None:
        """No key for PAUSE_MS (or `#`): what was pressed so far is the entry, None when nothing was."""
        digits, self._digits = self._digits, ""
        return digits or None
