"""Time: a sweep among few and among many deadlines, catching up after a standstill, and one period of working days."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from stopwatch import Rates, interleave, tell

from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled, due_date, parse_period
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.deadlines.sweep import BATCH, sweep
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Settings
from zhuli_flow.store.sql import sqlite
from zhuli_flow.store.sql.statements import Connection

APPLICANT, PERSON = "北票市", "省科协学会学术部经办"
OPENED = date(2019, 1, 2)
DUE = 100
DAYS = 10
"""On so many days in a row the deadlines of one round of catching up end."""

PER_CASE = 50
"""Deadlines of one case among those that only wait."""

CLONE = (
    "INSERT INTO cases SELECT printf('{prefix}%07d', n), workflow, definition_version, digest, applicant_id, applicant,"
    " city, state, state_kind, approved_once, version, 0, zeroblob(32), opened_at, updated_at, body"
    " FROM cases, (WITH RECURSIVE count(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM count WHERE n < :number)"
    " SELECT n FROM count) WHERE id = :id"
)


def make_office(home: Path) -> Office:
    """A rehearsal home as ``zhuli init --rehearsal --sample`` makes it, with one_limit in use and no case yet."""
    start = parse_instant(f"{OPENED}T09:00")
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user="bench")
    shutil.copy(Path(__file__).with_name("one_limit.yaml"), home / "workflows")
    office = bootstrap.open_office(home, os_user="bench")
    workflows.register(office)
    office.clock = RehearsalClock(start)
    return office


def on(office: Office, day: date) -> Office:
    """The office at nine in the morning of ``day``."""
    assert isinstance(office.clock, RehearsalClock)
    office.clock.set(parse_instant(f"{day}T09:00"))
    return office


def open_until(office: Office, day: date) -> str:
    """A case whose one deadline ends on ``day``."""
    return open_case(office, "one_limit", APPLICANT, PERSON, {"until": day.isoformat()}).case


class Among:
    """One sweep on a day on which 100 deadlines are due, among ``number`` that are open."""

    work = DUE

    def __init__(self, office: Office, number: int, rounds: int) -> None:
        self.office = office
        spaced = (OPENED + timedelta(days=14 + 28 * month) for month in range(50))
        self.days = list(islice((day for day in spaced if office.calendar.is_working(day)), rounds + 1))
        for index, day in enumerate(self.days):
            tell(f"{number:,} open deadlines: real cases of round {index} of {rounds}")
            for _ in range(DUE):
                open_until(office, day)
        tell(f"{number:,} open deadlines: the others")
        self._fill(number - DUE * len(self.days))
        self.rounds = iter(self.days)

    def _fill(self, number: int) -> None:
        """Deadlines of later years on cases like the others, by bare statements."""
        example = open_until(self.office, date(2029, 1, 2))
        cases = -(-number // PER_CASE)
        with self.office.database.write() as connection:
            driver: Any = connection.driver
            driver.execute(CLONE.format(prefix="QX-F-"), {"id": example, "number": cases})
            driver.execute(
                "INSERT INTO deadline (case_id, name, version, title, state, due_on, next_on,"
                " provisional, whole_case) SELECT"
                " printf('QX-F-%07d', 1 + n / :each), printf('d%02d', n % :each), 1, '办理期限',"
                " 'running', day, day, 0, 0"
                " FROM (WITH RECURSIVE count(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM count WHERE n < :number - 1)"
                " SELECT n, date(:far, '+' || (n * 7919 % 4000) || ' days') AS day FROM count)",
                {"each": PER_CASE, "number": number, "far": "2024-01-01"},
            )

    def prepare(self) -> None:
        """Deal with what came before the next day: reminders of those to come, the end of those past."""
        self.day = next(self.rounds)
        sweep(on(self.office, self.day - timedelta(days=1)))
        on(self.office, self.day)

    def run(self) -> None:
        report = sweep(self.office)
        assert report.reminders == DUE, report.reminders


def among(folder: Path, many: int, rounds: int) -> Rates:
    """100 due among 1,000 against 100 due among ``many``."""
    few_office, many_office = make_office(folder / "few"), make_office(folder / "many")
    contestants = {"few": Among(few_office, 1000, rounds), "many": Among(many_office, many, rounds)}
    found = interleave(contestants, rounds, "one sweep", 60)
    for office in (few_office, many_office):
        office.database.close()
    return found


class Behind:
    """The sweep after a standstill of two months: one group of overdue deadlines a round.

    Each is reminded once (two earlier reminders merged into the third) and told to be overdue, urgently.
    """

    def __init__(self, folder: Path, number: int, rounds: int) -> None:
        self.office, self.work = make_office(folder / "behind"), number // rounds
        for index in range(rounds + 1):
            tell(f"catching up: cases of round {index} of {rounds}")
            for day in range(DAYS):
                example = open_until(self.office, OPENED + timedelta(days=90 * index + 30 + day))
                with self.office.database.write() as connection:
                    _clone(connection, example, f"QX-B-{index:02d}-{day:02d}-", self.work // DAYS)
        self.office.database.close()
        self.raw = folder / "raw.db"
        shutil.copy(self.office.database.path, self.raw)
        self.round = -1

    def prepare(self) -> None:
        """Stand still; the year's number in a round is what the rows to write are found by."""
        self.round += 1
        on(self.office, OPENED + timedelta(days=90 * self.round + 89))

    def run(self) -> None:
        report = sweep(self.office)
        assert (report.reminders, report.overdue) == (self.work, self.work)


