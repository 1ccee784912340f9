"""The sample bank behind the banking pack: SQLite, integer pence, every change one transaction.

Money is moved between accounts and never made: payees' accounts at other banks are rows too (`kind` "external"),
so the sum over all accounts stays what the seed put in. Codes lie here in the clear because the customers are
invented; a real bank's are hashed and live elsewhere.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from nlu.values.resolution import resolve

LIMIT_PENCE = 1_000_000  # the most one transfer by telephone may move
NAME_LIKENESS = 0.75  # from which a heard name counts as a known one; it is read back anyway

TransferOutcome = Literal["ok", "unknown", "same", "negative", "zero", "too_high", "funds"]

_SCHEMA = """
CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, customer TEXT REFERENCES customers, kind TEXT NOT NULL, pence INTEGER NOT NULL,
    CHECK (kind = 'external' OR pence >= 0));
CREATE TABLE payees (
    customer TEXT NOT NULL REFERENCES customers, name TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts,
    PRIMARY KEY (customer, name));
CREATE TABLE cards (
    customer TEXT NOT NULL REFERENCES customers, kind TEXT NOT NULL, last_digits TEXT NOT NULL, blocked_at TEXT,
    PRIMARY KEY (customer, kind));
CREATE TABLE deliveries (
    customer TEXT NOT NULL, kind TEXT NOT NULL, due_on TEXT NOT NULL, PRIMARY KEY (customer, kind));
CREATE TABLE transfers (
    key TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES accounts, target TEXT NOT NULL REFERENCES accounts,
    pence INTEGER NOT NULL CHECK (pence > 0), at TEXT NOT NULL);
