"""工作台: what one owes or may do, the most urgent first, how many of each light, and what came to be read."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.deadlines.lights import ORDER
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases import own_sheets, saved_views, worklist
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.cases.worklist import WorkPage
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.web.identity import AlsoAuthor, Visit

router = APIRouter(include_in_schema=False)
LETTERS = 20
SHOWN = 50
COUNTED = 1000
"""Up to how many lines of a work list are counted by light and workflow."""


@router.get("/")
def desk(visitor: AlsoAuthor, light: str = "", workflow: str = "", after: str = "") -> Response:
    """The first page: one's work; who fills in sheets and does nothing else goes on to these."""
    if visitor.alone:
        return RedirectResponse("/sheets", status_code=303)
    among = Filter(workflow=workflow)
    found = worklist.page(visitor.office, visitor.person, among, light=_light(light), limit=SHOWN, after=after)
    counts, kinds = _counted(visitor, found, whole=not (light or workflow or after))
    letters = worklist.messages(visitor.office, visitor.person, limit=LETTERS + 1)
    return visitor.page(
        "desk.html",
        page=found,
        lines=found.lines,
        total=counts.total() or found.total,
        counts=[(word, counts[word]) for word in ORDER if counts[word] or found.total > COUNTED],
        kinds=sorted(kinds.items(), key=lambda one: -one[1]),
        light=light,
        workflow=workflow,
        after=after,
        letters=letters[:LETTERS],
        more_letters=len(letters) > LETTERS,
        query=urlencode({name: said for name, said in (("light", light), ("workflow", workflow)) if said}),
        sheets=own_sheets.asked(visitor.office, visitor.actor),
        views=saved_views.listed(visitor.office, visitor.person),
    )


def _counted(visitor: Visit, found: WorkPage, *, whole: bool) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How many lines of the whole work list there are of each light, and of each workflow by its name and title.

    ``whole``: the page found begins the whole list; where it is all of it, its own lines are counted. Of very many
    none are: a desk must not take longer because more is to be done.
    """
    if found.total > COUNTED:
        return Counter(), Counter()
    if whole and not found.next:
        return Counter(map(_word, found.lines)), Counter((one.workflow, one.title) for one in found.lines)
    lights, kinds = Counter[str](), Counter[tuple[str, str]]()
    for one, title in worklist.standing(visitor.office, visitor.person):
        lights[one.light] += one.cases
        kinds[one.workflow, title] += one.cases
    return lights, kinds


def _light(word: str) -> str:
    """The light that an address asks for. Raises InvalidInput for a word that is none."""
    if word and word not in ORDER:
        raise InvalidInput(f"没有“{word}”这种灯", fix="可选：红、黄、绿、灰")
    return word


@router.post("/messages/read")
def read(
    visitor: AlsoAuthor, ids: Annotated[list[Annotated[int, Field(ge=0, le=2**53)]], Form(max_length=LETTERS)]
) -> Response:
    """Note that messages have been read."""
    worklist.read(visitor.office, visitor.person, ids)
    return RedirectResponse("/", status_code=303)


def _word(line: CaseLine) -> str:
    """The more urgent of the two lights of a line."""
    return min((line.light_step.word, line.light_case.word), key=ORDER.index)
