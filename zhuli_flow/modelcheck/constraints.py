"""Conditions in parts that hold together: which numbers and days lie before which, which words a field may hold.

Differences only (``staff >= 3``, ``asked_on <= agreed_on``, ``today < ends_on + 30d``): what is more than that is left
out, so that a set of conditions said to be impossible really is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from zhuli_flow.calendar import Period
from zhuli_flow.definitions.model.expressions import (
    Aggregate,
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
    Sum,
    Term,
    walk,
)
from zhuli_flow.definitions.model.workflow import Workflow

MOST = 128
"""So many ways for conditions to hold together are looked at; where there are more, they are taken to be possible."""
_ZERO = ""
_LONG = {"d": (1, 1), "wd": (1, 12), "m": (28, 31), "y": (365, 366)}
"""Days in one of each unit, at the least and at the most: working days with the longest holidays between."""
_TURNED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
Atom = tuple[Condition, bool]
"""A condition without and, or, not; and whether it holds."""


class Point(NamedTuple):
    """A number or day as something unknown and what is added to it: between ``low`` and ``high`` (days as ordinals)."""

    base: str
    low: Fraction
    high: Fraction


@dataclass
class Constraints:
    """What is known of one way for conditions to hold: ``apart`` (left, right): left - right at most that, or less."""

    workflow: Workflow
    apart: dict[tuple[str, str], tuple[Fraction, bool]] = field(default_factory=dict)
    words: dict[str, frozenset[object]] = field(default_factory=dict)
    truths: dict[Condition, bool] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def add(self, atom: Atom) -> None:
        """Take in one part, as far as it can be told."""
        condition, holds = atom
        match condition:
            case Compare(op, left, right):
                op = op if holds else _TURNED[op]
                self.there |= set(_needs(self.workflow, op, left, right)) & self.workflow.fields.keys()
                self._compared(op, left, right)
            case Member(Name(name), Listing(items)):
                self.there.add(name)
                self._among(name, [_word(self.workflow, item) for item in items], holds=holds)
            case Present(Name(name)):
                (self.there if holds else self.missing).add(name)
            case _:
                self.truths.setdefault(condition, holds)
                if self.truths[condition] != holds:
                    self.apart[_ZERO, _ZERO] = Fraction(-1), False

    def possible(self) -> bool:
        """Whether all of it may be so at once."""
        if self.there & self.missing or not all(self.words.values()):
            return False
        names = {name for pair in self.apart for name in pair} - {_ZERO}
        for name in names & self.workflow.fields.keys():
            self._bounded(name)
        return not _circle(self.apart)

    def _compared(self, op: str, left: Term, right: Term) -> None:
        word = _word(self.workflow, right)
        if isinstance(left, Name) and op in {"==", "!="} and self._choices(left.text) and word is not None:
            self._among(left.text, [word], holds=op == "==")
            return
        one, other = _point(self.workflow, left), _point(self.workflow, right)
        if one is None or other is None or op == "!=":
            return
        whole = _whole(self.workflow, left) and _whole(self.workflow, right)
        if op in {"<", "<=", "=="}:
            self._at_most(one, other, strict=op == "<", whole=whole)
        if op in {">", ">=", "=="}:
            self._at_most(other, one, strict=op == ">", whole=whole)

    def _at_most(self, one: Point, other: Point, *, strict: bool, whole: bool) -> None:
        """``one`` <= ``other``: their bases are apart by what is added to the other, less what is added to the one."""
        limit = other.high - one.low
        bound = (limit - 1, False) if strict and whole and limit.denominator == 1 else (limit, strict)
        held = self.apart.get((one.base, other.base))
        if held is None or (bound[0], not bound[1]) < (held[0], not held[1]):
            self.apart[one.base, other.base] = bound

    def _bounded(self, name: str) -> None:
        declared = self.workflow.fields[name]
        here, zero = Point(name, Fraction(0), Fraction(0)), Fraction(0)
        if declared.maximum is not None:
            most = Fraction(declared.maximum)
            self._at_most(here, Point(_ZERO, most, most), strict=False, whole=False)
        if declared.minimum is not None:
            least = Fraction(declared.minimum)
            self._at_most(Point(_ZERO, least, least), here._replace(low=zero), strict=False, whole=False)

    def _choices(self, name: str) -> frozenset[object]:
        if name == "applicant.kind":
            return frozenset(self.workflow.applicant_kinds)
        declared = self.workflow.fields.get(name)
        if declared is None or declared.type not in {"choice", "yes_no"}:
            return frozenset()
        return frozenset(declared.choices) if declared.type == "choice" else frozenset((True, False))

    def _among(self, name: str, words: Sequence[object], *, holds: bool) -> None:
        known = self.words.get(name, self._choices(name))
        if not known or None in words:
            return
        self.words[name] = known & set(words) if holds else known - set(words)


def impossible(workflow: Workflow, conditions: Sequence[Condition], failing: Condition | None = None) -> bool:
    """Whether ``conditions`` can never hold together (with ``failing`` false, if given). In doubt they can."""
    ways: list[list[Atom]] = [[]]
    parts = [(one, True) for one in conditions] + ([(failing, False)] if failing is not None else [])
    for condition, holds in parts:
        ways = [[*way, *more] for way in ways for more in _ways(condition, holds=holds)]
        if len(ways) > MOST:
            return False
    return not any(_taken(workflow, way).possible() for way in ways)


def surely_there(workflow: Workflow, conditions: Sequence[Condition]) -> set[str]:
    """The fields that are there wherever all these conditions hold together."""
    ways: list[list[Atom]] = [[]]
    for condition in conditions:
        more = _ways(condition, holds=True)
        if len(ways) * len(more) <= MOST:
            ways = [[*way, *one] for way in ways for one in more]
    taken = [one for one in (_taken(workflow, way) for way in ways) if one.possible()]
    return set.intersection(*(one.there for one in taken)) if taken else set()


def _taken(workflow: Workflow, way: Iterable[Atom]) -> Constraints:
    found = Constraints(workflow)
    for atom in way:
        found.add(atom)
    return found


def _ways(condition: Condition, *, holds: bool) -> list[list[Atom]]:
    """The ways in which a condition holds (or fails), each as its parts."""
    match condition:
        case Not(part):
            return _ways(part, holds=not holds)
        case Junction(kind, parts) if (kind == "all") == holds:
            ways: list[list[Atom]] = [[]]
            for part in parts:
                ways = [[*way, *more] for way in ways for more in _ways(part, holds=holds)][: MOST + 1]
            return ways
        case Junction(_, parts):
            return [way for part in parts for way in _ways(part, holds=holds)][: MOST + 1]
    return [[(condition, holds)]]


def _circle(apart: dict[tuple[str, str], tuple[Fraction, bool]]) -> bool:
    """Whether going round somewhere comes out below nothing: then no values fit."""
    names = {name for pair in apart for name in pair}
    least: dict[str, tuple[Fraction, int]] = {name: (Fraction(0), 0) for name in names}
    for _ in range(len(names) + 1):
        changed = False
        for (left, right), (limit, strict) in apart.items():
            far = (least[right][0] + limit, least[right][1] - strict)
            if far < least[left]:
                least[left], changed = far, True
        if not changed:
            return False
    return True


def _point(workflow: Workflow, term: Term) -> Point | None:
    match term:
        case Name("today"):
            return Point("today", Fraction(0), Fraction(0))
        case Name(name) if name in workflow.fields and workflow.fields[name].type in {"int", "decimal", "date"}:
            return Point(name, Fraction(0), Fraction(0))
        case Aggregate("count" | "due" | "start", source, ""):
            return Point(f"{term.kind} of {source}", Fraction(0), Fraction(0))
        case Sum("+" | "-", left, right):
            return _added(workflow, term.sign, left, right)
    value = _value(workflow, term)
    number = Fraction(value.toordinal()) if isinstance(value, date) else value
    return Point(_ZERO, number, number) if isinstance(number, Fraction) else None


def _added(workflow: Workflow, sign: str, left: Term, right: Term) -> Point | None:
    start, more = _point(workflow, left), _value(workflow, right)
    if start is None or more is None or isinstance(more, date):
        return None
    low = high = more if isinstance(more, Fraction) else Fraction(0)
    if isinstance(more, Period):
        low, high = sorted(Fraction(more.count * days) for days in _LONG[more.unit])
    if sign == "-":
        low, high = -high, -low
    return Point(start.base, start.low + low, start.high + high)


def _value(workflow: Workflow, term: Term) -> Fraction | date | Period | None:
    """What a term that hangs on nothing comes to: a number, a day or a period."""
    value: object = term.value if isinstance(term, Literal) else None
    if isinstance(term, Parameter) and not workflow.parameters[term.name].choices:
        value = workflow.parameters[term.name].value
    match value:
        case bool():
            return None
        case int() | Decimal():
            return Fraction(value)
        case date() | Period():
            return value
        case str() if isinstance(term, Parameter):
            return _read(value)
    return None


def _read(text: str) -> Fraction | Period | None:
    """A parameter's text as a number or period."""
    digits = text.rstrip("dwmy")
    unit = text[len(digits) :]
    if not digits.isascii() or not digits.isdigit():
        return None
    return Period(int(digits), unit) if unit in _LONG else Fraction(int(digits)) if not unit else None  # type: ignore[arg-type]


