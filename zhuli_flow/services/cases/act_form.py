"""An act as a form to fill in: what it asks for, with types, limits, columns and what the case has already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import UNSET

from zhuli_flow.definitions.model.workflow import SAME, Ask, Column, Event, Field, IssueNotice, Material, Workflow
from zhuli_flow.engine import relocation
from zhuli_flow.engine.authority.rights import opening_event
from zhuli_flow.engine.authority.signoffs import open_signoff
from zhuli_flow.engine.inputs import needed_material
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import NeededField, NeededMaterial, Needs, Option
from zhuli_flow.engine.model.json_values import Attachment
from zhuli_flow.engine.position import title_of
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import view
from zhuli_flow.services.office import Office
from zhuli_flow.store import directory
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.pinyin import in_order

Choices = tuple[tuple[str, str], ...]
"""What may be chosen: its value and what people read."""
MANY = 5
"""Fields from which on a form is offered as a spreadsheet."""
WALKS = {"again": "重走其间各环节", "straight": "改好后直接回到本环节"}


@dataclass(frozen=True, slots=True)
class AskedField:
    """One field to fill in: as the definition declares it, whether it must be, and what the case or the house has."""

    field: Field
    required: bool
    value: Json = None
    known: Json = None
    before: Json = None
    """What the same unit gave the time before."""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def title(self) -> str:
        return self.field.title

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.field.columns


@dataclass(frozen=True, slots=True)
class AskedMaterial:
    """One material to hand in, and the files of it that the case has already."""

    material: Material
    required: bool
    files: tuple[Attachment, ...] = ()

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def title(self) -> str:
        return self.material.title


@dataclass(frozen=True, slots=True)
class Argument:
    """What an operation is told: the step to go back to, the person to hand over to; ``choices`` as (value, title)."""

    name: str
    title: str
    choices: Choices = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class ActForm:
    """One act of one person on one case, ready to be shown: ``option`` says whether it may be done and why not.

    ``readable``: every field the act could ever ask for; what somebody typed before it moved on is read by it.
    """

    option: Option
    target: str
    fields: tuple[AskedField, ...] = ()
    materials: tuple[AskedMaterial, ...] = ()
    arguments: tuple[Argument, ...] = ()
    opinion_required: bool = False
    may_decline: bool = False
    clause: str = ""
    readable: tuple[Field, ...] = ()
    prints: bool = False
    """Whether the act orders papers, or proof-reads those of a later one."""
    sheets: tuple[tuple[str, str], ...] = ()
    """The forms that may be filled in as spreadsheets instead, as (name, title)."""
    of_sheet: bool = False
    """Whether it is one that each author fills in alone."""


def form(office: Office, case_id: str, person: str, event: str) -> ActForm | None:
    """The form of one act, allowed now or not; None for one that the workflow does not know. Raises NotFound."""
    option = next((one for one in view.options(office, case_id, person) if one.event == event), None)
    with office.database.read() as connection:
        case = reading.stored(connection, office, case_id).case
        workflow = lookup.definition(connection, office, case.digest)
        colleagues = _colleagues(connection, office, person) if option and option.needs.arguments is not UNSET else ()
    drawn = workflow.events.get(event)
    if drawn is not None:
        return _of_event(workflow, case, drawn, option or _gone(workflow, case, drawn))
    return None if option is None else _of_operation(workflow, case, option, colleagues)


def _of_event(workflow: Workflow, case: Case, drawn: Event, option: Option) -> ActForm:
    signing = _under_way(case, drawn.name)
    return ActForm(
        option,
        "" if option.target == case.state else title_of(workflow, option.target),
        fields=tuple(_field(workflow, case, drawn, told) for told in option.needs.fields or ()),
        materials=tuple(_material(workflow, case, told) for told in option.needs.materials or ()),
        opinion_required=drawn.opinion_required and not signing,
        may_decline=drawn.sign is not None,
        clause=drawn.clause,
        readable=tuple(workflow.fields[ask.name] for ask in drawn.fill),
        prints=bool(drawn.proof) or any(isinstance(effect, IssueNotice) for effect in drawn.effects),
        sheets=() if drawn.sheet or signing else tuple(_sheets(workflow, drawn)),
        of_sheet=drawn.sheet is not None,
    )


def _sheets(workflow: Workflow, drawn: Event) -> Iterator[tuple[str, str]]:
    """The forms of which the event asks every field."""
    filled = {ask.name for ask in drawn.fill}
    for form in workflow.forms.values():
        if len(form.fields) >= MANY and {ask.name for ask in form.fields} <= filled:
            yield form.name, form.title


def _gone(workflow: Workflow, case: Case, drawn: Event) -> Option:
    """An act that the case has moved past: what was typed for it can still be shown."""
    needs = Needs(
        fields=tuple(_no_more_asked(workflow.fields[ask.name], ask) for ask in drawn.fill),
        materials=tuple(needed_material(workflow, ask, case) for ask in drawn.attach),
    )
    target = drawn.sources[0] if drawn.target == SAME else drawn.target
    return Option(drawn.name, drawn.title, False, (), needs, target)


def _no_more_asked(field: Field, ask: Ask) -> NeededField:
    return NeededField(field.name, field.title, field.type, field.unit, field.choices, ask.required, present=False)


def _of_operation(workflow: Workflow, case: Case, option: Option, colleagues: Choices) -> ActForm:
    fields = _correctable(workflow, case) if option.event == "correct" else ()
    return ActForm(
        option,
        "",
        fields=fields,
        readable=tuple(one.field for one in fields),
        arguments=tuple(
            _argument(name, option.event, workflow, case, colleagues) for name in option.needs.arguments or ()
        ),
        opinion_required=bool(option.needs.opinion),
    )


def opening_form(office: Office, workflow_name: str, person: str) -> tuple[Workflow, ActForm]:
    """The workflow and the form by which this person opens a case of it. Raises NotFound."""
    with office.database.read() as connection:
        workflow = lookup.for_new_cases(connection, office, workflow_name)
        actor = lookup.actor(connection, office, person)
    event = workflow.events[opening_event(workflow, actor)]
    fields = tuple(AskedField(workflow.fields[ask.name], ask.required) for ask in event.fill)
    option = Option(event.name, event.title, allowed=True)
    made = ActForm(
        option,
        "",
        fields=fields,
        opinion_required=event.opinion_required,
        clause=event.clause,
        readable=tuple(one.field for one in fields),
    )
    return workflow, made


def asks_files(option: Option) -> bool:
    """Whether the act can't be done without handing in a material."""
    return any(one.required for one in option.needs.materials or ())


