"""Commands and groups as this program has them: lazy, Chinese, with the common options on every one of them."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import rich_click as click
from rich_click.rich_help_configuration import RichHelpConfiguration

from zhuli_flow.cli.framework.click_messages import teach_click
from zhuli_flow.cli.framework.context import Context

teach_click()

HELP = RichHelpConfiguration(
    arguments_panel_title="参数",
    options_panel_title="选项",
    commands_panel_title="命令",
    errors_panel_title="错误",
    aborted_text="已中断，未作任何改动。",
    deprecated_string="（停用）",
    default_string="（默认 {}）",
    envvar_string="（环境变量 {}）",
    required_short_string="*",
    required_long_string="（必填）",
    range_string="（{}）",
    helptext_aliases_string="别名：{}",
    append_metavars_help_string="（{}）",
    append_range_help_string="（{}）",
    text_markup=None,
    style_option="bold cyan",
    style_command="bold cyan",
    options_table_column_types=["required", "opt_long", "opt_short", "metavar", "help"],
)
SETTINGS: dict[str, Any] = {"help_option_names": ["--help", "-h"], "rich_help_config": HELP}


def _take(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback that hands the option's value to the context, from wherever on the line it stands."""

    def keep(parsed: click.Context, _: click.Parameter, value: Any) -> Any:
        context = parsed.find_object(Context)
        if context is not None and value:
            setattr(context, name, value)
        return value

    return keep


@cache
def _common() -> tuple[click.Parameter, ...]:
    """The options every command has; the same objects on all of them."""

    def option(*names: str, keep: str, **more: Any) -> click.Option:
        return click.Option(list(names), expose_value=False, is_eager=True, callback=_take(keep), **more)

    return (
        option("--home", keep="home_option", metavar="文件夹", help="办公环境所在文件夹（也可用环境变量 ZHULI_HOME）"),
        option("--json", keep="json", is_flag=True, help="只输出一个 JSON 文档，供程序读取"),
        option("-q", "--quiet", keep="quiet", is_flag=True, help="只输出结果，不输出提示"),
        option("-v", "--verbose", keep="verbose", is_flag=True, help="出错时显示程序内部的经过"),
        option("--no-color", keep="no_color", is_flag=True, help="不用颜色（也可用环境变量 NO_COLOR）"),
    )


@cache
def _help() -> click.Option:
    return click.Option(
        ["--help", "-h"], is_flag=True, is_eager=True, expose_value=False, callback=_show_help, help="显示这份说明"
    )


def _show_help(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=None)
        context.exit()


class _Spoken(click.RichCommand):
    """What commands and groups have in common here: the common options, Chinese metavars, a Chinese help option."""

    def __init__(self, *args: Any, examples: str = "", **more: Any) -> None:
        more.setdefault("context_settings", SETTINGS)
        more.setdefault("options_metavar", "[选项]")
        if examples:
            more["epilog"] = "例：\n\n" + "\n\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
        super().__init__(*args, **more)
        self.examples = examples
        self.params = [*self.params, *_common()]

    def format_usage(self, context: Any, formatter: Any) -> None:
        """The line that tells the form of the command; rich-click has an English word here."""
        from rich_click.rich_help_rendering import get_rich_usage

        pieces = self.collect_usage_pieces(context)
        get_rich_usage(formatter, context.command_path, " ".join(pieces), prefix="用法：")

    def get_help_option(self, _: click.Context) -> click.Option:
        """The --help of this command, in Chinese."""
        return _help()


class Command(_Spoken):
    """One command; ``examples`` are shell lines, one each."""

    def invoke(self, parsed: click.Context) -> Any:
        """Run it, telling the context which command it is, for the hint after an error."""
        context = parsed.find_object(Context)
        if context is not None:
            context.command = parsed.command_path
        for param in self.params:
            _require_visible(param, parsed.params.get(param.name or ""))
        return super().invoke(parsed)


class Later(NamedTuple):
    """A command that is imported when it is asked for: ``module:attribute``, and how its own help begins."""

    where: str
    summary: str


class Group(_Spoken, click.RichGroup):  # type: ignore[misc]  # rich-click's own bases disagree
    """A group whose commands are imported when they are asked for: ``lazy`` names them, its help draws them unseen."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, Later] | None = None, **more: Any) -> None:
        more.setdefault("subcommand_metavar", "命令 [参数]…")
        super().__init__(*args, **more)
        self.lazy = dict(lazy or {})
        self._drawing = False

    def format_help(self, context: Any, formatter: Any) -> None:
        """The help of the group. Importing all of its commands would take as long as drawing them."""
        self._drawing = True
        try:
            super().format_help(context, formatter)
        finally:
            self._drawing = False

    def list_commands(self, context: click.Context) -> list[str]:
        """The names in the order written, those imported when asked for last."""
        return [*self.commands, *self.lazy]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now if it was not before."""
        later = self.lazy.get(name)
        if later is None:
            return super().get_command(context, name)
        if self._drawing:
            return click.Command(name, help=later.summary)
        module, _, attribute = later.where.partition(":")
        found: click.Command = getattr(importlib.import_module(f"zhuli_flow.cli.commands.{module}"), attribute)
        return found


Group.group_class = Group


class Root(Group):
    """The whole program: runs a line of words and ends with the exit code of the contract."""

    def main(self, args: Any = None, prog_name: str | None = None, **more: Any) -> Any:  # type: ignore[override]
        """Run; errors become one JSON document or words on stderr, and an exit code."""
        more.pop("standalone_mode", None)
        words = list(sys.argv[1:] if args is None else args)
        context = Context(environment=os.environ, json="--json" in words)
        context.quiet = "-q" in words or "--quiet" in words
        code = 0
        try:
            _require_text(words, context.environment)
            ended = super().main(words, prog_name or "zhuli", standalone_mode=False, obj=context, **more)
            code = ended if isinstance(ended, int) else context.code
        except Exception as error:  # noqa: BLE001 - the edge of the program: every error ends as words and an exit code
            code = _tell(context, error)
        except KeyboardInterrupt:
            code = _tell(context, click.Abort())
        finally:
            context.close()
        sys.exit(code)


def _require_text(words: Iterable[str], environment: Mapping[str, str]) -> None:
    """What was typed is text: bytes that are none came in as half surrogates, which no file and no database takes."""
    given = {f"第 {number} 个参数": word for number, word in enumerate(words, 1)}
    given |= {name: value for name, value in environment.items() if name.startswith("ZHULI_")}
    for where, text in given.items():
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            from zhuli_flow.errors import InvalidInput

            raise InvalidInput(f"{where}不是 UTF-8 文字，未作任何改动", fix="请把终端和输入的编码设为 UTF-8 后重试")


_JUDGED = ("opinion",)
"""What the law judges together with everything else of an act."""


def _require_visible(param: click.Parameter, given: object) -> None:
    """What is looked for, named or reasoned holds nothing that nobody sees."""
    if param.name in _JUDGED:
        return
    for text in given if isinstance(given, tuple) else (given,):
        if isinstance(text, str) and not (text.isascii() and text.isprintable()):
            from zhuli_flow.support.plain_text import require_visible

            named = param.opts[0] if isinstance(param, click.Option) else str(param.metavar).strip("[]…")
            require_visible(named, text)


def _tell(context: Context, error: Exception) -> int:
    from zhuli_flow.cli.framework import errors

    return errors.tell(context, error)
