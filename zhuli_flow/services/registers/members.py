"""Which cases a register holds, where its conditions say no more than rows know: the state, and one field filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from zhuli_flow.definitions.model.expressions import Aggregate, Ask, Condition, Name, Present, walk
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.register import nobodys
from zhuli_flow.store.sql.statements import Connection

_PLAIN = frozenset({"text", "int", "decimal"})
"""Types of fields that are filled in when anything stands in them."""


class Members(NamedTuple):
    """The cases in any of ``states``, or those in which something stands in ``field``: one of the two is empty."""

    states: tuple[str, ...] = ()
    field: str = ""


def members_of(connection: Connection, office: Office, register: Register) -> Members | None:
    """What a register holds; None where a case has to be asked. Of no state at all: both are empty."""
    books = lookup.every_version(connection, office, register.workflow)
    match register.where:
        case (Present(Name(name)),) if books and all(_plain(book, name) for book in books):
            return Members(field=name)
    named: Mapping[str, Workflow] = {state: book for book in books for state in book.states}
    fields = {name for book in books for name in book.fields}
    if not register.where or not all(_of_state(rule, named.keys() - fields) for rule in register.where):
        return None
    now = Facts(office.clock.now(), office.calendar, hours=office.hours)
    return Members(tuple(_fitting(register, named, now)))


def _plain(book: Workflow, name: str) -> bool:
    field = book.fields.get(name)
    return field is None or (field.type in _PLAIN and field.may_be is None)


def _of_state(rule: Condition, states: AbstractSet[str]) -> bool:
    """Whether a condition asks nothing of a case but which of these ``states`` it is in."""
    nodes = list(walk(rule))
    named = {node.text for node in nodes if isinstance(node, Name)}
    return "state" in named and named <= {"state", *states} and not _asks(nodes)


def _fitting(register: Register, named: Mapping[str, Workflow], now: Facts) -> Iterator[str]:
    for state, book in named.items():
        view = CaseScope(book, nobodys(book).having(state=state), now)
        if all(condition(rule)(view) for rule in register.where):
            yield state


def _asks(nodes: Sequence[object]) -> bool:
    """Whether a condition asks after anything beside the case."""
    return any(isinstance(one, Ask | Aggregate) for one in nodes)
