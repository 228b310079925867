"""评分表: an expert's own view: his sheets with the papers and materials of their cases, nothing of anybody else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from zhuli_flow.services import reading
from zhuli_flow.services.cases import act_form, own_sheets, worklist
from zhuli_flow.web import case_page, sheet_page
from zhuli_flow.web.identity import AlsoAuthor
from zhuli_flow.web.pages.desk import LETTERS

router = APIRouter(include_in_schema=False)
SHOWN = 20
"""Cases looked through for one page, or more where these have none."""


@router.get("/sheets")
def mine(visitor: AlsoAuthor, after: Annotated[str, Query(max_length=200)] = "") -> Response:
    """One's own sheets, those to be filled in beside those that were; and what came to be read, where no desk tells."""
    found = own_sheets.mine(visitor.office, visitor.person, SHOWN, after)
    letters = worklist.messages(visitor.office, visitor.person, limit=LETTERS) if visitor.alone else []
    return visitor.page("sheets.html", lines=found.lines, next=found.next, after=after, letters=letters)


@router.get("/sheets/{case_id}")
def of_case(visitor: AlsoAuthor, case_id: str, act: str = "", done: int = 0) -> Response:
    """One case with one's own sheets of it, and the form of one of these."""
    reading.require(visitor.office, case_id)
    form = act_form.form(visitor.office, case_id, visitor.person, act) if act else None
    typed = case_page.drafted(visitor, case_id, form) if form else case_page.Typed()
    return sheet_page.of_author(visitor, case_id, case_page.Look("", form, typed, done=done))
