"""Papers drawn character line by character line at places that are known, right in all rows or wrong in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import pytest

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.printing.printer import PrintJob, to_pdfs
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.documents.ruler.sheet import Box
from zhuli_flow.documents.ruler.standard import CELL, EM, LINE, POINT
from zhuli_flow.documents.templates.catalog import packaged_notices

NAME = "某省科协文件"
FILLER = "全省各级科协组织要围绕中心服务大局把学会资源引向基层一线为县域产业发展提供智力支持"
INK = 16.0  # the mark's height
PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><title>试验</title>
<link rel="stylesheet" href="asset:fonts.css"><style>
@page {{ size: 210mm 297mm; margin: 0 }}
@page land {{ size: 297mm 210mm; margin: 0 }}
body {{ margin: 0; color: #000 }}
section {{ position: relative; width: 210mm; height: 296.9mm; overflow: hidden; break-after: page }}
section.land {{ page: land; width: 297mm; height: 209.9mm }}
section:last-child {{ break-after: auto }}
div, svg {{ position: absolute; white-space: pre }}
p {{ margin: 0 }}
</style></head><body>{body}</body></html>"""

Row = tuple[str, float, str]  # text, left edge, style


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper to draw: lengths in mm, sizes in points; every default is right."""

    top: float = 37.0
    opening: int = 13  # the grid line of page 1, from 0, on which the body begins
    pitch: float = LINE
    cells: int = 28
    left: float = 28.0
    indent: float = 2 * CELL
    body_style: str = ""
    opens: str = ""
    closes: str = ""
    closes_at: int = 3
    head1: str = "font-family: var(--heiti)"
    head2: str = "font-family: var(--kaiti)"
    size: float = 16.0
    # head
    mark_top: float = 72.0
    mark_style: str = "color: #e60012"
    front: tuple[tuple[str, str], ...] = ()
    number: str = "某科协发〔2018〕9号"
    number_shift: float = 0.0
    number_gap: float = 2 * LINE
    signer: str = ""
    rule_gap: float = 4.0
    rule: tuple[float, float, str] = (28.0, 184.0, "#e60012")
    title: tuple[str, ...] = ("某省科学技术协会关于开展评估的通知",)
    title_style: str = "font-family: var(--xiaobiaosong); font-weight: 700"
    title_shift: float = 0.0
    title_gap: float = 2 * LINE
    to: str = "各市科学技术协会："
    to_shift: float = 0.0
    # end
    enclosures: tuple[str, ...] = ()
    alone: bool = False
    blank: int = 2
    organ_shift: float = 0.0
    date: str = "2018年12月10日"
    date_right: float = 184 - 4 * CELL
    seals: tuple[tuple[float, float], ...] = ()
    note: str = ""
    record_bottom: float = 262.0
    record_left: float = 28.0
    record_weights: tuple[float, float, float] = (0.35, 0.25, 0.35)
    copies: str = "抄送：某省人民政府办公厅，中共某省委组织部。"
    copies_left: float = 28 + CELL
    # page numbers
    folio: str = "— {} —"
    folio_drop: float = 0.0
    folio_place: str = "outside"
    skip_folio: bool = False
    attachment: tuple[str, str] = ()  # type: ignore[assignment]
    attachment_line: int = 2
    last: str = field(default="")


@dataclass(frozen=True, slots=True)
class Probe:
    """Where this machine's faces put ink, in em from the em-box's top: of the mark (and its lean), of a dash."""

    mark_top: float
    mark_height: float
    mark_lean: float
    dash: float


def text(words: str, left: float, top: float, size: float = 16.0, style: str = "", spacing: float = 0.0) -> str:
    """One line with its em-box's upper left corner at a place."""
    place = f"left: {left:.4f}mm; top: {top:.4f}mm; font: {size}pt/{size}pt var(--fangsong); margin-top: var(--lift)"
    return f'<div style="{place}; letter-spacing: {spacing:.4f}mm; {style}">{words}</div>'


def centred(words: str, top: float, size: float, style: str, shift: float = 0.0) -> str:
    """One line in the middle of the text area."""
    return text(words, 28 + shift, top, size, f"width: 156mm; text-align: center; {style}")


def bar(left: float, top: float, right: float, weight: float, colour: str = "#000") -> str:
    """A straight rule; ``top`` is its upper edge."""
    place = f"left: {left}mm; top: {top:.4f}mm; width: {right - left:.4f}mm; height: {weight}mm"
    return f'<div style="{place}; background: {colour}"></div>'


def seal(x: float, y: float, across: float = 42.0) -> str:
    """A red ring about a point."""
    place = f"left: {x - across / 2}mm; top: {y - across / 2}mm; z-index: -1"
    ring = '<circle cx="50" cy="50" r="48.5" fill="none" stroke="#e60012" stroke-width="3"/>'
    return f'<svg viewBox="0 0 100 100" style="{place}; width: {across}mm; height: {across}mm">{ring}</svg>'


