"""The head of page 1 in each of the standard's formats: what stands where, to the micron.

Every distance is the standard's; only the size of the red mark is free. It is chosen so that the text below the head
starts on a grid line, and page 1 fills to its last line like any other page. Lengths are millimetres down and right
from the paper's corner until the last step, which states them from the corner of the page's text area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import ceil, log

from zhuli_flow.documents.templates import marks
from zhuli_flow.documents.templates.ink import Ink, ink_of
from zhuli_flow.documents.templates.layout import (
    CELL,
    EM,
    LINE,
    MAX_TITLE_LINES,
    TITLE_EM,
    TITLE_LINE,
    width,
)
from zhuli_flow.documents.templates.titles import title_lines

LEFT, RIGHT, TOP = 28.0, 184.0, 37.0
HALF_LEADING = (LINE - EM) / 2
RULE = 0.5
"""Thickness of the red rule; the standard leaves it open."""
DOUBLE_RULE = 1.8
"""A letter's double rule, thick and thin together."""
_THICK, _THIN = 1.0, 0.35
LETTER_FOOT = 277.0 - DOUBLE_RULE - EM * 7 / 8
"""Where the last character of a letter's first page ends: seven eighths of a character above the lower rule (10.1)."""
LETTER_TOP = LETTER_FOOT + HALF_LEADING - 24 * LINE
"""Where the first line box of a letter's first page begins, so that its lines end at LETTER_FOOT."""
_TRAILING = 0.0765  # the tracking after a run's last character, which its box is short of

_CENTRE = 106.0  # 28 mm and half of 156
_MARK_WIDTH = 150.0
_SPACED_WIDTH = 138.0
_WIDEST_GAP = 0.2  # ems
_EM_ABOVE = 0.88  # the ideographic em-box above the baseline
_STACK_PITCH = 1.28  # joint organs: from one name to the next, in ems of their size
_SUFFIX_SIZE = 1.25  # … and the size of the 文件 they share
_SUFFIX_GAP = 0.35
_IDEAL_INK = {1: 14.0, 2: 23.5, 3: 31.0}  # height of the mark, by the number of organs
_IDEAL_INK_MANY = 36.0
_LEAST_SIZE = 5.0
_LEAST_NAME = 6.2  # of a name among several: larger than the text (16 pt) and told from it
_RECORD_CELLS = 25
_MOST_RECORD = 24
_SIGNED_RECORD = 14
_MOST_LINES = 19  # the head leaves room for the addressees and for text on page 1 (7.3.3)


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of the head: its class in the style sheet, its text and where it stands (CSS declarations)."""

    kind: str
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a head shows. ``mark`` replaces the mark made of the issuers; ``title`` is the parts that stay whole.

    ``issuers`` stand in the order they are ranked; ``lead`` is the one whose number and paper it is.
    """

    layout: str = "document"
    direction: str = "down"
    genre: str = "通知"
    issuers: Sequence[str] = ()
    lead: str = ""
    title: Sequence[str] = ()
    number: str | None = None
    mark: str | None = None
    copy_number: str | None = None
    secrecy: str | None = None
    urgency: str | None = None
    signers: Sequence[str] = ()
    addressees: Sequence[str] = ()
    copies: Sequence[str] = ()
    dated: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A head ready to print: whole grid lines high; ``title_top`` is the top of the title's first character.

    ``moved`` tells that the addressees are too many for page 1 and belong into the closing record (7.3.2), ``long``
    that the record is too tall to stay on one page with the signature.
    """

    height: float
    title_top: float
    title_lines: tuple[str, ...]
    pieces: tuple[Piece, ...]
    moved: bool
    long: bool = False

    def values(self) -> dict[str, object]:
        """Return plain values for a template."""
        pieces = [{"kind": piece.kind, "text": piece.text, "style": piece.style} for piece in self.pieces]
        title = {"title_top": round(self.title_top, 3), "title_lines": list(self.title_lines)}
        return {"height": round(self.height, 3), "pieces": pieces, "moved": self.moved, "long": self.long, **title}


def compose(facts: Facts) -> Head:
    """Return the head of ``facts.layout``. ValueError says what is too long for page 1."""
    lines = title_lines(facts.title)
    if len(lines) > MAX_TITLE_LINES:
        raise ValueError(f"标题长达 {len(lines)} 行，最多 {MAX_TITLE_LINES} 行，请缩短标题中的名称")
    placed = _COMPOSERS[facts.layout](facts, lines)
    count = _record_lines(facts, placed.moved)
    if count > _MOST_RECORD:
        raise ValueError(
            f"主送、抄送机关在版记中要排 {count} 行，最多 {_MOST_RECORD} 行，请用同类型机关的统称（7.3.2）"
        )
    return replace(placed, long=placed.moved or count > _SIGNED_RECORD)


def _record_lines(facts: Facts, moved: bool) -> int:
    """How many lines of the closing record the names take (7.4.2); more than a page holds would leave the sheet."""
    lists = [facts.addressees if moved else (), facts.copies]
    return sum(ceil(width("，".join(names) + "。") / _RECORD_CELLS) for names in lists if names)


def _document(facts: Facts, lines: tuple[str, ...]) -> Head:
    rows = _signer_rows(facts)
    to_title = (1 + max(len(rows), 1)) * LINE + EM + 4 + RULE + 2 * LINE
    (names, suffix), (ink, text) = _fitted_mark(facts, to_title + _title_height(lines))
    number = 72 + ink + (1 + max(len(rows), 1)) * LINE
    sheet = _Sheet()
    sheet.corner(facts, TOP)
    sheet.mark(names, suffix, 72, ink)
    sheet.signers(rows, number)
    if facts.direction == "up":
        sheet.add("number", facts.number or "", number, left=LEFT + CELL)
    else:
        sheet.add("number middle", facts.number or "", number)
    sheet.add("rule", "", number + EM + 4)
    return sheet.head(facts, lines, number + EM + 4 + RULE + 2 * LINE, text)


def _fitted_mark(facts: Facts, below: float) -> tuple[tuple[list[str], str], tuple[float, float]]:
    """The mark's names and size; of organs whose names would be smaller than the text, the lead one's alone (7.2.4)."""
    names, suffix = _document_mark(facts)
    if len(names) > 1 and len(facts.issuers) > 1:
        ink, text = _fit(72, below, _ideal(names, suffix), len(names), least=1.0)
        if ink / (1 + (len(names) - 1) * _STACK_PITCH) >= _LEAST_NAME:
            return (names, suffix), (ink, text)
        names, suffix = _document_mark(replace(facts, issuers=[facts.lead or facts.issuers[0]]))
    return (names, suffix), _fit(72, below, _ideal(names, suffix), len(names))


def _document_mark(facts: Facts) -> tuple[list[str], str]:
    """The names of the mark, one above the other, and the 文件 they share; one organ's name ends in its own."""
    if facts.mark is not None:
        return marks.lines(facts.mark), ""
    names, suffix = marks.named(facts.issuers, facts.lead), "" if facts.genre == "函" else "文件"
    return (names, suffix) if len(names) > 1 else (marks.lines(names[0] + suffix), "")


