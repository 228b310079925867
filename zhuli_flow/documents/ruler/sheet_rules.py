"""Rules of the whole sheet: paper, text area, the grid of 22 lines by 28 characters, type, colour (clause 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile
from statistics import median

from zhuli_flow.documents.ruler import standard
from zhuli_flow.documents.ruler.faces import FANGSONG
from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, at, faults, off, worst
from zhuli_flow.documents.ruler.parts import Parts
from zhuli_flow.documents.ruler.sheet import BLACK, Glyph, Line
from zhuli_flow.documents.ruler.standard import (
    ABOVE,
    BELOW,
    BODY_PT,
    BOTTOM,
    CELL,
    CELLS,
    EM,
    LEFT,
    LINE,
    LINES,
    POINT,
    RIGHT,
    TOP,
)
from zhuli_flow.documents.wholes import NOT_AT_END, NOT_AT_START, wholes

HEAD = re.compile(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.．]|（\d{1,2}）")
_SQUEEZED = "，。、；：？！）》〉」』】〕”’"
_NOT_PARTED = NOT_AT_START + "…—"
_FIGURES = "0123456789"
_RAGGED = 31.0  # mm that a line lacks before a long word; wider ones are left so, since spreading would tear them
_MOST_GIVEN, _MOST_GIVING = 5.0, 3  # cells that a line gives for a later one, and lines that give


def flow(parts: Parts) -> list[Line]:
    """The lines that lie on the grid: addressees, body, list of attachments."""
    return [*parts.addressees, *parts.body, *parts.enclosures]


def gridded(parts: Parts) -> list[Line]:
    """Text whose grid begins at the text area's edge: neither page 1 of a letter nor what stands below a table."""
    lines = [*flow(parts), *(line for paragraph in parts.annexed for line in paragraph)]
    free = [line for line in lines if not any(box.top < line.top for box in parts.tables[line.page])]
    return [line for line in free if parts.layout != "letter" or line.page > 1]


def _paragraphs(paper: Paper) -> list[list[Line]]:
    return [*paper.parts.paragraphs, *paper.parts.annexed]


def size(paper: Paper) -> Found | None:
    """Every page is A4, upright or turned."""
    pages = paper.parts.pages
    sheets = [(sorted((page.width, page.height)), page.number) for page in pages]
    return worst(Found(f"{w:.2f}×{h:.2f}（第{number}页）", max(w - 210, h - 297, key=abs)) for (w, h), number in sheets)


def top(paper: Paper) -> Found | None:
    """The first character of every page after the first begins at the text area's top edge."""
    return worst(off(_em_top(line), TOP, at(line)) for line in openings(paper.parts))


def _em_top(line: Line) -> float:
    """The top of a size 3 character on this line; of a title's own."""
    return line.top if line.size > 19 else line.base - ABOVE * EM


def openings(parts: Parts) -> Iterator[Line]:
    """The first line of text on each page after the first."""
    lines = [*flow(parts), *(line for page in parts.attachments.values() for line in page[:1])]
    for page in parts.pages[1:]:
        own = [line for line in lines if line.page == page.number]
        first = min(own, key=lambda line: line.base, default=None)
        if first and not any(box.top < first.top for box in parts.tables[page.number]):
            yield first


def full_pages(paper: Paper) -> Iterator[tuple[Line, Line]]:
    """The first and last line of each page that the text fills, going on to the next.

    A page may end early where a signature takes the last of the text along (7.3.5.5), or heads go with their text.
    """
    parts = paper.parts
    lines = flow(parts)
    for number, (before, line) in enumerate(pairwise(lines), 1):
        if before.page == line.page or parts.tables[before.page] or parts.tables[line.page]:
            continue
        if parts.layout == "letter" and before.page == 1:
            continue
        if parts.enclosures and line is parts.enclosures[0] and BOTTOM - before.bottom < 1.5 * LINE:
            continue  # the blank line before the list
        moved = sum(one.page == line.page for one in parts.body)
        signed = parts.date is not None and parts.date.page == line.page and moved <= 4
        if BOTTOM - before.bottom < LINE / 2 or not (
            signed or _heads(lines[number:]) * LINE + 1 > BOTTOM - before.bottom
        ):
            yield next(one for one in lines if one.page == before.page), before


