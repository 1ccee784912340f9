"""Files to read, and what reading them says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.corpus.corpus import Corpus
from nlu.corpus.faults import Fault
from nlu.corpus.layout import BY_ITSELF, Layout
from nlu.corpus.reading import read_corpus

Read = Callable[..., tuple[Corpus, list[Fault]]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of that name and content under the test's folder."""

    def write(content: str | bytes, name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def read(write: Write) -> Read:
    """The corpus of one file with that content, and the faults reported on the way, errors included."""

    def read(
        content: str | bytes, name: str, format: str = "auto", layout: Layout = BY_ITSELF
    ) -> tuple[Corpus, list[Fault]]:
        faults: list[Fault] = []
        path = write(content, name)
        return read_corpus(path, format, skip_bad_lines=True, report=faults.append, layout=layout), faults

    return read


def said(faults: list[Fault]) -> list[tuple[int, str, str]]:
    """Line, severity and reason."""
    return [(fault.line, fault.severity, fault.reason) for fault in faults]