def _field(workflow: Workflow, case: Case, event: Event, needed: NeededField) -> AskedField:
    field, anew = workflow.fields[needed.name], {ask.name for ask in event.fill if ask.anew}
    fresh = event.sheet is not None or field.name in anew
    value = None if fresh else case.fields.get(field.name)
    return AskedField(field, needed.required, value, needed.known, needed.before)


def _material(workflow: Workflow, case: Case, needed: NeededMaterial) -> AskedMaterial:
    material = workflow.materials[needed.name]
    return AskedMaterial(material, needed.required, case.materials.get(material.name, ()))


def _correctable(workflow: Workflow, case: Case) -> tuple[AskedField, ...]:
    """Every field that has a value; none of them must be given."""
    return tuple(
        AskedField(field, False, case.fields[name]) for name, field in workflow.fields.items() if name in case.fields
    )


def _argument(name: str, event: str, workflow: Workflow, case: Case, colleagues: Choices) -> Argument:
    operation = workflow.operations.get(event)
    if name == "to" and operation is not None:
        walked = {visit.state for visit in case.path} - {case.state}
        steps = tuple((one, workflow.states[one].title) for one in operation.targets if one in walked)
        return Argument(name, "退回到", steps)
    if name == "to":
        bound = relocation.proposed(case)
        return Argument(name, "调整到", ((bound[0], title_of(workflow, bound[0])),) if bound else ())
    if name == "walk" and operation is not None:
        return Argument(name, "退回后", tuple((one, WALKS.get(one, one)) for one in operation.walk))
    return Argument(name, "抄送给" if event == "copy" else "交给", colleagues, several=event == "copy")


def _colleagues(connection: Connection, office: Office, person: str) -> Choices:
    """Everybody else, those of the same organisation first."""
    mine = lookup.actor(connection, office, person).organisation.id
    others = [one for one in directory.everybody(connection, office.today) if one.person != person]
    ranked = sorted(others, key=lambda one: (one.organisation.id != mine, in_order(one.organisation.name)))
    return tuple((one.person, f"{one.person}（{one.organisation.name}）") for one in ranked)


def _under_way(case: Case, event: str) -> bool:
    found = open_signoff(case, event)
    return found is not None and any(one.agree for one in found.signatures)
