"""``zhuli search``: full-text search over cases."""

from __future__ import annotations

from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context

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
@click.option("--limit", default=20, type=click.IntRange(1, 1000), metavar="件数", help="最多列多少件事项")
@click.pass_obj
def search(face: Context, words: tuple[str, ...], limit: int) -> None:
    """Search."""
    from zhuli_flow.services.cases.search import find

    with face.working("正在更新检索"):
        found = find(face.office, words, limit)
    told: dict[str, Any] = found.json()
    first = f"case show {told['cases'][0]['case']}" if told["cases"] else "case list"
    face.tell(told, lambda out: _page(out, told), first)


def _page(out: Any, told: dict[str, Any]) -> None:
    from rich.text import Text

    if not told["cases"]:
        out.print(f"没有找到同时含有“{'”“'.join(told['words'])}”的事项。")
        return
    for one in told["cases"]:
        out.print(
            f"{one['case']} {one['applicant']}  {one['title']}：{one['state_title']}", style="bold", soft_wrap=True
        )
        for hit in one["hits"][:HITS]:
            line = Text(f"  {hit['title']}：{hit['text']}")
            line.highlight_words(told["words"], style="bold yellow", case_sensitive=False)
            out.print(line, soft_wrap=True)
        if len(one["hits"]) > HITS:
            out.print(f"  ……另有 {len(one['hits']) - HITS} 处", style="dim")
    shown = len(told["cases"])
    rest = f"，只列前 {shown} 件（--limit 可多列）" if told["total"] > shown else ""
    out.print(f"共 {told['total']} 件{rest}", style="dim")
