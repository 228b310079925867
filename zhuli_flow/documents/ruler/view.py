"""The sheet as a viewer shows it: which box of a PDF page is the paper, how long its unit is, how it is turned."""

from __future__ import annotations

import ctypes
from io import BytesIO

import pikepdf
import pypdfium2
from pypdfium2 import raw

from zhuli_flow.documents.ruler.sheet import Box
from zhuli_flow.documents.ruler.standard import POINT

_LEAST_BLEED = 0.5  # units
Edges = tuple[float, float, float, float]  # left, bottom, right, top, in units of the page


class View:
    """From a page's own coordinates to millimetres on the page as looked at: its box moved, turned, upside down.

    The paper is the media box cut to the crop box, both inherited and with their corners in any order (ISO 32000-1,
    7.7.3.4), and of a printer's file with bleed the trim box (14.11.2). ``unit`` is the page's UserUnit in points.
    """

    def __init__(self, sheet: pypdfium2.PdfPage, unit: float = 1.0) -> None:
        self.unit = unit
        self._shown = _bounds(sheet)
        self.left, self.bottom, self.right, self.top = _trimmed(sheet, self._shown)
        self.turn = sheet.get_rotation()
        across, down = (self.right - self.left) * self._step, (self.top - self.bottom) * self._step
        self.width, self.height = (down, across) if self.turn in {90, 270} else (across, down)

    @property
    def _step(self) -> float:
        """A unit of the page in mm."""
        return self.unit * POINT

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point in mm from the upper left corner."""
        turned = {
            0: (x - self.left, self.top - y),
            90: (y - self.bottom, x - self.left),
            180: (self.right - x, y - self.bottom),
            270: (self.top - y, self.right - x),
        }[self.turn]
        return turned[0] * self._step, turned[1] * self._step

    def box(self, edges: Edges) -> Box:
        """A box given as left, bottom, right, top."""
        x0, y0 = self.point(edges[0], edges[1])
        x1, y1 = self.point(edges[2], edges[3])
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def crop(self, box: Box) -> Edges:
        """What to cut off a picture of the page, in its units, for what lies within ``box`` (mm)."""
        shown = self.box(self._shown)
        cut = (box.left - shown.left, shown.bottom - box.bottom, shown.right - box.right, box.top - shown.top)
        left, bottom, right, top = (max(0.0, edge / self._step) for edge in cut)
        return left, bottom, right, top

    def corner(self, crop: Edges) -> tuple[float, float]:
        """The upper left corner, in mm, of a picture of the page so cut."""
        shown = self.box(self._shown)
        return shown.left + crop[0] * self._step, shown.top + crop[3] * self._step


def _bounds(sheet: pypdfium2.PdfPage) -> Edges:
    """The media box cut to the crop box; what no box bounds is bounded by what is drawn of it."""
    found = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(sheet, found):
        left, bottom, right, top = sheet.get_mediabox()
        return left, bottom, right, top
    return found.left, found.bottom, found.right, found.top


def _trimmed(sheet: pypdfium2.PdfPage, shown: Edges) -> Edges:
    """The trim box when there is bleed around all of it, as printers' files have; else ``shown``."""
    corners = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPage_GetTrimBox(sheet, *corners):
        return shown
    x0, y0, x1, y1 = (corner.value for corner in corners)
    trim = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    bleed = trim[0] - shown[0], trim[1] - shown[1], shown[2] - trim[2], shown[3] - trim[3]
    return trim if min(bleed) > _LEAST_BLEED and trim[0] < trim[2] and trim[1] < trim[3] else shown


def user_units(data: bytes) -> dict[int, float]:
    """Return the UserUnit of the pages (from 0) that have one; PDFium does not tell it."""
    if b"UserUnit" not in data and b"/ObjStm" not in data:
        return {}
    try:
        with pikepdf.open(BytesIO(data)) as file:
            found = {number: _unit(page) for number, page in enumerate(file.pages)}
    except (pikepdf.PdfError, ValueError, TypeError):
        return {}
    return {number: unit for number, unit in found.items() if unit != 1.0}


def _unit(page: pikepdf.Page) -> float:
    unit = float(page.obj.get("/UserUnit", 1))
    return unit if 0.01 <= unit <= 100 else 1.0
