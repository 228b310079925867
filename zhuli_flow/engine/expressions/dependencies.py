"""Which registers and other definitions an event asks about, and of which states: what the store needs to be asked.

Choosing the cases by their conditions is ``scope.held``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from zhuli_flow.definitions.model.expressions import (
    Aggregate,
    Choice,
    Compare,
    Condition,
    Listing,
    Literal,
    Member,
    Name,
    Term,
    walk,
)
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import (
    AddNote,
    AdvanceCase,
    ChangeClock,
    Event,
    IssueNotice,
    OpenCase,
    SetField,
    Tell,
    Workflow,
)

_ASKED: dict[tuple[str, str], tuple[str, ...]] = {}
"""The answers of ``asked``, by digest and event."""
_BOOKS: dict[tuple[str, str], tuple[str, ...]] = {}
"""The answers of ``books``, likewise: an act asks, and its definition never changes."""


def asked(workflow: Workflow, event: Event) -> tuple[str, ...]:
    """The registers that deciding on ``event`` may need, each once, in the order met."""
    key = (workflow.digest, event.name)
    if key not in _ASKED:
        _ASKED[key] = tuple(dict.fromkeys(name for name in _named(workflow, event) if name in workflow.registers))
    return _ASKED[key]


def books(workflow: Workflow, event: Event) -> tuple[str, ...]:
    """The other workflows of which a document of ``event`` shows a form."""
    key = (workflow.digest, event.name)
    if key not in _BOOKS:
        nodes = (node for tree in _trees(event) for node in walk(tree) if isinstance(node, Aggregate))
        named = (node.source for node in nodes if node.kind == "lines" and node.column)
        _BOOKS[key] = tuple(name for name in dict.fromkeys(named) if name != workflow.name)
    return _BOOKS[key]


def _named(workflow: Workflow, event: Event) -> Iterator[str]:
    for tree in (*_trees(event), *_known(workflow, event)):
        yield from (node.source for node in walk(tree) if isinstance(node, Aggregate))
    yield from (one.each for one in event.effects if isinstance(one, AdvanceCase) and one.each is not None)
    yield from (comparison.register for comparison in event.compared)


def _known(workflow: Workflow, event: Event) -> Iterator[Choice]:
    """The terms by which the system knows what the event asks for."""
    for ask in event.fill:
        known = workflow.fields[ask.name].known if ask.name in workflow.fields else None
        if known is not None:
            yield from () if known.term is None else (known.term,)
            yield from (part for sentence in known.sentences for part in sentence if isinstance(part, Choice))


def _trees(event: Event) -> Iterator[object]:
    yield from (guard.condition for guard in event.guards)
    for effect in event.effects:
        match effect:
            case SetField(_, choices):
                yield from choices
            case IssueNotice():
                yield from effect.variables.values()
                yield from () if effect.when is None else (effect.when,)
            case OpenCase():
                yield from effect.values.values()
            case AdvanceCase():
                yield from effect.values.values()
                yield from () if effect.when is None else (effect.when,)
            case Tell() | AddNote() | ChangeClock():
                pass
            case _:
                assert_never(effect)


def wanted(register: Register) -> tuple[str, ...]:
    """The states that its conditions allow, in the order written; empty when they name none: then any."""
    found: tuple[str, ...] = ()
    for rule in register.where:
        states = _states(rule)
        if states:
            found = tuple(one for one in states if one in found) if found else states
    return found


def _states(rule: Condition) -> tuple[str, ...]:
    match rule:
        case Compare("==", Name("state"), state):
            return _word(state)
        case Member(Name("state"), Listing(items)):
            words = [_word(item) for item in items]
            return tuple(word for one in words for word in one) if all(words) else ()
    return ()


def _word(term: Term) -> tuple[str, ...]:
    match term:
        case Name(text):
            return () if "." in text else (text,)
        case Literal(str(text)):
            return (text,)
    return ()
