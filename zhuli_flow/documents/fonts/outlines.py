"""A print face made of another: chosen characters, quadratic (TrueType) outlines, the metrics of an ideographic em-box.

Why each: a small face is cut to a document's glyphs in milliseconds; PDF/A-1 takes TrueType outlines only; and when
every face says 0.88 above and 0.12 below its baseline, a line does not move when faces mix in it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from fontTools.cu2qu import curve_to_quadratic
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import newTable
from fontTools.ttLib.tables.DefaultTable import DefaultTable

ABOVE, BELOW = 0.88, 0.12
"""Ascent and descent of every face made here, as shares of the em."""
_TOLERANCE = 1.0  # font units a quadratic may stray from the cubic it stands for: a thousandth of the em
_ON, _X_SHORT, _Y_SHORT, _X_SAME, _Y_SAME = 1, 2, 4, 16, 32
_ENDING = [[0] * (count - 1) + [_ON] for count in range(101)]  # cu2qu never splits a curve into more
_EPOCH = 3_786_912_000  # 2024-01-01 in the font format's seconds since 1904: the same input gives the same file


@dataclass(frozen=True, slots=True)
class Outline:
    """The points of one glyph in font units: ``on`` is 1 on the outline, 0 for a control point.

    ``ends`` are the numbers of each contour's last point.
    """

    xs: list[int]
    ys: list[int]
    on: list[int]
    ends: list[int]

    def cut(self, count: int) -> None:
        """Keep the first ``count`` points."""
        for points in (self.xs, self.ys, self.on):
            del points[count:]


@dataclass(frozen=True, slots=True)
class FaceOrder:
    """A face to make at ``target``, named ``family``: ``characters`` of face number ``index`` of ``source``."""

    source: Path
    index: int
    family: str
    bold: bool
    characters: str
    target: Path


def index_of(source: Path, family: str) -> int:
    """Return which face of a font collection has this family name (0 for a plain font). LookupError when none has."""
    blob = hb.Blob.from_file_path(str(source))
    tag, _, faces = struct.unpack(">4sLL", blob.data[:12])
    for index in range(faces if tag == b"ttcf" else 1):
        if family == hb.Face(blob, index).get_name(hb.OTNameIdPredefined.FONT_FAMILY):
            return index
    raise LookupError(f"{source.name}: no face {family}")


def characters_of(source: Path, index: int = 0) -> frozenset[str]:
    """Return the characters a font file's face can print."""
    face = hb.Face(hb.Blob.from_file_path(str(source)), index)
    return frozenset(map(chr, face.unicodes))


def make_face(order: FaceOrder) -> int:
    """Write the face; return how many characters it holds: those of the order the source has."""
    face = hb.Face(hb.Blob.from_file_path(str(order.source)), order.index)
    font = hb.Font(face)
    glyphs = {ord(char): gid for char in sorted(order.characters) if (gid := font.get_nominal_glyph(ord(char)))}
    wanted = [0, *sorted(set(glyphs.values()))]
    drawn = _Pencil(font)
    outlines = [drawn.outline(gid) for gid in wanted]
    names = {gid: f"g{place}" for place, gid in enumerate(wanted)}
    names[0] = ".notdef"
    advances = [font.get_glyph_h_advance(gid) for gid in wanted]
    built = _builder(order, face.upem, list(names.values()), {code: names[gid] for code, gid in glyphs.items()})
    _fill(built, outlines, dict(zip(names.values(), advances, strict=True)))
    built.font.save(str(order.target), reorderTables=False)
    return len(glyphs)


class _Pencil:
    """Draws the glyphs of one font as quadratic curves."""

    def __init__(self, font: Any) -> None:
        self._font = font
        self._drawn = Outline([], [], [], [])
        self._at = (0.0, 0.0)
        self._calls = hb.DrawFuncs()
        self._calls.set_move_to_func(self._move)
        self._calls.set_line_to_func(self._line)
        self._calls.set_cubic_to_func(self._cubic)
        self._calls.set_quadratic_to_func(self._quadratic)
        self._calls.set_close_path_func(self._close)

    def outline(self, gid: int) -> Outline:
        """Return one glyph, its contours in the direction TrueType expects."""
        self._drawn = Outline([], [], [], [])
        self._font.draw_glyph(gid, self._calls)
        return self._drawn

    def _move(self, x: float, y: float, _: object) -> None:
        self._curve((x, y))

    def _line(self, x: float, y: float, _: object) -> None:
        self._curve((x, y))

    def _quadratic(self, cx: float, cy: float, x: float, y: float, _: object) -> None:
        self._curve((cx, cy), (x, y))

    def _cubic(self, ax: float, ay: float, bx: float, by: float, x: float, y: float, _: object) -> None:
        self._curve(*curve_to_quadratic((self._at, (ax, ay), (bx, by), (x, y)), _TOLERANCE)[1:])

    def _curve(self, *points: tuple[float, float]) -> None:
        """Add control points and the point on the outline that ends them."""
        xs, ys = self._drawn.xs, self._drawn.ys
        for x, y in points:
            xs.append(round(x))
            ys.append(round(y))
        self._drawn.on.extend(_ENDING[len(points)])
        self._at = points[-1]

    def _close(self, _: object) -> None:
        """End a contour: without an end that repeats its start, and reversed, as PostScript's run the other way."""
        drawn = self._drawn
        start = drawn.ends[-1] + 1 if drawn.ends else 0
        if (drawn.xs[start], drawn.ys[start]) == (drawn.xs[-1], drawn.ys[-1]):
            drawn.cut(len(drawn.xs) - 1)
        if len(drawn.xs) - start < 3:  # a stray line encloses nothing
            drawn.cut(start)
            return
        for points in (drawn.xs, drawn.ys, drawn.on):
            points[start:] = points[start:][::-1]
        drawn.ends.append(len(drawn.xs) - 1)


