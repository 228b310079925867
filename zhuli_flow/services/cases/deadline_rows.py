"""The rows by which a sweep finds deadlines, made from the case in the act's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.deadlines import reminders
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.services.office import Office
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.sql.statements import Connection


def _mirror(connection: Connection, office: Office, workflow: Workflow, decision: Decision) -> None:
    changed = {key: new for section, key, _, new in decision.changes if section == "deadlines"}
    if changed:
        clocks = [mirrored(office, workflow, decision.after.id, name, new) for name, new in changes_of(changed)]
        rows.mirror(connection, clocks)


def changes_of(changed: Mapping[str, Json]) -> list[tuple[str, Mapping[str, Json]]]:
    """Deadlines that stand after an act; one undone by 撤回 counts as cancelled."""
    gone: dict[str, Json] = {"version": 1, "state": "cancelled", "due_on": None}
    return [(name, new if isinstance(new, dict) else gone) for name, new in changed.items()]


def mirrored(
    office: Office, workflow: Workflow, case_id: str, name: str, deadline: Mapping[str, Json], after: date | None = None
) -> rows.StoredDeadline:
    """The row by which a sweep finds a deadline."""
    look = reminders.next_look(workflow, name, deadline, office.calendar, after)
    rule = workflow.deadlines[name]
    return rows.StoredDeadline(
        case_id,
        name,
        int(str(deadline["version"])),
        str(deadline["state"]),
        cast(str | None, deadline["due_on"]),
        look.isoformat() if look else None,
        rule.title,
        bool(deadline.get("provisional")),
        rule.whole_case,
    )
