"""``zhuli clock …``: what time it is here; a rehearsal's clock can be moved, forwards only."""

from __future__ import annotations

from datetime import datetime, time

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import Instant

clock = Group(
    "clock",
    help="看时钟；演练环境中还可以拨快。",
    examples="""
    zhuli clock show
    zhuli clock advance 30d
    """,
)


@clock.command(
    "show",
    help="现在是什么时候，用的是哪个钟。",
    examples="""
    zhuli clock show
    zhuli clock show --json
    """,
)
@click.pass_obj
def show(context: Context) -> None:
    """Tell the time."""
    office = context.office
    now = office.clock.now()
    document = {"now": now.isoformat(), "rehearsal": office.rehearsal, "today": office.today.isoformat()}
    kind = "演练时钟" if office.rehearsal else "本机时钟"
    working = "工作日" if office.calendar.is_working(office.today) else office.calendar.describe(office.today)
    context.tell(document, lambda out: out.print(f"{_spell(now)}（北京时间，{kind}，{working}）"), "sweep")


@clock.command(
    "set",
    help="把演练时钟拨到某一时刻（北京时间），不能早于最近一条留痕。",
    examples="""
    zhuli clock set 2018-12-10
    zhuli clock set 2018-12-10T15:30
    """,
)
@click.argument("instant", type=Instant(), metavar="时刻")
@click.pass_obj
def set_(context: Context, instant: datetime) -> None:
    """Set a rehearsal clock."""
    _move(context, instant)


@clock.command(
    "advance",
    help="把演练时钟拨快一段：30d 天、5wd 工作日、6m 月、3y 年。",
    examples="""
    zhuli clock advance 30d
    zhuli clock advance 5wd
    """,
)
@click.argument("step", metavar="时长")
@click.pass_obj
def advance(context: Context, step: str) -> None:
    """Advance a rehearsal clock by a period; the time of day stays."""
    from zhuli_flow.calendar import due_date, parse_period
    from zhuli_flow.clock import SHANGHAI

    office = context.office
    now = office.clock.now().astimezone(SHANGHAI)
    day = due_date(office.today, parse_period(step), office.calendar).day
    _move(context, datetime.combine(day, time(now.hour, now.minute, now.second), SHANGHAI))


def _move(context: Context, instant: datetime) -> None:
    from zhuli_flow.services.administration.upkeep import set_clock

    context.after_error = "clock show"
    before, after = set_clock(context.office, instant)
    document = {"before": before.isoformat(), "now": after.isoformat()}
    context.tell(document, lambda out: out.print(f"演练时钟：{_spell(before)} → {_spell(after)}"), "sweep")


def _spell(instant: datetime) -> str:
    from zhuli_flow.services.administration.upkeep import spell

    return spell(instant)
