"""Tables on paper: a form of a case as its printed 附件, from the lines of its spreadsheet; registers and totals.

What is printed is what stands now; it is no document of its own: it gets no number, and the history does not note it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import cast

from zhuli_flow.clock import local_date
from zhuli_flow.documents.catalog import load_kind
from zhuli_flow.documents.glyphs import check_glyphs
from zhuli_flow.documents.layout import width
from zhuli_flow.documents.pdf import PrintFailed, PrintJob, to_pdfs
from zhuli_flow.documents.render import MAX_HTML, render, title_of
from zhuli_flow.documents.tables import LONG_CELL, Block, totalled
from zhuli_flow.engine.case import Json
from zhuli_flow.engine.scope import CaseScope
from zhuli_flow.engine.values import NOT_APPLICABLE
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import facts
from zhuli_flow.services.issue_notice import checkpoint_line
from zhuli_flow.services.narrow import text_of
from zhuli_flow.services.newfile import write_new
from zhuli_flow.services.office import Office
from zhuli_flow.workbooks.table import Heading, Table

SHEET, TABLE = "form_sheet", "table_sheet"
"""The kinds (``notices/``) that a form of a case and any other table are printed with."""
MOST_COLUMNS, DENSE = 16, 12
"""So many columns are still legible on a page lying down; of more than ``DENSE`` in smaller type."""
_UPRIGHT, _LYING, _SMALL = 40, 58, 71
"""Characters that stand beside each other on an upright page, on one lying down, and there in smaller type."""
_CELL, _BELOW = 30, 85
"""Characters of HTML that a cell takes besides its own, and one that is put below its row."""
_MOST, _CPU_S = MAX_HTML * 7 // 8, 60
"""So many characters in all took the press up to 21 s of CPU time where tried; a slower machine takes more."""
_SHORT, _WIDEST = 7, 16
"""A column of so many characters at most is never made narrower; none asks for more than ``_WIDEST``."""


def print_form(office: Office, case_id: str, name: str, target: Path) -> dict[str, Json]:
    """Print form ``name`` of a case, as far as it is filled in, to the new file ``target``.

    Raises NotFound (no such case or form), InvalidInput (``target`` exists or can't be written), PrintFailed.
    """
    values = form_values(office, case_id, name)
    data = printed(office, SHEET, values)
    write_new(target, data)
    told = {key: values[key] for key in ("form_title", "applicant", "state", "filled")}
    return {"case": case_id, "form": name, **told, "file": str(target), "size": len(data)}


def form_values(office: Office, case_id: str, name: str) -> dict[str, Json]:
    """What the printed form says: whose it is, how far it is filled in, and its lines with the answers."""
    with office.database.read() as connection:
        stored = facts.stored(connection, case_id)
        case = stored.case
        workflow = facts.definition(connection, office, case.digest)
        form = facts.form(workflow, name)
        scope = CaseScope(workflow, case, facts.gather(connection, office, workflow, case, None))
        rows = cast(list[dict[str, Json]], scope.table("lines", name, ""))
    return {
        "number": case.id,
        "form_title": form.title,
        "applicant": case.applicant.name,
        "case_title": workflow.title,
        "version": workflow.version,
        "state": workflow.states[case.state].title,
        "filled": _filled(rows),
        "rows": cast(Json, rows),
        "checkpoint": checkpoint_line(case.id, stored.seq, stored.head),
    }


def _filled(rows: Sequence[Mapping[str, Json]]) -> str:
    """How far the form is filled in, in words: blank, 0 and 不适用 are three different things."""
    answers = [cast(dict[str, str], one) for row in rows for one in cast(list[Json], row["answers"])]
    given = [one["value"] for one in answers if one["value"]]
    apart = given.count(NOT_APPLICABLE)
    told = f"共{len(answers)}项，已填{len(given)}项" + (f"（其中不适用{apart}项）" if apart else "")
    blank = len(answers) - len(given)
    return told + (f"，空白{blank}项" if blank else "")


def printed(office: Office, name: str, values: Mapping[str, Json]) -> bytes:
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


def _require_width(table: Table) -> None:
    """Raises InvalidInput for a table that a page is too narrow for."""
    if len(table.headings) > MOST_COLUMNS:
        message = f"{table.title}有 {len(table.headings)} 列，一页印不下"
        raise InvalidInput(message, fix=f"请写成 .xlsx（至多 {MOST_COLUMNS} 列可以写成 .pdf）")


def _require_room(table: Table, rows: Sequence[Block]) -> None:
    """Raises InvalidInput for ``rows`` (of ``totalled``) that the press would not finish in its time."""
    cells = (cell for row in rows for cell in row["cells"])
    if sum(len(cell["value"]) + (_BELOW if cell["long"] else _CELL) for cell in cells) > _MOST:
        raise InvalidInput(f"{table.title}有 {len(rows)} 行，内容太多，不宜印成一份", fix="请加条件筛选，或写成 .xlsx")


def table_pdf(office: Office, table: Table) -> bytes:
    """A register or a total on paper, lying down when it is wide. Raises InvalidInput when it is too large."""
    _require_width(table)
    rows = [{one.name: text_of(row.get(one.name)) for one in table.headings} for row in table.rows]
    needs = [_need(one, [row[one.name] for row in rows]) for one in table.headings]
    dense = len(needs) > DENSE
    lying = dense or sum(needs) > _UPRIGHT
    shares = _shared(needs, _SMALL if dense else _LYING if lying else _UPRIGHT)
    columns = [
        {"key": one.name, "title": one.words, "width": share} for one, share in zip(table.headings, shares, strict=True)
    ]
    _require_room(table, totalled(rows, columns))
    values = {"heading": table.title, "columns": columns, "entries": rows, "notes": list(table.notes)}
    look = {"lying": "是" if lying else None, "dense": "是" if dense else None}
    return printed(office, TABLE, cast(dict[str, Json], {**values, **look}))


def _need(heading: Heading, cells: Sequence[str]) -> int:
    """How many characters wide a column should be: as its longest cell of those that are not put below their row."""
    longest = max((width(cell) for cell in cells if len(cell) <= LONG_CELL), default=0)
    return min(ceil(max(longest, width(heading.words))), _WIDEST) + 1


def _shared(needs: Sequence[int], room: int) -> list[int]:
    """Percentages of the table's width: short columns get what they need, the others share the rest."""
    short = sum(need for need in needs if need <= _SHORT)
    rest = sum(need for need in needs if need > _SHORT)
    scale = (room - short) / rest if rest and room > short else 1.0
    wanted = [need if need <= _SHORT else need * scale for need in needs]
    return [int(100 * one / sum(wanted)) for one in wanted]
