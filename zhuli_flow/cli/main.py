"""``zhuli``: the root of the command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import codecs
import io
import sys

import rich_click as click

from zhuli_flow.cli.framework.commands import Root

LAZY = {
    "init": "setup:init",
    "doctor": "setup:doctor",
    "demo": "setup:demo",
    "case": "case:case",
    "form": "form:form",
    "todo": "case:todo",
    "inbox": "inbox:inbox",
    "register": "register:register",
    "search": "search:search",
    "overview": "overview:overview",
    "archive": "archive:archive",
    "deadline": "deadline:deadline",
    "calendar": "calendar:calendar",
    "sweep": "deadline:sweep",
    "run": "run:run",
    "serve": "serve:serve",
    "rehearse": "rehearse:rehearse",
    "clock": "clock:clock",
    "directory": "directory:directory",
    "workflow": "workflow:workflow",
    "notice": "notice:notice",
    "fonts": "fonts:fonts",
    "post": "post:post",
    "audit": "audit:audit",
    "db": "db:db",
    "completion": "setup:completion",
}


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


def main() -> None:
    """Run the command line of this process; ends it with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            bare = codecs.lookup(stream.encoding).name == "ascii"  # no locale set: what reads it reads UTF-8
            stream.reconfigure(encoding="utf-8" if bare else None, errors="backslashreplace")
    root.main()
