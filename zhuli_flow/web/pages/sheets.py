"""评分表: an expert's own view: his sheets with the papers and materials of their cases, nothing of anybody else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from zhuli_flow.services.cases import own_sheets
from zhuli_flow.web.identity import Visitor

router = APIRouter(include_in_schema=False)
SHOWN = 20
"""Cases looked through for one page, or more where these have none."""


@router.get("/sheets")
def mine(visitor: Visitor, after: Annotated[str, Query(max_length=200)] = "") -> Response:
    """One's own sheets, those to be filled in beside those that were."""
    found = own_sheets.mine(visitor.office, visitor.person, SHOWN, after)
    return visitor.page("sheets.html", lines=found.lines, next=found.next, after=after)
