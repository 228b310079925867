"""Which record is this paper? The very file by its SHA-256; else by what is printed on it, and then how far it differs.

A copy that was altered still carries the line that ties it to the history, its number, or the identifier inside the
file. Each leads to the document as issued, and the two are held against each other: bytes, pages, words. A scan or a
photograph has none of these to compare: the printed code leads to the record, and a person holds the two side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from zhuli_flow.documents.reading.page_codes import page_codes
from zhuli_flow.documents.reading.pdf_copy import MAX_BYTES, Copy, Page, read_copy
from zhuli_flow.documents.templates.trace_code import TraceCode, read_code
from zhuli_flow.errors import InvalidInput, NotFound, ZhuliError
from zhuli_flow.services.notices.browse import PaperShown, shown
from zhuli_flow.services.notices.filing_copy import copy_kind
from zhuli_flow.services.notices.issue import checkpoint_line
from zhuli_flow.services.notices.reprint import as_issued, original
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, notices
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.bounded_read import first_bytes, reason, size

GENUINE: Final = "genuine"
ALTERED: Final = "altered"
SCAN: Final = "scan"
UNKNOWN: Final = "unknown"
EXIT_CODES = {GENUINE: 0, ALTERED: 7, SCAN: 7, UNKNOWN: 5}

Verdict = Literal["genuine", "altered", "scan", "unknown"]

_CHECKPOINT = re.compile(r"([A-Z][A-Z0-9]{0,7}-\d{4}-\d{4,})\s*第(\d{1,9})条\s*([0-9a-f]{24})")
_NUMBER = re.compile(r"[^\s〔〕（）()《》“”，。、：；]{1,20}〔[1-9]\d{3}〕[1-9]\d{0,8}号")
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]{0,7}-\d{4}-\d{4,}-(\d{1,18})")
_MOST_EDITS = 50
_LONGEST = 20_000
_AROUND = 8
_SHADE = 48
"""Two dots differ when their grey differs by more than this of 255: less is how a program smooths an edge."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """A record that may be meant, and by what it was found: checkpoint, number or identifier."""

    notice: StoredNotice
    by: str


class Checkpoint(msgspec.Struct, frozen=True):
    """The printed line that ties a paper to the history, and whether the history has that entry with that hash."""

    text: str
    holds: bool


class Edit(msgspec.Struct, frozen=True):
    """Words of the record, those found in their place, and where they stand."""

    recorded: str
    found: str
    context: str


class DifferingPage(msgspec.Struct, frozen=True):
    """A page that looks different: its number, and the share of its dots that differ (0 to 1, four places)."""

    page: int
    share: str


class Pages(msgspec.Struct, frozen=True):
    """How many pages the record and the copy have, and those that look different."""

    recorded: int
    found: int
    differing: tuple[DifferingPage, ...]


class Bytes(msgspec.Struct, frozen=True):
    """Sizes, where the first difference stands (offset from 0), and how many bytes differ up to the shorter's end."""

    recorded: int
    found: int
    first: int
    differing: int


class Differences(msgspec.Struct, frozen=True):
    """What differs from the document as issued, in bytes, on its pages and in its words."""

    bytes: Bytes
    pages: Pages
    text: tuple[Edit, ...]


