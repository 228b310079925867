"""Does the record hold? The chains of history, and that what is stored follows from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from zhuli_flow.definitions.model import START
from zhuli_flow.engine import record
from zhuli_flow.engine.audit import Break, first_break
from zhuli_flow.engine.case import Case, Json
from zhuli_flow.errors import IntegrityBroken, NotFound
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, files, notices
from zhuli_flow.store.cases import Stored


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries were read, and the first that does not fit (None: every chain is whole)."""

    entries: int
    first_break: Break | None

    @property
    def ok(self) -> bool:
        return self.first_break is None

    def json(self) -> dict[str, Json]:
        """The wire form of contract: ok, entries, first_break (case, seq, reason) or null."""
        found = self.first_break
        told: Json = {"case": found.case_id, "seq": found.seq, "reason": found.reason} if found else None
        return {"ok": self.ok, "entries": self.entries, "first_break": told}


def verify(office: Office) -> Verified:
    """Walk every chain to the end its case names. Raises IntegrityBroken only when the file itself is damaged."""
    with office.database.read() as connection:
        return Verified(*first_break(audit.all_entries(connection), audit.heads(connection)))


def faults(office: Office) -> list[str]:
    """What is wrong beyond the chains: cases that don't follow from their history, files that lack or differ."""
    return [*_replayed(office), *_filed(office)]


def require_whole(office: Office) -> Verified:
    """``verify``, but raises IntegrityBroken naming the first broken entry."""
    found = verify(office)
    if found.first_break:
        broken = found.first_break
        raise IntegrityBroken(
            f"事项 {broken.case_id} 第 {broken.seq} 条留痕对不上：{broken.reason}",
            fix="请勿再办理；保存现有文件，用最近一次核对无误的备份比对：zhuli db restore 备份文件",
        )
    return found


def _replayed(office: Office) -> Iterator[str]:
    """Replaying the changes of every entry gives the stored case, to the last value."""
    start = 0
    while True:
        with office.database.read() as connection:
            page = cases.search(connection, cases.Filter(), limit=200, offset=start)
            histories = {stored.case.id: audit.entries(connection, stored.case.id) for stored in page}
        for stored in page:
            if not _follows(stored, [json.loads(entry.body) for entry in histories[stored.case.id]]):
                yield f"事项 {stored.case.id}：按留痕逐条重演，得不到现在保存的内容"
        if len(page) < 200:
            return
        start += len(page)


def _follows(stored: Stored, bodies: list[dict[str, Any]]) -> bool:
    replayed = replace(stored.case, state=START, version=0, body={})
    for body in bodies:
        replayed = record.apply(replayed, [tuple(change) for change in body.get("changes", ())])
        replayed = replace(replayed, version=max(replayed.version, int(body.get("version", 0))))
    return _plain(replayed) == _plain(stored.case)


def _plain(case: Case) -> tuple[str, int, dict[str, dict[str, Json]]]:
    return case.state, case.version, {name: dict(section) for name, section in case.body.items() if section}


def _filed(office: Office) -> Iterator[str]:
    """Every attachment and every issued document lies in the files with the content its SHA-256 names."""
    with office.database.read() as connection:
        wanted = {
            notice.sha256: f"公文 {notice.number or notice.id}"
            for notice in notices.listed(connection, "issued", 1_000_000)
        }
        for link in audit.all_entries(connection):
            for material in json.loads(link.body).get("materials", ()):
                wanted.setdefault(
                    material["sha256"], f"事项 {link.case_id} 第 {link.seq} 条的材料“{material['filename']}”"
                )
    for sha256, what in wanted.items():
        if sha256 and (fault := _file_fault(office, sha256)):
            yield f"{what}：{fault}"


def _file_fault(office: Office, sha256: str) -> str:
    try:
        files.verify_file(office.home, sha256)
    except (NotFound, IntegrityBroken) as error:
        return error.message
    return ""
