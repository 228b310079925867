"""How an error is told: in words on stderr, as one JSON document with ``--json``, and by the contract's exit code."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click
from click.exceptions import NoArgsIsHelpError

from zhuli_flow.cli.framework.context import Context
from zhuli_flow.errors import InvalidInput, RulesRefused, UsageError, ZhuliError
from zhuli_flow.support.plain_text import visible

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = {1: "出错", 2: "用法有误", 3: "不予办理", 4: "无权办理", 5: "没有找到", 6: "内容有误", 7: "校验不符"}
NEXT = {
    1: "doctor",
    2: "--help",
    3: "case list",
    4: "directory list",
    5: "case list",
    6: "doctor",
    7: "audit verify",
}


def tell(context: Context, error: BaseException) -> int:
    """Tell the error and return the exit code."""
    if isinstance(error, (click.Abort, BrokenPipeError)):
        if isinstance(error, click.Abort):
            context.err.print("已中断，未作任何改动。")
        return 1
    told = _as_ours(context, error)
    if context.json:
        sys.stdout.write(json.dumps({"error": document(told)}, ensure_ascii=False, indent=2) + "\n")
    _words(context, context.err, told)
    if context.verbose:
        traceback.print_exception(error, file=sys.stderr)
    return told.exit_code


def document(error: ZhuliError) -> dict[str, object]:
    """The error as the contract's JSON: code, message, fix, exit, and refusals or problems where it has them."""
    told: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
        "exit": error.exit_code,
    }
    if isinstance(error, RulesRefused):
        from msgspec import to_builtins

        told["refusals"] = to_builtins(error.refusals)
    if isinstance(error, InvalidInput):
        told["problems"] = [
            {"place": one.place, "code": one.code, "message": one.message, "fix": one.fix} for one in error.problems
        ]
    return told


def _as_ours(context: Context, error: BaseException) -> ZhuliError:
    if isinstance(error, ZhuliError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(context, error)
    return _unexpected(context, error)


def _usage(context: Context, error: click.ClickException) -> UsageError:
    parsed = getattr(error, "ctx", None)
    if parsed is not None:
        context.command = parsed.command_path
    if isinstance(error, NoArgsIsHelpError):
        return UsageError("还要写明用哪个命令", fix=f"{context.command} --help")
    message = error.format_message().replace("\n\t", "").rstrip(". ")
    return UsageError(message if message.endswith(("。", "？")) else f"{message}。", fix=f"{context.command} --help")


def _unexpected(context: Context, error: BaseException) -> ZhuliError:
    report = _save_report(context, error)
    told = ZhuliError(
        f"程序出错（{type(error).__name__}）。已保存的内容不受影响；这一步是否完成请先查看再重做",
        fix=f"请把报告交给维护人员：{report}",
    )
    told.code = "unexpected"
    return told


def _save_report(context: Context, error: BaseException) -> Path | None:
    """Where and how it happened, without the values it happened with: no field, no token, no file content."""
    import platform
    import tempfile  # with three kinds of compression: a bug may take its time, help may not

    import zhuli_flow

    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        "助力流程错误报告（不含办理内容）",
        f"命令：{context.command}",
        f"错误：{type(error).__module__}.{type(error).__qualname__}",
        f"程序 {zhuli_flow.__version__}，Python {platform.python_version()}，{platform.platform()}",
        "经过：",
        *(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    for folder in (context.home / "reports", Path(tempfile.gettempdir())):
        try:
            return _write(folder, context.home, "\n".join(lines) + "\n")
        except OSError:
            continue
    return None


def _write(folder: Path, home: Path, text: str) -> Path:
    import tempfile

    if folder.is_relative_to(home):
        if not home.is_dir():
            raise FileNotFoundError(home)
        folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, prefix="错误报告-", suffix=".txt", delete=False
    ) as file:
        file.write(text)
    return Path(file.name)


def _words(context: Context, console: Console, error: ZhuliError) -> None:
    console.print(visible(f"{HEADINGS[error.exit_code]}：{error.message}"), style="bold red", soft_wrap=True)
    if isinstance(error, RulesRefused):
        _refusals(console, error)
    if isinstance(error, InvalidInput):
        for problem in error.problems:
            console.print(visible(f"  {problem}"), soft_wrap=True)
    shown = error.fix and not any(error.fix == getattr(one, "fix", None) for one in getattr(error, "refusals", ()))
    if shown and "zhuli " not in error.fix:
        console.print(f"办法：{error.fix}", soft_wrap=True)
    console.print(f"下一步：{_next(context, error)}", style="dim", soft_wrap=True)


def _refusals(console: Console, error: RulesRefused) -> None:
    for number, refusal in enumerate(error.refusals, 1):
        console.print(visible(f"  {number}. {refusal.because}"), soft_wrap=True)
        if refusal.fix:
            console.print(f"     办法：{refusal.fix}", soft_wrap=True)
        place = [refusal.clause] if refusal.clause else []
        place += [f"流程定义第 {refusal.line} 行"] if refusal.line else []
        place += [f"可由 {'、'.join(refusal.who)} 办理"] if refusal.who else []
        if place:
            console.print(f"     依据：{'；'.join(place)}", soft_wrap=True, style="dim")


def _next(context: Context, error: ZhuliError) -> str:
    """A real command: the one the advice names, the one the command keeps ready, or the usual one for such an error."""
    if "zhuli " in error.fix:
        return error.fix
    if context.after_error and error.exit_code in (3, 4, 6):
        return context.zhuli(context.after_error)
    return context.zhuli(NEXT[error.exit_code])