class SheetCount(msgspec.Struct, frozen=True):
    """How many pages the record has (None: it can't be had any more), and how many the scan."""

    recorded: int | None
    found: int


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is: ``genuine`` (the very bytes of an issued document or of its filing copy), ``altered`` (names a
    record but differs), ``scan`` (a picture whose code names a record) or ``unknown``.

    ``record`` is the document with its state (it may be void), ``found_by`` how it was found. ``differences`` is None
    when the document as issued can't be had any more, and UNSET where nothing was compared. ``pages`` of a scan;
    ``picture``: the file has no characters, only what its code says can be read. ``file``, ``sha256`` and ``size`` are
    empty where only a code was given.
    """

    file: str
    sha256: str
    size: int
    verdict: Verdict
    found_by: str | None
    record: PaperShown | None
    checkpoint: Checkpoint | UnsetType | None = UNSET
    differences: Differences | UnsetType | None = UNSET
    pages: SheetCount | UnsetType | None = UNSET
    picture: bool = False


def verify_paper(office: Office, path: Path) -> Verified:
    """Compare a file with the record. Raises NotFound (no file) or InvalidInput (too large to be one of ours)."""
    data = _read(path)
    digest = sha256(data).hexdigest()

    def verdict(word: Verdict, by: str | None, one: StoredNotice | None) -> Verified:
        record = None if one is None else shown(office, one)
        return Verified(file=str(path), sha256=digest, size=len(data), verdict=word, found_by=by, record=record)

    with office.database.read() as connection:
        same = notices.by_sha256(connection, digest)
    if same:
        return verdict(GENUINE, "sha256", same[0])
    copy = read_copy(data)
    with office.database.read() as connection:
        line = _checkpoint(connection, copy.text) if copy else None
        lead = next(_leads(connection, copy, holds=bool(line and line.holds)), None) if copy else None
    if copy is None or lead is None:
        picture = copy is None or not copy.text.strip()
        return _scan(office, data, verdict) or replace(verdict(UNKNOWN, None, None), checkpoint=line, picture=picture)
    if made := copy_kind(office, lead.notice, digest):
        return verdict(GENUINE, made, lead.notice)
    differences = _differences(office, lead.notice, data, copy)
    return replace(verdict(ALTERED, lead.by, lead.notice), checkpoint=line, differences=differences)


def verify_code(office: Office, text: str) -> Verified:
    """What the text of a printed code says, as a telephone shows it. Raises InvalidInput when it is no code of ours."""
    code = read_code(text)
    if code is None:
        raise InvalidInput(f"“{text[:80]}”不是公文校验码", fix="请照手机扫出的文字填写，以 ZLF: 开头")
    line, one = _of_code(office, code)
    record = None if one is None else shown(office, one)
    found = Verified(file="", sha256="", size=0, verdict=SCAN if one else UNKNOWN, found_by=None, record=record)
    return replace(found, checkpoint=line, found_by="code" if one else None)


def _scan(
    office: Office, data: bytes, verdict: Callable[[Verdict, str | None, StoredNotice | None], Verified]
) -> Verified | None:
    """What the codes on a picture lead to; None when there is none of ours on it."""
    codes = page_codes(data)
    read = [code for text in codes.texts if (code := read_code(text))] if codes else []
    if codes is None or not read:
        return None
    line, one = _of_code(office, read[-1])
    if one is None:
        return replace(verdict(UNKNOWN, None, None), checkpoint=line, picture=True)
    pages = SheetCount(_page_count(office, one), codes.pages)
    return replace(verdict(SCAN, "code", one), checkpoint=line, pages=pages, picture=True)


def _of_code(office: Office, code: TraceCode) -> tuple[Checkpoint | None, StoredNotice | None]:
    """The line that a code stands for, and the issued document it names; None unless the history has that entry."""
    with office.database.read() as connection:
        line = _checkpoint(connection, code.line)
        one = notices.load(connection, code.document)
    held = line is not None and line.holds and one is not None and one.sha256
    return line, one if held and one and code.line.startswith(f"{one.case_id} ") else None


def _page_count(office: Office, one: StoredNotice) -> int | None:
    try:
        issued, _ = original(office, one, as_issued(office, one))
    except ZhuliError:
        return None
    recorded = read_copy(issued)
    return len(recorded.pages) if recorded else None


def _read(path: Path) -> bytes:
    try:
        data = first_bytes(path, MAX_BYTES)
    except OSError as error:
        raise NotFound(f"不能读取 {path}（{reason(error)}）", fix="请核对路径") from error
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{path} 超过 {size(MAX_BYTES)}，不会是本单位印发的公文", fix="请核对文件")
    return data


def _leads(connection: Connection, copy: Copy, *, holds: bool) -> Iterator[_Lead]:
    """Documents the copy may come from, the surest first; only what was printed can have a copy.

    ``holds``: the checkpoint line on the copy is one of the history's.
    """
    plain = "".join(copy.text.split())
    of_line = [one for found in _CHECKPOINT.finditer(copy.text) for one in notices.of_case(connection, found[1])]
    of_line = [one for one in of_line if holds and one.sha256]
    yield from (_Lead(one, "checkpoint") for one in of_line if one.number and one.number in plain)
    inside = _IDENTIFIER.fullmatch(copy.identifier)
    named = notices.load(connection, int(inside[1])) if inside else None
    if named and named.sha256 and copy.identifier == f"{named.case_id}-{named.id}":
        yield _Lead(named, "identifier")
    numbers = [one for text in _NUMBER.findall(plain) for one in _by_tail(connection, text)]
    yield from (_Lead(one, "number") for one in numbers if one.sha256)
    yield from (_Lead(one, "checkpoint") for one in of_line)


def _by_tail(connection: Connection, text: str) -> list[StoredNotice]:
    """Documents whose number ends ``text``: what stands before a number on the page may run into it."""
    tails = [text[start:] for start in range(text.index("〔"))]
    return [one for tail in tails for one in notices.by_number(connection, tail)]


def _checkpoint(connection: Connection, text: str) -> Checkpoint | None:
    """The line in a text, and whether the history has that entry with that hash."""
    found = _CHECKPOINT.search(text)
    if not found:
        return None
    line = checkpoint_line(found[1], int(found[2]), bytes.fromhex(found[3]))
    heads = (checkpoint_line(found[1], link.seq, link.hash) for link in audit.entries(connection, found[1]))
    return Checkpoint(line, line in heads)


def _differences(office: Office, one: StoredNotice, data: bytes, copy: Copy) -> Differences | None:
    """What differs from the document as issued; None when that can't be had any more."""
    try:
        issued, _ = original(office, one, as_issued(office, one))
    except ZhuliError:
        return None
    recorded = read_copy(issued)
    if recorded is None:
        return None
    pages = Pages(len(recorded.pages), len(copy.pages), tuple(_pages(recorded.pages, copy.pages)))
    return Differences(_bytes(issued, data), pages, tuple(_edits(recorded.text, copy.text)))


