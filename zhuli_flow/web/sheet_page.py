"""One case as an author of its sheets sees it: the form of his sheet, what he answered, materials and papers."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from zhuli_flow.definitions.model.workflow import OPERATIONS
from zhuli_flow.services import reading
from zhuli_flow.services.cases import own_sheets, view
from zhuli_flow.services.cases.act_form import ActForm
from zhuli_flow.web import case_page, entry_lines
from zhuli_flow.web.case_page import Look
from zhuli_flow.web.identity import Visit


def show(visitor: Visit, case_id: str, look: Look, status: int = 200) -> Response:
    """The page of a case after an act or instead of one: whole, or for who only fills in a sheet of it, that sheet."""
    if visitor.reads_whole(case_id):
        return case_page.show(visitor, case_id, look, status)
    return of_author(visitor, case_id, look, status)


def of_author(visitor: Visit, case_id: str, look: Look, status: int = 200) -> Response:
    """The case with one's own sheets, whoever one is. Raises NotFound."""
    office = visitor.office
    options = view.options(office, case_id, visitor.person)
    asked = look.form if look.form and _is_his(look.form) else None
    titles = view.titles(office, case_id)
    entries = [one for one in view.history(office, case_id, visitor.person) if one.entry.seq == look.done]
    return visitor.page(
        "own_sheet.html",
        status=status,
        told=view.show(office, case_id, visitor.person),
        sheets=own_sheets.of_case(office, visitor.person, case_id),
        open=[one for one in options if one.allowed and one.event not in OPERATIONS],
        whole=visitor.reads_whole(case_id),
        papers_open=reading.opens(office, case_id, "papers"),
        done=next((entry_lines.line(one, titles) for one in entries if one.entry.actor.person == visitor.person), None),
        titles=titles,
        **case_page.of_act(visitor, replace(look, form=asked)),
        changed=[],
        people=case_page.waiting(options),
    )


def _is_his(form: ActForm) -> bool:
    """Whether the form may stand here: one of a sheet, or of an act that is his to do now."""
    return form.of_sheet or form.option.allowed
