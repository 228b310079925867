"""The table of rules, in the order of the standard, and a paper measured by all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhuli_flow.documents.ruler import body_rules, end_rules, folio_rules, head_rules, letter_rules, sheet_rules
from zhuli_flow.documents.ruler.judge import Paper, Row, Rule, apply
from zhuli_flow.documents.ruler.parts import Layout, Parts, find
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.documents.ruler.sheet import Box

RULES: tuple[Rule, ...] = (
    *sheet_rules.RULES,
    *head_rules.RULES,
    *body_rules.RULES,
    *end_rules.RULES,
    *folio_rules.RULES,
    *letter_rules.RULES,
)
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

        parts = find(file.pages(), layout)
        rows = tuple(apply(rule, Paper(parts, ink)) for rule in _rules(parts))
        return Report(parts.layout, len(parts.pages), rows)


def _rules(parts: Parts) -> Sequence[Rule]:
    return [rule for rule in RULES if parts.layout[0] in rule.layouts]
