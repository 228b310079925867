"""Numbers of paragraphs (一、（一）1.（1）, 第一章, 第一条, 一是): they follow one another, as 7.3.3 writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zhuli_flow.documents.proofreading.writing import Wrong
from zhuli_flow.support.wording import FIGURES, chinese_number

_CHINESE = "[一二三四五六七八九十]{1,3}"
_LEVELS = (
    (re.compile(f"({_CHINESE})、"), "{}、"),
    (re.compile(f"[（(]({_CHINESE})[）)]"), "（{}）"),
    (re.compile(r"(\d{1,2})[.．、](?!\d)"), "{}."),
    (re.compile(r"[（(](\d{1,2})[）)]"), "（{}）"),
)
_OF_LAWS = (re.compile(f"第({_CHINESE})章"), re.compile(f"第({_CHINESE})条"))
_SERIES = re.compile(f"(?:^|(?<=[。；：，]))({_CHINESE})是(?!否)")
_STYLES = (
    (re.compile(rf"({_CHINESE})[.．]"), "{}、"),
    (re.compile(rf"[（(]({_CHINESE})[）)][、.．]"), "（{}）"),
    (re.compile(r"(\d{1,2})、"), "{}."),
    (re.compile(r"[（(](\d{1,2})[）)][、.．]"), "（{}）"),
)


def gaps(text: str) -> Iterator[Wrong]:
    """Numbers of a level that are left out, come twice or begin late; those of attachments are their own."""
    counts = [0] * len(_LEVELS)
    lines = _body(text)
    for line in lines:
        for level, (pattern, form) in enumerate(_LEVELS):
            if found := pattern.match(line):
                yield from _follows(found, counts[level], form, chinese=level < 2, top=not level)
                counts[level:] = [_counted(found, counts[level])] + [0] * (len(_LEVELS) - level - 1)
                break
    for pattern in _OF_LAWS:
        yield from _run([found for line in lines if (found := pattern.match(line))])
    yield from _run([found for line in lines for found in _SERIES.finditer(line)])


def styles(text: str) -> Iterator[Wrong]:
    """Numbers with another mark than 7.3.3 gives their level: 一. for 一、, 1、 for 1., （一）、 for （一）."""
    for line in _body(text):
        for pattern, form in _STYLES:
            if found := pattern.match(line):
                yield f"层次序数“{found[0]}”的写法不规范", f"请写“{form.format(found[1])}”"


def _body(text: str) -> list[str]:
    """The lines before the list of attachments and the attachments themselves."""
    lines = text.partition("\f")[0].splitlines()
    end = next((at for at, line in enumerate(lines) if line.startswith("附件：")), len(lines))
    return lines[:end]


def _follows(found: re.Match[str], before: int, form: str, *, chinese: bool, top: bool) -> Iterator[Wrong]:
    """Say what is wrong with a number behind ``before``; a list of a lower level may begin anew."""
    value = value_of(found[1])
    due = form.format(chinese_number(before + 1) if chinese else before + 1)
    if value == before or (top and value == 1 and before):
        yield f"层次序数“{found[0]}”重复，应为“{due}”", "请使层次序数连续"
    elif value not in (1, before + 1):
        yield f"层次序数“{found[0]}”之前没有“{due}”", "请使层次序数连续"


def _counted(found: re.Match[str], before: int) -> int:
    """Where a level stands behind this number; what is no number stands for the one that was due."""
    value = value_of(found[1])
    return before + 1 if value < 0 else value


def _run(found: Sequence[re.Match[str]]) -> Iterator[Wrong]:
    """Numbers that run through from a first one, which may come again; a text may quote a single one of another."""
    values = [value_of(one[1]) for one in found]
    if not values or values[0] != 1:
        return
    for at in range(1, len(values)):
        if values[at - 1] > 0 and values[at] not in (1, values[at - 1] + 1):
            due = found[at][0].replace(found[at][1], chinese_number(values[at - 1] + 1))
            yield f"“{found[at - 1][0]}”之后是“{found[at][0]}”，应为“{due}”", "请使序数连续"


def value_of(figures: str) -> int:
    """1 … 99 in either kind of figures; -1 for what is no number (十十)."""
    if figures.isdigit():
        return int(figures)
    tens, ten, ones = figures.rpartition("十")
    if "十" in tens:
        return -1
    return (10 * (FIGURES.index(tens[-1]) if tens else 1) if ten else 0) + (FIGURES.index(ones[-1]) if ones else 0)
