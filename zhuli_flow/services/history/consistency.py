"""What rows repeat for those who search or count, held against what it repeats: the history, the body, the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TypeVar

from msgspec.structs import asdict

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.deadlines.reminders import day_after, reminders
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.history import case_record, region_record
from zhuli_flow.services.history.case_record import Bodies
from zhuli_flow.services.office import Office
from zhuli_flow.store import (
    audit,
    case_rows,
    cases,
    deadlines,
    figures,
    inbox,
    notices,
    region_places,
    stays,
    workflows,
)
from zhuli_flow.store.case_rows import Duty, Link, Mark
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.figures import Figure
from zhuli_flow.store.sql.statements import Connection

R = TypeVar("R", Duty, Link, Mark, Figure)


def of_definitions(office: Office) -> Iterator[str]:
    """Every definition's text has the digest that cases are pinned to, and its stored copy can be read."""
    with office.database.read() as connection:
        for name, version, digest, _ in workflows.listed(connection):
            stored = workflows.by_digest(connection, digest)
            if stored is None or sha256(stored.text.encode()).hexdigest() != digest:
                yield f"流程定义 {name} {version}：原文与摘要不符，被改动过"
            try:
                office.definitions.pop(digest, None)
                found = lookup.definition(connection, office, digest)
            except ZhuliError as error:
                yield f"流程定义 {name} {version}：{error.message}"
            else:
                if (name, version) != (found.name, found.version):
                    yield f"流程定义 {name} {version}：登记的名称或版本与原文不符，被改动过"


def of_case(connection: Connection, office: Office, stored: Stored, bodies: Bodies) -> Iterator[str]:
    """The columns of the case, its deadlines' rows and its documents' numbers against its body and its history."""
    try:
        workflow = lookup.definition(connection, office, stored.case.digest)
    except ZhuliError:
        return  # told once, by of_definitions
    wrong = [*_columns(connection, workflow, stored, bodies), *_deadlines(connection, office, workflow, stored)]
    wrong += _found_by(connection, office, workflow, stored)
    wrong += case_record.faults(connection, workflow, stored, bodies)
    for what in [*wrong, *_numbers(connection, stored, bodies)]:
        yield f"事项 {stored.case.id}：{what}与留痕不符，被改动过"


def _columns(connection: Connection, workflow: Workflow, stored: Stored, bodies: Bodies) -> Iterator[str]:
    states = [str(body["to"]) for body in bodies if "to" in body]
    ever = any(workflow.states[state].kind == "in_force" for state in states if state in workflow.states)
    opened = next((body["applicant"] for body in reversed(bodies) if "applicant" in body), None)
    if opened is not None and opened != asdict(stored.case.applicant):
        yield "申报单位"
    found = cases.repeated(connection, stored.case.id)
    applicant = stored.case.applicant
    kind = workflow.states[stored.case.state].kind if stored.case.state in workflow.states else ""
    for title, value, meant in zip(
        ("申报单位编号", "所属市", "环节性质", "曾在有效期内的标记"),
        found,
        (applicant.id, applicant.city, kind, int(ever)),
        strict=True,
    ):
        if value != meant:
            yield title


def _deadlines(connection: Connection, office: Office, workflow: Workflow, stored: Stored) -> Iterator[str]:
    """A sweep finds deadlines by these rows: a day put off there would be a reminder that never comes."""
    kept = {one.name: one for one in deadlines.of_case(connection, stored.case.id)}
    for name, told in stored.case.deadlines.items():
        row = kept.get(name)
        if row is not None and row.state != told.state:
            yield f"期限“{name}”的登记"
        if not told.live:
            continue
        rule = workflow.deadlines[name]
        meant = (told.due_on.isoformat(), told.version, told.provisional, rule.title, rule.whole_case)
        if row is None or (row.due_on, row.version, row.provisional, row.title, row.whole_case) != meant:
            yield f"期限“{name}”的登记"
        elif row.state == "running" and row.next_on not in _looks(office, workflow, name, told):
            yield f"期限“{name}”的下次巡检日"

    running = (name for name, row in kept.items() if row.state == "running")
    yield from (f"期限“{name}”的登记" for name in running if name not in stored.case.deadlines)


def _looks(office: Office, workflow: Workflow, name: str, told: Deadline) -> set[str | None]:
    """The days on which a sweep may look at a deadline; none any more once it is over."""
    planned = {one.day.isoformat() for one in reminders(workflow, name, told, office.calendar)}
    after = {None} if told.due_on < office.today else set[None]()
    return {*planned, *after, day_after(told.due_on).isoformat()}


def _numbers(connection: Connection, stored: Stored, bodies: Bodies) -> Iterator[str]:
    ordered = {
        (body["seq"], paper["kind"]): paper.get("number")
        for body in bodies
        if body["kind"] == "move"
        for paper in body.get("notices", ())
    }
    for one in notices.of_case(connection, stored.case.id):
        if ordered.get((one.seq, one.kind), one.number) != one.number or (one.seq, one.kind) not in ordered:
            yield f"公文 {one.number or one.kind}"


