"""``zhuli inbox …``: what came to a person, and that it has been read."""

from __future__ import annotations

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting
from zhuli_flow.errors import UsageError

inbox = Group(
    "inbox",
    help="消息：给本人和本人所任角色的；读过的记为已阅，各人记各人的。",
    examples="""
    zhuli inbox list --as 省科协学会学术部经办
    zhuli inbox read --all --as 省科协学会学术部经办
    """,
)


@inbox.command(
    "list",
    help="列出未读消息，新的在前；--all 连已阅的一起列出。",
    examples="""
    zhuli inbox list --as 沈阳市科协经办
    zhuli inbox list --all --limit 500 --as 沈阳市科协经办 --json
    """,
)
@click.option("--all", "every", is_flag=True, help="连已阅的一起列出")
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="条数", help="一页列多少条")
@click.option("--after", default=0, type=click.IntRange(min=0), metavar="编号", help="下一页：填上一页末尾给出的编号")
@acting()
@click.pass_obj
def list_(context: Context, every: bool, limit: int, after: int, person: str) -> None:
    """List messages."""
    from zhuli_flow.cli.views.lists import messages as page
    from zhuli_flow.services.cases import worklist

    context.admit(person)
    found = worklist.messages(context.office, person, unread_only=not every, limit=limit + 1, before=after)
    shown = found[:limit]
    following = shown[-1].id if len(found) > limit else None
    told = {"person": person, "messages": shown, "next": following}
    context.tell(told, lambda out: page(out, shown, following), f"inbox read --all --as {person}" if shown else "")


@inbox.command(
    "read",
    help="记为已阅：写明编号，或用 --all 全部记为已阅。",
    examples="""
    zhuli inbox read 12 15 --as 沈阳市科协经办
    zhuli inbox read --all --as 沈阳市科协经办
    """,
)
@click.argument("numbers", nargs=-1, type=click.IntRange(min=1), metavar="[编号…]")
@click.option("--all", "every", is_flag=True, help="全部记为已阅")
@acting()
@click.pass_obj
def read(context: Context, numbers: tuple[int, ...], every: bool, person: str) -> None:
    """Note messages as read."""
    from zhuli_flow.services.cases import worklist

    if every == bool(numbers):
        raise UsageError("请写明消息编号，或只写 --all")
    context.admit(person)
    count = worklist.read(context.office, person, None if every else numbers)
    words = f"已阅 {count} 条" if count else "没有新的消息，都已阅过"
    context.tell({"person": person, "read": count}, lambda out: out.print(words), f"todo --as {person}")
