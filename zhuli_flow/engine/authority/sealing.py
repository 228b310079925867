"""What of a case is under seal: a sheet, until the event that opens it. For whoever shows history to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.case import Case, Json


def sealed(workflow: Workflow, case: Case, sheet: str) -> bool:
    """Whether a sheet of this case is still for its authors only; one that the definition no longer knows is."""
    found = workflow.sheets.get(sheet)
    return found is None or not case.count(str(found.sealed_until))


def hides(workflow: Workflow, case: Case, body: Mapping[str, Json]) -> bool:
    """Whether an entry tells something of a sealed sheet: in its values, or in the words around them."""
    event = workflow.events.get(str(body.get("event")))
    if event is not None and event.sheet is not None and sealed(workflow, case, event.sheet):
        return True
    changes = cast(list[list[Json]], body.get("changes") or [])
    touched = {str(change[1]).partition("/")[0] for change in changes if change[0] == "sheets"}
    return any(sealed(workflow, case, sheet) for sheet in touched)
