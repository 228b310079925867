"""A page of a document as a picture for a screen, drawn in a child short of everything.

Run as ``python -m zhuli_flow.documents.reading.page_picture`` by ``page_picture``.
"""

from __future__ import annotations

import io
import sys
from typing import BinaryIO

from zhuli_flow.support import confined

MAX_BYTES = 32 * 1024**2
_CPU_S, _WALL_S, _MEMORY = 20, 40, 2 * 1024**3
_SCALE = 1.4
"""Dots a point: an A4 page becomes about 830 dots wide."""


def page_picture(data: bytes, number: int) -> bytes | None:
    """Page ``number`` (from 1) of a PDF as PNG; None when there is no such page, or the file can't be read."""
    ended = confined.run(__name__, b"%d\n" % number + data, _WALL_S)
    return ended.output if ended.code == 0 and ended.output else None


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read a number and a PDF from ``source`` and write the picture, or nothing, to ``sink``."""
    confined.confine(_MEMORY, _CPU_S)
    number = int(source.readline(20))
    sink.write(_drawn(source.read(MAX_BYTES + 1), number) or b"")


def _drawn(data: bytes, number: int) -> bytes | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if not 1 <= number <= len(document):
            return None
        target = io.BytesIO()
        document[number - 1].render(scale=_SCALE).to_pil().convert("RGB").save(target, "PNG")
    except (pypdfium2.PdfiumError, MemoryError):
        return None
    return target.getvalue()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
