"""What answers look like, for the description of the interface: the types that are sent, as JSON Schema.

Programs are written against this description; a test asks every address at random and holds each answer against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI
from msgspec import UNSET, UnsetType

from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.services.administration.directory import Listing
from zhuli_flow.services.administration.workflow_summary import Summary
from zhuli_flow.services.cases import case_view
from zhuli_flow.services.cases.search import Found
from zhuli_flow.services.deadlines.calendar import CalendarYear
from zhuli_flow.services.history.checkpoints import Proof
from zhuli_flow.services.notices.browse import PaperEvent
from zhuli_flow.services.registers.overview import Overview
from zhuli_flow.services.registers.register_shown import RegisterShown
from zhuli_flow.web.api import shapes

TOLD = {
    400: "看不懂的请求；problems 逐处说明",
    401: "没有给出有效的令牌",
    403: "无权办理；refusals 逐条说明",
    404: "没有，或您无权查看",
    409: "不予办理；refusals 列出全部理由",
    412: "事项已变动，与 If-Match 不符",
    413: "内容太大",
    422: "内容有误；problems 逐处说明",
}
"""What each status of a refusal means."""


class ProblemRefusal(msgspec.Struct):
    """A reason why the rules do not allow it: ``message``, what mends it, who can, and the clause it rests on."""

    code: str
    message: str
    fix: str
    clause: str = ""
    line: int = 0
    who: tuple[str, ...] = ()


class ProblemPlace(msgspec.Struct):
    """A fault of what was sent: at which place, and what mends it."""

    place: str
    code: str
    message: str
    fix: str


class Problem(msgspec.Struct):
    """A refusal (RFC 9457) with every reason: ``refusals`` of the rules, ``problems`` of what was sent."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fix: str
    refusals: tuple[ProblemRefusal, ...]
    problems: tuple[ProblemPlace, ...]
    instance: str


class Work(msgspec.Struct):
    """A work list; ``total``, ``totals`` and ``next`` are left out of an empty one."""

    person: str
    todo: tuple[case_view.TodoLine, ...]
    messages: tuple[case_view.MessageShown, ...]
    total: int | UnsetType = UNSET
    total_at_least: bool | UnsetType = UNSET
    next: str | UnsetType = UNSET
    totals: Mapping[str, int] | UnsetType = UNSET


class Cases(msgspec.Struct):
    """A page of cases; ``next`` is the ``after`` of the next one, empty at the end."""

    cases: tuple[case_view.CaseLine, ...]
    next: str


class OptionShown(msgspec.Struct):
    """An act: ``allowed`` or not and ``because``, what it ``needs``, and where it leads ``to``."""

    event: str
    title: str
    allowed: bool
    because: tuple[ProblemRefusal, ...]
    needs: Values
    to: str
    warnings: tuple[ProblemRefusal, ...]


class Options(msgspec.Struct):
    """What one person might do on a case now, and the sign-offs under way."""

    case: str
    options: tuple[OptionShown, ...]
    signing: tuple[case_view.SigningShown, ...]


class EntryShown(msgspec.Struct):
    """An entry of the history as it is kept (docs/history-format.md), with its hash."""

    seq: int
    at: str
    event: str
    title: str
    kind: str
    hash: str


class History(msgspec.Struct):
    """The entries of a case, the oldest first."""

    case: str
    entries: tuple[EntryShown, ...]


class EntryAt(msgspec.Struct):
    """The place of an act in the history."""

    seq: int
    hash: str


class Done(msgspec.Struct):
    """What an act brought about; ``entry`` is null where nothing was written (``dry_run``)."""

    case: str
    event: str
    title: str
    kind: str
    before: str = msgspec.field(name="from")
    to: str
    state: str
    version: int
    entry: EntryAt | None
    deadlines: tuple[Json, ...]
    notices: tuple[Json, ...]
    cases: tuple[Json, ...]
    advanced: tuple[Json, ...]
    warnings: tuple[Json, ...]
    missing_signers: tuple[str, ...]
    notes: tuple[str, ...]
    dry_run: bool


