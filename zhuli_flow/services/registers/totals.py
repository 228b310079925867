"""Totals of a register, gathered from the store and shown: as JSON, as a table to print; what they are is the engine's.

Besides what stands in the returns now there are the editions that an act has kept: those never change again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zhuli_flow.definitions.model.register import Total
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope, held
from zhuli_flow.engine.expressions.names import bare
from zhuli_flow.engine.expressions.totals import (
    Decided,
    Figure,
    Line,
    Pair,
    definition_of,
    mark,
    put_together,
    suspected,
    words,
)
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values, to_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import reading
from zhuli_flow.services.cases import facts
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.export import as_of
from zhuli_flow.services.registers.filter import filtered
from zhuli_flow.services.registers.register import Asked, Gathered, asked, gather, listed_as
from zhuli_flow.store import cases
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.workbooks import table as paper
from zhuli_flow.workbooks.entry import Entry

Candidates = tuple[tuple[Workflow, Case], ...]
SUSPECTED = "可能是同一名称，请核对后认定（本表未合并）"
"""What stands before names that look alike: the program never merges them."""
_SHOWN = 30
"""So many pairs of them are written out; all stand in the JSON."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A register put together; ``head`` as (title, units), ``blocks`` the titles, ``distinct`` that of the last one.

    ``outside`` are units that no block takes in: their answers are in no figure. ``suspects`` are names that may be
    one, each with its line; ``decided`` the rows by which a person has decided on names; ``versions`` those of the
    definitions that the returns run on; ``written`` every name of a return, bare.
    """

    title: str
    head: tuple[tuple[str, tuple[str, ...]], ...]
    blocks: tuple[str, ...]
    distinct: str
    units: int
    outside: tuple[str, ...]
    lines: tuple[Line, ...]
    suspects: tuple[tuple[Line, Pair], ...] = ()
    decided: Json = None
    versions: tuple[str, ...] = ()
    written: frozenset[str] = frozenset()


def total(office: Office, name: str, case_id: str = "", where: Sequence[str] = ()) -> Totals:
    """The register ``WORKFLOW.NAME`` (of case ``case_id``) put together as its definition says.

    ``where`` narrows it as a list of it is narrowed: by the edition, say. Raises NotFound, or InvalidInput when the
    definition does not say how to put it together.
    """
    with office.database.read() as connection:
        wanted, plan = asked_for(connection, office, name, case_id)
        found = gather(connection, office, wanted, "totals")
        head = tuple(_heads(connection, office, found, plan))
    views = _narrow(found, where)
    workflow = definition_of(views) or found.other
    rows = found.case.fields.get(plan.same) if plan.same else None
    outside = (view.case.applicant.name for view in views if str(view.lookup(plan.by)) not in plan.blocks)
    decided = Decided(rows)
    lines = put_together(plan, workflow, views, decided) if workflow else ()
    return Totals(
        found.register.title,
        head,
        tuple(plan.blocks.values()),
        plan.distinct,
        len({view.case.applicant.id for view in views}),
        tuple(dict.fromkeys(outside)),
        lines,
        tuple((line, pair) for line in lines for pair in suspected(line, decided)),
        rows,
        tuple(sorted({view.workflow.version for view in views})),
        _written(lines),
    )


def asked_for(connection: Connection, office: Office, name: str, case_id: str) -> tuple[Asked, Total]:
    """The register ``WORKFLOW.NAME`` and how it is put together. Raises NotFound, InvalidInput as ``total``."""
    workflow, _, register = name.partition(".")
    stored = reading.stored(connection, office, case_id) if case_id and cases.load(connection, case_id) else None
    if stored is not None and stored.case.workflow != workflow:
        message = f"{case_id} 是 {stored.case.workflow} 的事项，没有 {workflow} 的台账“{register}”"
        raise InvalidInput(message, fix=f"请写 {workflow} 的事项编号，可用 zhuli case list 查看")
    found = asked(connection, office, workflow, register, case_id)
    reading.require_opened(connection, office, found.register.workflow, "totals")
    if found.register.total is None:
        raise InvalidInput(f"台账“{name}”没有规定汇总办法", fix="在流程定义的这本台账中写 total")
    if found.register.linked_by and not case_id:
        raise InvalidInput(f"台账“{name}”是一件事项的台账，须说明是哪一件", fix="请加 --case 事项编号")
    return found, found.register.total


def _heads(
    connection: Connection, office: Office, found: Gathered, plan: Total
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Who is in each register of the face; registers of the same cases are looked up together."""
    loaded: dict[tuple[str, str | None], Candidates] = {}
    reach = reading.reach(connection, office, "totals")
    for title, name in plan.head.items():
        register = found.book.registers[name]
        key = (register.workflow, register.linked_by)
        if key not in loaded:
            every = replace(register, where=())
            loaded[key] = facts.candidates(connection, office, every, found.case, reach)
        now = Facts(office.clock.now(), office.calendar, hours=office.hours, registers={name: loaded[key]})
        views = held(CaseScope(found.book, found.case, now), register)
        yield title, tuple(view.case.applicant.name for view in views)


