"""A .docx that somebody brought, read in a child short of everything: its paragraphs and what each is.

A file written here says what its paragraphs are by their styles. Another is read as a person reads it: a title before
the line of addressees, headings by their ordinals, names and a date at the end. Run as
``python -m zhuli_flow.documents.word.reader`` by ``read_draft``.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from zhuli_flow.documents.word import parts
from zhuli_flow.support import confined

MAX_BYTES = 16 * 1024**2
_CPU_S, _WALL_S, _MEMORY, _UNPACKED = 20, 40, 2 * 1024**3, 64 * 1024**2
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_TO = re.compile(r"[^。；]{2,400}：")
_ENCLOSURE = re.compile(r"(?:附件[：:]\s*)?(?:\d+[.．]\s*)?(.+)")
_LISTED = re.compile(r"附件[：:]|\d+[.．]\s*\S")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its number in the file (from 1), what it is (a style of ``parts``), and what it says."""

    number: int
    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as it was edited; attachments without their pages. ``lines``: every paragraph that says something."""

    lines: tuple[Line, ...]

    def of(self, *styles: str) -> list[Line]:
        """The paragraphs of these styles, in their order."""
        return [line for line in self.lines if line.style in styles]

    @property
    def title(self) -> str:
        """The title, its lines joined."""
        return "".join(line.text for line in self.of(parts.TITLE))

    @property
    def addressees(self) -> list[str]:
        """The organs it goes to, as written between ，and 、."""
        written = "".join(line.text for line in self.of(parts.TO)).rstrip("：:")
        return [name for name in re.split(r"[，、；](?![^（]*）)", written) if name]

    @property
    def paragraphs(self) -> list[str]:
        """The body, a paragraph each, headings too."""
        return [line.text for line in self.of(parts.BODY, *parts.LEVELS)]

    @property
    def attachments(self) -> list[str]:
        """The titles of the list of attachments."""
        return [found[1] for line in self.of(parts.ENCLOSURE) if (found := _ENCLOSURE.fullmatch(line.text))]

    @property
    def copies(self) -> list[str]:
        """The organs that get a copy."""
        written = "".join(line.text for line in self.of(parts.COPIES)).removeprefix("抄送：").rstrip("。")
        return [name for name in re.split(r"[，、；](?![^（]*）)", written) if name]

    @property
    def note(self) -> str:
        """附注, without its brackets."""
        return "".join(line.text for line in self.of(parts.NOTE)).strip("（）")

    @property
    def issuers(self) -> list[str]:
        """Who signs."""
        return [line.text for line in self.of(parts.SIGNER)]


def read_draft(data: bytes) -> Draft | None:
    """The paper in a .docx; None when it is none, or too much for the child."""
    if len(data) > MAX_BYTES or not data.startswith(b"PK"):
        return None
    ended = confined.run(__name__, data, _WALL_S)
    told = json.loads(ended.output) if ended.code == 0 and ended.output else None
    return Draft(tuple(_named([(str(style), str(text)) for style, text in told]))) if told is not None else None


def _named(read: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """The paragraphs with what they are; those of a file from elsewhere are told by their place and look."""
    numbered = [(at, style, text.strip()) for at, (style, text) in enumerate(read, 1) if text.strip()]
    if any(style in parts.STYLES for _, style, _ in numbered):
        yield from (Line(at, style if style in parts.STYLES else parts.BODY, text) for at, style, text in numbered)
        return
    to = next((n for n, (_, _, text) in enumerate(numbered[:8]) if n and _TO.fullmatch(text)), None)
    day = next((n for n in reversed(range(len(numbered))) if _DATE.fullmatch(numbered[n][2])), len(numbered))
    listed = next((n for n, (_, _, text) in enumerate(numbered) if text.startswith(("附件：", "附件:"))), day)
    for n, (at, _, text) in enumerate(numbered):
        yield Line(at, _guessed(n, text, to or 1, min(listed, day), day, told=to is not None), text)


def _guessed(n: int, text: str, to: int, listed: int, day: int, *, told: bool) -> str:
    """What the n-th paragraph of a paper is whose addressees, list of attachments and date stand at these places."""
    if n < to:
        return parts.TITLE
    if told and n == to:
        return parts.TO
    if n == day:
        return parts.DAY
    if listed <= n < day:
        return parts.ENCLOSURE if _LISTED.match(text) else parts.SIGNER
    if n == day - 1 and n > to and len(text) <= 26 and not text.endswith(("。", "；", "：")):
        return parts.SIGNER
    if n > day:
        return parts.COPIES if text.startswith("抄送") else parts.NOTE if text.startswith("（") else parts.PRINTED
    return parts.BODY


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read one .docx from ``source`` and tell style and text of its paragraphs on ``sink``; ``null``: it is none."""
    confined.confine(_MEMORY, _CPU_S)
    sink.write(json.dumps(_told(source.read(MAX_BYTES + 1))).encode())


def _told(data: bytes) -> list[tuple[str, str]] | None:
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(one.file_size for one in package.infolist()) > _UNPACKED:
                return None
        return [_paragraph(one) for one in docx.Document(io.BytesIO(data)).paragraphs]
    except (ValueError, LookupError, OSError, MemoryError, SyntaxError, AttributeError, TypeError, zipfile.BadZipFile):
        return None


def _paragraph(one: Any) -> tuple[str, str]:
    return str(one.style.name if one.style is not None else ""), str(one.text)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
