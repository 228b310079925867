"""Mutants of correct definitions: one event, role, condition, deadline or evidence dropped, added or led elsewhere.

``python -m tests.modelcheck.mutants [STEP]`` prints the share found among every STEP-th of them (1: all), by kind, and
what WOFLAN says of the nets where PM4Py is there.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from zhuli_flow.bootstrap import bundle
from zhuli_flow.definitions import check
from zhuli_flow.definitions.building.parsed_lines import Kinds
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.interchange.pnml import pnml
from zhuli_flow.modelcheck import passes
from zhuli_flow.modelcheck.findings import findings
from zhuli_flow.modelcheck.laws import proofs, refutations
from zhuli_flow.services.administration.workflows import kinds_of, parts_beside

HERE = Path(__file__).parent
FLOWS = HERE.parents[1] / "workflows"
WIDE = {"zone_creation", "official_document", "station"}
"""Of these a mutant takes seconds; the others are many enough."""
SOURCES = [
    *sorted((HERE / "correct").glob("*.yaml")),
    *(one for one in sorted(FLOWS.glob("*.yaml")) if one.stem not in WIDE),
]
Tree = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """One definition with one thing changed: what ``kind`` of thing, and which."""

    source: Path
    kind: str
    about: str
    text: str


@dataclass
class Tally:
    """How many mutants there were and were found, by kind; how many made a sound net ``unsound``; those ``missed``."""

    seen: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    unsound: int = 0
    missed: list[str] = field(default_factory=list)


def mutants(source: Path, chosen: Callable[[int], bool] = lambda _: True, first: int = 0) -> Iterator[Mutant]:
    """The mutants of a definition whose number, from ``first`` on, is ``chosen``; in a fixed order."""
    whole = json.dumps(YAML().load(source.read_text("utf-8")))
    for number, (kind, about, change) in enumerate(_changes(json.loads(whole)), first):
        if chosen(number):
            tree = json.loads(whole)
            change(tree)
            yield Mutant(source, kind, about, json.dumps(tree, ensure_ascii=False, indent=1))


def how_many(source: Path) -> int:
    """How many mutants there are of a definition."""
    return sum(1 for _ in _changes(json.loads(json.dumps(YAML().load(source.read_text("utf-8"))))))


Change = tuple[str, str, Callable[[Tree], object]]


def _changes(tree: Tree) -> Iterator[Change]:
    states, roles = list(tree["states"]), _roles(tree)
    for name in tree["events"]:
        event = tree["events"][name]
        yield "event dropped", name, lambda one, name=name: one["events"].pop(name)
        yield from _redirected(name, event, states)
        yield from _of_roles(name, event, roles)
        yield from _of_guards(name, event)
        if _home(event, "rests_on"):
            yield "rests_on dropped", name, lambda one, name=name: _put(one["events"][name], "rests_on", None)
        elif event.get("from") != "start" and "fields" in tree:
            first = next(iter(tree["fields"]))
            yield (
                "rests_on added",
                name,
                lambda one, name=name, first=first: _put(one["events"][name], "rests_on", [first]),
            )
    for at, state in enumerate(states):
        other = states[(at + 1) % len(states)]
        new = {"title": "另办", "from": state, "to": other, "by": roles[0]}
        yield "event added", state, lambda one, state=state, new=new: one["events"].update({f"mutant_{state}": new})
    yield from _of_deadlines(tree, states, roles)


def _roles(tree: Tree) -> list[str]:
    """The roles written, and those of shared parts that somebody acts in."""
    acting = (_get(event, "by") for event in tree["events"].values())
    used = (one for by in acting for one in ([by] if isinstance(by, str) else by or []))
    return list(dict.fromkeys([*tree.get("roles", {}), *(one for one in used if one != "system")]))


def _redirected(name: str, event: Tree, states: list[str]) -> Iterator[Change]:
    target, source = _get(event, "to"), _get(event, "from")
    for state in [one for one in states if one != target][:4]:
        yield "event redirected", f"{name} to {state}", lambda one, state=state: _put(one["events"][name], "to", state)
    if source != "start":
        for state in [one for one in states if one != source][:2]:
            yield (
                "event redirected",
                f"{name} from {state}",
                lambda one, state=state: _put(one["events"][name], "from", state),
            )


def _of_roles(name: str, event: Tree, roles: list[str]) -> Iterator[Change]:
    by = _get(event, "by")
    if by is not None:
        for role in [one for one in [*roles, "system"] if one != by][:3]:
            yield "role changed", f"{name} by {role}", lambda one, role=role: _put(one["events"][name], "by", role)


def _of_guards(name: str, event: Tree) -> Iterator[Change]:
    when = _get(event, "when")
    for at in range(len(when) if isinstance(when, list) else 0):
        yield "guard dropped", f"{name} {at}", lambda one, at=at: _get(one["events"][name], "when").pop(at)
        if isinstance(when[at], dict) and "check" not in when[at]:
            yield "guard negated", f"{name} {at}", lambda one, at=at: _negate(_get(one["events"][name], "when"), at)


def _negate(when: list[Any], at: int) -> None:
    (condition, say), *_ = when[at].items()
    when[at] = {f"not ({condition})": say}


def _of_deadlines(tree: Tree, states: list[str], roles: list[str]) -> Iterator[Change]:
    for name, rule in tree.get("deadlines", {}).items():
        yield "deadline dropped", name, lambda one, name=name: one["deadlines"].pop(name)
        for key in [one for one in ("met_by", "owes", "remind", "then", "confirm") if one in rule]:
            yield (
                "deadline changed",
                f"{name} without {key}",
                lambda one, name=name, key=key: one["deadlines"][name].pop(key),
            )
        for state in states[:3]:
            yield (
                "deadline changed",
                f"{name} in {state}",
                lambda one, name=name, state=state: one["deadlines"][name].update({"in": [state]}),
            )
        for role in roles[:2]:
            yield (
                "deadline changed",
                f"{name} owes {role}",
                lambda one, name=name, role=role: one["deadlines"][name].update({"owes": [role]}),
            )


def _home(event: Tree, key: str) -> Tree | None:
    """The mapping of an event that holds a key: its own, or that of ``act``."""
    act = event.get("act")
    return event if key in event else act if act is not None and key in act else None


def _get(event: Tree, key: str) -> Any:
    home = _home(event, key)
    return home[key] if home is not None else None


def _put(event: Tree, key: str, value: object) -> None:
    home = _home(event, key)
    home = event if home is None else home
    if value is None:
        home.pop(key)
    else:
        home[key] = value


# ── judging ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def judged(text: str, source: Path, kinds: Kinds) -> tuple[bool, Workflow | None]:
    """Whether anything is found wrong, in writing or by exploring; and the workflow as far as it could be made."""
    parsed = check.parse(text.encode(), source.name, kinds, parts_beside(source))
    if parsed.problems or parsed.workflow is None:
        return True, parsed.workflow
    looked = passes.study(parsed.workflow)
    each = looked.passes()
    wrong = [*findings(looked, each, kinds), *refutations(proofs(parsed.workflow, each))]
    return bool(wrong), parsed.workflow


def sound(workflow: Workflow) -> bool | None:
    """WOFLAN's verdict on the net of a workflow; None where it can't be made or judged. Needs PM4Py."""
    from pm4py.algo.analysis.woflan import algorithm as woflan
    from pm4py.objects.petri_net.importer import importer

    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "net.pnml"
        path.write_text(pnml(workflow), "utf-8")
        net, _, _ = importer.apply(str(path))
    from pm4py.objects.petri_net.obj import Marking

    places = {one.name: one for one in net.places}
    begin, end = Marking({places["case.begin"]: 1}), Marking({places["case.end"]: 1})
    asked = {"print_diagnostics": False, "return_asap_when_not_sound": True, "return_diagnostics": False}
    return bool(woflan.apply(net, begin, end, parameters=asked))


def every(step: int, sources: Sequence[Path] = SOURCES) -> Iterator[Mutant]:
    """Every ``step``-th mutant of all sources together."""
    first = 0
    for source in sources:
        yield from mutants(source, lambda number: number % step == 0, first)
        first += how_many(source)


def tally(chosen: Iterable[Mutant], *, oracle: bool) -> Tally:
    """Mutants judged; with ``oracle`` beside WOFLAN: what makes a net unsound must be found."""
    kinds, told = kinds_of((bundle("notices"),)) or {}, Tally()
    before: dict[Path, bool | None] = {}
    for one in chosen:
        found, workflow = judged(one.text, one.source, kinds)
        told.seen[one.kind] += 1
        told.found[one.kind] += found
        if oracle and workflow is not None:
            if one.source not in before:
                before[one.source] = _sound(load(one.source, kinds))
            if before[one.source] and not _only_terminated(workflow) and not _sound(workflow):
                told.unsound += 1
                told.missed += [] if found else [f"{one.source.stem}: {one.kind}: {one.about}"]
    return told


def load(source: Path, kinds: Kinds) -> Workflow | None:
    """The workflow of a definition as it is."""
    return check.parse(source.read_bytes(), source.name, kinds, parts_beside(source)).workflow


def _only_terminated(workflow: Workflow) -> bool:
    """Whether some step is reached by 终止 only: the net knows no operations, and takes it for unreachable."""
    end, reached = workflow.operations.get("terminate"), {event.target for event in workflow.events.values()}
    return end is not None and not reached.issuperset(end.targets)


def _sound(workflow: Workflow | None) -> bool | None:
    try:
        return sound(workflow) if workflow is not None else None
    except (KeyError, ValueError, IndexError):  # a workflow with problems need not give a net
        return None


def table(told: Tally) -> str:
    """What was found, by kind, as it is told in the docs."""
    rows = [(kind, many, told.found[kind]) for kind, many in sorted(told.seen.items())]
    rows.append(("all", told.seen.total(), told.found.total()))
    lines = [f"{kind:<20}{many:>6}{found:>6}{found / many:>8.0%}" for kind, many, found in rows]
    return "\n".join([*lines, f"WOFLAN finds unsound: {told.unsound}; not found of these: {told.missed}", ""])


if __name__ == "__main__":
    oracle = importlib.util.find_spec("pm4py") is not None
    sys.stdout.write(table(tally(every(int(sys.argv[1]) if len(sys.argv) > 1 else 1), oracle=oracle)))
