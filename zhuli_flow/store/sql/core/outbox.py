"""Statements about what has to be sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, literal, null, or_, select, update

from zhuli_flow.store.sql.core.constructs import PerDialect, number, table, value, words
from zhuli_flow.store.sql.tables import OutboxRow

_OUTBOX = table(OutboxRow)
_ROW = _OUTBOX.c
_NAMES = ("id", "key", "kind", "case_id", "payload", "state", "attempt", "created_at", "not_before", "last_error")
_COLUMNS = [_ROW[name] for name in _NAMES]
_MINE = and_(_ROW.id == value("id"), _ROW.attempt == value("attempt"), _ROW.state == "pending")
_FREE = and_(
    _ROW.state == "pending",
    _ROW.not_before <= value("now"),
    or_(_ROW.lease_until.is_(None), _ROW.lease_until <= value("now")),
)


def _put(insert: Any) -> Any:
    given = {name: value(name) for name in ("key", "kind", "case_id", "payload", "created_at", "not_before")}
    fixed = {"state": literal("pending"), "attempt": literal(0), "last_error": literal("")}
    return insert(_OUTBOX).values(given | fixed).on_conflict_do_nothing(index_elements=["key"])


PUT = PerDialect(_put)
GIVE_UP = (
    update(_OUTBOX)
    .where(_FREE, _ROW.attempt >= value("most"))
    .values(
        state="failed",
        lease_until=null(),
        last_error=case((_ROW.last_error == "", words("error")), else_=_ROW.last_error),
    )
)
CLAIM = (
    update(_OUTBOX)
    .where(_ROW.id.in_(select(_ROW.id).where(_FREE).order_by(_ROW.not_before, _ROW.id).limit(number("limit"))))
    .values(attempt=_ROW.attempt + 1, lease_until=value("until"))
    .returning(*_COLUMNS)
)
DONE = update(_OUTBOX).where(_MINE).values(state="sent", lease_until=null(), last_error="")
FAILED = (
    update(_OUTBOX)
    .where(_MINE)
    .values(state=value("state"), lease_until=null(), last_error=value("error"), not_before=value("not_before"))
)
RETRY = (
    update(_OUTBOX)
    .where(_ROW.id == value("id"), _ROW.state == "failed")
    .values(state="pending", attempt=0, not_before=value("now"))
)
LISTED = select(*_COLUMNS).where(_ROW.state == value("state")).order_by(_ROW.id).limit(number("limit"))
AFTER = select(*_COLUMNS).where(_ROW.id > number("id")).order_by(_ROW.id).limit(number("limit"))
BY_KEY = select(*_COLUMNS).where(_ROW.key == value("key"))
REWORD = update(_OUTBOX).where(_ROW.key == value("key")).values(payload=value("payload"))
PENDING_OF_CASE = (
    select(_ROW.key).where(_ROW.case_id == value("case_id"), _ROW.state == "pending").order_by(_ROW.id).limit(1)
)
