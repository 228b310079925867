"""The editions of a total: what an act kept of it at the time, read from history, where nothing changes any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhuli_flow.clock import local_date, local_minute, parse_instant
from zhuli_flow.definitions.model.workflow import START, Field, SetField, Workflow
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.totals import asked_for, number
from zhuli_flow.store import audit
from zhuli_flow.workbooks import table as paper
from zhuli_flow.workbooks.entry import Entry


@dataclass(frozen=True, slots=True)
class Edition:
    """What one act kept: the ``number`` of the edition (from 1), the act's title, who did it, when (ISO, UTC).

    ``version`` is that of the case after the act; ``told`` the numbers the act filled in besides, by their titles;
    ``rows`` the totals in words, by the columns of ``field``.
    """

    number: int
    version: int
    at: str
    event: str
    person: str
    opinion: str
    told: tuple[tuple[str, Json], ...]
    field: Field
    rows: tuple[Values, ...]


def editions(office: Office, name: str, case_id: str) -> tuple[Edition, ...]:
    """Every edition kept of the register ``WORKFLOW.NAME`` of a case, the oldest first; none where none are kept.

    They are replayed from the case's own entries. Raises NotFound, InvalidInput as ``totals.total``.
    """
    with office.database.read() as connection:
        found, plan = asked_for(connection, office, name, case_id)
        entries = audit.entries(connection, case_id) if plan.kept_in else []
    if plan.kept_in is None:
        return ()
    bodies = (json.loads(one.body) for one in entries)
    kept = _kept(found.book, found.case, plan.kept_in, bodies)
    return tuple(_edition(found.book, plan.kept_in, place, *one) for place, one in enumerate(kept, 1))


def edition(office: Office, name: str, case_id: str, wanted: int) -> Edition:
    """One edition by its number. Raises NotFound with those there are, InvalidInput where none are kept."""
    found = editions(office, name, case_id)
    if not found:
        raise InvalidInput(f"{case_id} 的“{name}”还没有锁定的版次", fix="汇总锁定之后才有")
    if not 0 < wanted <= len(found):
        raise NotFound(f"没有第 {wanted} 版", fix=f"现有第 1 至第 {len(found)} 版")
    return found[wanted - 1]


def _kept(
    book: Workflow, case: Case, field: str, bodies: Iterator[dict[str, Any]]
) -> Iterator[tuple[Case, dict[str, Any]]]:
    """The case after every act that keeps the totals in ``field``, with the body of its entry."""
    keeping = {
        event.name
        for event in book.events.values()
        if any(isinstance(effect, SetField) and effect.name == field for effect in event.effects)
    }
    case = case.having(body={}, state=START, version=0)
    for body in bodies:
        case = changes.apply(case, changes.from_json(body.get("changes", ())))
        if body["kind"] == "move" and body["event"] in keeping:
            yield case, body


def _edition(book: Workflow, field: str, place: int, case: Case, body: dict[str, Any]) -> Edition:
    event, rows = book.events[str(body["event"])], case.fields.get(field)
    counted = (book.fields[one.name] for one in event.effects if isinstance(one, SetField) and one.name in book.fields)
    told = tuple((one.title, case.fields.get(one.name)) for one in counted if one.type == "int")
    return Edition(
        place,
        int(body["version"]),
        str(body["at"]),
        event.title,
        str(body["actor"]["person"]),
        str(body.get("opinion") or ""),
        told,
        book.fields[field],
        tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else (),
    )


def only(found: Edition, part: str) -> Edition:
    """The edition with one of its rows. Raises NotFound with those there are."""
    rows = tuple(row for row in found.rows if row.get("number") == part)
    if not rows:
        known = "、".join(str(row.get("number")) for row in found.rows[:60])
        raise NotFound(f"汇总表没有“{part}”这一项", fix=f"可用：{known}")
    return replace(found, rows=rows)


def face(found: Edition) -> tuple[str, ...]:
    """Which edition it is, who made it when, and the numbers told with it."""
    at = local_minute(parse_instant(found.at))
    lines = [f"第 {found.number} 版：{at} {found.event}，{found.person}（事项第 {found.version} 版）；锁定之后不再改变"]
    lines.append("、".join(f"{title} {value}" for title, value in found.told if value is not None))
    return (*lines, f"办理意见：{found.opinion}") if found.opinion else tuple(lines)


def printed(found: Edition, title: str) -> paper.Table:
    """The edition as a plain table, numbers as numbers."""
    columns = found.field.columns
    headings = tuple(paper.Heading(column.name, column.title, column.unit) for column in columns)
    rows = [{column.name: _cell(column.name, row.get(column.name)) for column in columns} for row in found.rows]
    return paper.Table(f"{title}（第 {found.number} 版）", headings, rows, (*face(found), "各栏有重叠，不得相加"))


def _cell(name: str, value: Json) -> Entry:
    return None if value is None else str(value) if name in {"number", "item"} else number(str(value))


def told_of(found: Sequence[Edition]) -> str:
    """One line on the editions there are; empty without any."""
    days = "、".join(local_date(parse_instant(one.at)).isoformat() for one in found)
    return f"已锁定 {len(found)} 版（{days}），查看加 --edition 版次" if found else ""
