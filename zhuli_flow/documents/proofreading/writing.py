"""Habits of writing that a proof-reader marks: separators, citations, dates that are none, marks without their pair.

Each function takes the text of a paper (``text_patterns.plain``) or one of its values and yields what is wrong, as
(what it says, what would be right).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from zhuli_flow.documents.templates.addressing import kind_of

Wrong = tuple[str, str]

_DAY = re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_NUMBER_FIRST = re.compile(r"([\u4e00-\u9fff]{2,10}〔\d{4}〕\d+号)(?:文件?)?[（(]?《([^》]{4,40})》")
_SECRET = re.compile(r"(绝密|机密|秘密)(★(?:长期|[1-9]\d?年|[1-9]\d?个月|[1-9]\d?天|\d{4}年\d{1,2}月\d{1,2}日))?")
_URGENT = ("特急", "加急")
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("‘", "’"), ("〔", "〕"))
_FIGURES = "零一二三四五六七八九"
_LEVELS = (
    (re.compile("([一二三四五六七八九十]{1,3})、"), "{}、"),
    (re.compile("（([一二三四五六七八九十]{1,3})）"), "（{}）"),
    (re.compile(r"(\d{1,2})[.．](?!\d)"), "{}."),
    (re.compile(r"（(\d{1,2})）"), "（{}）"),
)


def secrecy(written: str) -> Iterator[Wrong]:
    """密级 is one of three words, with its period behind ★ (7.2.2)."""
    if not _SECRET.fullmatch(written):
        yield f"密级“{written}”不合规定", "密级分绝密、机密、秘密，标注保密期限的写如“机密★3年”"


def urgency(written: str) -> Iterator[Wrong]:
    """紧急程度 of a paper is one of two words (7.2.3); those of a telegram are others."""
    if written not in _URGENT:
        yield f"紧急程度“{written}”不合规定", "紧急公文分特急、加急（特提、平急是电报的）"


def impossible_days(text: str) -> Iterator[Wrong]:
    """Dates that no calendar has."""
    for found in _DAY.finditer(text):
        year, month, day = int(found[1] or 2024), int(found[2]), int(found[3])  # 2024: a year with 29 February
        try:
            date(year, month, day)
        except ValueError:
            yield f"没有{found[0]}这一天", "请核对日期"


def cited_backwards(text: str) -> Iterator[Wrong]:
    """A paper cited by its number first: its title goes first."""
    for found in _NUMBER_FIRST.finditer(text):
        right = f"《{found[2]}》（{found[1]}）"
        yield f"引用“{found[1]}《{found[2]}》”把发文字号放在了标题之前", f"请写“{right}”"


def unpaired(text: str) -> Iterator[Wrong]:
    """Brackets and quotation marks of a paragraph that open without closing, or close without opening."""
    for line in text.partition("\f")[0].splitlines():
        for opening, closing in _PAIRS:
            depth = 0
            for char in line:
                depth += (char == opening) - (char == closing)
                if depth < 0 or depth > 3:
                    break
            if depth:
                lacking = closing if depth > 0 else opening
                yield f"“{line[:16]}…”一段中缺少“{lacking}”", f"请补上“{lacking}”，使标点成对"


def gaps(text: str) -> Iterator[Wrong]:
    """Numbers of a level that are left out or begin late: 一、 三、; those of attachments are their own."""
    counts = [0] * len(_LEVELS)
    for line in text.partition("\f")[0].splitlines():
        if line.startswith("附件："):
            return
        for level, (pattern, form) in enumerate(_LEVELS):
            found = pattern.match(line)
            if found is None:
                continue
            value = int(found[1]) if found[1].isdigit() else _value(found[1])
            if value not in (1, counts[level] + 1):
                due = form.format(counts[level] + 1 if level > 1 else _figures(counts[level] + 1))
                yield f"层次序数“{found[0]}”之前没有“{due}”", "请使层次序数连续"
            counts[level:] = [value] + [0] * (len(_LEVELS) - level - 1)
            break


def mixed_kinds(names: str) -> Iterator[Wrong]:
    """Names of different kinds (organs, societies, firms) joined by 、: kinds are kept apart by ，."""
    for group in re.split("，", names):
        parts = [part for part in re.split("、(?![^（]*）)", group) if part]
        kinds = [kind_of(part) for part in parts]
        for at in range(1, len(parts)):
            if kinds[at] != kinds[at - 1]:
                wrong = f"{parts[at - 1]}、{parts[at]}"
                yield f"“{wrong}”不是同类型机关，中间用了顿号", f"请写“{parts[at - 1]}，{parts[at]}”"


def _value(figures: str) -> int:
    """一 … 九十九 as a number."""
    tens, ten, ones = figures.rpartition("十")
    return (10 * (_FIGURES.index(tens) if tens else 1) if ten else 0) + (_FIGURES.index(ones) if ones else 0)


def _figures(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else _FIGURES[tens] + "十") + (_FIGURES[ones] if ones else "")
