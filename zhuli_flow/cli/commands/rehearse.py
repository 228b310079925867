"""``zhuli rehearse``: what is going to happen by a day, if nobody does anything; on a copy, nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context, os_user
from zhuli_flow.cli.framework.options import Day
from zhuli_flow.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from zhuli_flow.services.rehearsal.rehearse import Rehearsal

WORDS = {"remind": "提醒", "overdue": "逾期", "fire": "自动办理", "refused": "办不成", "letter": "公文"}
MOST = 3
"""Receivers named in a line."""


@click.command(
    "rehearse",
    cls=Command,
    help="演练到某日：若无人办理，哪天会提醒谁、什么逾期、什么自动办理、要印发什么公文。"
    "在副本上进行，不改动任何内容，不发送，不印发。",
    examples="""
    zhuli rehearse --until 2028-12-31 --assume 2027=weekends
    zhuli rehearse --until 2021-12-31 --programme
    """,
)
@click.option("--until", required=True, type=Day(), metavar="日期", help="演练到这一天为止（含）")
@click.option("--as", "person", metavar="人员", help="只列会送到此人的（按姓名、角色和管辖）")
@click.option("--assume", multiple=True, metavar="年=weekends", help="假设某年只有周末和法定固定节日放假，可写多次")
@click.option(
    "--assume-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="文件",
    help="假设某年的放假安排如此（JSON，写法同日历文件），可写多次",
)
@click.option("--ics", type=click.Path(path_type=Path), metavar="文件", help="另存为日历文件（iCalendar）")
@click.option("--programme", is_flag=True, help="不用本单位的数据，把样例“三年走一遍”")
@click.pass_obj
def rehearse(
    context: Context,
    until: date,
    person: str | None,
    assume: Sequence[str],
    files: Sequence[Path],
    ics: Path | None,
    programme: bool,
) -> None:
    """Walk into the future on a copy and list what comes."""
    if ics is not None and ics.exists():
        raise InvalidInput(f"{ics} 已经存在，未覆盖，未演练", fix="请换一个文件名")
    if programme and (person or assume or files):
        raise UsageError("--programme 演的是样例，不与 --as、--assume、--assume-file 同用", fix="请去掉其中之一")
    with context.working(f"正在演练到 {until}"):
        told = _programme(until) if programme else _office(context, until, person, assume, files)
    if ics is not None:
        from zhuli_flow.services.rehearsal import rehearse as walk
        from zhuli_flow.support.new_file import write_new

        write_new(ics, walk.ics(told).encode())
    document = {
        "from": told.since.isoformat(timespec="seconds"),
        "until": told.until.isoformat(),
        "assumed": told.assumed,
        "moved": told.moved,
        "items": told.items,
        "ics": str(ics) if ics else None,
    }
    context.tell(document, lambda out: _show(out, told, ics), "" if programme else "deadline list")


def _office(
    context: Context, until: date, person: str | None, assume: Sequence[str], files: Sequence[Path]
) -> Rehearsal:
    from zhuli_flow.services.rehearsal.rehearse import rehearse as walk

    return walk(context.office, until, assume, files, context.admit(person) if person else "")


def _programme(until: date) -> Rehearsal:
    """The sample story in a home of its own, which is gone afterwards."""
    from zhuli_flow import bootstrap
    from zhuli_flow.cli.commands.demo import FIRST_NUMBERS, START, STORY
    from zhuli_flow.clock import RehearsalClock, parse_instant
    from zhuli_flow.services.rehearsal.rehearse import tell_story
    from zhuli_flow.settings import Settings
    from zhuli_flow.support.scratch import scratch

    clock = RehearsalClock(parse_instant(START))
    with scratch() as folder:
        home = folder / "home"
        chosen = Settings(rehearsal=True, number_first=FIRST_NUMBERS)
        bootstrap.make_home(home, chosen, start=clock.now(), sampled=True, os_user=os_user())
        office = replace(bootstrap.open_office(home, os_user=os_user()), clock=clock)
        try:
            return tell_story(office, clock, bootstrap.sample(STORY), until)
        finally:
            office.database.close()


def _show(out: Console, told: Rehearsal, ics: Path | None) -> None:
    """The list by date, after what was assumed and what that moved."""
    from zhuli_flow.cli.views.primitives import day

    for title in told.assumed:
        out.print(title, style="yellow", soft_wrap=True)
    for moved in told.moved:
        out.print(f"  {moved.case} {moved.applicant}：{moved.text}", style="yellow", soft_wrap=True)
    for on, items in groupby(told.items, lambda one: one.on):
        out.print(day(on.isoformat()), style="bold")
        for one in items:
            to = f" → {_who(one.to_titles)}" if one.to_titles else ""
            name = "" if one.text.startswith(one.applicant) else f"{one.applicant}："
            out.print(f"  {WORDS[one.kind]}  {one.case} {name}{one.text}{to}", soft_wrap=True)
    out.print(_sum(told), style="bold", soft_wrap=True)
    if ics is not None:
        out.print(f"日历文件：{ics}", soft_wrap=True)


def _who(titles: Sequence[str]) -> str:
    """The first few; JSON has them all."""
    more = f"等 {len(titles)} 方" if len(titles) > MOST else ""
    return "、".join(titles[:MOST]) + more


def _sum(told: Rehearsal) -> str:
    counts: dict[str, Any] = {kind: sum(one.kind == kind for one in told.items) for kind in WORDS}
    found = [f"{WORDS[kind]} {count} 项" for kind, count in counts.items() if count]
    return f"到 {told.until} 为止，若无人办理：{'，'.join(found) or '没有将要发生的事'}"
