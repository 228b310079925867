"""What an event fills in by itself, where the model cannot work it out: each of the alternatives, one by one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from zhuli_flow.definitions.model.expressions import Aggregate, Choice, Literal, walk
from zhuli_flow.definitions.model.workflow import Event, SetField, Workflow
from zhuli_flow.modelcheck.conditions import Kept, decided

_NOTHING = Choice(Literal(None), None)
_MOST = 4


def variants_of(
    workflow: Workflow, followed: Container[str], values: Mapping[str, object], kept: Kept = None
) -> tuple[tuple[Workflow, ...], frozenset[str]]:
    """The workflow once for every alternative, and the events that differ. Only what is ``followed`` has several."""
    choices = {name: _choices(workflow, event, followed, values, kept) for name, event in workflow.events.items()}
    width = max((len(found) for each in choices.values() for found in each.values()), default=1)
    variants = [
        replace(workflow, events={name: _event(event, choices[name], at) for name, event in workflow.events.items()})
        for at in range(min(width, _MOST))
    ]
    varying = frozenset(name for name, each in choices.items() if any(len(found) > 1 for found in each.values()))
    return tuple(variants), varying


def _choices(
    workflow: Workflow, event: Event, followed: Container[str], values: Mapping[str, object], kept: Kept
) -> dict[str, list[SetField]]:
    found = {}
    for effect in event.effects:
        if isinstance(effect, SetField) and not _worked_out(workflow, effect, kept):
            each = list(_alternatives(effect, values))
            found[effect.name] = each if effect.name in followed else each[:1]
    return found


def _event(event: Event, choices: Mapping[str, list[SetField]], at: int) -> Event:
    def chosen(effect: object) -> object:
        if not isinstance(effect, SetField) or effect.name not in choices:
            return effect
        each = choices[effect.name]
        return each[min(at, len(each) - 1)]

    return replace(event, effects=tuple(map(chosen, event.effects)))  # type: ignore[arg-type]


def _worked_out(workflow: Workflow, effect: SetField, kept: Kept) -> bool:
    whens = (choice.when for choice in effect.choices if choice.when is not None)
    return all(decided(workflow, when, kept) for when in whens) and not any(_looks(one) for one in effect.choices)


def _looks(choice: Choice) -> bool:
    """Whether a term looks at other cases, or counts and adds up."""
    clocks = {"due", "start", "closing"}
    return any(isinstance(node, Aggregate) and node.kind not in clocks for node in walk(choice.term))


def _alternatives(effect: SetField, values: Mapping[str, object]) -> Iterator[SetField]:
    for choice in effect.choices:
        term = Literal(values.get(effect.name)) if _looks(choice) else choice.term
        yield SetField(effect.name, (Choice(term, None),))
        if choice.when is None and not _looks(choice):
            return
    yield SetField(effect.name, (_NOTHING,))
