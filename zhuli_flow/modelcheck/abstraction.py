"""What is kept of a definition for exploring it, and what is left open: a condition that values decide may hold.

The model is a definition itself, so that the engine judges it by its own law. Of each condition stays what the model
decides: what was done, what is there, words out of a fixed choice, which deadlines are over, who acts, whether there is
room. Dates, numbers, tables, other cases and parameters with a choice are left open: where such a part stands, the
condition may hold (it is weakened, never made stronger). So the model does everything that cases can do, and perhaps
more: what is impossible in it is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from zhuli_flow.definitions.model.expressions import Condition, Junction, Name, Not, walk
from zhuli_flow.definitions.model.law import Always, Law
from zhuli_flow.definitions.model.workflow import Event, Guard, Workflow
from zhuli_flow.modelcheck.asked import asked_of_law, limit_of
from zhuli_flow.modelcheck.conditions import Kept, decided, is_few, values_of
from zhuli_flow.modelcheck.fillings import variants_of

ALWAYS, NEVER = Junction("all", ()), Junction("any", ())


@dataclass(frozen=True, slots=True)
class Open:
    """A part of a condition that the model does not decide: its event, the condition as written, its line (1-based)."""

    event: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Model:
    """``workflow`` as it is explored, ``original`` as it is written; ``left_open`` in the order written.

    ``few``: fields of which the model follows the value, with the values tried. ``variants``: the workflow once for
    every alternative of what an event fills in that the model does not decide (``varying``: these events).
    """

    original: Workflow
    workflow: Workflow
    left_open: tuple[Open, ...]
    few: Mapping[str, tuple[bool | str, ...]]
    variants: tuple[Workflow, ...]
    varying: frozenset[str]
    kept: Kept


def model_of(workflow: Workflow, values: Mapping[str, object], kept: Kept = None) -> Model:
    """The model of a checked definition; ``values``: one for every field, typed, for what cannot be worked out here.

    With ``kept`` no more than these features are followed, and all conditions on others are left open.
    """
    weakening = _Weakening(workflow, kept)
    events = {name: weakening.event(event) for name, event in workflow.events.items()}
    forms = {name: replace(form, checks=()) for name, form in workflow.forms.items()}
    laws = tuple(law for law in workflow.laws if _held_to(workflow, law, kept))
    slim = replace(workflow, events=events, forms=forms, laws=laws, digest=_digest(workflow, kept))
    trees = list(_trees(slim))
    named = {node.text for tree in trees for node in walk(tree) if isinstance(node, Name)}
    named |= {role.named_in for role in workflow.roles.values() if role.named_in is not None}
    few = {name: values_of(workflow, name, trees) for name in sorted(named) if is_few(workflow, name)}
    followed = {name for name in named if name in workflow.fields}
    variants, varying = variants_of(slim, followed, values, kept)
    return Model(workflow, variants[0], tuple(weakening.left_open), few, variants, varying, kept)


def _digest(workflow: Workflow, kept: Kept) -> str:
    """Of its own for every model: what the engine has worked out for one must not be taken for another's."""
    return f"{workflow.digest}/model/{sorted(kept) if kept is not None else ''}"


def _held_to(workflow: Workflow, law: Law, kept: Kept) -> bool:
    """Whether the model holds acts to a law: it follows all that the law speaks of."""
    if isinstance(law, Always):
        return decided(workflow, law.condition, kept)
    return kept is None or kept.issuperset(asked_of_law(workflow, law))


def _trees(workflow: Workflow) -> Iterator[object]:
    """The conditions on which the course of a case depends."""
    for event in workflow.events.values():
        yield from (guard.condition for guard in event.guards)
        yield from (one.when for one in (event.sign.signers if event.sign else ()) if one.when is not None)
    for rule in workflow.deadlines.values():
        yield from rule.until if rule.then is not None else ()
        yield from (choice.when for choice in rule.until if choice.when is not None)
    yield from (law.condition for law in workflow.laws if isinstance(law, Always))


@dataclass
class _Weakening:
    """Leaves open, part by part, what the model does not decide; notes every condition in which it did."""

    workflow: Workflow
    kept: Kept
    left_open: list[Open] = field(default_factory=list)

    def event(self, event: Event) -> Event:
        guards = tuple(filter(None, (self._guard(event, guard) for guard in event.guards)))
        limited = self.kept is None or limit_of(self.workflow, event) in self.kept
        return replace(event, guards=guards, at_most=event.at_most if limited else None)

    def _guard(self, event: Event, guard: Guard) -> Guard | None:
        """None for one that hinders nothing, or of which nothing is decided."""
        if guard.warn:
            return None
        weak = self.may(guard.condition)
        if weak != guard.condition:
            self.left_open.append(Open(event.name, guard.text, guard.line))
        return None if weak == ALWAYS else replace(guard, condition=weak)

    def may(self, condition: Condition, *, holds: bool = True) -> Condition:
        """A condition that holds wherever ``condition`` may hold (or, with ``holds`` false, fails where it may)."""
        match condition:
            case Junction(kind, parts):
                return _joined(kind, [self.may(part, holds=holds) for part in parts])
            case Not(part):
                inner = self.may(part, holds=not holds)
                return NEVER if inner == ALWAYS else ALWAYS if inner == NEVER else Not(inner)
        if decided(self.workflow, condition, self.kept):
            return condition
        return ALWAYS if holds else NEVER


def _joined(kind: str, parts: list[Condition]) -> Condition:
    neutral, final = (ALWAYS, NEVER) if kind == "all" else (NEVER, ALWAYS)
    if final in parts:
        return final
    left = tuple(part for part in parts if part != neutral)
    return Junction(kind, left) if len(left) > 1 else left[0] if left else neutral
