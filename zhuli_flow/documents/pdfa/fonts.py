"""The fonts of a PDF, from its bytes: embedded, readable back as text, as wide as they say, and no empty box drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont, TTLibError

from zhuli_flow.errors import Problem

_FIX = "请用 zhuli fonts install 建立印制字体后重新印制"
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]*)>")
_MAX_DEPTH = 8


@dataclass(slots=True)
class _Used:
    """One font and the glyphs drawn with it; ``page`` is the first it was drawn on."""

    font: Any
    page: int
    glyphs: set[int] = field(default_factory=set)


def font_problems(pdf: pikepdf.Pdf, *, truetype: bool) -> Iterator[Problem]:
    """Yield what is wrong with the fonts that pages draw with (ISO 19005-1, 6.3); part 1 takes ``truetype`` only."""
    for used in _used(pdf):
        name = str(used.font.get("/BaseFont", "?")).lstrip("/")
        yield from (Problem(f"字体 {name}", code, message, _FIX) for code, message in _faults(used, truetype))


def _used(pdf: pikepdf.Pdf) -> list[_Used]:
    found: dict[tuple[int, int], _Used] = {}
    for number, page in enumerate(pdf.pages, start=1):
        _draw(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), number, found, 0)
    return list(found.values())


def _draw(content: Any, resources: Any, page: int, found: dict[tuple[int, int], _Used], depth: int) -> None:
    """Follow one content stream, and the forms it draws, noting which glyphs of which font it shows."""
    fonts, forms = resources.get("/Font", {}), resources.get("/XObject", {})
    current: _Used | None = None
    for instruction in pikepdf.parse_content_stream(content):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "Tf":
                font = fonts[str(operands[0])]
                current = found.setdefault(font.objgen, _Used(font, page))
            case "Tj" | "'" | '"' | "TJ" if current is not None:
                current.glyphs |= set(_shown(operands[-1], current.font.get("/Subtype") == "/Type0"))
            case "Do":
                form = forms.get(str(operands[0]))
                if form is not None and form.get("/Subtype") == "/Form" and depth < _MAX_DEPTH:
                    _draw(form, form.get("/Resources", resources), page, found, depth + 1)


def _shown(operand: Any, wide: bool) -> Iterator[int]:
    for part in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(part, pikepdf.String):
            data = bytes(part)
            yield from (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)) if wide else data


def _faults(used: _Used, truetype: bool) -> Iterator[tuple[str, str]]:
    """Yield code and message of each fault of one font."""
    if used.font.get("/Subtype") != "/Type0":
        yield "archive.font", f"第{used.page}页用到的字体不是复合字体"
        return
    inner = used.font.DescendantFonts[0]
    described = inner.get("/FontDescriptor", pikepdf.Dictionary())
    file = described.get("/FontFile2") or (None if truetype else described.get("/FontFile3"))
    if file is None:
        yield (
            "archive.font",
            f"第{used.page}页用到的字体没有嵌入{'（应为 TrueType）' if truetype else ''}（ISO 19005 6.3.4）",
        )
        return
    unread = used.glyphs - _readable(used.font)
    if unread:
        yield "archive.unicode", f"{len(unread)} 个字形没有对应的文字（ISO 19005-2 6.2.11.7）"
    yield from _measured(used, inner, bytes(file.read_bytes()))


def _readable(font: Any) -> set[int]:
    """Return the glyphs that the font's ToUnicode map turns back into text."""
    stream = font.get("/ToUnicode")
    text = bytes(stream.read_bytes()) if stream is not None else b""
    return {int(glyph, 16) for glyph, char in _MAPPED.findall(text) if char not in {b"", b"0000", b"fffd", b"FFFD"}}


def _measured(used: _Used, inner: Any, data: bytes) -> Iterator[tuple[str, str]]:
    """The widths the PDF states are those of the font inside it, within one thousandth of the em (6.3.6)."""
    try:
        font = TTFont(BytesIO(data), lazy=True)
        order, upem, advances = font.getGlyphOrder(), font["head"].unitsPerEm, font["hmtx"].metrics
    except (TTLibError, KeyError) as error:
        yield "archive.font", f"嵌入的字体打不开（{error}）"
        return
    stated = _widths(inner)
    default = float(inner.get("/DW", 1000))
    inside = {glyph for glyph in used.glyphs if 0 < glyph < len(order)}
    if inside != used.glyphs:
        yield "archive.notdef", f"第{used.page}页起有 {len(used.glyphs - inside)} 个字印成空框（ISO 19005-2 6.2.11.8）"
    off = [one for one in inside if abs(stated.get(one, default) - advances[order[one]][0] * 1000 / upem) > 1]
    if off:
        yield "archive.width", f"{len(off)} 个字形的宽度与嵌入的字体不符（ISO 19005-1 6.3.6）"


def _widths(inner: Any) -> dict[int, float]:
    """Return the /W array as widths by glyph: ``c [w …]`` or ``first last w``."""
    found: dict[int, float] = {}
    parts = list(inner.get("/W", []))
    while parts:
        first, second = int(parts.pop(0)), parts.pop(0)
        if isinstance(second, pikepdf.Array):
            found |= {first + step: float(width) for step, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(parts.pop(0)))
    return found
