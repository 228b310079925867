"""Internal forms on paper: registers, totals and tables printed by the office's own template, without a number."""

from __future__ import annotations

from zhuli_flow.clock import local_date
from zhuli_flow.documents.fonts.glyphs import check_glyphs
from zhuli_flow.documents.printing.printer import PrintFailed, PrintJob, to_pdfs
from zhuli_flow.documents.templates.catalog import load_kind
from zhuli_flow.documents.templates.render import MAX_HTML, render, title_of
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import NotFound
from zhuli_flow.services.office import Office

SHEET, TABLE, WORKFLOW = "form_sheet", "table_sheet", "workflow_sheet"
"""The kinds (``notices/``) that a form of a case, any other table, and a definition are printed with."""


_MOST, _CPU_S = MAX_HTML * 7 // 8, 60
"""So many characters in all took the press up to 21 s of CPU time where tried; a slower machine takes more."""


def printed(office: Office, name: str, values: Values) -> bytes:
    """``values`` printed with the internal form ``name`` as it is today, marked where the office rehearses.

    Raises NotFound (no such kind in ``notices/``), InvalidInput, PrintFailed.
    """
    kind = load_kind(office.notices, name)
    if kind is None:
        raise NotFound(f"没有公文种类“{name}”", fix=f"请在 {office.notices[0]} 中补上 {name}.yaml 和 .html")
    today = local_date(office.clock.now()).isoformat()
    html = render(kind, {"signed_on": today, **values, "rehearsal": office.rehearsal})
    if lacking := check_glyphs(html):
        raise PrintFailed(f"{kind.title}未印：{lacking[0].message}等 {len(lacking)} 处", fix=lacking[0].fix)
    author = str(values.get("applicant") or kind.issuer)
    job = PrintJob(html, title_of(html), author, kind.title, f"{name}-{today}")
    return to_pdfs([job], assets=office.notices[0], timeout_s=_CPU_S)[0]
