"""事项: lists that narrow and order by what stands in their address, one case with its tabs, and a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import act_form, saved_views
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.page import Page
from zhuli_flow.services.registers.case_list import COLUMNS, printed
from zhuli_flow.services.registers.export import to_bytes
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Order
from zhuli_flow.web import case_page, listing
from zhuli_flow.web.handing_out import handed_out
from zhuli_flow.web.identity import AlsoAuthor, Visit, Visitor

router = APIRouter(include_in_schema=False)
SHOWN = 50
ORDERS: dict[str, tuple[Order, str]] = {
    "": ("changed", "最近变动的在前"),
    "due": ("last_day", "末日近的在前"),
    "number": ("number", "按编号"),
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the address of a list of cases says; empty parts narrow nothing."""

    workflow: str = ""
    state: str = ""
    light: str = ""
    city: str = ""
    due_before: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()

    def query(self) -> list[tuple[str, str]]:
        """The address's part behind the question mark."""
        named = ("workflow", "state", "light", "city", "due_before", "sort")
        return [(name, found) for name in named if (found := getattr(self, name))] + [
            ("columns", one) for one in self.columns
        ]

    def filter(self) -> Filter:
        """What the store is asked for. Raises InvalidInput."""
        return Filter(workflow=self.workflow, state=self.state, city=self.city, due_by=listing.day(self.due_before))

    def order(self) -> Order:
        """The order. Raises InvalidInput for one that there is not."""
        if self.sort not in ORDERS:
            raise InvalidInput(f"没有“{self.sort}”这种排序", fix="请从“排序”中选择")
        return ORDERS[self.sort][0]

    def shown(self) -> list[str]:
        """The columns, in the order of the list; those of every day where none is named."""
        return [one for one in COLUMNS if one in self.columns] or [*COLUMNS][:STANDARD]


STANDARD = 4
"""How many of the columns are shown where none is chosen."""


def narrowed(
    columns: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
    workflow: str = "",
    state: str = "",
    light: str = "",
    city: str = "",
    due_before: str = "",
    sort: str = "",
) -> Narrowed:
    """What an address says."""
    return Narrowed(workflow, state, light, city, due_before, sort, tuple(columns))


Wanted = Annotated[Narrowed, Depends(narrowed)]


@router.get("/cases")
def listed(visitor: Visitor, wanted: Wanted, after: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Cases that this person may see."""
    found = _found(visitor, wanted, after)
    with visitor.office.database.read() as connection:
        books = lookup.every_latest(connection, visitor.office)
    own = next((book for book in books if book.name == wanted.workflow), None)
    query = urlencode(wanted.query())
    return visitor.page(
        "cases.html",
        found=found,
        wanted=wanted,
        columns=[(one, COLUMNS[one]) for one in wanted.shown()],
        every_column=COLUMNS,
        orders={name: words for name, (_, words) in ORDERS.items()},
        books=books,
        states=list(own.states.values()) if own else [],
        lights=listing.LIGHTS,
        after=after,
        query=query,
        next=urlencode([*wanted.query(), ("after", found.next)]) if found.next else "",
        views=saved_views.listed(visitor.office, visitor.person),
    )


@router.get("/cases.{suffix}")
def export(visitor: Visitor, suffix: str, wanted: Wanted) -> Response:
    """The list that is seen, all its pages, as a file for a spreadsheet."""
    told = [f"{name}={found}" for name, found in wanted.query() if name != "columns"]
    table = printed(visitor.office, list(_every(visitor, wanted)), wanted.shown(), told)
    return handed_out(to_bytes(visitor.office, table, f".{suffix}"), f"{table.title}.{suffix}")


def _every(visitor: Visit, wanted: Narrowed) -> Iterator[CaseLine]:
    after = ""
    while True:
        found = _found(visitor, wanted, after, 500)
        yield from found.lines
        if not found.next:
            return
        after = found.next


def _found(visitor: Visit, wanted: Narrowed, after: str, limit: int = SHOWN) -> Page[CaseLine]:
    """One page of what this person may see."""
    return listing.cases(visitor.office, wanted.filter(), wanted.light, limit, after, wanted.order())


@router.get("/cases/new")
def begin(visitor: Visitor, workflow: str = "") -> Response:
    """The form by which a case is opened; without a workflow, which there are."""
    if workflow:
        return case_page.opening(visitor, workflow)
    with visitor.office.database.read() as connection:
        books = lookup.every_latest(connection, visitor.office)
    return visitor.page("new.html", books=[one for one in books if _may_open(visitor, one.name)])


def _may_open(visitor: Visit, workflow: str) -> bool:
    """Whether this person holds a role that opens cases of this workflow."""
    book, _ = act_form.opening_form(visitor.office, workflow, visitor.person)
    roles = {role for event in book.opening_events() for role in event.by}
    held = visitor.actor.roles.union(*(one.roles for one in visitor.actor.acts_for))
    return bool(roles & held)


@router.get("/cases/{case_id}")
def show(visitor: AlsoAuthor, case_id: str, tab: str = "", act: str = "", done: int = 0) -> Response:
    """One case: its tabs, its next steps, and the form of the one that was chosen.

    Who only fills in a sheet of it goes on to that.
    """
    if not visitor.reads_whole(case_id):
        query = visitor.request.url.query
        return RedirectResponse(f"/sheets/{case_id}{'?' if query else ''}{query}", status_code=303)
    form = act_form.form(visitor.office, case_id, visitor.person, act) if act else None
    typed = case_page.drafted(visitor, case_id, form) if form else case_page.Typed()
    return case_page.show(
        visitor, case_id, case_page.Look(tab if tab in case_page.TABS else "", form, typed, done=done)
    )


@router.get("/cases/{case_id}/sheet")
def sheet(visitor: Visitor, case_id: str) -> Response:
    """The case as a sheet of paper (办理情况表)."""
    reading.require(visitor.office, case_id)
    return case_page.sheet(visitor, case_id)
