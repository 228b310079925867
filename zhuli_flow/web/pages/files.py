"""Files of a case, handed out as attachments: nothing that was uploaded is ever shown or run by a browser here."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from zhuli_flow.errors import NotFound
from zhuli_flow.services.cases import view
from zhuli_flow.services.history import checkpoints
from zhuli_flow.store import files
from zhuli_flow.web.identity import AlsoAuthor, Visitor
from zhuli_flow.web.posting import Number

router = APIRouter(include_in_schema=False)
SANDBOX = "default-src 'none'; sandbox"


@router.get("/cases/{case_id}/files/{sha256}")
def material(visitor: AlsoAuthor, case_id: str, sha256: str) -> Response:
    """A file that this very case refers to, under the name it was given."""
    name = view.file_name(visitor.office, case_id, visitor.person, sha256)
    if name is not None:
        return download(files.place(visitor.office.holder, sha256), name)
    raise NotFound(f"事项 {case_id} 没有这份文件", fix="请从事项的材料清单中下载")


@router.get("/cases/{case_id}/history/{seq}/proof")
def proof(visitor: Visitor, case_id: str, seq: Number) -> Response:
    """What proves an entry, for whoever is to keep it: as ``audit prove`` and ``case advance --receipt`` write it."""
    made = checkpoints.prove(visitor.office, case_id, seq)
    return handed_out(checkpoints.written(made), f"{case_id} 第{seq}条 证明.json")


FILE_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
"""The types of the files that lists are handed out as, by their ending."""


def handed_out(data: bytes, name: str) -> Response:
    """Something just made, as an attachment of that name; its ending is one of ``FILE_TYPES``."""
    kind = FILE_TYPES[name.rpartition(".")[2].lower()]
    named = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    return Response(data, media_type=kind, headers={"content-disposition": named})


def download(place: object, name: str) -> Response:
    """A stored file as an attachment."""
    answer = FileResponse(str(place), media_type="application/octet-stream")
    answer.headers["content-disposition"] = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    answer.headers["content-security-policy"] = SANDBOX
    return answer
