"""Rules of the head (版头) and the title: mark, number, red rule, title (7.2, 7.3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from zhuli_flow.documents.ruler.faces import BIAOSONG, FANGSONG, HEITI, KAITI
from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, at, faults, missing, off, worst
from zhuli_flow.documents.ruler.sheet import RED, Box, Line
from zhuli_flow.documents.ruler.standard import CELL, CENTRE, HALF_LEADING, LEFT, LINE, POINT, RIGHT, TITLE_PT, TOP

NUMBER = re.compile(r"[^\s〔〕第]+〔[1-9]\d{3}〕[1-9]\d*号|第[1-9]\d*号")
_MARK_TOP = {"document": TOP + 35, "minutes": TOP + 35, "letter": 30.0, "order": TOP + 20}
SLACK = 0.5, round(2 * HALF_LEADING + 0.5, 2)
"""How far off N blank lines may be beside an edge off the grid: edge to edge, or with half a leading each."""


def present(paper: Paper) -> Found:
    """The parts a paper of this layout cannot do without."""
    parts = paper.parts
    wanted: list[tuple[str, object]] = [("发文机关标志", parts.mark), ("正文", parts.paragraphs)]
    if parts.layout in {"document", "letter"}:
        wanted += [("发文字号", parts.number), ("红色分隔线", parts.rules), ("标题", parts.title)]
    if parts.layout != "minutes":
        wanted += [("成文日期", parts.date)]
    if parts.layout == "document":
        wanted += [("版记", parts.record)]
    return missing(wanted)


def mark_box(paper: Paper) -> Box | None:
    """The ink of the mark."""
    lines = paper.parts.mark
    if not lines:
        return None
    pad = max(line.size for line in lines) * POINT * 0.3
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    top, bottom = min(line.top for line in lines) - pad, max(line.bottom for line in lines) + pad
    if paper.parts.rule:
        bottom = min(bottom, paper.parts.rule.box.top - 0.2)
    red = lines[0].colour == RED
    return paper.ink(1, Box(left - 2, top, right + 2, bottom), red)


def mark_top(paper: Paper) -> Found | None:
    """The upper edge of the mark's ink."""
    box = mark_box(paper)
    return off(box.top, _MARK_TOP.get(paper.parts.layout, TOP + 35)) if box else None


def mark_centre(paper: Paper) -> Found | None:
    """The middle of the mark's ink, across."""
    box = mark_box(paper)
    return off(box.middle[0], CENTRE) if box else None


def mark_face(paper: Paper) -> Found | None:
    """The mark is red 小标宋."""
    lines = paper.parts.mark
    wrong = [line.role for line in lines if line.role != BIAOSONG]
    wrong += ["不是红色" for line in lines if line.colour != RED]
    return faults(wrong, "红色小标宋") if lines else None


def _stack(paper: Paper) -> tuple[list[Line], Box, Box] | None:
    """Of a joint mark with 文件: the organs' lines, and the ink boxes of their stack and of 文件."""
    glyphs = [one for line in paper.parts.mark for one in line.glyphs]
    ends = [one for one in glyphs if one.char in "文件"]
    if len(paper.parts.mark) < 2 or len(ends) < 2 or ends[-1].size < 1.05 * min(one.size for one in glyphs):
        return None  # one organ's long name in two lines ends in a 文件 of its own size
    edge = sorted(one.x for one in ends)[-2]
    tall = max(one.size for one in glyphs) * POINT
    box = Box(LEFT, min(g.base for g in glyphs) - tall, edge - 0.3, max(g.base for g in glyphs) + tall * 0.3)
    names = paper.ink(1, box, True)
    word = paper.ink(1, Box(edge, box.top, RIGHT + 6, box.bottom), True)
    lines = [Line(one.page, tuple(g for g in one.glyphs if g.x < edge - 0.3)) for one in paper.parts.mark]
    return ([one for one in lines if one.glyphs], names, word) if names and word else None


def mark_word(paper: Paper) -> Found | None:
    """Joint: 文件 stands in the middle beside the stack of names."""
    found = _stack(paper)
    return off(found[2].middle[1], found[1].middle[1]) if found else None


def mark_names(paper: Paper) -> Found | None:
    """Joint: all names are spread to the width of the longest."""
    lines = found[0] if (found := _stack(paper)) else paper.parts.mark
    if len(lines) < 2:
        return None
    edges: list[Callable[[Line], float]] = [lambda line: line.left, lambda line: line.right]
    return worst(off(edge(line), edge(lines[0])) for line in lines for edge in edges)


