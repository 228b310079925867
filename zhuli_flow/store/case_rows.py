"""The rows by which cases are found without loading them: what lists ask, where work lies, which case names which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import local_date, parse_instant, start_of_day
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.reach import named_marks
from zhuli_flow.engine.deadlines.light_days import Turns, light_days
from zhuli_flow.engine.deadlines.work_places import places
from zhuli_flow.engine.model.case import Case
from zhuli_flow.store.case_filter import Filter, narrowed
from zhuli_flow.store.sql.statements import Connection, array, first, instant, rows, run, run_many, walk

PAGE = 1000
_ANY = Filter()


class Listing(NamedTuple):
    """What lists ask of one case, in the order of the table; instants and days as text (UTC, ``YYYY-MM-DD``)."""

    case_id: str
    workflow: str
    state: str
    state_kind: str
    applicant_id: str
    city: str
    county: str
    applicant: str
    opened_on: str
    entered_at: str
    changed_at: str
    step_yellow_on: str | None
    step_red_at: str | None
    step_rests: int
    whole_yellow_on: str | None
    whole_red_at: str | None
    whole_rests: int
    digest: str = ""


class Duty(NamedTuple):
    """A case lies as work under this address (``engine.deadlines.work_places``); ``owed`` is 1 or 0."""

    address: str
    owed: int
    due_on: str
    case_id: str


class Spot(NamedTuple):
    """Where a case stands in a part of a work list: by which day, and its number."""

    due_on: str
    case_id: str


class Mark(NamedTuple):
    """A case may be read by whom this mark names."""

    mark: str
    case_id: str


class Link(NamedTuple):
    """A case of ``workflow`` names ``target`` in its ``field``."""

    workflow: str
    field: str
    target: str
    case_id: str


def put(connection: Connection, listings: Sequence[Listing]) -> None:
    """Write what lists ask of these cases, over what was there."""
    run_many(connection, "case_rows.list", listings)


def move(connection: Connection, case_id: str, *, state: str, kind: str, at: str) -> None:
    """A case has changed (``at``: UTC text), its deadlines have not."""
    run(connection, "case_rows.move", {"case_id": case_id, "state": state, "state_kind": kind, "changed_at": at})


def listed(connection: Connection, case_id: str) -> tuple[Listing, str] | None:
    """The row of a case, and when the case itself says that it changed; None without one."""
    found = first(connection, "case_rows.listed", case_id=case_id)
    return None if found is None else (Listing(*found[:-1]), str(found[-1]))


def change_duties(connection: Connection, gone: Iterable[Duty], new: Iterable[Duty]) -> None:
    """Take some addresses away, add others; each may be so already."""
    run_many(connection, "case_rows.drop_duty", list(gone))
    run_many(connection, "case_rows.add_duty", list(new))


def change_readers(connection: Connection, gone: Iterable[Mark], new: Iterable[Mark]) -> None:
    """Take some marks of readers away, add others; each may be so already."""
    run_many(connection, "case_rows.drop_reader", list(gone))
    run_many(connection, "case_rows.add_reader", list(new))


def change_links(connection: Connection, gone: Iterable[Link], new: Iterable[Link]) -> None:
    """Take some links away, add others; each may be so already."""
    run_many(connection, "case_rows.drop_link", list(gone))
    run_many(connection, "case_rows.add_link", list(new))


def lying(connection: Connection, addresses: Collection[str]) -> list[str]:
    """The ids of the cases that lie as work under any of these addresses, in their order."""
    return [row[0] for row in rows(connection, "case_rows.lying", addresses=array(sorted(addresses)))]


def work(
    connection: Connection, addresses: Collection[str], owed: Collection[bool], after: Spot, among: Filter = _ANY
) -> Iterator[Spot]:
    """The cases under any of these addresses where something is ``owed``, or not, by day, those behind a spot.

    Each address is read by its index a page at a time: nothing is read that is not asked for. A case that lies under
    several with other days comes once for each day.
    """
    streams = [_stream(connection, one, int(flag), after, among) for one in sorted(addresses) for flag in owed]
    return (spot for spot, _ in groupby(merge(*streams)))


def _stream(connection: Connection, address: str, owed: int, after: Spot, among: Filter) -> Iterator[Spot]:
    names, values = narrowed(among)
    statement = ("case_rows.work_among", *names) if names else "case_rows.work"
    size = 50
    while True:
        key = after._asdict()
        page = rows(connection, statement, address=address, owed=owed, limit=size, **key, **values)
        yield from (Spot(*row) for row in page)
        if len(page) < size:
            return
        after, size = Spot(*page[-1]), min(2 * size, PAGE)


def count_work(connection: Connection, addresses: Collection[str], among: Filter = _ANY) -> tuple[int, int]:
    """How many cases lie under any of these addresses: those where something is owed there, and all."""
    (names, values), given = narrowed(among), array(sorted(addresses))
    if not names:
        each = rows(connection, "case_rows.count_each", addresses=given)
        if len({row[0] for row in each}) < 2:  # no case can lie under two of them
            return sum(row[2] for row in each if row[1]), sum(row[2] for row in each)
    asked = ("case_rows.count_owed_among", "case_rows.count_work_among") if names else _COUNTS
    owed, every = (rows(connection, (one, *names) if names else one, addresses=given, **values) for one in asked)
    return owed[0][0], every[0][0]


_COUNTS = ("case_rows.count_owed", "case_rows.count_work")


class WorkStanding(NamedTuple):
    """So many cases of a workflow lie as work at this light: the more urgent of the two (红、黄、绿、灰、—)."""

    workflow: str
    light: str
    cases: int


def standing(connection: Connection, addresses: Collection[str], now: datetime) -> list[WorkStanding]:
    """How the cases under any of these addresses stand at ``now``."""
    at = {"now": instant(now), "today": local_date(now).isoformat()}
    found = rows(connection, "case_rows.work_standing", addresses=array(sorted(addresses)), **at)
    return [WorkStanding(*row) for row in found]


def overdue(connection: Connection, workflows: Sequence[str], red: Filter) -> Iterator[tuple[str, list[Duty]]]:
    """The ``red`` cases of these workflows, by id, each with where something is owed by today or an earlier day."""
    names, values = narrowed(red)
    names = ("case_rows.overdue", "cases.of_workflows", *names)
    found = walk(connection, names, workflows=array(list(workflows)), **values)
    for case_id, lies in groupby(found, key=itemgetter(0)):
        yield case_id, [Duty(address, 1, due_on, case_id) for _, address, due_on in lies]


def overdue_applicants(
    connection: Connection, workflows: Sequence[str], red: Filter, most: int
) -> tuple[list[tuple[str, int]], int]:
    """The names of applicants with the most ``red`` cases of these workflows, each with how many; and how many names.

    ``most`` names at most; equal ones by name.
    """
    names, values = narrowed(red)
    names = ("case_rows.overdue_applicants", "cases.of_workflows", *names)
    found = rows(connection, names, workflows=array(list(workflows)), limit=most, **values)
    return [(row[0], row[1]) for row in found], found[0][2] if found else 0


def has_duty(connection: Connection, duty: Duty) -> bool:
    """Whether this duty is noted."""
    return first(connection, "case_rows.has_duty", **duty._asdict()) is not None


def readers_of(connection: Connection, case_id: str) -> set[str]:
    """The marks of readers that are noted of a case."""
    return {row[0] for row in rows(connection, "case_rows.readers_of", case_id=case_id)}


def readers_after(connection: Connection, after: Mark, limit: int = PAGE) -> list[Mark]:
    """The next marks of readers behind ``after``, in their order."""
    return [Mark(*row) for row in rows(connection, "case_rows.readers", **after._asdict(), limit=limit)]


def has_link(connection: Connection, link: Link) -> bool:
    """Whether this link is noted."""
    return first(connection, "case_rows.has_link", **link._asdict()) is not None


def duties_after(connection: Connection, after: Duty, limit: int = PAGE) -> list[Duty]:
    """The next addresses behind ``after``, in their order."""
    return [Duty(*row) for row in rows(connection, "case_rows.duties", **after._asdict(), limit=limit)]


def links_after(connection: Connection, after: Link, limit: int = PAGE) -> list[Link]:
    """The next links behind ``after``, in their order."""
    return [Link(*row) for row in rows(connection, "case_rows.links", **after._asdict(), limit=limit)]


def listing_of(workflow: Workflow, case: Case, calendar: Calendar, changed_at: str) -> Listing:
    """What lists ask of the case, which changed at this instant (UTC text), and so far is in its state since then."""
    step, whole = light_days(workflow, case, calendar)
    return Listing(
        case_id=case.id,
        workflow=case.workflow,
        state=case.state,
        state_kind=workflow.states[case.state].kind,
        applicant_id=case.applicant.id,
        city=case.applicant.city,
        county=case.applicant.county,
        applicant=case.applicant.name,
        opened_on=local_date(parse_instant(case.opened_at)).isoformat(),
        entered_at=changed_at,
        changed_at=changed_at,
        step_yellow_on=_yellow(step),
        step_red_at=_red(step),
        step_rests=int(step.rests),
        whole_yellow_on=_yellow(whole),
        whole_red_at=_red(whole),
        whole_rests=int(whole.rests),
        digest=case.digest,
    )


def _yellow(light: Turns) -> str | None:
    return light.yellow_on.isoformat() if light.yellow_on else None


def _red(light: Turns) -> str | None:
    return instant(light.red_at) if light.red_at else None


def light_of(row: Listing, now: str, today: str) -> str:
    """The word of the more urgent light of a case at an instant (UTC text) of a day, as ``sql/core/lights`` has it."""
    lights = (
        (row.step_yellow_on, row.step_red_at, row.step_rests),
        (row.whole_yellow_on, row.whole_red_at, row.whole_rests),
    )
    if any(red and red <= now for _, red, _ in lights):
        return "红"
    days = [yellow for yellow, red, _ in lights if yellow and red]
    if days:
        return "黄" if min(days) <= today else "绿"
    return "灰" if any(rests and not yellow for yellow, _, rests in lights) else "—"


def turns_of(row: Listing) -> list[str]:
    """The instants (UTC text) at which the light of a case turns."""
    days = (one for one in (row.step_yellow_on, row.whole_yellow_on) if one)
    instants = [one for one in (row.step_red_at, row.whole_red_at) if one]
    return [*(instant(start_of_day(date.fromisoformat(one))) for one in days), *instants]


def duties_of(workflow: Workflow, case: Case, calendar: Calendar) -> frozenset[Duty]:
    """Where the case lies as work; one not yet opened lies nowhere."""
    return frozenset(Duty(one.address, int(one.owed), one.due_on, case.id) for one in places(workflow, case, calendar))


def move_duties(connection: Connection, workflow: Workflow, before: Case, after: Case, calendar: Calendar) -> None:
    """Note where a case lies as work after an act, where that is not where it lay before."""
    was, lies = duties_of(workflow, before, calendar), duties_of(workflow, after, calendar)
    if was != lies:
        change_duties(connection, was - lies, lies - was)


def marks_of(workflow: Workflow, case: Case) -> frozenset[Mark]:
    """By which names the case may be read, beside what its row in lists tells."""
    return frozenset(Mark(one, case.id) for one in named_marks(workflow, case))


def move_readers(connection: Connection, workflow: Workflow, before: Case, after: Case) -> None:
    """Note who is named in a case after an act, where that is not who was named before."""
    was = frozenset[Mark]() if before.state == START else marks_of(workflow, before)
    now = marks_of(workflow, after)
    if was != now:
        change_readers(connection, was - now, now - was)


def links_of(workflow: Workflow, case: Case) -> frozenset[Link]:
    """The other cases that this one names, each in one of its fields of the type ``case``."""
    named = ((name, case.fields.get(name)) for name, field in workflow.fields.items() if field.type == "case")
    return frozenset(Link(case.workflow, name, told, case.id) for name, told in named if isinstance(told, str))
