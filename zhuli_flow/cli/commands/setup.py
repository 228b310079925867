"""``zhuli init | doctor | demo | completion``: getting going."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context, os_user
from zhuli_flow.cli.framework.options import Instant, owning

if TYPE_CHECKING:
    from zhuli_flow.bootstrap import NewHome
    from zhuli_flow.services.administration.doctor import Check

SHELLS = ("bash", "zsh", "fish")
FIRST_REPLY = {"辽科协函": 901}
"""The sample office's first number of the year: the official register begins each series of letters there."""

FIRST_ADMINISTRATOR = """第一个系统管理员：把他写进名录（roles: [administrator]）并导入，再运行
  zhuli directory invite 人员      发给他一个设密链接，只能用一次，凭它设密码、在浏览器中登录
  zhuli directory token 人员       给他命令行的身份令牌；发出之后，系统管理事项都须由他办理
安全保密员（security_officer）、安全审计员（auditor）也这样任命，三人各专其职。"""
_WHERE = "数据库的文件名，或 postgresql://用户@主机/库名（不写则为本文件夹中的 SQLite）"


@click.command(
    "init",
    cls=Command,
    help="建立办公环境：设置、数据库，以及随程序附带的流程定义和公文模板（可自行修改）。",
    examples="""
    zhuli init --home /srv/zhuli
    zhuli init --rehearsal --sample --home 演练 --start 2018-10-08
    """,
)
@click.option("--rehearsal", is_flag=True, help="演练：时钟可调，公文标“演练”，不验身份")
@click.option("--sample", is_flag=True, help="导入样例名录，公文从样例号起编")
@click.option("--start", type=Instant(), metavar="时刻", help="演练时钟的起点（不写则为现在）")
@click.option("--database", default="", metavar="位置", help=_WHERE)
@owning()
@click.pass_obj
def init(
    context: Context, rehearsal: bool, sample: bool, start: datetime | None, database: str, database_owner: str
) -> None:
    """Make a home."""
    from zhuli_flow import bootstrap
    from zhuli_flow.errors import UsageError
    from zhuli_flow.settings import DATABASE, Settings

    if start and not rehearsal:
        raise UsageError("只有演练环境可以设定时钟起点。", fix="请加上 --rehearsal，或去掉 --start")
    chosen = Settings(rehearsal, database or DATABASE, FIRST_REPLY if sample else {})
    with context.working("正在建立办公环境"):
        told = bootstrap.make_home(
            context.home, chosen, start=start, sampled=sample, os_user=os_user(), owner=database_owner
        )
    after = "doctor" if sample else "directory import 名录.yaml"
    context.tell(told, lambda out: _made(out, told), after)


def _told(one: Check) -> dict[str, str]:
    return {"title": one.title, "state": one.state, "detail": one.detail, "fix": one.fix}


def _made(out: Any, told: NewHome) -> None:
    from zhuli_flow.cli.views.primitives import pairs

    out.print(f"已建立{'演练' if told.rehearsal else '正式'}办公环境：{told.home}", style="bold", soft_wrap=True)
    people = told.directory
    counted = f"机构 {people.organisations.added} 个，人员 {people.people.added} 名" if people else ""
    if not told.rehearsal:
        out.print(FIRST_ADMINISTRATOR, soft_wrap=True)
    pairs(out, [("已启用流程", "、".join(told.workflows)), ("已导入名录", counted)])


@click.command(
    "doctor",
    cls=Command,
    help="""检查运行所需的一切，不合格的每一项都写明补救的命令。

全部合格（提醒不算）退出码 0；有不合格的 6；留痕或文件校验不符 7。""",
    examples="""
    zhuli doctor
    zhuli doctor --json
    """,
)
@click.pass_obj
def doctor(context: Context) -> None:
    """Check the machine and the home."""
    from zhuli_flow import bootstrap
    from zhuli_flow.cli.views.lists import doctor as page
    from zhuli_flow.services.administration import doctor as service

    with context.working("正在检查"):
        checks = [*service.machine(), *bootstrap.examine(context.home, os_user())]
    context.code = service.exit_code(checks)
    document = {"ok": context.code == 0, "checks": [_told(one) for one in checks]}
    after = next(
        (one.fix for one in checks if one.state == "bad" and one.fix.startswith("zhuli ")), "zhuli todo --help"
    )
    context.tell(document, lambda out: page(out, checks), after.removeprefix("zhuli "))


@click.command(
    "demo",
    cls=Command,
    help="演示：在演练环境中，从推荐到批复、提醒、期满，走完一遍并核对留痕。",
    examples="""
    zhuli demo
    zhuli demo --to 演示环境
    """,
)
@click.option("--to", "folder", metavar="文件夹", help="演示环境放在哪里（不写则为临时文件夹）")
@click.pass_obj
def demo(context: Context, folder: str | None) -> None:
    """Play the sample programme through the real services."""
    from zhuli_flow.cli.commands.demo import play

    play(context, Path(folder).absolute() if folder else None)


@click.command(
    "completion",
    cls=Command,
    help="输出命令补全的脚本；按说明加到 shell 的启动文件中。",
    examples="""
    zhuli completion bash >> ~/.bashrc
    zhuli completion fish > ~/.config/fish/completions/zhuli.fish
    """,
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
@click.pass_context
def completion(parsed: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    context: Context = parsed.obj
    made = get_completion_class(shell)
    if made is None:  # never for the three above
        raise click.UsageError(f"不支持 {shell}。")
    script = made(parsed.find_root().command, {}, "zhuli", "_ZHULI_COMPLETE").source()
    context.quiet = True  # a script, nothing else, may stand on stdout
    context.tell({"shell": shell, "script": script}, lambda out: out.print(script, soft_wrap=True))
