"""The parts of a paper as a word processor knows them: a style each, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

TITLE, TO, BODY, NOTE = "公文标题", "主送机关", "公文正文", "附注"
LEVELS = ("一级标题", "二级标题", "三级标题", "四级标题")
ENCLOSURE, SIGNER, DAY = "附件说明", "署名", "成文日期"
ATTACHMENT, ATTACHMENT_TITLE, COPIES, PRINTED = "附件标识", "附件标题", "抄送机关", "印发机关"
STYLES = (TITLE, TO, BODY, *LEVELS, ENCLOSURE, SIGNER, DAY, NOTE, ATTACHMENT, ATTACHMENT_TITLE, COPIES, PRINTED)
"""The names of the styles: a file that was written here is read back by them."""

_OF_CLASS = {
    "to": TO,
    "note": NOTE,
    **{f"level{at}": style for at, style in enumerate(LEVELS, 1)},
    "enclosure": ENCLOSURE,
    "signer": SIGNER,
    "date": DAY,
    "attachment-mark": ATTACHMENT,
    "copies": COPIES,
    "printed": PRINTED,
    "present": BODY,
    "stamp": SIGNER,
}
_SILENT = frozenset(("style", "script", "svg", "title"))
_UNSEEN = frozenset("mark number rule bar rehearsal rehearsal-note checkpoint trace-code signed-checkpoint".split())
"""What is not the writer's: the red head, the number that only the register gives, the marks of the program."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some characters and the style of heading whose face they are in ("": the paragraph's own)."""

    text: str
    face: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph in a style, or a table: its rows of cells."""

    style: str
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """What the paragraph says."""
        return "".join(run.text for run in self.runs)


class _Reader(HTMLParser):
    """Collects blocks; a run is closed whenever its face changes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[tuple[str, str]] = []  # tag, and the style it opened or the face of its run
        self._style, self._runs = "", list[Run]()
        self._rows: list[list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, a cell or a run in another face."""
        if tag in ("meta", "link", "img", "col", "br"):
            return
        classes = str(dict(attrs).get("class") or "").split()
        if tag in _SILENT or _UNSEEN & set(classes):
            self._open.append((tag, "silent"))
            return
        style = {"h1": TITLE, "h2": ATTACHMENT_TITLE}.get(tag) or next(
            (_OF_CLASS[c] for c in classes if c in _OF_CLASS), ""
        )
        if tag == "table":
            self._rows = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows is not None:
            self._rows[-1:] = [[*(self._rows[-1] if self._rows else []), ""]]
        elif tag == "p" or (style and tag != "span"):
            self._close()
            self._style = style or BODY
        self._open.append((tag, style if tag == "span" else ""))

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph or a table."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "table" and self._rows is not None:
            self.blocks.append(Block("", rows=tuple(tuple(row) for row in self._rows)))
            self._rows = None
        elif tag in ("p", "h1", "h2", "div") and self._rows is None:
            self._close()

    def handle_data(self, data: str) -> None:
        """Take what is seen; white space of the source is none of the paper."""
        text = re.sub(r"\s*\n\s*", "", data)
        if not text or any(kind == "silent" for _, kind in self._open):
            return
        if self._rows is not None:
            if self._rows and self._rows[-1]:
                self._rows[-1][-1] += text
            return
        face = next((kind for tag, kind in reversed(self._open) if tag == "span" and kind in LEVELS), "")
        self._runs.append(Run(text, face))

    def _close(self) -> None:
        if self._runs and self._style and any(run.text.strip() for run in self._runs):
            self.blocks.append(Block(self._style, tuple(self._runs)))
        self._style, self._runs = "", []


def blocks_of(html: str) -> Iterator[Block]:
    """The parts of a rendered paper that a writer edits, in their order; neither its head nor its number."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return iter(reader.blocks)
