"""Statements about facts of the database itself."""

from __future__ import annotations

from sqlalchemy import select

from zhuli_flow.store.sql.core.constructs import table, upsert, value
from zhuli_flow.store.sql.tables import MetaRow

_META = table(MetaRow)

GET = select(_META.c.value).where(_META.c.key == value("key"))
PUT = upsert(_META, "key value", key="key", replace="value")
