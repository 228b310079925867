"""What 更正 may not do: overwrite what the engine works out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.model.workflow import SYSTEM, SetField, Workflow
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
