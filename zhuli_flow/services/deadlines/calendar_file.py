"""A file with one year's holidays: whatever it holds, it is read, or refused with every fault named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from zhuli_flow.calendar import YearData, load_year
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.support.bounded_read import read_bounded

MAX_BYTES = 256 * 1024


def read_file(path: Path) -> tuple[dict[str, object], YearData]:
    """The file as it stands and the year it gives. A key that stands there twice is a fault: JSON would keep the last.

    Raises NotFound, or InvalidInput with every problem found.
    """
    twice: list[Problem] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                twice.append(Problem(path.name, "calendar.twice", f"“{key}”写了两次", "每一项只写一次"))
            found[key] = value
        return found

    data = _parsed(path, once)
    try:
        checked = load_year(data, path.name)
    except InvalidInput as error:
        if not error.problems:
            raise
        raise _faulty(path, [*twice, *error.problems]) from None
    if twice:
        raise _faulty(path, twice)
    return data, checked


def _faulty(path: Path, problems: list[Problem]) -> InvalidInput:
    told = f"{path.name} 的放假安排有 {len(problems)} 处问题，未导入，原有日历不变"
    return InvalidInput(told, problems, fix="对照国务院办公厅通知逐条改正后重新导入")


def _parsed(path: Path, pairs: Callable[[list[tuple[str, object]]], dict[str, object]]) -> dict[str, object]:
    try:
        data: dict[str, object] = json.loads(_bytes(path).decode("utf-8-sig"), object_pairs_hook=pairs)
        json.dumps(data, ensure_ascii=False).encode()  # half a character, which JSON can say, is a ValueError here
    except (ValueError, RecursionError) as error:
        place = f"{path.name}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else path.name
        problem = Problem(place, "calendar.syntax", "不是 UTF-8 编码的 JSON", "检查引号、逗号和括号是否成对")
        raise InvalidInput(f"{path} 读不懂，未导入", [problem], fix="请核对文件，写法见使用手册") from error
    return data


def _bytes(path: Path) -> bytes:
    wrong = "不是一年的放假安排"
    return read_bounded(path, MAX_BYTES, undone="未导入", not_so=wrong, fix="请核对放假安排文件的位置和权限")
