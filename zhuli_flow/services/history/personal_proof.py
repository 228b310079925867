"""Do the personal data beside the history follow from it? Each is what was bound; what is gone was erased by law."""

from __future__ import annotations

import json

from zhuli_flow.engine.history.chain import Break
from zhuli_flow.engine.history.personal import commitment, commitments, fields_of
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, personal
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.personal import Kept
from zhuli_flow.store.sql.statements import Connection

ERASED_BY = "erase_personal"
"""The event of the entry that names the commitments of which the words were erased."""


def first_fault(connection: Connection, office: Office, stored: Stored) -> Break | None:
    """The first commitment of a case that nothing fits, None when all do.

    In a case without anything personal what looks like a commitment is what somebody typed.
    """
    case_id, named, erased = stored.case.id, dict[str, tuple[int, str]](), set[str]()
    for link in audit.all_entries(connection, case_id):
        for name, digest in commitments(link.body):
            named.setdefault(digest, (link.seq, name))
        if link.columns["event"] == ERASED_BY:
            erased |= set(json.loads(link.body).get("erased", ()))
    rows = {one.commitment: one for one in personal.of_case(connection, case_id)}
    if not rows and not fields_of(lookup.definition(connection, office, stored.case.digest)):
        return None
    for digest, (seq, name) in named.items():
        if why := _fault(rows.get(digest), name, erased):
            return Break(case_id, seq, why)
    if rows.keys() - named.keys():
        return Break(case_id, stored.seq, "个人信息登记中有留痕没有记载的内容")
    return None


def _fault(row: Kept | None, name: str, erased: set[str]) -> str:
    if row is None or row.name != name:
        return "所记的个人信息没有登记，也没有依法清除的记载"
    if row.text is None or row.salt is None:
        return "" if row.commitment in erased else "所记的个人信息不见了，没有依法清除的记载"
    if row.commitment in erased:
        return "已依法清除的个人信息又有了内容"
    return "" if commitment(row.salt, row.text) == row.commitment else "所记的个人信息与留痕中的承诺值不符，被改动过"
