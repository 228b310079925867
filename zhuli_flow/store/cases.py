"""Cases as they stand: load, insert, compare-and-set, numbers, search, and what a quota counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from zhuli_flow.engine.history.chain import ZERO, canonical
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.store import numbers
from zhuli_flow.store.sql.statements import Row, first, instant, one_of, pack, rows, run, run_many, unpack

_COLUMNS = "id, workflow, definition_version, digest, applicant, state, version, opened_at, body, seq, head, state_kind"


@dataclass(frozen=True, slots=True)
class Stored:
    """A case with the end of its chain: ``seq`` entries so far, ``head`` the 32 bytes of the last one's hash."""

    case: Case
    seq: int = 0
    head: bytes = ZERO
    kind: str = "initial"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of cases is narrowed to; empty narrows nothing. ``due_by``: a running deadline ends by then."""

    workflow: str = ""
    state: str = ""
    kind: str = ""
    applicant: str = ""
    city: str = ""
    due_by: date | None = None


def load(connection: Connection, case_id: str) -> Stored | None:
    """The case of that id, None without one."""
    found = first(connection, f"SELECT {_COLUMNS} FROM cases WHERE id = :id", id=case_id)  # noqa: S608 - ours
    return None if found is None else _stored(found)


def insert(connection: Connection, new: Stored, at: datetime) -> None:
    """Add a case. The driver's IntegrityError when the id is taken or the definition was never put."""
    run(
        connection,
        "INSERT INTO cases (id, workflow, definition_version, digest, applicant_id, applicant, city, state, state_kind,"
        " approved_once, version, seq, head, opened_at, updated_at, body) VALUES (:id, :workflow, :definition_version,"
        " :digest, :applicant_id, :applicant, :city, :state, :kind, :in_force, :version, :seq, :head, :opened_at,"
        " :at, :body)",
        {
            **_moving(new, at),
            "workflow": new.case.workflow,
            "definition_version": new.case.definition_version,
            "digest": new.case.digest,
            "applicant_id": new.case.applicant.id,
            "applicant": pack(_organisation_json(new.case.applicant)),
            "city": new.case.applicant.city,
            "opened_at": new.case.opened_at,
        },
    )


def update(connection: Connection, new: Stored, expected_version: int, at: datetime) -> bool:
    """Put ``new`` in place if the case still has ``expected_version``; False, and nothing changed, when it moved on."""
    changed = run(
        connection,
        "UPDATE cases SET state = :state, state_kind = :kind, approved_once = MAX(approved_once, :in_force),"
        " version = :version, seq = :seq, head = :head, updated_at = :at, body = :body"
        " WHERE id = :id AND version = :expected",
        {**_moving(new, at), "expected": expected_version},
    )
    return changed.rowcount == 1


def extend_chain(connection: Connection, case_id: str, seq: int, head: bytes) -> bool:
    """Move the end of the chain for an entry that changes nothing (a refused attempt); False unless at ``seq - 1``."""
    changed = run(
        connection,
        "UPDATE cases SET seq = :seq, head = :head WHERE id = :id AND seq = :seq - 1",
        {"id": case_id, "seq": seq, "head": head},
    )
    return changed.rowcount == 1


def extend_chains(connection: Connection, ends: Sequence[tuple[str, int, int, bytes]]) -> None:
    """Move the ends of many chains: each ``(case id, from number, to number, head)``, from what was just loaded."""
    run_many(
        connection,
        "UPDATE cases SET seq = :seq, head = :head WHERE id = :id AND seq = :was",
        [(seq, head, case_id, was) for case_id, was, seq, head in ends],
    )


def next_id(connection: Connection, prefix: str, year: int) -> str:
    """The next case number of the year, ``SFQ-2018-0001``; no gaps: an undone transaction gives its number back."""
    return f"{prefix}-{year}-{numbers.take(connection, f'case:{prefix}', year):04d}"


def search(connection: Connection, wanted: Filter, limit: int = 100, offset: int = 0) -> list[Stored]:
    """Cases that fit, the latest changed first."""
    narrowed = {
        "workflow": wanted.workflow,
        "state": wanted.state,
        "state_kind": wanted.kind,
        "applicant_id": wanted.applicant,
        "city": wanted.city,
    }
    values: dict[str, Any] = {column: value for column, value in narrowed.items() if value}
    conditions = [f"{column} = :{column}" for column in values]
    if wanted.due_by is not None:
        conditions.append("id IN (SELECT case_id FROM deadline WHERE state = 'running' AND due_on <= :due_by)")
        values["due_by"] = wanted.due_by.isoformat()
    found = rows(
        connection,
        f"SELECT {_COLUMNS} FROM cases WHERE {' AND '.join(conditions) or 'TRUE'}"  # noqa: S608 - ours
        " ORDER BY updated_at DESC, id LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
        **values,
    )
    return [_stored(row) for row in found]


