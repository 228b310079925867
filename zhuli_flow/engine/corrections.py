"""What 更正 may not do: overwrite what the engine works out, or say what the act corrected would be refused for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.model.expressions import Aggregate, Ask, Condition, walk
from zhuli_flow.definitions.model.workflow import SYSTEM, Event, Guard, SetField, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.signoffs import mentions
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal


def worked_out(workflow: Workflow, names: Iterable[str]) -> Iterator[Refusal]:
    """A refusal for each of the fields ``names`` that only the system fills."""
    people = [event for event in workflow.events.values() if event.by != (SYSTEM,)]
    given = {ask.name for event in people for ask in event.fill}
    own = {one.name for event in people for one in event.effects if isinstance(one, SetField)} - given
    for name in names:
        if name in own:
            title = workflow.fields[name].title
            fix = "请更正它所依据的事项，或按程序另行办理"
            yield Refusal("worked_out", f"“{title}”由系统按规则得出，不能更正", fix)


def not_admitted(question: Question, after: Case, names: Iterable[str]) -> Iterator[Refusal]:
    """The conditions of acts done that held of the case and do not hold ``after`` fields ``names`` were corrected.

    One that is asked of more than the case (a register, whether there is room) is left to the act that it stands for.
    """
    corrected, done = frozenset(names), question.case.evidence
    judged = changes.taken(after, question.case, "stale")  # what a correction makes stale would hide what it breaks
    for event in question.workflow.events.values():
        if event.name not in done or event.sheet is not None:
            continue
        for guard in event.guards:
            about = not guard.warn and mentions(guard.condition, corrected)
            if about and _of_case(question.workflow, guard.condition) and _breaks(question, judged, guard):
                yield _refusal(event, guard)


def _of_case(workflow: Workflow, tree: Condition) -> bool:
    """Whether the case alone answers a condition."""
    return not any(
        (isinstance(node, Aggregate) and node.source in workflow.registers)
        or (isinstance(node, Ask) and node.kind == "room")
        for node in walk(tree)
    )


def _breaks(question: Question, after: Case, guard: Guard) -> bool:
    holds = condition(guard.condition)
    return holds(question.scope()) is True and holds(question.scope(after)) is False


def _refusal(event: Event, guard: Guard) -> Refusal:
    because, _, fix = (guard.say, "", guard.fix) if guard.fix else guard.say.partition("；")
    fix = "更正不能改成办理时不予通过的内容；" + (fix or "确须改变的，请退回重新办理")
    return Refusal(
        "guard", f"更正后“{event.title}”的条件不成立：{because}", fix, guard.clause or event.clause, guard.line
    )
