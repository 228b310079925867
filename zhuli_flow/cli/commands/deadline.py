"""``zhuli deadline …``, ``zhuli sweep``: limits, and what falls due."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

import rich_click as click

from zhuli_flow.cli.framework.commands import Command, Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import Day, acting, looking
from zhuli_flow.errors import UsageError

deadline = Group(
    "deadline",
    help="期限：计算、列出。",
    examples="""
    zhuli deadline calc --from 2018-09-20 --within 5wd
    zhuli deadline list --before 2018-12-31
    """,
)


@deadline.command(
    "calc",
    help="从某日起算一段时间，末日是哪天、为什么：5wd 工作日、10d 天、6m 月、3y 年，往前推写负数。",
    examples="""
    zhuli deadline calc --from 2018-12-10 --within 3y --roll next
    zhuli deadline calc --from 2019-10-30 --within 5wd --inclusive --before-close
    """,
)
@click.option("--from", "start", required=True, type=Day(), metavar="日期", help="起算日（当日不计入）")
@click.option("--within", required=True, metavar="时长", help="如 5wd、10d、6m、3y、-3m")
@click.option(
    "--roll",
    default="none",
    type=click.Choice(["none", "next"]),
    metavar="none|next",
    help="末日逢休息日：none 不顺延（默认），next 顺延",
)
@click.option("--inclusive", "included", is_flag=True, help="首日计入，如公示写明起止日期的（只用于工作日）")
@click.option("--before-close", "before_close", is_flag=True, help="写明“下班前”的：一并给出末日的下班时刻")
@click.pass_obj
def calc(
    context: Context, start: date, within: str, roll: Literal["none", "next"], included: bool, before_close: bool
) -> None:
    """Calculate a deadline; needs no home, but counts by the calendar and the hours of the one there is."""
    from zhuli_flow.calendar import due_date, inclusive, parse_period
    from zhuli_flow.cli.commands.calendar import book_of
    from zhuli_flow.errors import UsageError

    book, period = book_of(context), parse_period(within)
    if included and (period.unit != "wd" or roll == "next"):
        raise UsageError("--inclusive 只用于工作日，末日总是工作日，不再顺延。", fix="时长写成 5wd 的样子，去掉 --roll")
    found = inclusive(start, period.count, book) if included else due_date(start, period, book, roll)
    told: dict[str, Any] = {"due": found.day.isoformat(), "provisional": found.provisional, "why": list(found.why)}
    if before_close:
        told.update(_closing(context, found.day, book.is_working(found.day)))
    context.tell(told, lambda out: _calculated(out, told), f"calendar show {found.day.year}")


def _closing(context: Context, last: date, working: bool) -> dict[str, Any]:
    """When the office of this home (without one: the default) closes on that day."""
    from zhuli_flow.calendar import BusinessHours
    from zhuli_flow.cli.commands.calendar import is_home
    from zhuli_flow.settings import load

    hours = load(context.home).hours if is_home(context) else BusinessHours()
    why = f"{hours.closes_at(last):%H:%M} 下班，至此截止（民法典第二百零三条：有业务时间的，以停止业务活动为准）"
    rest = [] if working else ["这一天是休息日：请向接收单位问明是否收件，或改定日期"]
    return {
        "closes": f"{hours.closes_at(last):%H:%M}",
        "closes_at": hours.closing(last).isoformat(),
        "closes_why": [why, *rest],
    }


def _calculated(out: Any, told: dict[str, Any]) -> None:
    closes = f" {told['closes']} 下班前" if "closes" in told else ""
    out.print(f"{told['due']}{closes}{'（暂定）' if told['provisional'] else ''}", style="bold")
    for line in (*told["why"], *told.get("closes_why", ())):
        out.print(f"  {line}", soft_wrap=True)


@deadline.command(
    "list",
    help="列出正在走的期限，先届满的在前，中止的在后。",
    examples="""
    zhuli deadline list --before 2018-12-31
    zhuli deadline list --case SFQ-2018-0001
    """,
)
@click.option("--case", "case_id", metavar="事项", help="只列这一件")
@click.option("--before", type=Day(), metavar="日期", help="此日或之前届满")
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="个数", help="一页列多少个")
@click.option("--after", default="", metavar="起点", help="下一页：填上一页末尾给出的起点")
@looking()
@click.pass_obj
def list_(
    context: Context, case_id: str | None, before: date | None, limit: int, after: str, person: str | None
) -> None:
    """List open deadlines."""
    from zhuli_flow.cli.views.lists import deadlines as page
    from zhuli_flow.services.cases import open_deadlines

    found = open_deadlines.page(context.seen_by(person), before, case_id, limit=limit, after=after)
    step = f"case show {found.lines[0].case}" if found.lines else "case list"
    context.tell(found.json("deadlines"), lambda out: page(out, found.lines, found.total, found.next), step)


@click.command(
    "sweep",
    cls=Command,
    help="巡检一次：到今天为止该提醒的提醒，该告知逾期的告知，到期自动办理的办理。重复运行不会重复提醒。",
    examples="""
    zhuli sweep --json
    zhuli sweep --confirm-clock --as 省科协学会学术部经办
    """,
)
@click.option("--confirm-clock", is_flag=True, help="时钟有过大的跳动时：已核对无误，办理因此搁下的事（须写明 --as）")
@acting(required=False)
@click.pass_obj
def sweep(context: Context, confirm_clock: bool, person: str | None) -> None:
    """Do what is due, print the documents that this ordered, send what leaves the house."""
    from zhuli_flow.bootstrap import post_of
    from zhuli_flow.cli.views.lists import sweep as page
    from zhuli_flow.services.administration.duties import once
    from zhuli_flow.services.deadlines import sweep as room

    if confirm_clock:
        if not person:
            raise UsageError("确认时钟要写明由谁确认", fix="请加上 --as 人员")
        room.confirm_clock(context.office, context.admit(person))
    with context.working("正在巡检"):
        done = once(context.office, post_of)
    told = {**asdict(done.sweep), "items": done.sweep.items}
    told |= {"notices": done.issue, "digest": done.digest, "delivery": done.deliver}
    context.tell(told, lambda out: page(out, done), "case list --light 红")
