"""One form of a case on paper, filled in or blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE
from zhuli_flow.engine.model.case import Json
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import facts
from zhuli_flow.services.notices.internal_form import SHEET, printed
from zhuli_flow.services.notices.issue import checkpoint_line
from zhuli_flow.services.office import Office
from zhuli_flow.support.new_file import write_new


def print_form(office: Office, case_id: str, name: str, target: Path) -> dict[str, Json]:
    """Print form ``name`` of a case, as far as it is filled in, to the new file ``target``.

    Raises NotFound (no such case or form), InvalidInput (``target`` exists or can't be written), PrintFailed.
    """
    values = form_values(office, case_id, name)
    data = printed(office, SHEET, values)
    write_new(target, data)
    told = {key: values[key] for key in ("form_title", "applicant", "state", "filled")}
    return {"case": case_id, "form": name, **told, "file": str(target), "size": len(data)}


def form_values(office: Office, case_id: str, name: str) -> dict[str, Json]:
    """What the printed form says: whose it is, how far it is filled in, and its lines with the answers."""
    with office.database.read() as connection:
        stored = lookup.stored(connection, case_id)
        case = stored.case
        workflow = lookup.definition(connection, office, case.digest)
        form = lookup.form(workflow, name)
        scope = CaseScope(workflow, case, facts.gather(connection, office, workflow, case, None))
        rows = cast(list[dict[str, Json]], scope.table("lines", name, ""))
    return {
        "number": case.id,
        "form_title": form.title,
        "applicant": case.applicant.name,
        "case_title": workflow.title,
        "version": workflow.version,
        "state": workflow.states[case.state].title,
        "filled": _filled(rows),
        "rows": cast(Json, rows),
        "checkpoint": checkpoint_line(case.id, stored.seq, stored.head),
    }


def _filled(rows: Sequence[Mapping[str, Json]]) -> str:
    """How far the form is filled in, in words: blank, 0 and 不适用 are three different things."""
    answers = [cast(dict[str, str], one) for row in rows for one in cast(list[Json], row["answers"])]
    given = [one["value"] for one in answers if one["value"]]
    apart = given.count(NOT_APPLICABLE)
    told = f"共{len(answers)}项，已填{len(given)}项" + (f"（其中不适用{apart}项）" if apart else "")
    blank = len(answers) - len(given)
    return told + (f"，空白{blank}项" if blank else "")
