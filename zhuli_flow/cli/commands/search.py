"""``zhuli search``: full-text search over cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking

if TYPE_CHECKING:
    from zhuli_flow.services.cases.search import Found

HITS = 4
"""Passages shown of each case."""


@click.command(
    "search",
    cls=Command,
    help="全文检索：在申报单位、字段、意见、公文标题和文号、材料文件名中查找；写几个词，则须都有。",
    examples="""
    zhuli search 法库 陶瓷
    zhuli search 〔2018〕901号 --json
    """,
)
@click.argument("words", nargs=-1, required=True, metavar="词…")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), metavar="件数", help="一页列多少件事项")
@click.option("--after", default="", metavar="起点", help="下一页：填上一页末尾给出的起点")
@looking()
@click.pass_obj
def search(context: Context, words: tuple[str, ...], limit: int, after: str, person: str | None) -> None:
    """Search."""
    from zhuli_flow.services.cases.search import find

    with context.working("正在更新检索"):
        found = find(context.seen_by(person), words, limit, after)
    first = f"case show {found.cases[0].case}" if found.cases else "case list"
    context.tell(found, lambda out: _page(out, found), first)


def _page(out: Any, found: Found) -> None:
    from rich.text import Text

    if not found.cases:
        none = f"没有找到同时含有“{'”“'.join(found.words)}”的事项。"
        out.print(f"共 {found.told}，这一页之后没有了。" if found.total else none)
        return
    for one in found.cases:
        out.print(f"{one.case} {one.applicant}  {one.title}：{one.state_title}", style="bold", soft_wrap=True)
        for hit in one.hits[:HITS]:
            line = Text(f"  {hit.title}：{hit.text}")
            line.highlight_words(found.words, style="bold yellow", case_sensitive=False)
            out.print(line, soft_wrap=True)
        if len(one.hits) > HITS:
            out.print(f"  ……另有 {len(one.hits) - HITS} 处", style="dim")
    shown = len(found.cases)
    rest = f"，这里是 {shown} 件；下一页加 --after {found.next}" if found.next else ""
    out.print(f"共 {found.told}{rest}", style="dim", soft_wrap=True)
