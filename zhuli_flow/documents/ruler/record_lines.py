"""Which lines are a paper's closing record, and which of those name the printing office (7.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhuli_flow.documents.ruler.sheet import Line
from zhuli_flow.documents.ruler.standard import LINE, SMALL_PT

LEAD = re.compile(r"(主送|抄送|分送|抄报)[：:]")
_DATED = re.compile(r".*年.{1,3}月.{1,3}日(印发)?$")
_DAY = re.compile(
    r"[0-9〇○零一二三四五六七八九]{2,4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)


def start(lines: Sequence[Line]) -> int | None:
    """Where the record begins among a page's lines; None when there is none.

    An office of a long name takes lines above that of the date.
    """
    at = next((n for n, line in enumerate(lines) if _is_record(line)), None)
    while at and _small(lines[at - 1]) and 0 < lines[at].base - lines[at - 1].base < LINE:
        at -= 1
    return at


def printing(record: Sequence[Line]) -> list[Line]:
    """The lines of the printing office and its date: what stands below the end of the copies, if they have one."""
    if not record or not record[-1].text.endswith("印发"):
        return []
    ends = [at for at, line in enumerate(record[:-1]) if line.text.endswith("。")]
    listed = any(LEAD.match(line.text) for line in record)
    return list(record[ends[-1] + 1 :] if ends else record[-1:] if listed else record)


def _is_record(line: Line) -> bool:
    printed = line.text.endswith("印发") and _DAY.search(line.text) is not None
    led = LEAD.match(line.text) or _DATED.match(line.text)
    return printed or (led is not None and (_small(line) or "送" in line.text[:3]))


def _small(line: Line) -> bool:
    return abs(line.size - SMALL_PT) < 1.2
