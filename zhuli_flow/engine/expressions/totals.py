"""Putting the returns in a register together: kinds of units side by side, each name once, every figure with sources.

Figures of different blocks are never added to each other: a city and a society may both have reported one contract.
Only names can be told apart, so only they are put together across the blocks; which names are one, people decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, assert_never

from zhuli_flow.definitions.model.form_lines import part_numbers
from zhuli_flow.definitions.model.register import Total
from zhuli_flow.definitions.model.workflow import Field, Workflow
from zhuli_flow.engine.expressions.names import alike, bare
from zhuli_flow.engine.expressions.values import plain, worded
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.json_values import Values

REPEATS = "可能重复"
"""What stands beside a sum of things that two units may both have reported."""


class View(Protocol):
    """A return as conditions see it: its case, the definition it runs on, its typed values."""

    @property
    def workflow(self) -> Workflow: ...
    @property
    def case(self) -> Case: ...
    def lookup(self, name: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """What one block says of a field: a number, names, or words; ``added`` is the plain sum beside a count of names.

    None: no unit of the block gave an answer.
    """

    value: Json
    added: Json = None


@dataclass(frozen=True, slots=True)
class Source:
    """What one unit answered: its case, the version of the case read, its block ("" for none of them)."""

    case: str
    unit: str
    version: int
    block: str
    value: Json


@dataclass(frozen=True, slots=True)
class Line:
    """One field: ``blocks`` in the order of ``Total.blocks``; ``distinct`` only where names can be told apart."""

    number: str
    field: Field
    blocks: tuple[Figure, ...]
    distinct: Figure | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that may be one, each with the units that wrote it."""

    names: tuple[str, str]
    units: tuple[tuple[str, ...], tuple[str, ...]]


class Decided:
    """What a person has decided of names, from rows ``{name, same_as, same}``: blank or yes in ``same`` makes them one.

    Rows stand in the order decided; what is one with one is one with the other. Rows without both names say nothing.
    """

    def __init__(self, rows: Json = None) -> None:
        self._parent: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._apart: list[tuple[str, str]] = []
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("name") and row.get("same_as"):
                self._take(str(row["name"]), str(row["same_as"]), one=row.get("same") is not False)

    def _take(self, name: str, other: str, *, one: bool) -> None:
        if not one:
            self._apart.append((name, other))
            return
        self._shown.setdefault(bare(other), other)
        if (old := self.key(name)) != (new := self.key(other)):
            self._parent[old] = new

    def key(self, name: str) -> str:
        """The same for all names that are one."""
        found = bare(name)
        while found in self._parent:
            found = self._parent[found]
        return found

    def shown(self, name: str) -> str:
        """The name as the person wrote the one it is; as it stands where nothing was decided."""
        found = self.key(name)
        return name if found == bare(name) else self._shown.get(found, name)

    def apart(self) -> set[frozenset[str]]:
        """The keys of every two names that were told apart."""
        return {frozenset((self.key(one), self.key(other))) for one, other in self._apart}


def definition_of(views: Iterable[View]) -> Workflow | None:
    """The definition by which returns are put together: that of the one opened last; None without any."""
    last = max(views, key=lambda view: (view.case.opened_at, view.case.id), default=None)
    return None if last is None else last.workflow


def put_together(plan: Total, workflow: Workflow, views: Sequence[View], decided: Decided) -> tuple[Line, ...]:
    """A line for each field of ``workflow`` that says how it is put together (``agg``), in their order."""
    numbers = _numbers(workflow)
    by = [str(view.lookup(plan.by)) for view in views]
    groups = [[view for view, key in zip(views, by, strict=True) if key == block] for block in plan.blocks]
    where = [plan.blocks.get(key, "") for key in by]
    return tuple(
        _line(field, numbers.get(field.name, ""), list(zip(views, where, strict=True)), groups, decided)
        for field in workflow.fields.values()
        if field.agg
    )


def _numbers(workflow: Workflow) -> dict[str, str]:
    """How people call the fields: as on the first printed form that has them."""
    found: dict[str, str] = {}
    for form in workflow.forms.values():
        found = part_numbers(form.lines) | found
    return found


def _line(
    field: Field,
    number: str,
    views: Sequence[tuple[View, str]],
    groups: Sequence[Sequence[View]],
    decided: Decided,
) -> Line:
    everyone = [view for group in groups for view in group]
    sources = (_source(view, field, block) for view, block in views)
    return Line(
        number,
        field,
        tuple(_figure(field, group, decided) for group in groups),
        _figure(field, everyone, decided) if field.agg == "union" else None,
        tuple(source for source in sources if source.value is not None),
    )


