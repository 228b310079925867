"""Tables on paper: a form of a case as its printed 附件, from the lines of its spreadsheet; registers and totals.

What is printed is what stands now; it is no document of its own: it gets no number, and the history does not note it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from zhuli_flow.documents.templates.layout import width
from zhuli_flow.documents.templates.tables import LONG_CELL, Block, totalled
from zhuli_flow.engine.model.json_values import Values, as_json
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.notices.internal_form import _MOST, TABLE, printed
from zhuli_flow.services.office import Office
from zhuli_flow.workbooks.entry import text_of
from zhuli_flow.workbooks.table import Heading, Table

MOST_COLUMNS, DENSE = 16, 12
"""So many columns are still legible on a page lying down; of more than ``DENSE`` in smaller type."""
_UPRIGHT, _LYING, _SMALL = 40, 58, 71
"""Characters that stand beside each other on an upright page, on one lying down, and there in smaller type."""
_CELL, _BELOW = 30, 85
"""Characters of HTML that a cell takes besides its own, and one that is put below its row."""
_SHORT, _WIDEST = 7, 16
"""A column of so many characters at most is never made narrower; none asks for more than ``_WIDEST``."""


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
    values: Values = {
        "heading": table.title,
        "columns": as_json(columns),
        "entries": as_json(rows),
        "notes": list(table.notes),
    }
    look = {"lying": "是" if lying else None, "dense": "是" if dense else None}
    return printed(office, TABLE, {**values, **look})


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