def _found_by(connection: Connection, office: Office, workflow: Workflow, stored: Stored) -> Iterator[str]:
    """Lists and work lists find the case by these rows: one left out would be work that nobody sees."""
    case = stored.case
    if case.state not in workflow.states:
        return
    found = case_rows.listed(connection, case.id)
    made = case_rows.listing_of(workflow, case, office.calendar, found[1]) if found else None
    if found is None or made is None or found[0] != made._replace(entered_at=found[0].entered_at):
        yield "列表的登记"
    if not all(case_rows.has_duty(connection, one) for one in case_rows.duties_of(workflow, case, office.calendar)):
        yield "待办的登记"
    if case_rows.readers_of(connection, case.id) != {one.mark for one in case_rows.marks_of(workflow, case)}:
        yield "可查看人的登记"
    if not all(case_rows.has_link(connection, link) for link in case_rows.links_of(workflow, case)):
        yield "关联事项的登记"
    if not all(figures.has(connection, one) for one in figures.figures_of(workflow, case)):
        yield "数字的登记"
    told = inbox.addresses_of(connection, case.id)
    if any(address not in (role, letter_address(workflow, case, role)) for role, address in told):
        yield "消息的登记"


def of_rows(office: Office) -> Iterator[str]:
    """Rows by which a case is found where it lies no more: they show work that is none."""

    def duties(workflow: Workflow, case: Case) -> frozenset[Duty]:
        return case_rows.duties_of(workflow, case, office.calendar)

    with office.database.read() as connection:
        if stray := inbox.astray(connection):
            yield f"第 {stray} 号消息：收件人的登记不符，被改动过"
    yield from _of_stays(office)
    yield from _surplus(office, case_rows.duties_after, Duty("", 0, "", ""), duties, "待办的登记")
    yield from _surplus(office, case_rows.readers_after, Mark("", ""), case_rows.marks_of, "可查看人的登记")
    yield from _surplus(office, case_rows.links_after, Link("", "", "", ""), case_rows.links_of, "关联事项的登记")
    yield from _surplus(office, figures.after, Figure("", "", "", ""), figures.figures_of, "数字的登记")


def _of_stays(office: Office) -> Iterator[str]:
    """How long cases stayed in their states is told by rows: each follows from the history, and there is none more."""
    noted, standing = 0, 0
    with office.database.read() as connection:
        for workflow in cases.counts(connection):
            for moves in audit.moves_by_case(connection, workflow):
                ended, entered = stays.of_moves(workflow, moves)
                noted += len(ended)
                row = case_rows.listed(connection, moves[0].case_id)
                if row is None or row[0].entered_at != entered or not all(stays.has(connection, one) for one in ended):
                    yield f"事项 {moves[0].case_id}：停留时间的登记与留痕不符，被改动过"
            for told in _beside(connection, office, workflow):
                noted, standing = noted + len(told.ended), standing + len(told.here)
                there = all(region_places.has(connection, one) for one in told.here)
                if not there or not all(stays.has(connection, one) for one in told.ended):
                    yield f"事项 {told.case_id}：并行环节的登记与留痕不符，被改动过"
        if (beside := region_places.count(connection) - standing) > 0:
            yield f"并行环节的登记比留痕多 {beside} 条，被改动过"
        if (more := stays.count(connection) - noted) > 0:
            yield f"停留时间的登记比留痕多 {more} 条，被改动过"


def _beside(connection: Connection, office: Office, workflow: str) -> Iterator[region_record.Told]:
    try:
        yield from region_record.told(connection, office, workflow)
    except ZhuliError:
        return  # a damaged definition: told once, by of_definitions


def _surplus(
    office: Office,
    following: Callable[[Connection, R], list[R]],
    last: R,
    meant: Callable[[Workflow, Case], frozenset[R]],
    what: str,
) -> Iterator[str]:
    """Every row of a table that its case does not lead to, in pages, each inside one look at the database."""
    while True:
        with office.database.read() as connection:
            page = following(connection, last)
            found = cases.by_ids(connection, list({one.case_id for one in page}))
            for one in page:
                if one.case_id not in found:
                    yield f"{what}指向没有的事项 {one.case_id}，被改动过"
                    continue
                case, workflow = _readable(connection, office, found[one.case_id])
                if workflow is not None and one not in meant(workflow, case):
                    yield f"事项 {case.id}：{what}与留痕不符，被改动过"
        if not page:
            return
        last = page[-1]


def _readable(connection: Connection, office: Office, stored: Stored) -> tuple[Case, Workflow | None]:
    """The case with its definition, None where that can't be read or does not know the state: told elsewhere."""
    try:
        workflow = lookup.definition(connection, office, stored.case.digest)
    except ZhuliError:
        return stored.case, None
    return stored.case, workflow if stored.case.state in workflow.states else None
