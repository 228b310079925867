"""我的视图: keeping a list as it is narrowed and ordered now, under a name, and forgetting it again."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases import saved_views
from zhuli_flow.web.identity import AlsoAuthor, Visitor, local
from zhuli_flow.web.posting import Number, Words

router = APIRouter(include_in_schema=False)
Text = Words
_LISTS = re.compile(r"/|/(?:cases|papers|deadlines|returns|registers/[^/?#]+)")
"""The paths of pages that are lists."""


@router.post("/views")
def keep(visitor: Visitor, address: Text, name: Text = "") -> Response:
    """Keep the list at this address, and go back to it."""
    path, _, _ = address.partition("?")
    if local(address) != address or not _LISTS.fullmatch(path):
        raise InvalidInput("这个页面不能存为视图", fix="请从工作台、事项、公文、期限、台账的页面上存")
    saved_views.keep(visitor.office, visitor.person, name, address)
    return RedirectResponse(address, status_code=303)


@router.post("/views/{number}/drop")
def drop(visitor: AlsoAuthor, number: Number) -> Response:
    """Forget one."""
    saved_views.drop(visitor.office, visitor.person, number)
    return RedirectResponse("/own#views", status_code=303)
