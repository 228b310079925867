"""The office's calendar: importing a year's holidays, and bringing every live deadline along when they change.

The calendar is the one shipped with the program, with the office's own imported years over it. Importing moves nothing
yet; ``recompute`` does, in the history of each case, where it is told to whose move it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from zhuli_flow.calendar import Calendar, YearData, bundled, load_year
from zhuli_flow.calendar.workdays import days_of
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import IntegrityBroken, InvalidInput
from zhuli_flow.services.deadlines.calendar_file import read_file
from zhuli_flow.services.deadlines.recompute import Counts, Recomputing, bring_along, look
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import calendars
from zhuli_flow.store.calendars import StoredYear
from zhuli_flow.store.sql.statements import Connection


class Paper(msgspec.Struct, frozen=True):
    """A paper of the State Council's office that announces holidays."""

    title: str
    number: str | None
    url: str | None


class YearEntry(Content, frozen=True):
    """What the entry of a year taken in says: its own paper, the digest of what it fixes, and what changed."""

    year: int
    title: str
    number: str | None
    sha256: str
    changes: Sequence[Json]
    notes: tuple[str, ...]


class DayOff(msgspec.Struct, frozen=True):
    """A day off the weekly pattern, and why."""

    date: str
    working: bool
    name: str
    why: str


class ChangedDay(msgspec.Struct, frozen=True):
    """A day that is worked under one calendar and not under another, as it is now."""

    date: str
    working: bool
    why: str


class CalendarYear(msgspec.Struct, frozen=True):
    """One year as the calendar has it: where it comes from, its papers and digest, every day off the weekly pattern.

    ``differs``: the program brings another version of an imported year along, perhaps a later one.
    """

    year: int
    announced: bool
    version: str
    source: Literal["imported", "bundled"] | None
    imported_at: str | None
    differs: bool
    sha256: str | None
    provenance: str
    papers: tuple[Paper, ...]
    days: tuple[DayOff, ...]


class ImportedYear(msgspec.Struct, frozen=True):
    """A year taken in: its paper and digest, the calendar's version before and after, the days that change.

    ``would``: how many deadlines computing anew would move or make certain.
    """

    file: str
    year: int
    title: str
    number: str | None
    sha256: str
    old: str
    new: str
    changed: bool
    days: tuple[ChangedDay, ...]
    would: Counts
    dry_run: bool


def refresh(office: Office) -> None:
    """Take over what was imported since ``office.calendar`` was made, here or by another process."""
    with office.database.read() as connection:
        take_over(connection, office)


def take_over(connection: Connection, office: Office) -> None:
    """``refresh`` inside a transaction.

    Years are read and hashed only when the office has others than the calendar: a sweep asks every time.
    """
    imported = calendars.digests(connection)
    if not imported or imported.items() <= office.calendar.digests.items():
        return
    for stored in calendars.newest(connection):
        if office.calendar.digests.get(stored.year) != stored.sha256:
            office.calendar = office.calendar.with_year(_loaded(stored))


def imported_years(office: Office) -> dict[int, str]:
    """The years this office imported itself, each with the instant (UTC, ISO text) of its newest version."""
    with office.database.read() as connection:
        return {stored.year: stored.added_at for stored in calendars.newest(connection)}


def import_file(office: Office, path: Path, *, dry_run: bool = False) -> ImportedYear:
    """Take a year's holidays into the office's calendar; nothing changes when it has exactly these already.

    Raises NotFound, or InvalidInput with every problem.
    """
    data, checked = read_file(path)
    with office.database.write() as connection:
        take_over(connection, office)
        before, after = office.calendar, office.calendar.with_year(checked)
        changed = before.version != after.version
        if changed and not dry_run:
            kept = {**data, "sha256": checked.sha256}
            calendars.add(connection, year=checked.year, sha256=checked.sha256, data=kept, at=office.clock.now())
            content = _import_entry(path.name, checked, before, after)
            entries.write_office(
                connection, office, "calendar_import", f"导入{checked.year}年放假安排", content=content
            )
    if not dry_run:
        office.calendar = after
    paper = checked.papers[-1]
    return ImportedYear(
        file=str(path),
        year=checked.year,
        title=paper.title,
        number=paper.number,
        sha256=checked.sha256,
        old=before.version,
        new=after.version,
        changed=changed,
        days=_differing(before, after, checked.year),
        would=look(office, after).counts(),
        dry_run=dry_run,
    )


def recompute(office: Office, *, dry_run: bool = False) -> Recomputing:
    """Compute every live deadline anew under the present calendar; record and tell what changed, case by case.

    Interrupted, it leaves whole cases done and the others as they were; done twice, it changes nothing more.
    """
    refresh(office)
    found = look(office, office.calendar) if dry_run else bring_along(office)
    return found.summed(dry_run=dry_run)


def year(calendar: Calendar, number: int, imported_at: str | None) -> CalendarYear:
    """One year as the calendar has it."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    found = next((data for data in calendar.years if data.year == number), None)
    return CalendarYear(
        year=number,
        announced=found is not None,
        version=calendar.version,
        source=None if found is None else "imported" if imported_at else "bundled",
        imported_at=imported_at,
        differs=bool(imported_at) and _digest(bundled(), number) not in (None, _digest(calendar, number)),
        sha256=_digest(calendar, number),
        provenance=found.provenance if found else "",
        papers=tuple(Paper(one.title, one.number, one.url) for one in (found.papers if found else ())),
        days=tuple(
            DayOff(day.isoformat(), calendar.is_working(day), name, calendar.describe(day))
            for day, name in calendar.exceptions(first, last)
        ),
    )


def _digest(calendar: Calendar, number: int) -> str | None:
    return calendar.digests.get(number)


def _import_entry(file: str, data: YearData, before: Calendar, after: Calendar) -> YearEntry:
    paper = data.papers[-1]
    return YearEntry(
        year=data.year,
        title=paper.title,
        number=paper.number,
        sha256=data.sha256,
        changes=[["calendar", str(data.year), before.version, after.version]],
        notes=(f"放假安排文件 {file}，依据 {paper.number or paper.title}，SHA-256 {data.sha256}",),
    )


def _differing(before: Calendar, after: Calendar, number: int) -> tuple[ChangedDay, ...]:
    """Days worked under one calendar and not under the other: of the year, and of the December before it."""
    days = days_of(date(number - 1, 12, 1), date(number, 12, 31))
    changed = (day for day in days if before.is_working(day) != after.is_working(day))
    return tuple(ChangedDay(day.isoformat(), after.is_working(day), after.describe(day)) for day in changed)


def _loaded(stored: StoredYear) -> YearData:
    try:
        return load_year(stored.data, f"{stored.year}年")
    except InvalidInput as error:
        told = f"已导入的{stored.year}年放假安排读不回来：{error.problems[0] if error.problems else error.message}"
        raise IntegrityBroken(told, fix="请用备份比对数据库：zhuli db restore 备份文件") from error
