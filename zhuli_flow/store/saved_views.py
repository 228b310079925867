"""Lists that people have kept under a name: each belongs to one person."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from zhuli_flow.store.sql.statements import Connection, instant, rows, run


class SavedView(NamedTuple):
    """A list as a person wants to see it again; ``address`` is a path of this site with its query."""

    id: int
    name: str
    address: str


def put(connection: Connection, person: str, name: str, address: str, at: datetime) -> None:
    """Keep it, in place of what the person kept under the same name."""
    told = {"person": person, "name": name, "address": address, "made_at": instant(at)}
    run(connection, "saved_views.put", told)


def of_person(connection: Connection, person: str) -> list[SavedView]:
    """What this person has kept, the oldest first."""
    return [SavedView(*row) for row in rows(connection, "saved_views.of_person", person=person)]


def drop(connection: Connection, person: str, number: int) -> None:
    """Forget one of this person's; another's is not touched."""
    run(connection, "saved_views.drop", {"id": number, "person": person})
