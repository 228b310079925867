"""The parts of a paper, found by where they stand and what they say; a part that is not found is empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from zhuli_flow.documents.ruler import record_lines
from zhuli_flow.documents.ruler.sheet import BLACK, RED, Box, Glyph, Line, Page, Shape, lines_of
from zhuli_flow.documents.ruler.standard import BODY_PT, BOTTOM, CELL, CENTRE, LEFT, LINE
from zhuli_flow.documents.wholes import NOT_AT_END, wholes

Layout = Literal["document", "letter", "minutes", "order", "form"]

_NUMBER = re.compile(r"号$|[〔\[［（(【﹝]\s*\d{2,4}")
_DATE = re.compile(
    r"[0-9〇○零一二三四五六七八九]{2,4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
_HEADING = re.compile(r"附件[0-9一二三四五六七八九十]*$|.*号附件\d*$")
_ITEM = re.compile(r"\d{1,2}[.．]")
_ATTENDANCE = re.compile(r"(出席|请假|列席|主持|记录|参加)[^。]{0,4}：")
_FOLIO = re.compile(r"[—―–－.·-]*第?\d{1,4}(页|[/／]\d+|页共\d+页)?[—―–－.·-]*")
_ORGAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff（）、]{3,}")
_BETWEEN_ORGANS = 4.0  # mm from one name to the next in a row of a signature; more than any line is spread
_STOPS = "。：；！？”）"  # what a paragraph ends with
_FOOT = BOTTOM + 2  # what stands below is a page number, not text
_SMALLEST = 9.0  # points; a check line below the closing record is smaller


@dataclass(slots=True)
class Parts:
    """What was found. Lists are in reading order; ``paragraphs`` hold the body's lines, table cells excluded."""

    layout: Layout
    pages: Sequence[Page]
    mark: list[Line] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    number: Line | None = None
    signers: list[Line] = field(default_factory=list)
    rules: list[Shape] = field(default_factory=list)
    title: list[Line] = field(default_factory=list)
    addressees: list[Line] = field(default_factory=list)
    paragraphs: list[list[Line]] = field(default_factory=list)
    enclosures: list[Line] = field(default_factory=list)
    organs: list[Line] = field(default_factory=list)
    date: Line | None = None
    note: list[Line] = field(default_factory=list)
    record: list[Line] = field(default_factory=list)
    bars: list[Shape] = field(default_factory=list)
    attendance: list[Line] = field(default_factory=list)
    stamps: list[Line] = field(default_factory=list)
    attachments: dict[int, list[Line]] = field(default_factory=dict)
    folios: dict[int, list[Glyph]] = field(default_factory=dict)
    tables: dict[int, list[Box]] = field(default_factory=dict)
    seals: list[tuple[int, Box]] = field(default_factory=list)

    @property
    def body(self) -> list[Line]:
        """All lines of the body."""
        return [line for paragraph in self.paragraphs for line in paragraph]

    @property
    def annexed(self) -> list[list[Line]]:
        """The paragraphs of attachments, as far as they are plain text."""
        plain = [line for lines in self.attachments.values() for line in lines if abs(line.size - BODY_PT) < 1]
        return _paragraphs([line for line in plain if not _HEADING.fullmatch(line.text)])

    @property
    def rule(self) -> Shape | None:
        """The red rule under the number; of a letter the upper one."""
        return self.rules[0] if self.rules else None


def find(pages: Sequence[Page], layout: Layout | None = None) -> Parts:
    """Return the parts of a paper; ``layout`` is inferred from page 1 when not given."""
    parts = Parts(layout or "document", pages)
    parts.tables = {page.number: _tables(page) for page in pages}
    parts.folios = {page.number: found for page in pages if (found := _folio(page))}
    flow = {page.number: _text(page, parts) for page in pages}
    parts.rules = _rules(pages[0], parts.tables[pages[0].number])
    first = flow[pages[0].number]
    parts.mark = _mark(first, parts.rule)
    parts.layout = layout or _layout(parts)
    _attachments(parts, flow)
    _closing(parts, flow)
    _head(parts, first)
    _flow(parts, [line for number in flow for line in flow[number] if number not in parts.attachments])
    parts.seals = _seals(pages)
    return parts


