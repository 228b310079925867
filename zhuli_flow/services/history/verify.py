"""Does the record hold? The chains of history, and that what is stored follows from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import START
from zhuli_flow.engine.history.chain import Break, first_break
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history.personal import MARK
from zhuli_flow.engine.history_laws import breaches
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.errors import IntegrityBroken, NotFound
from zhuli_flow.services.history import (
    case_record,
    checkpoints,
    consistency,
    log_proof,
    office_record,
    personal_proof,
)
from zhuli_flow.services.history.case_record import Bodies
from zhuli_flow.services.lookup import definition
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases, files, notices, personal
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection

PAGE = 200
"""How many cases are held in memory at a time."""


class Verified(msgspec.Struct, frozen=True):
    """How many ``entries`` were read, and the first that does not fit (None: every chain is whole)."""

    ok: bool
    entries: int
    first_break: Break | None


def verify(office: Office) -> Verified:
    """Walk every chain to the end its case names, rebuild the log over all of them, and replay each to its case.

    Raises IntegrityBroken only when the file itself, or a row that can't even be read, is damaged.
    """
    with office.database.read() as connection:
        return verify_within(connection, office)


def verify_within(connection: Connection, office: Office) -> Verified:
    """``verify``, all of it as this look sees it."""
    entries, broken = first_break(audit.all_entries(connection), audit.heads(connection))
    broken = broken or log_proof.first_fault(connection) or unlike_letter(connection, office)
    broken = broken or next(_unlike_their_history(connection, office), None)
    return Verified(broken is None, entries, broken)


def unlike_letter(connection: Connection, office: Office) -> Break | None:
    """That the log does not continue the last checkpoint signed; None when it does, or none was signed."""
    why = checkpoints.unlike_last(connection, office)
    return Break(OFFICE_CHAIN, audit.office_head(connection)[0], f"上次签发的检查点：{why}") if why else None


class LawBreach(msgspec.Struct, frozen=True):
    """An act on record that a law (铁律) of its case's own definition forbade; ``seq`` is the number of its entry."""

    case: str
    seq: int
    title: str
    reason: str


def law_breaches(office: Office) -> Iterator[LawBreach]:
    """Every act in every history that a law forbade, its evidence worked out anew (``engine.history_laws``)."""
    with office.database.read() as connection:
        for stored in cases.every(connection, PAGE):
            workflow = definition(connection, office, stored.case.digest)
            entries = [read(link.body) for link in audit.entries(connection, stored.case.id)]
            opened = replace(stored.case, state=START, version=0, body={})
            earlier = {entry.migrated_from for entry in entries if entry.migrated}
            versions = {digest: definition(connection, office, digest) for digest in (*earlier, stored.case.digest)}
            for found in breaches(workflow, opened, entries, _facts(office), versions):
                yield LawBreach(stored.case.id, found.seq, found.title, found.reason)


def _facts(office: Office) -> Callable[[datetime], Facts]:
    return lambda at: Facts(at, office.calendar, hours=office.hours)


def break_in(office: Office, case_id: str) -> Break | None:
    """The first entry of one case's chain that does not fit; None when it is whole."""
    with office.database.read() as connection:
        stored = cases.load(connection, case_id)
        links = list(audit.all_entries(connection, case_id))
    return first_break(links, {case_id: (stored.seq, stored.head)} if stored else {})[1]


def faults(office: Office) -> list[str]:
    """What is wrong beyond the chains: cases, definitions, rows and files that don't follow from their history."""
    wrong = [*unlike(office), *consistency.of_definitions(office), *mirrored(office), *consistency.of_rows(office)]
    return [*wrong, *office_record.faults(office), *filed(office)]


def unlike(office: Office) -> Iterator[str]:
    """Every case that is not what its history leads to, in words."""
    with office.database.read() as connection:
        for found in _unlike_their_history(connection, office):
            yield f"事项 {found.case_id}：{found.reason}"


def counted(office: Office) -> Iterator[str]:
    """Every case whose version is not the count of what changed it: an act that was counted twice, or not at all."""
    for stored, bodies, _ in _told(office):
        steps = pairwise([0, *(int(body.get("version", 0)) for body in bodies)])
        counts = sum(after - before for before, after in steps if after - before in (0, 1))
        if counts != stored.case.version:
            yield f"事项 {stored.case.id}：版本 {stored.case.version} 与留痕的步数 {counts} 不符"


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


def _unlike_their_history(connection: Connection, office: Office) -> Iterator[Break]:
    """Replaying the changes of every entry gives the stored case, to the last value; so do the personal data bound."""
    kept, there = frozenset(personal.cases(connection)), set[str]()
    for stored in cases.every(connection, PAGE):
        there.add(stored.case.id)
        wrong = unlike_its_history(connection, office, stored, holds_personal=stored.case.id in kept)
        yield from [wrong] if wrong else []
    yield from (Break(one, 0, "个人信息登记所属的事项不存在") for one in sorted(kept - there))


def unlike_its_history(connection: Connection, office: Office, stored: Stored, *, holds_personal: bool) -> Break | None:
    """That one case is not what its entries lead to, or holds personal data that they don't; None when all fits."""
    bodies = [one.body for one in audit.entries(connection, stored.case.id)]
    if not _follows(stored, list(map(_decoded, bodies))):
        return Break(stored.case.id, stored.seq, "按留痕逐条重演，得不到现在保存的内容")
    if holds_personal or any(MARK in body for body in bodies):
        return personal_proof.first_fault(connection, office, stored)
    return None


_decoded = msgspec.json.Decoder().decode


def mirrored(office: Office) -> Iterator[str]:
    """Every row that repeats a case otherwise than its body and its history say, in words."""
    with office.database.read():  # asks nothing itself: what the loop can't read is told in words here
        for stored, bodies, connection in _told(office):
            yield from consistency.of_case(connection, office, stored, bodies)


def _told(office: Office) -> Iterator[tuple[Stored, Bodies, Connection]]:
    """Every case with the bodies of its entries, all as they stood at one moment, whatever is acted on meanwhile."""
    with office.database.read() as connection:
        for stored in cases.every(connection, PAGE):
            yield stored, [json.loads(one.body) for one in audit.entries(connection, stored.case.id)], connection


def _follows(stored: Stored, bodies: Bodies) -> bool:
    return _plain(case_record.replayed(stored.case, bodies)) == _plain(stored.case)


def _plain(case: Case) -> tuple[str, int, dict[str, object]]:
    return case.state, case.version, {name: section for name, section in case.body.items() if section}


def filed(office: Office) -> Iterator[str]:
    """Every attachment and every issued document lies in the files with the content its SHA-256 names."""
    with office.database.read() as connection:
        wanted = {notice.sha256: f"公文 {notice.number or notice.id}" for notice in notices.walk(connection, "issued")}
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
        files.verify_file(office.holder, sha256)
    except (NotFound, IntegrityBroken) as error:
        return error.message
    return ""
