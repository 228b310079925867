"""The registers (台账): whole lists for faces that can wait, read by SQLModel. Transitions read elsewhere."""

from __future__ import annotations

from sqlmodel import Session, col, select

from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection, unpack
from zhuli_flow.store.sql.tables import NoticeRow, OrganisationRow


def organisations(connection: Connection) -> list[Organisation]:
    """Every organisation, by id."""
    with Session(connection) as session:
        found = session.exec(select(OrganisationRow).order_by(OrganisationRow.id)).all()
        return [Organisation(one.id, one.name, one.level, one.city, one.county, one.kind) for one in found]


def papers(connection: Connection, state: str = "", limit: int = 100) -> list[StoredNotice]:
    """Documents in a state (empty: any), the newest first."""
    query = select(NoticeRow).order_by(col(NoticeRow.id).desc()).limit(limit)
    if state:
        query = query.where(NoticeRow.state == state)
    with Session(connection) as session:
        return [_paper(one) for one in session.exec(query).all()]


def _paper(row: NoticeRow) -> StoredNotice:
    told = row.model_dump()
    told["variables"], told["recipients"] = unpack(row.variables), tuple(unpack(row.recipients))
    return StoredNotice(**told)
