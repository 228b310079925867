"""How cases moved between states, read from their histories: what the time spent in each state is counted from."""

from __future__ import annotations

from zhuli_flow.store.sql import Connection, rows

Move = tuple[str, str, str, str]
"""Case, instant (UTC, ISO text), state before, state after."""


def moves(connection: Connection, workflow: str) -> list[Move]:
    """Every change of state of every case of a workflow, by case, in order. Refused attempts moved nothing."""
    found = rows(
        connection,
        "SELECT case_id, at, source, target FROM ("
        " SELECT e.case_id, e.seq, e.at, json_extract(CAST(e.body AS TEXT), '$.from') AS source,"
        " json_extract(CAST(e.body AS TEXT), '$.to') AS target"
        " FROM entry e JOIN cases c ON c.id = e.case_id WHERE c.workflow = :workflow AND e.kind <> 'refused'"
        ") WHERE source <> target ORDER BY case_id, seq",
        workflow=workflow,
    )
    return [(case_id, at, source, target) for case_id, at, source, target in found]