def _narrow(found: Gathered, where: Sequence[str]) -> list[CaseScope]:
    if not where:
        return found.views
    whole = listed_as(found)
    kept = {id(row) for row in filtered(whole, where).rows}
    return [view for view, row in zip(found.views, whole.rows, strict=True) if id(row) in kept]


def head_lines(totals: Totals) -> tuple[str, ...]:
    """The face of a total in words: the numbers in one line, then which units, the whole left out."""
    numbers = "、".join(f"{title} {len(units)}" for title, units in totals.head)
    counted = f"本表汇总 {totals.units} 家"
    outside = [f"不在任何一栏、未计入：{'、'.join(totals.outside)}"] if totals.outside else []
    named = [f"{title}：{'、'.join(dict.fromkeys(units))}" for title, units in totals.head[1:] if units]
    return (f"{numbers}；{counted}" if numbers else counted, *named, *outside)


def only(totals: Totals, part: str) -> Totals:
    """One line, by its number or field, with what is suspected and decided of its names. Raises NotFound."""
    lines = tuple(line for line in totals.lines if part in {line.number, line.field.name})
    if not lines:
        known = "、".join(line.number or line.field.name for line in totals.lines[:60])
        raise NotFound(f"汇总表没有“{part}”这一项", fix=f"可用：{known}")
    named = {name for line in lines for name in (line.field.name, line.field.counts)}
    written = _written(line for line in totals.lines if line.field.name in named)
    decided = to_json([row for row in _rulings(totals.decided) if bare(str(row.get("name"))) in written])
    suspects = tuple(one for one in totals.suspects if one[0].field.name in named)
    return replace(totals, lines=lines, suspects=suspects, decided=decided)


def _written(lines: Iterable[Line]) -> frozenset[str]:
    """Every name that a unit wrote in these lines, as names are compared."""
    named = (one.value for line in lines for one in line.sources if isinstance(one.value, list))
    return frozenset(bare(str(name)) for names in named for name in names)


def _rulings(rows: Json) -> list[Values]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def decided_lines(totals: Totals) -> tuple[str, ...]:
    """By which decisions on names the table is put together, one a line; a name that no unit wrote is pointed out."""
    return tuple(_ruling(row, totals.written) for row in _rulings(totals.decided))


def _ruling(row: Values, written: frozenset[str]) -> str:
    name, other = str(row.get("name") or ""), str(row.get("same_as") or "")
    verdict = "不是同一名称" if row.get("same") is False else "是同一名称，按后者计"
    told = "" if bare(name) in written else f"（没有单位写“{name}”，请核对）"
    return f"已认定：“{name}”与“{other}”{verdict}{told}"


def suspect_lines(totals: Totals) -> tuple[str, ...]:
    """Names that may be one, a pair a line with who wrote which; empty when there are none."""
    found = [
        f"  {line.number} {line.field.title}：“{one}”（{'、'.join(of_one)}）与“{other}”（{'、'.join(of_other)}）"
        for line, pair in totals.suspects
        for (one, other), (of_one, of_other) in [(pair.names, pair.units)]
    ]
    more = [f"  另有 {len(found) - _SHOWN} 对，见 --json"] if len(found) > _SHOWN else []
    return (f"{SUSPECTED}：", *found[:_SHOWN], *more) if found else ()


def printed(office: Office, totals: Totals, where: Sequence[str] = ()) -> paper.Table:
    """The total as a plain table; a count of names has the plain sum of the units beside it."""
    blocks = [paper.Heading(f"block{place}", title) for place, title in enumerate(totals.blocks)]
    headings = (
        paper.Heading("number", "序号"),
        paper.Heading("title", "内容"),
        paper.Heading("unit", "单位"),
        *blocks,
        paper.Heading("distinct", totals.distinct),
        paper.Heading("mark", "说明"),
    )
    notes = (
        *head_lines(totals),
        *decided_lines(totals),
        *suspect_lines(totals),
        f"{as_of(office, where)}；各栏有重叠，不得相加",
    )
    return paper.Table(totals.title, headings, [_entries(line) for line in totals.lines], notes)


def _entries(line: Line) -> dict[str, Entry]:
    field = line.field
    blocks = {f"block{place}": entry(figure) for place, figure in enumerate(line.blocks)}
    return {
        "number": line.number,
        "title": field.title,
        "unit": field.unit,
        **blocks,
        "distinct": entry(line.distinct) if line.distinct else None,
        "mark": mark(field),
    }


def entry(figure: Figure) -> Entry:
    """A figure as a cell: names one a line; a count of names with the sum where the two differ."""
    if figure.added is not None and figure.added != figure.value:
        return words(figure)
    if isinstance(figure.value, list):
        return tuple(str(one) for one in figure.value)
    if isinstance(figure.value, str):
        return number(figure.value)
    return figure.value if isinstance(figure.value, int | date) or figure.value is None else str(figure.value)


def number(text: str) -> Entry:
    """A text that is a number as a number; any other as it stands."""
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else text
