"""Geometry of an official document after GB/T 9704-2012, in millimetres unless a name says points.

The standard's 22 lines of 28 characters fill a text area of 156 x 225 mm exactly only when the *character* of line 1
touches its top edge and the character of line 22 its bottom edge. The constants below follow from that one sentence,
and so do the page margins of ``notices/gongwen.css``: half a leading lies outside the text area, above and below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import ceil

POINT = 25.4 / 72
"""One point in millimetres."""
EM = 16 * POINT
"""A character of size 3 (16 pt)."""
CELL = 156 / 28
"""The width one character takes: 28 of them fill a line (5.2.3)."""
LINE = (225 - EM) / 21
"""From one line to the next: 21 of them and one character fill the page (5.2.3)."""
TITLE_EM = 22 * POINT
"""A character of size 2 (22 pt), the title's (7.3.1)."""
TITLE_LINE = TITLE_EM + EM * 7 / 8
"""From one title line to the next."""
TITLE_WIDTH = 20
"""Characters of size 2 that fit in one title line of 156 mm."""
MAX_TITLE_LINES = 6
"""A longer title leaves no text on page 1 (7.3.3)."""
_ILL_SHAPED = 100
_PLAY = 3.0
"""Characters by which a line of a long title may be longer or shorter than the others on average."""
_MOST_PIECES = 30
_PAUSE = re.compile(r"(?=[“《（])|(?<=[”》、])|(?=关于|[的并和](?=[^”》]))")
_BESIDE_TITLE = re.compile(r"(?=《)|(?<=》)")
_WORD = re.compile(
    "(?=进一步|加强|做好|开展|推进|落实|建设|建立|创建|成立|管理|监督|检查|评价|考核|复核|评估|报送|印发|表彰|经费|项目|工作|活动|专项|以及|暨)"
)
_KNOWN = re.compile(f"关于|{_WORD.pattern[3:-1]}")
_STEPS = (1.0, 0.5, 1.5, 2.0, -0.5, -1.0, -2.0)  # characters that a line is shorter than the one before
_OPENING, _CLOSING = "（(《〈“‘【〔[", "）)》〉”’】〕]"
_NEVER_FIRST = "的和与及、，。；：）》”"


def width(text: str) -> float:
    """Return the width of ``text`` in characters: an ideograph 1, a Latin letter, digit or ASCII sign one half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def bare_positions(text: str) -> Iterator[int]:
    """Where in ``text`` no bracket and no quotation mark is open, its own marks counted as inside."""
    depth = 0
    for at, char in enumerate(text):
        depth += char in _OPENING
        if not depth:
            yield at
        depth -= char in _CLOSING and depth > 0


def _title_width(text: str) -> float:
    """The width of ``text`` in a title's heavier face, whose figures and letters take more than half a character."""
    return sum(1.0 if not char.isascii() else 0.85 if char.isupper() else 0.6 for char in text)


def title_lines(parts: Sequence[str], limit: float = TITLE_WIDTH) -> tuple[str, ...]:
    """Break a title between its parts into few lines, even and never hourglass-shaped if that can be had (7.3.1).

    A part (a name, a quoted phrase) is broken only when it alone is wider than a line; one with a title in 《》 also
    beside it, and a long title in 《》 itself, where else 的通知 would stand alone.
    """
    kept: tuple[str, ...] | None = None
    for cut in (_pieces, _around_titles, _within_titles, _within_subjects, _at_words):
        pieces = [piece for part in parts for piece in cut(part, limit)]
        best = _best(pieces, limit)
        if best and _unevenness(best) < _ILL_SHAPED:
            return best
        if best and (kept is None or (_broken(kept) and not _broken(best))):
            kept = best
    return _tapered("".join(parts), limit) or _searched(parts, limit) or kept or tuple(_even("".join(parts), limit))


def _tapered(text: str, limit: float) -> tuple[str, ...] | None:
    """``text`` in lines that grow or shrink alike, cut in no bracket and in no word known from titles; None if none."""
    inside = {at for found in _KNOWN.finditer(text) for at in range(found.start() + 1, found.end())}
    open_ = set(range(len(text))) - set(bare_positions(text))
    banned = inside | open_
    places = [at for at in range(1, len(text)) if at not in banned and text[at] not in _NEVER_FIRST + _CLOSING]
    for count in range(ceil(_title_width(text) / limit), MAX_TITLE_LINES + 1):
        for step in _STEPS:
            lines = tuple(_cut_near(text, count, step, places))
            if all(lines) and max(map(_title_width, lines)) <= limit and _unevenness(lines) < _ILL_SHAPED:
                return lines
    return None


def _cut_near(text: str, count: int, step: float, places: Sequence[int]) -> Iterator[str]:
    """``text`` in ``count`` pieces, each about ``step`` characters shorter than the one before."""
    start = 0
    for rest in range(count, 1, -1):
        aim = start + (len(text) - start) / rest + step * (rest - 1) / 2
        end = min((at for at in places if at > start), key=lambda at: abs(at - aim), default=len(text))
        yield text[start:end].strip()
        start = end
    yield text[start:].strip()


def _searched(parts: Sequence[str], limit: float) -> tuple[str, ...] | None:
    """A long title in lines of about one width: of all ways to break it the one that parts least; None if none fits."""
    text, cost = "".join(parts), _costs(parts)
    whole = _title_width(text)
    for count in range(ceil(whole / limit), MAX_TITLE_LINES + 1):
        found = list(_ways(text, cost, count, (max(whole / count - _PLAY, 2.0), min(whole / count + _PLAY, limit))))
        _, lines = min(found, key=lambda one: one[0] + _unevenness(one[1]), default=(0.0, ()))
        if lines and _unevenness(lines) < _ILL_SHAPED:
            return lines
    return None


