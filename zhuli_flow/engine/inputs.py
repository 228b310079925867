"""What an act brings along: field values, materials, an opinion. Read, checked, and merged into a copy of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from zhuli_flow.definitions.model.workflow import Ask, Event, Field, Material, Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.known_answers import value_before, value_held
from zhuli_flow.engine.expressions.values import ValueRefused, accept, names_of, same_unit
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.decision import Command, NeededField, NeededMaterial, Needs, Refusal
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.engine.naming import called
from zhuli_flow.support.suggest import did_you_mean, nearest


class Answers(msgspec.Struct, frozen=True):
    """The case with what was given merged in, the refusals met on the way, and the values as accepted."""

    case: Case
    refusals: tuple[Refusal, ...]
    values: Values


def take(workflow: Workflow, case: Case, event: Event, command: Command, facts: Facts, actor: Actor) -> Answers:
    """Read what the command gives for ``event``; every fault is a refusal, none stops the others from being found."""
    refusals: list[Refusal] = []
    values = _read_values(workflow, event.fill, command.values, facts, refusals)
    if event.sheet is not None:
        merged = changes.put(case, "sheets", f"{event.sheet}/{actor.person}", dict(values))
    else:
        present = case.fields
        given = [("fields", name, None, value) for name, value in values.items() if present.get(name) != value]
        merged = changes.apply(case, given) if given else case
    merged = _attach(workflow, merged, event, command.materials, refusals)
    refusals += _not_asked(workflow, merged, values, facts)
    refusals += _still_missing(workflow, merged, event, values, command, facts)
    refusals += avoided(workflow, merged, values, facts)
    return Answers(merged, tuple(refusals), values)


def needs(workflow: Workflow, case: Case, event: Event, facts: Facts) -> Needs:
    """What ``event`` will ask for: fields with type and present value, materials with accepted types, opinion."""
    scope = CaseScope(workflow, case, facts)
    asked = (ask for ask in event.fill if scope.asks(workflow.fields[ask.name]) is not False)
    return Needs(
        fields=tuple(_needed(scope, event, ask) for ask in asked),
        materials=tuple(needed_material(workflow, ask, case) for ask in event.attach),
        opinion=event.opinion_required,
    )


def _needed(scope: CaseScope, event: Event, ask: Ask) -> NeededField:
    field = scope.workflow.fields[ask.name]
    return NeededField(
        name=ask.name,
        title=field.title,
        type=field.type,
        unit=field.unit,
        choices=field.choices,
        required=ask.required and scope.asks(field) is True,
        present=not ask.anew and ask.name in scope.case.fields and event.sheet is None,
        may_be=field.may_be or None,
        known=value_held(field, scope),
        before=value_before(field, event, scope),
    )


def needed_material(workflow: Workflow, ask: Ask, case: Case) -> NeededMaterial:
    """A material as an act asks for it; ``present`` when the case has it and it need not come anew."""
    kind = workflow.materials[ask.name]
    present = not ask.anew and ask.name in case.materials
    return NeededMaterial(ask.name, kind.title, kind.accept, kind.max_mb, ask.required, present)


def _read_values(
    workflow: Workflow, asks: Iterable[Ask], given: Values, facts: Facts, refusals: list[Refusal]
) -> dict[str, Json]:
    allowed = {ask.name for ask in asks}
    values: dict[str, Json] = {}
    for name, raw in given.items():
        if name not in allowed:
            refusals.append(unexpected("field", name, allowed, workflow.fields))
            continue
        value = read_value(workflow.fields[name], raw, facts, refusals)
        if value is not None:
            values[name] = value
    return values


def read_value(field: Field, raw: Json, facts: Facts, refusals: list[Refusal]) -> Json:
    """The accepted value, or None with a ``bad_value`` refusal added."""
    try:
        return accept(field, raw, facts)
    except ValueRefused as why:
        refusals.append(Refusal("bad_value", f"“{field.title}”{why}", f"请改正后重填“{field.title}”"))
        return None


def unexpected(
    kind: Literal["field", "material"],
    name: str,
    allowed: Iterable[str],
    declared: Mapping[str, Field] | Mapping[str, Material],
) -> Refusal:
    """A field or material nobody asked for here, with the nearest name that is asked for."""
    what = "字段" if kind == "field" else "材料"
    why = "本操作不收" if name in declared else "流程中没有"
    titles = [called(one, declared) for one in sorted(allowed)]
    near = [called(one, declared) for one in nearest(name, allowed)]
    fix = did_you_mean((near or [name])[0], titles, "是否要填", f"可填：{'、'.join(titles) or '无'}")
    alike = sum(one.title == name for one in declared.values())
    if alike > 1:
        why, fix = f"有 {alike} 项都叫“{name}”，不知填哪一项：", f"可写：{'、'.join(sorted(allowed))}"
    word = declared[name].title if name in declared else name
    return Refusal("unknown_field" if kind == "field" else "unknown_material", f"{why}{what}“{word}”", fix)


def _attach(
    workflow: Workflow,
    case: Case,
    event: Event,
    given: Mapping[str, tuple[Attachment, ...]],
    refusals: list[Refusal],
) -> Case:
    allowed = {ask.name for ask in event.attach}
    for name, files in given.items():
        if name not in allowed:
            refusals.append(unexpected("material", name, allowed, workflow.materials))
            continue
        material = workflow.materials[name]
        wrong = [file for file in files if file.type not in material.accept]
        refusals += [_wrong_type(material, file) for file in wrong]
        case = changes.put(case, "materials", name, (*files,))
    return case


def _wrong_type(material: Material, file: Attachment) -> Refusal:
    return Refusal(
        "bad_material",
        f"“{material.title}”的文件“{file.filename}”是 {file.type} 类型，不在允许之列",
        f"请改交 {'、'.join(material.accept)} 文件",
        material.clause,
    )


def _still_missing(
    workflow: Workflow, case: Case, event: Event, values: Values, command: Command, facts: Facts
) -> Iterable[Refusal]:
    scope = CaseScope(workflow, case, facts)
    for ask in event.fill:
        here = values if ask.anew or event.sheet is not None else case.fields
        unreadable = ask.name in command.values and ask.name not in values
        field = workflow.fields[ask.name]
        blank = here.get(ask.name) in (None, "", [])
        if ask.required and blank and not unreadable and scope.asks(field) is True:
            word = called(ask.name, workflow.fields)
            why, fix = f"未填“{field.title}”", f"请用 --set {word}=… 填写"
            if field.type in {"file", "files"}:
                fix = f"请用 --attach {word}=文件 提交（{'、'.join(field.accept)}）"
            yield Refusal("missing_field", why, fix, field.clause)
    for ask in event.attach:
        present = ask.name in command.materials if ask.anew else bool(case.materials.get(ask.name))
        if ask.required and not present:
            material = workflow.materials[ask.name]
            word = called(ask.name, workflow.materials)
            fix = f"请用 --attach {word}=文件 提交（{'、'.join(material.accept)}）"
            yield Refusal("missing_material", f"缺材料“{material.title}”", fix, material.clause)


def _not_asked(workflow: Workflow, case: Case, values: Values, facts: Facts) -> Iterable[Refusal]:
    scope = CaseScope(workflow, case, facts)
    for name in values:
        field = workflow.fields[name]
        if scope.asks(field) is False:
            why = f"“{field.title}”不由{case.applicant.name}填报"
            yield Refusal("not_asked", why, f"请删去“{field.title}”", field.clause)


def avoided(workflow: Workflow, case: Case, values: Values, facts: Facts) -> Iterable[Refusal]:
    """People named just now for a role that demands 回避 must not come from the applicant's own units."""
    for role in workflow.roles.values():
        if role.named_in is None or role.named_in not in values:
            continue
        for name in names_of(values[role.named_in]):
            who = facts.people.get(name) or facts.organisations.get(name)
            if who is not None and any(same_unit(who, case.applicant, width) for width in role.not_from):
                why = f"{role.title}“{name}”来自申报单位{case.applicant.name}一方，应当回避"
                yield Refusal("conflict_of_interest", why, "请更换人选")
