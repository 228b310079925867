"""``zhuli post …``: what leaves the house, and what could not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting

post = Group(
    "post",
    help="渠道：未送达的信、重新投递、日历订阅。",
    examples="""
    zhuli post list
    zhuli post retry
    """,
)


@post.command(
    "list",
    help="列出多次投递仍未送达的信，写明原因。",
    examples="""
    zhuli post list
    zhuli post list --json
    """,
)
@click.pass_obj
def list_(context: Context) -> None:
    """List what was given up."""
    from zhuli_flow.services.delivery.deliver import undelivered

    found = undelivered(context.office)

    def words(out: Any) -> None:
        out.print(f"未送达 {len(found)} 封" if found else "没有未送达的信。", style="bold")
        for one in found:
            out.print(f"  {one.to}：{one.title}（{one.error}）", soft_wrap=True)

    context.tell({"undelivered": found}, words, "post retry" if found else "sweep")


@post.command(
    "retry",
    help="未送达的信全部重新投递；请先按原因处理好渠道设置。",
    examples="""
    zhuli post retry
    zhuli post retry --json
    """,
)
@click.pass_obj
def retry(context: Context) -> None:
    """Give everything another round."""
    from zhuli_flow.services.delivery.deliver import retry as again

    count = again(context.office)
    context.tell({"retried": count}, lambda out: out.print(f"重新投递 {count} 封", style="bold"), "sweep")


@post.command(
    "feed",
    help="某人应办的期限，写成日历文件（.ics），供日历软件订阅。",
    examples="""
    zhuli post feed --as 省科协学会学术部经办 --out 期限.ics
    zhuli post feed --as 沈阳市科协经办 --out /tmp/期限.ics --json
    """,
)
@acting()
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), metavar="文件", help="写到这个文件")
@click.pass_obj
def feed(context: Context, person: str, target: Path) -> None:
    """Write the calendar of a person's deadlines."""
    from zhuli_flow.services.deadlines.ics_feed import feed as written
    from zhuli_flow.support.new_file import write_over

    text = written(context.office, context.admit(person))
    write_over(target, text.encode())
    told = {"file": str(target), "events": text.count("BEGIN:VEVENT")}
    context.tell(told, lambda out: out.print(f"写了 {told['events']} 个期限：{target}", soft_wrap=True), "todo --help")
