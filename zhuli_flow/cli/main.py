"""``zhuli``: the root of the command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import codecs
import io
import signal
import sys
from types import FrameType

import rich_click as click

from zhuli_flow.cli.framework.commands import Later, Root

LAZY = {
    "init": Later("setup:init", "建立办公环境：设置、数据库，以及随程序附带的流程定义和公文模板（可自行修改）。"),
    "doctor": Later("setup:doctor", "检查运行所需的一切，不合格的每一项都写明补救的命令。"),
    "demo": Later("setup:demo", "演示：在演练环境中，从推荐到批复、提醒、期满，走完一遍并核对留痕。"),
    "case": Later("case:case", "办理事项：开启、办理、查看。"),
    "form": Later("form:form", "表单：导出为表格供单位填报，填好后导入；印成纸质表。"),
    "todo": Later("case:todo", "待办：应办（按期限）、可办、知会、委托来的。"),
    "inbox": Later("inbox:inbox", "消息：给本人和本人所任角色的；读过的记为已阅，各人记各人的。"),
    "register": Later("register:register", "台账：按条件筛选、排序，导出为表格。"),
    "search": Later(
        "search:search", "全文检索：在申报单位、字段、意见、公文标题和文号、材料文件名中查找；写几个词，则须都有。"
    ),
    "overview": Later(
        "overview:overview", "总览：名额、各环节件数与用时、各单位逾期、台账合计。不写流程则各流程一行。"
    ),
    "archive": Later(
        "archive:archive",
        "归档包：一件事项的公文、材料、留痕、流程定义、日历、归档目录和流转单，连同不依赖本程序的核对程序。",
    ),
    "personal": Later("personal:personal", "个人信息：依法清除（一人提请、另一人确认），查找记在哪些事项里。"),
    "deadline": Later("deadline:deadline", "期限：计算、列出。"),
    "calendar": Later("calendar:calendar", "工作日日历：每年的放假和调休，注明出处；导入新的安排，据此重算期限。"),
    "sweep": Later(
        "deadline:sweep",
        "巡检一次：到今天为止该提醒的提醒，该告知逾期的告知，到期自动办理的办理。重复运行不会重复提醒。",
    ),
    "run": Later("run:run", "常驻巡检：按间隔提醒、告知逾期、印发公文，直到收到停止信号。同一文件夹只能有一个。"),
    "worker": Later(
        "worker:worker",
        "分担巡检、印发和发信，直到收到停止信号。数据库在服务器上时，可在几台机器上各开几个；一个中断，别的接着办。",
    ),
    "serve": Later("serve:serve", "在浏览器中办公：提供网页和接口，同时巡检（提醒、逾期、印发），直到收到停止信号。"),
    "rehearse": Later(
        "rehearse:rehearse",
        "演练到某日：若无人办理，哪天会提醒谁、什么逾期、什么自动办理、要印发什么公文。在副本上进行，不改动任何内容，不发送，不印发。",
    ),
    "clock": Later("clock:clock", "看时钟；演练环境中还可以拨快。"),
    "directory": Later("directory:directory", "名录：机构、人员、角色、身份令牌、委托、承继。"),
    "workflow": Later("workflow:workflow", "流程定义：检查、登记启用、查看。"),
    "notice": Later("notice:notice", "公文：预览、印发、列出、查看、作废、补印、度量、验真，文号台账。"),
    "fonts": Later("fonts:fonts", "印制字体：建立一次，全部公文共用；单位自有的方正等字体已安装的优先。"),
    "post": Later("post:post", "渠道：未送达的信、重新投递、日历订阅。"),
    "audit": Later("audit:audit", "留痕：核对历史有没有被改动；导出，供在别处核对。"),
    "db": Later("db:db", "数据库：升级、备份、恢复、检查。"),
    "completion": Later("setup:completion", "输出命令补全的脚本；按说明加到 shell 的启动文件中。"),
}
"""Where each command stands and what the first lines of its own help say: --help imports none of them."""


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from zhuli_flow import __version__

        click.echo(f"助力流程 {__version__}")
        context.exit()


root = Root(
    "zhuli",
    lazy=LAZY,
    help="""助力流程：事项办理、期限、公文与可核对的留痕。

退出码：0 完成；1 程序出错；2 用法有误；3 规则不允许；4 无权；5 没有找到；6 内容有误；7 校验不符。""",
    examples="""
    zhuli init --rehearsal --sample --home 演练
    zhuli --home 演练 todo --as 省科协学会学术部经办
    """,
    params=[
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="显示版本")
    ],
)


def _ended(number: int, _: FrameType | None) -> None:
    """Told to end: what is under way is given up as by Ctrl-C, children and temporary files with it."""
    raise SystemExit(128 + number)


def main() -> None:
    """Run the command line of this process; ends it with the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _ended)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            bare = codecs.lookup(stream.encoding).name == "ascii"  # no locale set: what reads it reads UTF-8
            stream.reconfigure(encoding="utf-8" if bare else None, errors="backslashreplace")
    root.main()
