"""The pages behind a document: which attachment they are and its title in the third line (GB/T 9704-2012, 7.3.7)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from zhuli_flow.documents.templates.layout import EM, LINE, TITLE_EM, TITLE_LINE
from zhuli_flow.documents.templates.titles import title_lines

_LEAST_BLANK = 0.6 * LINE + (LINE - EM) / 2
_SECTION = re.compile(r'<section class="([^"]*\b(attachment|enacted)\b[^"]*)" data-title="([^"]*)"[^>]*>')
PART = "|"
"""Separates the parts of an attachment's title that stay whole."""


def headed(pages: str, number: str = "") -> Markup:
    """Return the pages behind a document with the mark and title of each section put in.

    ``<section class="attachment" data-title="…">`` is an attachment: its mark (附件N, without N when it is alone) and
    its title in line 3. ``class="enacted"`` is a text issued by the document: a title at the head of its page. Text
    that is no mark-up stays text. ``number``: of attachments that are not bound with their document its number, which
    then stands before the mark.
    """
    text = escape(pages)  # leaves mark-up alone
    count = sum(found[2] == "attachment" for found in _SECTION.finditer(text))
    order = iter(range(1, count + 1))

    def with_head(found: re.Match[str]) -> str:
        lines = title_lines(html.unescape(found[3]).split(PART)) if found[3] else ()
        if found[2] == "enacted":
            return found[0] + _title(lines, 0)
        place = next(order)
        mark = f'<div class="attachment-mark">{escape(number)}附件{place if count > 1 else ""}</div>'
        return found[0] + mark + _title(lines, LINE + (LINE - TITLE_LINE) / 2)

    return Markup(_SECTION.sub(with_head, text))  # nosec B704  # noqa: S704 - both parts are escaped


def _title(lines: Sequence[str], top: float) -> str:
    """The title's lines ``top`` mm below where they may begin, in a block of whole grid lines, a blank one behind."""
    if not lines:
        return ""
    spans = "".join(f"<span>{escape(line)}</span>" for line in lines)
    taken = -(-(top + (len(lines) - 1) * TITLE_LINE + (TITLE_LINE + TITLE_EM) / 2 + _LEAST_BLANK) // LINE)
    return f'<h2 style="height: {taken * LINE:.3f}mm; padding-top: {top:.3f}mm">{spans}</h2>'
