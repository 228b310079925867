"""The rows by which a sweep finds deadlines, made from the case in the act's own transaction."""

from __future__ import annotations

from datetime import date

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.deadlines import reminders
from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.services.office import Office
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.sql.statements import Connection


def _mirror(connection: Connection, office: Office, workflow: Workflow, decision: Decision) -> None:
    changed = [key for section, key, _, _ in decision.changes if section == "deadlines"]
    if changed:
        case = decision.after
        rows.mirror(connection, [row_of(office, workflow, case.id, key, case.deadlines.get(key)) for key in changed])


def row_of(
    office: Office, workflow: Workflow, case_id: str, name: str, deadline: Deadline | None
) -> rows.StoredDeadline:
    """The row of a deadline as it stands after an act; one undone by 撤回 (None) counts as cancelled."""
    if deadline is not None:
        return mirrored(office, workflow, case_id, name, deadline)
    rule = workflow.deadlines[name]
    return rows.StoredDeadline(case_id, name, 1, "cancelled", None, None, rule.title, False, rule.whole_case)


def mirrored(
    office: Office, workflow: Workflow, case_id: str, name: str, deadline: Deadline, after: date | None = None
) -> rows.StoredDeadline:
    """The row by which a sweep finds a deadline."""
    look = reminders.next_look(workflow, name, deadline, office.calendar, after)
    rule = workflow.deadlines[name]
    return rows.StoredDeadline(
        case_id,
        name,
        deadline.version,
        deadline.state,
        deadline.due_on.isoformat(),
        look.isoformat() if look else None,
        rule.title,
        deadline.provisional,
        rule.whole_case,
    )
