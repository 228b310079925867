"""Chinese lines that end where the text area ends: WeasyPrint justifies by widening spaces, and Chinese has none.

``install`` makes it spread what a line lacks evenly between its characters instead. It replaces three private
functions, so it does so only in the WeasyPrint release they were read in; in any other, lines stay ragged and nothing
breaks.
"""

from __future__ import annotations

from typing import Any

import weasyprint
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

RELEASE = "70."
_FIRST_IDEOGRAPHIC = "\u2e80"

_count_spaces = inline.count_expandable_spaces
_justify_line = inline.justify_line
_set_text = Layout.set_text


def install() -> bool:
    """Replace the justification of this process; return whether this release of WeasyPrint allows it."""
    if not weasyprint.__version__.startswith(RELEASE):
        return False
    inline.count_expandable_spaces = _count_gaps
    inline.justify_line = _spread
    Layout.set_text = _set_spread_text
    return True


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
    if extra_width < line.width / 5:
        _justify_line(context, line, extra_width)


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


class _Spread:
    """A computed style whose letter spacing is wider."""

    def __init__(self, style: Any, extra: float) -> None:
        self._style = style
        own = style["letter_spacing"]
        self._spacing = (0 if own == "normal" else own) + extra

    def __getitem__(self, name: str) -> Any:
        return self._spacing if name == "letter_spacing" else self._style[name]
