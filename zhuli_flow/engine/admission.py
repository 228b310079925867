"""Whether an event may be asked for at all where the case stands: its step, its regions, how often it was done."""

from __future__ import annotations

from collections.abc import Iterable

from zhuli_flow.definitions.model.region import Region, of_state
from zhuli_flow.definitions.model.workflow import START, Event
from zhuli_flow.engine import evidence
from zhuli_flow.engine.authority.question import Question, latest
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.position import here, running, standing, title_of


def drawn(question: Question) -> tuple[Event, ...]:
    """What is drawn from where the case stands, in the order written; nothing is from a final state."""
    state = question.workflow.states.get(question.case.state)
    if state is not None and state.kind == "final":
        return ()
    return here(question.workflow, standing(question.workflow, question.case))


def refusals(question: Question, event: Event) -> list[Refusal]:
    """Why ``event`` may not be asked for here; none when it may."""
    return [*_place(question, event), *_limit(question, event)]


def _place(question: Question, event: Event) -> list[Refusal]:
    now = drawn(question)
    if event in now:
        opening = question.case.state == START
        return [*(_applicant(question) if opening else ()), *(_running(question, event) if event.begins else ())]
    regions = [of_state(question.workflow.regions, name) for name in event.sources]
    idle = [region for region in regions if region and region.name not in running(question.workflow, question.case)]
    if idle and len(idle) == len(regions):
        return [_idle(question, event, idle[0])]
    places = "、".join(f"“{title_of(question.workflow, name) or '未开启'}”" for name in event.sources)
    fix = f"现在可办：{'、'.join(one.title for one in now)}" if now else "事项已办结，不再办理"
    why = f"当前环节为“{question.state.title}”{latest(question)}，“{event.title}”只能在{places}办理"
    return [Refusal("wrong_state", why, fix, event.clause, event.line)]


def _idle(question: Question, event: Event, region: Region) -> Refusal:
    """What is done in a region that does not run: what would begin it comes first."""
    beginning = [one for one in question.workflow.events.values() if region.name in one.begins]
    fix = f"须先办理{_titles(beginning)}" if beginning else "用 zhuli case options 查看可办的操作"
    return Refusal(
        "region_idle", f"没有进行中的“{region.title}”，不能办理“{event.title}”", fix, event.clause, event.line
    )


def _running(question: Question, event: Event) -> list[Refusal]:
    """A region that runs does not begin again before it has ended; what may be done in it too leaves it as it is."""
    found = []
    for name in running(question.workflow, question.case).keys() & set(event.begins):
        region = question.workflow.regions[name]
        if not region.states.keys().isdisjoint(event.sources):
            continue
        ending = [one for one in drawn(question) if name in one.ends or _leads_out(question, one, region)]
        fix = f"请先办理{_titles(ending)}" if ending else "请等待其结束"
        why = f"“{region.title}”正在进行，不能再次办理“{event.title}”"
        found.append(Refusal("region_running", why, fix, event.clause, event.line))
    return found


def _leads_out(question: Question, event: Event, region: Region) -> bool:
    """Whether what is done in the region takes the main line to where it does not run."""
    inside = not region.states.keys().isdisjoint(event.sources)
    return inside and event.target in question.workflow.states and event.target not in region.beside


def _titles(events: Iterable[Event]) -> str:
    return "或".join(f"“{one.title}”" for one in events)


def _applicant(question: Question) -> list[Refusal]:
    workflow, applicant, found = question.workflow, question.case.applicant, []
    if applicant.kind not in workflow.applicant_kinds:
        why = f"“{applicant.name}”的类别（{applicant.kind}）不在“{workflow.title}”的申报范围"
        found.append(Refusal("wrong_applicant", why, f"可申报的类别：{'、'.join(workflow.applicant_kinds)}"))
    if workflow.one_open_case and question.facts.open_elsewhere:
        why = f"“{applicant.name}”已有在办事项 {question.facts.open_elsewhere}，不得重复申报"
        found.append(Refusal("duplicate_case", why, f"请续办 {question.facts.open_elsewhere}"))
    return found


def _limit(question: Question, event: Event) -> list[Refusal]:
    if event.at_most is None:
        return []
    most = int(str(question.workflow.value(event.at_most)))
    done = evidence.times(question.case, event.name)
    if done < most:
        return []
    why = f"“{event.title}”每件至多办理 {most} 次，已办理 {done} 次"
    return [Refusal("limit_reached", why, "请改办其他操作", event.clause)]
