"""``zhuli overview``: how the programme stands, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking

if TYPE_CHECKING:
    from zhuli_flow.services.registers.overview import Counted, Overview, WorkflowLine

MOST = 12
"""Organisations named in one line."""


@click.command(
    "overview",
    cls=Command,
    help="总览：名额、各环节件数与用时、各单位逾期、台账合计。不写流程则各流程一行。",
    examples="""
    zhuli overview
    zhuli overview --workflow zone_creation
    """,
)
@click.option("--workflow", default="", metavar="流程", help="只看此流程，逐环节列出")
@click.option("--limit", default=200, type=click.IntRange(1, 100_000), metavar="家数", help="--json 列多少家单位")
@looking()
@click.pass_obj
def overview(context: Context, workflow: str, limit: int, person: str | None) -> None:
    """Show the overview."""
    from zhuli_flow.services.registers.overview import overview as made

    with context.working("正在汇总"):
        told = made(context.seen_by(person), workflow, limit)
    first = told.workflows[0].workflow if told.workflows else ""
    after = "case list --light 红" if workflow or not first else f"overview --workflow {first}"
    context.tell(told, lambda out: _page(out, told, whole=not workflow), after)


def _page(out: Any, told: Overview, *, whole: bool) -> None:
    from zhuli_flow.cli.views.primitives import moment

    out.print(f"总览（{moment(told.at)}，北京时间）", style="bold")
    if not told.workflows:
        out.print("还没有事项。")
        return
    if whole:
        _lines(out, told.workflows)
    for one in told.workflows:
        _quotas(out, one)
        if not whole:
            out.print(_lit(one.lights))
            _states(out, one)
        for added in one.sums:
            blank = added.rows - added.of
            rest = f"，另 {blank} 件未填" if blank else ""
            title = added.title.removesuffix("合计")
            out.print(f"{title}合计 {added.sum} {added.unit}（{added.of} 件{rest}）", soft_wrap=True)
    late = _counts(told.overdue, told.overdue_total)
    out.print(f"逾期：{late or '没有'}", style="bold red" if late else "", soft_wrap=True)
    if late and not whole:
        out.print(
            f"轮到办理（一件可轮到几家）：{_counts(told.awaited, told.awaited_total) or '没有人'}", soft_wrap=True
        )


def _counts(found: Sequence[Counted], total: int) -> str:
    more = f"等 {total} 家" if total > MOST else ""
    return "、".join(f"{one.organisation} {one.cases} 件" for one in found[:MOST]) + more


def _lines(out: Any, found: Sequence[WorkflowLine]) -> None:
    from zhuli_flow.cli.views.primitives import table

    made = table("流程", "名称", "起草", "在办", "有效期内", "终结", "灯")
    for one in found:
        kinds = one.kinds
        counts = [str(kinds[kind]) for kind in ("initial", "open", "in_force", "final")]
        made.add_row(one.workflow, one.title, *counts, _lit(one.lights))
    out.print(made)


def _lit(lights: Mapping[str, int]) -> Any:
    """How many stand at each light, each with its word."""
    from rich.text import Text

    from zhuli_flow.cli.views.primitives import SHAPES, STYLES

    parts = [Text(f"{SHAPES[word]}{word} {number}", style=STYLES[word]) for word, number in lights.items() if number]
    return Text("  ").join(parts) if parts else Text("—")


def _quotas(out: Any, one: WorkflowLine) -> None:
    for quota in one.quotas:
        waiting = f"，候补 {quota.waiting} 件" if quota.waiting else ""
        free = quota.limit - quota.used
        left = f"还可批准 {free} 件" if free > 0 else "已满"
        used = f"名额（{quota.title}）：{quota.used}／上限 {quota.limit}，{left}{waiting}"
        out.print(f"{used}；依据：{quota.source}", soft_wrap=True)
        if quota.lacking:
            out.print(f"提醒 少于下限 {quota.at_least} 个，还差 {quota.lacking} 个", soft_wrap=True)


def _states(out: Any, one: WorkflowLine) -> None:
    from zhuli_flow.cli.views.primitives import table

    made = table("环节", "现有", "停留次数", "中位天数", "最长天数")
    for state in one.states:
        days = [_days(state.median_days), _days(state.longest_days)]
        made.add_row(state.title, str(state.cases), str(state.stays or ""), *days)
    for column in made.columns[1:]:
        column.justify = "right"
    out.print(made)


def _days(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}"
