"""Habits of writing that a proof-reader marks: separators, citations, marks without their pair.

Each function takes the text of a paper (``text_patterns.plain``) or one of its values and yields what is wrong, as
(what it says, what would be right).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from zhuli_flow.documents.templates.addressing import alike

Wrong = tuple[str, str]

_BRACKETED = r"(?:〔\d{4}〕|[\[［【（(﹝〖]\d{4}[\]］】）)﹞〗])第?\d+号"
_VERBS = re.compile(
    ".*(?:根据|依据|按照|遵照|参照|对照|依照|落实|执行|贯彻|转发|印发|通过|[依按经以和与及见据在对将到了])(?=[\u4e00-\u9fff]{2})"
)
_NUMBER_FIRST = re.compile(
    rf"(?<![》\u4e00-\u9fff])(?<!》[（(])([\u4e00-\u9fff]{{2,}}{_BRACKETED})(?:文件?)?[）)]?[，,]?[（(]?[《“]([^》”]{{4,60}})[》”]"
)
_BARE_NUMBER = re.compile(rf"《([^》]{{4,60}})》[\[［【]?([\u4e00-\u9fff]{{2,8}}{_BRACKETED})")
_SECRET = re.compile(r"(绝密|机密|秘密)(★(?:长期|[1-9]\d?年|[1-9]\d?个月|[1-9]\d?天|\d{4}年\d{1,2}月\d{1,2}日))?")
_URGENT = ("特急", "加急")
_PAIRS = dict(zip("（《〈“‘〔【「([", "）》〉”’〕】」)]", strict=True))
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_INNER = {"《": "〈〉", "“": "‘’"}


def secrecy(written: str) -> Iterator[Wrong]:
    """密级 is one of three words, with its period behind ★ (7.2.2)."""
    if not _SECRET.fullmatch(written):
        yield f"密级“{written}”不合规定", "密级分绝密、机密、秘密，标注保密期限的写如“机密★3年”"


def urgency(written: str) -> Iterator[Wrong]:
    """紧急程度 of a paper is one of two words (7.2.3); those of a telegram are others."""
    if written not in _URGENT:
        yield f"紧急程度“{written}”不合规定", "紧急公文分特急、加急（特提、平急是电报的）"


def cited_backwards(text: str) -> Iterator[Wrong]:
    """A paper cited by its number first, or with a number that stands behind its title without （）."""
    for found in _NUMBER_FIRST.finditer(text):
        number = organ_number(found[1])
        yield f"引用“{number}《{found[2]}》”把发文字号放在了标题之前", f"请写“《{found[2]}》（{number}）”"
    for found in _BARE_NUMBER.finditer(text):
        yield f"引用《{found[1]}》的发文字号没有用圆括号", f"请写“《{found[1]}》（{found[2]}）”"


def organ_number(written: str) -> str:
    """A 发文字号 without the words before it that the pattern took along: 根据辽科协发〔2018〕1号."""
    return _VERBS.sub("", written)


def unpaired(text: str) -> Iterator[Wrong]:
    """Brackets and quotation marks of a paragraph that open without closing, or close without opening, or cross."""
    for line in text.partition("\f")[0].splitlines():
        yield from _unpaired(line)


def _unpaired(line: str) -> Iterator[Wrong]:
    opened: list[str] = []
    for char in re.sub(r"^\d{1,2}[)]", "", line):
        if char in _INNER and char in opened and _INNER[char][0] not in opened[opened.index(char) :]:
            inner = _INNER[char]
            yield f"“{line[:16]}…”一段中{char}{_PAIRS[char]}里面又用了{char}", f"请把里面的改为{inner}"
        if char in _PAIRS:
            opened.append(char)
        elif char in _CLOSING and _CLOSING[char] not in opened:
            yield _lacking(line, _CLOSING[char])
        elif char in _CLOSING:
            while (last := opened.pop()) != _CLOSING[char]:
                yield _lacking(line, _PAIRS[last])
    yield from (_lacking(line, _PAIRS[char]) for char in opened)
    if line.count('"') % 2:
        yield _lacking(line, '"')


def _lacking(line: str, mark: str) -> Wrong:
    return f"“{line[:16]}…”一段中缺少“{mark}”", f"请补上“{mark}”，使标点成对"


def mixed_kinds(names: str) -> Iterator[Wrong]:
    """Names of different kinds (organs, societies, firms) joined by 、: kinds are kept apart by ，."""
    for group in re.split("，", names):
        parts = [part for part in re.split("、(?![^（]*）)", group) if part]
        for before, after in pairwise(parts):
            if not alike(before, after):
                yield f"“{before}、{after}”不是同类型机关，中间用了顿号", f"请写“{before}，{after}”"
