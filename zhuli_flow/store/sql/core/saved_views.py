"""Statements about lists that people have kept under a name."""

from __future__ import annotations

from sqlalchemy import delete, select

from zhuli_flow.store.sql.account_tables import SavedViewRow
from zhuli_flow.store.sql.core.constructs import number, table, upsert, value

_VIEWS = table(SavedViewRow)
_VIEW = _VIEWS.c

PUT = upsert(_VIEWS, "person name address made_at", key="person name", replace="address made_at")
OF_PERSON = (
    select(_VIEW.id, _VIEW.name, _VIEW.address).where(_VIEW.person == value("person")).order_by(_VIEW.made_at, _VIEW.id)
)
DROP = delete(_VIEWS).where(_VIEW.id == number("id"), _VIEW.person == value("person"))