class Raw:
    """The rows that the sweep of this round wrote, in batches of its size on a connection like the office's own."""

    def __init__(self, behind: Behind) -> None:
        self.behind, self.work, self.rows = behind, behind.work, 0
        self.connection = sqlite.connect(sqlite.driver(), behind.raw, "writer")
        self.batches: list[Batch] = []

    def prepare(self) -> None:
        self.batches = list(_written(self.behind.office, f"QX-B-{self.behind.round:02d}-"))
        self.rows = sum(len(rows) for batch in self.batches for _, rows in batch)

    def run(self) -> None:
        for batch in self.batches:
            self.connection.execute("BEGIN IMMEDIATE")
            for statement, rows in batch:
                self.connection.executemany(statement, rows)
            self.connection.execute("COMMIT")


def catch_up(folder: Path, number: int) -> tuple[Rates, float]:
    """Catching up with ``number`` deadlines in twenty rounds, and how many rows each of them writes."""
    behind = Behind(folder, number, 20)
    raw = Raw(behind)
    found = interleave({"sweep": behind, "raw": raw}, 20, "catching up", 300)
    for one in (behind.office.database, raw.connection):
        one.close()
    return found, raw.rows / raw.work


def _clone(connection: Connection, example: str, prefix: str, number: int) -> None:
    """Cases like the example, each with its deadline; the example's own is gone."""
    driver: Any = connection.driver
    driver.execute(CLONE.format(prefix=prefix), {"id": example, "number": number})
    driver.execute(
        "INSERT INTO deadline SELECT cases.id, name, deadline.version, title, deadline.state, due_on, next_on,"
        " provisional, whole_case FROM deadline, cases WHERE case_id = :id AND cases.id LIKE :like",
        {"id": example, "like": f"{prefix}%"},
    )
    driver.execute("DELETE FROM deadline WHERE case_id = :id", {"id": example})


Batch = list[tuple[str, list[tuple[Any, ...]]]]


def _written(office: Office, prefix: str) -> Iterator[Batch]:
    """What the sweep wrote about some cases, as statements and rows, in its order and in batches of its size."""
    with office.database.read() as connection:
        driver: Any = connection.driver
        found = driver.execute("SELECT id, seq, head FROM cases WHERE id LIKE ? ORDER BY id", (f"{prefix}%",))
        cases = found.fetchall()
        for first in range(0, len(cases), BATCH):
            some = cases[first : first + BATCH]
            between = {"first": some[0][0], "last": some[-1][0]}
            batch: Batch = []
            for table in ("reminder_sent", "entry", "inbox", "outbox"):
                found = driver.execute(f"SELECT * FROM {table} WHERE case_id BETWEEN :first AND :last", between)  # noqa: S608 - ours
                marks = ", ".join("?" * len(found.description))
                batch.append((f"INSERT INTO {table} VALUES ({marks})", found.fetchall()))  # noqa: S608 - ours
            batch.append(("UPDATE cases SET seq = ?, head = ? WHERE id = ?", [(n, head, i) for i, n, head in some]))
            found = driver.execute(
                "SELECT next_on, case_id, name FROM deadline WHERE case_id BETWEEN :first AND :last", between
            )
            batch.append(("UPDATE deadline SET next_on = ? WHERE case_id = ? AND name = ?", found.fetchall()))
            yield batch


class Period:
    """``due_date`` over 250 working days, with every reason, from one working day after another."""

    def __init__(self, work: int) -> None:
        self.work = work
        self.calendar, self.period = bundled(), parse_period("250wd")
        self.days = [self.calendar.working_day_from(date(2018, 1, 1), number % 240 + 1) for number in range(work)]

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for day in self.days:
            due_date(day, self.period, self.calendar)


class DayLoop:
    """The same by chinesecalendar: it asks day after day whether it is worked (``find_workday``)."""

    def __init__(self, work: int) -> None:
        import chinese_calendar

        self.work, self.find, self.days = work, chinese_calendar.find_workday, Period(work).days
        for day in self.days:  # both mean the same day
            assert self.find(250, day) == due_date(day, parse_period("250wd"), bundled()).day, day

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for day in self.days:
            self.find(250, day)


def period(rounds: int) -> Rates:
    """Periods of 250 working days a second."""
    return interleave({"due_date": Period(500), "loop": DayLoop(5)}, rounds, "250 working days", 20)