class Drawing:
    """The pages of one paper."""

    def __init__(self, sheet: Sheet, probe: Probe) -> None:
        self.sheet, self.probe = sheet, probe
        self.per_page = int((262.001 - sheet.top - EM) / sheet.pitch) + 1

    def html(self) -> str:
        """The document."""
        first, middle, last = self._flow()
        end = self._end(37 + len(last) * self.sheet.pitch - LINE, last)
        pages = [self._head() + self._lines(first, self._first_line()), self._lines(middle, self.sheet.top)]
        pages.append(self._lines(last, self.sheet.top) + end)
        if self.sheet.attachment:
            pages[-1:] = [
                self._lines(last, self.sheet.top) + self._signature(last),
                self._attachment() + self._record(),
            ]
        bodies = (
            f"<section>{page}{self._folio(number)}</section>" for number, page in enumerate([p for p in pages if p], 1)
        )
        return PAGE.format(body="".join(bodies))

    # ── text ──

    def _flow(self) -> tuple[list[Row], list[Row], list[Row]]:
        sheet = self.sheet
        rows = self._rows()
        first = [next(rows) for _ in range(22 - sheet.opening)]
        middle = [next(rows) for _ in range(self.per_page)]
        if sheet.alone:
            middle[-1] = ("特此通知。", sheet.left + sheet.indent, sheet.body_style)
            return first, middle, []
        last = [next(rows) for _ in range(2)]
        closing = ("特此通知。", sheet.left + sheet.indent, sheet.body_style)
        return first, middle, [*last, ("认真组织实施。", sheet.left, sheet.body_style), closing]

    def _rows(self) -> Iterator[Row]:
        """Paragraphs of three levels, as many as are asked for."""
        sheet = self.sheet
        start, style = sheet.left + sheet.indent, sheet.body_style
        yield "一、总体要求", start, f"{style}; {sheet.head1}"
        yield "（一）主要目标", start, f"{style}; {sheet.head2}"
        at = 0
        yield self._filler(at, sheet.cells - round(sheet.indent / CELL)), start, style
        while True:
            at += 1
            words = self._filler(at, sheet.cells)
            words = sheet.opens + words[1:] if at == 3 and sheet.opens else words
            yield words[:-1] + sheet.closes if at == sheet.closes_at and sheet.closes else words, sheet.left, style

    @staticmethod
    def _filler(at: int, count: int) -> str:
        return (FILLER * 4)[at * 5 % len(FILLER) :][:count]

    def _first_line(self) -> float:
        return 37 + self.sheet.opening * LINE

    def _lines(self, rows: list[Row], top: float) -> str:
        sheet = self.sheet
        em = sheet.size * POINT
        spacing = (156 - sheet.cells * em) / (sheet.cells - 1)
        drop = 0.88 * (EM - em)  # the baseline stays where it is
        set_ = self._spread if spacing > 0 else self._tight
        return "".join(
            set_(words, left, top + n * sheet.pitch + drop, style, spacing)
            for n, (words, left, style) in enumerate(rows)
        )

    def _tight(self, words: str, left: float, top: float, style: str, spacing: float) -> str:
        return text(words, left, top, self.sheet.size, style, spacing)

    def _spread(self, words: str, left: float, top: float, style: str, spacing: float) -> str:
        """Each character at its place: the press rounds a letter spacing that widens."""
        em = self.sheet.size * POINT
        step = (184 - left - em) / (len(words) - 1) if len(words) > 20 else em + spacing
        pieces = enumerate(words)
        return "".join(text(char, left + n * step, top, self.sheet.size, style) for n, char in pieces)

    # ── head ──

    def _head(self) -> str:
        sheet, probe = self.sheet, self.probe
        size = INK / probe.mark_height
        mark = centred(
            NAME,
            sheet.mark_top - probe.mark_top * size,
            size / POINT,
            f"font-family: var(--xiaobiaosong); font-weight: 700; {sheet.mark_style}",
            -probe.mark_lean * size,
        )
        number = sheet.mark_top + INK + sheet.number_gap
        rule = number + EM + sheet.rule_gap
        title = rule + 0.5 + sheet.title_gap
        lines = [
            centred(line, title + n * (22 * POINT + EM * 7 / 8), 22, sheet.title_style, sheet.title_shift)
            for n, line in enumerate(sheet.title)
        ]
        left, right, colour = sheet.rule
        to = text(sheet.to, 28 + sheet.to_shift, self._first_line() - LINE, 16, sheet.body_style)
        return "".join([self._front(), mark, self._number(number), bar(left, rule, right, 0.5, colour), *lines, to])

    def _front(self) -> str:
        rows = enumerate(self.sheet.front)
        return "".join(text(words, 28, 37 + n * LINE, 16, style) for n, (words, style) in rows)

    def _number(self, top: float) -> str:
        sheet = self.sheet
        if not sheet.signer:
            return centred(sheet.number, top, 16, "", sheet.number_shift)
        name = f'签发人：<span style="font-family: var(--kaiti)">{sheet.signer}</span>'
        right = text(name, 0, top, 16, f"left: auto; right: {210 - (184 - CELL):.4f}mm")
        return text(sheet.number, 28 + CELL + sheet.number_shift, top) + right

    # ── end ──

    def _end(self, after: float, rows: list[Row]) -> str:
        return self._signature(rows) + self._record()

    def _signature(self, rows: list[Row]) -> str:
        sheet = self.sheet
        at = len(rows)
        listed = ""
        for n, name in enumerate(sheet.enclosures):
            place = 28 + (2 if n == 0 else 5) * CELL
            listed += text(
                ("附件：" if n == 0 else "") + name, place, sheet.top + (at + 1 + n) * LINE, 16, "", CELL - EM
            )
        at += len(sheet.enclosures) + 1 if sheet.enclosures else 0
        top = sheet.top + (at + sheet.blank) * LINE
        rings = "".join(seal(x, top + (LINE + EM) / 2 - 3.7 + y) for x, y in sheet.seals)
        organ = f'<p style="margin: 0 -60mm; position: relative; left: {sheet.organ_shift}mm">某省科学技术协会</p>'
        date = f'<p style="margin-top: {LINE - EM:.4f}mm">{sheet.date}</p>'
        block = text(organ + date, 0, top, 16, f"left: auto; right: {210 - sheet.date_right:.4f}mm; text-align: center")
        note = text(sheet.note, 28 + 2 * CELL, top + 2 * LINE) if sheet.note else ""
        return listed + rings + block + note

    def _record(self) -> str:
        sheet = self.sheet
        left, bottom = sheet.record_left, sheet.record_bottom
        first, inner, last = sheet.record_weights
        printed = f"left: auto; right: {210 - (184 - CELL):.4f}mm"
        return "".join(
            [
                bar(left, bottom - 17, 184, first),
                text(sheet.copies, sheet.copies_left, bottom - 15, 14),
                bar(left, bottom - 8.6, 184, inner),
                text("某省科学技术协会办公室", 28 + CELL, bottom - 6.8, 14),
                text("2018年12月10日印发", 0, bottom - 6.8, 14, printed),
                bar(left, bottom - last, 184, last),
            ]
        )

    def _attachment(self) -> str:
        words, title = self.sheet.attachment
        top = 37 + self.sheet.attachment_line * LINE + EM / 2 - 11 * POINT
        return text(words, 28, 37, 16, "font-family: var(--heiti)") + centred(title, top, 22, self.sheet.title_style)

    def _folio(self, number: int) -> str:
        sheet = self.sheet
        if sheet.skip_folio and number == 2:
            return ""
        top = 269 - self.probe.dash * 14 * POINT + sheet.folio_drop
        outside = f"left: auto; right: {210 - (184 - CELL):.4f}mm" if number % 2 else f"left: {28 + CELL:.4f}mm"
        place = outside if sheet.folio_place == "outside" else "left: 28mm; width: 156mm; text-align: center"
        return text(sheet.folio.format(number), 0, top, 14, f"font-family: var(--songti); {place}")


