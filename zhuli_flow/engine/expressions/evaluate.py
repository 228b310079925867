"""Conditions and terms, compiled once to closures over a Scope. Three values: True, False, None for "cannot be known".

``None`` as a term means the value is missing; every comparison with it is unknown; ``and``/``or``/``not`` are Kleene's.
"""

from __future__ import annotations

import operator
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol, assert_never

from zhuli_flow.calendar import Calendar, Period, due_date
from zhuli_flow.definitions.model.expressions import (
    Aggregate,
    AggregateKind,
    Ask,
    Band,
    Choice,
    Compare,
    Condition,
    Distinct,
    Elapsed,
    Junction,
    Listing,
    Literal,
    Member,
    Name,
    Not,
    Odd,
    Parameter,
    Present,
    Sum,
    Term,
    Within,
)
from zhuli_flow.engine.expressions.names import bare


class Scope(Protocol):
    """What conditions may ask of a case; values are typed (date, Decimal, bool, str, tuple)."""

    @property
    def calendar(self) -> Calendar: ...
    def lookup(self, name: str) -> object: ...
    def hands(self, name: str) -> Iterable[str]: ...
    def parameter(self, name: str) -> object: ...
    def rows(self, source: str) -> Sequence[object] | None: ...
    def first(self, register: str, column: str) -> object: ...
    def table(self, word: str, source: str, column: str) -> object: ...
    def clock(self, word: str, deadline: str) -> object: ...
    def ask(self, kind: str, name: str) -> bool | None: ...
    def fired_since(self, name: str, since: str) -> bool: ...


Truth = bool | None
TermFn = Callable[[Scope], object]
ConditionFn = Callable[[Scope], Truth]
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@lru_cache(maxsize=4096)
def condition(node: Condition) -> ConditionFn:
    """A condition tree → a function of a Scope."""
    match node:
        case Compare("==" | "!=" as op, Name(one), Name(other)):
            return _sameness(one, other, wanted=op == "==")
        case Compare(op, left, right):
            return _comparison(_OPERATORS[op], term(left), term(right))
        case Present(inner):
            value = term(inner)
            return lambda scope: value(scope) not in (None, "", ())
        case Member() | Odd() | Distinct() | Within():
            return _about(node)
        case Elapsed(since, op, period):
            return _elapsed(_OPERATORS[op], term(since), term(period))
        case Ask(kind, name, ""):
            return lambda scope: scope.ask(kind, name)
        case Ask(_, name, since):
            return lambda scope: scope.fired_since(name, since)
        case Junction(kind, parts):
            return _junction([condition(part) for part in parts], stop=kind == "any")
        case Not(part):
            inner_condition = condition(part)
            return lambda scope: _negate(inner_condition(scope))
        case _:
            assert_never(node)


def _about(node: Member | Odd | Distinct | Within) -> ConditionFn:
    """What is asked of one value, or of names."""
    value = term(node.term)
    match node:
        case Member(_, among):
            return _comparison(lambda one, many: one in _sequence(many), value, term(among))
        case Within(_, among):
            return _comparison(lambda one, many: _bare(one) <= _bare(many), value, term(among))
        case Odd():
            return _comparison(lambda number, _: number % 2 == 1, value, lambda _: 0)  # type: ignore[operator]
        case Distinct():
            return _comparison(lambda many, _: _is_distinct(many), value, lambda _: 0)
        case _:
            assert_never(node)


def term(node: Term) -> TermFn:
    """A term tree → a function of a Scope; None when a value is missing."""
    if isinstance(node, Literal):  # never from the cache, where yes and 1 would be one key
        value = node.value
        return lambda _: value
    return _compound(node)


@lru_cache(maxsize=4096)
def _compound(node: Name | Parameter | Aggregate | Band | Sum | Listing) -> TermFn:
    match node:
        case Name(text):
            return lambda scope: scope.lookup(text)
        case Parameter(name):
            return lambda scope: scope.parameter(name)
        case Aggregate(kind, source, column):
            return _aggregate(kind, source, column)
        case Band(inner, bands):
            reached, table = term(inner), term(bands)
            return lambda scope: _band(reached(scope), table(scope))
        case Sum(sign, left, right):
            return _sum(sign, term(left), term(right))
        case Listing(items):
            parts = [term(item) for item in items]
            return lambda scope: tuple(part(scope) for part in parts)
        case _:
            assert_never(node)


