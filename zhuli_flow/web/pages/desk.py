"""工作台: what one owes or may do, the most urgent first, how many of each light, and what came to be read."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.deadlines.lights import ORDER
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.web.identity import Visitor

router = APIRouter(include_in_schema=False)
LETTERS = 20
SHOWN = 200


@router.get("/")
def desk(visitor: Visitor, light: str = "", workflow: str = "") -> Response:
    """The first page: one's work."""
    every = worklist.todo(visitor.office, visitor.person)
    counts = Counter(_word(line) for line in every)
    kinds = Counter((line.workflow, line.title) for line in every)
    lines = [one for one in every if light in ("", _word(one)) and workflow in ("", one.workflow)]
    letters = worklist.messages(visitor.office, visitor.person, limit=LETTERS + 1)
    return visitor.page(
        "desk.html",
        lines=lines[:SHOWN],
        found=len(lines),
        total=len(every),
        counts=[(word, counts[word]) for word in ORDER if counts[word]],
        kinds=sorted(kinds.items(), key=lambda one: -one[1]),
        light=light,
        workflow=workflow,
        letters=letters[:LETTERS],
        more_letters=len(letters) > LETTERS,
    )


@router.post("/messages/read")
def read(
    visitor: Visitor, ids: Annotated[list[Annotated[int, Field(ge=0, le=2**53)]], Form(max_length=LETTERS)]
) -> Response:
    """Note that messages have been read."""
    worklist.read(visitor.office, visitor.person, ids)
    return RedirectResponse("/", status_code=303)


def _word(line: CaseLine) -> str:
    """The more urgent of the two lights of a line."""
    return min((line.light_step.word, line.light_case.word), key=ORDER.index)