CREATE TABLE pin_letters (key TEXT PRIMARY KEY, customer TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE complaints (
    reference INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, customer TEXT, at TEXT NOT NULL);
INSERT INTO sqlite_sequence (name, seq) VALUES ('complaints', 4100);
"""


@dataclass(frozen=True)
class SeedCustomer:
    """An invented customer; `due_in_days` maps a card on its way to the days until it should be there."""

    id: str
    name: str
    phone: str
    code: str
    pence: dict[str, int]
    cards: dict[str, str]
    payees: tuple[str, ...]
    due_in_days: dict[str, int]
    blocked: tuple[str, ...] = ()


# Numbers from the range that Ofcom keeps free for drama.
SEED = (
    SeedCustomer(
        "carter", "Alice Carter", "+441632960001", "427196",
        {"current": 1_243_050, "savings": 250_000}, {"debit": "4417", "credit": "9023"},
        ("Anna", "James", "Maria", "Emma", "Lucy", "Peter", "Sarah"), {"credit": 2},
    ),
    SeedCustomer(
        "walker", "Ben Walker", "+441632960002", "385162",
        {"current": 8_520, "savings": 1_000}, {"debit": "7731"},
        ("Anna", "Sarah Miller", "Sarah Brown"), {},
    ),
    SeedCustomer(
        "lee", "Grace Lee", "+441632960003", "619248",
        {"current": 310_000, "savings": 1_500_000}, {"debit": "2086", "credit": "5540"},
        ("Robert", "David", "Daniel", "Maria"), {"debit": -3}, ("debit",),
    ),
    SeedCustomer(
        "khan", "Omar Khan", "+441632960004", "274461",
        {"current": 6_400_000, "savings": 9_000_000}, {"debit": "6602", "credit": "1190"},
        ("James", "Thomas", "Oliver", "Michael", "John"), {"debit": 1},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Customer:
    """Who is calling."""

    id: str
    name: str


@dataclass(frozen=True)
class Payee:
    """Somebody (or an account of the customer's own) money may go to."""

    name: str
    account: str


@dataclass(frozen=True)
class Transfer:
    """What became of a transfer; anything but "ok" changed nothing. `left_pence`: on the source account now."""

    outcome: TransferOutcome
    left_pence: int = 0


class Bank:
    """All methods block for a few milliseconds at most: call them through `asyncio.to_thread`. Thread-safe."""

    def __init__(self, path: Path | str, *, today: date) -> None:
        """Opens the database, seeding it if it is new; `today` dates the seed's card deliveries."""
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
        self._db.execute("PRAGMA foreign_keys = ON")
        with self._change() as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'customers'").fetchone() is None:
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                _plant(db, today)

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    def identify(self, code: str, *, phone: str) -> Customer | None:
        """The customer of `code`; when `phone` is a customer's number, the code must be that customer's."""
        row = self._one("SELECT id, name, phone FROM customers WHERE code = ?", code)
        if row is None:
            return None
        known = self._one("SELECT id FROM customers WHERE phone = ?", phone_key(phone))
        return Customer(row[0], row[1]) if known is None or known[0] == row[0] else None

    def balances(self, customer: str) -> dict[str, int]:
        """Pence by account, "current" and "savings"."""
        rows = self._all("SELECT kind, pence FROM accounts WHERE customer = ?", customer)
        return {kind: int(pence) for kind, pence in rows}

    def payees(self, customer: str, name: str) -> list[Payee]:
        """Whom `name` may mean, as heard: nobody, one, or several that fit equally well."""
        wanted = " ".join(name.casefold().split())
        if wanted in ("current", "savings"):
            return [Payee(f"your {wanted} account", f"{customer}-{wanted}")]
        known = [Payee(*row) for row in self._all("SELECT name, account FROM payees WHERE customer = ?", customer)]
        found = resolve(wanted, [payee.name for payee in known], least=NAME_LIKENESS)
        return [known[candidate.index] for candidate in found.near]

    def transfer(self, key: str, *, customer: str, source: str, target: str, pence: int, at: datetime) -> Transfer:
        """Moves `pence` from the customer's `source` to account id `target`; the same `key` again moves nothing."""
        with self._change() as db:
            from_id = f"{customer}-{source}"
            outcome = "ok" if self._done(db, key) else _refusal(db, customer, from_id, target, pence)
            if outcome == "ok" and not self._done(db, key):
                db.execute("UPDATE accounts SET pence = pence - ? WHERE id = ?", (pence, from_id))
                db.execute("UPDATE accounts SET pence = pence + ? WHERE id = ?", (pence, target))
                db.execute(
                    "INSERT INTO transfers VALUES (?, ?, ?, ?, ?)", (key, from_id, target, pence, at.isoformat())
                )
            left = db.execute("SELECT pence FROM accounts WHERE id = ?", (from_id,)).fetchone()
            return Transfer(outcome, left[0] if left else 0)

    def refusal(self, *, customer: str, source: str, target: str, pence: int) -> TransferOutcome:
        """What `transfer` would answer, without moving anything."""
        with self._lock:
            return _refusal(self._db, customer, f"{customer}-{source}", target, pence)

    def transfers_of(self, prefix: str) -> int:
        """How many transfers were made under keys beginning with `prefix`."""
        row = self._one("SELECT count(*) FROM transfers WHERE substr(key, 1, ?) = ?", len(prefix), prefix)
        return int(row[0]) if row else 0

    def block_card(self, customer: str, kind: str, *, at: datetime) -> Literal["ok", "already", "none"]:
        """Blocks the card and puts its replacement on the way."""
        with self._change() as db:
            row = db.execute(
                "SELECT blocked_at FROM cards WHERE customer = ? AND kind = ?", (customer, kind)
            ).fetchone()
            if row is None:
                return "none"
            if row[0] is not None:
                return "already"
            db.execute(
                "UPDATE cards SET blocked_at = ? WHERE customer = ? AND kind = ?", (at.isoformat(), customer, kind)
            )
            due_on = (at + timedelta(days=5)).date().isoformat()
            db.execute("INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?)", (customer, kind, due_on))
            return "ok"

    def delivery(self, customer: str, kind: str | None) -> tuple[str, date] | None:
        """Which card is on its way and when it is due: the one asked for, else the one due last."""
        rows = self._all("SELECT kind, due_on FROM deliveries WHERE customer = ? ORDER BY due_on DESC", customer)
        found = next((row for row in rows if kind in (None, row[0])), None)
        return (found[0], date.fromisoformat(found[1])) if found else None

    def order_pin(self, key: str, *, customer: str, kind: str, at: datetime) -> Literal["ok", "blocked", "none"]:
        """Orders a letter with a new PIN; the same `key` again orders nothing."""
        with self._change() as db:
            row = db.execute(
                "SELECT blocked_at FROM cards WHERE customer = ? AND kind = ?", (customer, kind)
            ).fetchone()
            if row is None:
                return "none"
            if row[0] is not None:
                return "blocked"
            letter = (key, customer, kind, at.isoformat())
            db.execute("INSERT OR IGNORE INTO pin_letters VALUES (?, ?, ?, ?)", letter)
            return "ok"

    def complain(self, key: str, *, customer: str | None, at: datetime) -> int:
        """Notes a complaint and returns its reference; the same `key` again gives the same reference."""
        with self._change() as db:
            find = ("SELECT reference FROM complaints WHERE key = ?", (key,))
            if db.execute(*find).fetchone() is None:
                note = (key, customer, at.isoformat())
                db.execute("INSERT INTO complaints (key, customer, at) VALUES (?, ?, ?)", note)
            row = db.execute(*find).fetchone()
            return int(row[0])

    def total_pence(self) -> int:
        """Over all accounts, other banks' included: never changes."""
        row = self._one("SELECT sum(pence) FROM accounts")
        return int(row[0]) if row else 0

    def dump(self) -> tuple[str, ...]:
        """The whole database as SQL: equal before and after whatever should change nothing."""
        with self._lock:
            return tuple(self._db.iterdump())

    def _one(self, sql: str, *values: object) -> tuple[str, ...] | None:
        with self._lock:
            row: tuple[str, ...] | None = self._db.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @staticmethod
    def _done(db: sqlite3.Connection, key: str) -> bool:
        return db.execute("SELECT 1 FROM transfers WHERE key = ?", (key,)).fetchone() is not None


def phone_key(phone: str) -> str:
    """A caller's number as stored, `+44...`, from `sip:+44...@host`, `0044 ...`, `(0)1632 ...`; "" if it is none."""
    user = phone.removeprefix("sip:").partition("@")[0]
    digits = "".join(character for character in user if character.isdigit())
    if digits.startswith("00"):
        return "+" + digits[2:]
    if digits.startswith("0"):
        return "+44" + digits[1:]
    return "+" + digits if digits else ""


def _card(db: sqlite3.Connection, customer: str, kind: str) -> tuple[str | None] | None:
    """`blocked_at` of a card; None: there is no such card."""
    values = (customer, kind)
    row: tuple[str | None] | None = db.execute(
        "SELECT blocked_at FROM cards WHERE customer = ? AND kind = ?", values
    ).fetchone()
    return row


def _refusal(db: sqlite3.Connection, customer: str, source: str, target: str, pence: int) -> TransferOutcome:
    if pence <= 0:
        return "negative" if pence < 0 else "zero"
    if pence > LIMIT_PENCE:
        return "too_high"
    if source == target:
        return "same"
    own = db.execute("SELECT pence FROM accounts WHERE id = ? AND customer = ?", (source, customer)).fetchone()
    known = db.execute(
        "SELECT 1 FROM payees WHERE customer = ?1 AND account = ?2"
        " UNION SELECT 1 FROM accounts WHERE customer = ?1 AND id = ?2",
        (customer, target),
    ).fetchone()
    if own is None or known is None:
        return "unknown"
    return "ok" if own[0] >= pence else "funds"


def _plant(db: sqlite3.Connection, today: date) -> None:
    for seed in SEED:
        db.execute("INSERT INTO customers VALUES (?, ?, ?, ?)", (seed.id, seed.name, seed.phone, seed.code))
        for kind, pence in seed.pence.items():
            db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (f"{seed.id}-{kind}", seed.id, kind, pence))
        for name in seed.payees:
            account = f"{seed.id}-to-{name.casefold().replace(' ', '-')}"
            db.execute("INSERT INTO accounts VALUES (?, NULL, 'external', 0)", (account,))
            db.execute("INSERT INTO payees VALUES (?, ?, ?)", (seed.id, name, account))
        for card, last_digits in seed.cards.items():
            blocked_at = today.isoformat() if card in seed.blocked else None
            db.execute("INSERT INTO cards VALUES (?, ?, ?, ?)", (seed.id, card, last_digits, blocked_at))
        for card, days in seed.due_in_days.items():
            due_on = (today + timedelta(days=days)).isoformat()
            db.execute("INSERT INTO deliveries VALUES (?, ?, ?)", (seed.id, card, due_on))
