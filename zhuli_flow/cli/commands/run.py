"""``zhuli run``: stay and tick. This face and the scheduler do not know each other; the entry hands one the other."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

import rich_click as click
from click import get_current_context
from click.core import ParameterSource

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.errors import UsageError, ZhuliError

if TYPE_CHECKING:
    from zhuli_flow.services.office import Office

Runner = Callable[["Office", Event, timedelta], None]
_runners: list[Runner] = []


def use(runner: Runner) -> None:
    """Tell this command who ticks; called once, by the entry of the program."""
    _runners[:] = [runner]


@click.command(
    "run",
    cls=Command,
    help="常驻巡检：按间隔提醒、告知逾期、印发公文，直到收到停止信号。同一文件夹只能有一个。",
    examples="""
    zhuli run
    zhuli run --every 60
    """,
)
@click.option(
    "--every",
    default=30,
    type=click.IntRange(1, 3600),
    metavar="秒",
    help="两次巡检的间隔，默认 30 秒；数据库在服务器上的不能改",
)
@click.pass_obj
def run(context: Context, every: int) -> None:
    """Tick until SIGTERM or Ctrl-C."""
    if not _runners:
        raise ZhuliError("没有可用的定时程序", fix="请用 zhuli 命令启动；或由 cron 定时运行 zhuli sweep")
    office = context.office
    _require_own_pace(office)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if not (context.quiet or office.rehearsal):
        context.err.print(f"开始常驻巡检：{context.home}，每 {every} 秒一次；按 Ctrl-C 停止", soft_wrap=True)
    _runners[0](office, stop, timedelta(seconds=every))
    context.tell({"stopped": True}, lambda out: out.print("已停止，未办完的下次继续"), "doctor")


def _require_own_pace(office: Office) -> None:
    """On a server this process is one worker of several, and each looks by the same clock."""
    given = get_current_context().get_parameter_source("every") is ParameterSource.COMMANDLINE
    if given and office.shares_duties:
        fix = "请去掉 --every；要多一个办理的程序：zhuli worker"
        raise UsageError("数据库在服务器上，由各 worker 轮流每 30 秒巡检一次，--every 不起作用", fix=fix)
