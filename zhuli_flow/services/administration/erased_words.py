"""What was erased by law, noted beside the database as well: an erasure that broke off is ended, words that come back
with a backup are found."""

from __future__ import annotations

import json
import shlex

import msgspec

from zhuli_flow.services.cases import search
from zhuli_flow.services.history.personal_proof import ERASED_BY
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, meta, personal, security_log, side_file
from zhuli_flow.store.sql.statements import Connection

FILE = "erased.jsonl"
"""Beside ``files/``: one line for each erasure, with commitments that no longer lead to any word."""
UNFINISHED = "erasure_unfinished"
"""The fact in the database that names the cases whose erased words may still lie in pages that were given up."""


class Noted(msgspec.Struct, frozen=True):
    """One erasure: of which case, on which legal ground, of which fields, by the commitments that it emptied."""

    case: str
    ground: str
    fields: tuple[str, ...]
    erased: tuple[str, ...]

    @property
    def command(self) -> str:
        """What proposes it again."""
        fields = " ".join(f"--field {name}" for name in self.fields)
        return f"zhuli personal erase {self.case} --ground {shlex.quote(self.ground)} {fields} --as 安全保密员"


def begin(connection: Connection, case_id: str) -> None:
    """Note, in the transaction of the erasure, that its traces are still to be removed."""
    known = json.loads(meta.get(connection, UNFINISHED) or "[]")
    meta.put(connection, UNFINISHED, json.dumps(sorted({*known, case_id})))


def finish(office: Office) -> bool:
    """Remove the traces of erasures, those that broke off included; False where there is nothing to be done.

    The search index is thrown away and the file rewritten. Raises InvalidInput while that can't be done.
    """
    with office.database.read() as connection:
        waiting = meta.get(connection, UNFINISHED) or "[]"
        done = [one for case_id in json.loads(waiting) for one in _of_history(connection, case_id)]
    if waiting == "[]":
        return False
    _note(office, done)
    side_file.remove(office.home / search.FILE)
    office.database.wipe()
    with office.database.write() as connection:
        if meta.get(connection, UNFINISHED) == waiting:
            meta.put(connection, UNFINISHED, "[]")
    return True


def standing_again(office: Office) -> list[Noted]:
    """The erasures of which words stand in the database again: it was put back from an older backup."""
    noted = _noted(office)
    if not noted:
        return []
    with office.database.read() as connection:
        there = {
            case_id: {one.commitment for one in personal.of_case(connection, case_id) if one.text is not None}
            for case_id in {one.case for one in noted}
        }
    return [one for one in noted if there[one.case] & set(one.erased)]


def _of_history(connection: Connection, case_id: str) -> list[Noted]:
    bodies = [json.loads(one.body) for one in audit.entries(connection, case_id) if one.event == ERASED_BY]
    return [Noted(case_id, str(one["opinion"]), tuple(one["fields"]), tuple(one["erased"])) for one in bodies]


def _noted(office: Office) -> list[Noted]:
    path = office.holder / FILE
    found: list[Noted] = []
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            found.append(msgspec.json.decode(line, type=Noted))
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue  # cut short by a crash, and written anew by whoever ended that erasure
    return found


def _note(office: Office, done: list[Noted]) -> None:
    known = set(_noted(office))
    for one in done:
        if one not in known:
            security_log.add_line(office.holder / FILE, msgspec.json.encode(one))
