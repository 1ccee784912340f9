"""The Store contract, against SQLite and a real PostgreSQL server."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog.errors import StoreError
from dialog.events import CallEnded, CallStarted, SlotSet
from dialog.store import SqlStore, Store
from tests.dialog.postgres import server, server_programs

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server KEFU_TEST_POSTGRES_URL names, else one started for these tests."""
    given = os.environ.get("KEFU_TEST_POSTGRES_URL", "")
    programs = server_programs()
    if given:
        yield given
    elif programs is None:
        pytest.skip("no PostgreSQL server is installed, and KEFU_TEST_POSTGRES_URL is not set")
    else:
        with server(programs) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'deep' / 'kefu.sqlite'}"
    opened = SqlStore(url, now=lambda: NOW)
    await opened.open()
    yield opened
    await opened.close()


def started(call_id: str) -> CallStarted:
    return CallStarted(call_id=call_id, pack="banking", channel="phone", caller="+44")


def new_id() -> str:
    return uuid.uuid4().hex


async def test_events_come_back_in_order(store: Store) -> None:
    call_id = new_id()
    first = [started(call_id), SlotSet(name="amount", value={"amount": "50.00", "currency": "GBP"}, at_ms=5)]
    second = [SlotSet(name="amount", at_ms=9), CallEnded(reason="goodbye", at_ms=10)]
    await store.append(call_id, first)
    await store.append(call_id, second)
    await store.append(call_id, [])
    assert await store.events(call_id) == (*first, *second)


async def test_an_unknown_call_is_empty(store: Store) -> None:
    assert await store.events(new_id()) == ()


async def test_calls_are_newest_first(store: Store) -> None:
    ids = [new_id() for _ in range(3)]
    for call_id in ids:
        await store.append(call_id, [started(call_id)])
    await store.append(ids[0], [CallEnded(reason="hangup")])
    found = await store.calls(limit=3)
    assert [call.call_id for call in found] == ids[::-1]
    assert (found[-1].ended, found[-1].events, found[-1].started_at) == ("hangup", 2, NOW)
    assert found[0].ended == ""
    assert len(await store.calls(limit=2)) == 2


async def test_many_calls_at_once(store: Store) -> None:
    ids = [new_id() for _ in range(20)]
    await asyncio.gather(*(store.append(call_id, [started(call_id)]) for call_id in ids))
    await asyncio.gather(*(store.append(call_id, [SlotSet(name="x", value=1)]) for call_id in ids for _ in range(3)))
    for call_id in ids:
        assert len(await store.events(call_id)) == 4


async def test_events_without_a_start_are_kept_too(store: Store) -> None:
    call_id = new_id()
    await store.append(call_id, [SlotSet(name="x", value=1)])
    assert len(await store.events(call_id)) == 1


async def test_it_outlives_its_process(tmp_path: Path) -> None:
    for _ in range(2):
        store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'kefu.sqlite'}")
        await store.open()
        await store.append("a", [started("a")])
        await store.close()
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'kefu.sqlite'}")
    await store.open()
    assert len(await store.events("a")) == 2
    await store.close()


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/kefu.sqlite", "no url", "nodb://x/y"])
async def test_what_cannot_be_opened_is_a_store_error(url: str) -> None:
    with pytest.raises(StoreError):
        await SqlStore(url).open()


async def test_a_closed_store_refuses(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'kefu.sqlite'}")
    with pytest.raises(StoreError):
        await store.append("a", [started("a")])
    await store.close()
