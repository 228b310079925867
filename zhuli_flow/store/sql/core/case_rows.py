"""Statements about the rows by which cases are found: listings, duties, links."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, delete, select, tuple_, update

from zhuli_flow.store.sql.core.constructs import Among, PerDialect, number, table, upsert, value, words
from zhuli_flow.store.sql.mirrored import CaseLinkRow, DutyRow, ListingRow
from zhuli_flow.store.sql.tables import CaseRow

_LISTINGS, _DUTIES, _LINKS = table(ListingRow), table(DutyRow), table(CaseLinkRow)
_ROW, _DUTY, _LINK = _LISTINGS.c, _DUTIES.c, _LINKS.c
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
ADD_DUTY = upsert(_DUTIES, "address case_id", key="address case_id")
DROP_DUTY = delete(_DUTIES).where(_DUTY.address == value("address"), _DUTY.case_id == value("case_id"))
WORK = select(_DUTY.case_id).distinct().where(Among(_DUTY.address, value("addresses"))).order_by(_DUTY.case_id)
DUTIES = (
    select(_DUTY.address, _DUTY.case_id)
    .where(tuple_(_DUTY.address, _DUTY.case_id) > tuple_(value("address"), value("case_id")))
    .order_by(_DUTY.address, _DUTY.case_id)
    .limit(number("limit"))
)
HAS_DUTIES = select(_DUTY.address).where(Among(_DUTY.address, value("addresses")), _DUTY.case_id == value("case_id"))
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