# ── what stands outside the flow ─────────────────────────────────────────────────────────────────────────────────────


def _text(page: Page, parts: Parts) -> list[Line]:
    """The lines of a page without its number, marks laid over the text, check lines, and the cells of tables."""
    if page.landscape:
        return []
    folio = set(map(id, parts.folios.get(page.number, [])))
    kept = [
        one for one in page.glyphs if one.turn == 0 and one.base > 25 and id(one) not in folio and not _annotation(one)
    ]
    tables = parts.tables[page.number]
    return lines_of(page.number, (one for one in kept if not any(_within(one, box) for box in tables)))


def _annotation(one: Glyph) -> bool:
    return one.size < _SMALLEST and one.base > BOTTOM


def _within(one: Glyph, box: Box) -> bool:
    return box.left - 1 <= one.x <= box.right + 1 and box.top - 1 <= one.base <= box.bottom + 1


def _folio(page: Page) -> list[Glyph]:
    """The glyphs of the page number: below the text area, on a turned sheet along its left edge; dashes and digits."""
    if page.landscape:
        found = [one for one in page.glyphs if one.turn in {90, 270} and one.x < LEFT + 8]
        found = found or [one for one in page.glyphs if one.base > page.height - 30 and one.turn == 0]
    else:
        found = [one for one in page.glyphs if one.base > _FOOT and one.turn == 0]
    found = [one for one in found if not one.char.isspace() and one.size >= _SMALLEST]
    if page.landscape:
        return found if any(one.char.isdigit() for one in found) else []
    # Page 1 of a letter has text as far down as this.
    lines = [line for line in lines_of(page.number, found) if _FOLIO.fullmatch(line.text)]
    return list(lines[-1].glyphs) if lines else []


def _bars(page: Page) -> list[Shape]:
    return [one for one in page.shapes if one.box.height < 3 and one.box.width > 60 and not one.picture]


def _tables(page: Page) -> list[Box]:
    """The boxes of ruled tables: what upright bars reach, joined where they touch."""
    upright = [one.box for one in page.shapes if one.box.width < 1.5 and one.box.height > 4 and not one.picture]
    joined: list[Box] = []
    for box in sorted(upright, key=lambda b: b.top):
        if joined and box.top <= joined[-1].bottom + 1:
            joined[-1] = _union([joined[-1], box])
        else:
            joined.append(box)
    return [box for box in joined if box.width > 20]


def _union(boxes: Iterable[Box]) -> Box:
    all_ = list(boxes)
    return Box(
        min(b.left for b in all_), min(b.top for b in all_), max(b.right for b in all_), max(b.bottom for b in all_)
    )


def _seals(pages: Sequence[Page]) -> list[tuple[int, Box]]:
    """Round red drawings or pictures the size of a seal; what lies inside a larger one belongs to it."""
    found: list[tuple[int, Box]] = []
    for page in pages:
        boxes = [one.box for one in page.shapes if one.colour == RED or one.picture]
        round_ = [b for b in boxes if 28 < b.width < 62 and 0.8 < b.width / max(b.height, 0.1) < 1.25]
        kept: list[Box] = []
        for box in sorted(round_, key=lambda b: -b.width):
            if not any(_inside(box, other) for other in kept):
                kept.append(box)
        found += [(page.number, box) for box in sorted(kept, key=lambda b: (round(b.top), b.left))]
    return found


def _inside(box: Box, other: Box) -> bool:
    (x, y), (a, b) = box.middle, other.middle
    return abs(x - a) < 8 and abs(y - b) < 8


# ── head ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rules(page: Page, tables: Sequence[Box]) -> list[Shape]:
    """The long bars of page 1 that separate the head (and, on a letter, the foot): red ones, or else the first one."""
    if page.landscape:
        return []
    free = (one for one in _bars(page) if not any(_crosses(one.box, box) for box in tables))
    bars = sorted(free, key=lambda one: one.box.top)
    red = [one for one in bars if one.colour == RED]
    return red or [one for one in bars if 60 < one.box.top < 200 and one.box.width > 100][:1]


