"""What people filled in with a unit, added up over all cases of a workflow.

By the counts that are kept of every case; else by rows, or, where a register has conditions, case by case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import msgspec

from zhuli_flow.definitions.model.expressions import Aggregate, Ask, Condition, Name, walk
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.expressions.narrowing import narrowing
from zhuli_flow.engine.expressions.values import plain
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import register as registers
from zhuli_flow.services.registers.filter import typed
from zhuli_flow.services.registers.members import Members, members_of
from zhuli_flow.services.registers.register import Table
from zhuli_flow.store import cases, figures
from zhuli_flow.store.case_bodies import Sections
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.counts import Counts
from zhuli_flow.store.sql.statements import Connection

Number = int | Decimal
_NOT_ADDED = frozenset({"分", "%", "％", "年", "岁", "℃"})
"""Units of which a sum says nothing."""


class Sum(msgspec.Struct, frozen=True):
    """The ``sum`` of a ``column`` of a register, over the ``of`` of its ``rows`` in which a number stands."""

    register: str
    column: str
    title: str
    sum: Json
    unit: str
    of: int
    rows: int


@dataclass(slots=True)
class Adding:
    """A register while its columns are added up: ``columns`` as (column, key).

    A case in it meets the ``rules``; ``members`` is what of these its state alone decides, and which ``field`` has to
    be filled in, where that is all they say: no case is read then. ``lasting``: what a case adds changes with the case
    alone, so that it can be kept.
    """

    table: Table
    workflow: str
    columns: tuple[tuple[str, str], ...]
    states: tuple[str, ...] = ()
    rules: tuple[Condition, ...] = ()
    members: Members | None = None
    lasting: bool = True
    rows: int = 0
    numbers: dict[str, Decimal] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)

    def found_in(self, view: CaseScope) -> dict[str, Number] | None:
        """The numbers of a case by key; None where the register does not have it."""
        if self.states and view.case.state not in self.states:
            return None
        if not all(condition(rule)(view) for rule in self.rules):
            return None
        found = ((key, typed(self.table, key, view.case.fields.get(column))) for column, key in self.columns)
        return {key: one for key, one in found if isinstance(one, int | Decimal) and not isinstance(one, bool)}

    def take(self, view: CaseScope) -> None:
        """Add what stands in a case, if the register has it."""
        found = self.found_in(view)
        if found is None:
            return
        self.rows += 1
        for key, number in found.items():
            self.numbers[key] = self.numbers.get(key, Decimal(0)) + number
            self.of[key] = self.of.get(key, 0) + 1

    def recall(self, index: Counts) -> None:
        """Take what is kept of all cases."""
        kept = {one.key: one for one in index.tallies(self.workflow, "sum", self.table.name)}
        self.rows = kept[""].cases if "" in kept else 0
        told = [one for one in kept.values() if one.key]
        self.numbers, self.of = {one.key: one.total for one in told}, {one.key: one.cases for one in told}

    def count(self, connection: Connection) -> None:
        """Add what the rows of numbers have, where no condition is to be asked of a case."""
        field_ = self.members.field if self.members else ""
        if self.members and not field_ and not self.states:
            return  # no state is in it
        if field_:
            self._count_filled(connection, field_)
            return
        self.rows = cases.count(connection, Filter(workflow=self.workflow, states=self.states))
        for column, key in self.columns:
            found = figures.counted(connection, self.workflow, column, self.states)
            if found:
                self.numbers[key] = sum((one.value * one.cases for one in found), Decimal(0))
                self.of[key] = sum(one.cases for one in found)

    def _count_filled(self, connection: Connection, field_: str) -> None:
        inside = figures.with_field(connection, self.workflow, field_)
        self.rows = len(inside)
        for column, key in self.columns:
            found = [number for case_id, number in figures.each(connection, self.workflow, column) if case_id in inside]
            if found:
                self.numbers[key], self.of[key] = sum(found, Decimal(0)), len(found)

    def sums(self) -> Iterable[Sum]:
        """One for each column in which a number stands."""
        titles = dict(self.table.columns)
        for _, key in self.columns:
            if key in self.numbers:
                title = f"{self.table.title}：{titles[key]}"
                value, unit = plain(self.numbers[key]), self.table.units[key]
                yield Sum(self.table.name, key, title, value, unit, self.of[key], self.rows)


def sums(connection: Connection, office: Office, book: Workflow, index: Counts | None = None) -> list[Sum]:
    """What people filled in with a unit, then the columns of the registers that are kept of all cases.

    The same sum of another register is not told again. What the engine works out may be a total already. Parts of a
    return (where 不适用 is an answer) have rules of their own for being added up, and are not touched here.
    ``index``: the counts of every case, where they are up to date and all are open to the reader.
    """
    adding = added_up(connection, office, book)
    whole = index is not None or reading.reach(connection, office, "totals").everything  # rows know no reader
    kept = [one for one in adding if index is not None and one.lasting]
    asking = [one for one in adding if one not in kept and ((one.rules and one.members is None) or not whole)]
    for one in adding:
        if index is not None and one in kept:
            one.recall(index)
        elif one not in asking:
            one.count(connection)
    for workflow in dict.fromkeys(one.workflow for one in asking):
        _add(connection, office, book, workflow, [one for one in asking if one.workflow == workflow])
    found = [one for each in adding for one in each.sums()]
    once = {(one.column, str(one.sum), one.unit, one.of): one for one in reversed(found)}
    return [one for one in found if one in once.values()]


def added_up(connection: Connection, office: Office, book: Workflow) -> list[Adding]:
    """What is added up for a workflow, before anything is."""
    return [one for one in (_own(connection, office, book), *_kept(connection, office, book)) if one.columns]


def _own(connection: Connection, office: Office, book: Workflow) -> Adding:
    table = registers.blank(connection, office, book.name)
    asked = {ask.name for event in book.events.values() for ask in event.fill}
    filled = {name for name in asked if name in book.fields and book.fields[name].may_be is None}
    return Adding(table, book.name, _measured(table, ((name, name) for name, _ in table.columns if name in filled)))


def _kept(connection: Connection, office: Office, book: Workflow) -> Iterable[Adding]:
    """The registers that a definition keeps of all cases."""
    for name, register in book.registers.items():
        if not registers.of_case(register):
            made = registers.headed(connection, office, register)
            table = replace(made, name=f"{book.name}.{name}")
            columns = _measured(table, ((column, key) for key, column in register.keyed))
            members = members_of(connection, office, register)
            states = members.states if members else narrowing(register, lookup.NOBODY).states
            lasting = all(_of_case(rule, _named(connection, office, register.workflow)) for rule in register.where)
            yield Adding(table, register.workflow, columns, states, register.where, members, lasting)


def _named(connection: Connection, office: Office, workflow: str) -> set[str]:
    """What a condition may name of a case and nothing else: its fields and states, by every definition there was."""
    books = lookup.every_version(connection, office, workflow)
    return {"state"}.union(*(one.fields for one in books), *(one.states for one in books))


def _of_case(rule: Condition, known: set[str]) -> bool:
    """Whether a condition asks of nothing but the case: neither of others nor of the day."""
    nodes = list(walk(rule))
    named = {node.text for node in nodes if isinstance(node, Name)}
    return not any(isinstance(node, Ask | Aggregate) for node in nodes) and all(
        one in known or one.startswith("applicant.") for one in named
    )


def _measured(table: Table, columns: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those with a unit of which a sum says something."""
    units: Mapping[str, str] = table.units
    return tuple((column, key) for column, key in columns if units.get(key) and units[key] not in _NOT_ADDED)


def _add(connection: Connection, office: Office, book: Workflow, workflow: str, adding: list[Adding]) -> None:
    """One walk over the cases of a workflow for all that adds them up."""
    now = Facts(office.clock.now(), office.calendar, hours=office.hours)
    asking = CaseScope(book, registers.nobodys(book), now)
    reach = reading.reach(connection, office, "totals")
    whole = any(_asks_more(rule) for one in adding for rule in one.rules)
    sections: Sections = "whole" if whole else "fields"
    for stored in cases.by_number(connection, Filter(workflow=workflow, reach=reach), of=sections):
        own = lookup.definition(connection, office, stored.case.digest)
        view = CaseScope(own, stored.case, now, this=asking)
        for one in adding:
            one.take(view)


def _asks_more(rule: Condition) -> bool:
    """Whether a condition asks more of a case than its fields, its state and its applicant."""
    nodes = list(walk(rule))
    named = (node.text for node in nodes if isinstance(node, Name))
    return any(isinstance(node, Ask | Aggregate) for node in nodes) or any(
        "." in name and not name.startswith(("applicant.", "this.")) for name in named
    )