def linked(
    connection: Connection, workflow: str, states: Sequence[str] = (), field: str = "", target: str = ""
) -> list[Stored]:
    """The cases of a workflow, in some states (empty: any), whose ``field`` names ``target`` (no field: all), by id.

    The text of a case is searched for the number before anything is parsed: nearly all that are not linked end there.
    """
    conditions, values = ["workflow = :workflow"], {"workflow": workflow}
    if states:
        places, named = one_of(states)
        conditions.append(f"state IN ({places})")
        values |= named
    if field:
        conditions += ["instr(body, :target) > 0", "json_extract(body, :path) = :target"]
        values |= {"target": target, "path": f"$.fields.{field}"}
    where = " AND ".join(conditions)
    found = rows(connection, f"SELECT {_COLUMNS} FROM cases WHERE {where} ORDER BY id", **values)  # noqa: S608 - ours
    return [_stored(row) for row in found]


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many cases stand in each state, by workflow."""
    found: dict[str, dict[str, int]] = {}
    for workflow, state, number in rows(connection, "SELECT workflow, state, COUNT(*) FROM cases GROUP BY 1, 2"):
        found.setdefault(workflow, {})[state] = number
    return found


def count_in_force(connection: Connection, workflow: str) -> int:
    """How many cases of a workflow are in force now."""
    return _count(connection, "state_kind = 'in_force'", workflow)


def count_ever_in_force(connection: Connection, workflow: str) -> int:
    """How many cases of a workflow have ever been in force."""
    return _count(connection, "approved_once = 1", workflow)


def other_open_case(connection: Connection, workflow: str, applicant: str, this: str = "") -> str:
    """The id of another unfinished case of the applicant (on its way or in force), ``""`` without one."""
    found = first(
        connection,
        "SELECT id FROM cases WHERE applicant_id = :applicant AND workflow = :workflow"
        " AND state_kind <> 'final' AND id <> :this ORDER BY id LIMIT 1",
        applicant=applicant,
        workflow=workflow,
        this=this,
    )
    return "" if found is None else str(found[0])


def take_place(connection: Connection, quota: str, case_id: str, at: datetime) -> int:
    """Queue the case behind all others of the quota; a case already waiting keeps its place. Returns the place."""
    run(
        connection,
        "INSERT INTO queue_place (quota, case_id, place, since) SELECT :quota, :case_id,"
        " (SELECT COALESCE(MAX(place), 0) + 1 FROM queue_place WHERE quota = :quota), :at"
        " WHERE NOT EXISTS (SELECT 1 FROM queue_place WHERE quota = :quota AND case_id = :case_id)",
        {"quota": quota, "case_id": case_id, "at": instant(at)},
    )
    found = first(
        connection,
        "SELECT place FROM queue_place WHERE quota = :quota AND case_id = :case_id",
        quota=quota,
        case_id=case_id,
    )
    return int(found[0]) if found else 0


def leave_queue(connection: Connection, quota: str, case_id: str) -> None:
    """Give up the place, if the case has one."""
    run(
        connection,
        "DELETE FROM queue_place WHERE quota = :quota AND case_id = :case_id",
        {"quota": quota, "case_id": case_id},
    )


def ahead(connection: Connection, quota: str, case_id: str) -> int:
    """How many cases wait before this one; all that wait, when it has no place itself."""
    found = first(
        connection,
        "SELECT COUNT(*) FROM queue_place WHERE quota = :quota AND case_id <> :case_id AND place <"
        " COALESCE((SELECT place FROM queue_place WHERE quota = :quota AND case_id = :case_id), 9223372036854775807)",
        quota=quota,
        case_id=case_id,
    )
    return int(found[0]) if found else 0


def queue(connection: Connection, quota: str) -> list[str]:
    """The ids of the waiting cases, first come first."""
    return [
        row[0] for row in rows(connection, "SELECT case_id FROM queue_place WHERE quota = :q ORDER BY place", q=quota)
    ]


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Stored]:
    """Several cases by id; unknown ids are left out."""
    if not ids:
        return {}
    places, values = one_of(ids)
    found = rows(connection, f"SELECT {_COLUMNS} FROM cases WHERE id IN ({places})", **values)  # noqa: S608 - ours
    return {row[0]: _stored(row) for row in found}


def _count(connection: Connection, condition: str, workflow: str) -> int:
    found = first(
        connection,
        f"SELECT COUNT(*) FROM cases WHERE workflow = :workflow AND {condition}",  # noqa: S608 - ours
        workflow=workflow,
    )
    return int(found[0]) if found else 0


def _moving(new: Stored, at: datetime) -> dict[str, Any]:
    return {
        "id": new.case.id,
        "state": new.case.state,
        "kind": new.kind,
        "in_force": int(new.kind == "in_force"),
        "version": new.case.version,
        "seq": new.seq,
        "head": new.head,
        "at": instant(at),
        "body": canonical(new.case.body).decode(),
    }


def _organisation_json(of: Organisation) -> dict[str, str]:
    return {
        "id": of.id,
        "name": of.name,
        "level": of.level,
        "city": of.city,
        "county": of.county,
        "kind": of.kind,
    }


@lru_cache(1024)
def _organisation(text: str) -> Organisation:
    """Frozen, hence shared: a work list names the same few hundred organisations again and again."""
    return Organisation(**unpack(text))


def _stored(row: Row) -> Stored:
    case_id, workflow, definition_version, digest, applicant, state, version, opened_at, body, seq, head, kind = row
    try:
        whose, told = _organisation(applicant), unpack(body)
    except (ValueError, TypeError, KeyError) as error:
        fix = "请勿再办理；用最近一次核对无误的备份恢复：zhuli db restore 备份文件"
        raise IntegrityBroken(f"事项 {case_id} 的记录已损坏，无法读取", fix=fix) from error
    case = Case(
        id=case_id,
        workflow=workflow,
        definition_version=definition_version,
        digest=digest,
        applicant=whose,
        state=state,
        version=version,
        opened_at=opened_at,
        body=told,
    )
    return Stored(case, seq, bytes(head), kind)