def _crosses(bar: Box, table: Box) -> bool:
    return table.top - 1 < bar.top < table.bottom + 1


def _mark(lines: Sequence[Line], rule: Shape | None) -> list[Line]:
    above = [line for line in lines if line.bottom < (rule.box.top if rule else 150)]
    red = [line for line in above if line.colour == RED and line.size > 16.5]
    return red or [line for line in above if line.size >= 24]


def _layout(parts: Parts) -> Layout:
    if sum(165 < one.box.width < 176 for one in parts.rules) >= 2:
        return "letter"
    text = "".join(line.text for line in parts.mark)
    if text.endswith("纪要"):
        return "minutes"
    if text.endswith(("令", "公告")) and not parts.rules:
        return "order"
    ruled = parts.pages[0].landscape or bool(parts.tables[parts.pages[0].number])
    return "form" if ruled and not parts.mark and not parts.rules else "document"


def _head(parts: Parts, lines: Sequence[Line]) -> None:
    """Take number, signers, and what stands above or beside them, from page 1."""
    if not parts.mark:
        return
    top, bottom = parts.mark[0].top, max(line.bottom for line in parts.mark)
    parts.front = [line for line in lines if line.bottom < top]
    end = bottom + 6.5 * LINE
    if parts.rule and parts.layout != "letter":
        end = parts.rule.box.top + 1
    pieces = [piece for line in lines if bottom < line.bottom < end and line.colour != RED for piece in line.split(8)]
    if parts.layout == "letter":
        pieces = [piece for piece in pieces if piece.size < 18]
        parts.front += [
            one for one in pieces if one.left < LEFT + 2 and one.right < CENTRE and not _NUMBER.search(one.text)
        ]
    numbers = [piece for piece in pieces if _NUMBER.search(piece.text)]
    if parts.layout in {"letter", "order"}:
        numbers = [piece for piece in numbers if len(piece.text) < 30][:1]
    parts.number = numbers[-1] if numbers else None
    if parts.layout == "document":
        parts.signers = [piece for piece in pieces if piece is not parts.number]


def _start(parts: Parts) -> float:
    """Where the head ends on page 1."""
    ends = [0.0, *(line.bottom for line in parts.mark), *(line.bottom for line in parts.front)]
    ends += [parts.number.bottom] if parts.number else []
    ends += [one.box.bottom for one in parts.rules[:2] if one.box.top < 200]
    return max(ends)


# ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _flow(parts: Parts, lines: Sequence[Line]) -> None:
    """Divide what follows the head: title, addressees, body, enclosures, signature, note."""
    rest = [line for line in lines if line.page > 1 or line.top > _start(parts) - 0.5]
    rest = [line for line in rest if line not in parts.record]
    count = _title_length(rest)
    parts.title, rest = list(rest[:count]), rest[count:]
    count = _addressees_length(rest)
    parts.addressees, rest = list(rest[:count]), rest[count:]
    dated = [n for n, line in enumerate(rest) if _DATE.fullmatch(line.split(20)[-1].text)]
    if dated and parts.layout != "form":
        parts.date = rest[dated[-1]].split(20)[-1]
        parts.note = [line for line in rest[dated[-1] + 1 :] if line.text.startswith("（")]
        parts.note = list(rest[dated[-1] + 1 :]) if parts.note else []
        rest = _signature(parts, rest[: dated[-1]])
    rest = _enclosures(parts, rest)
    present = next((n for n, line in enumerate(rest) if _ATTENDANCE.match(line.text)), len(rest))
    if parts.layout == "minutes":
        parts.attendance, rest = rest[present:], rest[:present]
    parts.paragraphs = _paragraphs(rest)


def _title_length(lines: Sequence[Line]) -> int:
    count = 0
    for line in lines[:8]:
        centred = abs(line.centre - CENTRE) < 3 and line.left > LEFT + 1.5 * CELL
        if line.page != 1 or not (line.size >= 18 or (centred and not line.text.endswith(("：", "。")))):
            break
        count += 1
    return count