def first_choice(choices: Sequence[Choice], scope: Scope) -> object:
    """The value of the first alternative whose condition holds; None when none does."""
    for choice in choices:
        if choice.when is None or condition(choice.when)(scope):
            return term(choice.term)(scope)
    return None


def _sameness(one: str, other: str, *, wanted: bool) -> ConditionFn:
    """Two names are the same where their values are, or where one was done in the name of the other (委托)."""

    def compare(scope: Scope) -> Truth:
        left, right = scope.lookup(one), scope.lookup(other)
        if left is None or right is None:
            return None
        same = left == right
        if not same and isinstance(left, str) and isinstance(right, str):
            same = not {left, *scope.hands(one)}.isdisjoint({right, *scope.hands(other)})
        return same is wanted

    return compare


def _comparison(test: Callable[[object, object], bool], left: TermFn, right: TermFn) -> ConditionFn:
    def compare(scope: Scope) -> Truth:
        one, other = left(scope), right(scope)
        return None if one is None or other is None else test(one, other)

    return compare


def _elapsed(test: Callable[[object, object], bool], since: TermFn, period: TermFn) -> ConditionFn:
    def compare(scope: Scope) -> Truth:
        start, length = since(scope), period(scope)
        if not isinstance(start, date) or not isinstance(length, Period):
            return None
        return test(scope.lookup("today"), due_date(start, length, scope.calendar).day)

    return compare


def _junction(parts: Sequence[ConditionFn], *, stop: bool) -> ConditionFn:
    def join(scope: Scope) -> Truth:
        unknown = False
        for part in parts:
            truth = part(scope)
            if truth is stop:
                return stop
            unknown = unknown or truth is None
        return None if unknown else not stop

    return join


def _negate(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple) else (value,)


def _bare(value: object) -> frozenset[str]:
    return frozenset(bare(str(one)) for one in _sequence(value))


def _is_distinct(value: object) -> bool:
    return len(_bare(value)) == len(_sequence(value))


_SIGNS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _sum(sign: str, left: TermFn, right: TermFn) -> TermFn:
    def add(scope: Scope) -> object:
        one, other = left(scope), right(scope)
        if isinstance(one, date) and isinstance(other, Period):
            count = other.count if sign == "+" else -other.count
            return due_date(one, Period(count, other.unit), scope.calendar).day
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            return _SIGNS[sign](one, other)
        return None

    return add


def _aggregate(kind: AggregateKind, source: str, column: str) -> TermFn:
    match kind:
        case "due" | "start" | "closing":
            return lambda scope: scope.clock(kind, source)
        case "first":
            return lambda scope: scope.first(source, column)
        case "rows" | "lines" | "total":
            return lambda scope: scope.table(kind, source, column)
        case "count" | "sum" | "mean" | "min" | "max" as figure:
            return lambda scope: _figure(figure, column, scope.rows(source))
        case _:
            assert_never(kind)


def _figure(
    kind: typing.Literal["count", "sum", "mean", "min", "max"], column: str, rows: Sequence[object] | None
) -> object:
    if rows is None:
        return Decimal(0) if kind == "count" else None
    values = [row.get(column) if isinstance(row, Mapping) else row for row in rows] if column else list(rows)
    if kind == "count":
        return Decimal(_how_many(values))
    numbers = [Decimal(str(value)) for value in values if value is not None]
    if not numbers:
        return None
    match kind:
        case "mean":
            return (sum(numbers, Decimal(0)) / len(numbers)).quantize(Decimal("0.01"))
        case "sum":
            return sum(numbers, Decimal(0))
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case _:
            assert_never(kind)


def _how_many(values: Sequence[object]) -> int:
    """Those that are there; of lists of names every name once, as ``distinct`` tells them apart."""
    names = {bare(str(name)) for value in values if isinstance(value, list) for name in value}
    return len(names) + sum(value is not None and not isinstance(value, list) for value in values)


def _band(value: object, table: object) -> object:
    if not isinstance(value, Decimal) or not isinstance(table, Mapping):
        return None
    reached = [(Decimal(str(floor)), label) for label, floor in table.items() if value >= Decimal(str(floor))]
    return max(reached)[1] if reached else None
