"""The closed vocabulary of conditions and terms: the small trees that ``definitions.grammar`` makes of one line each.

Grammar (lower binds tighter)::

    condition  = conjunct { "or" conjunct }
    conjunct   = negation { "and" negation }
    negation   = "not" negation | "(" condition ")" | predicate
    predicate  = "actor" "has_role" NAME | "room" "in" NAME | "overdue" NAME | "fired" NAME [ "since" NAME ]
               | "elapsed" "since" term COMPARE term
               | term ( "present" | "absent" | "not_applicable" | "distinct" | "is" ["not"] ("odd" | term)
                      | ["not"] "in" term | "within" term | COMPARE term )
    term       = product { ("+" | "-") product }
    product    = factor { "*" factor }
    factor     = number | date | period | 'text' | yes | no | today | $parameter | name | name.part
               | ("count" | "sum" | "mean" | "min" | "max") "of" name[.column]
               | "first" "of" register.column | ("due" | "start" | "closing") "of" name
               | ("rows" | "total") "of" register | "lines" "of" [workflow.]form          (where a whole table is taken)
               | "band" "of" term "by" $parameter | "[" term { "," term } "]" | "(" term ")"
    choice     = term [ "if" condition ]            (only where a definition lists alternatives)

The tree is data: ``engine.evaluate`` compiles it, ``definitions.checks`` reads it. A missing value makes a comparison
*unknown*, and an unknown condition does not hold; its negation does not hold either (Kleene's three values).
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhuli_flow.calendar import Period


class GuardError(ValueError):
    """The line is not in the vocabulary; the message is Chinese and names the word."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, date, period, text or yes/no written in the line."""

    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A field, ``applicant.kind``, ``actor.person``, ``state``, ``today``, a sheet's own field, or a choice word."""

    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$name``: a parameter of the definition."""

    name: str


AggregateKind = typing.Literal[
    "count", "sum", "mean", "min", "max", "due", "start", "closing", "first", "rows", "lines", "total"
]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``count of experts``, ``mean of score.total``: of a list, a column, sheets, a register; ``due of D``: a day.

    ``first of R.x``: of the first case of a register; ``rows``, ``lines`` and ``total``: a whole table.
    """

    kind: AggregateKind
    source: str
    column: str


@dataclass(frozen=True, slots=True)
class Band:
    """``band of X by $bands``: the label of the highest threshold that X reaches."""

    term: Term
    bands: Parameter


@dataclass(frozen=True, slots=True)
class Sum:
    """``left + right``, ``left - right``: numbers, or a date and a period; ``left * right``: numbers."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b]``: the right side of ``in``."""

    items: tuple[Term, ...]


Term = Literal | Name | Parameter | Aggregate | Band | Sum | Listing


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right`` with op one of ``< <= > >= == !=``."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Present:
    """``term present``: a value was given (a list or text is not empty)."""

    term: Term


@dataclass(frozen=True, slots=True)
class Member:
    """``term in [..]`` or ``term in listfield``."""

    term: Term
    among: Term


@dataclass(frozen=True, slots=True)
class Odd:
    """``term is odd``: expert teams vote without a tie."""

    term: Term


@dataclass(frozen=True, slots=True)
class Distinct:
    """``list distinct``: no name twice, however it is spaced or set in marks."""

    term: Term


@dataclass(frozen=True, slots=True)
class Within:
    """``list within list``: every name of the first is among those of the second."""

    term: Term
    among: Term


@dataclass(frozen=True, slots=True)
class Elapsed:
    """``elapsed since DATE >= PERIOD``: that much time has passed by today."""

    since: Term
    op: str
    period: Term


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the case itself: has_role / room / overdue / fired / within / not_applicable, and what it is about.

    ``since`` (of ``fired``): only an act later than that event counts.
    """

    kind: str
    name: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Junction:
    """``all`` (and) or ``any`` (or) of its parts."""

    kind: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a condition."""

    part: Condition


Condition = Compare | Present | Member | Odd | Distinct | Within | Elapsed | Ask | Junction | Not


@dataclass(frozen=True, slots=True)
class Choice:
    """``term if condition``: one of several alternatives; without condition it always applies."""

    term: Term
    when: Condition | None


COMPARE = {"<", "<=", ">", ">=", "==", "!="}
AGGREGATES: Mapping[str, AggregateKind] = {kind: kind for kind in typing.get_args(AggregateKind)}
"""The words of aggregates; those of ``TABLES`` may also be names, as only ``of`` after them makes them words."""
TABLES = frozenset({"rows", "lines", "total"})
ASKS = {"overdue", "fired"}
RESERVED = frozenset(
    "and or not present absent is in odd if of by since count sum mean min max due start closing band elapsed overdue"
    " fired room actor has_role yes no today not_applicable this distinct within".split()
)


def walk(node: object) -> Iterator[object]:
    """The node and everything below it, parents first."""
    yield node
    for name in node.__dataclass_fields__:  # type: ignore[attr-defined]  # every node is a dataclass
        value = getattr(node, name)
        for part in value if isinstance(value, tuple) else (value,):
            if hasattr(part, "__dataclass_fields__") and not isinstance(part, Period):
                yield from walk(part)