def front(pattern: str) -> Callable[[Paper], Found | None]:
    """Return the measure of one of the lines above the mark: flush left, on its grid line, in order."""

    def measure(paper: Paper) -> Found | None:
        lines = sorted(paper.parts.front, key=lambda line: line.base)
        own = [(n, line) for n, line in enumerate(lines) if re.search(pattern, line.text)]
        if not own or paper.parts.layout == "letter":
            return None
        number, line = own[0]
        # Without a copy number the secrecy may keep the second line, which is its own (7.2.2).
        kept = not lines[0].text.isdigit() and "密" in lines[0].text and lines[0].top > TOP + LINE / 2
        return worst([off(line.left, LEFT), off(line.top, TOP + (number + kept) * LINE)])

    return measure


def front_form(paper: Paper) -> Found | None:
    """份号 has six digits; 密级 and 紧急程度 are in 黑体; each on a line of its own, in this order."""
    lines = sorted(paper.parts.front, key=lambda line: line.base)
    if not lines:
        return None
    kinds = [0 if line.text.isdigit() else 1 if "密" in line.text else 2 for line in lines]
    wrong = ["次序不对"] if kinds != sorted(kinds) else []
    wrong += [f"份号 {line.text}" for line in lines if line.text.isdigit() and len(line.text) != 6]
    wrong += [f"{line.role}{at(line)}" for line, kind in zip(lines, kinds, strict=True) if kind and line.role != HEITI]
    return faults(wrong)


def number_form(paper: Paper) -> Found | None:
    """Full year in 〔〕, no 第, no leading zero, ends in 号."""
    one = paper.parts.number
    return faults([] if NUMBER.fullmatch(one.text) else [one.text], one.text) if one else None


def number_gap(paper: Paper) -> Found | None:
    """The number stands two lines below the mark; with several signers its row is the last of theirs."""
    box, parts = mark_box(paper), paper.parts
    if not box or not parts.number:
        return None
    rows = [line.top for line in [*parts.signers, parts.number]]
    return off(min(rows) - box.bottom, 2 * LINE)


def number_place(paper: Paper) -> Found | None:
    """The number is centred; beside signers (上行文) it stands one cell in from the left."""
    one = paper.parts.number
    if not one:
        return None
    return off(one.left, LEFT + CELL) if paper.parts.signers else off(one.centre, CENTRE)


def signers_right(paper: Paper) -> Found | None:
    """The signers end one cell from the right, their rows begin alike, and the number stands on the last of them."""
    parts = paper.parts
    if not parts.signers or not parts.number:
        return None
    ends = off(max(line.right for line in parts.signers), RIGHT - CELL)
    rows: dict[float, list[Line]] = {}
    for line in parts.signers:
        rows.setdefault(round(line.base, 1), []).append(line)
    starts = [min(_name_left(line) for line in row) for row in rows.values()]
    last = max(line.base for line in parts.signers)
    return worst([ends, *(off(left, starts[0]) for left in starts), off(parts.number.base, last, "（字号行）")])


def _name_left(line: Line) -> float:
    """Where the first name begins, after 签发人： where that is said."""
    label = re.match("签发人[：:]", line.text)
    rest = line.glyphs[label.end() :] if label else line.glyphs
    return rest[0].x if rest else line.right


def signers_face(paper: Paper) -> Found | None:
    """签发人： in 仿宋, the names in 楷体."""
    glyphs = [one for line in paper.parts.signers for one in line.glyphs]
    if not glyphs:
        return None
    wrong = [line for line in paper.parts.signers for part in _by_role(line) if part not in {FANGSONG, KAITI}]
    named = [line for line in paper.parts.signers if KAITI in _by_role(line)]
    return faults([at(line) for line in wrong] or ([] if named else ["姓名不是楷体"]))


def _by_role(line: Line) -> set[str]:
    return {Line(line.page, (one,)).role for one in line.glyphs if one.wide}


def rule_gap(paper: Paper) -> Found | None:
    """The red rule lies 4 mm below the number."""
    rule, number = paper.parts.rule, paper.parts.number
    return off(rule.box.top - number.bottom, 4) if rule and number else None


def rule_width(paper: Paper) -> Found | None:
    """The red rule is as wide as the text area."""
    rule = paper.parts.rule
    if not rule:
        return None
    ends = f"{rule.box.left:.2f}—{rule.box.right:.2f}"
    return Found(ends, max(rule.box.left - LEFT, rule.box.right - RIGHT, key=abs))


