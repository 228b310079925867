"""Files of a case, handed out as attachments: nothing that was uploaded is ever shown or run by a browser here."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from zhuli_flow.errors import NotFound
from zhuli_flow.services.cases import view
from zhuli_flow.services.history import checkpoints
from zhuli_flow.store import files
from zhuli_flow.web.handing_out import download, handed_out
from zhuli_flow.web.identity import AlsoAuthor, Visitor
from zhuli_flow.web.posting import Number

router = APIRouter(include_in_schema=False)


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
