"""What is needed and not there: papers with a gap, fields and materials asked for too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhuli_flow.definitions.building.parsed_lines import Kinds
from zhuli_flow.definitions.model.expressions import Condition, Junction, Name, Present
from zhuli_flow.definitions.model.graph import edges, mains, reachable
from zhuli_flow.definitions.model.law import EveryHas
from zhuli_flow.definitions.model.workflow import START, Event, IssueNotice, SetField, Workflow
from zhuli_flow.modelcheck.constraints import surely_there
from zhuli_flow.modelcheck.explore import Edge, Graph
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.search import shortest, way_to
from zhuli_flow.modelcheck.story import Finding
from zhuli_flow.modelcheck.trace import confirmed

NO_KINDS: Kinds = {}


def needed(workflow: Workflow, passes: Sequence[Pass], kinds: Kinds) -> Iterator[Finding]:
    """All of it; only what was explored whole is spoken of."""
    whole = [each for each in passes if each.graph.whole]
    yield from _papers(workflow, whole, kinds)
    yield from _too_late(workflow, whole)


# ── papers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _papers(workflow: Workflow, passes: Sequence[Pass], kinds: Kinds) -> Iterator[Finding]:
    for event in workflow.events.values():
        for effect in event.effects:
            if isinstance(effect, IssueNotice):
                for variable, required in kinds.get(effect.notice, {}).items():
                    name = _source(effect, variable)
                    if required and name in workflow.fields:
                        yield from _gap(workflow, passes, event, effect, name)


def _source(effect: IssueNotice, variable: str) -> str:
    """The one field that a variable takes its value from; "" where it is worked out otherwise."""
    written = effect.variables.get(variable)
    if written is None:
        return variable
    return written.term.text if isinstance(written.term, Name) else ""


def _gap(workflow: Workflow, passes: Sequence[Pass], event: Event, effect: IssueNotice, name: str) -> Iterator[Finding]:
    conditions: list[Condition] = [guard.condition for guard in event.guards if not guard.warn]
    conditions += [effect.when] if effect.when is not None else []
    if name in _filled(event) or name in surely_there(workflow, conditions):
        return
    ways = [_without(each.graph, event, name) for each in passes]
    if not ways or not all(ways):  # each pass does whatever cases can do
        return
    world = passes[0].explorer.world
    way = next((one for one in ways if one and confirmed(workflow, world, one) is not None), None)
    if way is None:  # dates, numbers or other cases may keep cases from going there
        return
    title = workflow.fields[name].title
    words = f"办理“{event.title}”时，公文“{effect.notice}”所需的“{title}”可能还没有填写，公文出不来"
    yield Finding(
        "paper_lacks_variable", ("events", event.name), words, f"让它之前的操作必填“{title}”，或在本操作中填写", way
    )


def _filled(event: Event) -> set[str]:
    filled = {one.name for one in event.effects if isinstance(one, SetField)}
    return filled | {ask.name for ask in event.fill if ask.required}


def _without(graph: Graph, event: Event, name: str) -> tuple[Edge, ...] | None:
    """The shortest way to and through an event on which nobody ever gives a field."""

    def follow(memory: int, edge: Edge) -> int | None:
        if memory or name in edge.outcome.gave:
            return None
        return int(edge.outcome.act.kind == "event" and edge.outcome.act.name == event.name)

    return shortest(graph, follow, lambda _, memory: memory == 1)


# ── asked for too late ────────────────────────────────────────────────────────────────────────────────────────────────


def _too_late(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """What an act needs by its conditions, and only later acts ask for: these come after it on every way."""
    for event in workflow.events.values():
        for name in dict.fromkeys(_demanded(workflow, event)):
            title = workflow.fields.get(name) or workflow.materials.get(name)
            givers = [one for one in workflow.events.values() if _asks(one, name)]
            if title is None or not givers or any(one is event for one in givers):
                continue
            if all(_only_after(workflow, one, event) for one in givers):
                later = "、".join(f"“{one.title}”" for one in givers)
                words = f"“{event.title}”须有“{title.title}”，而它到以后的{later}才提交"
                told = way_to(event, passes)
                yield Finding("asked_too_late", ("events", event.name), words, "在这之前的操作中就要求它", told)


def _demanded(workflow: Workflow, event: Event) -> Iterator[str]:
    """What an event must have by its conditions or a law, and what it says that it rests on."""
    yield from event.rests_on
    yield from (law.name for law in workflow.laws if isinstance(law, EveryHas) and law.event == event.name)
    for guard in event.guards:
        if not guard.warn:
            yield from _present(guard.condition)


def _present(condition: Condition) -> Iterator[str]:
    match condition:
        case Present(Name(name)):
            yield name
        case Junction("all", parts):
            for part in parts:
                yield from _present(part)


def _asks(event: Event, name: str) -> bool:
    return name in _filled(event) or any(ask.name == name for ask in (*event.fill, *event.attach))


def _only_after(workflow: Workflow, giver: Event, event: Event) -> bool:
    """Whether no way leads to ``giver`` but through ``event``."""
    others = {name: one for name, one in workflow.events.items() if one is not event}
    graph = edges(others, workflow.compounds, workflow.regions)
    seen = reachable([START], graph)
    return seen.isdisjoint(mains(giver.sources, workflow.regions))
