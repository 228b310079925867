"""事项: lists that narrow by what stands in their address, one case with its tabs, and a new one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from zhuli_flow.services import lookup
from zhuli_flow.services.cases import act_form
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.page import Page
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.web import case_page, listing, reading
from zhuli_flow.web.identity import Visit, Visitor

router = APIRouter(include_in_schema=False)
SHOWN = 50
NARROWED = ("workflow", "state", "light", "city", "due_before")


@router.get("/cases")
def listed(
    visitor: Visitor,
    workflow: str = "",
    state: str = "",
    light: str = "",
    city: str = "",
    due_before: str = "",
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Cases that this person may see, the latest changed first."""
    wanted = {"workflow": workflow, "state": state, "light": light, "city": city, "due_before": due_before}
    chosen = {name: value for name, value in wanted.items() if value}
    found = _found(visitor, chosen, after)
    with visitor.office.database.read() as connection:
        books = lookup.every_latest(connection, visitor.office)
    own = next((book for book in books if book.name == workflow), None)
    return visitor.page(
        "cases.html",
        found=found,
        chosen=chosen,
        wanted=wanted,
        books=books,
        states=list(own.states.values()) if own else [],
        lights=listing.LIGHTS,
        after=after,
        next=f"/cases?{urlencode({**chosen, 'after': found.next})}" if found.next else "",
    )


def _found(visitor: Visit, chosen: dict[str, str], after: str) -> Page[CaseLine]:
    """One page of what this person may see."""
    wanted = Filter(
        workflow=chosen.get("workflow", ""),
        state=chosen.get("state", ""),
        city=chosen.get("city", ""),
        due_by=listing.day(chosen.get("due_before", "")),
    )
    return listing.cases(visitor.office, visitor.actor, wanted, chosen.get("light", ""), SHOWN, after)


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
def show(visitor: Visitor, case_id: str, tab: str = "", act: str = "", done: int = 0) -> Response:
    """One case: its tabs, its next steps, and the form of the one that was chosen."""
    reading.require_case(visitor.office, case_id, visitor.actor)
    form = act_form.form(visitor.office, case_id, visitor.person, act) if act else None
    typed = case_page.drafted(visitor, case_id, form) if form else case_page.Typed()
    return case_page.show(
        visitor, case_id, case_page.Look(tab if tab in case_page.TABS else "", form, typed, done=done)
    )