def _job(html: str, name: str) -> PrintJob:
    return PrintJob(html, "试验", "某省科学技术协会", "通知", name)


@cache
def probe(style: str) -> Probe:
    """Print the mark in its style, and a dash, and look where their ink lies."""
    page = centred(NAME, 100, 45, f"font-family: var(--xiaobiaosong); font-weight: 700; {style}")
    page += text("—", 50, 200, 45, "font-family: var(--songti)")
    data = to_pdfs([_job(PAGE.format(body=f"<section>{page}</section>"), "probe")], assets=packaged_notices())[0]
    em = 45 * POINT
    with File(data) as file:
        mark, dash = file.ink(1, Box(20, 90, 190, 125)), file.ink(1, Box(45, 190, 70, 220))
    assert mark is not None
    assert dash is not None
    return Probe((mark.top - 100) / em, mark.height / em, (mark.middle[0] - 106) / em, (dash.middle[1] - 200) / em)


def draw(sheets: dict[str, Sheet]) -> dict[str, bytes]:
    """Print papers in one go; their PDFs by name."""
    jobs = [_job(Drawing(sheet, probe(sheet.mark_style)).html(), name) for name, sheet in sheets.items()]
    return dict(zip(sheets, to_pdfs(jobs, assets=packaged_notices()), strict=True))


@pytest.fixture(scope="session")
def board() -> SimpleNamespace:
    """The drawing board: ``Sheet`` says what is on a paper, ``draw`` prints several in one go."""
    kit = fontkit.installed()
    if kit is None or any(face.substitute for face in kit.faces):
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    return SimpleNamespace(Sheet=Sheet, draw=draw)
