"""A text file as lines, whatever its encoding and line ends; lines that can't be read are faults."""

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from nlu.corpus.faults import Draft, Place
from nlu.errors import CorpusError

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LOST = "\N{REPLACEMENT CHARACTER}"


class Source(NamedTuple):
    """`lines` without line ends; `bad` holds the numbers (from 1) of those already reported as errors."""

    path: Path
    lines: tuple[str, ...]
    bad: frozenset[int]

    def place(self, line: int) -> Place:
        """Line `line` (from 1) of this file."""
        return Place(str(self.path), line)


def read_bytes(path: Path) -> bytes:
    """Raises CorpusError that names the file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error


def read_source(path: Path, draft: Draft) -> Source:
    """UTF-8 with or without a byte order mark, or UTF-16 with one; line ends of any system.

    Lines of other bytes and with control characters are errors in `draft`. Raises CorpusError for a missing file.
    """
    data = read_bytes(path)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines, bad = [], set()
    for number, raw in enumerate(data.split(b"\n"), start=1):
        place = Place(str(path), number)
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            guess = raw.decode("cp1252", errors="replace").strip()[:60]
            draft.error(place, f"not UTF-8: byte 0x{raw[error.start]:02x}; as Windows-1252 it would be {guess!r}")
            bad.add(number)
            line = raw.decode(errors="replace")
        else:
            control = _CONTROL.search(line)
            if control:
                draft.error(place, f"control character U+{ord(control[0]):04X}")
                bad.add(number)
            elif _LOST in line:
                draft.warning(place, "U+FFFD stands where a character was lost")
        lines.append(line)
    if lines and not lines[-1]:
        lines.pop()
    return Source(path, tuple(lines), frozenset(bad))
