"""Lays a document out again when the number of its pages decides where something stands.

Printed on both sides, the closing record belongs on the back of the last sheet: an even page (6.2, 7.4.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from zhuli_flow.documents.printing import table_breaks

_EVEN = re.compile(r"<body\b[^>]*\bdata-even\b")
_RECORD = re.compile(r'<div class="record[^"]*">.*?</div><!--record-->', re.DOTALL)

_SHORT_RECORD = '<div class="record">'


def lay_out(html: str, render: Callable[[str], Any]) -> Any:
    """Return ``render(html)``, a document with ``pages``; laid out again when its record must move to an even page.

    A record that found no room beside the signature stands on the next page. A blank page that an even one leaves
    before it bears no number, and neither does the record's page (7.5).
    """
    settled = table_breaks.settle(html, render)
    html, document = settled.html, settled.document
    if _SHORT_RECORD in html and "<header" in html and not _has_text(document.pages[0]):
        html = html.replace(
            _SHORT_RECORD, '<div class="record long">', 1
        )  # page 1 shows text (7.3.3): no room for both
        document = render(html)
    overflown = len(document.pages) > 1 and _blank(document.pages[-1])  # the record alone found no room beside text
    if not _EVEN.search(html):
        return render(apart(html, "next")) if overflown else document
    if not overflown and len(document.pages) % 2 == 0:
        return document
    moved = render(apart(html, "alone"))
    blank = len(moved.pages) - len(document.pages) > 1 or not _has_text_before(moved)
    return render(apart(html, "alone unnumbered")) if blank else moved


def apart(html: str, kind: str) -> str:
    """Return ``html`` with its closing record taken from where it stands to a page of its own at the end."""
    found = _RECORD.search(html)
    if found is None:
        return html
    rest = html[: found.start()] + html[found.end() :]
    return rest.replace("</body>", f'<div class="end {kind}">{found[0]}</div>\n</body>')


def _has_text(page: Any) -> bool:
    """Whether a paragraph of the body or a table begins on a page."""
    boxes = page._page_box.descendants()  # noqa: SLF001 - pinned release, see justify
    return any(box.element_tag in {"p", "table"} and box.element.get("class") != "to" for box in boxes)


def _has_text_before(document: Any) -> bool:
    """Whether the page before the last one is not blank."""
    return not _blank(document.pages[-2])


def _blank(page: Any) -> bool:
    """Whether nothing flows on a page."""
    return bool(page._page_box.page_type.blank)  # noqa: SLF001 - pinned release, see justify
