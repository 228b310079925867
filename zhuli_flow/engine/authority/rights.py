"""Who may act: role × the case's organisations, 委托, 转办, 委派, 回避. One function for buttons and for decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from zhuli_flow.definitions.model.workflow import SYSTEM, Role, Workflow
from zhuli_flow.engine.expressions.values import names_of, same_unit
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Actor, Capacity, Organisation
from zhuli_flow.engine.model.signing import Assignment
from zhuli_flow.vocabulary import OFFICERS

SYSTEM_ACTOR = Actor(SYSTEM, Organisation("system", "系统"), frozenset({SYSTEM}), title="系统")
_LEVELS = {"province": "province", "city": "city", "county": "county"}
_WHOSE = {"province": "省级", "city": "本市", "county": "本区县", "applicant": "申报单位"}


class Chair(msgspec.Struct, frozen=True):
    """One standing from which a person may act or read: in whose name, with which organisation, holding which roles."""

    person: str
    organisation: Organisation
    behalf: str = ""
    how: str = ""
    roles: frozenset[str] = frozenset()


def opening_event(workflow: Workflow, actor: Actor) -> str:
    """The opening event for this actor: the first one that names a role he holds, else the first people may use."""
    events = workflow.opening_events()
    mine = [event.name for event in events if any(role in actor.roles for role in event.by)]
    return (mine or [event.name for event in events])[0]


def capacity(workflow: Workflow, case: Case, actor: Actor, roles: Iterable[str]) -> Capacity | list[Refusal]:
    """In which of ``roles`` the actor may act on this case; otherwise every reason why not."""
    wanted = tuple(roles)
    refusals: list[Refusal] = []
    for role in wanted:
        found = _in_role(workflow, case, actor, role)
        if isinstance(found, Capacity):
            return found
        refusals.extend(found)
    nearer = [refusal for refusal in refusals if refusal.code != "no_role"]
    return nearer or [_no_role(workflow, case, actor, wanted)]


def _in_role(workflow: Workflow, case: Case, actor: Actor, name: str) -> Capacity | list[Refusal]:
    if name == SYSTEM:
        return Capacity(SYSTEM) if SYSTEM in actor.roles else [_no_role(workflow, case, actor, (name,))]
    role = workflow.roles[name]
    refusals = []
    for chair in _chairs(case, actor, name):
        blocked = _blocked(case, actor, role, chair)
        if blocked is None:
            return Capacity(name, chair.behalf, chair.how)
        refusals.append(blocked)
    return refusals or [_no_role(workflow, case, actor, (name,))]


def _chairs(case: Case, actor: Actor, role: str) -> Iterator[Chair]:
    if not actor.roles.isdisjoint(OFFICERS):
        return  # 三员: who runs, guards or audits the system decides nothing in it, whatever was handed to him
    if role in actor.roles:
        yield Chair(actor.person, actor.organisation, "", "")
    for giver in _givers(case, role, actor.person):
        yield Chair(actor.person, actor.organisation, giver, "转办")
    for standing in actor.acts_for:
        if role in standing.roles or any(_givers(case, role, standing.person)):
            yield Chair(standing.person, standing.organisation, standing.person, "委托")


def _givers(case: Case, role: str, person: str) -> Iterator[str]:
    """Who has transferred ``role`` on this case to ``person``."""
    for key, given in case.assignments.items():
        held, _, giver = key.partition("/")
        if held == role and given.to == person and given.kind == "transfer":
            yield giver


def _blocked(case: Case, actor: Actor, role: Role, chair: Chair) -> Refusal | None:
    if chair.how == "委托" and _own_application(case, actor, chair):
        return _conflict(case, actor)
    formerly = frozenset[str]() if chair.how else actor.formerly
    if chair.how != "转办" and not in_scope(role, case, chair.person, chair.organisation, formerly):
        return _not_own(role, case)
    given = case.assignments.get(f"{role.name}/{chair.person}")
    if given is not None:
        return _given_away(given)
    for width in role.not_from:
        if same_unit(actor, case.applicant, width) or same_unit(chair.organisation, case.applicant, width):
            return _conflict(case, actor)
    if chair.how == "委托" and not of_his_unit(actor, chair.organisation):
        return other_unit(chair.person, chair.organisation)
    return personal_duty(role, case, chair.behalf, chair.how)


def personal_duty(role: Role, case: Case, person: str, how: str, *, sheet: bool = False) -> Refusal | None:
    """Why what is ``person``'s in ``role`` is not done by another who holds it ``how`` (委托、转办; empty: himself).

    A sheet is its author's. A seat named in a field is filled by whom the field names: by the person himself, or in a
    unit by who holds the role there, who may have a substitute of his unit but hands it to nobody without the role.
    """
    named = role.named_in is not None and (how != "委托" or person in names_of(case.fields.get(role.named_in)))
    if not how or not (sheet or named):
        return None
    return Refusal("personal_duty", f"{role.title}“{person}”须本人办理，不能{how}他人", PERSONAL_WAY_OUT)


PERSONAL_WAY_OUT = "请由本人办理，或请经办人另行指定人员"


def of_his_unit(actor: Actor, organisation: Organisation) -> bool:
    """Whether it is the actor's own organisation, as it is or as it was called before."""
    return organisation.id in {actor.organisation.id, *actor.formerly}


