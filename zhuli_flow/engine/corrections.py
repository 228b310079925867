"""What 更正 may not do: overwrite what the engine works out, or bring about what a law of the definition rules out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.model.law import Always
from zhuli_flow.definitions.model.workflow import SYSTEM, SetField, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal


def against(question: Question, corrected: Case, names: Iterable[str]) -> list[Refusal]:
    """Every reason against correcting the fields ``names`` so that the case reads ``corrected``."""
    return [*_worked_out(question.workflow, names), *_unlawful(question, corrected)]


def _worked_out(workflow: Workflow, names: Iterable[str]) -> Iterator[Refusal]:
    people = [event for event in workflow.events.values() if event.by != (SYSTEM,)]
    given = {ask.name for event in people for ask in event.fill}
    own = {one.name for event in people for one in event.effects if isinstance(one, SetField)} - given
    for name in names:
        if name in own:
            title = workflow.fields[name].title
            fix = "请更正它所依据的事项，或按程序另行办理"
            yield Refusal("worked_out", f"“{title}”（{name}）由系统按规则得出，不能更正", fix)


def _unlawful(question: Question, corrected: Case) -> Iterator[Refusal]:
    for law in question.workflow.laws:
        if isinstance(law, Always) and condition(law.condition)(question.scope(corrected)) is False:
            yield Refusal("against_law", f"更正后不合铁律“{law.title}”", "请核对日期和内容后再更正", line=law.line)
