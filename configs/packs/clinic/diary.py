"""The sample surgery behind the clinic pack: SQLite; a time is one row that at most one patient has."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

BOOKABLE_DAYS = 28
NOON = time(12)
DOCTORS = {"patel": "doctor Patel", "jones": "doctor Jones", "nurse": "nurse Kelly"}
TIMES = (time(8, 30), time(9), time(9, 30), time(10), time(11), time(14), time(14, 30), time(15), time(16), time(17))

_SCHEMA = """
CREATE TABLE patients (id TEXT PRIMARY KEY, name TEXT NOT NULL, number TEXT NOT NULL UNIQUE);
CREATE TABLE appointments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, patient TEXT NOT NULL REFERENCES patients, doctor TEXT NOT NULL,
    at TEXT NOT NULL, UNIQUE (doctor, at));
CREATE TABLE complaints (
    reference INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, patient TEXT, at TEXT NOT NULL);
INSERT INTO sqlite_sequence (name, seq) VALUES ('complaints', 5200);
"""


@dataclass(frozen=True)
class SeedPatient:
    """An invented patient; `in_days` is when the appointment is, on the next day the surgery books."""

    id: str
    name: str
    number: str
    doctor: str = ""
    in_days: int = 0
    at: time = time(9)


SEED = (
    SeedPatient("hill", "Martha Hill", "305817", "patel", 3, time(10)),
    SeedPatient("owen", "Gareth Owen", "642290", "jones", 6, time(14, 30)),
    SeedPatient("shah", "Priya Shah", "918463"),
    SeedPatient("frost", "Daniel Frost", "571026"),
    SeedPatient("reid", "Nora Reid", "286419", "nurse", 1, time(8, 30)),
)


@dataclass(frozen=True)
class Patient:
    """Who is calling."""

    id: str
    name: str


@dataclass(frozen=True)
class Appointment:
    """A time with a doctor; `key` names it."""

    doctor: str
    at: datetime

    @property
    def key(self) -> str:
        """`doctor/2026-11-25T09:30`."""
        return f"{self.doctor}/{self.at.isoformat(timespec='minutes')}"

    @staticmethod
    def of(key: str) -> "Appointment":
        """The appointment that `key` names."""
        doctor, _, at = key.partition("/")
        return Appointment(doctor, datetime.fromisoformat(at))


class Surgery:
    """Safe from any thread. Times are the surgery's local ones, naive."""

    def __init__(self, path: Path, *, today: date) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA foreign_keys = ON")
        with self._transaction() as run:
            if not run.execute("SELECT 1 FROM sqlite_master WHERE name = 'patients'").fetchone():
                for statement in _SCHEMA.split(";"):
                    run.execute(statement)
                _seed(run, today)

    def close(self) -> None:
        """No more calls after this."""
        self._database.close()

    def patient(self, number: str) -> Patient | None:
        """The patient of that number."""
        with self._transaction() as run:
            row = run.execute("SELECT id, name FROM patients WHERE number = ?", (number,)).fetchone()
        return Patient(*row) if row else None

    def next_appointment(self, patient: str, *, after: datetime) -> Appointment | None:
        """The patient's first appointment after `after`."""
        with self._transaction() as run:
            row = run.execute(
                "SELECT doctor, at FROM appointments WHERE patient = ? AND at >= ? ORDER BY at LIMIT 1",
                (patient, _written(after)),
            ).fetchone()
        return Appointment(row[0], datetime.fromisoformat(row[1])) if row else None

    def free(self, day: date, *, doctor: str, morning: bool, after: datetime, skip: int = 0) -> Appointment | None:
        """The free time of that half of the day after `skip` others; `doctor` "anybody" means whoever is free first."""
        doctors = tuple(DOCTORS) if doctor == "anybody" else (doctor,)
        with self._transaction() as run:
            taken = set(run.execute("SELECT doctor, at FROM appointments WHERE at LIKE ?", (f"{day}%",)).fetchall())
        offers = [
            Appointment(one, at)
            for moment in TIMES
            for one in doctors
            if (moment < NOON) == morning
            and (at := datetime.combine(day, moment)) > after
            and (one, _written(at)) not in taken
        ]
        return offers[skip] if skip < len(offers) else None

    def book(self, patient: str, wanted: Appointment, *, instead_of: Appointment | None = None) -> bool:
        """Whether the patient has that time now, and `instead_of` no more; False changed nothing."""
        with self._transaction() as run:
            row = run.execute(
                "SELECT patient FROM appointments WHERE doctor = ? AND at = ?", (wanted.doctor, _written(wanted.at))
            ).fetchone()
            if row is not None:
                return bool(row[0] == patient)
            if instead_of is not None:
                _delete(run, patient, instead_of)
            run.execute(
                "INSERT INTO appointments (patient, doctor, at) VALUES (?, ?, ?)",
                (patient, wanted.doctor, _written(wanted.at)),
            )
        return True

    def cancel(self, patient: str, appointment: Appointment) -> None:
        """The time is free again."""
        with self._transaction() as run:
            _delete(run, patient, appointment)

    def complain(self, key: str, *, patient: str | None, at: datetime) -> int:
        """The complaint's reference; the same `key` is the same complaint."""
        with self._transaction() as run:
            run.execute(
                "INSERT OR IGNORE INTO complaints (key, patient, at) VALUES (?, ?, ?)", (key, patient, at.isoformat())
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


def books_on(day: date) -> bool:
    """Whether there are appointments on that day."""
    return day.weekday() < 5


def spoken_time(at: datetime) -> str:
    """ "half past nine" for 9:30, "two" for 14:00."""
    hours = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
    hour = hours[at.hour % 12]
    return f"half past {hour}" if at.minute == 30 else f"{hour} o'clock"


def _written(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _delete(run: sqlite3.Connection, patient: str, appointment: Appointment) -> None:
    run.execute(
        "DELETE FROM appointments WHERE patient = ? AND doctor = ? AND at = ?",
        (patient, appointment.doctor, _written(appointment.at)),
    )


def _seed(run: sqlite3.Connection, today: date) -> None:
    for patient in SEED:
        run.execute("INSERT INTO patients VALUES (?, ?, ?)", (patient.id, patient.name, patient.number))
        if patient.doctor:
            day = today + timedelta(days=patient.in_days)
            while not books_on(day):
                day += timedelta(days=1)
            at = _written(datetime.combine(day, patient.at))
            run.execute(
                "INSERT INTO appointments (patient, doctor, at) VALUES (?, ?, ?)", (patient.id, patient.doctor, at)
            )
