"""Numbers that were filled in: a row for each, by which an overview adds them up without reading a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.values import plain
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.store.sql.statements import Connection, array, first, rows, run_many

PAGE = 1000
_NUMBERS = frozenset({"int", "decimal"})


class Figure(NamedTuple):
    """A case of ``workflow`` has the number ``value`` in its ``field``; as text, whole or with its decimals."""

    workflow: str
    field: str
    value: str
    case_id: str


class Counted(NamedTuple):
    """So many ``cases`` have this number."""

    value: Decimal
    cases: int


def figures_of(workflow: Workflow, case: Case) -> frozenset[Figure]:
    """Every number of the case."""
    found = (_figures(case, name, case.fields.get(name)) for name in _numeric(workflow))
    return frozenset(one for each in found for one in each)


def change(connection: Connection, workflow: Workflow, case: Case, changed: Iterable[Change]) -> None:
    """Bring the rows of a case along with what an act has changed."""
    numeric = _numeric(workflow)
    told = [one for one in changed if one[0] == "fields" and one[1] in numeric]
    gone = [one for _, name, old, _ in told for one in _figures(case, name, old)]
    new = [one for _, name, _, now in told for one in _figures(case, name, now)]
    replace(connection, gone, new)


def replace(connection: Connection, gone: Iterable[Figure], new: Iterable[Figure]) -> None:
    """Take some rows away, add others; each may be so already."""
    run_many(connection, "figures.drop", list(gone))
    put(connection, new)


def put(connection: Connection, figures: Iterable[Figure]) -> None:
    """Add rows; each may be there already."""
    run_many(connection, "figures.put", list(figures))


def has(connection: Connection, figure: Figure) -> bool:
    """Whether this number is noted."""
    return first(connection, "figures.has", **figure._asdict()) is not None


def after(connection: Connection, last: Figure) -> list[Figure]:
    """The next rows behind ``last``, in their order."""
    return [Figure(*row) for row in rows(connection, "figures.behind", **last._asdict(), limit=PAGE)]


def counted(connection: Connection, workflow: str, field: str, states: Sequence[str] = ()) -> list[Counted]:
    """Each number that cases of a workflow, in some states (empty: any), have in a field, with how many have it."""
    asked = {"workflow": workflow, "field": field}
    if states:
        found = rows(connection, "figures.counted_in", states=array(list(states)), **asked)
    else:
        found = rows(connection, "figures.counted", **asked)
    return [Counted(Decimal(value), number) for value, number in found]


def each(connection: Connection, workflow: str, field: str) -> list[tuple[str, Decimal]]:
    """The number that each case of a workflow has in a field, by its id."""
    found = rows(connection, "figures.each", workflow=workflow, field=field)
    return [(case_id, Decimal(value)) for case_id, value in found]


def with_field(connection: Connection, workflow: str, field: str) -> frozenset[str]:
    """The cases of a workflow in which something stands in this field, looked up in each without reading the rest."""
    found = rows(connection, "figures.with_field", workflow=workflow, path=f"$.fields.{field}")
    return frozenset(row[0] for row in found)


def _figures(case: Case, name: str, value: object) -> Iterator[Figure]:
    text = _text(value)
    if text:
        yield Figure(case.workflow, name, text, case.id)


def _text(value: object) -> str:
    """A number as it is kept; empty for what is none (不适用, nothing)."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return ""
    return str(plain(number)) if number.is_finite() else ""


def _numeric(workflow: Workflow) -> frozenset[str]:
    found = _FIELDS.get(workflow.digest)
    if found is None:
        found = frozenset(name for name, field in workflow.fields.items() if field.type in _NUMBERS)
        _FIELDS[workflow.digest] = found
    return found


_FIELDS: dict[str, frozenset[str]] = {}
"""The fields that hold numbers, by the digest of the definition, which never changes."""
