"""Chinese lines that end where the text area ends: WeasyPrint justifies by widening spaces, and Chinese has none.

``install`` makes it spread what a line lacks evenly between its characters instead. It replaces three private
functions, so it does so only in the WeasyPrint release they were read in, and only after a specimen came out right; in
any other, lines stay ragged and nothing breaks.
"""

from __future__ import annotations

import math
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

RELEASE = "70."
_FIRST_IDEOGRAPHIC = "\u2e80"
_BREAK = "\u200b"
_BEFORE, _BEHIND = 0.512, 0.488  # how a letter spacing is drawn: see _drawable

_count_spaces = inline.count_expandable_spaces
_justify_line = inline.justify_line
_set_text = Layout.set_text


def install() -> bool:
    """Replace the justification of this process; return whether it holds what it promises.

    It does when the release is the one it was written for and a specimen's lines end at the edge. Otherwise the
    process is left as it was, and lines stay ragged.
    """
    if not weasyprint.__version__.startswith(RELEASE):
        return False
    _replace(_count_gaps, _spread, _set_spread_text)
    try:
        good = _specimen_is_justified()
    except (AttributeError, TypeError, KeyError):  # what a changed private interface raises
        good = False
    if not good:
        _replace(_count_spaces, _justify_line, _set_text)
    return good


def _replace(count: Any, spread: Any, set_text: Any) -> None:
    inline.count_expandable_spaces = count
    inline.justify_line = spread
    Layout.set_text = set_text


def _specimen_is_justified() -> bool:
    text = "试" * 4 + "2018" + "。" + "验" * 12
    html = f'<p style="width: 205px; margin: 0; font-size: 20px; text-align: justify">{text}</p>'
    pages = weasyprint.HTML(string=html).render().pages
    lines = [box for box in pages[0]._page_box.descendants() if isinstance(box, boxes.LineBox)]  # noqa: SLF001
    return len(lines) > 1 and all(204 < line.width < 210 for line in lines[:-1])


def _is_chinese(text: str) -> bool:
    return any(char >= _FIRST_IDEOGRAPHIC for char in text) and "\t" not in text


def _count_gaps(box: Any) -> int:
    """Return in how many places a box can grow: at each of its characters, or, without Chinese, at its spaces."""
    text = getattr(box, "text", None)
    if isinstance(text, str) and _is_chinese(text):
        return len(text)
    count: int = _count_spaces(box)
    return count


def _spread(context: Any, line: Any, extra_width: float) -> None:
    """Spread ``extra_width`` (CSS px) over a line, unless it lacks so much that it was broken on purpose."""
    if extra_width >= line.width / 4:
        return
    gaps = inline.count_expandable_spaces(line)
    last = _last_text(line)
    if last is not None and gaps > 1:
        # What follows the last character lies beyond the edge; the others share it. A place to break has spacing too.
        beyond = 1 + len(last.text) - len(last.text.rstrip(_BREAK))
        extra_width += beyond * (_own_spacing(last.style) + extra_width / gaps)
    _justify_line(context, line, extra_width)


def _last_text(box: Any) -> Any:
    """The Chinese text that ends a line; None when something else does."""
    while getattr(box, "children", None):
        box = box.children[-1]
    text = getattr(box, "text", None)
    return box if isinstance(text, str) and _is_chinese(text) else None


def _set_spread_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set a layout's text; what justification adds goes into its letter spacing when it is Chinese."""
    if not (justify and layout.justification_spacing and _is_chinese(text)):
        _set_text(layout, text, justify)
        return
    style = layout.style
    layout.style = _Spread(style, layout.justification_spacing)
    try:
        _set_text(layout, text, False)
    finally:
        layout.style = style


def _own_spacing(style: Any) -> float:
    own = style["letter_spacing"]
    return 0.0 if own == "normal" else float(own)


def _drawable(wanted: float) -> float:
    """Return the spacing to ask for so that ``wanted`` is drawn, both in thousandths of the font size.

    The release writes half of a spacing before each character, 1.024 times too large, and the rest behind it, cut to a
    whole thousandth. Not every width can be drawn; the nearest that can is at most half a thousandth off.
    """
    cut = math.trunc(-_BEHIND * wanted)
    choices = (_within(whole, (wanted + whole) / _BEFORE) for whole in (cut - 1, cut, cut + 1))
    return min(choices, key=lambda asked: abs(_drawn(asked) - wanted))


def _within(whole: int, asked: float) -> float:
    """Return the spacing nearest ``asked`` whose rear part is cut to ``whole``."""
    nearest, farthest = abs(whole) / _BEHIND, (abs(whole) + 0.98) / _BEHIND
    if whole == 0:
        return max(-farthest, min(asked, farthest))
    sign = -1 if whole > 0 else 1
    return sign * max(nearest + 1e-3, min(sign * asked, farthest))


def _drawn(asked: float) -> float:
    return _BEFORE * asked - math.trunc(-_BEHIND * asked)


class _Spread:
    """A computed style whose letter spacing is wider."""

    def __init__(self, style: Any, extra: float) -> None:
        self._style = style
        thousandth = style["font_size"] / 1000
        self._spacing = _drawable((_own_spacing(style) + extra) / thousandth) * thousandth

    def __getitem__(self, name: str) -> Any:
        return self._spacing if name == "letter_spacing" else self._style[name]
