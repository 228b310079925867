"""No silent tofu: every character of a document is resolved to a face before it is printed."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts.repertoire import is_silent
from zhuli_flow.documents.fonts.roles import OWN, TITLES, Kit, missing_glyphs
from zhuli_flow.errors import Problem

_UNPRINTED = frozenset({"head", "script", "style", "title", "template"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_COUNTED = {"p": "第{}段", "tr": "表格第{}行", "li": "第{}项"}
_NAMED = {"h1": "标题", "header": "版头", "footer": "版记", "h2": "附件标题"}
_KINDS = {"to": "主送机关", "note": "附注", "record": "版记", "enclosures": "附件说明", "signature": "署名"}
"""Parts of a paper by their class: a paragraph of one of these is none of the body's."""


def check_glyphs(html: str) -> list[Problem]:
    """Return a problem for each character that some role of this machine's faces cannot print, at each of its places.

    The style sheet decides which face prints a text, so a character counts as printable when every role has it, in its
    own face or in one that follows. An empty list means that the document prints whole.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lacking = unprintable("".join(text for _, text in reader.texts), fontkit.installed())
    found = ((char, place) for place, text in reader.texts for char in text if char in lacking)
    return [_problem(char, lacking[char], place) for char, place in dict.fromkeys(found)]


def unprintable(text: str, kit: Kit | None) -> dict[str, str]:
    """Return the characters of ``text`` that some role lacks, each with the roles (仿宋 …) that cannot print it."""
    wanted = "".join(char for char in dict.fromkeys(text) if not is_silent(char))
    lacking: dict[str, list[str]] = {}
    for role in OWN:
        for char in missing_glyphs(wanted, role, kit):
            lacking.setdefault(char, []).append(TITLES[role])
    return {char: "、".join(roles) for char, roles in lacking.items()}


def _problem(char: str, roles: str, place: str) -> Problem:
    which = "所有字体" if roles.count("、") + 1 == len(OWN) else roles
    message = f"“{char}”（U+{ord(char):04X}）在{place}，{which}中没有这个字，印出来会是空框"
    return Problem(place, "glyph.missing", message, "请核对用字（多为误用的旧码、私用码或生僻异体），改为规范字后重试")


class _Reader(HTMLParser):
    """Collects a page's visible texts with the words for where each stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []  # tag and place
        self._count: Counter[str] = Counter()
        self._pages = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a place that opens."""
        if tag in _VOID:
            return
        kinds = (dict(attrs).get("class") or "").split()
        if "attachment" in kinds:
            self._count.clear()
            self._pages = "附件"
        self._open.append((tag, self._opened(tag, kinds)))

    def _opened(self, tag: str, kinds: list[str]) -> str:
        """The words for a place that opens; paragraphs of the body and rows of tables are counted."""
        kind = next((_KINDS[one] for one in kinds if one in _KINDS), None)
        if kind or tag in _NAMED:
            return kind or _NAMED[tag]
        if tag not in _COUNTED:
            return self._place()
        self._count[tag] += 1
        return self._pages + _COUNTED[tag].format(self._count[tag])

    def handle_endtag(self, tag: str) -> None:
        """Close it, with whatever was left open inside."""
        if any(tag == one for one, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep a text that will be seen."""
        if data.strip() and not any(tag in _UNPRINTED for tag, _ in self._open):
            self.texts.append((self._place(), data))

    def _place(self) -> str:
        return self._open[-1][1] if self._open else "页面其他处"
