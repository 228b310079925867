"""``zhuli worker``: share the duties of an office whose rows are on a server. The entry hands this face who works."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.errors import ZhuliError

if TYPE_CHECKING:
    from zhuli_flow.services.office import Office

Worker = Callable[["Office", Event, int], None]
_workers: list[Worker] = []


def use(worker: Worker) -> None:
    """Tell this command who works; called once, by the entry of the program."""
    _workers[:] = [worker]


@click.command(
    "worker",
    cls=Command,
    help="分担巡检、印发和发信，直到收到停止信号。数据库在服务器上时，可在几台机器上各开几个；一个中断，别的接着办。",
    examples="""
    zhuli worker
    zhuli worker --seats 8
    """,
)
@click.option("--seats", default=4, type=click.IntRange(1, 64), metavar="件", help="同时办理几件，默认 4")
@click.pass_obj
def worker(context: Context, seats: int) -> None:
    """Work until SIGTERM or Ctrl-C."""
    if not _workers:
        raise ZhuliError("没有可用的分担程序", fix="请用 zhuli 命令启动；或由 cron 定时运行 zhuli sweep")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    office = context.office
    if office.shares_duties and not context.quiet:
        context.err.print(f"开始分担：{context.home}，同时 {seats} 件；按 Ctrl-C 停止", soft_wrap=True)
    _workers[0](office, stop, seats)
    context.tell({"stopped": True}, lambda out: out.print("已停止，未办完的由别的程序接着办"), "doctor")
