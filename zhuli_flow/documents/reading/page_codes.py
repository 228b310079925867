"""The codes (QR) on a scan or photograph, read in a child short of everything; the only importer of zxing-cpp.

Run as ``python -m zhuli_flow.documents.reading.page_codes`` by ``page_codes``. The library is optional (extra
``scan``): a telephone reads a code as well, and what it shows can be typed.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, BinaryIO

from zhuli_flow.support import confined

MAX_BYTES = 32 * 1024**2
MAX_PAGES = 60
_CPU_S, _WALL_S, _MEMORY = 40, 80, 2 * 1024**3
_SCALE = 200 / 72
"""Dots a point: a module of the printed code is then four dots wide."""
_WIDEST = 6000


@dataclass(frozen=True, slots=True)
class Codes:
    """``pages``: how many pages (a picture is one); ``texts``: what the codes on them say."""

    pages: int
    texts: tuple[str, ...]


def reader_is_here() -> bool:
    """Whether this machine has the library that reads codes."""
    return find_spec("zxingcpp") is not None


def page_codes(data: bytes) -> Codes | None:
    """The codes in a PDF or picture (PNG, JPEG, TIFF); None when it is neither, or too much for the child."""
    if len(data) > MAX_BYTES or not reader_is_here():
        return None
    ended = confined.run(__name__, data, _WALL_S)
    told = json.loads(ended.output) if ended.code == 0 and ended.output else None
    return Codes(told["pages"], tuple(told["texts"])) if told else None


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read one file from ``source`` and tell its codes on ``sink``; ``null`` when it can't be read."""
    confined.confine(_MEMORY, _CPU_S)
    try:
        found = [_texts(picture) for picture in _pictures(source.read(MAX_BYTES + 1))]
    except (ValueError, OSError, MemoryError):
        found = []
    told = {"pages": len(found), "texts": [text for page in found for text in page]} if found else None
    sink.write(json.dumps(told).encode())


def _pictures(data: bytes) -> Iterator[Any]:
    """Each page as a grey picture; ValueError or OSError when it can't be read."""
    if data.startswith(b"%PDF"):
        yield from _drawn(data)
        return
    from PIL import Image, ImageSequence

    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if max(frame.size) > 2 * _WIDEST or number >= MAX_PAGES:
                raise ValueError("too large")
            yield frame.convert("L")


def _drawn(data: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            yield page.render(scale=min(_SCALE, _WIDEST / max(*page.get_size(), 1))).to_pil().convert("L")
    except pypdfium2.PdfiumError as error:
        raise ValueError("no PDF") from error


def _texts(picture: Any) -> list[str]:
    import zxingcpp  # type: ignore[import-not-found, unused-ignore]  # optional

    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return [str(code.text) for code in zxingcpp.read_barcodes(picture, formats=kinds)]


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
