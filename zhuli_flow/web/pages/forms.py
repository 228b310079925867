"""A form of a case as a spreadsheet: down with what is known already, up again with every wrong cell told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import InvalidInput, RulesRefused
from zhuli_flow.services import reading
from zhuli_flow.services.cases import act_form
from zhuli_flow.services.forms.spreadsheet import export_form, import_form
from zhuli_flow.web import case_page, posting
from zhuli_flow.web.case_page import Look
from zhuli_flow.web.handing_out import handed_out
from zhuli_flow.web.identity import Visitor
from zhuli_flow.web.problems import status_of, without_commands

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}/forms/{form}.xlsx")
def down(visitor: Visitor, case_id: str, form: str) -> Response:
    """The form as a workbook."""
    reading.require(visitor.office, case_id)
    data = export_form(visitor.office, case_id, form)
    return handed_out(data, f"{case_id} {form}.xlsx")


@router.post("/cases/{case_id}/forms/{form}")
def up(
    visitor: Visitor,
    case_id: str,
    form: str,
    event: posting.Words,
    file: Annotated[UploadFile, File()],
    opinion: posting.Words = "",
) -> Response:
    """Do an act with what a filled-in form says; the same file twice is done once."""
    reading.require(visitor.office, case_id)
    asked = act_form.form(visitor.office, case_id, visitor.person, event)
    try:
        with posting.kept_aside(file, ".csv" if (file.filename or "").lower().endswith(".csv") else ".xlsx") as place:
            done = import_form(visitor.office, case_id, form, place, event, visitor.person, opinion=opinion)
    except InvalidInput as wrong:
        cells = [(f"{one.place}：{one.message}", without_commands(one.fix)) for one in wrong.problems]
        told = f"“{file.filename}”有 {len(cells)} 处要改，没有办理"
        return case_page.show(visitor, case_id, Look("", asked, problems=cells, message=told), 422)
    except RulesRefused as refused:
        refusals = [one for one in refused.refusals if isinstance(one, Refusal)]
        look = Look("", asked, refusals=refusals, message=refused.message)
        return case_page.show(visitor, case_id, look, status_of(refused))
    if done.outcome.notices:
        visitor.site.printing.order(case_id)
    return RedirectResponse(f"/cases/{case_id}?done={done.outcome.seq}", status_code=303)
