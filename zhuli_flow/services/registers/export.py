"""A register handed on: with its heading, its day and its conditions, as .xlsx, .csv, .json or .pdf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhuli_flow.clock import local_minute
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.filter import typed
from zhuli_flow.services.registers.register import Table

if TYPE_CHECKING:
    from zhuli_flow.workbooks import table as paper


def printed(office: Office, table: Table, where: Sequence[str] = ()) -> paper.Table:
    """The register as a plain table for a spreadsheet; its notes say as of when, by which conditions, how many."""
    from zhuli_flow.workbooks import table as paper

    headings = tuple(paper.Heading(column, title, table.units.get(column, "")) for column, title in table.columns)
    rows = [{column: typed(table, column, row[column]) for column, _ in table.columns} for row in table.rows]
    rehearsal = "；演练" if office.rehearsal else ""
    return paper.Table(table.title, headings, rows, (f"{as_of(office, where)}；共 {len(rows)} 件{rehearsal}",))


def as_of(office: Office, where: Sequence[str] = ()) -> str:
    """When a table was made and by which conditions it is narrowed."""
    narrow = f"；条件：{'，'.join(where)}" if where else ""
    return f"截至 {local_minute(office.clock.now())}（北京时间）{narrow}"


def to_bytes(office: Office, table: paper.Table, suffix: str) -> bytes:
    """The table as ``.xlsx``, ``.csv``, ``.json`` or ``.pdf``. Raises InvalidInput for another ending."""
    from zhuli_flow.workbooks import table as paper

    match suffix.lower():
        case ".xlsx":
            return paper.to_xlsx(table, office.clock.now())
        case ".csv":
            return paper.to_csv(table)
        case ".json":
            return paper.to_json(table)
        case ".pdf":
            from zhuli_flow.services.registers.print_table import table_pdf

            return table_pdf(office, table)
    raise InvalidInput(f"不会写“{suffix or '没有扩展名的'}”文件", fix="文件名请以 .xlsx、.csv、.json 或 .pdf 结尾")
