"""``zhuli calendar …``: each year's holidays, taking in new ones, and bringing the deadlines along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import administering

if TYPE_CHECKING:
    from zhuli_flow.calendar import Calendar

calendar = Group(
    "calendar",
    help="工作日日历：每年的放假和调休，注明出处；导入新的安排，据此重算期限。",
    examples="""
    zhuli calendar show 2018
    zhuli calendar import 2027.json
    """,
)


def is_home(context: Context) -> bool:
    """Whether there is a home where this run would look for one."""
    from zhuli_flow.settings import FILE

    return (context.home / FILE).exists()


def book_of(context: Context) -> Calendar:
    """The calendar of the home, with what its office imported; without a home the one that comes with the program."""
    from zhuli_flow.calendar import bundled

    return context.office.calendar if is_home(context) else bundled()


@calendar.command(
    "show",
    help="某一年的放假和调休上班日，每一天注明依据的通知；随程序附带的还是本单位导入的，校验值多少。",
    examples="""
    zhuli calendar show 2018
    zhuli calendar show 2027 --json
    """,
)
@click.argument("year", type=click.IntRange(1949, 2200), metavar="年")
@click.pass_obj
def show(context: Context, year: int) -> None:
    """Show a year; needs no home."""
    from zhuli_flow.cli.views.lists import calendar as page
    from zhuli_flow.services.deadlines import calendar as room

    imported = room.imported_years(context.office) if is_home(context) else {}
    told = room.year(book_of(context), year, imported.get(year))
    context.tell(told, lambda out: page(out, told), f"deadline calc --from {year}-01-02 --within 5wd")


@calendar.command(
    "import",
    help="导入一年的放假安排（JSON，照国务院办公厅通知写成）；有一处错就全部不导入。期限不随之移动，须再重算。",
    examples="""
    zhuli calendar import 2027.json --dry-run
    zhuli calendar import 2027.json
    """,
)
@click.argument("file", metavar="文件")
@click.option("--dry-run", "dry_run", is_flag=True, help="只检查、试算，不导入")
@administering()
@click.pass_obj
def import_(context: Context, file: str, dry_run: bool, officer: str | None) -> None:
    """Import a year's holidays."""
    from zhuli_flow.cli.views.lists import calendar_imported as page
    from zhuli_flow.services.deadlines.calendar import import_file

    context.in_charge(officer, "导入放假安排", "administrator")
    context.after_error = f"calendar import {file} --dry-run"
    with context.working("正在导入放假安排"):
        told = import_file(context.office, Path(file), dry_run=dry_run)
    after = f"calendar import {file}" if dry_run else "calendar recompute --dry-run"
    context.tell(told, lambda out: page(out, told), after if told.changed else f"calendar show {told.year}")


@calendar.command(
    "recompute",
    help="按现有日历重算所有未了结的期限：移动的列出新旧，记入留痕，重排提醒，告知经办人。重复运行不会重复。",
    examples="""
    zhuli calendar recompute --dry-run
    zhuli calendar recompute
    """,
)
@click.option("--dry-run", "dry_run", is_flag=True, help="只列出会怎样，不作改动")
@administering()
@click.pass_obj
def recompute(context: Context, dry_run: bool, officer: str | None) -> None:
    """Bring every live deadline along."""
    from zhuli_flow.cli.views.lists import recomputed as page
    from zhuli_flow.services.deadlines import calendar as room

    context.in_charge(officer, "重算期限", "administrator")
    with context.working("正在重算期限"):
        told = room.recompute(context.office, dry_run=dry_run)
    changed = dry_run and any((told.moved, told.rest, told.certain, told.provisional))
    context.tell(told, lambda out: page(out, told), "calendar recompute" if changed else "deadline list")
