"""Open deadlines (正在走的期限) as lists show them: page by page, each with its own light."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases.case_view import DueLine
from zhuli_flow.services.cases.view import deadline_of
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import UNCOUNTED, Page
from zhuli_flow.store import cases, deadlines
from zhuli_flow.store.deadlines import Open, Place, StoredDeadline
from zhuli_flow.store.sql.statements import Connection

PAGE = 500


def page(
    office: Office,
    before: date | None = None,
    case_id: str | None = None,
    *,
    limit: int,
    after: str = "",
    counted: bool = True,
) -> Page[DueLine]:
    """Open deadlines: those that run, the soonest last day first, then the suspended ones.

    ``before``: only those that run and end by this day; ``after`` is the ``next`` of the page before; not
    ``counted``: of a total nobody shows, since whose they are would be asked of each. Raises InvalidInput for another
    ``after``.
    """
    start = Place.read(after) if after else None
    with office.database.read() as connection:
        wanted = Open(case_id or "", before, reading.reach(connection, office))
        found = deadlines.page(connection, wanted, limit + 1, start)
        lines = list(_shown(connection, office, found[:limit]))
        total = deadlines.count(connection, wanted) if counted else UNCOUNTED
    return Page(lines, total, str(_place(found[limit - 1])) if len(found) > limit else "")


def due(office: Office, before: date | None = None, case_id: str | None = None) -> list[DueLine]:
    """Every open deadline, as ``page`` orders and narrows them."""
    lines = list[DueLine]()
    with office.database.read() as connection:
        wanted = Open(case_id or "", before, reading.reach(connection, office))
        found = deadlines.page(connection, wanted, PAGE)
        while found:
            lines += _shown(connection, office, found)
            found = deadlines.page(connection, wanted, PAGE, _place(found[-1]))
    return lines


def _place(one: StoredDeadline) -> Place:
    return Place(one.state, one.due_on or "", one.case_id, one.name)


def _shown(connection: Connection, office: Office, found: Sequence[StoredDeadline]) -> Iterator[DueLine]:
    """A line each, from the case itself; the rows say only which."""
    stored = cases.by_ids(connection, list({one.case_id for one in found}))
    for one in found:
        case = stored[one.case_id].case
        workflow, deadline = lookup.definition(connection, office, case.digest), case.deadlines[one.name]
        yield DueLine(case.id, case.applicant.name, deadline_of(office, workflow, one.name, deadline))
