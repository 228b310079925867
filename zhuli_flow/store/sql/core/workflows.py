"""Statements about definitions in use."""

from __future__ import annotations

from sqlalchemy import and_, insert, or_, select

from zhuli_flow.store.sql.core.constructs import table, value
from zhuli_flow.store.sql.tables import DefinitionRow

_DEFINITIONS = table(DefinitionRow)
_ROW = _DEFINITIONS.c
_NAMES = ("name", "version", "digest", "text", "document", "added_at")
_WHOLE = select(*(_ROW[name] for name in _NAMES))
_THIS_VERSION = and_(_ROW.name == value("name"), _ROW.version == value("version"))

PUT = insert(_DEFINITIONS).values({name: value(name) for name in _NAMES})
CLASH = select(_ROW.name, _ROW.version, _ROW.digest).where(or_(_THIS_VERSION, _ROW.digest == value("digest")))
BY_DIGEST = _WHOLE.where(_ROW.digest == value("digest"))
LISTED = select(_ROW.name, _ROW.version, _ROW.digest, _ROW.added_at).order_by(_ROW.id)
KNOWN_VERSIONS = select(_ROW.version, _ROW.digest).where(_ROW.name == value("name")).order_by(_ROW.id)
