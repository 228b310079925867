"""A register handed on: with its heading, its day and its conditions, as .xlsx, .csv, .json or .pdf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from zhuli_flow.clock import local_minute
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.services.registers.filter import typed
from zhuli_flow.services.registers.find import found
from zhuli_flow.services.registers.pages import every
from zhuli_flow.services.registers.register import BUILTIN, Table, named
from zhuli_flow.support.new_file import filling
from zhuli_flow.workbooks.entry import Entry

if TYPE_CHECKING:
    from zhuli_flow.workbooks import table as paper


def printed(office: Office, table: Table, where: Sequence[str] = ()) -> paper.Table:
    """The register as a plain table for a spreadsheet; its notes say as of when, by which conditions, how many."""
    from zhuli_flow.workbooks import table as paper

    rows = [_entries(table, row) for row in table.rows]
    return paper.Table(table.title, _headings(table), rows, (_note(office, where, len(rows)),))


def _headings(table: Table) -> tuple[paper.Heading, ...]:
    from zhuli_flow.workbooks import table as paper

    return tuple(paper.Heading(column, title, table.units.get(column, "")) for column, title in table.columns)


def _entries(table: Table, row: Line) -> dict[str, Entry]:
    return {column: typed(table, column, row[column]) for column, _ in table.columns}


def _note(office: Office, where: Sequence[str], number: int) -> str:
    return f"{as_of(office, where)}；共 {number} 件{'；演练' if office.rehearsal else ''}"


class Exported(NamedTuple):
    """A register that was written to a file: its title, how many rows, how many bytes."""

    title: str
    rows: int
    size: int


def export(office: Office, name: str, where: Sequence[str], sort: str, case_id: str, target: Path) -> Exported:
    """Write the register ``name`` to the new file ``target``; all cases of a workflow as CSV or JSON row by row.

    Raises NotFound, InvalidInput as ``find.found`` and ``to_bytes``, and when ``target`` can't be made.
    """
    name = named(office, name)
    with filling(target) as out:
        if target.suffix.lower() in (".csv", ".json") and not sort and name not in BUILTIN and "." not in name:
            title, rows = _row_by_row(office, name, where, target.suffix.lower(), out)
        else:
            table = found(office, name, where, sort, case_id)
            out.write(to_bytes(office, printed(office, table, where), target.suffix))
            title, rows = table.title, len(table.rows)
        return Exported(title, rows, out.tell())


def _row_by_row(office: Office, name: str, where: Sequence[str], suffix: str, out: BinaryIO) -> tuple[str, int]:
    from zhuli_flow.workbooks import table as paper

    number = 0
    with office.database.read() as connection:
        head, lines = every(connection, office, name, where)

        def rows() -> Iterator[dict[str, Entry]]:
            nonlocal number
            for line in lines:
                number += 1
                yield _entries(head, line)

        headings = _headings(head)
        if suffix == ".csv":
            out.writelines(paper.csv_parts(headings, rows()))
        else:
            out.writelines(paper.json_parts(head.title, headings, rows(), lambda: [_note(office, where, number)]))
    return head.title, number


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
