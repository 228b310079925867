"""Registers as the faces tell them: which there are, and a page of one with what its columns hold."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.services.registers.pages import RegisterPage
from zhuli_flow.services.registers.register import BUILTIN, Table, listed, workflows


class RegisterNamed(msgspec.Struct, frozen=True):
    """A register by the ``name`` it is asked for: of all ``cases`` of a workflow, declared in one, or a standing one.

    ``of_case``: it has rows only for a single case.
    """

    name: str
    of_case: bool
    title: str
    workflow: str | UnsetType = UNSET
    register: str | UnsetType = UNSET
    cases: int | UnsetType = UNSET


class ColumnShown(msgspec.Struct, frozen=True):
    """A column: how it is called, and of which type and unit its cells are."""

    name: str
    title: str
    type: str
    unit: str


class RegisterShown(msgspec.Struct, frozen=True):
    """A page of a register: its rows by column, how many there are in all, and where the next page begins."""

    register: str
    title: str
    columns: tuple[ColumnShown, ...]
    rows: tuple[Line, ...]
    total: int
    next: str


def every(office: Office) -> tuple[RegisterNamed, ...]:
    """Every register there is: of workflows, declared ones (those of a single case last), standing ones."""
    whole = [
        RegisterNamed(one.workflow, of_case=False, title=one.title, workflow=one.workflow, cases=one.cases)
        for one in workflows(office)
    ]
    declared = [
        RegisterNamed(f"{one.workflow}.{one.register}", one.of_case, one.title, one.workflow, one.register)
        for one in sorted(listed(office), key=lambda one: one.of_case)
    ]
    standing = [RegisterNamed(name, of_case=False, title=title) for name, title in BUILTIN.items()]
    return (*whole, *declared, *standing)


def of_page(name: str, found: RegisterPage) -> RegisterShown:
    """A page of the register that was asked for by ``name``."""
    table = found.table
    return RegisterShown(name, table.title, columns_of(table), table.rows, found.total, found.next)


def columns_of(table: Table) -> tuple[ColumnShown, ...]:
    """What its columns hold."""
    return tuple(
        ColumnShown(name, title, table.types.get(name, "text"), table.units.get(name, ""))
        for name, title in table.columns
    )
