"""What exploring shows to be wrong: each finding with its place in the definition and the shortest way there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zhuli_flow.definitions.building.parsed_lines import Kinds
from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.workflow import START, SYSTEM, Workflow
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.changes import put
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.modelcheck.explore import Edge, Graph
from zhuli_flow.modelcheck.guards import guards
from zhuli_flow.modelcheck.limits import clocks
from zhuli_flow.modelcheck.needed import NO_KINDS, needed
from zhuli_flow.modelcheck.passes import SURE, Pass, Study
from zhuli_flow.modelcheck.places import places
from zhuli_flow.modelcheck.renewal import renewals
from zhuli_flow.modelcheck.skipped import skipped
from zhuli_flow.modelcheck.story import Finding, Path

_TELL_WHY = {"asked_too_late"}
"""Findings that say why an event is dead: that it is need not be told as well."""


def findings(study: Study, passes: Sequence[Pass], kinds: Kinds = NO_KINDS) -> list[Finding]:
    """All that one pass shows, each once: every pass does whatever cases can do, and perhaps more.

    ``kinds``: what each kind of document must have; without it nothing is said of documents.
    """
    found: dict[tuple[str, Path], Finding] = {}
    for each in (_sure(study, one) for one in passes):
        if not each.graph.whole:
            continue
        for one in _of_graph(each):
            found.setdefault((one.code, one.path), one)
    flow = study.workflow
    told = (guards, places, renewals, skipped)
    more = (one for each in told for one in each(flow, passes))
    for one in (*_roles(study), *clocks(flow, passes), *needed(flow, passes, kinds), *more):
        found.setdefault((one.code, one.path), one)
    known = {one.path for one in found.values() if one.code in _TELL_WHY}
    return [one for one in found.values() if one.code != "dead_event" or one.path not in known]


def _sure(study: Study, each: Pass) -> Pass:
    """A pass that shows something wrong, gone over with returns and 沿用: they might be what opens the way."""
    if each.explorer.scope == SURE or not each.graph.whole or not any(True for _ in _of_graph(each)):
        return each
    return study.explore(each.model.kept, SURE)


def _of_graph(each: Pass) -> Iterator[Finding]:
    workflow, graph = each.model.original, each.graph
    stood = {position.state for position in graph.positions}
    for state in workflow.states.values():
        if state.name not in stood:
            words = f"环节“{state.title}”实际走不到：通往它的操作都办不成"
            yield Finding("state_never_reached", ("states", state.name), words, "核对通往它的各操作的条件和办理人")
    yield from _dead(each, stood)
    yield from _traps(each)
    yield from _loops(each)


def _dead(each: Pass, stood: set[str]) -> Iterator[Finding]:
    workflow, graph = each.model.original, each.graph
    alive = {edge.outcome.act.name for edges in graph.out for edge in edges}
    for event in workflow.events.values():
        if event.name in alive or stood.isdisjoint(mains(event.sources, workflow.regions)):
            continue
        number, refused = graph.refused.get(event.name, (-1, ()))
        why = _because(refused) or ("：没有签署人" if event.sign else "")
        words = f"“{event.title}”无论怎样办理都办不成{why}"
        told = graph.path(number) if number >= 0 else ()
        codes = {one.code for one in refused}
        if "one_hand" in codes and codes <= {"one_hand", "already_signed"}:
            fix = "让两个签署席位由不同的字段点名，或写 same_hand: true"
            yield Finding("one_person_two_seats", ("events", event.name), words, fix, told)
        else:
            yield Finding("dead_event", ("events", event.name), words, "核对它的条件、办理人和所需的前置操作", told)


def _because(refused: tuple[Refusal, ...]) -> str:
    reasons = list(dict.fromkeys(one.because for one in refused))[:3]
    return f"：{'；'.join(reasons)}" if reasons else ""


def _traps(each: Pass) -> Iterator[Finding]:
    """Positions from which no end can be reached any more, whatever anybody does; the first found of each step."""
    workflow, graph = each.model.original, each.graph
    ends = [number for number, one in enumerate(graph.positions) if _final(workflow, one.state)]
    free, told = leading_to(graph, ends), set[str]()
    for number, position in enumerate(graph.positions):
        if number in free or position.state in told or position.state == START:
            continue
        told.add(position.state)
        against = [reason for reasons in each.explorer.why_not(number).values() for reason in reasons]
        title = workflow.states[position.state].title
        words = f"事项会困在环节“{title}”：此后无论怎样办理都不能终结{_because(tuple(against))}"
        yield Finding("trap", ("states", position.state), words, "补一条出路，或放宽条件", graph.path(number))


def _final(workflow: Workflow, state: str) -> bool:
    return state in workflow.states and workflow.states[state].kind == "final"


def leading_to(graph: Graph, ends: Iterable[int]) -> set[int]:
    """The positions from which one of ``ends`` can be reached."""
    before: list[list[int]] = [[] for _ in graph.positions]
    for edges in graph.out:
        for edge in edges:
            before[edge.target].append(edge.source)
    seen, waiting = set[int](), list(ends)
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            waiting += before[number]
    return seen


def _loops(each: Pass) -> Iterator[Finding]:
    """Steps between which the system alone can take a case round and round."""
    workflow, told = each.model.original, set[frozenset[str]]()
    moves: dict[str, dict[str, Edge]] = {}
    for edges in each.graph.out:
        for edge in edges:
            one, other = each.graph.positions[edge.source].state, each.graph.positions[edge.target].state
            if edge.outcome.by_system and one != other:
                moves.setdefault(one, {}).setdefault(other, edge)
    for start in moves:
        ring = _ring(moves, start)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            titles = "→".join(workflow.states[one].title for one in (*ring, ring[0]) if one in workflow.states)
            edge = moves[ring[0]][ring[1]] if len(ring) > 1 else next(iter(moves[ring[0]].values()))
            told_story = each.graph.path(edge.source)
            words = f"系统会在{titles}之间自行往复，没有人经手"
            yield Finding("endless_loop", ("events", edge.outcome.act.name), words, "让其中一步由人办理", told_story)


def _ring(moves: dict[str, dict[str, Edge]], start: str) -> list[str]:
    """The shortest way round from ``start`` to itself; empty when there is none."""
    before, waiting = dict[str, str](), [start]
    for state in waiting:
        for follows in moves.get(state, ()):
            if follows == start:
                way = [state]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if follows not in before:
                before[follows] = state
                waiting.append(follows)
    return []


def _roles(study: Study) -> Iterator[Finding]:
    """Roles that nobody can ever act in, whoever holds them, on the case of any applicant."""
    workflow, world = study.workflow, study.world
    used = {role for event in workflow.events.values() for role in event.by}
    used |= {signer.role for event in workflow.events.values() for signer in (event.sign.signers if event.sign else ())}
    for role in workflow.roles.values():
        if role.name not in used or role.name == SYSTEM:
            continue
        filled: Json = world.values.get(role.named_in or "")
        cases = [put(world.blank(one), "fields", role.named_in or "_", filled) for one in world.applicants]
        rights = [capacity(workflow, case, actor, [role.name]) for case in cases for actor in world.holders[role.name]]
        if not any(isinstance(right, Capacity) for right in rights):
            reasons = [reason for right in rights if not isinstance(right, Capacity) for reason in right]
            words = f"角色“{role.title}”谁来担任都不能办理{_because(tuple(reasons))}"
            yield Finding("role_nobody_can_hold", ("roles", role.name), words, "核对 of 与 not_from 是否相互抵触")
