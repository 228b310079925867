"""总览、台账、检索、期限: what runs over many cases; who does not see all sees what is his own area's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import open_deadlines, saved_views, search
from zhuli_flow.services.cases.case_view import DueLine
from zhuli_flow.services.registers import overview as sums
from zhuli_flow.services.registers import pages, register
from zhuli_flow.services.registers.export import printed, to_bytes
from zhuli_flow.services.registers.filter import typed
from zhuli_flow.services.registers.find import found as found_whole
from zhuli_flow.services.registers.register import Table
from zhuli_flow.web import listing
from zhuli_flow.web.handing_out import FILE_TYPES, handed_out
from zhuli_flow.web.identity import Visit, Visitor
from zhuli_flow.workbooks.entry import text_of

router = APIRouter(include_in_schema=False)
SHOWN = 50
MOST_CASES = 50
Where = Annotated[list[str], Query(max_length=20)]
Columns = Annotated[list[str], Query(max_length=200)]
ALWAYS = ("case", "applicant.name", "state", "light_step", "light_case", "due_on")
SHORT = 12
"""A longer text is cut in its cell, and told whole when it is pointed at."""
FIRST_COLUMNS = 12
"""How many of the columns of a register are shown where none is chosen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its words, its number, and how long it is of 100."""

    title: str
    number: float
    length: float


@router.get("/overview")
def overview(visitor: Visitor, workflow: str = "") -> Response:
    """How everything stands, as far as totals are open to this person."""
    told = sums.overview(visitor.office, workflow)
    found = told.workflows
    states = found[0].states if workflow and found else ()
    late, owing = (told.overdue, told.awaited) if workflow else ((), ())
    return visitor.page(
        "overview.html",
        at=told.at,
        found=found,
        workflow=workflow,
        stays=_bars((one.title, one.median_days) for one in states),
        overdue=_bars((one.organisation, one.cases) for one in late)[:15],
        awaited=_bars((one.organisation, one.cases) for one in owing)[:15],
    )


def _bars(lines: Iterable[tuple[str, float | None]]) -> list[Bar]:
    rows = [(title, float(number)) for title, number in lines if number]
    most = max((number for _, number in rows), default=1.0)
    return [Bar(title, number, 100 * number / most) for title, number in rows]


@router.get("/registers")
def registers(visitor: Visitor) -> Response:
    """Every register this person may open."""
    office = visitor.office
    every = register.workflows(office)
    with office.database.read() as connection:
        titles = {one.name: one.title for one in lookup.every_latest(connection, office)}
        mine = {one.workflow for one in every if reading.opened(connection, office, one.workflow, "registers")}
    whole = [one for one in every if one.cases or one.workflow in mine]
    named = [one for one in register.listed(office) if one.workflow in mine and not one.of_case]
    return visitor.page("registers.html", whole=whole, named=named, standing=register.BUILTIN, titles=titles)


@router.get("/registers/{name}")
def rows(
    visitor: Visitor,
    name: str,
    where: Where = [],  # noqa: B006 - FastAPI copies it
    columns: Columns = [],  # noqa: B006
    sort: str = "",
    after: str = "",
    case: str = "",
) -> Response:
    """One register, narrowed and ordered by what stands in the address."""
    asked = [one for one in where if one.strip()]
    found = pages.page(visitor.office, name, asked, sort, case, limit=SHOWN, after=after)
    table = found.table
    shown = _columns(table, columns)
    kept = [("where", one) for one in asked] + [("sort", sort), ("case", case)]
    told = [pair for pair in kept if pair[1]] + [("columns", one) for one in columns]
    return visitor.page(
        "register.html",
        name=name,
        table=table,
        columns=shown,
        lines=[{column: text_of(typed(table, column, row[column])) for column, _ in shown} for row in table.rows],
        sorting=_sorting(table.columns),
        sorted_by=_sorted_by(table, sort),
        ticks=_ticks(table.columns, tuple(column for column, _ in shown)),
        short=SHORT,
        total=found.total,
        where=asked,
        sort=sort,
        case=case,
        own=_narrowed(visitor, name),
        query=urlencode(told),
        next=urlencode([*told, ("after", found.next)]) if found.next else "",
        views=saved_views.listed(visitor.office, visitor.person),
        suffixes=list(FILE_TYPES),
    )


@lru_cache(64)
def _sorting(columns: tuple[tuple[str, str], ...]) -> Markup:
    """What a register can be ordered by, as a list to choose from: long, and the same at every look."""
    both = Markup('<option value="{0}">{1} ↑</option><option value="-{0}">{1} ↓</option>')
    return Markup("").join(both.format(name, title) for name, title in columns)


def _sorted_by(table: Table, sort: str) -> str:
    """What it is ordered by now, in words."""
    name = sort.removeprefix("-")
    return f"{dict(table.columns).get(name, name)} {'↓' if sort.startswith('-') else '↑'}"


@lru_cache(64)
def _ticks(columns: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> Markup:
    """A box to tick for every column."""
    box = Markup('<label class="choice"><input type="checkbox" name="columns" value="{}"{}> {}</label>')
    ticked = Markup(" checked")
    return Markup("").join(box.format(name, ticked if name in chosen else "", title) for name, title in columns)


def _columns(table: Table, chosen: list[str]) -> list[tuple[str, str]]:
    """The columns chosen, in the order of the register; where none is, the first of those in which something stands."""
    if found := [one for one in table.columns if one[0] in chosen]:
        return found
    ordered = sorted(register.screen_order(table.columns), key=lambda one: one[0] not in ALWAYS)
    filled = [one for one in ordered if any(row[one[0]] not in (None, "", []) for row in table.rows)]
    return (filled or ordered)[:FIRST_COLUMNS]


@router.get("/registers/{name}/file.{suffix}")
def export(
    visitor: Visitor,
    name: str,
    suffix: str,
    where: Where = [],  # noqa: B006 - FastAPI copies it
    columns: Columns = [],  # noqa: B006
    sort: str = "",
    case: str = "",
) -> Response:
    """The rows that are seen, as a file for a spreadsheet."""
    asked = [one for one in where if one.strip()]
    table = found_whole(visitor.office, name, asked, sort, case)
    table = replace(table, columns=tuple(one for one in table.columns if one[0] in columns or not columns))
    data = to_bytes(visitor.office, printed(visitor.office, table, asked), f".{suffix}")
    return handed_out(data, f"{table.title}.{suffix}")


@router.get("/search")
def find(visitor: Visitor, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Full text over the cases that this person may see."""
    if not q.strip():
        return visitor.page("search.html", q="", found=[], words=())
    told = search.find(visitor.office, q.split(), MOST_CASES)
    return visitor.page("search.html", q=q, found=told.cases, words=told.words)


@router.get("/deadlines")
def deadlines(visitor: Visitor, before: str = "", after: str = "") -> Response:
    """Open deadlines, the soonest first, by month."""
    found = open_deadlines.page(visitor.office, listing.day(before), limit=SHOWN, after=after, counted=False)
    more = urlencode({"before": before, "after": found.next}) if found.next else ""
    shown = [DueInMonth(_month(one), one) for one in found.lines]
    return visitor.page(
        "deadlines.html",
        lines=shown,
        before=before,
        next=more,
        after=after,
        query=urlencode({"before": before}) if before else "",
        views=saved_views.listed(visitor.office, visitor.person),
    )


@dataclass(frozen=True, slots=True)
class DueInMonth:
    """An open deadline under the month of its last day."""

    month: str
    line: DueLine


def _month(one: DueLine) -> str:
    day = one.deadline.due_on
    return f"{day.year}年{day.month:02}月" if day else "中止，没有末日"


def _narrowed(visitor: Visit, name: str) -> bool:
    """Whether a register holds more than this person sees of it."""
    if name in register.BUILTIN:
        return False
    with visitor.office.database.read() as connection:
        return not reading.reach_in(connection, visitor.office, name.partition(".")[0], "registers").everything