def _heads(lines: list[Line]) -> int:
    """How many lines at the beginning are heads that stand alone."""
    alone = (HEAD.match(line.text) is not None and line.right < RIGHT - 2 * CELL for line in lines)
    return len(list(takewhile(bool, alone)))


def bottom(paper: Paper) -> Found | None:
    """The last character of a full page ends at the text area's bottom edge."""
    return worst(off(last.base + BELOW * EM, BOTTOM, at(last)) for _, last in full_pages(paper))


def left(paper: Paper) -> Found | None:
    """Lines that go on begin at the left edge."""
    return worst(off(line.left, LEFT, at(line)) for paragraph in _paragraphs(paper) for line in paragraph[1:])


def right(paper: Paper) -> Found | None:
    """Lines that go on end at the right edge."""
    full = (line for paragraph in _paragraphs(paper) for line in paragraph[:-1])
    return worst(off(_ink_right(line), RIGHT, at(line)) for line in full if RIGHT - line.right < _RAGGED)


def _ink_right(line: Line) -> float:
    """Where a line ends; a mark at its end may be narrowed by up to half, as GB/T 15834 lets it, or hung so far out."""
    last = line.glyphs[-1]
    half = last.x + last.size * POINT / 2
    return min(max(half, RIGHT), line.right) if last.char in _SQUEEZED else line.right


def inside(paper: Paper) -> Found:
    """No text but the mark stands left or right of the text area; turned sheets are left out."""
    marked = _marked(paper)
    pages = [page for page in paper.parts.pages if not page.landscape]
    out = [
        f"“{one.char}”{one.x:.1f}（第{page.number}页）"
        for page in pages
        for one in page.glyphs
        if one.turn == 0 and id(one) not in marked and not one.char.isspace() and _outside(one)
    ]
    return faults(out, "都在版心内")


def _marked(paper: Paper) -> set[int]:
    return {id(one) for line in [*paper.parts.mark, *paper.parts.stamps] for one in line.glyphs}


def _outside(one: Glyph) -> bool:
    end = one.x + one.size * POINT * (0.5 if one.char in _SQUEEZED else 1.0) if one.wide else one.right
    return one.x < LEFT - 0.3 or end > RIGHT + 0.3


def offset(paper: Paper) -> Found | None:
    """Every line of text lies on the grid that begins at the text area's top edge."""
    found = ((line, standard.grid(line.base - ABOVE * EM)) for line in gridded(paper.parts))
    return worst(Found(f"{by:+.2f}{at(line)}", by) for line, (_, by) in found)


def below_tables(paper: Paper) -> Found | None:
    """What stands below a table on its page is back on the grid."""
    parts = paper.parts
    lines = [*flow(parts), *(line for paragraph in parts.annexed for line in paragraph)]
    below = [line for line in lines if any(box.bottom < line.top for box in parts.tables[line.page])]
    below = [line for line in below if parts.layout != "letter" or line.page > 1]
    found = ((line, standard.grid(line.base - ABOVE * EM)) for line in below)
    return worst(Found(f"{by:+.2f}{at(line)}", by) for line, (_, by) in found)


def pitch(paper: Paper) -> Found | None:
    """From one line to the next: the median of neighbouring lines."""
    steps = [
        line.base - before.base
        for before, line in pairwise(paper.parts.body)
        if before.page == line.page and 0 < line.base - before.base < 1.5 * LINE
    ]
    return Found(f"{median(steps):.3f}（{median(steps) / POINT:.2f} pt）", median(steps) - LINE) if steps else None