def _own_application(case: Case, actor: Actor, chair: Chair) -> bool:
    """Whether a substitute from another organisation would pass judgement on what his own has applied for."""
    return chair.organisation.id != actor.organisation.id and same_unit(actor, case.applicant, "applicant")


def _conflict(case: Case, actor: Actor) -> Refusal:
    why = f"“{actor.person}”所在单位与申报单位{case.applicant.name}有关，应当回避"
    return Refusal("conflict_of_interest", why, "请改由无利害关系的人员办理")


def other_unit(person: str, organisation: Organisation) -> Refusal:
    """Why somebody of another organisation does not act for ``person`` (委托)."""
    why = f"“{person}”是{organisation.name}的人员，委托不跨单位"
    return Refusal("other_unit", why, f"请由{organisation.name}的人员办理")


def _given_away(given: Assignment) -> Refusal:
    to = given.to
    if given.kind == "transfer":
        why = f"已转办给“{to}”，不再由您办理"
        return Refusal("transferred_away", why, "如需收回，请撤回转办，或由对方转回", who=(to,))
    return Refusal("delegated", f"已委派给“{to}”，交回前不能办理", "请等待交回，或办理 hand_back 收回", who=(to,))


def in_scope(
    role: Role, case: Case, person: str, organisation: Organisation, formerly: frozenset[str] = frozenset()
) -> bool:
    """Whether a holder of ``role`` belongs to this very case: its own city, its own county, or named in its field.

    A field may name the organisation as it was ``formerly``.
    """
    if role.named_in is not None:
        return not formerly.union((person, organisation.id)).isdisjoint(names_of(case.fields.get(role.named_in)))
    match role.of:
        case "province":
            return organisation.level == "province"
        case "city":
            return organisation.level == "city" and organisation.city == case.applicant.city
        case "county":
            own = (organisation.city, organisation.county)  # 铁西区 there is in several cities
            return organisation.level == "county" and own == (case.applicant.city, case.applicant.county)
        case "applicant":
            return organisation.id == case.applicant.id
    return True


def _not_own(role: Role, case: Case) -> Refusal:
    if role.named_in is not None:
        return Refusal("not_own", f"您不在本事项指定的{role.title}之列", "请核对事项编号，或请经办人先行指定")
    whose = {"city": case.applicant.city, "county": case.applicant.county}.get(role.of or "", case.applicant.name)
    where = _WHOSE.get(role.of or "", "")
    return Refusal("not_own", f"本事项属于{whose}，须由{where}的{role.title}办理", "请核对事项编号")


def _no_role(workflow: Workflow, case: Case, actor: Actor, wanted: tuple[str, ...]) -> Refusal:
    who = tuple(role_title(workflow, case, name) for name in wanted)
    return Refusal("no_role", f"“{actor.person}”无权办理，须由{'或'.join(who)}办理", "请由有权的人员办理", who=who)


def role_title(workflow: Workflow, case: Case, name: str) -> str:
    """A role as people say it on this case, e.g. 市科协（沈阳市）."""
    if name == SYSTEM:
        return "系统"
    if name in OFFICERS:
        return OFFICERS[name]
    role, of = workflow.roles[name], case.applicant
    place = {"city": of.city, "county": of.county, "applicant": of.name}.get(role.of or "")
    return f"{role.title}（{place}）" if place else role.title


def open_delegation(case: Case, actor: Actor) -> str | None:
    """The assignment key of what was delegated to this actor, or to somebody he acts for, and not handed back."""
    mine = {actor.person, *(standing.person for standing in actor.acts_for)}
    return next((key for key, to in _delegations(case) if to in mine), None)


def given_delegation(case: Case, actor: Actor) -> str | None:
    """The assignment key of what this actor, or somebody he acts for, delegated and may take back (收回)."""
    mine = {actor.person, *(standing.person for standing in actor.acts_for)}
    return next((key for key, _ in _delegations(case) if key.partition("/")[2] in mine), None)


def _delegations(case: Case) -> Iterator[tuple[str, str]]:
    for key, given in case.assignments.items():
        if given.kind == "delegate":
            yield key, given.to


def handed(case: Case) -> tuple[str, ...]:
    """The people who hold something of this case by 转办 or 委派, each once."""
    return tuple(dict.fromkeys(given.to for given in case.assignments.values()))
