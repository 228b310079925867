"""The printed code that leads from a sheet of paper to its record; the only importer of segno.

A scan has no bytes to compare. The code says in some 29 by 29 modules which case, entry and document the sheet was
printed from, with the first digits of the entry's hash: a machine reads it off the picture, a telephone shows its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

_LINE = re.compile(r"([A-Z][A-Z0-9]{0,7}-\d{4}-\d{4,}) 第(\d{1,9})条 ([0-9a-f]{24})")
_CODE = re.compile(r"ZLF:([A-Z][A-Z0-9]{0,7}-\d{4}-\d{4,}):(\d{1,9}):([0-9A-F]{24}):(\d{1,9})")
_PICTURE = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}"><title>公文校验码</title><path d="{}"/></svg>')
_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class TraceCode:
    """What a code says: ``line``, the trace line (留痕校验行) of the history, and ``document``, the document's id."""

    line: str
    document: int


def code_of(line: str, document: int) -> str:
    """The code's text for a document whose trace line is ``line``; "" when that is no such line.

    Capitals, digits and marks only: the smallest code, and no character set to guess.
    """
    found = _LINE.fullmatch(line)
    return f"ZLF:{found[1]}:{found[2]}:{found[3].upper()}:{document}" if found else ""


def read_code(text: str) -> TraceCode | None:
    """What a code's text says; None when it is none of ours."""
    found = _CODE.fullmatch(text.strip())
    return TraceCode(f"{found[1]} 第{found[2]}条 {found[3].lower()}", int(found[4])) if found else None


def drawn(text: str) -> Markup:
    """The code as a picture for a template: one path of black modules, a quarter of which may be lost."""
    import segno

    code = segno.make(text, error="q", micro=False)
    rows = [bytes(row) for row in code.matrix]
    path = "".join(f"M{start} {y}h{long}v1h-{long}z" for y, row in enumerate(rows) for start, long in _runs(row))
    side = len(rows) + 2 * _QUIET
    box = f"{-_QUIET} {-_QUIET} {side} {side}"
    return _PICTURE.format(box, path)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where black modules stand side by side, and how many."""
    return [(found.start(), found.end() - found.start()) for found in re.finditer(b"\x01+", row)]