def lines(paper: Paper) -> Found | None:
    """A full page after the first has 22 lines."""
    step = pitch(paper)
    if step is None:
        return None
    pages = ((first, last) for first, last in full_pages(paper) if first.page > 1)
    counted = ((first, round((last.base - first.base) / (step.deviation + LINE)) + 1) for first, last in pages)
    return worst(Found(f"{count} 行（第{first.page}页）", count - LINES) for first, count in counted)


def cells(paper: Paper) -> Found | None:
    """A full line has 28 characters: it was not broken while the next one still fitted, and holds no more."""
    found = []
    for paragraph in _paragraphs(paper):
        for number, (line, after) in enumerate(pairwise(paragraph), 1):
            held = _cells(line) + max(0, round((line.left - LEFT) / CELL))
            space = held + _next(after) <= CELLS + 1e-6
            if RIGHT - line.right < 31 and line.right - LEFT > 60:
                short = held - CELLS if space or held > CELLS + 1.05 else 0.0
                short = 0.0 if -_MOST_GIVEN <= short < 0 and _gives(paragraph[number:]) else short
                found.append(Found(f"{held if short else CELLS:g} 字{at(line) if short else ''}", short))
    return worst(found)


def _gives(after: list[Line]) -> bool:
    """Whether a line may end early: for one of the next that would else hold one character, or lack a long word."""
    alone = len(after) == 1 and len(after[0].text.rstrip(_SQUEEZED)) <= 2
    return alone or any(end > 4 and start < 2 for line in after[:_MOST_GIVING] for start, end in wholes(line.text))


def _cells(line: Line) -> float:
    """The cells a line holds; a squeezed mark takes what is left to it."""
    held = 0.0
    for one, after in pairwise([*line.glyphs, None]):
        if one is None:
            break
        squeezed = after is not None and one.wide and (one.char in _SQUEEZED or after.char in NOT_AT_END)
        held += min(1.0, max(0.5, (after.x - one.x) / CELL)) if squeezed and after else _width(one)
    return held


def _width(one: Glyph) -> float:
    own = (one.right - one.x) / (one.size * POINT)
    return 1.0 if one.wide else own if one.char.isalpha() else max(0.5, own)


def _next(line: Line) -> float:
    """The cells taken by what cannot be parted from the first character of a line."""
    taken, glyphs = 0.0, line.glyphs
    inside = {place for start, end in wholes(line.text) for place in range(start + 1, end)}
    for place, (one, after) in enumerate(pairwise([*glyphs, None]), 1):
        if one is None:
            break
        taken += _width(one)
        joined = after is not None and (
            place in inside or after.char in _NOT_PARTED or one.char in NOT_AT_END or (not one.wide and not after.wide)
        )
        if not joined:
            break
    return taken


def line_ends(paper: Paper) -> Found:
    """No line begins with a mark that closes, and none ends with one that opens (GB/T 15834, 5.1)."""
    pairs = [pair for paragraph in _paragraphs(paper) for pair in pairwise(paragraph)]
    wrong = [f"行首“{after.text[0]}”{at(after)}" for _, after in pairs if after.text[0] in NOT_AT_START]
    wrong += [f"行末“{line.text[-1]}”{at(line)}" for line, _ in pairs if line.text[-1] in NOT_AT_END]
    return faults(wrong, "无")


def figures(paper: Paper) -> Found:
    """No number and no year is parted at a line's end."""
    pairs = [pair for paragraph in _paragraphs(paper) for pair in pairwise(paragraph)]
    cut = [(line, after) for line, after in pairs if line.text[-1] in _FIGURES and after.text[0] in f"{_FIGURES}.%年"]
    return faults([f"“{line.text[-4:]}｜{after.text[:4]}”{at(line)}" for line, after in cut], "无")


def type_size(paper: Paper) -> Found | None:
    """The body is printed in size 3 (16 pt)."""
    return worst(Found(f"{line.size:.2f}{at(line)}", line.size - BODY_PT) for line in flow(paper.parts))