def rule_colour(paper: Paper) -> Found | None:
    """The rule is red."""
    rule = paper.parts.rule
    return faults([] if rule.colour == RED else ["不是红色"], "红色") if rule else None


def title_gap(paper: Paper) -> Found | None:
    """The title begins two lines below the rule."""
    rule, title = paper.parts.rule, paper.parts.title
    return off(title[0].top - rule.box.bottom, 2 * LINE) if rule and title else None


def title_size(paper: Paper) -> Found | None:
    """The title is printed in size 2 (22 pt)."""
    return worst(Found(f"{line.size:.2f}", line.size - TITLE_PT) for line in paper.parts.title)


def title_face(paper: Paper) -> Found | None:
    """The title is printed in 小标宋."""
    title = paper.parts.title
    return faults([f"{line.role}{at(line)}" for line in title if line.role != BIAOSONG], BIAOSONG) if title else None


def title_centre(paper: Paper) -> Found | None:
    """Each line of the title is centred."""
    return worst(off(line.centre, CENTRE, at(line)) for line in paper.parts.title)


def title_shape(paper: Paper) -> Found | None:
    """Several lines make a trapezoid or a diamond, never an hourglass or a block of stairs."""
    widths = [line.right - line.left for line in paper.parts.title]
    if len(widths) < 3:
        return None
    waist = 1.5 * TITLE_PT * POINT  # less than this no eye sees
    hourglass = any(a - waist > b < c - waist for a, b, c in zip(widths, widths[1:], widths[2:], strict=False))
    return faults(["沙漏形"] if hourglass else [], "梯形或菱形")


RULES = (
    Rule("parts", "7.1", "要素齐全", "齐全", 0, present, "处"),
    Rule("front.copy", "7.2.1", "份号的位置", "顶格，第1行", 0.15, front(r"^\d+$"), layouts="dmo"),
    Rule("front.secrecy", "7.2.2", "密级和保密期限的位置", "顶格，依次一行", 0.15, front("密"), layouts="dmo"),
    Rule("front.urgency", "7.2.3", "紧急程度的位置", "顶格，依次一行", 0.15, front("急"), layouts="dmo"),
    Rule("front.form", "7.2.1", "份号6位、密级与紧急程度黑体、次序", "相符", 0, front_form, "处"),
    Rule("mark.top", "7.2.4", "发文机关标志上边缘（墨迹）", "72.00", 0.3, mark_top, layouts="dm"),
    Rule("mark.centre", "7.2.4", "发文机关标志居中", "106.00", 0.3, mark_centre),
    Rule("mark.face", "7.2.4", "发文机关标志字体颜色", "红色小标宋", 0, mark_face, "处"),
    Rule("mark.word", "7.2.4", "联合行文“文件”上下居中", "与名称同心", 0.3, mark_word, layouts="d"),
    Rule("mark.names", "7.2.4", "联合行文名称两端对齐", "等宽", 0.3, mark_names, layouts="d"),
    Rule("number.form", "7.2.5", "发文字号的写法", "〔2012〕1号", 0, number_form, "处"),
    Rule("number.gap", "7.2.5", "发文字号距标志", "20.89", SLACK[0], number_gap, high=SLACK[1], layouts="do"),
    Rule("number.place", "7.2.5", "发文字号居中（上行文左空一字）", "106.00", 0.3, number_place, layouts="do"),
    Rule("signers.right", "7.2.6", "签发人右空一字、与字号同行", "178.43", 0.15, signers_right, layouts="d"),
    Rule("signers.face", "7.2.6", "签发人仿宋、姓名楷体", "相符", 0, signers_face, "处", layouts="d"),
    Rule("rule.gap", "7.2.7", "分隔线距发文字号", "4.00", 0.15, rule_gap, layouts="d"),
    Rule("rule.width", "7.2.7", "分隔线与版心等宽", "28.00—184.00", 0.15, rule_width, layouts="dm"),
    Rule("rule.colour", "7.2.7", "分隔线颜色", "红色", 0, rule_colour, "处", layouts="dm"),
    Rule("title.gap", "7.3.1", "标题距分隔线", "20.89", SLACK[0], title_gap, high=SLACK[1], layouts="dm"),
    Rule("title.size", "7.3.1", "标题字号（2号）", "22.00", 0.25, title_size, "pt"),
    Rule("title.face", "7.3.1", "标题字体", BIAOSONG, 0, title_face, "处"),
    Rule("title.centre", "7.3.1", "标题居中", "106.00", 0.3, title_centre),
    Rule("title.shape", "7.3.1", "标题排列", "梯形或菱形", 0, title_shape, "处"),
)
