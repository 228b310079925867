"""``zhuli personal …``: personal data taken out of a case by law, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting

if TYPE_CHECKING:
    from rich.console import Console


personal = Group(
    "personal",
    help="个人信息：依法清除（一人提请、另一人确认），查找记在哪些事项里。",
    examples="""
    zhuli personal find 024-23450000 --as 安全保密员
    zhuli personal erase SFQ-2018-0001 --ground 个人信息保护法第四十七条第一款第一项 --as 安全保密员
    """,
)


@personal.command(
    "erase",
    help="清除个人信息：一人提请、另一人确认；不能恢复，留痕照样核对。",
    examples="""
    zhuli personal erase SFQ-2018-0001 --ground 个人信息保护法第四十七条第一款第一项 --as 安全保密员
    zhuli personal erase SFQ-2018-0001 --confirm --as 安全审计员
    """,
)
@click.argument("case_id", metavar="事项")
@click.option("--ground", default="", metavar="依据", help="清除的法律依据（提请时必须写）")
@click.option("--field", "names", multiple=True, metavar="字段", help="只清除这个字段（可多次；不写则全部个人信息）")
@click.option("--confirm", "confirming", is_flag=True, help="确认已提请的清除，立即执行")
@acting()
@click.pass_obj
def erase(context: Context, case_id: str, ground: str, names: Sequence[str], confirming: bool, person: str) -> None:
    """Propose an erasure, or confirm and do it."""
    from zhuli_flow.errors import InvalidInput
    from zhuli_flow.services.administration import erasure

    token = context.environment.get("ZHULI_TOKEN")
    if not confirming:
        asked = erasure.propose(context.office, case_id, person, token, ground=ground, names=names)

        def proposed(out: Console) -> None:
            out.print(
                f"已提请清除 {case_id} 的个人信息：{'、'.join(asked.titles)}；依据：{asked.ground}", soft_wrap=True
            )
            out.print("现在什么都没有清除。清除后不能恢复，也不能重印同样的公文", soft_wrap=True)
            after = context.zhuli(f"personal erase {case_id} --confirm --as 安全审计员")
            out.print(f"请另一人（安全审计员）确认：{after}", soft_wrap=True)

        context.tell(asked, proposed)
        return
    if ground or names:
        raise InvalidInput("确认时不写依据和字段，以提请的为准；未作任何改动", fix="请去掉 --ground 和 --field")
    with context.working("正在清除"):
        told = erasure.confirm(context.office, case_id, person, token)

    def done(out: Console) -> None:
        out.print(f"已清除 {case_id} 的个人信息 {told.texts} 处：{'、'.join(told.titles)}", soft_wrap=True)
        beside = f"公文登记 {told.papers} 份、消息 {told.messages} 条、信件 {told.letters} 封、草稿 {told.drafts} 份"
        out.print(
            f"一并清除：{beside}，以及全文检索索引；留痕照旧可以核对：{context.zhuli('audit verify')}", soft_wrap=True
        )
        if told.printed:
            out.print(f"已印发的 {told.printed} 份公文是档案，原样留存", soft_wrap=True)
        out.print(
            "以前的备份、归档包和已寄出的信件里仍有原文，请按保管规定销毁；日后恢复旧备份，须再清除一次", soft_wrap=True
        )

    context.tell(told, done)


@personal.command(
    "find",
    help="某人的个人信息（逐字相同）记在哪些事项里；由安全保密员查。",
    examples="""
    zhuli personal find 024-23450000 --as 安全保密员
    zhuli personal find 张三 --as 安全保密员 --json
    """,
)
@click.argument("text", metavar="内容")
@acting()
@click.pass_obj
def find(context: Context, text: str, person: str) -> None:
    """List the cases that hold it."""
    from zhuli_flow.services.administration import erasure

    found = erasure.holding(context.office, text, person, context.environment.get("ZHULI_TOKEN"))

    def words(out: Console) -> None:
        for case_id in found:
            out.print(case_id)
        out.print(f"共 {len(found)} 件事项记有这一内容" if found else "没有事项把它记作个人信息")

    context.tell({"cases": found}, words)
