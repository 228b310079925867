"""What a signer is asked to put his name to: the content handed in, who has signed with which words, who has still to.

A sign-off brings about what its first signer handed in; the next must see it before he signs. Under seal, a signer sees
his own words only.
"""

from __future__ import annotations

from typing import cast

from zhuli_flow.definitions.model.workflow import Event, Workflow
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.reading import SEALED, sealed
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.engine.model.signing import Signature, SignOffUnderWay
from zhuli_flow.services.cases import facts
from zhuli_flow.services.office import Office
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection


def under_way(
    connection: Connection, office: Office, workflow: Workflow, stored: Stored, viewer: str | None
) -> list[Json]:
    """Each open sign-off: its event, fields and materials as they will stand, signatures, and ``missing`` in words."""
    held = stored.case.body.get("signoffs", {})
    if not held:
        return []
    scope = CaseScope(workflow, stored.case, facts.gather(connection, office, workflow, stored.case, None))
    return [_told(scope, workflow.events[name], one, viewer) for name, one in held.items() if name in workflow.events]


def answer(workflow: Workflow, name: str, value: Json) -> Json:
    """A field's value with what people need to read it."""
    field = workflow.fields.get(name)
    return {
        "name": name,
        "title": field.title if field else name,
        "type": field.type if field else "text",
        "unit": field.unit if field else "",
        **({"columns": {one.name: one.title for one in field.columns}} if field and field.columns else {}),
        "value": value,
    }


def handed_in(workflow: Workflow, name: str, files: Json) -> Json:
    """A material with its title and its files."""
    return {"name": name, "title": workflow.materials[name].title, "files": files}


def _told(scope: CaseScope, event: Event, held: SignOffUnderWay, viewer: str | None) -> Json:
    workflow = scope.workflow
    shut = event.sheet is not None and sealed(workflow, scope.case, event.sheet)
    files = cast(dict[str, Json], as_json(held.materials))
    return {
        "event": event.name,
        "title": event.title,
        "fields": [] if shut else [answer(workflow, name, value) for name, value in held.values.items()],
        "materials": [] if shut else [handed_in(workflow, name, found) for name, found in files.items()],
        "signatures": [_signature(scope, one, shut and one.person != viewer) for one in held.signatures],
        "missing": [_seat(scope, seat) for seat in signoffs.missing(scope, event)],
    }


def _signature(scope: CaseScope, one: Signature, hidden: bool) -> Json:
    role = scope.workflow.roles.get(one.role)
    return {
        "person": one.person,
        "organisation": one.organisation,
        "role": one.role,
        "role_title": role.title if role else one.role,
        "on_behalf_of": one.on_behalf_of,
        "agree": None if hidden else one.agree,
        "opinion": SEALED if hidden else one.opinion,
        "at": one.at,
    }


def _seat(scope: CaseScope, seat: signoffs.Seat) -> str:
    return seat.person or scope.workflow.roles[seat.role].title
