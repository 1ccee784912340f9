"""Calls and their events, append-only, per call, in order. SQLite (WAL) by default, any SQLAlchemy URL."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from msgspec import DecodeError, Struct
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from dialog.errors import StoreError
from dialog.events import CallEnded, CallStarted, Event, decode, encode
from nlu.locations import data_root

BUSY_TIMEOUT_MS = 5000

_METADATA = sa.MetaData()
_CALLS = sa.Table(
    "calls",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("call_id", sa.String(200), nullable=False, unique=True),
    sa.Column("pack", sa.String(200), nullable=False, default=""),
    sa.Column("channel", sa.String(20), nullable=False, default=""),
    sa.Column("caller", sa.String(200), nullable=False, default="", index=True),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended", sa.String(40), nullable=False, default=""),
)
_EVENTS = sa.Table(
    "events",
    _METADATA,
    sa.Column("call_id", sa.String(200), sa.ForeignKey("calls.call_id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
_CUSTOMERS = sa.Table(
    "customers",
    _METADATA,
    sa.Column("caller", sa.String(200), primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=False),
)


class CallSummary(Struct, frozen=True, kw_only=True):
    """One stored call. `ended` is "" while it runs, or when its end was never stored."""

    call_id: str
    pack: str
    channel: str
    caller: str
    started_at: datetime
    ended: str
    events: int


class Store(Protocol):
    """Remembers calls. Every method raises StoreError; a caller of `append` must go on without it then."""

    async def open(self) -> None:
        """Connects and makes what is missing; called once, first."""
        ...

    async def append(self, call_id: str, events: Sequence[Event]) -> None:
        """Adds events to the end of a call, all of them or none."""
        ...

    async def events(self, call_id: str) -> tuple[Event, ...]:
        """Every event of a call in order; empty for an unknown call."""
        ...

    async def calls(self, limit: int = 100) -> tuple[CallSummary, ...]:
        """The latest calls, newest first."""
        ...

    async def close(self) -> None:
        """Disconnects; the store is not used after."""
        ...


class SqlStore:
    """A Store on SQLAlchemy. `url` empty: `kefu.sqlite` in the data folder."""

    def __init__(self, url: str = "", *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._url = url or f"sqlite+aiosqlite:///{data_root() / 'kefu.sqlite'}"
        self._now = now
        self._engine: AsyncEngine | None = None
        # SQLite takes one writer at a time; waiting here is cheaper than its busy loop.
        self._writing = asyncio.Lock()

    async def open(self) -> None:
        """Connects and makes what is missing; called once, first."""
        with _converted("open"):
            url = sa.make_url(self._url)
            if url.drivername == "sqlite":
                url = url.set(drivername="sqlite+aiosqlite")
            elif url.drivername == "postgresql":
                url = url.set(drivername="postgresql+asyncpg")
            if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
                await asyncio.to_thread(Path(url.database).parent.mkdir, parents=True, exist_ok=True)
            self._engine = create_async_engine(url)
            if url.get_backend_name() == "sqlite":
                sa.event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            async with self._engine.begin() as connection:
                await connection.run_sync(_METADATA.create_all)

    async def append(self, call_id: str, events: Sequence[Event]) -> None:
        """Adds events to the end of a call, all of them or none."""
        if not events:
            return
        with _converted("append"):
            async with self._writing, self._opened.begin() as connection:
                await self._ensure_call(connection, call_id, events)
                last = await connection.scalar(
                    sa.select(sa.func.max(_EVENTS.c.place)).where(_EVENTS.c.call_id == call_id)
                )
                first = 0 if last is None else last + 1
                rows = [
                    {"call_id": call_id, "place": first + index, "at_ms": event.at_ms, "kind": type(event).__name__,
                     "body": encode(event).decode()}
                    for index, event in enumerate(events)
                ]  # fmt: skip
                await connection.execute(sa.insert(_EVENTS), rows)
                ended = next((event.reason for event in events if isinstance(event, CallEnded)), None)
                if ended is not None:
                    await connection.execute(sa.update(_CALLS).where(_CALLS.c.call_id == call_id).values(ended=ended))

    async def events(self, call_id: str) -> tuple[Event, ...]:
        """Every event of a call in order; empty for an unknown call."""
        with _converted("events"):
            async with self._opened.connect() as connection:
                found = await connection.execute(
                    sa.select(_EVENTS.c.body).where(_EVENTS.c.call_id == call_id).order_by(_EVENTS.c.place)
                )
                return tuple(decode(body) for (body,) in found)

    async def calls(self, limit: int = 100) -> tuple[CallSummary, ...]:
        """The latest calls, newest first."""
        count = (
            sa.select(sa.func.count())
            .select_from(_EVENTS)
            .where(_EVENTS.c.call_id == _CALLS.c.call_id)
            .scalar_subquery()
        )
        with _converted("calls"):
            async with self._opened.connect() as connection:
                found = await connection.execute(
                    sa.select(_CALLS, count.label("event_count")).order_by(_CALLS.c.number.desc()).limit(limit)
                )
                return tuple(
                    CallSummary(
                        call_id=row.call_id,
                        pack=row.pack,
                        channel=row.channel,
                        caller=row.caller,
                        started_at=_aware(row.started_at),
                        ended=row.ended,
                        events=row.event_count,
                    )
                    for row in found
                )

    async def close(self) -> None:
        """Disconnects; the store is not used after."""
        engine, self._engine = self._engine, None
        if engine is not None:
            with _converted("close"):
                await engine.dispose()

    @property
    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise StoreError("the store is not open")
        return self._engine

    async def _ensure_call(self, connection: AsyncConnection, call_id: str, events: Iterable[Event]) -> None:
        known = await connection.scalar(sa.select(_CALLS.c.number).where(_CALLS.c.call_id == call_id))
        if known is not None:
            return
        started = next((event for event in events if isinstance(event, CallStarted)), None)
        pack, channel, caller = (started.pack, started.channel, started.caller) if started else ("", "", "")
        now = self._now()
        await connection.execute(
            sa.insert(_CALLS).values(
                call_id=call_id, pack=pack, channel=channel, caller=caller, started_at=now, ended=""
            )
        )
        if caller:
            await _count_customer(connection, caller, now)


async def _count_customer(connection: AsyncConnection, caller: str, now: datetime) -> None:
    counted = await connection.execute(
        sa.update(_CUSTOMERS)
        .where(_CUSTOMERS.c.caller == caller)
        .values(calls=_CUSTOMERS.c.calls + 1, last_called_at=now)
    )
    if not counted.rowcount:
        await connection.execute(sa.insert(_CUSTOMERS).values(caller=caller, calls=1, last_called_at=now))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _aware(moment: datetime) -> datetime:
    """SQLite forgets the zone; everything stored is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _converted(doing: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ArgumentError, OSError, DecodeError, ImportError) as error:
        reason = str(error).split("\n", 1)[0]
        raise StoreError(f"store, {doing}: {reason}") from error
