"""Cases and entries for the tests of this room."""

from datetime import UTC, datetime
from typing import Any

from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.store import audit, case_rows, cases
from zhuli_flow.store.sql import postgresql, sqlite
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection, instant

AT = datetime(2018, 10, 8, 1, tzinfo=UTC)
COUNTY = Organisation("xian-a", "甲县科协", "county", "太原市", "甲县", "association")


def integrity_error(database: Database) -> type[Exception]:
    """What the database's driver raises for a row that may not be."""
    module = sqlite.driver() if database.file and database.file.read_bytes()[:6] == b"SQLite" else postgresql.driver()
    error: type[Exception] = module.IntegrityError
    return error


def a_case(case_id: str = "SFQ-2018-0001", **changes: Any) -> Case:
    fields: dict[str, Any] = {
        "id": case_id,
        "workflow": "zone",
        "definition_version": "1",
        "digest": "d1",
        "applicant": COUNTY,
        "state": "draft",
        "version": 0,
        "opened_at": "2018-10-08T01:00:00+00:00",
        "body": {"fields": {"名称": "示范区"}},
    }
    return Case(**(fields | changes))


def act(connection: Connection, case_id: str, seq: int, previous: bytes, request_id: str | None = None) -> bytes:
    """Append an entry as a service does: canonical bytes that name their own place."""
    return audit.append(
        connection,
        case_id=case_id,
        seq=seq,
        previous=previous,
        kind="move",
        event="submit",
        person="clerk",
        at=instant(AT),
        body=canonical({"case": case_id, "seq": seq}),
        request_id=request_id,
    )


def open_case(
    connection: Connection, case_id: str = "SFQ-2018-0001", kind: str = "initial", **changes: Any
) -> cases.Stored:
    """A case with its first entry and its row of a list."""
    stored = open_unlisted(connection, case_id, kind, **changes)
    case_rows.put(connection, [listed(stored)])
    return stored


def open_unlisted(
    connection: Connection, case_id: str = "SFQ-2018-0001", kind: str = "initial", **changes: Any
) -> cases.Stored:
    """A case with its first entry, as before lists had rows."""
    head = act(connection, case_id, 1, ZERO)
    stored = cases.Stored(a_case(case_id, **changes), 1, head, kind)
    cases.insert(connection, stored, AT)
    return stored


def listed(stored: cases.Stored) -> case_rows.Listing:
    """The row of a list that a service writes beside the case: without a deadline, no light."""
    case, at = stored.case, instant(AT)
    of = case.applicant
    lights = (None, None, 0)
    told = (of.id, of.city, of.county, of.name, case.opened_at[:10], at, at)
    return case_rows.Listing(case.id, case.workflow, case.state, stored.kind, *told, *lights, *lights)
