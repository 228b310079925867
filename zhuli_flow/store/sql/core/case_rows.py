"""Statements about the rows by which cases are found: listings, duties, links."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, delete, exists, func, select, tuple_, update

from zhuli_flow.store.sql.core.constructs import Among, Chosen, PerDialect, number, table, upsert, value, words
from zhuli_flow.store.sql.core.lights import lit
from zhuli_flow.store.sql.mirrored import CaseLinkRow, DutyRow, ListingRow, ReaderRow
from zhuli_flow.store.sql.tables import CaseRow

_LISTINGS, _DUTIES, _LINKS = table(ListingRow), table(DutyRow), table(CaseLinkRow)
_READERS = table(ReaderRow)
_ROW, _DUTY, _LINK, _READER = _LISTINGS.c, _DUTIES.c, _LINKS.c, _READERS.c
_NAMES = [column.name for column in _LISTINGS.columns]
_CHANGED_AT = select(table(CaseRow).c.updated_at).where(table(CaseRow).c.id == value("case_id")).scalar_subquery()


def _list(insert: Any) -> Any:
    added = insert(_LISTINGS).values({name: value(name) for name in _NAMES})
    changed: dict[str, Any] = {name: added.excluded[name] for name in _NAMES[1:]}
    stays = _ROW.state == added.excluded.state
    changed["entered_at"] = case((stays, _ROW.entered_at), else_=added.excluded.entered_at)
    return added.on_conflict_do_update(index_elements=["case_id"], set_=changed)


LIST = PerDialect(_list)
MOVE = (
    update(_LISTINGS)
    .where(_ROW.case_id == value("case_id"))
    .values(
        entered_at=case((_ROW.state == value("state"), _ROW.entered_at), else_=words("changed_at")),
        state=value("state"),
        state_kind=value("state_kind"),
        changed_at=value("changed_at"),
    )
)
ENTERED = update(_LISTINGS).where(_ROW.case_id == value("case_id")).values(entered_at=value("entered_at"))
LISTED = select(*_LISTINGS.columns, _CHANGED_AT).where(_ROW.case_id == value("case_id"))
_PLACE = "address owed due_on case_id"
_IS_DUTY = [_DUTY[name] == value(name) for name in _PLACE.split()]
ADD_DUTY = upsert(_DUTIES, _PLACE, key=_PLACE)
DROP_DUTY = delete(_DUTIES).where(*_IS_DUTY)
HAS_DUTY = select(_DUTY.case_id).where(*_IS_DUTY)
LYING = select(_DUTY.case_id).distinct().where(Among(_DUTY.address, value("addresses"))).order_by(_DUTY.case_id)
_IN_ORDER = (
    select(_DUTY.due_on, _DUTY.case_id)
    .where(
        _DUTY.address == value("address"),
        _DUTY.owed == value("owed"),
        tuple_(_DUTY.due_on, _DUTY.case_id) > tuple_(value("due_on"), value("case_id")),
    )
    .order_by(_DUTY.due_on, _DUTY.case_id)
    .limit(number("limit"))
)
WORK = _IN_ORDER
WORK_AMONG = _IN_ORDER.where(exists().where(_ROW.case_id == _DUTY.case_id, Chosen()))
_COUNTED = select(func.count(_DUTY.case_id.distinct())).where(Among(_DUTY.address, value("addresses")))
COUNT_WORK = _COUNTED
COUNT_OWED = _COUNTED.where(_DUTY.owed == 1)
_AMONG = exists().where(_ROW.case_id == _DUTY.case_id, Chosen())
COUNT_EACH = (
    select(_DUTY.address, _DUTY.owed, func.count())
    .where(Among(_DUTY.address, value("addresses")))
    .group_by(_DUTY.address, _DUTY.owed)
)
COUNT_WORK_AMONG = COUNT_WORK.where(_AMONG)
COUNT_OWED_AMONG = COUNT_OWED.where(_AMONG)
_LIT = lit()
WORK_STANDING = (
    select(_ROW.workflow, _LIT, func.count())
    .where(_ROW.case_id.in_(select(_DUTY.case_id).where(Among(_DUTY.address, value("addresses")))))
    .group_by(_ROW.workflow, _LIT)
)
OVERDUE = (
    select(_DUTY.case_id, _DUTY.address, _DUTY.due_on)
    .where(_DUTY.owed == 1, _DUTY.due_on <= value("today"), _AMONG)
    .order_by(_DUTY.case_id)
)
OVERDUE_APPLICANTS = (
    select(_ROW.applicant, func.count(), func.count().over())
    .where(Chosen())
    .group_by(_ROW.applicant)
    .order_by(func.count().desc(), _ROW.applicant)
    .limit(number("limit"))
)
DUTIES = (
    select(*(_DUTY[name] for name in _PLACE.split()))
    .where(tuple_(*(_DUTY[name] for name in _PLACE.split())) > tuple_(*map(value, _PLACE.split())))
    .order_by(*(_DUTY[name] for name in _PLACE.split()))
    .limit(number("limit"))
)
ADD_READER = upsert(_READERS, "mark case_id", key="mark case_id")
DROP_READER = delete(_READERS).where(_READER.mark == value("mark"), _READER.case_id == value("case_id"))
READERS_OF = select(_READER.mark).where(_READER.case_id == value("case_id"))
READERS = (
    select(_READER.mark, _READER.case_id)
    .where(tuple_(_READER.mark, _READER.case_id) > tuple_(value("mark"), value("case_id")))
    .order_by(_READER.mark, _READER.case_id)
    .limit(number("limit"))
)
ADD_LINK = upsert(_LINKS, "workflow field target case_id", key="workflow field target case_id")
DROP_LINK = delete(_LINKS).where(
    _LINK.workflow == value("workflow"),
    _LINK.field == value("field"),
    _LINK.target == value("target"),
    _LINK.case_id == value("case_id"),
)
HAS_LINK = select(_LINK.case_id).where(
    _LINK.workflow == value("workflow"),
    _LINK.field == value("field"),
    _LINK.target == value("target"),
    _LINK.case_id == value("case_id"),
)
_KEY = tuple_(_LINK.workflow, _LINK.field, _LINK.target, _LINK.case_id)
LINKS = (
    select(_LINK.workflow, _LINK.field, _LINK.target, _LINK.case_id)
    .where(tuple_(value("workflow"), value("field"), value("target"), value("case_id")) < _KEY)
    .order_by(_LINK.workflow, _LINK.field, _LINK.target, _LINK.case_id)
    .limit(number("limit"))
)
