"""Registers (台账) as lists: the rows that a definition's register has, for a face to print or write to a file.

Every workflow has one more that nobody declares: all of its cases, with state, lights and every field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from zhuli_flow.clock import local_date, parse_instant
from zhuli_flow.definitions.model.expressions import Name, walk
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import Field, Workflow
from zhuli_flow.engine.deadlines.lights import lights
from zhuli_flow.engine.expressions.case_scope import CaseScope, cell, held
from zhuli_flow.engine.expressions.values import plain
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.naming import name_of
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import facts
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.store import cases
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.vocabulary import UNIT_KINDS


@dataclass(frozen=True, slots=True)
class Table:
    """A register at one moment: ``columns`` as (name, title); ``rows`` by column, JSON-safe, None for blank.

    ``types`` and ``units`` of the columns that are fields; ``states``: the title of each state by its name; ``keys``
    tell the rows apart, in their order: cases by number, papers by id, people by name.
    """

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Line, ...]
    types: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


BUILTIN = {"documents": "公文台账", "people": "人员台账", "entrustments": "委托台账"}
"""The registers that there are whatever the workflows; ``registers.builtin`` makes them."""
_TITLES = {
    "case": "事项编号",
    "state": "环节",
    "applicant.id": "单位编号",
    "applicant.name": "单位",
    "applicant.kind": "类别",
    "applicant.city": "市",
    "applicant.county": "区县",
    "opened_on": "开启日期",
    "light_step": "本环节",
    "light_case": "全事项",
    "due_on": "本环节末日",
}
_OF_CASE = ("case", "applicant.name", "applicant.city", "applicant.county", "state")
_OF_MOMENT = ("light_step", "light_case", "due_on", "opened_on")


class DeclaredRegister(msgspec.Struct, frozen=True):
    """A register that a definition in use declares; ``of_case``: it has rows only for a single case."""

    workflow: str
    register: str
    title: str
    of_case: bool


class OwnRegister(msgspec.Struct, frozen=True):
    """The register that a workflow in use has of itself, with how many cases it has."""

    workflow: str
    title: str
    cases: int


def listed(office: Office) -> list[DeclaredRegister]:
    """Every register that a definition in use declares."""
    with office.database.read() as connection:
        found = lookup.every_latest(connection, office)
    return [
        DeclaredRegister(one.name, name, register.title, of_case(register))
        for one in found
        for name, register in one.registers.items()
    ]


def of_case(register: Register) -> bool:
    """Whether it has rows only for one case: linked to it, or chosen by what that case says (``this.…``)."""
    named = (node.text for rule in register.where for node in walk(rule) if isinstance(node, Name))
    return register.linked_by is not None or any(name.startswith("this.") for name in named)


def workflows(office: Office) -> list[OwnRegister]:
    """The register that every workflow in use has of itself."""
    with office.database.read() as connection:
        found = lookup.every_latest(connection, office)
        counts = cases.counts(connection, reading.reach(connection, office, "registers"))
    return [OwnRegister(one.name, f"{one.title}台账", sum(counts.get(one.name, {}).values())) for one in found]


def find(office: Office, name: str, case_id: str = "") -> Table:
    """The register called ``WORKFLOW`` (all its cases) or ``WORKFLOW.NAME``.

    Raises NotFound (no such workflow, register or case), InvalidInput for one of a single case without ``case_id``.
    """
    workflow, found, register = name.partition(".")
    if not found:
        return every_case(office, workflow)
    single = {(one.workflow, one.register): one.of_case for one in listed(office)}
    if single.get((workflow, register)) and not case_id:
        raise InvalidInput(f"台账“{name}”是一件事项的台账，须说明是哪一件", fix="请加 --case 事项编号")
    return table(office, workflow, register, case_id)


def named(office: Office, name: str) -> str:
    """The name of the register that is called so, or has that title; ``name`` itself where nothing does."""
    if name in BUILTIN.values():
        return next(known for known, title in BUILTIN.items() if title == name)
    with office.database.read() as connection:
        books = {one.name: one for one in lookup.every_latest(connection, office)}
    workflow, found, register = name.partition(".")
    workflow = name_of(workflow.removesuffix("台账"), books) if workflow not in books else workflow
    if workflow in books:
        return f"{workflow}{found}{name_of(register, books[workflow].registers)}"
    titled = [
        f"{book.name}.{key}" for book in books.values() for key, one in book.registers.items() if one.title == name
    ]
    return titled[0] if len(titled) == 1 else name


def screen_order(columns: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Columns as a screen shows the first of them: which case, then what is the workflow's own, then the rest."""
    first = ("case", "applicant.name", "state")
    return sorted(columns, key=lambda one: (one[0] not in first, one[0] in _TITLES))


