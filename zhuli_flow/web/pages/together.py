"""批量办理: one act on several cases at once; each is decided for itself, and each has a result of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from zhuli_flow.definitions.model.workflow import OPERATIONS
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Option
from zhuli_flow.errors import InvalidInput, NotFound, ZhuliError
from zhuli_flow.services import reading
from zhuli_flow.services.cases import act_form, view
from zhuli_flow.services.cases.act_form import ActForm
from zhuli_flow.services.cases.advance import advance_many
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.web import case_page, posting
from zhuli_flow.web.case_page import Look
from zhuli_flow.web.identity import Visit, Visitor
from zhuli_flow.web.posting import Posted
from zhuli_flow.web.problems import advice, reasons_of

router = APIRouter(include_in_schema=False)
MOST = 50
"""Cases at once at most: others who write wait meanwhile."""
Cases = Annotated[list[str], Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class Act:
    """An act that may be done on some of the cases; ``files``: it asks for files, so it is done one by one."""

    event: str
    title: str
    cases: int
    files: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One of the cases, with the act on it: allowed or why not; after doing it: done or why not."""

    case: Case
    allowed: bool
    reasons: Sequence[tuple[str, str]] = ()
    done: Outcome | None = None


@router.get("/together")
def choose(visitor: Visitor, case: Cases = [], event: str = "") -> Response:  # noqa: B006 - FastAPI copies it
    """Which act; with one chosen, its form and on which of the cases it may be done."""
    chosen = _cases(visitor, case)
    offers = {one.id: view.options(visitor.office, one.id, visitor.person) for one in chosen}
    rows = [_row(one, event, offers[one.id]) for one in chosen]
    first = next((row for row in rows if row.allowed), None)
    asked = _asked(visitor, first.case, event) if first else None
    return _page(visitor, Look(form=asked), rows, _acts(offers.values()))


@router.post("/together")
def act(visitor: Visitor, form: Posted) -> Response:
    """Do the act on every case; one that is refused stops no other."""
    chosen, event = _cases(visitor, [one for one in form.getlist("case") if isinstance(one, str)]), form.get("event")
    forms = (_asked(visitor, one, str(event)) for one in chosen)
    asked = next((found for found in forms if found is not None), None)
    if asked is None:
        raise NotFound("所选事项的流程中没有这个操作", fix="请回到列表重新选择")
    values = posting.everything(form, asked)
    acts = [(one.id, visitor.person, _command(form, asked, values, one)) for one in chosen]
    rows = [_result(one, answer) for one, answer in zip(chosen, advance_many(visitor.office, acts), strict=True)]
    for row in rows:
        if row.done is not None and row.done.notices:
            visitor.site.printing.order(row.case.id)
    return _page(visitor, Look(form=asked), rows, over=True)


def _command(form: FormData, asked: ActForm, values: posting.Filled, case: Case) -> Command:
    """What is asked of one case; sent twice it is the same request, so it is done once."""
    return Command(
        asked.option.event,
        values,
        opinion=posting.text(form, "opinion"),
        request_id=f"{posting.text(form, 'request')}-{case.id}",
        seen_version=posting.number(form, f"version:{case.id}"),
        decline=bool(posting.text(form, "decline")),
    )


def _cases(visitor: Visit, named: Sequence[str]) -> list[Case]:
    """The cases, each once. Raises InvalidInput for none or too many, NotFound for one he may not see."""
    wanted = list(dict.fromkeys(named))
    if not wanted:
        raise InvalidInput("没有选中事项", fix="请在列表中勾选要一起办理的事项")
    if len(wanted) > MOST:
        raise InvalidInput(f"一次至多办 {MOST} 件，选中了 {len(wanted)} 件", fix="请分几次办理")
    with visitor.office.database.read() as connection:
        return [reading.stored(connection, visitor.office, one).case for one in wanted]


def _acts(offers: Iterable[Sequence[Option]]) -> list[Act]:
    """What may be done on any of the cases; what can be done on most of them first."""
    allowed = [one for options in offers for one in options if one.allowed]
    counts = Counter(one.event for one in allowed)
    found = {one.event: Act(one.event, one.title, counts[one.event], act_form.asks_files(one)) for one in allowed}
    return sorted(found.values(), key=lambda one: (one.files, one.event in OPERATIONS, -one.cases))


def _row(case: Case, event: str, options: Sequence[Option]) -> Row:
    found = next((one for one in options if one.event == event), None)
    if found is None:
        return Row(case, False, [("本环节没有这个操作", "")])
    return Row(case, found.allowed, [(one.because, advice(one)) for one in found.because])


def _asked(visitor: Visit, case: Case, event: str) -> ActForm | None:
    return act_form.form(visitor.office, case.id, visitor.person, event) if event else None


def _result(case: Case, answer: Outcome | ZhuliError) -> Row:
    if isinstance(answer, Outcome):
        return Row(case, True, done=answer)
    return Row(case, False, reasons_of(answer) or [(answer.message, answer.fix)])


def _page(visitor: Visit, look: Look, rows: Sequence[Row], acts: Sequence[Act] = (), *, over: bool = False) -> Response:
    return visitor.page(
        "together.html",
        status=200,
        rows=rows,
        acts=acts,
        over=over,
        done=sum(row.done is not None for row in rows),
        **case_page.of_act(visitor, look),
        changed=[],
    )
