"""Reading a rendered paper as plain text, and the habits of writing that the linter looks for in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

WRONG_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:[\[(【（［﹝〖]\d{4}[\])】）］﹞〗]第?\d+号|〔\d{4}〕(?:第\d+|0\d*)号|〔\d{2}〕第?\d+号|\d{4}〔\d+〕号)"
)
"""A quoted number in other brackets than 〔〕, with 第, a leading nought or half a year."""

ODD_DATE = re.compile(
    r"\d{4}年0\d月(?:\d{1,2}日)?|\d{4}年\d{1,2}月0\d日|[一二][〇○零0一二三四五六七八九]{3}年[一二三四五六七八九十]+月"
    r"|\d{4}年\d{1,2}月\d{1,2}号|(?<!\d)\d{2}年\d{1,2}月\d{1,2}日|(?<![\d.])20\d{2}([./])\d{1,2}\1\d{1,2}(?![\d.])"
)
"""A date with leading zeros, in Chinese figures, with 号 for 日, half a year, or dots for its words."""

_PLACEHOLDER = re.compile(
    r"[×✕]{2,}|(?<![A-Za-z0-9])[XxＸ]{2,}(?![A-Za-z0-9])|某某|示例|样例|[（(]待[填补定][^（）()]*[）)]"
    r"|(?<![A-Za-z])(?:TODO|TBD|FIXME)(?![A-Za-z])|[【】]|\{\{|\}\}|\{%|_{3,}|＿{2,}",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?![\d.]*\d)")
_IDENTITY = re.compile(r"(?<!\d)([1-9]\d{5})((?:18|19|20)\d{2})(\d{2})(\d{2})(\d{3})([\dXx])(?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BLOCKS = frozenset("p div section header footer h1 h2 h3 h4 table thead tbody tr li ul ol body br".split())
_SILENT = frozenset(("style", "script", "svg"))


class _Reader(HTMLParser):
    """Lines of the body; the title is kept apart, an attachment's first line begins with a form feed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title, self.pieces = "", [""]
        self._open, self._silent = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block, a page at an attachment."""
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in _SILENT
        self._open = tag if tag == "title" and not self._silent else self._open
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag in ("td", "th"):
            self.pieces.append(" ")
        if "attachment" in given.get("class", "").split():
            self.pieces.append(f"\f{given.get('data-title', '').replace('|', '')}\n")

    def handle_endtag(self, tag: str) -> None:
        """End the line of a block."""
        self._silent -= tag in _SILENT
        self._open = "" if tag == "title" else self._open
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Take the text; white space of the source is none of the paper."""
        if self._open == "title":
            self.title += data
        elif not self._silent:
            self.pieces.append(re.sub(r"\s*\n\s*", "", data))


def plain(document: str) -> str:
    """Return a rendered document as lines of text: its title first, a form feed before each attachment's own title."""
    reader = _Reader()
    reader.feed(document)
    reader.close()
    lines = (re.sub(r"[^\S\f]+", " ", line).strip(" ") for line in "".join(reader.pieces).split("\n"))
    return "\n".join([reader.title.strip(), *(line for line in lines if line)])


def addressees(text: str) -> list[str]:
    """Return the organs of the 主送 line: the first line after the title that ends with a colon and is no sentence."""
    for line in text.splitlines()[1:]:
        if line.endswith("：") and "。" not in line and not line.startswith(("签发人", "\f")):
            return [name for name in re.split(r"[、，；]", line.rstrip("：")) if name]
    return []


def without_titles(text: str) -> str:
    """Return the text without what stands in 《》: a quoted title says nothing of its own."""
    return re.sub(r"《[^》]*》", "《》", text.replace("\n", ""))


def named_attachments(text: str) -> list[str]:
    """Return the names of the 附件说明, in order: “附件：甲” or “附件：1. 甲”, “2. 乙”, each on a line."""
    lines = iter(text.splitlines())
    first = next((line for line in lines if line.startswith("附件：")), "")
    found = [re.sub(r"^附件：(\d+\.\s*)?", "", first)] if first else []
    if re.match(r"附件：1\.", first):
        for line in lines:
            if not re.match(rf"{len(found) + 1}\.\s*", line):
                break
            found.append(re.sub(r"^\d+\.\s*", "", line))
    return [name for name in found if name]


def attachment_pages(text: str) -> list[str]:
    """Return the titles of the attachments whose pages are in the paper, in order."""
    return [line[1:].strip() for line in text.split("\n") if line.startswith("\f")]


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """Yield every word that stands for something still to be written, with the line it stands in."""
    for line in text.splitlines():
        yield from ((found[0], _excerpt(line, found.start())) for found in _PLACEHOLDER.finditer(line))


def personal_data(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (what, masked value, line) for mobile numbers and identity numbers; the value itself is never repeated."""
    for line in text.splitlines():
        plain_line = unicodedata.normalize("NFKC", line)
        for found in _IDENTITY.finditer(plain_line):
            if is_identity(found[0]):
                yield "居民身份号码", f"{found[0][:4]}**********{found[0][-2:]}", _excerpt(plain_line, found.start(), 0)
        for found in _MOBILE.finditer(plain_line):
            yield "手机号码", f"{found[1]}****{found[3]}", _excerpt(plain_line, found.start(), 0)


def is_identity(number: str) -> bool:
    """Tell whether 18 characters are an identity number (GB 11643-1999): a birthday that was, and the check digit."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return "10X98765432"[rest] == number[17].upper()


def _excerpt(line: str, at: int, after: int = 8) -> str:
    return f"正文“{line[max(0, at - 10) : at + after].strip()}”附近"
