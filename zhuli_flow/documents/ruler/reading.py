"""A PDF file → pages of glyphs and shapes, and the ink of any place. With ``copies`` the only importer of pypdfium2.

PDFium gives each character's pen position exactly, tells a thickened outline from a bold face, and is fast; pictures
of a page are drawn only of the few places that are measured by ink.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any, Self

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import raw

from zhuli_flow.documents.ruler.sheet import BLACK, OTHER, RED, Box, Glyph, Page, Shape
from zhuli_flow.documents.ruler.view import View, user_units

MAX_PAGES = 60
"""Pages that are measured; a longer file is refused."""
MAX_GLYPHS = 200_000
MAX_SHAPES = 20_000
MAX_DEPTH = 8
DPI = 900
_MAX_PIXELS = 20_000_000

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Unreadable(ValueError):
    """The bytes are no PDF that can be read; the message says why, in Chinese."""


class File:
    """An open PDF; use it as a context manager. Raises Unreadable."""

    def __init__(self, data: bytes) -> None:
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = "password" in str(error).lower()
            raise Unreadable("文件加了密码" if locked else "不是可读的 PDF 文件") from error
        if not 1 <= len(self._document) <= MAX_PAGES:
            raise Unreadable(f"有 {len(self._document)} 页，只量 1—{MAX_PAGES} 页的文件")
        self._units = user_units(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def pages(self) -> list[Page]:
        """Return every page with what lies on it."""
        return [self._page(number) for number in range(len(self._document))]

    def ink(self, page: int, box: Box, *, red: bool = False) -> Box | None:
        """Return the extent of what is printed (of red ink only) within ``box`` of page ``page`` (from 1), or None."""
        sheet = self._document[page - 1]
        view = self._view(sheet, page - 1)
        crop = view.crop(box)
        picture = _picture(sheet, crop, DPI / 72 * view.unit)
        found = picture and _dark(picture, red).getbbox()
        if not picture or not found:
            return None
        step = 25.4 / DPI
        left, top = view.corner(crop)
        return Box(left + found[0] * step, top + found[1] * step, left + found[2] * step, top + found[3] * step)

    def picture(self, page: int, dpi: float) -> Image.Image:
        """Return a picture of a whole page (from 1)."""
        picture: Image.Image = self._document[page - 1].render(scale=dpi / 72).to_pil()
        return picture

    def _page(self, number: int) -> Page:
        sheet = self._document[number]
        view = self._view(sheet, number)
        text = sheet.get_textpage()
        try:
            glyphs = tuple(_glyphs(text.raw, view))
        finally:
            text.close()
        shapes = tuple(_shapes(sheet.raw, view))
        return Page(number + 1, view.width, view.height, glyphs, shapes)

    def _view(self, sheet: pypdfium2.PdfPage, number: int) -> View:
        return View(sheet, self._units.get(number, 1.0))


def _picture(sheet: pypdfium2.PdfPage, crop: tuple[float, ...], scale: float) -> Image.Image | None:
    """What lies within ``crop``: what is cut off at each side, in points."""
    width, height = sheet.get_size()
    across, down = width - crop[0] - crop[2], height - crop[1] - crop[3]
    if across <= 0 or down <= 0 or across * down * scale * scale > _MAX_PIXELS:
        return None
    picture: Image.Image = sheet.render(scale=scale, crop=crop).to_pil().convert("RGB")
    return picture


def _dark(picture: Image.Image, red: bool) -> Image.Image:
    """A mask of what is at least half covered: by red ink, or by any."""
    r, g, b = picture.split()
    seen = ImageChops.subtract(r, ImageChops.darker(g, b)) if red else ImageChops.invert(picture.convert("L"))
    strength = 100 if red else 128
    return seen.point([255 if value >= strength else 0 for value in range(256)])


def _glyphs(text: Any, view: View) -> Iterator[Glyph]:
    count = raw.FPDFText_CountChars(text)
    if count > MAX_GLYPHS:
        raise Unreadable(f"一页有 {count} 个字符，过多")
    fonts: dict[bytes, str] = {}
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if 0xDC00 <= code <= 0xDFFF:  # the second half of a character beyond the first plane: told with the first
            continue
        if 0xD800 <= code <= 0xDBFF:
            code = 0x10000 + (code - 0xD800 << 10) + (raw.FPDFText_GetUnicode(text, index + 1) & 0x3FF)
        char = chr(max(0, code))
        if raw.FPDFText_IsGenerated(text, index) == 1 or char in "\r\n\0\x02" or _hidden(text, index):
            continue
        yield _glyph(text, index, char, view, fonts)


def _glyph(text: Any, index: int, char: str, view: View, fonts: dict[bytes, str]) -> Glyph:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    loose = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, index, loose)
    left, base = view.point(x.value, y.value)
    scale = math.hypot(matrix.c, matrix.d)
    turn = round(math.degrees(math.atan2(matrix.b, matrix.a)) - view.turn) % 360
    return Glyph(
        char=char,
        x=left,
        right=view.box((loose.left, loose.bottom, loose.right, loose.top)).right,
        base=base,
        size=raw.FPDFText_GetFontSize(text, index) * scale * view.unit,
        font=_font(text, index, fonts),
        colour=_colour(raw.FPDFText_GetFillColor, text, index),
        thickened=raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(text, index)) == 2,
        turn=turn,
    )


def _hidden(text: Any, index: int) -> bool:
    """Whether a character is drawn invisible, as the text behind a scan is."""
    mode = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(text, index))
    return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _font(text: Any, index: int, fonts: dict[bytes, str]) -> str:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, buffer, 128, flags)
    name = buffer.value
    if name not in fonts:
        fonts[name] = _decoded(name)
    return fonts[name]


def _decoded(name: bytes) -> str:
    """A font's name: UTF-8 as the standard wants it, else the GBK that Chinese programs write."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def _colour(ask: Any, *about: Any) -> str:
    channels = [ctypes.c_uint() for _ in range(4)]
    if not ask(*about, *channels):
        return BLACK
    r, g, b = (channel.value for channel in channels[:3])
    if r >= 150 and max(g, b) <= 100:
        return RED
    return BLACK if max(r, g, b) <= 80 else OTHER


