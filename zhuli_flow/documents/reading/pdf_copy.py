"""Reading a PDF that somebody brought: its text, and a small picture of each page, in a child short of everything.

A file from outside may be made to break whoever parses it. So the parser runs alone, with little time and memory, and
answers in one JSON line; whatever happens to it, this process only learns that the file can't be read. Run as
``python -m zhuli_flow.documents.reading.pdf_copy`` by ``read_copy``.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

from zhuli_flow.support import confined

MAX_BYTES = 32 * 1024**2
"""A longer file is not read; the longest paper takes a hundredth of it."""
MAX_PAGES = 60
_CPU_S, _WALL_S, _MEMORY = 20, 40, 2 * 1024**3
_DPI = 60


@dataclass(frozen=True, slots=True)
class Page:
    """``text`` as a reader sees it, a line each; ``grey`` the picture, one byte a dot, ``width`` dots a line."""

    text: str
    width: int
    grey: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """What a PDF says about itself (``identifier``: the permanent half of its /ID) and its pages."""

    identifier: str
    pages: tuple[Page, ...]

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(page.text for page in self.pages)


def read_copy(data: bytes) -> Copy | None:
    """The PDF in ``data``; None when it is none, is locked, too long (60 pages), or too much for the child."""
    if len(data) > MAX_BYTES:
        return None
    ended = confined.run("zhuli_flow.documents.reading.pdf_copy", data, _WALL_S)
    told = json.loads(ended.output) if ended.code == 0 else None
    if not told:
        return None
    pages = tuple(Page(one["text"], one["width"], base64.b64decode(one["grey"])) for one in told["pages"])
    return Copy(told["identifier"], pages)


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read one PDF from ``source`` and tell what it holds on ``sink``; ``null`` when it can't be read."""
    confined.confine(_MEMORY, _CPU_S)
    sink.write(json.dumps(_told(source.read(MAX_BYTES + 1))).encode())


def _told(data: bytes) -> dict[str, Any] | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if not 1 <= len(document) <= MAX_PAGES:
            return None
        identifier = document.get_identifier()
        pages = [_page(document[number]) for number in range(len(document))]
    except (pypdfium2.PdfiumError, MemoryError):
        return None
    return {"identifier": identifier.decode("utf-8", "replace") if identifier else "", "pages": pages}


def _page(sheet: Any) -> dict[str, Any]:
    text = sheet.get_textpage()
    width, height = sheet.get_size()
    scale = min(_DPI / 72, 2000 / max(width, height, 1))  # a page may claim any size
    grey = sheet.render(scale=scale).to_pil().convert("L")
    return {
        "text": text.get_text_bounded().replace("\r\n", "\n"),
        "width": grey.width,
        "grey": base64.b64encode(grey.tobytes()).decode(),
    }


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
