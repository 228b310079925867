"""A total, one beside an earlier one, and an edition of it as the faces tell them: every figure with its sources."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.engine.expressions.totals import Figure, Line, Pair, Source
from zhuli_flow.engine.model.json_values import Json, Values
from zhuli_flow.services.registers.comparison import Comparison, Row
from zhuli_flow.services.registers.editions import Edition
from zhuli_flow.services.registers.totals import Totals


class FigureShown(msgspec.Struct, frozen=True):
    """What one block says of a field; ``added`` (``sum``) is the plain sum beside a count of names."""

    value: Json
    added: Json | UnsetType = msgspec.field(name="sum", default=UNSET)


class Against(msgspec.Struct, frozen=True):
    """What stood in a figure's place before, and the change, where there is one to tell."""

    before: Json
    difference: Json
    percent: Json


class LineShown(msgspec.Struct, frozen=True):
    """A line: its figures by the titles of their blocks, each answer with the version of its case.

    Beside an earlier total: why it is not ``compared``, and what it is compared ``against``, by block.
    """

    number: str
    field: str
    title: str
    unit: str
    agg: str | None
    may_repeat: bool
    blocks: Mapping[str, FigureShown]
    distinct: FigureShown | None
    sources: tuple[Source, ...]
    compared: str | UnsetType = UNSET
    against: Mapping[str, Against] | UnsetType = UNSET


class SuspectShown(msgspec.Struct, frozen=True):
    """Two names of a line that may be one, as a decision on them is written, each with the units that wrote it."""

    number: str
    field: str
    name: str
    same_as: str
    units: Mapping[str, tuple[str, ...]]


class TotalsShown(msgspec.Struct, frozen=True):
    """A total; ``head`` who is in each register of its face, ``decided`` the rows of decisions on names."""

    title: str
    head: Mapping[str, tuple[str, ...]]
    units: int
    outside: tuple[str, ...]
    blocks: tuple[str, ...]
    distinct: str
    rows: tuple[LineShown, ...]
    decided: Json
    suspected: tuple[SuspectShown, ...]


class FaceShown(msgspec.Struct, frozen=True):
    """The face of the earlier total."""

    head: Mapping[str, tuple[str, ...]]
    units: int
    versions: tuple[str, ...]


class ComparisonShown(TotalsShown, frozen=True):
    """A total of ``case`` beside that of the case ``against``."""

    case: str
    against: str
    before: FaceShown


class EditionShown(msgspec.Struct, frozen=True):
    """What an act kept of a total; ``told`` the numbers it filled in besides, by their titles."""

    edition: int
    version: int
    at: str
    event: str
    person: str
    opinion: str
    told: Values


class WholeEditionShown(EditionShown, frozen=True):
    """An edition with its rows as kept."""

    rows: tuple[Values, ...]


def of_totals(totals: Totals) -> TotalsShown:
    """Everything, each field with the units it comes from and the version of their case."""
    return TotalsShown(
        title=totals.title,
        head=dict(totals.head),
        units=totals.units,
        outside=totals.outside,
        blocks=totals.blocks,
        distinct=totals.distinct,
        rows=tuple(_line(totals, line) for line in totals.lines),
        decided=totals.decided,
        suspected=tuple(_suspect(line, pair) for line, pair in totals.suspects),
    )


def of_comparison(found: Comparison) -> ComparisonShown:
    """The total of now as it is told alone, with what stood there before and the change beside each figure."""
    alone = of_totals(found.now)
    parts = msgspec.structs.asdict(alone)
    pairs = zip(alone.rows, found.rows, strict=True)
    before = FaceShown(dict(found.before.head), found.before.units, found.before.versions)
    return ComparisonShown(
        **{**parts, "rows": tuple(_beside(found.now, line, row) for line, row in pairs)},
        case=found.cases[0],
        against=found.cases[1],
        before=before,
    )


def of_edition(found: Edition) -> EditionShown:
    """What is told of an edition besides its rows."""
    return EditionShown(
        edition=found.number,
        version=found.version,
        at=found.at,
        event=found.event,
        person=found.person,
        opinion=found.opinion,
        told=dict(found.told),
    )


def of_whole_edition(found: Edition) -> WholeEditionShown:
    """An edition with its rows as kept."""
    return WholeEditionShown(**msgspec.structs.asdict(of_edition(found)), rows=found.rows)


def _line(totals: Totals, line: Line) -> LineShown:
    return LineShown(
        number=line.number,
        field=line.field.name,
        title=line.field.title,
        unit=line.field.unit,
        agg=line.field.agg,
        may_repeat=line.field.agg == "repeats",
        blocks={title: _figure(figure) for title, figure in zip(totals.blocks, line.blocks, strict=True)},
        distinct=_figure(line.distinct) if line.distinct else None,
        sources=line.sources,
    )


def _figure(figure: Figure) -> FigureShown:
    return FigureShown(figure.value, UNSET if figure.added is None else figure.added)


def _suspect(line: Line, pair: Pair) -> SuspectShown:
    name, same_as = pair.names
    return SuspectShown(line.number, line.field.name, name, same_as, dict(zip(pair.names, pair.units, strict=True)))


def _beside(now: Totals, line: LineShown, row: Row) -> LineShown:
    against = {
        title: Against(
            beside.before.value,
            beside.change.difference if beside.change else None,
            beside.change.percent if beside.change else None,
        )
        for title, beside in zip((*now.blocks, now.distinct), row.figures, strict=True)
        if beside.before is not None
    }
    return msgspec.structs.replace(line, compared=row.why or "是", against=against)
