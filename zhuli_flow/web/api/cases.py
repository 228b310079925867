"""Cases for programs: lists, one case, what may be done, its history; opening and acting."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, JsonValue, model_validator
from starlette.responses import Response

from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.services import reading
from zhuli_flow.services.cases import advance as acts
from zhuli_flow.services.cases import attachments, case_view, view, worklist
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.web import listing, posting
from zhuli_flow.web.api import described
from zhuli_flow.web.api.caller import Caller, Key, Reading, Version, Writing, answer

router = APIRouter(prefix="/api/v1", tags=["事项"], responses=described.LOOKING)
Limit = Annotated[int, Query(ge=1, le=200)]
Text = Annotated[str, Query(max_length=200)]
LightWord = Annotated[str, Query(json_schema_extra={"enum": ["", *listing.LIGHTS]})]
Day = Annotated[str, Query(json_schema_extra={"format": "date"})]
DONE = described.answers(described.Done) | described.ACTING
OPENED = DONE | described.answers(described.Done, 201)
PUT = described.answers(described.PutFile, 201) | described.ACTING


class _Strict(BaseModel):
    """Refuses what it does not know, and halves of characters, which JSON can write and no text has."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def is_text(cls, told: object) -> object:
        """What was sent, as it was; ValueError for what is no text."""
        json.dumps(told, ensure_ascii=False).encode()
        return told


class Opening(_Strict):
    """A case to open."""

    workflow: str
    applicant: str
    values: dict[str, JsonValue] = {}
    opinion: str = ""


class Act(_Strict):
    """An act on a case: values by field, files by what ``POST …/files`` gave for them."""

    values: dict[str, JsonValue] = {}
    files: list[str] = []
    opinion: str = ""
    decline: bool = False


@router.get("/todo", summary="待办", responses=described.answers(described.Work))
def todo(called: Reading, limit: Limit = 50, after: Text = "") -> Response:
    """What this person owes, may do and does for others, by day, and unread messages; ``next`` as for cases."""
    found = worklist.page(called.office, called.person, limit=limit, after=after)
    return answer(
        {
            "person": called.person,
            **found.json("todo"),
            "messages": worklist.messages(called.office, called.person, limit=50),
        }
    )


@router.get("/cases", summary="事项列表", responses=described.answers(described.Cases))
def cases(
    called: Reading,
    workflow: Text = "",
    state: Text = "",
    light: LightWord = "",
    city: Text = "",
    due_before: Day = "",
    limit: Limit = 50,
    after: Text = "",
) -> Response:
    """Cases this person may see, the latest changed first; ``next`` is the ``after`` of the next page."""
    wanted = Filter(workflow=workflow, state=state, city=city, due_by=listing.day(due_before))
    found = listing.cases(called.office, wanted, light, limit, after)
    return answer({"cases": found.lines, "next": found.next})


@router.post("/cases", status_code=201, summary="开启事项", responses=OPENED)
def open_case(called: Writing, asked: Opening, key: Key = "", dry_run: bool = False) -> Response:
    """Open a case; 409 with every reason when the rules do not allow it."""
    made = acts.open_case(
        called.office,
        asked.workflow,
        asked.applicant,
        called.person,
        asked.values,
        opinion=asked.opinion,
        request_id=key,
        dry_run=dry_run,
    )
    headers = {} if dry_run else {"location": f"/api/v1/cases/{made.case}", "etag": f'"{made.version}"'}
    return answer(made, 200 if dry_run else 201, headers)


@router.get("/cases/{case_id}", summary="一件事项", responses=described.answers(case_view.CasePage))
def show(called: Reading, case_id: str) -> Response:
    """Everything about one case as it stands; ``ETag`` is its version."""
    reading.require(called.office, case_id)
    told = view.show(called.office, case_id, called.person)
    return answer(told, headers={"etag": f'"{told.version}"'})


@router.get("/cases/{case_id}/options", summary="可以办理什么", responses=described.answers(described.Options))
def options(called: Reading, case_id: str) -> Response:
    """What this person might do now, each allowed or not with all reasons and what it needs."""
    reading.require(called.office, case_id)
    found = view.options(called.office, case_id, called.person)
    signing = view.signing(called.office, case_id, called.person)
    return answer({"case": case_id, "options": found, "signing": signing})


@router.get("/cases/{case_id}/history", summary="留痕", responses=described.answers(described.History))
def history(called: Reading, case_id: str) -> Response:
    """Every entry, oldest first, with its hash; what is sealed is masked."""
    reading.require(called.office, case_id)
    entries = view.history(called.office, case_id, called.person)
    return answer({"case": case_id, "entries": [one.json() for one in entries]})


@router.post("/cases/{case_id}/files", status_code=201, summary="交一份文件", responses=PUT)
def put_file(
    called: Writing, case_id: str, name: Annotated[str, Form()], file: Annotated[UploadFile, File()]
) -> Response:
    """Take in a file for the material or field ``name``; ``file`` of the answer goes into ``files`` of an act."""
    reading.require(called.office, case_id)
    with posting.kept_aside(file) as place:
        kept = attachments.take_in(called.office, case_id, [(name, place, file.filename or "")])
    sealed = [posting.sealed(name, one, called.site.key, called.person) for one in kept[name]]
    return answer({"name": name, "stored": sealed[0].file, "file": sealed[0].seal}, 201)


@router.post("/cases/{case_id}/acts/{event}", summary="办理", responses=DONE)
def act(
    called: Writing,
    case_id: str,
    event: str,
    asked: Act,
    version: Version = None,
    key: Key = "",
    dry_run: bool = False,
) -> Response:
    """Do one act; 409 with every reason, 403 when this person may not, 412 when the case has moved on."""
    reading.require(called.office, case_id)
    stored = attachments.sort_in(called.office, case_id, posting.by_name(_files(called, asked)))
    command = Command(
        event, {**asked.values, **stored.values}, stored.materials, asked.opinion, key, version, asked.decline
    )
    made = acts.advance(called.office, case_id, called.person, command, dry_run=dry_run)
    if made.notices and not dry_run:
        called.site.printing.order(case_id)
    return answer(made, headers={"etag": f'"{made.version}"'})


def _files(called: Caller, asked: Act) -> list[posting.KeptFile]:
    opened = [(text, posting.opened(text, called.site.key, called.person)) for text in asked.files]
    strange = [Problem("files", "unknown_material", f"“{text[:24]}…”不是交来的文件") for text, one in opened if not one]
    if strange:
        raise InvalidInput("有的文件没有交来，未作任何改动", strange, fix="请先提交文件，用答复中的 file")
    return [one for _, one in opened if one is not None]
