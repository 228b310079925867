"""What a form sends: values by the type of their field, files into the house, and what a page carries back, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Path
from pydantic import AfterValidator
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from zhuli_flow.definitions.model.workflow import Field
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE
from zhuli_flow.engine.model.case import Attachment, Json
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.services.cases.act_form import ActForm
from zhuli_flow.services.page import Line
from zhuli_flow.support.plain_text import REPLACED, visible
from zhuli_flow.support.scratch import scratch

MAX_FILES, MAX_FIELDS = 200, 5000
MAX_PART = 1 << 20
_CHUNK = 1 << 20
Filled = Line
"""Values by the name of their field."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that lies in the house already, for the item ``name`` of a form; ``seal`` proves that it was ours."""

    name: str
    file: Attachment
    seal: str


async def posted(request: Request) -> AsyncIterator[FormData]:
    """The form of a request, as long as it is answered; too many parts, or one too long, is a bad request, and
    so are bytes that are no text."""
    async with request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_PART) as form:
        for _, one in form.multi_items():
            if isinstance(one, str):
                is_text(one)
        yield form


def is_text(told: str) -> str:
    """What a form says, as it was. Raises InvalidInput for bytes that were no text."""
    if REPLACED in told:
        raise InvalidInput("所填的不是 UTF-8 文字，未作任何改动", fix="请用浏览器重新打开这一页再填")
    return told


Plain = Annotated[str, AfterValidator(is_text)]
Words = Annotated[Plain, Form()]
"""One text of a form."""
Number = Annotated[int, Path(ge=0, le=2**53)]
"""A number in an address, such as databases can hold."""
Posted = Annotated[FormData, Depends(posted)]


def text(form: FormData, name: str) -> str:
    """A text of the form without blanks around it; empty without one. Line ends are those of this house."""
    found = form.get(name)
    return found.replace("\r\n", "\n").strip() if isinstance(found, str) else ""


def number(form: FormData, name: str) -> int | None:
    """A whole number of the form; None without one."""
    found = text(form, name)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else None


def values(form: FormData, asked: ActForm) -> Filled:
    """What was filled in, by field; what was left blank is left out. Files and arguments are not among it."""
    told: Filled = {}
    for one in asked.readable:
        found = _value(form, one)
        if found not in ("", [], None):
            told[one.name] = found
    return told


def arguments(form: FormData, asked: ActForm) -> Filled:
    """What an operation is told."""
    given = {one.name: "、".join(_texts(form, f"argument:{one.name}")) for one in asked.arguments}
    return {name: value for name, value in given.items() if value}


def everything(form: FormData, asked: ActForm) -> Filled:
    """Values and arguments."""
    return {**values(form, asked), **arguments(form, asked)}


def of_pairs(kept: Mapping[str, Sequence[str]]) -> FormData:
    """What was posted once, as a form again."""
    return FormData([(name, value) for name, found in kept.items() for value in found])


def _value(form: FormData, field: Field) -> Json:
    key = f"field:{field.name}"
    if field.may_be is not None and text(form, f"none:{field.name}"):
        return NOT_APPLICABLE
    match field.type:
        case "rows":
            return _rows(form, field)
        case "file" | "files":
            return None
        case "people" | "organisations":
            return "、".join(_texts(form, key))
        case _:
            return text(form, key)


def _texts(form: FormData, key: str) -> list[str]:
    return [one.strip() for one in form.getlist(key) if isinstance(one, str) and one.strip()]


def _rows(form: FormData, field: Field) -> Json:
    """The rows of a table in which something stands."""
    found: list[Json] = []
    for row in range(number(form, f"rows:{field.name}") or 0):
        cells: Filled = {
            column.name: text(form, f"field:{field.name}:{row}:{column.name}") or None for column in field.columns
        }
        if any(cells.values()):
            found.append(cells)
    return found


@contextmanager
def uploads(form: FormData) -> Iterator[list[tuple[str, pathlib.Path, str]]]:
    """The files that were sent, for a moment: each (item of the form, where it lies, the name it bears)."""
    with scratch() as aside:
        found: list[tuple[str, pathlib.Path, str]] = []
        for key, part in form.multi_items():
            if isinstance(part, UploadFile) and part.filename and key.startswith("file:"):
                place = aside / str(len(found))
                _copy(part, place)
                found.append((key.removeprefix("file:"), place, part.filename))
        yield found


@contextmanager
def kept_aside(part: UploadFile, suffix: str = "") -> Iterator[pathlib.Path]:
    """One uploaded file as a file, for a moment."""
    with scratch() as aside:
        place = aside / f"0{suffix}"
        _copy(part, place)
        yield place


_DECLARED: Mapping[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/png": frozenset({"png"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/svg+xml": frozenset({"svg"}),
    "text/html": frozenset({"html", "htm"}),
    "application/xhtml+xml": frozenset({"xhtml"}),
    **dict.fromkeys(("text/javascript", "application/javascript"), frozenset({"js", "mjs"})),
    **dict.fromkeys(("text/xml", "application/xml"), frozenset({"xml"})),
}
"""The endings that a name may have, by the type that the sender declares: those that a browser would show or run.

Of office formats every system declares another type, or none; for these what lies in the file decides alone.
"""


def _require_declared(part: UploadFile) -> None:
    """Raises InvalidInput for a file that is declared to be what its name does not say."""
    declared = (part.content_type or "").partition(";")[0].strip().lower()
    ending = (part.filename or "").rpartition(".")[2].lower()
    endings = _DECLARED.get(declared)
    if endings is not None and ending not in endings:
        name = visible((part.filename or "")[:60])
        fix = "请核对文件，用原来的格式和扩展名提交"
        wrong = Problem(name, "type_mismatch", f"声明的类型是 {declared}，与文件名不符", fix)
        raise InvalidInput(f"{name}: {wrong.message}；未保存任何内容", [wrong], fix=fix)


def _copy(part: UploadFile, place: pathlib.Path) -> None:
    _require_declared(part)
    part.file.seek(0)
    with place.open("wb") as target:
        while chunk := part.file.read(_CHUNK):
            target.write(chunk)


def kept(form: FormData, key: bytes, person: str) -> list[KeptFile]:
    """The files that a page carried back, as far as this house gave them to this very person."""
    return [one for sealed in _texts(form, "kept") if (one := opened(sealed, key, person)) is not None]


def sealed(name: str, file: Attachment, key: bytes, person: str) -> KeptFile:
    """A file as a page may carry it: whoever changes a letter of it, or is somebody else, has nothing."""
    told = json.dumps([name, file.filename, file.sha256, file.size, file.type], ensure_ascii=False)
    body = base64.urlsafe_b64encode(told.encode()).decode()
    return KeptFile(name, file, f"{body}.{_mac(body, key, person)}")


def opened(text_: str, key: bytes, person: str) -> KeptFile | None:
    """The file that a sealed text stands for; None when it was not made here for this person."""
    body, _, mac = text_.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(body, key, person).encode()):
        return None
    name, filename, sha256, size, kind = json.loads(base64.urlsafe_b64decode(body))
    return KeptFile(name, Attachment(filename, sha256, size, kind), text_)


def _mac(body: str, key: bytes, person: str) -> str:
    return hmac.new(key, f"{person}\n{body}".encode(), hashlib.sha256).hexdigest()


def by_name(files: list[KeptFile]) -> Mapping[str, tuple[Attachment, ...]]:
    """Kept files by the item of the form they belong to."""
    found: dict[str, tuple[Attachment, ...]] = {}
    for one in files:
        found[one.name] = (*found.get(one.name, ()), one.file)
    return found
