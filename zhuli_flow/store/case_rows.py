"""The rows by which cases are found without loading them: what lists ask, where work lies, which case names which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import local_date, parse_instant
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.duties import addresses
from zhuli_flow.engine.deadlines.light_days import Turns, light_days
from zhuli_flow.engine.model.case import Case
from zhuli_flow.store.sql.statements import Connection, array, first, instant, rows, run, run_many

PAGE = 1000


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


class Duty(NamedTuple):
    """A case lies as work under this address."""

    address: str
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


def change_links(connection: Connection, gone: Iterable[Link], new: Iterable[Link]) -> None:
    """Take some links away, add others; each may be so already."""
    run_many(connection, "case_rows.drop_link", list(gone))
    run_many(connection, "case_rows.add_link", list(new))


def work(connection: Connection, addresses: Collection[str]) -> list[str]:
    """The ids of the cases that lie as work under any of these addresses, in their order."""
    return [row[0] for row in rows(connection, "case_rows.work", addresses=array(sorted(addresses)))]


def has_duties(connection: Connection, case_id: str, addresses: Collection[str]) -> set[str]:
    """Which of these addresses the case lies under."""
    wanted = array(sorted(addresses))
    return {row[0] for row in rows(connection, "case_rows.has_duties", case_id=case_id, addresses=wanted)}


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
    )


def _yellow(light: Turns) -> str | None:
    return light.yellow_on.isoformat() if light.yellow_on else None


def _red(light: Turns) -> str | None:
    return instant(light.red_at) if light.red_at else None


def duties_of(workflow: Workflow, case: Case) -> frozenset[Duty]:
    """Where the case lies as work; one not yet opened lies nowhere."""
    return frozenset(Duty(address, case.id) for address in _addresses(workflow, case))


def move_duties(connection: Connection, workflow: Workflow, before: Case, after: Case) -> None:
    """Note where a case lies as work after an act, where that is not where it lay before."""
    was, lies = _addresses(workflow, before), _addresses(workflow, after)
    if was != lies:
        gone, new = was - lies, lies - was
        change_duties(connection, [Duty(one, after.id) for one in gone], [Duty(one, after.id) for one in new])


def _addresses(workflow: Workflow, case: Case) -> frozenset[str]:
    return frozenset() if case.state == START else addresses(workflow, case)


def links_of(workflow: Workflow, case: Case) -> frozenset[Link]:
    """The other cases that this one names, each in one of its fields of the type ``case``."""
    named = ((name, case.fields.get(name)) for name, field in workflow.fields.items() if field.type == "case")
    return frozenset(Link(case.workflow, name, told, case.id) for name, told in named if isinstance(told, str))