def every_case(office: Office, workflow: str) -> Table:
    """All cases of a workflow as rows, by number, each read by its own definition. Raises NotFound."""
    with office.database.read() as connection:
        head = blank(connection, office, workflow)
        return replace(head, rows=tuple(rows_of(connection, office, head, of_reader(connection, office, head.name))))


def of_reader(connection: Connection, office: Office, workflow: str) -> Filter:
    """What of a workflow the reader finds in its register."""
    return Filter(workflow=workflow, reach=reading.reach(connection, office, "registers"))


def blank(connection: Connection, office: Office, workflow: str) -> Table:
    """The register of all cases of a workflow, without its rows: its columns are the fields of every version there was.

    Raises NotFound.
    """
    book = lookup.latest(connection, office, workflow)
    fields = _fields(book, lookup.every_version(connection, office, workflow))
    alone = {ask.name for sheet in book.sheets.values() for ask in book.forms[sheet.form].fields}
    columns = (*_OF_CASE, *_OF_MOMENT, *(name for name in fields if name not in alone))
    return _made(book.name, f"{book.title}台账", tuple((one, one) for one in columns), (), fields, book)


def rows_of(connection: Connection, office: Office, head: Table, wanted: Filter, after: str = "") -> Iterator[Line]:
    """The rows of the cases that fit, by number, those behind the case ``after``; made as they are asked for."""
    now = Facts(office.clock.now(), office.calendar, hours=office.hours)
    columns = tuple(column for column, _ in head.columns)
    for stored in cases.by_number(connection, wanted, after, of="row"):
        yield _row(CaseScope(lookup.definition(connection, office, stored.case.digest), stored.case, now), columns)


def _fields(book: Workflow, others: Iterable[Workflow]) -> dict[str, Field]:
    """The fields of the newest definition, then those that only earlier ones have."""
    found = dict(book.fields)
    for one in {other.digest: other for other in others}.values():
        found |= {name: field for name, field in one.fields.items() if name not in found}
    return found


def _row(view: CaseScope, columns: tuple[str, ...]) -> Line:
    step, whole = lights(view.workflow, view.case, local_date(view.facts.now), view.calendar, view.facts.now)
    moment: Line = {
        "light_step": step.word,
        "light_case": whole.word,
        "due_on": step.due_on or None,
        "opened_on": local_date(parse_instant(view.case.opened_at)).isoformat(),
    }
    known, given = view.workflow.fields, view.case.fields
    return {
        column: moment[column]
        if column in moment
        else given.get(column)  # as it was given: 不适用 stays apart from blank
        if column in known
        else _shown(view, column)
        for column in columns
    }


def _made(
    name: str,
    title: str,
    keyed: tuple[tuple[str, str], ...],
    rows: tuple[Line, ...],
    fields: Mapping[str, Field],
    book: Workflow | None,
) -> Table:
    """The table of columns (key, column): the key is what rows have, the heading always that of the column."""
    known = {key: fields[column] for key, column in keyed if column in fields}
    return Table(
        name,
        title,
        tuple((key, known[key].title if key in known else _TITLES.get(column, column)) for key, column in keyed),
        rows,
        {"due_on": "date", "opened_on": "date"} | {key: field.type for key, field in known.items()},
        {key: field.unit for key, field in known.items()},
        {state.name: state.title for state in book.states.values()} if book else {},
    )


