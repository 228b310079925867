"""A rule, what was found, and the verdict: the words every measurement is told in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from zhuli_flow.documents.ruler.parts import Parts
from zhuli_flow.documents.ruler.sheet import Box, Line

Verdict = Literal["合格", "不合格", "不适用", "未检"]
Unit = Literal["mm", "pt", "", "行", "字", "处"]
InkReader = Callable[[int, Box, bool], Box | None]


@dataclass(frozen=True, slots=True)
class Paper:
    """What rules measure: the parts found, and the ink of any place (page, box, red only).

    Both are measured from the paper's own text area; ``shift`` is how far right and down (mm) of its place that lies.
    """

    parts: Parts
    ink: InkReader
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Found:
    """One measurement: in words, and how far off it is (mm, pt, or a count of faults)."""

    measured: str
    deviation: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the ruler. ``measure`` returns None where the paper has nothing to measure.

    ``tolerance`` is how far off is still right (0: exact); ``high`` is the upper bound where it differs. ``layouts``
    are the first letters of the layouts it holds for (document, letter, minutes, order, form).
    """

    code: str
    clause: str
    title: str
    expected: str
    tolerance: float
    measure: Callable[[Paper], Found | None]
    unit: Unit = "mm"
    high: float | None = None
    layouts: str = "dlmo"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule applied to a paper; ``deviation`` is None where nothing was measured."""

    rule: Rule
    measured: str
    deviation: float | None
    verdict: Verdict

    def json(self) -> dict[str, str | float | None]:
        """The row as JSON; ``tolerance`` in words."""
        rule = self.rule
        off = None if self.deviation is None else round(self.deviation, 3)
        return {
            "code": rule.code,
            "clause": rule.clause,
            "rule": rule.title,
            "expected": rule.expected,
            "measured": self.measured,
            "deviation": off,
            "unit": rule.unit,
            "tolerance": tolerance(rule),
            "verdict": self.verdict,
        }


def apply(rule: Rule, paper: Paper) -> Row:
    """Measure one rule on a paper."""
    found = rule.measure(paper)
    if found is None:
        return Row(rule, "", None, "不适用")
    low, high = -rule.tolerance, rule.tolerance if rule.high is None else rule.high
    right = low - 1e-6 <= found.deviation <= high + 1e-6
    return Row(rule, found.measured, found.deviation, "合格" if right else "不合格")


def tolerance(rule: Rule) -> str:
    """The tolerance in words: 0.15, −0.5…+5.3, or 须相符."""
    if rule.high is not None:
        return f"−{rule.tolerance:g}…+{rule.high:g}"
    return f"±{rule.tolerance:g}" if rule.tolerance else "须相符"


def off(measured: float, expected: float, where: str = "") -> Found:
    """One length measured against what it should be."""
    return Found(f"{measured:.2f}{where}", measured - expected)


def worst(found: Iterable[Found]) -> Found | None:
    """The measurement that is furthest off; None when there is none."""
    return max(found, key=lambda one: abs(one.deviation), default=None)


def faults(found: Sequence[str], right: str = "相符") -> Found:
    """What is wrong, each in a few words; none is ``right``."""
    more = f" 等 {len(found)} 处" if len(found) > 3 else ""
    return Found("；".join(found[:3]) + more if found else right, float(len(found)))


def at(line: Line) -> str:
    """Where a line stands, for a person: page and its first words."""
    return f"（第{line.page}页“{line.text[:6]}”）"


def missing(wanted: Iterable[tuple[str, object]]) -> Found:
    """Which of the wanted parts were not found."""
    return faults([f"未见{name}" for name, part in wanted if not part], "齐全")
