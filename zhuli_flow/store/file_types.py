"""What a file really is, told from its bytes; its name only decides between members of one family."""

from __future__ import annotations

import codecs
import unicodedata
import zipfile
from pathlib import Path

SUFFIXES: dict[str, frozenset[str]] = {
    kind: frozenset({kind}) for kind in "pdf docx xlsx pptx ofd png txt doc xls ppt wps et".split()
} | {"jpg": frozenset({"jpg", "jpeg"})}
"""The file name endings each type may have."""

_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_INSIDE = (
    ("OFD.xml", "ofd"),
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
)
_OLD_OFFICE = frozenset({"doc", "xls", "ppt", "wps", "et"})
_TEXT_MARKS = frozenset("\t\n\r\f")
_CHUNK = 1 << 16


def kind_of(path: Path, suffix: str) -> str | None:
    """The type of the content (``pdf``, ``docx``, … of ``SUFFIXES``), None for anything not known.

    ``suffix`` (no dot, lower case) tells apart the old office formats, which share one container.
    """
    with path.open("rb") as stream:
        head = stream.read(16)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_COMPOUND):
        return suffix if suffix in _OLD_OFFICE else None
    return "txt" if any(_is_text(path, encoding) for encoding in ("utf-8-sig", "gb18030")) else None


def _zip_kind(path: Path) -> str | None:
    """By the table of contents alone: nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    return next((kind for name, kind in _INSIDE if name in names), None)


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                piece = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            if any(unicodedata.category(char) == "Cc" and char not in _TEXT_MARKS for char in piece):
                return False
            if not chunk:
                return True
