"""The titles of the office's own papers that another paper cites by number, as its register has them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhuli_flow.documents.templates.kind import NoticeKind
from zhuli_flow.engine.model.case import Json
from zhuli_flow.store import notices
from zhuli_flow.store.sql.statements import Connection

CITED = "cited"
_NUMBER = re.compile(r"[^\s〔〕（）]+〔[1-9]\d{3}〕[1-9]\d*号")


def cited(connection: Connection, kind: NoticeKind, values: Mapping[str, object], at: str = "") -> list[Json]:
    """The rows (number, title) of our own papers whose numbers stand in ``values``, for a kind that cites with them.

    A number has the title it was first issued with; ``at`` (an instant as rows have it) leaves out what was issued
    later than the paper was ordered. So a paper prints in any year what it printed then.
    """
    if CITED not in kind.template:
        return []
    written = [value for name, value in values.items() if name != "number" and isinstance(value, str)]
    numbers = sorted(value for value in written if _NUMBER.fullmatch(value))
    return [{"number": number, "title": title} for number in numbers if (title := _title(connection, number, at))]


def _title(connection: Connection, number: str, at: str) -> str:
    """The title of the first paper issued under a number; empty when it is none of ours."""
    issued = [one for one in notices.by_number(connection, number) if one.issued_at and (not at or one.issued_at <= at)]
    return min(issued, key=lambda one: one.id).title if issued else ""
