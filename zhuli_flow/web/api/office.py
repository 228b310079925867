"""名录、流程、日历、文号 for programs, and what is done with forms, papers and work as a whole."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from zhuli_flow.calendar import due_date, inclusive, parse_period
from zhuli_flow.errors import UsageError
from zhuli_flow.services import reading
from zhuli_flow.services.administration import directory, workflows
from zhuli_flow.services.administration.workflow_summary import Summary, summary
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.hand_over import hand_over
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.forms.spreadsheet import export_form, import_form
from zhuli_flow.services.notices import number_register
from zhuli_flow.services.notices.verify import verify_paper
from zhuli_flow.services.notices.void import void
from zhuli_flow.web import posting
from zhuli_flow.web.api import described, shapes
from zhuli_flow.web.api.caller import Key, Reading, Writing, answer
from zhuli_flow.web.api.cases import Limit, Text
from zhuli_flow.web.handing_out import FILE_TYPES, handed_out
from zhuli_flow.web.posting import Number

router = APIRouter(prefix="/api/v1", tags=["单位"], responses=described.LOOKING)
Year = Annotated[int, Path(ge=1949, le=2200)]
Period = Annotated[str, Query(pattern=r"^-?[0-9]{1,4}(wd|d|m|y)$", description="5wd 工作日、10d 天、6m 月、3y 年")]
Start = Annotated[date, Query(alias="from", description="起算日，当日不计入")]
Series = Annotated[str, Query(max_length=100, description="代字")]
OfYear = Annotated[int | None, Query(ge=1949, le=2200)]
Before = Annotated[int, Query(ge=0, le=2**53, description="上一页的 next")]
WORKBOOK = described.files(FILE_TYPES["xlsx"])
FILLED = described.answers(shapes.Filled) | described.ACTING


class Handing(BaseModel):
    """To whom all that lies with somebody goes, and why."""

    model_config = ConfigDict(extra="forbid")
    to: str
    opinion: str


class Voiding(BaseModel):
    """Why a document is void."""

    model_config = ConfigDict(extra="forbid")
    reason: str = ""


@router.get("/directory", summary="名录", responses=described.answers(directory.Listing))
def people(called: Reading, q: Text = "") -> Response:
    """Organisations, people, entrustments and successions in which the word stands."""
    return answer(directory.listing(called.office).containing(q.strip()))


@router.get("/workflows", summary="启用的流程", responses=described.answers(shapes.Definitions))
def definitions(called: Reading) -> Response:
    """Every definition taken into use."""
    return answer({"workflows": workflows.in_use(called.office)})


@router.get("/workflows/{name}", summary="一个流程", responses=described.answers(Summary))
def definition(called: Reading, name: str) -> Response:
    """Its states, acts and parameters with their sources."""
    return answer(summary(workflows.newest(called.office, name)))


@router.get("/calendar/{year}", summary="一年的放假和调休", responses=described.answers(calendar.CalendarYear))
def days(called: Reading, year: Year) -> Response:
    """Every day off the weekly pattern, with the papers that say so."""
    imported = calendar.imported_years(called.office)
    return answer(calendar.year(called.office.calendar, year, imported.get(year)))


@router.get("/deadlines/calc", summary="算末日", responses=described.answers(shapes.LastDay))
def calculated(called: Reading, start: Start, within: Period, roll: bool = False, included: bool = False) -> Response:
    """The last day of a period and why; ``roll``: moved on from a rest day; ``included``: the first day counts."""
    period, book = parse_period(within), called.office.calendar
    if included and (period.unit != "wd" or roll):
        raise UsageError("included 只用于工作日，末日总是工作日，不再顺延", fix="时长写成 5wd 的样子，去掉 roll")
    found = (
        inclusive(start, period.count, book) if included else due_date(start, period, book, "next" if roll else "none")
    )
    return answer(shapes.LastDay(found.day.isoformat(), found.provisional, found.why))


@router.get("/numbers", summary="发文字号台账", responses=described.answers(shapes.Numbers))
def numbers(called: Reading, series: Series = "", year: OfYear = None, limit: Limit = 50, after: Text = "") -> Response:
    """Numbers by series and year, with every one that is missing or stands twice."""
    found = number_register.page(called.office, series, year, limit=limit, after=after)
    whole = not any(one.faults for one in found.series)
    return answer(
        {"ok": whole, "series": [one.json() for one in found.series], "total": found.total, "next": found.next}
    )


@router.get("/messages", summary="消息", responses=described.answers(shapes.Messages))
def messages(called: Reading, every: bool = False, limit: Limit = 50, after: Before = 0) -> Response:
    """Messages to this person, the newest first; with ``every`` those that were read too."""
    found = worklist.messages(called.office, called.person, unread_only=not every, limit=limit + 1, before=after)
    more = found[limit - 1].id if len(found) > limit else None
    return answer({"person": called.person, "messages": found[:limit], "next": more})


@router.post("/handover", summary="整体交接", responses=described.answers(shapes.Handed) | described.ACTING)
def handed_over(called: Writing, asked: Handing) -> Response:
    """Hand all that lies with this person to a colleague; what becomes of each case."""
    return answer({"cases": hand_over(called.office, called.person, asked.to, asked.opinion)})


@router.get("/cases/{case_id}/forms/{form}.xlsx", summary="表单的表格", response_class=Response, responses=WORKBOOK)
def down(called: Reading, case_id: str, form: str) -> Response:
    """A form of the case as a workbook, with what is known filled in."""
    reading.require(called.office, case_id)
    return handed_out(export_form(called.office, case_id, form), f"{case_id} {form}.xlsx")


@router.post("/cases/{case_id}/forms/{form}", summary="以填好的表格办理", responses=FILLED)
def up(
    called: Writing,
    case_id: str,
    form: str,
    event: Annotated[str, Form()],
    file: Annotated[UploadFile, File()],
    opinion: Annotated[str, Form()] = "",
    key: Key = "",
    dry_run: bool = False,
) -> Response:
    """Do an act with what a workbook (.xlsx or .csv) says; 422 names every wrong cell."""
    reading.require(called.office, case_id)
    suffix = ".csv" if (file.filename or "").lower().endswith(".csv") else ".xlsx"
    with posting.kept_aside(file, suffix) as place:
        done = import_form(
            called.office, case_id, form, place, event, called.person, opinion=opinion, request_id=key, dry_run=dry_run
        )
    if done.outcome.notices and not dry_run:
        called.site.printing.order(case_id)
    outcome = done.outcome
    return answer(shapes.Filled(case_id, outcome.event, outcome.version, dict(done.values), done.unchanged))


@router.post("/papers/verify", summary="验真", responses=described.answers(shapes.CopyTold) | described.ACTING)
def verified(called: Writing, file: Annotated[UploadFile, File()]) -> Response:
    """Whether a copy is a document of this office, and what differs."""
    with posting.kept_aside(file, ".pdf") as place:
        told: dict[str, object] = msgspec.to_builtins(verify_paper(called.office, place))
    record = told["record"]
    return answer(
        {**told, "file": file.filename or "", "record": _outside(record) if isinstance(record, dict) else None}
    )


@router.post("/papers/{number}/void", summary="作废", responses=described.answers(shapes.VoidTold) | described.ACTING)
def voided(called: Writing, number: Number, asked: Voiding) -> Response:
    """Declare a document void; 409 with every reason when the rules do not allow it."""
    return answer(_outside(msgspec.to_builtins(void(called.office, str(number), asked.reason, called.person))))


def _outside(one: dict[str, object]) -> dict[str, object]:
    """A document without where it lies on this machine."""
    return {name: value for name, value in one.items() if name != "file"}
