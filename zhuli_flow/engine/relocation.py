"""调整环节: a stuck case moved by hand, proposed by who runs the system, confirmed by who has a say in such cases.

Two people of two duties, so that neither moves a case alone: the administrator decides nothing in it, and who decides
does not run the system. The case comes to a step without the acts before it, therefore what an act gave at that step
or after it counts no more (须重办), the laws are asked as at every act, and nothing comes into force in this way.
"""

from __future__ import annotations

from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import OPERATIONS, Workflow
from zhuli_flow.engine import evidence
from zhuli_flow.engine.act import Act
from zhuli_flow.engine.authority.assignees import awaited
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines import lifecycle
from zhuli_flow.engine.expressions.values import same_unit
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.visits import arrive
from zhuli_flow.vocabulary import OFFICERS

PROPOSE, CONFIRM = "propose_relocation", "relocate"
_RUNS, _MARK = "administrator", "relocation"
_SAY = ("suspend", "return", "urge", "terminate")
"""Operations by which somebody has a say in a case that others work on, the widest first."""


def may_propose(question: Question) -> bool:
    """Whether the actor runs the system."""
    return _RUNS in question.actor.roles


def propose(act: Act) -> Case | None:
    """The proposal noted in the case, until somebody acts on it; nothing else changes."""
    if not may_propose(act.question):
        title = OFFICERS[_RUNS]
        act.refuse("no_role", f"调整环节由{title}提请，您不是", f"请商请{title}")
    deciding = deciders(act.question.workflow)
    if not deciding:
        why = "流程没有开放挂起、退回、催办或终止，没有人可以核准调整"
        act.refuse("bad_target", why, "请改用版本迁移（workflow migrate）")
    if act.command is None:
        return None
    target = act.word("to")
    _check_target(act, target)
    if act.refusals:
        return None
    act.capacity = Capacity(_RUNS)
    title, why = act.question.title(target), act.command.opinion
    act.tell(f"提请调整到“{title}”，请核准：{why}", map(Seat, deciding))
    noted: Json = {"to": target, "by": act.question.actor.person, "why": why, "version": act.case.version}
    return changes.put(act.case, "marks", _MARK, noted)


def relocate(act: Act) -> Case | None:
    """The case in the step that was proposed; who confirms names it once more, so that he knows what he confirms."""
    noted = proposed(act.case)
    if noted is None:
        why = "没有待核准的调整，或提请之后事项已有人办理"
        act.refuse("nothing_proposed", why, f"须先由{OFFICERS[_RUNS]}办理“{OPERATIONS[PROPOSE]}”")
    target, by = noted or ("", "")
    _check_second(act, by)
    if act.command is not None and noted is not None:
        if act.word("to") != target:
            title = act.question.title(target)
            act.refuse("bad_target", f"提请的是调整到“{title}”，须写明同一环节", f"请用 --set to={title}")
        else:
            _check_target(act, target)
    if act.refusals or act.command is None:
        return None
    case = arrive(act.question, changes.put(act.case, "marks", _MARK, None), CONFIRM, (target, ()))
    case = lifecycle.follow(act.question.scope(case), act.case, CONFIRM, (), "cancelled")
    after = weighed(act.question, case)
    act.tell(f"已调整到“{act.question.title(target)}”：{act.command.opinion}", [Seat("", by)])
    moved = replace(act.question, case=after)
    act.tell(f"已调整到“{moved.state.title}”，请办理", awaited(moved))
    return after


def proposed(case: Case) -> tuple[str, str] | None:
    """The step that is proposed and who proposed it; None when nothing is, or somebody has acted since."""
    noted = case.mark(_MARK)
    if not isinstance(noted, dict) or noted.get("version") != case.version:
        return None
    return str(noted["to"]), str(noted["by"])


def deciders(workflow: Workflow) -> tuple[str, ...]:
    """The roles that may confirm: who may hold such a case up, else who may return, urge or end it."""
    for name in _SAY:
        found = workflow.operations.get(name)
        if found and (roles := tuple(role for role in found.by if role in workflow.roles)):
            return roles
    return ()


def weighed(question: Question, case: Case) -> Case:
    """The moved ``case`` in a new round, where it was at that step before: what was given since must be given again.

    ``question`` is about the case as it stood. Who returned it before will not have it straight back any more.
    """
    case = evidence.not_straight(question, case)
    if evidence.order(question.case, case.state) < 0:
        return case
    return evidence.next_round(evidence.returned(question, case, case.state, CONFIRM))


def _check_target(act: Act, target: str) -> None:
    workflow, case = act.question.workflow, act.case
    state = workflow.states.get(target)
    if case.regions:
        names = "、".join(workflow.regions[name].title for name in case.regions)
        act.refuse("region_running", f"并行环节还在进行：{names}", "请先办结，再调整环节")
    if state is None:
        act.refuse("bad_target", f"流程没有环节“{target or '（未写）'}”", "请用 --set to=环节 写明调整到哪里")
    elif target == case.state:
        act.refuse("bad_target", f"事项就在“{state.title}”", "无须调整")
    elif state.kind == "final":
        act.refuse("bad_target", f"“{state.title}”是办结环节，不能调整过去", "须办结的，请用终止（terminate）")
    elif state.kind == "in_force" and evidence.order(case, target) < 0:
        act.refuse("bad_target", f"“{state.title}”须经办理生效，不能调整过去", "请调整到它之前的环节，再依流程办理")


def _check_second(act: Act, by: str) -> None:
    """A second person with a say in such cases, with no stake in this one."""
    actor, deciding = act.question.actor, deciders(act.question.workflow)
    right = capacity(act.question.workflow, act.case, actor, deciding)
    if isinstance(right, list):
        act.refusals += right
        return
    if actor.person == by:
        act.refuse("one_hand", "提请和核准须是两个人", "请由另一人核准")
    if same_unit(actor, act.case.applicant, "applicant"):
        why = f"“{actor.person}”是申报单位{act.case.applicant.name}的人员，应当回避"
        act.refuse("conflict_of_interest", why, "请由无利害关系的人员核准")
    act.capacity = right
