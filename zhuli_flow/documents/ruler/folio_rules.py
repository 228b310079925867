"""Rules of page numbers, upright and on turned sheets (7.5, 8)."""

from __future__ import annotations

import re

from zhuli_flow.documents.ruler.faces import SONGTI, role
from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, faults, off, worst
from zhuli_flow.documents.ruler.sheet import Box, Glyph, Page
from zhuli_flow.documents.ruler.standard import CELL, DASH_Y, LEFT, POINT, RIGHT, SMALL_PT

_FORM = re.compile(r"[—―](\d+)[—―]")
_DASHES = "—―"


def _ordered(glyphs: list[Glyph]) -> list[Glyph]:
    """The glyphs in reading order: along the line, which on a turned sheet runs down (or up) the page."""
    if glyphs[0].turn == 0:
        return sorted(glyphs, key=lambda one: one.x)
    return sorted(glyphs, key=lambda one: one.base, reverse=glyphs[0].turn == 90)


def _texts(paper: Paper) -> dict[int, str]:
    return {n: "".join(one.char for one in _ordered(found)) for n, found in paper.parts.folios.items()}


def form(paper: Paper) -> Found:
    """Each page has its number between two dashes, counted on; page 1 of a letter has none."""
    texts, wrong, before = _texts(paper), [], 0
    for page in paper.parts.pages:
        text = texts.get(page.number, "")
        bare = _bare(paper, page)
        found = _FORM.fullmatch(text)
        if bare:
            wrong += [f"第{page.number}页不应有页码"] if text else []
            before += 1
        elif not found:
            wrong.append(f"第{page.number}页“{text}”" if text else f"第{page.number}页没有页码")
        elif before and int(found[1]) != before + 1:
            wrong.append(f"第{page.number}页编为 {found[1]}")
        before = int(found[1]) if found else before
    return faults(wrong, "— 1 —")


def _bare(paper: Paper, page: Page) -> bool:
    """Whether a page bears no number: a letter's first, a blank one, and the closing record's behind a blank one."""
    behind_blank = page.number > 1 and not paper.parts.pages[page.number - 2].glyphs
    return (paper.parts.layout == "letter" and page.number == 1) or not page.glyphs or behind_blank


def face(paper: Paper) -> Found | None:
    """Page numbers are size 4 宋体."""
    glyphs = [(number, one) for number, found in paper.parts.folios.items() for one in found]
    wrong = [f"{one.size:.1f} pt（第{n}页）" for n, one in glyphs if abs(one.size - SMALL_PT) > 0.25]
    wrong += [f"{role(one.font)}（第{n}页）" for n, one in glyphs if role(one.font) != SONGTI]
    return faults(list(dict.fromkeys(wrong)), "14 pt 宋体") if glyphs else None


def dash(paper: Paper) -> Found | None:
    """The dashes lie 7 mm below the text area."""
    found = []
    for page in _upright(paper):
        glyphs = _ordered(paper.parts.folios[page.number])
        if glyphs[0].char in _DASHES:
            box = _dash_ink(paper, page.number, glyphs[0])
            found += [off(box.middle[1], DASH_Y, f"（第{page.number}页）")] if box else []
    return worst(found)


def _dash_ink(paper: Paper, page: int, one: Glyph) -> Box | None:
    em = one.size * POINT
    right = min(one.x + em * 0.9, one.right)
    return paper.ink(page, Box(one.x - 0.2, one.base - em, right, one.base + em * 0.3), False)


def _upright(paper: Paper) -> list[Page]:
    return [page for page in paper.parts.pages if not page.landscape and page.number in paper.parts.folios]


def side(paper: Paper) -> Found | None:
    """Odd pages: one cell from the right edge; even pages: one cell from the left."""
    found = []
    for page in _upright(paper):
        glyphs, where = _ordered(paper.parts.folios[page.number]), f"（第{page.number}页）"
        odd = page.number % 2 == 1
        found.append(off(glyphs[-1].right, RIGHT - CELL, where) if odd else off(glyphs[0].x, LEFT + CELL, where))
    return worst(found)


def turned(paper: Paper) -> Found | None:
    """On a turned sheet the number is where it is on the upright one: odd at the lower left, even at the upper left."""
    found = []
    for page in paper.parts.pages:
        glyphs = paper.parts.folios.get(page.number)
        if not page.landscape or not glyphs:
            continue
        where = f"（第{page.number}页）"
        ordered = _ordered(glyphs)
        box = paper.ink(page.number, _around(ordered[:1]), False)
        whole = paper.ink(page.number, _around(ordered), False)
        if box is None or whole is None or ordered[0].turn != 270:
            found.append(Found(f"页码未转向{where}", 99.0))
            continue
        found.append(off(box.middle[0], 297 - DASH_Y, where))
        edge = whole.bottom - (RIGHT - CELL) if page.number % 2 else whole.top - (LEFT + CELL)
        found.append(Found(f"{whole.bottom if page.number % 2 else whole.top:.2f}{where}", edge))
    return worst(found)


def _around(glyphs: list[Glyph]) -> Box:
    """A box about glyphs that read down the page."""
    em = glyphs[0].size * POINT
    x = glyphs[0].x
    down = [one.base for one in glyphs]
    return Box(x - 0.3 * em, min(down) - 0.1 * em, x + em, max(down) + em)


RULES = (
    Rule("folio.form", "7.5", "页码的写法与连续", "— 1 —", 0, form, "处"),
    Rule("folio.face", "7.5", "页码字体字号", "4号宋体", 0, face, "处"),
    Rule("folio.dash", "7.5", "一字线距版心下边（墨迹）", "269.00", 0.15, dash),
    Rule("folio.side", "7.5", "页码居外侧空一字", "178.43 / 33.57", 0.15, side),
    Rule("folio.turned", "8", "横排表页码的位置", "同竖排", 0.3, turned, layouts="dlmof"),
)
