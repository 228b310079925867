"""The distance behind the last character of a face, kept where every viewer reads it.

WeasyPrint writes a line of several faces in several steps, and the distance from one to the next behind the last string
of a step. PDFium (Chrome, Edge) leaves out what stands there: a line with names in a rare face ends a millimetre early.
``install`` lets the next step begin with it, which means the same and is read by all.
"""

from __future__ import annotations

import re
from typing import Any

import weasyprint
from weasyprint.pdf.stream import Stream

from zhuli_flow.documents.printing.justify import RELEASE

_TRAILING = re.compile(r">(-?[0-9.]+)(?:<>)?$")

_show_text = Stream.show_text
_end_text = Stream.end_text


def install() -> None:
    """Replace two functions of this process, in the release they were read in; in any other lines stay as they are."""
    if weasyprint.__version__.startswith(RELEASE):
        Stream.show_text = _show
        Stream.end_text = _end


def _show(stream: Any, text: str) -> None:
    """Show a string of glyphs, what was left over from the one before in front of it."""
    carried = getattr(stream, "_carried", "")
    found = _TRAILING.search(text)
    stream._carried = found[1] if found else ""  # noqa: SLF001 - a stream of ours, between two of its steps
    _show_text(stream, carried + (text[: found.start() + 1] if found else text))


def _end(stream: Any) -> None:
    """End a run of text: nothing follows on its line."""
    stream._carried = ""  # noqa: SLF001
    _end_text(stream)