def _source(view: View, field: Field, block: str) -> Source:
    case = view.case
    return Source(case.id, case.applicant.name, case.version, block, case.fields.get(field.name))


def _figure(field: Field, views: Sequence[View], decided: Decided) -> Figure:
    """The answers of some units put together as the field's ``agg`` says; what does not apply is no answer."""
    told = [(view, value) for view in views if (value := _answer(view, field.name)) not in (None, "", ())]
    if not told:
        return Figure(None)
    match field.agg:
        case "sum" | "repeats":
            return Figure(_sum(value for _, value in told))
        case "tally":
            counted = Counter(worded(plain(value)) for _, value in told)
            return Figure("、".join(f"{word} {count} 家" for word, count in sorted(counted.items(), reverse=True)))
        case "list":
            return Figure([f"{view.case.applicant.name}：{worded(plain(value))}" for view, value in told])
        case "union":
            if field.counts is None:
                return Figure(list(_union((value for _, value in told), decided)))
            names = _union((_answer(view, field.counts) for view in views), decided)
            return Figure(len(names), _sum(value for _, value in told))
        case None:
            return Figure(None)
        case _:
            assert_never(field.agg)


def _answer(view: View, name: str) -> object:
    return view.lookup(name) if name in view.workflow.fields else None


def _sum(values: Iterable[object]) -> Json:
    return plain(sum((value for value in values if isinstance(value, Decimal)), Decimal(0)))


def _union(values: Iterable[object], decided: Decided) -> tuple[str, ...]:
    """Every name once, as it was first written, or as the person wrote who decided that several are one."""
    found: dict[str, str] = {}
    for value in values:
        for name in value if isinstance(value, tuple) else ():
            if (key := decided.key(str(name))) not in found:
                found[key] = decided.shown(str(name))
    return tuple(found.values())


def suspected(line: Line, decided: Decided) -> tuple[Pair, ...]:
    """The names of a line that may be one, as far as nobody has decided on them; none but for lists of names."""
    if line.field.agg != "union" or line.field.counts is not None:
        return ()
    writers: dict[str, list[str]] = {}
    for source in line.sources:
        for name in source.value if source.block and isinstance(source.value, list) else ():
            writers.setdefault(decided.key(str(name)), []).append(source.unit)
    names = line.distinct.value if line.distinct and isinstance(line.distinct.value, list) else []
    apart = decided.apart()
    pairs = ((pair, [decided.key(name) for name in pair]) for pair in alike(str(name) for name in names))
    return tuple(
        Pair(pair, (_once(writers[keys[0]]), _once(writers[keys[1]])))
        for pair, keys in pairs
        if frozenset(keys) not in apart
    )


def _once(units: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(units))


def words(figure: Figure | None) -> str:
    """A figure in words: names one after the other; a count of names with the sum where the two differ."""
    if figure is None:
        return ""
    if figure.added is not None and figure.added != figure.value:
        return f"{figure.value}（各单位之和 {figure.added}）"
    return worded(figure.value)


def mark(field: Field) -> str:
    """What has to be said beside a figure of this field."""
    return REPEATS if field.agg == "repeats" else ""


def as_rows(plan: Total, lines: Iterable[Line]) -> list[Values]:
    """The totals as a table of words: ``{number, item, unit, <key of each block>, distinct, note}`` a line."""
    return [
        {
            "number": line.number,
            "item": line.field.title,
            "unit": line.field.unit,
            **{key: words(figure) for key, figure in zip(plan.blocks, line.blocks, strict=True)},
            "distinct": words(line.distinct),
            "note": mark(line.field),
        }
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """From one figure to a later one: the ``difference``, and as ``percent`` of the earlier (None where that is 0).

    Numbers by their value, names by how many there are; ``percent`` to one decimal place, only of numbers.
    """

    difference: Json
    percent: Json


def change(now: Figure | None, before: Figure | None) -> Change | None:
    """What changed from ``before`` to ``now``; None where one of them is no number and no names."""
    new, old = _measure(now), _measure(before)
    if new is None or old is None:
        return None
    named = isinstance(now.value, list) if now else False
    percent = None if named or not old else ((new - old) * 100 / abs(old)).quantize(Decimal("0.1"))
    return Change(plain(new - old), None if percent is None else str(percent))


def _measure(figure: Figure | None) -> Decimal | None:
    value = figure.value if figure else None
    if isinstance(value, list):
        return Decimal(len(value))
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return Decimal(text) if text.lstrip("-").replace(".", "", 1).isdecimal() else None
