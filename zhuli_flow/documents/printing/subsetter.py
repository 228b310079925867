"""Cutting a face down to a document's glyphs without the C library: WeasyPrint alone would take seconds a document."""

from __future__ import annotations

from typing import Any

import uharfbuzz as hb
import weasyprint
from weasyprint.pdf import fonts as pdf_fonts

from zhuli_flow.documents.printing.justify import RELEASE

_DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")


def install() -> bool:
    """Use uharfbuzz where libharfbuzz-subset is absent; return whether it is now in use in this process.

    It replaces a private method, so only in the WeasyPrint release it was read in.
    """
    if pdf_fonts.harfbuzz_subset or not weasyprint.__version__.startswith(RELEASE):
        return False
    pdf_fonts.Font._fonttools_subset = _cut  # noqa: SLF001  # the one way in; see above
    return True


def _cut(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """Cut WeasyPrint's ``font`` down to the glyphs in ``to_unicode``, keeping their numbers."""
    face = hb.Face(hb.Blob(font.file_content), font.index)
    holes = _subset(face, set(to_unicode), hb.SubsetFlags.RETAIN_GIDS, font)
    flags = hb.SubsetFlags(0) if hinting else hb.SubsetFlags.NO_HINTING
    whole = _subset(holes, set(range(max(to_unicode) + 1)), flags, font)  # drops the empty glyphs after the last
    font.file_content = whole.blob.data


def _subset(face: Any, glyphs: set[int], flags: Any, font: Any) -> Any:
    wanted = hb.SubsetInput()
    wanted.glyph_set.set(glyphs)
    wanted.drop_table_tag_set.update({int.from_bytes(name.encode(), "big") for name in _DROPPED})
    flags |= hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED | hb.SubsetFlags.DESUBROUTINIZE
    if font.missing:
        flags |= hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.flags = flags
    return hb.subset(face, wanted)
