"""Statements about personal data, which stand beside the history."""

from __future__ import annotations

from sqlalchemy import null, select, update

from zhuli_flow.store.sql.core.constructs import Among, table, upsert, value
from zhuli_flow.store.sql.tables import PersonalValueRow

_VALUES = table(PersonalValueRow)
_ROW = _VALUES.c
_NAMES = "case_id commitment name salt text"

PUT = upsert(_VALUES, _NAMES, key="case_id commitment")
OF_CASE = (
    select(*(_ROW[name] for name in _NAMES.split()))
    .where(_ROW.case_id == value("case_id"))
    .order_by(_ROW.name, _ROW.commitment)
)
CASES = select(_ROW.case_id).distinct().order_by(_ROW.case_id)
HOLDING = select(_ROW.case_id).where(_ROW.text == value("text")).distinct().order_by(_ROW.case_id)
ERASE = (
    update(_VALUES)
    .where(_ROW.case_id == value("case_id"), Among(_ROW.commitment, value("commitments")))
    .values(salt=null(), text=null())
)
