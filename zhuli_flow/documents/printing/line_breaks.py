"""Lines that end where a Chinese reader expects it: ``line_plan`` in the place of Pango's own line breaks.

``install`` replaces five functions of WeasyPrint in the release they were read in; in any other, lines are broken as
Pango breaks them. A mark is squeezed by narrowing its glyph's box on the side where it has no ink.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

from zhuli_flow.documents.printing.justify import RELEASE
from zhuli_flow.documents.printing.line_plan import Measured, Plan
from zhuli_flow.documents.wholes import NOT_AT_END, NOT_AT_START, wholes

_FIRST_IDEOGRAPHIC = "\u2e80"
_CLOSERS, _OPENERS = frozenset("，。、；：）》〉”’】〕！？"), frozenset("《（〈“‘【〔")
_LEAST_GAP = 0.06  # of an em that stays beside the ink of a squeezed mark
_DRAWN_SHIFT = 1.024  # the release moves a glyph by so much more than it is told
_KEPT_PLANS = 48
_WIDTHS: list[float] = []
_plans: OrderedDict[tuple[object, ...], Plan] = OrderedDict()

_split_first_line = inline.split_first_line
_next_linebox = inline.get_next_linebox
_first_line = Layout.get_first_line


def install() -> bool:
    """Replace the line breaks of this process, behind ``justify.install``; False in a release that is not known."""
    if not weasyprint.__version__.startswith(RELEASE):
        return False
    inline.split_first_line = _split
    inline.get_next_linebox = _linebox
    Layout.get_first_line = _narrowed_first_line
    inline.justify_line = _keeping_squeezed(inline.justify_line)
    return True


def _linebox(context: Any, linebox: Any, y: Any, bottom: Any, skip: Any, block: Any, *rest: Any) -> Any:
    """Lay out the next line, and know while doing so how wide those after it will be."""
    _WIDTHS.append(block.width if isinstance(block.width, int | float) else 0.0)
    try:
        return _next_linebox(context, linebox, y, bottom, skip, block, *rest)
    finally:
        _WIDTHS.pop()


def _split(  # the signature is WeasyPrint's
    text: str,
    style: Any,
    context: Any,
    max_width: Any,
    spacing: Any,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """Fit as much as the plan says in one line; what is not Chinese text of one paragraph goes the usual way."""
    if minimum or not _is_ours(text, style, max_width):
        return _split_first_line(text, style, context, max_width, spacing, is_line_start, minimum)
    plan = _plan_of(text, style, max_width)
    start = len(plan.measured.text) - len(text)
    line = plan.line(start, max_width)
    if line is None:
        return _split_first_line(text, style, context, max_width, spacing, is_line_start, minimum)
    layout = Layout(style, spacing)
    layout.set_text(text[: line.stop - start])
    layout.squeezed = plan.squeezed(start, line)
    first, _ = _first_line(layout)
    _, height = line_break.line_size(first, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    length = first.length
    layout.deactivate()
    width = line.width + line.over - sum(layout.squeezed.values())
    rest = None if line.end == len(plan.measured.text) else len(text[: line.end - start].encode())
    return layout, length, rest, width, height, baseline


def _is_ours(text: str, style: Any, max_width: Any) -> bool:
    wide = max_width is not None and max_width != math.inf and style["font_size"] * 4 < max_width
    plain = style["white_space"] == "normal" and not any(char in text for char in "\n\t\xad")
    return wide and plain and any(char >= _FIRST_IDEOGRAPHIC for char in text)


def _plan_of(text: str, style: Any, max_width: float) -> Plan:
    """The plan of the paragraph that ``text`` is the rest of."""
    even = style["text_align_all"] == "justify"
    width = max(_WIDTHS[-1] if _WIDTHS else 0.0, max_width) if even else 0.0
    face = (tuple(style["font_family"]), style["font_size"], style["font_weight"], style["letter_spacing"])
    key = (text[-16:], *face, width, even)
    plan = _plans.get(key)
    if plan is None or not plan.measured.text.endswith(text):
        plan = _plans[key] = Plan(_measure(text, style), width, even=even)
        if len(_plans) > _KEPT_PLANS:
            _plans.popitem(last=False)
    return plan


def _measure(text: str, style: Any) -> Measured:
    layout = Layout(style)
    layout.set_text(text)
    own = 0.0 if style["letter_spacing"] == "normal" else float(style["letter_spacing"])
    em = style["font_size"]
    places = _places(text)
    advances, slack, drift = [0.0] * len(text), [0.0] * len(text), [0.0] * len(text)
    for run, number, start in _glyphs(_first_line(layout)[0]):
        at = places[start]
        glyph = run.glyphs.glyphs[number]
        advances[at] += glyph.geometry.width * FROM_UNITS
        drift[at] += _drift(run, glyph, em)
        if text[at] in _CLOSERS or text[at] in _OPENERS:
            slack[at] = min(em / 2, max(0.0, _blank(run, glyph, text[at] in _OPENERS) - _LEAST_GAP * em))
    advances[0] += own / 2
    advances[-1] += own / 2
    return Measured(text, advances, drift, slack, _breaks(text, layout), em + own, max(0.0, -own))


def _places(text: str) -> dict[int, int]:
    """The place of each character by the byte it begins at."""
    places, byte = {}, 0
    for at, char in enumerate(text):
        places[byte] = at
        byte += len(char.encode())
    return places


def _glyphs(line: Any) -> Iterator[tuple[Any, int, int]]:
    """Each glyph of a line: its run, its number there, and the byte its cluster begins at."""
    node = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while node != ffi.NULL:
        run, node = node.data, node.next
        for number in range(run.glyphs.num_glyphs):
            yield run, number, run.item.offset + run.glyphs.log_clusters[number]


def _drift(run: Any, glyph: Any, em: float) -> float:
    """How much farther the next glyph is drawn, px: the release cuts each step to a whole thousandth of the size."""
    ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
    pango.pango_font_get_glyph_extents(run.item.analysis.font, glyph.glyph, ink, logical)
    step = round(logical.width * 1000 * FROM_UNITS / em) + glyph.geometry.x_offset / em
    step -= glyph.geometry.width * 1000 * FROM_UNITS / em
    return float((step - math.trunc(step)) * em / 1000)


def _blank(run: Any, glyph: Any, opener: bool) -> float:
    """How much of a mark's box is without ink, px: before an opening one, behind one that closes."""
    ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
    pango.pango_font_get_glyph_extents(run.item.analysis.font, glyph.glyph, ink, logical)
    return float((ink.x if opener else logical.width - ink.x - ink.width) * FROM_UNITS)


