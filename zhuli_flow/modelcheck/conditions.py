"""Which conditions the model decides, and which values of a choice they tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from zhuli_flow.definitions.model.expressions import (
    Ask,
    Compare,
    Condition,
    Junction,
    Listing,
    Literal,
    Member,
    Name,
    Not,
    Parameter,
    Present,
    Term,
    walk,
)
from zhuli_flow.definitions.model.workflow import Workflow


class Feature(NamedTuple):
    """One thing that may be asked of a case.

    ``value`` of a field out of few; ``shown``: whether a field or paper is there; ``done``: whether an event was;
    ``times`` up to ``more``; ``later``: which of two events came last; ``over``: how a deadline stands; ``walked``:
    whether the case has been in a step; ``stale`` evidence; ``beside``: where a region stands; ``straight``: whither
    退回 sends it back; the ``kind`` of applicant.
    """

    kind: str
    name: str
    more: str = ""


Kept = frozenset[Feature] | None
_FEW = frozenset({"yes_no", "choice"})


def decided(workflow: Workflow, condition: Condition, kept: Kept = None) -> bool:
    """Whether the model decides the whole of a condition, following no more than ``kept`` (None: all)."""
    if kept is not None and not kept.issuperset(looked_at(workflow, condition)):
        return False
    return _decided(workflow, condition)


def _decided(workflow: Workflow, condition: Condition) -> bool:
    match condition:
        case Junction(_, parts):
            return all(_decided(workflow, part) for part in parts)
        case Not(part):
            return _decided(workflow, part)
        case Ask():
            return True
        case Present(Name(name)):
            return name in workflow.fields or "." in name
        case Compare("==" | "!=", left, right):
            return _comparable(workflow, left) and _fixed(workflow, right)
        case Member(left, Listing(items)):
            return _comparable(workflow, left) and all(_fixed(workflow, item) for item in items)
    return False


def looked_at(workflow: Workflow, tree: object) -> Iterator[Feature]:
    """What a condition or term looks at."""
    for node in walk(tree):
        match node:
            case Name("applicant.kind"):
                yield Feature("kind", "")
            case Name(name) if is_few(workflow, name):
                yield Feature("value", name)
            case Name(name) if name in workflow.fields or (
                "." in name and not name.startswith(("applicant.", "actor."))
            ):
                yield Feature("shown", name)
            case Ask("fired", name, since):
                yield Feature("done", name)
                yield from [Feature("later", name, since)] if since else []
            case Ask("overdue", name):
                yield Feature("over", name)
            case Ask("not_applicable", name):
                yield Feature("value", name)


def _comparable(workflow: Workflow, term: Term) -> bool:
    if isinstance(term, Parameter):
        return not workflow.parameters[term.name].choices
    return isinstance(term, Name) and (is_few(workflow, term.text) or term.text in {"state", "applicant.kind"})


def is_few(workflow: Workflow, name: str) -> bool:
    """Whether a field takes one of a few words, which the model follows."""
    return name in workflow.fields and workflow.fields[name].type in _FEW


def _fixed(workflow: Workflow, term: Term) -> bool:
    match term:
        case Literal():
            return True
        case Parameter(name):
            return not workflow.parameters[name].choices
        case Name(text):  # a word of a choice, not the value of anything
            return text not in workflow.fields and "." not in text and text != "today"
    return False


def values_of(workflow: Workflow, name: str, trees: Iterable[object]) -> tuple[bool | str, ...]:
    """The values that conditions tell apart, and one of those that they do not."""
    declared = workflow.fields[name]
    if declared.type == "yes_no":
        return (True, False)
    words = {str(word) for tree in trees for node in walk(tree) for word in _words(workflow, name, node)}
    told_apart = [word for word in declared.choices if word in words]
    return (*told_apart, *[word for word in declared.choices if word not in words][:1])


def _words(workflow: Workflow, name: str, node: object) -> Iterator[object]:
    match node:
        case Compare(_, Name(text), right) if text == name:
            yield _word(workflow, right)
        case Member(Name(text), Listing(items)) if text == name:
            yield from (_word(workflow, item) for item in items)


def _word(workflow: Workflow, term: Term) -> object:
    match term:
        case Literal(value):
            return value
        case Parameter(name):
            return workflow.parameters[name].value
        case Name(text):
            return text
    return None
