"""What an act reads first, by one statement: its case, whether its request is known, the state of the directory."""

from __future__ import annotations

from typing import NamedTuple

from zhuli_flow.store import cases, directory
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, first


class ActStart(NamedTuple):
    """The case that is acted on, and whether an entry with this request id was ever written, of whichever case."""

    stored: Stored
    request_known: bool


def read(connection: Connection, case_id: str, request_id: str) -> ActStart | None:
    """None without such a case. The state of the directory is noted for the rest of the transaction."""
    found = first(connection, "cases.for_act", id=case_id, request_id=request_id, directory=directory.STATE)
    if found is None:
        return None
    *row, answered, state = found
    directory.note_state(connection, state)
    return ActStart(cases.of_row(tuple(row)), answered is not None)
