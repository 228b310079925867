"""Cases and entries for the tests of this room."""

from datetime import UTC, datetime
from typing import Any

from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.store import audit, cases
from zhuli_flow.store.sql.statements import Connection

AT = datetime(2018, 10, 8, 1, tzinfo=UTC)
COUNTY = Organisation("xian-a", "甲县科协", "county", "太原市", "甲县", "association")


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
        at=AT,
        body=canonical({"case": case_id, "seq": seq}),
        request_id=request_id,
    )


def open_case(
    connection: Connection, case_id: str = "SFQ-2018-0001", kind: str = "initial", **changes: Any
) -> cases.Stored:
    """A case with its first entry."""
    head = act(connection, case_id, 1, ZERO)
    stored = cases.Stored(a_case(case_id, **changes), 1, head, kind)
    cases.insert(connection, stored, AT)
    return stored