def _letter(facts: Facts, lines: tuple[str, ...]) -> Head:
    rows = max(len(_corner_rows(facts)), 1)
    to_title = 4 + DOUBLE_RULE + EM * 7 / 8 + (rows - 1) * LINE + EM + 2 * LINE
    first = LETTER_TOP + HALF_LEADING
    mark = marks.lines(facts.mark or facts.issuers[0])
    ink, text = _fit(30, to_title + _title_height(lines), _ideal(mark), len(mark), first)
    sheet = _Sheet(LETTER_TOP)
    sheet.mark(mark, "", 30, ink)
    sheet.double(30 + ink + 4, thick_first=True)
    top = 30 + ink + 4 + DOUBLE_RULE + EM * 7 / 8
    sheet.rows(_corner_rows(facts), top)
    sheet.add("number", facts.number or "", top, right=RIGHT)
    sheet.double(277 - DOUBLE_RULE, thick_first=False)
    return sheet.head(facts, lines, top + (rows - 1) * LINE + EM + 2 * LINE, text)


def _minutes(facts: Facts, lines: tuple[str, ...]) -> Head:
    to_title = 3 * LINE + EM + 4 + RULE + 2 * LINE
    mark = marks.lines(facts.mark or facts.issuers[0] + "会议纪要")
    ink, text = _fit(72, to_title + _title_height(lines), _ideal(mark), len(mark))
    number = 72 + ink + 2 * LINE
    sheet = _Sheet()
    sheet.corner(facts, TOP)
    sheet.mark(mark, "", 72, ink)
    sheet.add("number middle", facts.number or "", number)
    sheet.add("organ", facts.issuers[0], number + LINE, left=LEFT + CELL)
    sheet.add("dated", facts.dated, number + LINE, right=RIGHT - CELL)
    rule = number + LINE + EM + 4
    sheet.add("rule", "", rule)
    return sheet.head(facts, lines, rule + RULE + 2 * LINE, text)