def table(office: Office, workflow: str, name: str, case_id: str = "") -> Table:
    """The rows of register ``name``; ``case_id``: of that case, by its own definition.

    Without a case it is the newest definition's, and only a register that is not linked to one case has rows then.
    Raises NotFound for a case or a register that isn't there.
    """
    with office.database.read() as connection:
        found = gather(connection, office, asked(connection, office, workflow, name, case_id))
    return listed_as(found)


@dataclass(frozen=True, slots=True)
class Asked:
    """A register as ``book`` declares it, and the case that asks; an empty one when none does."""

    book: Workflow
    case: Case
    register: Register


@dataclass(frozen=True, slots=True)
class Gathered(Asked):
    """A register with its cases in order; ``other`` is the newest definition it looks at, when in use."""

    other: Workflow | None
    views: list[CaseScope]


def asked(connection: Connection, office: Office, workflow: str, name: str, case_id: str) -> Asked:
    """Which register ``table`` means, without looking at what it holds. Raises NotFound."""
    book, case = _book(connection, office, workflow, case_id)
    return Asked(book, case, _register(book, name))


def gather(connection: Connection, office: Office, one: Asked, part: str = "registers") -> Gathered:
    """The cases that the register holds now, as far as ``part`` of them is open to the reader."""
    reach = reading.reach(connection, office, part)
    candidates = facts.candidates(connection, office, one.register, one.case, reach)
    now = Facts(office.clock.now(), office.calendar, hours=office.hours, registers={one.register.name: candidates})
    other = lookup.newest(connection, office, one.register.workflow)
    views = held(CaseScope(one.book, one.case, now), one.register)
    return Gathered(one.book, one.case, one.register, other, views)


def listed_as(found: Gathered) -> Table:
    """The rows of a register, in the order of its cases."""
    keyed = found.register.keyed
    rows = tuple({key: _shown(view, column) for key, column in keyed} for view in found.views)
    fields = _fields(found.other, (view.workflow for view in found.views)) if found.other else {}
    made = _made(found.register.name, found.register.title, keyed, rows, fields, found.other)
    return replace(made, keys=tuple(view.case.id for view in found.views))


def headed(connection: Connection, office: Office, register: Register) -> Table:
    """A register without its rows: its columns as the versions of the workflow that it looks at have them."""
    other = lookup.newest(connection, office, register.workflow)
    versions = lookup.every_version(connection, office, register.workflow)
    fields = _fields(other, versions) if other else {}
    return _made(register.name, register.title, register.keyed, (), fields, other)


def nobodys(book: Workflow) -> Case:
    """The case that asks where none does: not opened, by nobody."""
    return Case("", book.name, book.version, book.digest, lookup.NOBODY, book.initial, 0, "", {})


def _book(connection: Connection, office: Office, workflow: str, case_id: str) -> tuple[Workflow, Case]:
    if not case_id:
        book = lookup.latest(connection, office, workflow)
        return book, nobodys(book)
    stored = reading.stored(connection, office, case_id)
    return lookup.definition(connection, office, stored.case.digest), stored.case


def _register(book: Workflow, name: str) -> Register:
    if name not in book.registers:
        known = "、".join(book.registers) or "无"
        raise NotFound(f"流程“{book.title}”没有台账“{name}”", fix=f"可用：{known}")
    return book.registers[name]


def _shown(view: CaseScope, column: str) -> Json:
    """As it was given where it is a field (不适用 stays apart from blank); a state by its title."""
    if column in view.workflow.fields:
        return view.case.fields.get(column)
    if column == "state":
        return view.workflow.states[view.case.state].title
    if column == "applicant.kind":
        return UNIT_KINDS.get(view.case.applicant.kind, view.case.applicant.kind)
    return plain(cell(view, column))