def _addressees_length(lines: Sequence[Line]) -> int:
    if not lines or lines[0].left > LEFT + CELL:
        return 0
    for count, line in enumerate(lines[:6], 1):
        if line.left > LEFT + CELL:
            return 0
        if line.text.endswith(("：", ":")):
            return count
    return 0


def _signature(parts: Parts, lines: Sequence[Line]) -> list[Line]:
    """Take the issuers above the date; what is left is body and enclosures."""
    count, date = len(lines), parts.date
    while count and date and _is_organ(lines[count - 1], lines[count - 2] if count > 1 else None):
        count -= 1
    pieces = [piece for line in lines[count:] for piece in _organs(line)]
    parts.stamps = [piece for piece in pieces if piece.colour == RED]
    parts.organs = [piece for piece in pieces if piece.colour != RED]
    return list(lines[:count])


def _organs(line: Line) -> list[Line]:
    """The names in one row of a signature; a single name that is spread to the longest is one."""
    names = line.split(_BETWEEN_ORGANS)
    return names if all(len(name.text) > 2 for name in names) else [line]


def _is_organ(line: Line, before: Line | None) -> bool:
    if line.text.endswith(("。", "；", "：")):
        return False
    names = line.split(_BETWEEN_ORGANS)
    if len(names) > 1 and all(_ORGAN.fullmatch(name.text) for name in names):
        return True  # a row of a joint signature, which may begin further left
    if line.left < LEFT + 2.5 * CELL:
        return False
    item = _ITEM.match(line.text) or (before and _runs_on(line, before))
    return not item


def _runs_on(line: Line, before: Line) -> bool:
    """Whether a line continues the one before it: it follows at once and that one is full."""
    near = line.page != before.page or line.base - before.base < 1.3 * LINE
    return near and before.right > 184 - 1.5 * CELL


def _enclosures(parts: Parts, lines: list[Line]) -> list[Line]:
    """Take the list of attachments at the end of the body (附件：1. …)."""
    starts = [n for n, line in enumerate(lines) if re.match("附件[：:]", line.text)]
    if not starts:
        return lines
    parts.enclosures = lines[starts[-1] :]
    return lines[: starts[-1]]


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Group lines into paragraphs: a new one is indented, or follows a line that ended early, or a gap."""
    groups: list[list[Line]] = []
    for before, line in pairwise([None, *lines]):
        if line is None:
            continue
        if before is None or _begins(line, before):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _begins(line: Line, before: Line) -> bool:
    gap = line.page == before.page and line.base - before.base > 1.5 * LINE
    short = 184 - before.right
    taken = next((end for start, end in wholes(line.text.lstrip(NOT_AT_END)) if not start), 0)
    if taken and (1 + taken) * CELL > short and before.text[-1:] not in _STOPS:
        return line.left > LEFT + 0.7 * CELL or gap  # what may not be parted left the line before it short
    ended = short > (3.5 if before.text[-1:] in _STOPS else 6) * CELL or (
        short > 1.6 * CELL and before.text[-1:] in _STOPS
    )
    return line.left > LEFT + 0.7 * CELL or gap or ended


# ── end ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _attachments(parts: Parts, flow: dict[int, list[Line]]) -> None:
    """Mark the pages of attachments, and of texts it issues: from the first that opens with 附件N or a title."""
    opened = False
    for page in parts.pages[1:]:
        lines = flow[page.number]
        opened = opened or (bool(lines) and (_HEADING.fullmatch(lines[0].text) is not None or lines[0].size > 19))
        if opened:
            parts.attachments[page.number] = lines


def _closing(parts: Parts, flow: dict[int, list[Line]]) -> None:
    """Take the closing record and its bars from the last page that has one."""
    for page in reversed(parts.pages):
        lines = flow[page.number]
        first = record_lines.start(lines)
        if first is None:
            continue
        parts.record = lines[first:]
        if page.number in parts.attachments:
            parts.attachments[page.number] = lines[:first]
        tables = parts.tables[page.number]
        bars = [one for one in _bars(page) if one.colour == BLACK and one.box.top > parts.record[0].top - 6]
        parts.bars = sorted(
            (one for one in bars if not any(_crosses(one.box, table) for table in tables)),
            key=lambda one: one.box.top,
        )
        return