def _whole(workflow: Workflow, term: Term) -> bool:
    """Whether a term takes whole numbers and days only."""
    match term:
        case Name(name):
            return name == "today" or (name in workflow.fields and workflow.fields[name].type in {"int", "date"})
        case Sum(_, left, right):
            return _whole(workflow, left) and _whole(workflow, right)
        case Aggregate():
            return True
    value = _value(workflow, term)
    return not isinstance(value, Fraction) or value.denominator == 1


def _word(workflow: Workflow, term: Term) -> object:
    match term:
        case Literal(value):
            return value
        case Parameter(name):
            return None if workflow.parameters[name].choices else workflow.parameters[name].value
        case Name(text) if text not in workflow.fields and "." not in text:
            return text
    return None


def _needs(workflow: Workflow, op: str, left: Term, right: Term) -> Iterator[str]:
    """What must be there for a comparison to hold: all that it names, but a list it counts that may be none."""
    for node in (*walk(left), *walk(right)):
        if isinstance(node, Name):
            yield node.text
        elif isinstance(node, Aggregate) and node.kind != "count":
            yield node.source
    least = _value(workflow, right)
    if not isinstance(left, Aggregate) or left.kind != "count" or not isinstance(least, Fraction):
        return
    if {">": least >= 0, ">=": least > 0, "==": least != 0, "!=": least == 0}.get(op):
        yield left.source


def names_in(tree: object) -> Iterator[str]:
    """The fields and other things that a condition or term names."""
    for node in walk(tree):
        if isinstance(node, Name):
            yield node.text
        elif isinstance(node, Aggregate):
            yield node.source
