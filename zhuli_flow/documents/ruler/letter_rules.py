"""Rules of the special layouts: letters, orders and minutes (clause 10)."""

from __future__ import annotations

import re

from zhuli_flow.documents.ruler.faces import HEITI
from zhuli_flow.documents.ruler.head_rules import SLACK, mark_box, mark_top
from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, at, faults, off, worst
from zhuli_flow.documents.ruler.sheet import Box, Shape, line_of
from zhuli_flow.documents.ruler.standard import CELL, EM, LEFT, LINE, RIGHT

_NEAR = EM * 7 / 8
_ATTENDANCE = re.compile("[^：]{2,6}：")


def _upper(paper: Paper) -> list[Shape]:
    return [one for one in paper.parts.rules if one.box.top < 150]


def _lower(paper: Paper) -> list[Shape]:
    return [one for one in paper.parts.rules if one.box.top > 200]


def upper_gap(paper: Paper) -> Found | None:
    """The upper double rule lies 4 mm below the mark."""
    box, rules = mark_box(paper), _upper(paper)
    return off(rules[0].box.top - box.bottom, 4) if box and rules else None


def lower_place(paper: Paper) -> Found | None:
    """The lower double rule lies 20 mm above the paper's edge."""
    rules = _lower(paper)
    return off(max(one.box.bottom for one in rules), 277) if rules else None


def width(paper: Paper) -> Found | None:
    """Both double rules are 170 mm long and centred on the page."""
    boxes = [one.box for one in paper.parts.rules]
    return worst([*(off(box.left, 20) for box in boxes), *(off(box.right, 190) for box in boxes)])


def double(paper: Paper) -> Found | None:
    """Thick over thin above, thin over thick below."""
    upper, lower = ([one.box for one in rules] for rules in (_upper(paper), _lower(paper)))
    wrong = [f"{name}不是双线" for name, rules in (("上线", upper), ("下线", lower)) if len(rules) != 2]
    wrong += ["上线不是上粗下细"] if len(upper) == 2 and upper[0].height <= upper[1].height else []
    wrong += ["下线不是上细下粗"] if len(lower) == 2 and lower[0].height >= lower[1].height else []
    return faults(wrong)


def _edge(boxes: list[Shape]) -> Box | None:
    return boxes[-1].box if boxes else None


def first(paper: Paper) -> Found | None:
    """The first line below the upper double rule is 7/8 of a character away."""
    rule, number = _edge(_upper(paper)), paper.parts.number
    lines = [*paper.parts.front, *([number] if number else [])]
    return off(min(line.top for line in lines) - rule.bottom, _NEAR) if rule and lines else None


def sides(paper: Paper) -> Found | None:
    """Number flush right; 份号, 密级, 紧急程度 flush left."""
    number = paper.parts.number
    left = [off(line.left, LEFT, at(line)) for line in paper.parts.front if line.top > 45]
    return worst([*left, *([off(number.right, RIGHT, at(number))] if number else [])])


def title(paper: Paper) -> Found | None:
    """The title begins two lines below the last of them."""
    number, lines = paper.parts.number, paper.parts.title
    above = [line for line in [*paper.parts.front, *([number] if number else [])] if line.top > 45]
    return off(lines[0].top - max(line.bottom for line in above), 2 * LINE) if lines and above else None


def last(paper: Paper) -> Found | None:
    """The last line of a full page 1 is 7/8 of a character above the lower double rule."""
    rules, parts = _lower(paper), paper.parts
    lines = [line for line in parts.body if line.page == 1]
    goes_on = any(line.page > 1 for line in parts.body)
    kept = parts.date is not None and parts.date.page == 2
    found = off(min(one.box.top for one in rules) - lines[-1].bottom, _NEAR) if rules and lines and goes_on else None
    return None if found and kept and found.deviation > LINE / 2 else found


def record(paper: Paper) -> Found | None:
    """The record of a letter has neither rules nor a printing line."""
    parts = paper.parts
    wrong = ["有分隔线"] if parts.bars else []
    wrong += ["有印发机关和日期"] if any(line.text.endswith("印发") for line in parts.record) else []
    return faults(wrong, "无") if parts.record else None


def order_gap(paper: Paper) -> Found | None:
    """The body of an order begins two lines below its number."""
    number, body = paper.parts.number, paper.parts.paragraphs
    return off(body[0][0].top - number.bottom, 2 * LINE) if number and body else None


def attendance(paper: Paper) -> Found | None:
    """出席、请假、列席 two cells in, one blank line below the text; names that run over begin below the first."""
    lines, body = paper.parts.attendance, paper.parts.body
    found, name = [], LEFT + 5 * CELL
    for line in lines:
        label = _ATTENDANCE.match(line.text)
        found.append(off(line.left, LEFT + 2 * CELL if label else name, at(line)))
        if label and len(line.glyphs) > label.end():
            name = line.glyphs[label.end()].x
    same = lines and body and body[-1].page == lines[0].page
    return worst([*found, *([off(lines[0].base - body[-1].base, 2 * LINE, "（空一行）")] if same else [])])


def attendance_face(paper: Paper) -> Found | None:
    """出席： in 黑体, the names in 仿宋."""
    lines = [line for line in paper.parts.attendance if _ATTENDANCE.match(line.text)]
    wrong = [at(line) for line in lines if line_of(line.page, line.glyphs[:2]).role != HEITI]
    return faults(wrong, HEITI) if lines else None


RULES = (
    Rule("letter.mark", "10.1", "信函标志上边缘距上页边（墨迹）", "30.00", 0.3, mark_top, layouts="l"),
    Rule("letter.upper", "10.1", "上双线距标志", "4.00", 0.3, upper_gap, layouts="l"),
    Rule("letter.lower", "10.1", "下双线距下页边20", "277.00", 0.15, lower_place, layouts="l"),
    Rule("letter.width", "10.1", "双线长170、居中", "20.00—190.00", 0.15, width, layouts="l"),
    Rule("letter.double", "10.1", "双线上粗下细、上细下粗", "相符", 0, double, "处", layouts="l"),
    Rule("letter.first", "10.1", "首行距上双线（7/8字高）", f"{_NEAR:.2f}", 0.2, first, layouts="l"),
    Rule("letter.sides", "10.1", "字号顶版心右边、密级等顶左边", "184.00 / 28.00", 0.15, sides, layouts="l"),
    Rule("letter.title", "10.1", "标题距其上最后一个要素", "20.89", SLACK[0], title, high=SLACK[1], layouts="l"),
    Rule("letter.last", "10.1", "末行距下双线（7/8字高）", f"{_NEAR:.2f}", 0.2, last, layouts="l"),
    Rule("letter.record", "10.1", "版记无分隔线、无印发", "无", 0, record, "处", layouts="l"),
    Rule("order.mark", "10.2", "命令标志上边缘（墨迹）", "57.00", 0.3, mark_top, layouts="o"),
    Rule("order.body", "10.2", "正文距令号", "20.89", SLACK[0], order_gap, high=SLACK[1], layouts="o"),
    Rule("minutes.left", "10.3", "出席、请假、列席左空二字", "39.14", 0.15, attendance, layouts="m"),
    Rule("minutes.face", "10.3", "“出席”等字体", HEITI, 0, attendance_face, "处", layouts="m"),
)