class StoredFile(msgspec.Struct):
    """A file that was taken in."""

    filename: str
    sha256: str
    size: int
    type: str


class PutFile(msgspec.Struct):
    """A file that was handed in: ``file`` goes into ``files`` of an act."""

    name: str
    stored: StoredFile
    file: str


class Me(msgspec.Struct):
    """Whom a token stands for; ``now`` and ``today`` by the office's clock."""

    person: str
    title: str
    organisation: str
    roles: tuple[str, ...]
    acts_for: tuple[str, ...]
    scope: str
    rehearsal: bool
    now: str
    today: str


class PaperLine(msgspec.Struct):
    """A document in short; ``sha256`` is that of its PDF (null: not printed yet)."""

    id: int
    case: str
    kind: str
    title: str
    number: str | None
    state: str
    signed_on: str | None
    sha256: str | None


class Papers(msgspec.Struct):
    """A page of documents."""

    papers: tuple[PaperLine, ...]
    next: str


class PaperWhole(PaperLine):
    """All about one document: ``entry`` is the number of the entry that ordered it, ``size`` in bytes."""

    genre: str | None
    retention: str | None
    size: int | None
    entry: int
    ordered_at: str
    issued_at: str | None
    recipients: tuple[str, ...]
    variables: Values
    history: tuple[PaperEvent, ...]


class DueShown(msgspec.Struct):
    """An open deadline with its case and whose that is."""

    case: str
    applicant: str
    name: str
    title: str
    state: str
    due_on: str | None


class Deadlines(msgspec.Struct):
    """A page of deadlines."""

    deadlines: tuple[DueShown, ...]
    next: str


class Read(msgspec.Struct):
    """How many messages are noted as read by this."""

    read: int


_ANSWERS = (
    CalendarYear,
    case_view.CasePage,
    Cases,
    shapes.Chain,
    shapes.ComparisonOf,
    shapes.CopyTold,
    Deadlines,
    shapes.Definitions,
    Done,
    shapes.EditionOf,
    shapes.Filled,
    shapes.Handed,
    Found,
    History,
    shapes.LastDay,
    Listing,
    Me,
    shapes.Messages,
    shapes.Numbers,
    Options,
    Overview,
    Papers,
    PaperWhole,
    Problem,
    Proof,
    PutFile,
    Read,
    shapes.Registers,
    RegisterShown,
    shapes.SignedCheckpoint,
    Summary,
    shapes.TotalOf,
    shapes.Verification,
    shapes.VoidTold,
    Work,
)
Responses = dict[int | str, dict[str, Any]]
"""What FastAPI takes as the answers of an address, by status."""


def answers(kind: type[msgspec.Struct], status: int = 200) -> Responses:
    """The answer of an address that goes well."""
    return {status: {"description": _first_line(kind), "content": {"application/json": {"schema": _named(kind)}}}}


def files(*kinds: str) -> Responses:
    """The answer of an address that hands out a file of one of these types."""
    content = {kind: {"schema": {} if kind == "application/json" else {"type": "string"}} for kind in kinds}
    return {200: {"description": "文件", "content": content}}


def refusals(*statuses: int) -> Responses:
    """Refusals with these statuses."""
    content = {"application/problem+json": {"schema": _named(Problem)}}
    return {status: {"description": TOLD[status], "content": content} for status in statuses}


def describe(app: FastAPI) -> None:
    """Let the application describe itself with the types that are really sent."""
    own = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = own()
            told["components"]["schemas"] |= schemas()
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]


def schemas() -> dict[str, Any]:
    """The JSON Schema of every type of answer, by its name."""
    _, named = msgspec.json.schema_components(_ANSWERS, ref_template="#/components/schemas/{name}")
    return named


def _named(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _first_line(kind: type[msgspec.Struct]) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


LOOKING = refusals(400, 401, 403, 404, 422)
"""What any address may answer instead."""
ACTING = refusals(409, 412, 413)
"""What besides an address may answer that changes something."""