def _order(facts: Facts, lines: tuple[str, ...]) -> Head:
    mark = marks.lines(facts.mark or facts.issuers[0] + "命令")
    ink, text = _fit(57, 2 * LINE + EM + 2 * LINE, _ideal(mark), len(mark))
    sheet = _Sheet()
    sheet.corner(facts, TOP)
    sheet.mark(mark, "", 57, ink)
    sheet.add("number middle", facts.number or "", 57 + ink + 2 * LINE)
    return sheet.head(facts, (), 0, text)


def _form(facts: Facts, lines: tuple[str, ...]) -> Head:
    """An internal form: its title on the first lines, its number, if it has one, in the line below."""
    title = TITLE_EM + (len(lines) - 1) * TITLE_LINE
    count = -(-(title + LINE - EM) // LINE)
    sheet = _Sheet()
    if facts.number:
        sheet.add("number", facts.number, TOP + count * LINE, right=RIGHT)
        count += 1
    return sheet.head(facts, lines, TOP, TOP + count * LINE)


_COMPOSERS = {"document": _document, "letter": _letter, "minutes": _minutes, "order": _order, "form": _form}


def _title_height(lines: Sequence[str]) -> float:
    """From the top of the title to the end of the blank line before the text (7.3.2)."""
    return TITLE_EM + (len(lines) - 1) * TITLE_LINE + LINE


def _ideal(names: Sequence[str], suffix: str = "") -> float:
    """The height of a mark large enough to be seen, and no wider than the page bears without being squeezed."""
    if len(names) > 1:
        return _IDEAL_INK.get(len(names), _IDEAL_INK_MANY)
    box = ink_of(names[0] + suffix)
    return min(_IDEAL_INK[1], _MARK_WIDTH / (box.right - box.left) * box.height)


def _fit(
    top: float, below: float, ideal: float, names: int, first: float = TOP, least: float | None = None
) -> tuple[float, float]:
    """Return the mark's ink height nearest ``ideal`` that brings the text onto the grid, and where the text begins.

    ``top`` is the top of the ink, ``below`` from its bottom to the text, ``first`` the top of line 1's characters. A
    blank line may be as high as a line or, as when it is typed, up to two half-leadings higher.
    """
    least = _LEAST_SIZE * (1 + (names - 1) * _STACK_PITCH) if least is None else least
    starts = [first + count * LINE for count in range(1, _MOST_LINES + 1)]
    choices = [
        (ink, start)
        for start in starts
        for most in (start - below - top,)
        if (ink := max(min(most, ideal), most - 2 * HALF_LEADING)) >= least
    ]
    if not choices:
        raise ValueError("联合行文的机关过多或标题过长，首页放不下正文，请使用规范化简称或缩短标题")
    return min(choices, key=lambda choice: _unsightly(choice[0] / ideal))


def _unsightly(ratio: float) -> float:
    """How badly a mark of ``ratio`` times the ideal height looks: a little tall and squeezed beats small."""
    return -log(ratio) if ratio < 1 else 0.8 * log(ratio)


def _corner_rows(facts: Facts) -> list[tuple[str, str]]:
    """What stands in the upper left corner, top to bottom (7.2.1-7.2.3)."""
    rows = (("copy", facts.copy_number), ("secrecy", facts.secrecy), ("urgency", facts.urgency))
    return [(kind, text) for kind, text in rows if text]


def _signer_rows(facts: Facts) -> list[list[str]]:
    """Who signed a document that goes upward, two names a row (7.2.6)."""
    names = list(facts.signers) if facts.direction == "up" else []
    return [names[at : at + 2] for at in range(0, len(names), 2)]


@dataclass
class _Sheet:
    """A head in the making; ``origin`` is where the page's text area begins on the paper."""

    origin: float = TOP - HALF_LEADING
    pieces: list[Piece] = field(default_factory=list)

    def add(self, kind: str, text: str, top: float, **styles: float) -> None:
        """Put ``text`` with the top of its characters at ``top``; left and right are the edges of its ink box."""
        places = {"top": top - self.origin}
        if "left" in styles:
            places["left"] = styles.pop("left") - LEFT
        if "right" in styles:
            places["right"] = RIGHT - styles.pop("right") + _TRAILING
        written = [f"{name}: {value:.3f}mm" for name, value in (places | styles).items()]
        self.pieces.append(Piece(kind, text, "; ".join(written)))

    def double(self, top: float, *, thick_first: bool) -> None:
        """Put a letter's double rule with its upper edge at ``top``."""
        thin_top, thick_top = (top + DOUBLE_RULE - _THIN, top) if thick_first else (top, top + DOUBLE_RULE - _THICK)
        self.add("bar", "", thick_top, height=_THICK)
        self.add("bar", "", thin_top, height=_THIN)

    def rows(self, rows: Sequence[tuple[str, str]], top: float) -> None:
        """Put the corner's rows one below the other from ``top``."""
        for at, (kind, text) in enumerate(rows):
            self.add(kind, text, top + at * LINE, left=LEFT)

    def corner(self, facts: Facts, top: float) -> None:
        """Put the corner's rows; the secrecy keeps the second line even without a copy number (7.2.2)."""
        rows = _corner_rows(facts)
        self.rows(rows, top + (LINE if rows and rows[0][0] == "secrecy" else 0))

    def signers(self, rows: Sequence[Sequence[str]], last: float) -> None:
        """Put the signers' names in columns, the last row at ``last``, its end one cell from the right edge."""
        if not rows:
            return
        cells = max(width(name) for row in rows for name in row)
        columns = max(map(len, rows))
        start = RIGHT - CELL - (columns * cells + columns - 1) * CELL
        top = last - (len(rows) - 1) * LINE
        self.add("signer-label", "签发人：", top, left=start - 4 * CELL)
        for row, names in enumerate(rows):
            for column, name in enumerate(names):
                left = start + column * (cells + 1) * CELL
                self._spread(name, cells, top + row * LINE, left)

    def _spread(self, name: str, cells: float, top: float, left: float) -> None:
        gap = (cells - width(name)) * CELL / max(len(name) - 1, 1)
        spacing = {"letter-spacing": gap + CELL - EM} if len(name) > 1 else {}
        self.add("signer-name", name, top, left=left, **spacing)

    def mark(self, names: Sequence[str], suffix: str, top: float, ink: float) -> None:
        """Put the red mark with its ink from ``top``, ``ink`` high: one line, or names spread above one another."""
        if len(names) == 1:
            self._single(names[0] + suffix, top, ink)
        else:
            self._stack(names, suffix, top, ink)

    def _single(self, text: str, top: float, ink: float) -> None:
        box = ink_of(text)
        size = ink / box.height
        solid = size * (box.right - box.left)
        scale = min(1.0, _MARK_WIDTH / solid)
        # A short name is set a little apart, so that it holds its own above the rule.
        gap = max(0.0, min(_WIDEST_GAP * size, (_SPACED_WIDTH - solid) / max(len(text) - 1, 1)))
        centre = (box.centre * size + gap * (len(text) - 1) / 2) * scale
        self._red(text, top + box.above * size, _CENTRE - centre, size, scale, gap)

    def _stack(self, names: Sequence[str], suffix: str, top: float, ink: float) -> None:
        boxes = [ink_of(name) for name in names]
        size = ink / ((len(names) - 1) * _STACK_PITCH + boxes[0].above + boxes[-1].below)
        longest = max(map(width, names))
        tail = ink_of(suffix) if suffix else Ink(0, 0, 0, 0)
        right = longest + _SUFFIX_GAP + _SUFFIX_SIZE * tail.right if suffix else longest
        scale = min(1.0, _MARK_WIDTH / (size * right))
        left = _CENTRE - (min(box.left for box in boxes) + right) / 2 * size * scale
        baselines = accumulate([_STACK_PITCH * size] * (len(names) - 1), initial=top + boxes[0].above * size)
        for name, baseline in zip(names, baselines, strict=True):
            gap = (longest - width(name)) / max(len(name) - 1, 1) * size
            self._red(name, baseline, left, size, scale, gap)
        if suffix:
            middle = top + ink / 2 + (tail.above - tail.below) / 2 * size * _SUFFIX_SIZE
            self._red(suffix, middle, left + (longest + _SUFFIX_GAP) * size * scale, size * _SUFFIX_SIZE, scale)

    def _red(self, text: str, baseline: float, left: float, size: float, scale: float, gap: float = 0.0) -> None:
        self.add("mark", text, baseline - _EM_ABOVE * size, left=left, **{"font-size": size, "letter-spacing": gap})
        if scale < 1:
            last = self.pieces.pop()
            self.pieces.append(Piece(last.kind, last.text, f"{last.style}; transform: scaleX({scale:.5f})"))

    def head(self, facts: Facts, lines: tuple[str, ...], title: float, text: float) -> Head:
        """Close the sheet: the title's characters begin at ``title``, the text's at ``text``."""
        height = text - HALF_LEADING - self.origin
        left = (22 if self.origin > LETTER_TOP else 24) - round(height / LINE)
        to = -(-width("、".join(facts.addressees) + "：") // 28)
        return Head(height, title - self.origin, lines, tuple(self.pieces), moved=left - to < 1)
