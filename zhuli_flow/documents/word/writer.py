"""A paper as a .docx for editing: styles for its parts, a field for the page number; python-docx is known here.

What comes out is a draft: no red head, no number, no seal. Those are the paper's when it is issued, and only then.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from zhuli_flow.documents.word import parts
from zhuli_flow.documents.word.parts import Block

_FACES = {
    parts.TITLE: "方正小标宋简体",
    parts.ATTACHMENT_TITLE: "方正小标宋简体",
    parts.LEVELS[0]: "黑体",
    parts.LEVELS[1]: "楷体_GB2312",
    parts.ATTACHMENT: "黑体",
}
_SIZES = {parts.TITLE: 22, parts.ATTACHMENT_TITLE: 22, parts.COPIES: 14, parts.PRINTED: 14}
_FLUSH = frozenset((parts.TO, parts.ATTACHMENT, parts.COPIES, parts.PRINTED, parts.TITLE, parts.ATTACHMENT_TITLE))
_RIGHT = frozenset((parts.SIGNER, parts.DAY))
_PITCH, _EM = 29.6, 16
_MARGINS_MM = {"top_margin": 34.6, "bottom_margin": 32.6, "left_margin": 28, "right_margin": 26}


def write_docx(blocks: Iterable[Block], title: str) -> bytes:
    """The blocks as a .docx of A4 in the standard's margins, faces and sizes; ``title`` is the file's own."""
    import docx
    from docx.shared import Mm

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, size in _MARGINS_MM.items():
        setattr(section, name, Mm(size))
    document.core_properties.title = title
    document.core_properties.author = ""
    for style in parts.STYLES:
        _add_style(document, style)
    for block in blocks:
        _add(document, block)
    _number_pages(section.footer.paragraphs[0])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add_style(document: Any, name: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    size = _SIZES.get(name, _EM)
    style.font.size = Pt(size)
    _set_face(style.font, style.element.get_or_add_rPr(), _FACES.get(name, "仿宋_GB2312"))
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(36 if size == 22 else _PITCH)
    layout.space_before = layout.space_after = Pt(0)
    if name in (parts.TITLE, parts.ATTACHMENT_TITLE):
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.space_after = Pt(_PITCH)
    elif name in _RIGHT:
        layout.alignment, layout.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(4 * _EM)
    elif name not in _FLUSH:
        layout.first_line_indent = Pt(2 * _EM)
    layout.page_break_before = name == parts.ATTACHMENT


def _set_face(font: Any, properties: Any, face: str) -> None:
    """A face for Latin and for Chinese characters: Word keeps them apart."""
    from docx.oxml.ns import qn

    font.name = face
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _add(document: Any, block: Block) -> None:
    if block.rows:
        _add_table(document, block)
        return
    paragraph = document.add_paragraph(style=block.style)
    for run in block.runs:
        added = paragraph.add_run(run.text)
        if run.face:
            _set_face(added.font, added._element.get_or_add_rPr(), _FACES.get(run.face, "仿宋_GB2312"))  # noqa: SLF001 - python-docx has no face for Chinese


def _add_table(document: Any, block: Block) -> None:
    width = max(map(len, block.rows))
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in block.rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def _number_pages(paragraph: Any) -> None:
    """The page number as a field between dashes: Word counts."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx knows no fields
    paragraph.add_run(" —")
