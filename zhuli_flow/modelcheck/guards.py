"""Conditions of one act that can never hold together, or of which one never refuses anything the others let pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

from zhuli_flow.definitions.model.expressions import (
    Aggregate,
    Compare,
    Condition,
    Junction,
    Member,
    walk,
)
from zhuli_flow.definitions.model.expressions import (
    Ask as AskNode,
)
from zhuli_flow.definitions.model.workflow import Event, Guard, SetField, Workflow
from zhuli_flow.modelcheck.constraints import impossible, names_in, surely_there
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.search import way_to
from zhuli_flow.modelcheck.story import Finding


def guards(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """What is wrong with the conditions of each event, with the way to where it is asked for."""
    for event in workflow.events.values():
        held = [guard for guard in event.guards if not guard.warn]
        told = way_to(event, passes)
        against = _contradiction(workflow, event, held)
        if against is not None:
            words = f"“{event.title}”的条件互相矛盾，无论怎样填写都办不成：{'；'.join(against)}"
            yield Finding("contradictory_guards", ("events", event.name), words, "核对其中的数、日期和选项", told)
            continue
        for guard, others in _shadowed(workflow, event):
            words = f"“{event.title}”的条件“{guard.text}”从不起作用：{'；'.join(one.text for one in others)}已经包含它"
            yield Finding("shadowed_guard", ("events", event.name), words, "删去其中一条，或改正数、日期和选项", told)


def _contradiction(workflow: Workflow, event: Event, held: Sequence[Guard]) -> list[str] | None:
    """The fewest conditions that can't hold together, as written; also with those under which a field was given."""
    for size in (1, 2, 3):
        for some in combinations(held, size):
            if impossible(workflow, [guard.condition for guard in some]):
                return [guard.text for guard in some]
    for guard in held:
        given = [(name, _when_given(workflow, event, name)) for name in dict.fromkeys(names_in(guard.condition))]
        earlier = [condition for _, condition in given if condition is not None]
        if earlier and impossible(workflow, [guard.condition, *earlier]):
            names = "、".join(workflow.fields[name].title for name, condition in given if condition is not None)
            return [guard.text, f"而“{names}”只在不合这一条时才填得上"]
    return None


def _when_given(workflow: Workflow, event: Event, name: str) -> Condition | None:
    """What holds of a field whoever gave it, where no act but others than ``event`` can give it; None: nothing told."""
    if name not in workflow.fields or "correct" in workflow.operations:
        return None
    givers = [one for one in workflow.events.values() if _gives(one, name)]
    if not givers or any(one is event or _fills_in(one, name) for one in givers):
        return None
    conditions = [_about(one, name) for one in givers]
    return Junction("any", tuple(conditions)) if all(one.parts for one in conditions) else None


def _gives(event: Event, name: str) -> bool:
    return _fills_in(event, name) or any(ask.name == name for ask in event.fill)


def _fills_in(event: Event, name: str) -> bool:
    return any(isinstance(one, SetField) and one.name == name for one in event.effects)


def _about(event: Event, name: str) -> Junction:
    """The conditions of an event that speak of this field and of nothing that changes."""
    told = (guard.condition for guard in event.guards if not guard.warn)
    return Junction("all", tuple(one for one in told if set(names_in(one)) == {name} and _alone(one)))


def _alone(condition: Condition) -> bool:
    """Whether a condition speaks of what stays as it is, once given: today, counts and questions do not."""
    return not any(isinstance(node, Aggregate | AskNode) for node in walk(condition))


def _shadowed(workflow: Workflow, event: Event) -> Iterator[tuple[Guard, tuple[Guard, ...]]]:
    """Conditions on values that follow from one or two others, each with these."""
    held = [guard for guard in event.guards if not guard.warn]
    asked = {ask.name for ask in event.fill if ask.required}
    for place, guard in enumerate(event.guards):
        if not isinstance(guard.condition, Compare | Member):
            continue
        rest = [one for one in held if one is not guard and one.condition != guard.condition]
        rest += [one for one in event.guards[:place] if one.condition == guard.condition and not one.warn]
        for others in chain(((one,) for one in rest), combinations(rest, 2)):
            known = asked | surely_there(workflow, [one.condition for one in others])
            named = {name for name in names_in(guard.condition) if name in workflow.fields}
            conditions = [one.condition for one in others]
            if named <= known and impossible(workflow, conditions, guard.condition):
                yield guard, others
                break
