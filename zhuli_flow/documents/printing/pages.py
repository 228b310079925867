"""Lays a document out again when the number of its pages decides where something stands.

Printed on both sides, the closing record belongs on the back of the last sheet: an even page (6.2, 7.4.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from zhuli_flow.documents.printing import table_breaks

_NO_TEXT = frozenset(("to", "note"))
_EVEN = re.compile(r"<body\b[^>]*\bdata-even\b")
_RECORD = re.compile(r'<div class="record[^"]*">.*?</div><!--record-->', re.DOTALL)

_LAST_LINE = re.compile(
    r'<p(?: class="")?>([^<&]+)</p>(?=\s*(?:<div class="enclosures|<section class="signature(?! attendance)))'
)
_LEAST_PARTED = 6

_EASED = (
    ('<div class="record">', '<div class="record long">'),
    ('<div class="enclosures">', '<div class="enclosures parted">'),
)
"""What gives way, in this order, when text and signature do not fit together: the record, the list of attachments."""


def lay_out(html: str, render: Callable[[str], Any]) -> Any:
    """Return ``render(html)``, a document with ``pages``; laid out again when its record must move to an even page.

    A record that found no room beside the signature stands on the next page. A blank page that an even one leaves
    before it bears no number, and neither does the record's page (7.5).
    """
    settled = table_breaks.settle(html, render)
    html, document = settled.html, settled.document
    for wide, narrow in _EASED:
        if wide in html and "<header" in html and not _text_where_it_must_be(document):
            html = html.replace(wide, narrow, 1)
            document = render(html)
    if "<header" in html and not _text_where_it_must_be(document) and (parted := in_two_lines(html)) != html:
        tried = render(parted)  # a line ended early for nothing is a ragged line
        html, document = (parted, tried) if _text_where_it_must_be(tried) else (html, document)
    overflown = len(document.pages) > 1 and _blank(document.pages[-1])  # the record alone found no room beside text
    if not _EVEN.search(html):
        return render(apart(html, "next")) if overflown else document
    if not overflown and len(document.pages) % 2 == 0:
        return document
    moved = render(apart(html, "alone"))
    blank = len(moved.pages) - len(document.pages) > 1 or not _has_text_before(moved)
    return render(apart(html, "alone unnumbered")) if blank else moved


def in_two_lines(html: str) -> str:
    """``html`` with the line before the signature in two, where it holds one: one for each page (7.3.3, 7.3.5.5).

    It ends behind its last mark but the one that closes it, else two thirds along.
    """
    found = _LAST_LINE.search(html)
    if found is None or len(found[1]) < _LEAST_PARTED:
        return html
    marks = [at + 1 for at, char in enumerate(found[1][:-2]) if char in "，；、。：" and at >= len(found[1]) // 3]
    at = found.start(1) + (marks[-1] if marks else len(found[1]) * 2 // 3)
    return f"{html[:at]}<br>{html[at:]}"


def apart(html: str, kind: str) -> str:
    """Return ``html`` with its closing record taken from where it stands to a page of its own at the end."""
    found = _RECORD.search(html)
    if found is None:
        return html
    rest = html[: found.start()] + html[found.end() :]
    return rest.replace("</body>", f'<div class="end {kind}">{found[0]}</div>\n</body>')


def _text_where_it_must_be(document: Any) -> bool:
    """Whether page 1 and the page of the signature show text of the body (7.3.3, 7.3.5.5)."""
    signed = [page for page in document.pages if _bears(page, "signature")]
    return all(_has_text(page) for page in (document.pages[0], *signed[-1:]))


def _bears(page: Any, name: str) -> bool:
    """Whether something of a class is on a page."""
    boxes = page._page_box.descendants()  # noqa: SLF001 - pinned release, see justify
    return any(box.element is not None and name in str(box.element.get("class")).split() for box in boxes)


def _has_text(page: Any) -> bool:
    """Whether a paragraph of the body or a table begins on a page."""
    boxes = page._page_box.descendants()  # noqa: SLF001 - pinned release, see justify
    return any(box.element_tag in {"p", "table"} and box.element.get("class") not in _NO_TEXT for box in boxes)


def _has_text_before(document: Any) -> bool:
    """Whether the page before the last one is not blank."""
    return not _blank(document.pages[-2])


def _blank(page: Any) -> bool:
    """Whether nothing flows on a page."""
    return bool(page._page_box.page_type.blank)  # noqa: SLF001 - pinned release, see justify
