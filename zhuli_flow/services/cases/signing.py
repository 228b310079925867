"""What a signer is asked to put his name to: the content handed in, who has signed with which words, who has still to.

A sign-off brings about what its first signer handed in; the next must see it before he signs. Under seal, a signer sees
his own words only.
"""

from __future__ import annotations

from msgspec import UNSET

from zhuli_flow.definitions.model.workflow import Event, Field, Workflow
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.reading import SEALED, sealed
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import Attachment
from zhuli_flow.engine.model.signing import Signature, SignOffUnderWay
from zhuli_flow.services.cases import facts
from zhuli_flow.services.cases.case_view import FieldShown, MaterialShown, SignatureShown, SigningShown
from zhuli_flow.services.office import Office
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection


def under_way(
    connection: Connection, office: Office, workflow: Workflow, stored: Stored, viewer: str | None
) -> list[SigningShown]:
    """Each open sign-off: its event, fields and materials as they will stand, signatures, and ``missing`` in words."""
    held = stored.case.body.get("signoffs", {})
    if not held:
        return []
    scope = CaseScope(workflow, stored.case, facts.gather(connection, office, workflow, stored.case, None))
    return [_shown(scope, workflow.events[name], one, viewer) for name, one in held.items() if name in workflow.events]


def answer(workflow: Workflow, name: str, value: Json) -> FieldShown:
    """A field's value with what people need to read it."""
    field = workflow.fields.get(name, Field(name, name))
    columns = {one.name: one.title for one in field.columns} or UNSET
    return FieldShown(name=name, title=field.title, type=field.type, unit=field.unit, columns=columns, value=value)


def handed_in(workflow: Workflow, name: str, files: tuple[Attachment, ...]) -> MaterialShown:
    """A material with its title and its files."""
    return MaterialShown(name, workflow.materials[name].title, files)


def _shown(scope: CaseScope, event: Event, held: SignOffUnderWay, viewer: str | None) -> SigningShown:
    workflow = scope.workflow
    shut = event.sheet is not None and sealed(workflow, scope.case, event.sheet)
    values, materials = ({}, {}) if shut else (held.values, held.materials)
    return SigningShown(
        event=event.name,
        title=event.title,
        fields=tuple(answer(workflow, name, value) for name, value in values.items()),
        materials=tuple(handed_in(workflow, name, files) for name, files in materials.items()),
        signatures=tuple(_signature(scope, one, shut and one.person != viewer) for one in held.signatures),
        missing=tuple(_seat(scope, seat) for seat in signoffs.missing(scope, event)),
    )


def _signature(scope: CaseScope, one: Signature, hidden: bool) -> SignatureShown:
    role = scope.workflow.roles.get(one.role)
    return SignatureShown(
        person=one.person,
        organisation=one.organisation,
        role=one.role,
        role_title=role.title if role else one.role,
        on_behalf_of=one.on_behalf_of,
        agree=None if hidden else one.agree,
        opinion=SEALED if hidden else one.opinion,
        at=one.at,
    )


def _seat(scope: CaseScope, seat: signoffs.Seat) -> str:
    return seat.person or scope.workflow.roles[seat.role].title
