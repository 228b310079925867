"""Days, instants and lights as people read them: the same words on every face."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from zhuli_flow.clock import local_minute

SHAPES = {"红": "▲", "黄": "◆", "绿": "●", "灰": "○"}
"""The shape beside the word of a light: colour alone never tells."""
WEEK = "一二三四五六日"
FIGURES = "零一二三四五六七八九"


class Remaining(Protocol):
    """What a light says of its deadline: the last day (ISO, empty: none), working days left (negative: over)."""

    @property
    def due_on(self) -> str: ...

    @property
    def left(self) -> int | None: ...

    @property
    def provisional(self) -> bool: ...

    @property
    def rest(self) -> object: ...


def left(found: Remaining) -> str:
    """``11月26日到期，还剩 3 个工作日``."""
    if found.rest:
        return str(found.rest)
    if not found.due_on:
        return ""
    provisional = "（暂定）" if found.provisional else ""
    due = f"{day(found.due_on)}到期{provisional}"
    return due if found.left is None else f"{due}，{rest(found)}"


def rest(found: Remaining) -> str:
    """``还剩 3 个工作日``; empty where no last day is known."""
    if found.rest:
        return str(found.rest)
    if found.left is None:
        return ""
    if found.left == 0:
        return "今日到期"
    return f"还剩 {found.left} 个工作日" if found.left > 0 else f"已逾期 {-found.left} 个工作日"


def day(text: str) -> str:
    """``2018-11-26`` → ``2018年11月26日（周一）``."""
    found = date.fromisoformat(text)
    return f"{found.year}年{found.month}月{found.day}日（周{WEEK[found.weekday()]}）"


def moment(text: str) -> str:
    """An ISO instant in Beijing time, to the minute."""
    return local_minute(datetime.fromisoformat(text))


def chinese_number(number: int) -> str:
    """一 … 九十九, 一百, 一百零一 …, as parts of a paper are numbered and years told; ``number`` is 1–999."""
    hundreds, below = divmod(number, 100)
    tens, ones = divmod(below, 10)
    if hundreds:
        middle = f"{FIGURES[tens]}十" if tens else "零" if ones else ""
        return f"{FIGURES[hundreds]}百{middle}" + (FIGURES[ones] if ones else "")
    return ("" if tens == 0 else "十" if tens == 1 else f"{FIGURES[tens]}十") + (FIGURES[ones] if ones else "")