def _breaks(text: str, layout: Any) -> list[int]:
    """Where a line may end: where Pango lets it and beside quotation marks, but in nothing that is never parted."""
    attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
    inside = {at for start, end in wholes(text) for at in range(start + 1, end)}
    return [
        *(
            at
            for at in range(1, len(text))
            if (attributes[at].is_line_break or _beside_quotation(text[at - 1], text[at]))
            and at not in inside
            and text[at] not in NOT_AT_START
            and text[at - 1] not in NOT_AT_END
        ),
        len(text),
    ]


def _beside_quotation(before: str, after: str) -> bool:
    """Unicode glues these marks to both neighbours, since its rules do not know which side is which."""
    if after in "“‘":
        return "\u3400" <= before <= "\u9fff" or before in _CLOSERS
    return before in "”’" and ("\u3400" <= after <= "\u9fff" or after in "（《〈【")


def _narrowed_first_line(layout: Any) -> Any:
    """The first line of a layout, its marks narrowed; once for each time its text was set."""
    first, index = _first_line(layout)
    squeezed: Mapping[int, float] = getattr(layout, "squeezed", {})
    if squeezed and getattr(layout, "_narrowed", None) is not layout.layout:
        layout._narrowed = layout.layout  # noqa: SLF001 - an attribute of ours
        places = _places(layout.text)
        for run, number, start in _glyphs(first):
            _narrow(run.glyphs.glyphs[number].geometry, layout.text[places[start]], squeezed.get(places[start], 0.0))
    return first, index


def _narrow(geometry: Any, char: str, by: float) -> None:
    geometry.width -= round(by * TO_UNITS)
    if char in _OPENERS:
        geometry.x_offset -= round(by * TO_UNITS / _DRAWN_SHIFT)


def _keeping_squeezed(justify_line: Any) -> Any:
    """``justify_line`` for lines with squeezed marks: they stay so, and less than the eye sees is not spread."""

    def keeping(context: Any, line: Any, extra_width: float) -> None:
        if extra_width < 0.02:
            return
        before = [(box, box.pango_layout) for box in _texts(line)]
        justify_line(context, line, extra_width)
        for box, layout in before:
            box.pango_layout.squeezed = getattr(layout, "squeezed", {})

    return keeping


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)