def _builder(order: FaceOrder, upem: int, names: list[str], characters: dict[int, str]) -> FontBuilder:
    built = FontBuilder(upem, isTTF=True)
    built.font.recalcBBoxes = False  # the outlines are written as bytes, which it could not measure
    built.updateHead(created=_EPOCH, modified=_EPOCH, indexToLocFormat=1, macStyle=int(order.bold))
    built.setupGlyphOrder(names)
    built.setupCharacterMap(characters)
    style = "Bold" if order.bold else "Regular"
    postscript = f"{order.family.replace(' ', '')}-{style}"
    built.setupNameTable(
        {
            "familyName": order.family,
            "styleName": style,
            "uniqueFontIdentifier": postscript,
            "fullName": f"{order.family} {style}",
            "psName": postscript,
            "version": "Version 1.0",
        },
        mac=False,
    )
    built.setupPost(keepGlyphNames=False)
    return built


def _fill(built: FontBuilder, outlines: Sequence[Outline], advances: dict[str, int]) -> None:
    """Add outlines and metrics: ``advances`` by glyph name, in the order of the outlines."""
    font, upem = built.font, built.font["head"].unitsPerEm
    lefts = [min(outline.xs, default=0) for outline in outlines]
    starts, data = [0], bytearray()
    for outline in outlines:
        data += _packed(outline)
        data += b"\0" * (-len(data) % 4)
        starts.append(len(data))
    font["glyf"], font["loca"] = DefaultTable("glyf"), DefaultTable("loca")
    font["glyf"].data, font["loca"].data = bytes(data), struct.pack(f">{len(starts)}L", *starts)
    built.setupHorizontalMetrics(dict(zip(advances, zip(advances.values(), lefts, strict=True), strict=True)))
    above, below = round(ABOVE * upem), round(BELOW * upem)
    built.setupHorizontalHeader(ascent=above, descent=-below, lineGap=0, advanceWidthMax=max(advances.values()))
    bold = bool(font["head"].macStyle)
    built.setupOS2(
        version=4,
        sTypoAscender=above,
        sTypoDescender=-below,
        sTypoLineGap=0,
        usWinAscent=above,
        usWinDescent=below,
        usWeightClass=700 if bold else 400,
        fsSelection=0x20 if bold else 0x40,
        fsType=0,
        ulCodePageRange1=1 << 18 | 1,  # simplified Chinese and Latin 1
    )
    _say_sizes(font, outlines)


def _say_sizes(font: Any, outlines: Sequence[Outline]) -> None:
    font["maxp"] = sizes = newTable("maxp")
    sizes.tableVersion, sizes.numGlyphs = 0x00010000, len(outlines)
    sizes.maxPoints = max(len(outline.xs) for outline in outlines)
    sizes.maxContours, sizes.maxZones = max(len(outline.ends) for outline in outlines), 1
    for name in (
        "maxCompositePoints maxCompositeContours maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs "
        "maxStackElements maxSizeOfInstructions maxComponentElements maxComponentDepth"
    ).split():
        setattr(sizes, name, 0)


def _packed(outline: Outline) -> bytes:
    """One glyph as the ``glyf`` table has it: header, contour ends, flags, x steps, y steps."""
    xs, ys, ends = outline.xs, outline.ys, outline.ends
    if not ends:
        return b""
    across = [_ACROSS[b - a] for a, b in pairwise((0, *xs))]
    up = [_UP[b - a] for a, b in pairwise((0, *ys))]
    flags = bytes([on | x[0] | y[0] for on, x, y in zip(outline.on, across, up, strict=True)])
    head = struct.pack(f">hhhhh{len(ends)}HH", len(ends), min(xs), min(ys), max(xs), max(ys), *ends, 0)
    return b"".join((head, flags, *[step for _, step in across], *[step for _, step in up]))


class _Steps(dict[int, tuple[int, bytes]]):
    """The flags and bytes of a coordinate's step: none when 0, one byte up to 255, else two. Worked out once each."""

    def __init__(self, short: int, same: int) -> None:
        super().__init__({0: (same, b"")})
        self._short, self._same = short, same

    def __missing__(self, delta: int) -> tuple[int, bytes]:
        if -256 < delta < 256:
            found = (self._short | (self._same if delta > 0 else 0), bytes([abs(delta)]))
        else:
            found = (0, delta.to_bytes(2, "big", signed=True))
        self[delta] = found
        return found


_ACROSS, _UP = _Steps(_X_SHORT, _X_SAME), _Steps(_Y_SHORT, _Y_SAME)
