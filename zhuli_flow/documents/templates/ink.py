"""How far the strokes of large characters reach: the standard measures the red mark by its ink, not by its em-box.

Asks the face that prints the mark; without it or without HarfBuzz, the average of a heavy Song face answers.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts import roles

MARK_ROLE = "xiaobiaosong"


@dataclass(frozen=True, slots=True)
class Ink:
    """The box of a run's strokes in ems: left and right from the pen's start, above and below the baseline."""

    left: float
    right: float
    above: float
    below: float

    @property
    def height(self) -> float:
        """From the top of the tallest stroke to the bottom of the deepest."""
        return self.above + self.below

    @property
    def centre(self) -> float:
        """Half way between the outermost strokes."""
        return (self.left + self.right) / 2


def ink_of(text: str) -> Ink:
    """Return the ink of ``text`` set solid in the face of the mark."""
    font = _font()
    boxes = [_box(font, char) for char in text]
    starts = [sum(width for *_, width in boxes[:at]) for at in range(len(boxes))]
    return Ink(
        left=boxes[0][0],
        right=starts[-1] + boxes[-1][1],
        above=max(box[2] for box in boxes),
        below=max(box[3] for box in boxes),
    )


def _box(font: Any, char: str) -> tuple[float, float, float, float, float]:
    """Left, right, above, below and advance of one character, in ems."""
    usual = (0.03, 0.97, 0.85, 0.085, 0.5 if char.isascii() else 1.0)
    if font is None:
        return usual
    glyph = font.get_nominal_glyph(ord(char))
    if not glyph:
        return usual
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(None)
    font.draw_glyph_with_pen(glyph, pen)
    if pen.bounds is None:
        return usual
    em = font.face.upem
    left, bottom, right, top = (value / em for value in pen.bounds)
    return left, right, top, -bottom, font.get_glyph_h_advance(glyph) / em


@lru_cache(maxsize=1)
def _font() -> Any:
    """The mark's face, opened once; None when it cannot be found or read."""
    try:
        import uharfbuzz
    except ImportError:
        return None
    place = _place()
    if place is None:
        return None
    file, index = place
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)), index))


def _place() -> tuple[Path, int] | None:
    """File and face index of the first family of the role that is there: the kit's, or one of the system's."""
    kit = fontkit.installed()
    own = {face.family: kit.folder / face.file for face in kit.faces} if kit else {}
    for family in roles.families(MARK_ROLE, kit):
        found = (own[family], 0) if family in own else _of_the_system(family)
        if found:
            return found
    return None


def _of_the_system(family: str) -> tuple[Path, int] | None:
    command = shutil.which("fc-match")
    if command is None:
        return None
    # A dash in a family name is fontconfig syntax unless escaped.
    words = [command, "-f", "%{file}\t%{index}\t%{family}", family.replace("-", "\\-") + ":bold"]
    answer = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False).stdout
    file, index, names = (*answer.split("\t"), "", "", "")[:3]
    if family not in names.split(",") or not Path(file).is_file():
        return None
    return Path(file), int(index) & 0xFFFF
