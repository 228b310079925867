"""Collections (统计报送): cases that gather a return from each of many units, and how the totals of each are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line


@dataclass(frozen=True, slots=True)
class Collection:
    """What a definition says of the returns that a case gathers.

    ``register`` (``WORKFLOW.NAME``) is put together, ``members`` holds every return; ``returns`` is the workflow of the
    returns; ``rule``: the act that fills in which names are one (empty: there is none), ``rulings`` its field.
    """

    workflow: str
    title: str
    register: str
    members: str
    returns: str
    rule: str
    rulings: str


def collections(office: Office) -> list[Collection]:
    """What every definition in use gathers."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    return [found for book in books if (found := _of(book)) is not None]


def of_case(office: Office, case_id: str) -> Collection:
    """What this case gathers, by its own definition. Raises NotFound for a case that gathers nothing."""
    with office.database.read() as connection:
        book = lookup.definition(connection, office, lookup.stored(connection, case_id).case.digest)
    found = _of(book)
    if found is None:
        raise NotFound(f"{case_id} 不是统计报送的通知，没有汇总", fix="请从“统计”中选择")
    return found


def _of(book: Workflow) -> Collection | None:
    """The first of its registers of one case that is put together."""
    for name, register in book.registers.items():
        if register.total is None or not register.linked_by or not register.total.head:
            continue
        whole, field = next(iter(register.total.head.values())), register.total.same or ""
        rule = next((one.name for one in book.events.values() if field in {ask.name for ask in one.fill}), "")
        returns = book.registers[whole].workflow
        return Collection(book.name, book.title, f"{book.name}.{name}", f"{book.name}.{whole}", returns, rule, field)
    return None


def ruled(rows: Json, decided: Sequence[tuple[str, str, bool]]) -> list[Json]:
    """The rows of rulings on names, with these added: each (name, other, whether they are one)."""
    before = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    rows_of: list[Json] = [_as_typed(row) for row in before]
    for one, other, same in decided:
        rows_of.append({"name": one, "same_as": other, "same": "是" if same else "否"})
    return rows_of


def _as_typed(row: Line) -> Line:
    """A row as a person would type it again."""
    same = row.get("same")
    return {**row, "same": None if same is None else "否" if same is False else "是"}
