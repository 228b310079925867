"""A picture as SVG: one file without style sheet, script or font of its own; colours and shapes both tell."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from zhuli_flow.drawing.diagram import Box, Diagram, Look
from zhuli_flow.drawing.layout import AROUND, BODY, HEAD, PAD, ROW, TITLE, WIDTH, Layout, Placed, laid_out
from zhuli_flow.drawing.routing import MARGIN, TOP, TRACK, Arrow, Routed, routed

FAMILY = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',SimHei,sans-serif"
INK, GREY, RED, BLUE, PAPER = "#1f2430", "#5b6472", "#a3161d", "#1d4f91", "#ffffff"
"""On white all have a contrast of 5.9:1 or more."""
_FILL = {"initial": "#eef3fa", "open": "#f5f6f8", "in_force": "#eaf4ec", "final": "#f3efe8"}
_EDGE: dict[Look, tuple[str, float]] = {
    "plain": (GREY, 0.25),
    "walked": (BLUE, 0.6),
    "now": (RED, 0.9),
    "ahead": (GREY, 0.25),
}
_WAY: dict[Look, tuple[str, float]] = {
    "plain": (GREY, 0.25),
    "walked": (BLUE, 0.7),
    "now": (RED, 0.5),
    "ahead": (RED, 0.4),
}
_ORDER: tuple[Look, ...] = ("plain", "ahead", "now", "walked")
"""What matters more is drawn over what matters less."""


def drawn(diagram: Diagram) -> str:
    """The picture as one SVG document; its size in mm is what it needs, and it scales."""
    layout = laid_out(diagram)
    ways = routed(layout)
    width, height = max(ways.width, 60.0), ways.height + 8
    size = f'width="{width:.1f}mm" height="{height:.1f}mm" viewBox="0 0 {width:.1f} {height:.1f}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family={quoteattr(FAMILY)} role="img">',
            f"<title>{escape(_title(diagram))}</title>",
            f'<rect width="{width:.1f}" height="{height:.1f}" fill="{PAPER}"/>',
            *_frames(layout, ways),
            *(_way(one) for one in sorted(ways.arrows, key=lambda one: _ORDER.index(one.look))),
            *_columns(layout, ways),
            *(part for one in layout.placed.values() for part in _box(one, ways)),
            *_legend(diagram, height),
            "</svg>\n",
        )
    )


def _title(diagram: Diagram) -> str:
    return f"{diagram.title} {diagram.subject}".strip()


def _text(x: float, y: float, size: float, words: str, fill: str = INK, more: str = "") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" fill="{fill}"{more}>{escape(words)}</text>'


def _columns(layout: Layout, ways: Routed) -> Iterator[str]:
    for title, left in zip(layout.columns, ways.lefts, strict=True):
        if title:
            yield _text(left, MARGIN + TOP - 3.4, TITLE, title, GREY, ' font-weight="bold"')


def _frames(layout: Layout, ways: Routed) -> Iterator[str]:
    """Boxes of compound states, the outer ones first."""
    for frame in reversed(layout.frames):
        left = ways.lefts[frame.first] - AROUND
        right = ways.lefts[frame.last] + WIDTH + AROUND
        yield (
            f'<rect x="{left:.2f}" y="{ways.top + frame.top:.2f}" width="{right - left:.2f}"'
            f' height="{frame.bottom - frame.top:.2f}" rx="2" fill="{_FILL[frame.box.kind]}" fill-opacity="0.55"'
            f' stroke="{GREY}" stroke-width="0.35" stroke-dasharray="2 1"/>'
        )


def _box(one: Placed, ways: Routed) -> Iterator[str]:
    x, y, box = ways.lefts[one.column], ways.top + one.y, one.box
    room = ways.lefts[one.last] + WIDTH - x
    stroke, line = _EDGE[box.look]
    double = box.kind == "final"
    yield (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{room:.2f}" height="{one.height:.2f}" rx="{2.2 if double else 1}"'
        f' fill="{_FILL[box.kind] if not box.inside else PAPER}" stroke="{stroke}" stroke-width="{line}"/>'
    )
    for place, text in enumerate(one.title):
        yield _text(x + 1.5, y + HEAD / 2 + 1 + place * (TITLE + 0.5), TITLE, text, more=' font-weight="bold"')
    yield from _marks(box, x, y)
    start = y + one.height - PAD - ROW * len(one.lines)
    for index, shown in enumerate(one.lines):
        fill = {"deadline": RED, "event": INK, "inside": GREY}[shown.row.kind]
        mark = {"deadline": "◷", "event": "↩" if shown.row.back else "→", "inside": "·"}[shown.row.kind]
        base = start + ROW * (index + 0.5) + BODY * 0.36
        weight = ' font-weight="bold"' if shown.row.look in {"walked", "now"} else ""
        if shown.first:
            yield _text(x + 1.2, base, BODY, mark, fill)
        yield _text(x + 4.2, base, BODY, shown.text, fill, weight)


def _marks(box: Box, x: float, y: float) -> Iterator[str]:
    """What the colour of a box says, in words as well: where the case stands, and how often it was there."""
    if box.look == "now":
        yield _text(x + WIDTH - 1.2, y - 0.8, BODY, "现在在此", RED, ' text-anchor="end" font-weight="bold"')
    elif box.times > 1:
        yield _text(x + WIDTH - 1.2, y - 0.8, BODY, f"到过{box.times}次", BLUE, ' text-anchor="end"')


def _way(arrow: Arrow) -> str:
    """The line with its head; what leads back is dashed."""
    stroke, line = _WAY[arrow.look]
    path = "M" + " L".join(f"{x:.2f},{y:.2f}" for x, y in arrow.points)
    (before, _), (x, y) = arrow.points[-2:]
    away = 1.4 if before < x else -1.4
    head = f"M{x:.2f},{y:.2f} l{-away:.2f},-0.7 v1.4 z"
    dashes = ' stroke-dasharray="1.4 0.8"' if arrow.back else ""
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{line}" stroke-linejoin="round"{dashes}/>'
        f'<path d="{head}" fill="{stroke}"/>'
    )


def _legend(diagram: Diagram, height: float) -> Iterator[str]:
    words = "→ 进入下一环节  ↩ 返回（虚线）  ◷ 期限  · 本环节内办理"
    if diagram.subject:
        words = f"{diagram.subject}：粗蓝线为实际走过的路，红框为现在所在环节　{words}"
    yield _text(MARGIN, height - MARGIN - TRACK, BODY, f"{diagram.title}　{words}", GREY)