def _shapes(page: Any, view: View) -> Iterator[Shape]:
    budget = [MAX_SHAPES]
    count = raw.FPDFPage_CountObjects(page)
    for index in range(count):
        yield from _walk(raw.FPDFPage_GetObject(page, index), _SAME, view, 0, budget)


def _walk(thing: Any, matrix: Matrix, view: View, depth: int, budget: list[int]) -> Iterator[Shape]:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        raise Unreadable("图形过多或嵌套过深")
    kind = raw.FPDFPageObj_GetType(thing)
    if kind == raw.FPDF_PAGEOBJ_FORM:
        inner = _times(_matrix(thing), matrix)
        for index in range(raw.FPDFFormObj_CountObjects(thing)):
            yield from _walk(raw.FPDFFormObj_GetObject(thing, index), inner, view, depth + 1, budget)
    elif kind in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
        edges = _visible(thing, matrix)
        if edges:
            picture = kind == raw.FPDF_PAGEOBJ_IMAGE
            yield Shape(view.box(edges), OTHER if picture else _paint(thing), picture)


def _paint(path: Any) -> str:
    """The colour of a path: of its filling, else of its stroke."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, mode, stroke)
    ask = raw.FPDFPageObj_GetFillColor if mode.value else raw.FPDFPageObj_GetStrokeColor
    return _colour(ask, path)


def _visible(thing: Any, matrix: Matrix) -> tuple[float, float, float, float] | None:
    """The bounds of an object as far as its clip lets it be seen, in page coordinates; None when nothing is left."""
    bounds = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(thing, *bounds):
        return None
    left, bottom, right, top = (edge.value for edge in bounds)
    for x0, y0, x1, y1 in _clips(thing):
        left, bottom, right, top = max(left, x0), max(bottom, y0), min(right, x1), min(top, y1)
    if left > right or bottom > top:
        return None
    corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _clips(thing: Any) -> Iterator[tuple[float, float, float, float]]:
    clip = raw.FPDFPageObj_GetClipPath(thing)
    count = raw.FPDFClipPath_CountPaths(clip) if clip else 0
    for path in range(min(max(count, 0), 32)):
        points = []
        for index in range(min(raw.FPDFClipPath_CountPathSegments(clip, path), 256)):
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
            points.append((x.value, y.value))
        if points:
            across, down = [x for x, _ in points], [y for _, y in points]
            yield min(across), min(down), max(across), max(down)


def _matrix(thing: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    return (
        a * then[0] + b * then[2],
        a * then[1] + b * then[3],
        c * then[0] + d * then[2],
        c * then[1] + d * then[3],
        e * then[0] + f * then[2] + then[4],
        e * then[1] + f * then[3] + then[5],
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]