def _costs(parts: Sequence[str]) -> dict[int, float]:
    """Where a title may be broken, and how ill it looks there: in a name or a word, in brackets."""
    text, start, cost = "".join(parts), 0, dict[int, float]()
    bare, words = set(bare_positions(text)), {found.start() for found in _WORD.finditer(text)}
    known = {at for found in _KNOWN.finditer(text) for at in range(found.start() + 1, found.end())}
    for part in parts:
        name = part.endswith(" ")
        for at in range(start, start + len(part)):
            held = text[at].isascii() and text[at - 1].isascii() and text[at - 1] != " "
            if at and not held and at not in known and text[at] not in _NEVER_FIRST + _CLOSING + " ":
                free = at in words or at == start
                cost[at] = (0 if free else 6 if name else 3) + (0 if at in bare else 9)
                cost[at] += 40 if text[at - 1] in _OPENING else 0
        start += len(part)
    return cost


def _ways(
    text: str, cost: Mapping[int, float], count: int, widths: tuple[float, float]
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Every way to cut ``text`` into ``count`` lines of these widths, and what the cuts cost."""
    if count == 1:
        if widths[0] <= _title_width(text.strip()) <= widths[1]:
            yield 0.0, (text.strip(),)
        return
    for at in range(1, len(text)):
        line = _title_width(text[:at].strip())
        if line > widths[1]:
            return
        if at in cost and line >= widths[0]:
            rest = {place - at: price for place, price in cost.items() if place > at}
            yield from (
                (cost[at] + more, (text[:at].strip(), *lines))
                for more, lines in _ways(text[at:], rest, count - 1, widths)
            )


def _best(pieces: Sequence[str], limit: float) -> tuple[str, ...] | None:
    """The best way to join pieces into lines; of ill-shaped ones that with the fewest; None when none fits."""
    if len(pieces) > _MOST_PIECES:  # every way to join so many would take long
        return None
    fewest: tuple[str, ...] | None = None
    for count in range(1, min(len(pieces), MAX_TITLE_LINES) + 1):
        fitting = list(_splits(pieces, count, limit))
        best = min(fitting, key=_unevenness, default=None)
        fewest = fewest or best
        if best and _unevenness(best) < _ILL_SHAPED:
            return best
    return fewest


def _even(text: str, limit: float) -> Iterator[str]:
    """Cut ``text`` into as few pieces of about one width as lines can hold."""
    step = min(int(limit), ceil(len(text) / ceil(_title_width(text) / limit))) if text else 1
    return (text[at : at + step] for at in range(0, len(text), step))


def _pieces(part: str, limit: float) -> Iterator[str]:
    """Cut a part wider than a line where a reader would pause, else before a word known from titles, else evenly."""
    if _title_width(part) <= limit:
        yield part
        return
    for phrase in filter(None, _PAUSE.split(part)):
        quoted = phrase[0] in "“《（" and _title_width(phrase) <= limit
        for piece in [phrase] if quoted else filter(None, _WORD.split(phrase)):
            yield from _even(piece, limit)


def _around_titles(part: str, limit: float) -> Iterator[str]:
    """The pieces of a part, a title in 《》 one of its own."""
    for piece in _pieces(part, limit):
        yield from filter(None, _BESIDE_TITLE.split(piece))


def _within_titles(part: str, limit: float) -> Iterator[str]:
    """The pieces of a part, a title in 《》 broken before a word known from titles, else in its middle."""
    for piece in _around_titles(part, limit):
        words = [word for word in _WORD.split(piece) if word] if piece[0] == "《" else [piece]
        yield from words if len(words) > 1 or piece[0] != "《" else _even(piece, ceil(len(piece) / 2))


def _within_subjects(part: str, limit: float) -> Iterator[str]:
    """The pieces of a part, what is said after 关于 broken before words too: for names that make an hourglass else."""
    for piece in _around_titles(part, limit):
        yield from filter(None, _WORD.split(piece)) if piece.startswith("关于") else [piece]


def _at_words(part: str, limit: float) -> Iterator[str]:
    """The pieces of a part, every one that is not quoted broken before words known from titles."""
    for piece in _around_titles(part, limit):
        yield from [piece] if piece[0] in "“《（" else filter(None, _WORD.split(piece))


def _splits(pieces: Sequence[str], count: int, limit: float) -> Iterator[tuple[str, ...]]:
    """Every way to join pieces into ``count`` lines that fit."""
    if count == 1:
        whole = "".join(pieces).strip()
        if _title_width(whole) <= limit:
            yield (whole,)
        return
    if _title_width("".join(pieces)) > count * limit + 2:
        return
    for cut in range(1, len(pieces) - count + 2):
        first = "".join(pieces[:cut]).strip()
        if _title_width(first) > limit:
            return
        for rest in _splits(pieces[cut:], count - 1, limit):
            yield (first, *rest)


def _unevenness(lines: Sequence[str]) -> float:
    """How far lines are from a trapezium or a lozenge; lines that begin with a particle or a mark count as broken."""
    widths = [_title_width(line) for line in lines]
    hourglass = any(a > b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False))
    broken = _broken(lines)
    square = len(lines) > 1 and max(widths) - min(widths) < 0.75
    return max(widths) - min(widths) + (_ILL_SHAPED if hourglass or broken else 0) + (2 if square else 0)


def _broken(lines: Sequence[str]) -> bool:
    """Whether a line begins with a particle or a mark that belongs to the one before."""
    return any(line[0] in _NEVER_FIRST for line in lines[1:])
