"""Statements about the entries of history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal_column, or_, select

from zhuli_flow.store.sql.core.constructs import Arrival, AsText, JsonBytes, TextWithin, number, table, value
from zhuli_flow.store.sql.tables import CaseRow, EntryRow

_ENTRIES, _CASE = table(EntryRow), table(CaseRow).c
_ENTRY = _ENTRIES.c
_NAMES = ("case_id", "seq", "kind", "event", "person", "at", "request_id", "body", "hash")
_WHOLE = select(*(_ENTRY[name] for name in _NAMES))
_OF_CASE = _ENTRY.case_id == value("case_id")
_LINK = select(
    *(_ENTRY[name] for name in ("case_id", "seq", "body", "hash", "kind", "event", "person", "at", "request_id"))
)
_ACTS = ("move", "sign", "operation")
_NO_ACTS = ("urge", "copy", "answer", "propose_relocation")

APPEND = insert(_ENTRIES).values({name: value(name) for name in _NAMES})
BY_REQUEST = _WHOLE.where(_ENTRY.request_id == value("request_id"))
ENTRIES = _WHOLE.where(_OF_CASE).order_by(_ENTRY.seq)
_IN_OFFICE = _ENTRY.case_id == literal_column("'office'")  # as its index has it
OF_OFFICE = _WHOLE.where(_IN_OFFICE, _ENTRY.event == value("event")).order_by(_ENTRY.seq)
ENTRY = _LINK.where(_OF_CASE, _ENTRY.seq == value("seq"))
LATEST_ACT = (
    _WHOLE.where(_OF_CASE, _ENTRY.kind.in_(_ACTS), _ENTRY.event.not_in(_NO_ACTS)).order_by(_ENTRY.seq.desc()).limit(1)
)
LINKS = _LINK.order_by(_ENTRY.case_id, _ENTRY.seq)
LINKS_OF_CASE = _LINK.where(_OF_CASE).order_by(_ENTRY.case_id, _ENTRY.seq)
_ARRIVAL = Arrival()
LAST_ARRIVED = select(_ARRIVAL, _ENTRY.hash).select_from(_ENTRIES).order_by(_ARRIVAL.desc()).limit(1)
ARRIVED_AT = select(_ENTRY.hash).where(number("place") == _ARRIVAL)
ARRIVED = select(_ENTRY.case_id).where(number("place") < _ARRIVAL).order_by(_ARRIVAL)
_SAID = ("case_id", "seq", "kind", "event", "person", "at", "request_id", "hash", "body")
IN_ORDER = select(_ARRIVAL, *(_ENTRY[name] for name in _SAID)).select_from(_ENTRIES).order_by(_ARRIVAL)
HEAD = select(_CASE.head).where(_CASE.id == value("case_id"), _CASE.seq > 0)
HEADS = select(_CASE.id, _CASE.seq, _CASE.head).where(_CASE.seq > 0)
LATEST_INSTANT = select(func.max(_ENTRY.at))

_OF_WORKFLOW = _CASE.workflow == value("workflow")


def _moves(which: ColumnElement[bool]) -> Any:
    moved = (
        select(
            _ENTRY.case_id,
            _ENTRY.seq,
            _ENTRY.at,
            JsonBytes(_ENTRY.body, literal_column("'$.from'")).label("source"),
            JsonBytes(_ENTRY.body, literal_column("'$.to'")).label("target"),
            JsonBytes(_ENTRY.body, literal_column("'$.version'")).label("version"),
        )
        .join_from(_ENTRIES, table(CaseRow), _CASE.id == _ENTRY.case_id)
        .where(which, _ENTRY.kind != "refused")
        .subquery("moved")
    )
    return (
        select(moved.c.case_id, moved.c.at, moved.c.version, moved.c.target)
        .where(moved.c.source != moved.c.target)
        .order_by(moved.c.case_id, moved.c.seq)
    )


MOVES, MOVES_OF = _moves(_OF_WORKFLOW), _moves(_OF_CASE)
_BODY = _ENTRY.body


def _region_moves(which: ColumnElement[bool]) -> Any:
    moved = (
        select(
            _ENTRY.case_id,
            _ENTRY.seq,
            _ENTRY.at,
            JsonBytes(_BODY, literal_column("'$.from'")).label("source"),
            JsonBytes(_BODY, literal_column("'$.to'")).label("target"),
            JsonBytes(_BODY, literal_column("'$.version'")).label("version"),
            JsonBytes(_BODY, literal_column("'$.changes'")).label("changes"),
            JsonBytes(_BODY, literal_column("'$.migrated.from'")).label("migrated"),
            _CASE.digest,
            TextWithin(AsText(_BODY), literal_column("'\"regions\"'")).label("beside"),
        )
        .join_from(_ENTRIES, table(CaseRow), _CASE.id == _ENTRY.case_id)
        .where(which, _ENTRY.kind != "refused")
        .subquery("beside")
    )
    names = ("case_id", "at", "version", "target", "changes", "migrated", "digest")
    return (
        select(*(moved.c[name] for name in names))
        .where(or_(moved.c.source != moved.c.target, moved.c.beside))
        .order_by(moved.c.case_id, moved.c.seq)
    )


REGION_MOVES, REGION_MOVES_OF = _region_moves(_OF_WORKFLOW), _region_moves(_OF_CASE)
