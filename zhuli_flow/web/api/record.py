"""留痕 for programs: the chain of the office, verification, checkpoints and proofs, packages of the history."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from zhuli_flow.engine.history.entry import read
from zhuli_flow.errors import NoRight
from zhuli_flow.services import reading
from zhuli_flow.services.archiving import archive, event_logs
from zhuli_flow.services.history import checkpoints
from zhuli_flow.services.history.verify import law_breaches, verify
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit
from zhuli_flow.web.api import described, shapes
from zhuli_flow.web.api.caller import Caller, Reading, Writing, answer
from zhuli_flow.web.api.cases import Limit
from zhuli_flow.web.handing_out import packed
from zhuli_flow.web.posting import Number

router = APIRouter(prefix="/api/v1", tags=["留痕"], responses=described.LOOKING)
Seq = Annotated[int, Query(ge=0, le=2**53, description="上一页的 next")]
PACKAGE = described.files("application/octet-stream")
FORMS = {"package": ("留痕.zip", archive.export_audit), "xes": ("办理.xes", event_logs.export_xes)} | {
    "ocel": ("办理.json", event_logs.export_ocel)
}
"""What the whole history is handed out as: its name, and what writes it."""


@router.get("/audit", summary="不属任何事项的留痕", responses=described.answers(shapes.Chain))
def chain(called: Reading, limit: Limit = 50, after: Seq = 0) -> Response:
    """What was done to the office itself (directory, definitions, calendar, refused openings), the oldest first."""
    with _overseen(called).database.read() as connection:
        found = audit.entries(connection, OFFICE_CHAIN)
    behind = [(read(one.body), one.hash.hex()) for one in found[after : after + limit]]
    told = [
        shapes.ChainEntry(entry.seq, entry.at, entry.event, entry.title, entry.kind, digest) for entry, digest in behind
    ]
    return answer({"entries": told, "next": told[-1].seq if len(found) > after + limit else None})


@router.get("/audit/verification", summary="核对全部留痕", responses=described.answers(shapes.Verification))
def verified(called: Reading, laws: bool = False) -> Response:
    """Every chain and the log read through; with ``laws`` every act against the laws of its definition too."""
    office = _overseen(called)
    found = verify(office)
    told = {"ok": found.ok, "entries": found.entries, "first_break": found.first_break}
    return answer({**told, "laws": list(law_breaches(office))} if laws else told)


@router.post(
    "/audit/checkpoints",
    status_code=201,
    summary="签发检查点",
    responses=described.answers(shapes.SignedCheckpoint, 201),
)
def checkpoint(called: Writing) -> Response:
    """Sign how the log stands now, for whoever is to keep it."""
    made = checkpoints.take(_overseen(called))
    stand = made.checkpoint
    told = shapes.SignedCheckpoint(stand.origin, stand.size, stand.root.hex(), made.key, made.note.whole())
    return answer(told, 201)


@router.get(
    "/cases/{case_id}/history/{seq}/proof", summary="一条留痕的证明", responses=described.answers(checkpoints.Proof)
)
def proof(called: Reading, case_id: str, seq: Number) -> Response:
    """An entry with its way to a signed root: checked without this program."""
    return answer(checkpoints.prove(called.office, case_id, seq))


@router.get("/audit/export", summary="全部留痕的包", response_class=Response, responses=PACKAGE)
def export(called: Reading, form: Literal["package", "xes", "ocel"] = "package") -> Response:
    """Every chain with a signed checkpoint, to be checked elsewhere; or the acts as an event log."""
    reading.require_everything(called.office)
    name, write = FORMS[form]
    return packed(name, lambda place: write(called.office, place))


@router.get("/cases/{case_id}/archive", summary="一件事项的归档包", response_class=Response, responses=PACKAGE)
def archived(called: Reading, case_id: str, evidence: bool = False) -> Response:
    """Its papers, materials, history and definition; as ``evidence`` each entry proves its place by itself."""
    return packed(f"{case_id}.zip", lambda place: archive.archive(called.office, case_id, place, evidence=evidence))


def _overseen(called: Caller) -> Office:
    """The office. Raises NoRight for who does not oversee it."""
    if not reading.oversees(called.office):
        raise NoRight("全局的留痕由省级人员查看", fix="一件事项的留痕在它的 history 中")
    return called.office
