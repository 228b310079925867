"""The table of rules, in the order of the standard, and a paper measured by all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhuli_flow.documents.ruler import (
    body_rules,
    end_rules,
    folio_rules,
    head_rules,
    letter_rules,
    margins,
    sheet_rules,
)
from zhuli_flow.documents.ruler.judge import InkReader, Paper, Row, Rule, apply
from zhuli_flow.documents.ruler.parts import Layout, Parts, find
from zhuli_flow.documents.ruler.reading import File, Unreadable
from zhuli_flow.documents.ruler.sheet import Box, Page

RULES: tuple[Rule, ...] = (
    *sheet_rules.RULES[:1],
    *margins.RULES,
    *sheet_rules.RULES[1:],
    *head_rules.RULES,
    *body_rules.RULES,
    *end_rules.RULES,
    *folio_rules.RULES,
    *letter_rules.RULES,
)
_FEWEST = 10  # characters: a scan with a stamped page number has no text
TITLES = {"document": "文件格式", "letter": "信函格式", "minutes": "纪要格式", "order": "命令格式", "form": "内部表单"}


@dataclass(frozen=True, slots=True)
class Report:
    """A measured paper: its layout, number of pages, and a row for each rule of that layout."""

    layout: Layout
    pages: int
    rows: tuple[Row, ...]

    @property
    def wrong(self) -> tuple[Row, ...]:
        """The rows beyond tolerance."""
        return tuple(row for row in self.rows if row.verdict == "不合格")

    def json(self) -> dict[str, object]:
        """The report as JSON."""
        verdict = "不合格" if self.wrong else "合格"
        rows = [row.json() for row in self.rows]
        return {"layout": self.layout, "pages": self.pages, "verdict": verdict, "rows": rows}


def measure(data: bytes, layout: Layout | None = None) -> Report:
    """Measure a PDF in this process; for files one has made oneself. Raises ``reading.Unreadable``."""
    with File(data) as file:

        @lru_cache(maxsize=256)
        def ink(page: int, box: Box, red: bool) -> Box | None:
            return file.ink(page, box, red=red)

        paper = _paper(file.pages(), ink, layout)
        parts = paper.parts
        rows = tuple(apply(rule, paper) for rule in _rules(parts))
        return Report(parts.layout, len(parts.pages), rows)


def _paper(pages: Sequence[Page], ink: InkReader, layout: Layout | None) -> Paper:
    """The parts of a paper, measured from its own text area. Raises Unreadable when there is nothing to read."""
    if _pictured(pages):
        raise Unreadable("没有可量的文字（扫描件或图片）")
    parts = find(pages, layout)
    by = margins.found(parts)
    if not by:
        return Paper(parts, ink)
    moved = margins.moved(pages, by)
    return Paper(find(moved, layout), margins.reader(ink, moved, by), (by.right, by.down))


def _pictured(pages: Sequence[Page]) -> bool:
    """Whether what is on the pages is drawn, not written: a scan, a picture, text turned into outlines."""
    written = sum(not one.char.isspace() for page in pages for one in page.glyphs)
    return written < _FEWEST and any(page.shapes for page in pages)


def _rules(parts: Parts) -> Sequence[Rule]:
    return [rule for rule in RULES if parts.layout[0] in rule.layouts]
