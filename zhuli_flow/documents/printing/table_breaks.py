"""Tables that go over pages: rows taller than what is left break, and a cell over many rows closes with its page.

Where rows fall is known only once they are laid out, so a document with tables may be laid out again: rows that a page
cannot hold may break, their table is ruled off at each page's foot, the cell of a 类别 ends with the page and begins
anew on the next, with （续）, and what follows a table stands on the grid of lines again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from zhuli_flow.documents.templates.layout import LINE

_MOST_PASSES = 4
_MM = 96 / 25.4
_LEAST_BELOW = 2.0  # mm between a table and the line below it
_TABLE = re.compile(r'<table class="grid.*?</table>', re.DOTALL)
_ROW = re.compile(r"<tr\b")
_NUMBERED = re.compile(r'<tr data-row="(\d+)"')
_CELL = re.compile(
    r'<td class="category( on)?" rowspan="(\d+)">(.*?)</td>|<tr data-row="(\d+)"[^>]*>', re.DOTALL
)  # cells of a 类别, and the rows between them
_FOOT = '<tfoot><tr class="foot"><td colspan="{}"></td></tr></tfoot>'
_ROOM = re.compile(r'<table data-room="([\d.]+)" [^>]*>')
_AGAIN = "（续）"


@dataclass(frozen=True, slots=True)
class Settled:
    """A document and its layout (with ``pages``)."""

    html: str
    document: Any


def settle(html: str, render: Callable[[str], Any]) -> Settled:
    """Return ``html`` and its layout, with its tables broken as a reader expects."""
    plain = _numbered(html)
    document = render(plain)
    settled = plain
    for _ in range(_MOST_PASSES if plain != html else 0):
        wanted = _mended(plain, document)
        if wanted == settled:
            break
        settled, document = wanted, render(wanted)
    return Settled(settled, document)


def _numbered(html: str) -> str:
    """``html`` with its table rows numbered, so that they are known again on the pages."""
    numbers = iter(range(html.count("<tr")))
    return _TABLE.sub(lambda table: _ROW.sub(lambda _: f'<tr data-row="{next(numbers)}"', table[0]), html)


def _mended(html: str, document: Any) -> str:
    pages = [list(_rows(page)) for page in document.pages]
    broken = {row for before, page in pairwise(pages) for row in before if row in page}
    heads = {row for table in _TABLE.findall(html) for row in _head(table)}
    firsts = {next((row for row in page if row not in heads), "") for page in pages[1:]}
    html = _TABLE.sub(lambda table: _continued(_broken(table[0], broken), firsts - broken), html)
    return html if '<body class="form' in html else _spaced(html, document)


def _spaced(html: str, document: Any) -> str:
    """Each table with what room below it takes the next line back to the grid."""
    for number, room in _rooms(document):
        first = f'<tr data-row="{number}"'
        at = html.rfind('<table class="grid', 0, html.find(first))
        html = html[:at] + html[at:].replace("<table ", f'<table data-room="{room:.3f}" ', 1)
    return _ROOM.sub(_with_room, html)


def _rooms(document: Any) -> Iterator[tuple[str, float]]:
    """The last part of each table: the number of its first row there, and the room (mm) below it."""
    found: dict[str, float] = {}
    for page in document.pages:
        top = page._page_box.margin_top  # noqa: SLF001
        for box in page._page_box.descendants():  # noqa: SLF001
            if box.element_tag == "table" and "grid" in box.element.get("class", ""):
                rows = [row.get("data-row") for row in box.element.iter("tr") if row.get("data-row")]
                down = (box.position_y + box.margin_height() - box.margin_bottom - top) / _MM + _LEAST_BELOW
                found[rows[0]] = -(-down // LINE) * LINE - down + _LEAST_BELOW
    yield from found.items()


def _with_room(table: re.Match[str]) -> str:
    """The opening tag of a table with its margin in its style."""
    tag = table[0].replace(f' data-room="{table[1]}"', "")
    room = f"margin-bottom: {table[1]}mm"
    return (
        tag.replace('style="', f'style="{room}; ')
        if 'style="' in tag
        else tag.replace("<table ", f'<table style="{room}" ')
    )


def _head(table: str) -> list[str]:
    """The rows that stand again on every page."""
    head, end, _ = table.partition("</thead>")
    return _NUMBERED.findall(head) if end else []


def _rows(page: Any) -> Iterator[str]:
    """The numbers of the rows on a page, in order."""
    for box in page._page_box.descendants():  # noqa: SLF001 - pinned release, see justify
        if box.element_tag == "tr" and box.element is not None and box.element.get("data-row"):
            yield box.element.get("data-row")


def _broken(table: str, rows: set[str]) -> str:
    """The table with these rows free to break, and ruled off at the foot of each page."""
    own = rows.intersection(_NUMBERED.findall(table))
    for row in own:
        table = table.replace(f'<tr data-row="{row}"', f'<tr data-row="{row}" style="break-inside: auto"')
    if not own:
        return table
    head = table.partition("</tr>")[0]
    columns = len(re.findall("<t[hd]", head))
    return table.replace("</table>", _FOOT.format(columns) + "</table>")


def _continued(table: str, firsts: set[str]) -> str:
    """The table whose 类别 closes before each of these rows and goes on in it."""
    for row in firsts.intersection(_NUMBERED.findall(table)):
        table = _split(table, row)
    return table


def _split(table: str, row: str) -> str:
    """The table with the cell of the 类别 that reaches over ``row`` ended above it."""
    words, cell, left, at_row = "", None, 0, False
    for found in _CELL.finditer(table):
        if found[4] is not None:
            if found[4] == row and left > 0 and cell is not None:
                return _parted(table, cell, found, left, words)
            at_row, left = found[4] == row, left - 1
            continue
        words = found[3] or words
        if at_row and found[1]:
            again = f'<td class="category" rowspan="{found[2]}">{_once_more(words)}</td>'
            return table[: found.start()] + again + table[found.end() :]
        cell, left = found, int(found[2]) - 1
    return table


def _parted(table: str, cell: re.Match[str], row: re.Match[str], left: int, words: str) -> str:
    """``cell`` reaches over ``left`` rows from ``row`` on: they get a cell of their own."""
    first = cell[0].replace(f'rowspan="{cell[2]}"', f'rowspan="{int(cell[2]) - left}"')
    again = f'<td class="category" rowspan="{left}">{_once_more(words)}</td>'
    return table[: cell.start()] + first + table[cell.end() : row.end()] + again + table[row.end() :]


def _once_more(words: str) -> str:
    return words if _AGAIN in words else f"{words}<div>{_AGAIN}</div>"
