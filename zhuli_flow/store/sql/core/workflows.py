"""Statements about definitions in use."""

from __future__ import annotations

from sqlalchemy import and_, insert, or_, select

from zhuli_flow.store.sql.core.constructs import table, value
from zhuli_flow.store.sql.tables import DefinitionRow, MetaRow

_DEFINITIONS = table(DefinitionRow)
_ROW, _META = _DEFINITIONS.c, table(MetaRow).c
_NAMES = ("name", "version", "digest", "text", "document", "added_at")
_WHOLE = select(*(_ROW[name] for name in _NAMES))
_THIS_VERSION = and_(_ROW.name == value("name"), _ROW.version == value("version"))

PUT = insert(_DEFINITIONS).values({name: value(name) for name in _NAMES})
CLASH = select(_ROW.name, _ROW.version, _ROW.digest).where(or_(_THIS_VERSION, _ROW.digest == value("digest")))
BY_DIGEST = _WHOLE.where(_ROW.digest == value("digest"))
_CHOSEN = select(_META.value).where(_META.key == value("prefix") + _ROW.name).scalar_subquery()
LISTED = select(_ROW.name, _ROW.version, _ROW.digest, _ROW.added_at, _CHOSEN).order_by(_ROW.id)
