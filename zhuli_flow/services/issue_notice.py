"""Printing what was ordered: render, file by SHA-256, note it in the history. Repeated, it prints nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhuli_flow.documents.catalog import NoticeKind, load_kinds
from zhuli_flow.documents.pdf import Press, PrintFailed, PrintJob
from zhuli_flow.documents.render import render, title_of
from zhuli_flow.engine.case import Json
from zhuli_flow.errors import NotFound
from zhuli_flow.services import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, files, notices
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql import Connection


@dataclass(frozen=True, slots=True)
class Paper:
    """An order with its kind and the HTML made of it."""

    notice: StoredNotice
    kind: NoticeKind
    html: str


def issue_ordered(office: Office, case_id: str | None = None, press: Press | None = None) -> list[dict[str, Json]]:
    """Print every document that was ordered (of one case, when named), on ``press`` or on one started for it.

    Rendering happens outside any transaction; each document is then filed and noted in a transaction of its own.
    Raises NotFound or InvalidInput before printing anything, or, after all others were issued, the first PrintFailed.
    """
    with office.database.read() as connection:
        waiting = [one for one in _waiting(connection, case_id) if one.state == "ordered"]
        heads = {one.case_id: cases.load(connection, one.case_id) for one in waiting}
    if not waiting:
        return []
    kinds = load_kinds(office.notices)
    papers = [_paper(office, one, kinds, _checkpoint(one, heads[one.case_id])) for one in waiting]
    if press is not None:
        return _print(office, papers, press)
    with Press(office.notices[0]) as own:
        return _print(office, papers, own)


def _print(office: Office, papers: Sequence[Paper], press: Press) -> list[dict[str, Json]]:
    """One document that does not print does not keep the others waiting; it stays ordered and is told at the end."""
    issued, failed = [], []
    for paper in papers:
        outcome = press.outcome(_job(paper))
        if isinstance(outcome, PrintFailed):
            failed.append(outcome)
        else:
            issued.append(_file(office, paper, outcome))
    if failed:
        raise failed[0]
    return issued


def _waiting(connection: Connection, case_id: str | None) -> Sequence[StoredNotice]:
    return notices.of_case(connection, case_id) if case_id else notices.listed(connection, "ordered", 1000)


def _checkpoint(notice: StoredNotice, stored: cases.Stored | None) -> str:
    """The line that ties the paper to the history: case, entry, and the chain's head at the time of printing."""
    return f"{notice.case_id} 第{stored.seq}条 {stored.head.hex()[:24]}" if stored else ""


def _paper(office: Office, notice: StoredNotice, kinds: Mapping[str, NoticeKind], checkpoint: str) -> Paper:
    kind = kinds.get(notice.kind)
    if kind is None:
        fix = f"请在 {office.notices[0]} 中补上 {notice.kind}.yaml 和 .html"
        raise NotFound(f"没有公文种类“{notice.kind}”", fix=fix)
    variables: dict[str, Json] = {**notice.variables, "rehearsal": office.rehearsal, "checkpoint": checkpoint}
    given = {name: value for name, value in variables.items() if value not in (None, "")}
    return Paper(notice, kind, render(kind, given))


def _job(paper: Paper) -> PrintJob:
    name = f"{paper.notice.case_id}-{paper.notice.id}"
    return PrintJob(paper.html, title_of(paper.html), paper.kind.issuer, paper.kind.genre, name)


def _file(office: Office, paper: Paper, data: bytes) -> dict[str, Json]:
    """Into the files first, then into the history: a crash between the two leaves an orphan file, no dangling line."""
    name = f"{paper.notice.number or paper.kind.name}.pdf"
    stored = files.store_bytes(office.home, data, name, "pdf")
    with office.database.write() as connection:
        if notices.issue(connection, paper.notice.id, stored.sha256, stored.size, office.clock.now()):
            _note(connection, office, paper, stored.sha256, stored.size)
        valid = notices.load(connection, paper.notice.id) or paper.notice  # another's print, if that came first
    sha256 = valid.sha256 or stored.sha256
    return {
        "id": paper.notice.id,
        "kind": paper.notice.kind,
        "title": paper.kind.title,
        "number": paper.notice.number,
        "sha256": sha256,
        "size": valid.size,
        "file": str(files.place(office.home, sha256)),
    }


def _note(connection: Connection, office: Office, paper: Paper, sha256: str, size: int) -> None:
    case = cases.load(connection, paper.notice.case_id)
    if case is None:
        return
    issued: dict[str, Json] = {"kind": paper.notice.kind, "number": paper.notice.number, "sha256": sha256, "size": size}
    body = entries.of_system(office, case.case, "notice", "issue", f"印发{paper.kind.title}", {"notices": [issued]})
    written = entries.write(connection, office, case.case.id, case.seq, case.head, body)
    cases.extend_chain(connection, case.case.id, written.seq, written.hash)
