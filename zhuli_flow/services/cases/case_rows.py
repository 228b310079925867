"""The rows by which lists, work lists and registers find a case, written in the transaction of the act itself."""

from __future__ import annotations

from itertools import islice

from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.deadlines.work_places import may_move
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.services import lookup
from zhuli_flow.services.history import region_record
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, figures, inbox, region_places, stays
from zhuli_flow.store import case_rows as rows
from zhuli_flow.store.sql.statements import Connection, instant

_PAGE = 500


def keep(connection: Connection, office: Office, question: Question, decision: Decision) -> None:
    """Bring the rows of a case along with an act that was just written."""
    workflow, before, after, now = question.workflow, decision.before, decision.after, instant(question.facts.now)
    changed = {section for section, *_ in decision.changes}
    if START != before.state != after.state:
        stays.leave(connection, after.id, after.version, now)
    if workflow.regions and (before.state != after.state or "regions" in changed):
        region_record.move(connection, (workflow, before), (workflow, after), now)
    if before.state == START or "deadlines" in changed:
        rows.put(connection, [rows.listing_of(workflow, after, office.calendar, now)])
    else:
        kind = workflow.states[after.state].kind
        rows.move(connection, after.id, state=after.state, kind=kind, at=now)
    if may_move(workflow, before, after, decision.changes):
        rows.move_duties(connection, workflow, before, after, office.calendar)
    if changed & {"fields", "assignments"}:
        rows.move_readers(connection, workflow, before, after)
    if "fields" in changed:
        figures.change(connection, workflow, after, decision.changes)
        named, names = rows.links_of(workflow, before), rows.links_of(workflow, after)
        rows.change_links(connection, named - names, names - named)


def relist(connection: Connection, office: Office, workflow: Workflow, case: Case) -> None:
    """Tell the lights of a case anew, under the calendar as it is now; when it changed stays as it was."""
    found = rows.listed(connection, case.id)
    if found is not None:
        made = rows.listing_of(workflow, case, office.calendar, found[1])
        new = made._replace(entered_at=found[0].entered_at)
        if new != found[0]:
            rows.put(connection, [new])


def bring_along(connection: Connection, office: Office, workflow: Workflow, before: Case, after: Case) -> None:
    """Bring the rows along with a case that no act has changed: it has become another unit's, days have moved."""
    relist(connection, office, workflow, after)
    rows.move_duties(connection, workflow, before, after, office.calendar)
    rows.move_readers(connection, workflow, before, after)
    if before.applicant != after.applicant:
        _address(connection, workflow, after)


def _address(connection: Connection, workflow: Workflow, case: Case) -> None:
    """Put what was told to roles about a case where those are found who hold them for it."""
    for role, address in inbox.addresses_of(connection, case.id):
        meant = letter_address(workflow, case, role)
        if address != meant:
            inbox.address_again(connection, case.id, role, meant)


def move_to_version(
    connection: Connection, office: Office, before: tuple[Workflow, Case], now: tuple[Workflow, Case]
) -> None:
    """Bring the rows along with a case that runs on another version of its workflow from now on."""
    (old, was), (new, case) = before, now
    if old.regions or new.regions:
        region_record.move(connection, before, now, instant(office.clock.now()))
    rows.put(connection, [rows.listing_of(new, case, office.calendar, instant(office.clock.now()))])
    here, there = rows.duties_of(old, was, office.calendar), rows.duties_of(new, case, office.calendar)
    rows.change_duties(connection, here - there, there - here)
    read, reads = rows.marks_of(old, was), rows.marks_of(new, case)
    rows.change_readers(connection, read - reads, reads - read)
    named, names = rows.links_of(old, was), rows.links_of(new, case)
    rows.change_links(connection, named - names, names - named)
    had, has = figures.figures_of(old, was), figures.figures_of(new, case)
    figures.replace(connection, had - has, has - had)
    _address(connection, new, case)


def fill(connection: Connection, office: Office) -> None:
    """Make the rows of every case from nothing: for a database that never had them."""
    for stored, place in cases.every_placed(connection, _PAGE):
        case, workflow = stored.case, lookup.definition(connection, office, stored.case.digest)
        rows.put(connection, [rows.listing_of(workflow, case, office.calendar, place.changed)])
        rows.change_duties(connection, (), rows.duties_of(workflow, case, office.calendar))
        rows.change_readers(connection, (), rows.marks_of(workflow, case))
        rows.change_links(connection, (), rows.links_of(workflow, case))
        _address(connection, workflow, case)
        figures.put(connection, figures.figures_of(workflow, case))
    for workflow_name in cases.counts(connection):
        walk = audit.moves_by_case(connection, workflow_name)
        while batch := list(islice(walk, _PAGE)):
            found = [stays.of_moves(workflow_name, moves) for moves in batch]
            entered = [(since, moves[0].case_id) for (_, since), moves in zip(found, batch, strict=True)]
            stays.put(connection, (one for ended, _ in found for one in ended), entered)
        for told in region_record.told(connection, office, workflow_name):
            stays.put(connection, told.ended, ())
            region_places.put(connection, told.here)
