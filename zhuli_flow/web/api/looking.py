"""Papers, registers, deadlines, search and messages for programs; the description of it all."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from zhuli_flow.services.cases import open_deadlines, worklist
from zhuli_flow.services.cases import search as index
from zhuli_flow.services.notices import browse
from zhuli_flow.web import listing
from zhuli_flow.web.api import described
from zhuli_flow.web.api.caller import Reading, Writing, answer
from zhuli_flow.web.api.cases import Day, Limit, Text
from zhuli_flow.web.identity import Visitor
from zhuli_flow.web.posting import Number

router = APIRouter(prefix="/api/v1", tags=["查看"], responses=described.LOOKING)
page = APIRouter(include_in_schema=False)


@router.get("/me", summary="我是谁", responses=described.answers(described.Me))
def me(called: Reading) -> Response:
    """Whom this token stands for, what it is good for, and the office's time and date."""
    actor = called.actor
    return answer(
        {
            "person": actor.person,
            "title": actor.title,
            "organisation": actor.organisation.name,
            "roles": sorted(actor.roles),
            "acts_for": [one.person for one in actor.acts_for],
            "scope": called.scope,
            "rehearsal": called.office.rehearsal,
            "now": called.office.clock.now().isoformat(),
            "today": called.office.today.isoformat(),
        }
    )


@router.get("/papers", summary="公文列表", responses=described.answers(described.Papers))
def papers(called: Reading, limit: Limit = 50, after: Text = "") -> Response:
    """Documents of the cases this person may see, the latest first."""
    found = listing.papers(called.office, limit, after)
    return answer({"papers": [_outside(one) for one in found.lines], "next": found.next})


@router.get("/papers/{number}", summary="一份公文", responses=described.answers(described.PaperWhole))
def paper(called: Reading, number: Number) -> Response:
    """All about one document."""
    return answer(_outside(browse.show(called.office, str(number))))


@router.get("/deadlines", summary="期限", responses=described.answers(described.Deadlines))
def deadlines(called: Reading, before: Day = "", case: Text = "", limit: Limit = 50, after: Text = "") -> Response:
    """Open deadlines, the soonest first; with ``case`` those of that one."""
    found = open_deadlines.page(
        called.office, listing.day(before), case or None, limit=limit, after=after, counted=False
    )
    return answer({"deadlines": [one.json() for one in found.lines], "next": found.next})


@router.get("/search", summary="检索", responses=described.answers(index.Found))
def search(
    called: Reading, q: Annotated[str, Query(min_length=1, max_length=200)], limit: Limit = 100, after: Text = ""
) -> Response:
    """The cases in which every word stands somewhere, of those this person may see; ``next`` as for cases."""
    return answer(index.find(called.office, q.split(), limit, after))


@router.post("/messages/{number}/read", summary="已阅", responses=described.answers(described.Read))
def read(called: Writing, number: Number) -> Response:
    """Note that a message has been read."""
    return answer({"read": worklist.read(called.office, called.person, [number])})


@page.get("/api")
def guide(visitor: Visitor, request: Request) -> Response:
    """The description of the interface as a page, made from the same OpenAPI that programs read."""
    told = request.app.openapi()
    ways = [(method.upper(), path, one) for path, methods in told["paths"].items() for method, one in methods.items()]
    return visitor.page("api.html", told=told, ways=ways)


def _outside(one: browse.PaperShown) -> object:
    """A document without where it lies on this machine."""
    return {name: value for name, value in msgspec.structs.asdict(one).items() if name != "file"}