def face(paper: Paper) -> Found | None:
    """The body is printed in 仿宋; heads of the first two levels and run-in heads have faces of their own."""
    if not paper.parts.body:
        return None
    wrong = [line for paragraph in paper.parts.paragraphs for line in paragraph if line.role != FANGSONG]
    heads = {id(line) for paragraph in paper.parts.paragraphs for line in _heading(paragraph)}
    wrong = [line for line in [*wrong, *_others(paper)] if id(line) not in heads]
    return faults([f"{line.role}{at(line)}" for line in wrong], FANGSONG)


def _heading(paragraph: list[Line]) -> list[Line]:
    """The lines of a paragraph that a heading of the first two levels takes: up to its first full stop."""
    if paragraph[0].text[:1] not in "一二三四五六七八九十（":
        return []
    end = next((number for number, line in enumerate(paragraph) if "。" in line.text), 0)
    return paragraph[: end + 1]


def _others(paper: Paper) -> list[Line]:
    parts = paper.parts
    others = [*parts.addressees, *parts.enclosures, *([parts.number] if parts.number else [])]
    others += [*parts.organs, *([parts.date] if parts.date else [])]
    return [line for line in others if line.role != FANGSONG]


def bold(paper: Paper) -> Found:
    """Nothing but the mark and the title is bold."""
    parts = paper.parts
    plain = [*flow(parts), *parts.organs, *parts.record, *parts.note, *parts.signers]
    plain += [one for one in (parts.number, parts.date) if one]
    return faults([f"加粗{at(line)}" for line in plain if any(one.bold and one.wide for one in line.glyphs)], "无")


def colour(paper: Paper) -> Found:
    """Text is black, but for the mark and a signature stamp."""
    marked = _marked(paper)
    wrong = [
        f"“{one.char}”（第{page.number}页）"
        for page in paper.parts.pages
        for one in page.glyphs
        if one.colour != BLACK and one.turn % 90 == 0 and id(one) not in marked and not one.char.isspace()
    ]
    return faults(wrong, "黑色")


RULES = (
    Rule("paper.size", "5.1", "用纸 A4", "210×297", 2.0, size, layouts="dlmof"),
    Rule("area.top", "5.2.1", "版心上边", "37.00", 0.15, top),
    Rule("area.bottom", "5.2.1", "版心下边（排满的页）", "262.00", 0.15, bottom),
    Rule("area.left", "5.2.1", "版心左边", "28.00", 0.15, left),
    Rule("area.right", "5.2.1", "版心右边（排满的行）", "184.00", 0.15, right),
    Rule("area.inside", "5.2.1", "文字不出版心左右边", "28—184", 0, inside, "处", layouts="dlmof"),
    Rule("grid.pitch", "5.2.3", "行距", f"{LINE:.3f}", 0.02, pitch),
    Rule("grid.offset", "5.2.3", "各行落在行格上", "37+k×10.446", 0.15, offset),
    Rule("grid.below", "5.2.3", "表格以下的正文回到行格上", "37+k×10.446", 0.15, below_tables),
    Rule("grid.lines", "5.2.3", "每面行数", "22 行", 0, lines, "行"),
    Rule("grid.cells", "5.2.3", "每行字数", "28 字", 0, cells, "字"),
    Rule("line.ends", "15834", "行首、行末不应有的标点", "无", 0, line_ends, "处"),
    Rule("line.figures", "15835", "数字、年份不拆行", "无", 0, figures, "处"),
    Rule("text.size", "5.2.2", "正文字号（3号）", "16.00", 0.25, type_size, "pt"),
    Rule("text.face", "5.2.2", "正文字体", FANGSONG, 0, face, "处"),
    Rule("text.bold", "7.3.3", "正文与标题层次不加粗", "无", 0, bold, "处"),
    Rule("text.colour", "5.2.4", "文字颜色", "黑色", 0, colour, "处", layouts="dlmof"),
)
