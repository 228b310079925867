"""What every view is made of: tables, pairs, lights, days and values as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from zhuli_flow.support.wording import SHAPES, day, left, moment

__all__ = [
    "MANY",
    "SHAPES",
    "STYLES",
    "Told",
    "day",
    "left",
    "light",
    "moment",
    "pairs",
    "table",
    "value",
]

if TYPE_CHECKING:
    from zhuli_flow.engine.deadlines.lights import Light

Told = Mapping[str, Any]


STYLES = {"红": "bold red", "黄": "bold yellow", "绿": "bold green", "灰": "dim"}


MANY = 20
"""A table of more rows than this is not written out among the fields of a case."""


def table(*headings: str, title: str = "") -> Table:
    """An empty table with these columns."""
    made = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False, show_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def pairs(console: Console, rows: Iterable[tuple[str, Any]]) -> None:
    """Lines of ``name  value``, lined up; empty values are left out."""
    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True, style="dim")
    made.add_column(overflow="fold")
    for name, value in rows:
        if value not in (None, "", [], {}):
            made.add_row(name, value if isinstance(value, Text) else str(value))
    console.print(made)


def light(found: Light) -> Text:
    """A light: shape, word, and what is left, so that colour alone never tells."""
    word = found.word
    return Text(f"{SHAPES[word]}{word} {left(found)}", style=STYLES[word]) if word in STYLES else Text("—")


def light_word(word: str) -> Text:
    """A light in a table: shape and word alone."""
    return Text(f"{SHAPES[word]}{word}", style=STYLES[word]) if word in STYLES else Text("—")


def value(told: Any) -> str:
    """A field's value in one line or several; a file by its name and the beginning of its digest."""
    if isinstance(told, bool):
        return "是" if told else "否"
    if isinstance(told, Mapping):
        if "sha256" in told and "filename" in told:
            return f"{told['filename']}（{str(told['sha256'])[:12]}）"
        return "，".join(f"{key} {value(item)}" for key, item in told.items())
    if isinstance(told, Sequence) and not isinstance(told, str):
        rows = any(isinstance(item, Mapping) for item in told)
        if rows and len(told) > MANY and not any("sha256" in item for item in told):
            return f"表格，{len(told)} 行（加 --json 看全部）"
        return ("\n" if rows else "、").join(value(item) for item in told)
    return "" if told is None else str(told)
