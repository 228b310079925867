"""Tables that several papers print, made ready for their template: what belongs together, what spans, what is long.

The lines of a form (``form_table.html``) are ``{kind, number, text, answers}``: ``kind`` is group, heading or label;
each answer is ``{number, title, value, unit}``, its value "" when nothing was filled in. The rows of a total
(``total_table.html``) or of any other table are values by column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NOT_APPLICABLE = "不适用"
"""What stands for an answer that has no unit."""
BOXES = "是□　否□"
"""What stands for no answer yet to a question of yes or no (是否…), to be ticked by hand."""
LONG = 150
"""Answers of more characters stand below their line over both columns, and may break over a page."""
LONG_CELL = 40
"""The same for a value of a total, which has several columns."""
_FIGURE = re.compile(r"-?\d+(\.\d+)?")
_ORDINAL = re.compile(r"([一二三四五六七八九十]+、)\s*(.+)", re.DOTALL)

Row = Mapping[str, Any]
Block = dict[str, Any]


def blocks(rows: Sequence[Row]) -> list[Block]:
    """Return the blocks of the table: a group's or a heading's lines, that its cell of the first column spans.

    A block has ``category`` (the group's words, one part a line; none in its later blocks), ``opens`` (a group begins
    here), ``heading``, ``span`` (rows) and ``lines``: ``text``, ``item`` (an item begins: a line with a number, or any
    where none has one), ``ends`` (it ends), ``long`` and ``answers``.
    """
    numbered = any(row.get("number") for row in rows)
    made: list[Block] = []
    for row in rows:
        if row["kind"] == "group":
            made.append(_block(category=_parted(str(row["text"]))))
        elif row["kind"] == "heading":
            made.append(_headed(made, str(row["text"])))
        else:
            made = made or [_block()]
            made[-1]["lines"].append(_line(row, begins=bool(row.get("number")) or not numbered))
    found = [one for one in made if one["lines"] or one["heading"]]
    return [_spanned(one) for one in found]


def grouped(made: Sequence[Block]) -> bool:
    """Return whether the table has a first column: a form without groups needs none."""
    return any(one["category"] for one in made)


def _block(category: tuple[str, ...] = (), heading: str = "") -> Block:
    return {"category": category, "opens": bool(category), "heading": heading, "lines": []}


def _headed(made: list[Block], heading: str) -> Block:
    """A heading right under its group stands in the group's first block; a later one begins a block of its own."""
    if made and not made[-1]["lines"] and not made[-1]["heading"]:
        return {**made.pop(), "heading": heading}
    return _block(heading=heading)


def _parted(text: str) -> tuple[str, ...]:
    """``一、`` on a line of its own, as the narrow first column is set."""
    found = _ORDINAL.fullmatch(text)
    return (found[1], found[2]) if found else (text,)


def _line(row: Row, *, begins: bool) -> Block:
    """A line with its answers: a single one needs no title, several stand below each other under theirs."""
    answers = row.get("answers") or []
    told = [_answer(one, "" if len(answers) == 1 else f"{one['title']}：") for one in answers]
    size = sum(len(one["title"]) + len(one["value"]) for one in told)
    return {"text": row["text"], "item": begins, "answers": told, "long": size > LONG}


def _answer(answer: Row, title: str) -> Block:
    """What stands in the third column: the value with its unit; when it is blank, room before the unit, or boxes."""
    value = str(answer["value"])
    unit = "" if value == NOT_APPLICABLE else str(answer.get("unit") or "")
    shown = value or (BOXES if str(answer["title"]).startswith("是否") else "")
    return {"title": title, "value": shown, "unit": unit, "blank": not shown}


def _spanned(block: Block) -> Block:
    lines = list(_edged(block["lines"]))
    return {
        **block,
        "lines": lines,
        "span": len(lines) + sum(line["long"] for line in lines) + bool(block["heading"]) or 1,
    }


def _edged(lines: Sequence[Block]) -> Iterator[Block]:
    """Each line knows whether an item begins with it and ends with it: rules stand between items only."""
    for place, line in enumerate(lines):
        last = place + 1 == len(lines)
        yield {**line, "item": line["item"] or place == 0, "ends": last or lines[place + 1]["item"]}


def totalled(rows: Sequence[Row], columns: Sequence[Row]) -> list[Block]:
    """Return the rows with ``cells``, one for each of ``columns`` ({key, title, width}); ``long`` if one is too long.

    ``width`` is a percentage: two characters for each, ``LONG_CELL`` at most, and in a column without one.
    """
    limits = [min(LONG_CELL, 2 * int(column.get("width", LONG_CELL))) for column in columns]
    return [_totalled(row, [str(row.get(column["key"], "")) for column in columns], limits) for row in rows]


def _totalled(row: Row, values: Sequence[str], limits: Sequence[int]) -> Block:
    cells = [
        {"value": value, "figure": _FIGURE.fullmatch(value) is not None, "long": len(value) > limit}
        for value, limit in zip(values, limits, strict=True)
    ]
    return {**row, "cells": cells, "long": any(cell["long"] for cell in cells)}
