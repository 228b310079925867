"""Personal data beside the history: what a commitment in an entry stands for, until it is erased by law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zhuli_flow.engine.history.personal import Withheld
from zhuli_flow.store.sql.statements import Connection, array, rows, run, run_many


class Kept(NamedTuple):
    """A text of a case under its ``commitment`` (64 hex digits); ``salt`` and ``text`` are None once erased."""

    case_id: str
    commitment: str
    name: str
    salt: bytes | None
    text: str | None


def put(connection: Connection, case_id: str, withheld: Iterable[Withheld]) -> None:
    """Keep what the entries of a case bind; what is kept already stays, also as erased."""
    found = [Kept(case_id, one.commitment, one.name, one.salt, one.text) for one in withheld]
    if found:
        run_many(connection, "personal.put", found)


def copy(connection: Connection, kept: Iterable[Kept]) -> None:
    """Keep rows as they stand in another database, erased ones too."""
    run_many(connection, "personal.put", list(kept))


def of_case(connection: Connection, case_id: str) -> list[Kept]:
    """All that is kept of a case, by name and commitment."""
    found = rows(connection, "personal.of_case", case_id=case_id)
    return [
        Kept(one, digest, name, None if salt is None else bytes(salt), text) for one, digest, name, salt, text in found
    ]


def known(connection: Connection, case_id: str) -> dict[str, str | None]:
    """By commitment what it stands for, None where that was erased."""
    return {one.commitment: one.text for one in of_case(connection, case_id)}


def cases(connection: Connection) -> list[str]:
    """The cases of which something is kept, or was."""
    return [row[0] for row in rows(connection, "personal.cases")]


def holding(connection: Connection, text: str) -> list[str]:
    """The cases of which this very text is kept."""
    return [row[0] for row in rows(connection, "personal.holding", text=text)]


def erase(connection: Connection, case_id: str, commitments: Sequence[str]) -> None:
    """Take out what these commitments stand for, for good; that they stood there remains."""
    run(connection, "personal.erase", {"case_id": case_id, "commitments": array(commitments)})
