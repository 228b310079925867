"""Work handed to another (转办、委派): through whose hands it came, who may hand it over, what becomes of it when
people leave (交办失效), and what is said where there is nobody to do it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from zhuli_flow.engine.authority.assignees import lacking_for, titles, vacancies
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision, Message, Refusal
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.model.signing import Assignment
from zhuli_flow.engine.position import standing
from zhuli_flow.engine.visits import advanced

EVENT, TITLE = "lapse", "交办失效"


def lapse(question: Question, gone: Collection[str]) -> Decision | None:
    """The case without what was handed to people who are ``gone``; None when none of it was.

    What they had passed on stays with whom they passed it to; else who gave it has it again, and is told.
    """
    case, told = question.case, list[Message]()
    for key, given in question.case.assignments.items():
        if given.to not in gone:
            continue
        role, _, giver = key.partition("/")
        heir = _heir(question.case, role, given.to, gone)
        if heir in (None, giver):
            case = changes.put(case, "assignments", key, None)
            text = f"{case.applicant.name}：{given.to}已不在岗，交其办理的事项退回由您办理"
            told.append(Message(text, person=giver))
        else:
            case = changes.put(case, "assignments", key, Assignment(str(heir), given.kind, given.at))
    if case is question.case:
        return None
    after = advanced(question, case, EVENT, TITLE)
    steps = changes.changes(question.case, after)
    return Decision(question.case, after, EVENT, TITLE, "operation", Capacity(""), steps, messages=tuple(told))


def _heir(case: Case, role: str, person: str, gone: Collection[str]) -> str | None:
    """To whom a person who is gone had passed the role on, as far as it goes; None: it had stayed there."""
    seen = {person}
    while given := case.assignments.get(f"{role}/{person}"):
        person = given.to
        if person in seen:
            return None
        if person not in gone:
            return person
        seen.add(person)
    return None


def passed_on(case: Case, role: str, person: str) -> list[str]:
    """To whom ``person`` has given ``role`` on, and that one in turn; empty when he holds it himself."""
    chain: list[str] = []
    while given := case.assignments.get(f"{role}/{person}"):
        person = given.to
        chain.append(person)
    return chain


def taken_back(case: Case, role: str, people: Iterable[str]) -> Case:
    """转回: given back to one through whose hands it came, so that two people never wait for each other."""
    for person in people:
        case = changes.put(case, "assignments", f"{role}/{person}", None)
    return case


def superior(question: Question) -> Capacity | None:
    """Where nobody can take the case on, whoever may urge may also hand it to somebody who can; in which capacity."""
    urging = question.workflow.operations.get("urge")
    if urging is None or vacant_role(question) is None:
        return None
    right = capacity(question.workflow, question.case, question.actor, urging.by)
    return right if isinstance(right, Capacity) else None


def vacant_role(question: Question) -> str | None:
    """The role that can be handed to somebody where nobody holds it: what named people owe is theirs alone."""
    roles = question.workflow.roles
    free = (seat.role for seat in vacancies(question) if seat.role and roles[seat.role].named_in is None)
    return next(free, None)


def told_of_vacancies(question: Question, decision: Decision) -> Decision:
    """A case that comes to where nobody can take it on says so at the act itself, not when its deadline is over."""
    workflow = question.workflow
    if decision.kind != "sign" and standing(workflow, decision.before) == standing(workflow, decision.after):
        return decision
    then = replace(question, case=decision.after)
    signing = question.workflow.events.get(decision.event) if decision.missing_signers else None
    lacking = lacking_for(then, signing) if signing else vacancies(then)
    if not lacking:
        return decision
    why = f"下一步须由{titles(then, lacking)}办理，名录中没有人担任"
    fix = "请先在名录中登记（zhuli directory import）；或退回，或由有权催办的上级转办给他人"
    warning = Refusal("nobody_holds", why, fix)
    return replace(decision, warnings=(*decision.warnings, warning))
