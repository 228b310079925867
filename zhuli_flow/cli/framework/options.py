"""Options that several commands take, and how what is typed becomes a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.support.bounded_read import first_bytes, reason, size

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
MAX_VALUE_BYTES = 1 << 20


def acting(*, required: bool = True) -> Decorator:
    """``--as PERSON``; ``ZHULI_AS`` in the environment stands for it."""
    help_ = "办理人（名录中的人员；也可用环境变量 ZHULI_AS）"
    return click.option("--as", "person", required=required, envvar="ZHULI_AS", metavar="人员", help=help_)


def looking() -> Decorator:
    """``--as PERSON`` of a command that shows: whose view; without it that of who runs the system."""
    help_ = "以谁的身份查看：只列此人可以查看的（也可用环境变量 ZHULI_AS）；不写即系统运行人员在本机查看全部"
    return click.option("--as", "person", envvar="ZHULI_AS", metavar="人员", help=help_)


def administering() -> Decorator:
    """``--as PERSON`` of an administrative act: who does it, once the office has appointed somebody for it (三员)."""
    help_ = "由谁办理：正式环境任命了系统管理员、安全保密员之后必须写明（也可用环境变量 ZHULI_AS）"
    return click.option("--as", "officer", envvar="ZHULI_AS", metavar="人员", help=help_)


def owning() -> Decorator:
    """``--database-owner URL``: who may make and change the tables on PostgreSQL; used once and kept nowhere."""
    help_ = "PostgreSQL 表的所有者连库的 URL，只在这一次使用，不保存（也可用环境变量 ZHULI_DATABASE_OWNER）"
    return click.option("--database-owner", default="", envvar="ZHULI_DATABASE_OWNER", metavar="URL", help=help_)


class Day(click.ParamType[date]):
    """A date written ``2018-10-08``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        """The date; fails with words."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期，应如 2018-10-08", param, context)


class Instant(click.ParamType[datetime]):
    """A date, or date and time, in Beijing time; an aware UTC instant comes out."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> datetime:
        """The instant; fails with words."""
        from zhuli_flow.clock import parse_instant

        try:
            return parse_instant(str(value))
        except (ValueError, OverflowError):
            self.fail(f"“{value}”不是时刻，应如 2018-10-08 或 2018-10-08T14:30", param, context)


class Pair(click.ParamType[tuple[str, str]]):
    """``name=value`` → (name, value)."""

    name = "pair"

    def __init__(self, example: str) -> None:
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> tuple[str, str]:
        """The pair; fails with words when there is no ``=``."""
        if isinstance(value, tuple):
            return value
        name, found, rest = str(value).partition("=")
        if not found or not name.strip():
            self.fail(f"“{value}”应写成 名称=值，如 {self.example}", param, context)
        return name.strip(), rest


def attaching(help_: str) -> Decorator:
    """``--attach NAME=FILE``, as often as there are files."""
    pair = Pair("request=请示.pdf")
    return click.option("--attach", "attached", multiple=True, type=pair, metavar="材料=文件", help=help_)


def values_of(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Field values as typed; ``@file.json`` is read from that file.

    Raises InvalidInput for a name given twice, or a file that can't be read.
    """
    from zhuli_flow.errors import InvalidInput, Problem

    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in pairs:
        if name in values:
            problems.append(Problem(name, "twice", f"“{name}”写了两次", "每个字段只写一次；多个名称用顿号隔开"))
        try:
            values[name] = _from_file(Path(value[1:])) if value.startswith("@") else value
        except ValueError as error:
            problems.append(Problem(name, "value_file", str(error), "请核对文件；文字值以 @ 开头时写成 JSON 文件"))
    if problems:
        raise InvalidInput("所给的值读不出来，未作任何改动", problems, fix="请改正后重做这一步")
    return values


def _from_file(path: Path) -> Any:
    import json

    try:
        data = first_bytes(path, MAX_VALUE_BYTES)
    except OSError as error:
        raise ValueError(f"不能读取 {path}（{reason(error)}）") from error
    if len(data) > MAX_VALUE_BYTES:
        raise ValueError(f"{path} 超过 {size(MAX_VALUE_BYTES)}")
    try:
        return json.loads(data, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} 不是 JSON 文件") from error


def new_request_id(given: str | None) -> str:
    """The request id: the one given, else a new one, so that every request has its own."""
    import uuid

    return given or uuid.uuid4().hex
