"""``zhuli case fork``: the office as it stood after one entry of a case, as a rehearsal home of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import administering

if TYPE_CHECKING:
    from rich.console import Console


@click.command(
    "fork",
    cls=Command,
    help="分叉：把办公环境在某件事项某条留痕之后的样子，另成一个演练环境，从那里试着另办一遍；原环境不动。",
    examples="""
    zhuli case fork SFQ-2018-0001 --at 12 --to 试办
    zhuli --home 试办 case options SFQ-2018-0001 --as 省科协学会学术部经办
    """,
)
@click.argument("case_id", metavar="事项")
@click.option("--at", "seq", required=True, type=click.IntRange(min=1), metavar="条", help="在第几条留痕之后分叉")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), metavar="文件夹", help="演练环境的文件夹"
)
@administering()
@click.pass_obj
def fork(context: Context, case_id: str, seq: int, folder: Path, officer: str | None) -> None:
    """Make a rehearsal home of what the office was then."""
    from zhuli_flow.bootstrap import fork_home
    from zhuli_flow.clock import local_minute
    from zhuli_flow.services.rehearsal.forking import point

    context.in_charge(officer, "分叉", "administrator")
    home = folder.expanduser().absolute()
    at = point(context.office, case_id, seq)
    with context.counting("正在分叉") as each:
        count = fork_home(context.office, home, at, each)
    told = {"home": str(home), "case": case_id, "seq": seq, "at": at.at, "entries": at.place + 1, "cases": count}

    def words(out: Console) -> None:
        out.print(f"已分叉到 {home}：{local_minute(at.at)}，{case_id} 办过第 {seq} 条“{at.title}”之后", soft_wrap=True)
        out.print(f"事项 {count} 件，留痕 {at.place + 1} 条，逐字相同；待发信件和身份令牌没有带去", soft_wrap=True)
        out.print(f"在那里试办：zhuli --home {home} case show {case_id}", soft_wrap=True)

    context.tell(told, words)
