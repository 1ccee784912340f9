"""What is kept of a call: the protocol messages it produced, with their times, and the file they are written to."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from loguru import logger
from msgspec import Struct

from voice.protocol import Message
from voice.transports.transport import CallInfo

_KEPT_CALLS = 200


class Entry(Struct, frozen=True):
    """One message as it was sent, `at_ms` after the call was answered."""

    at_ms: float
    message: Message


class CallRecord:
    """One call's messages in order; already masked, as they went to the client."""

    def __init__(self, info: CallInfo) -> None:
        self.info = info
        self.entries: list[Entry] = []
        self.over = False

    def add(self, message: Message, *, at_ms: float) -> None:
        """Appends a message."""
        self.entries.append(Entry(round(at_ms, 1), message))

    def lines(self, after: int = 0) -> Iterator[bytes]:
        """JSON lines of the entries from index `after`."""
        for entry in self.entries[after:]:
            yield msgspec.json.encode(entry) + b"\n"


class CallRecords:
    """The records of live calls and of the last finished ones; written to `directory` when one is given."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._records: dict[str, CallRecord] = {}
        self._finished: deque[str] = deque()

    def open(self, info: CallInfo) -> CallRecord:
        """The record of a call that begins."""
        record = CallRecord(info)
        self._records[info.call_id] = record
        return record

    def get(self, call_id: str) -> CallRecord | None:
        """A live or recently finished call's record."""
        return self._records.get(call_id)

    def __iter__(self) -> Iterator[CallRecord]:
        return iter(list(self._records.values()))

    def close(self, record: CallRecord) -> None:
        """The call is over: forgets the oldest finished one when there are many, writes the file when asked to."""
        record.over = True
        self._finished.append(record.info.call_id)
        while len(self._finished) > _KEPT_CALLS:
            self._records.pop(self._finished.popleft(), None)
        if self._directory is not None:
            self._write(self._directory, record.info, record.lines())

    def _write(self, directory: Path, info: CallInfo, lines: Iterable[bytes]) -> None:
        name = "".join(c if c.isalnum() or c in "-_" else "_" for c in info.call_id)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / f"{name}.jsonl").write_bytes(msgspec.json.encode(info) + b"\n" + b"".join(lines))
        except OSError as error:
            logger.error("record of call {} not written: {}", info.call_id, error)