def _pages(old: Sequence[Page], new: Sequence[Page]) -> Iterator[DifferingPage]:
    """Pages that look different, with the share of their dots that differ (0 to 1; 1 for a page too many or gone)."""
    for number, (one, other) in enumerate(zip_longest(old, new), 1):
        share = _share(one, other) if one and other else 1.0
        if share:
            yield DifferingPage(number, f"{share:.4f}")


def _bytes(old: bytes, new: bytes) -> Bytes:
    pairs = [at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
    first = pairs[0] if pairs else min(len(old), len(new))
    return Bytes(len(old), len(new), first, len(pairs))


def _share(old: Page, new: Page) -> float:
    """The share of dots that differ between two pages, 0 to 1; pages of another size differ altogether."""
    if (old.width, len(old.grey)) != (new.width, len(new.grey)):
        return 1.0
    if old.grey == new.grey:
        return 0.0
    return sum(abs(a - b) > _SHADE for a, b in zip(old.grey, new.grey, strict=True)) / len(old.grey)


def _edits(old: str, new: str) -> Iterator[Edit]:
    """Each change of words, line ends left aside: what was issued, what the copy says, and where it stands."""
    before, after = ("".join(text.split())[:_LONGEST] for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    for _, start, end, new_start, new_end in changes[:_MOST_EDITS]:
        context = f"{before[max(0, start - _AROUND) : start]}【{before[start:end]}】{before[end : end + _AROUND]}"
        yield Edit(before[start:end], after[new_start:new_end], context)
