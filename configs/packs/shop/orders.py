"""The sample shop behind the shop pack: SQLite, integer pence, every change one transaction."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz

RETURN_DAYS = 30
NAME_LIKENESS = 75.0  # rapidfuzz ratio from which a heard item counts as one of the order; it is read back anyway

State = Literal["packing", "sent", "delivered", "cancelled"]

_SCHEMA = """
CREATE TABLE orders (number TEXT PRIMARY KEY, state TEXT NOT NULL, due_on TEXT NOT NULL);
CREATE TABLE items (
    number TEXT NOT NULL REFERENCES orders, name TEXT NOT NULL, pence INTEGER NOT NULL CHECK (pence > 0),
    PRIMARY KEY (number, name));
CREATE TABLE returns (
    reference INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
    refund_to TEXT NOT NULL, at TEXT NOT NULL, paid_on TEXT,
    UNIQUE (number, name), FOREIGN KEY (number, name) REFERENCES items);
CREATE TABLE complaints (
    reference INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, number TEXT, at TEXT NOT NULL);
INSERT INTO sqlite_sequence (name, seq) VALUES ('returns', 7200), ('complaints', 3300);
"""


@dataclass(frozen=True)
class SeedOrder:
    """An invented order; `due_in_days` counts from the day the shop is opened, negative: before it."""

    number: str
    state: State
    due_in_days: int
    items: dict[str, int]
    returned: dict[str, int | None]
    """Name of an item sent back -> days until its refund is paid, negative: it was; None: it waits for the parcel."""


SEED = (
    SeedOrder("48213", "sent", 2, {"a blue jumper": 3_500, "a raincoat": 6_250}, {}),
    SeedOrder("51960", "delivered", -6, {"walking boots": 8_900, "a desk lamp": 2_400, "a teapot": 1_850}, {}),
    SeedOrder("60327", "packing", 4, {"a kettle": 4_200, "a wool blanket": 3_999}, {}),
    SeedOrder("39471", "delivered", -20, {"a backpack": 5_500, "a raincoat": 6_250}, {"a raincoat": -3}),
    SeedOrder("72158", "delivered", -12, {"a kettle": 4_200}, {"a kettle": None}),
    SeedOrder("27640", "delivered", -75, {"a teapot": 1_850}, {}),
    SeedOrder("83902", "sent", -2, {"a wool blanket": 3_999}, {}),
    SeedOrder("14756", "cancelled", 1, {"a desk lamp": 2_400}, {}),
)


@dataclass(frozen=True)
class Order:
    """`items` maps names to pence."""

    number: str
    state: State
    due_on: date
    items: dict[str, int]


@dataclass(frozen=True)
class Refund:
    """`paid_on` None: it waits for the parcel."""

    pence: int
    sent_on: date
    paid_on: date | None


class Shop:
    """Safe from any thread."""

    def __init__(self, path: Path, *, today: date) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA foreign_keys = ON")
        with self._transaction() as run:
            if not run.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders'").fetchone():
                for statement in _SCHEMA.split(";"):
                    run.execute(statement)
                _seed(run, today)

    def close(self) -> None:
        """No more calls after this."""
        self._database.close()

    def order(self, number: str) -> Order | None:
        """The order of that number."""
        with self._transaction() as run:
            row = run.execute("SELECT state, due_on FROM orders WHERE number = ?", (number,)).fetchone()
            if row is None:
                return None
            items = run.execute("SELECT name, pence FROM items WHERE number = ? ORDER BY rowid", (number,)).fetchall()
        return Order(number, row[0], date.fromisoformat(row[1]), dict(items))

    def item(self, number: str, said: str) -> tuple[str, int] | None:
        """Name and pence of the item of the order that `said` means; None: not one, or not one alone."""
        order = self.order(number)
        if order is None:
            return None
        words = said.lower()
        likeness = {name: fuzz.partial_ratio(_bare(name), _bare(words)) for name in order.items}
        named = [name for name in order.items if _bare(name).split()[-1] in words.split()]
        close = named or [name for name, ratio in likeness.items() if ratio >= NAME_LIKENESS]
        return (close[0], order.items[close[0]]) if len(close) == 1 else None

    def is_returned(self, number: str, name: str) -> bool:
        """Whether that item was sent back already."""
        with self._transaction() as run:
            found = run.execute("SELECT 1 FROM returns WHERE number = ? AND name = ?", (number, name)).fetchone()
        return found is not None

    def take_back(self, number: str, name: str, *, reason: str, refund_to: str, at: datetime) -> int | None:
        """The return's reference; the same item twice is one return. None: it can't be sent back."""
        order = self.order(number)
        if order is None or name not in order.items or refusal(order, today=at.date()) != "ok":
            return None
        with self._transaction() as run:
            run.execute(
                "INSERT OR IGNORE INTO returns (number, name, reason, refund_to, at) VALUES (?, ?, ?, ?, ?)",
                (number, name, reason, refund_to, at.isoformat()),
            )
            row = run.execute("SELECT reference FROM returns WHERE number = ? AND name = ?", (number, name)).fetchone()
        return int(row[0])

    def refund(self, number: str) -> Refund | None:
        """The refund for what was sent back of the order last."""
        with self._transaction() as run:
            row = run.execute(
                "SELECT items.pence, returns.at, returns.paid_on FROM returns JOIN items USING (number, name) "
                "WHERE number = ? ORDER BY reference DESC LIMIT 1",
                (number,),
            ).fetchone()
        if row is None:
            return None
        paid_on = date.fromisoformat(row[2]) if row[2] else None
        return Refund(int(row[0]), datetime.fromisoformat(row[1]).date(), paid_on)

    def cancel(self, number: str) -> bool:
        """Whether it is cancelled now; an order that has left can't be."""
        with self._transaction() as run:
            run.execute("UPDATE orders SET state = 'cancelled' WHERE number = ? AND state = 'packing'", (number,))
            row = run.execute("SELECT state FROM orders WHERE number = ?", (number,)).fetchone()
        return row is not None and row[0] == "cancelled"

    def complain(self, key: str, *, number: str | None, at: datetime) -> int:
        """The complaint's reference; the same `key` is the same complaint."""
        with self._transaction() as run:
            run.execute(
                "INSERT OR IGNORE INTO complaints (key, number, at) VALUES (?, ?, ?)", (key, number, at.isoformat())
            )
            row = run.execute("SELECT reference FROM complaints WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def refusal(order: Order, *, today: date) -> Literal["ok", "not_delivered", "too_late"]:
    """Why nothing of the order can be sent back."""
    if order.state != "delivered":
        return "not_delivered"
    return "too_late" if (today - order.due_on).days > RETURN_DAYS else "ok"


def _bare(name: str) -> str:
    return name.lower().removeprefix("the ").removeprefix("my ").removeprefix("a ")


def _seed(run: sqlite3.Connection, today: date) -> None:
    for order in SEED:
        due_on = today + timedelta(days=order.due_in_days)
        run.execute("INSERT INTO orders VALUES (?, ?, ?)", (order.number, order.state, due_on.isoformat()))
        for name, pence in order.items.items():
            run.execute("INSERT INTO items VALUES (?, ?, ?)", (order.number, name, pence))
        for name, paid_in_days in order.returned.items():
            paid_on = None if paid_in_days is None else (today + timedelta(days=paid_in_days)).isoformat()
            at = datetime.combine(due_on + timedelta(days=4), datetime.min.time()).isoformat()
            run.execute(
                "INSERT INTO returns (number, name, reason, refund_to, at, paid_on) VALUES (?, ?, ?, ?, ?, ?)",
                (order.number, name, "changed_mind", "card", at, paid_on),
            )
