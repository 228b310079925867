"""Workbooks taken apart and put together again, for tests that need one to be wrong in one place."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest

from zhuli_flow.errors import InvalidInput
from zhuli_flow.workbooks.form import FormSheet
from zhuli_flow.workbooks.form_reader import read


def repacked(data: bytes, changed: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The archive with entries replaced (by bytes, or by what a function makes of them) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            by = changed.get(name)
            target.writestr(
                name, by(source.read(name)) if callable(by) else by if by is not None else source.read(name)
            )
        for name in set(changed) - set(source.namelist()):
            content = changed[name]
            assert isinstance(content, bytes)
            target.writestr(name, content)
    return out.getvalue()


def edited(data: bytes, edit: Callable[[Any], object]) -> bytes:
    """The workbook after somebody has worked on it; ``edit`` gets the openpyxl workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(data: bytes, **cells: object) -> bytes:
    """The workbook with these cells of the main sheet filled in."""

    def fill(book: Any) -> None:
        for place, value in cells.items():
            book["填报表"][place] = value

    return edited(data, fill)


STRINGS = "xl/sharedStrings.xml"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_TYPE = f'<Override PartName="/{STRINGS}" ContentType="{_MAIN}sharedStrings+xml"/></Types>'
_RELATION = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml" Id="rId99"/></Relationships>'
)


def as_excel_saves(data: bytes) -> bytes:
    """The workbook with its texts in a table of their own, where Excel and WPS keep them."""
    texts: list[bytes] = []

    def moved(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return found[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    def share(old: bytes) -> bytes:
        return re.sub(rb'(<c [^>]*)t="inlineStr"><is>(.*?)</is></c>', moved, old, flags=re.DOTALL)

    changed: dict[str, bytes | Callable[[bytes], bytes]] = {
        "[Content_Types].xml": lambda old: old.replace(b"</Types>", _TYPE.encode()),
        "xl/_rels/workbook.xml.rels": lambda old: old.replace(b"</Relationships>", _RELATION.encode()),
    }
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        changed |= {name: share(archive.read(name)) for name in sheets}
    space = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    changed[STRINGS] = space + b"".join(b"<si>" + text + b"</si>" for text in texts) + b"</sst>"
    return repacked(data, changed)


def refusal(form: FormSheet, data: bytes, filename: str = "表.xlsx") -> InvalidInput:
    """The refusal of a file as a whole."""
    with pytest.raises(InvalidInput) as caught:
        read(form, data, filename)
    assert [one.place for one in caught.value.problems] == ["文件"]
    assert caught.value.fix
    return caught.value


def code(error: InvalidInput) -> str:
    (problem,) = error.problems
    return problem.code
