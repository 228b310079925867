"""Whether a PDF can be read aloud as ISO 14289-1 (PDF/UA-1) asks: what a program can tell, clause by clause.

No independent validator for PDF/UA comes with Debian or from PyPI (docs/decisions/print-formats.md); these checks read
the file with another parser than the one that wrote it, and each is tried on files that fail it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pikepdf

from zhuli_flow.errors import Problem

_STANDARD = frozenset(
    (
        "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
        "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby Warichu Figure "
        "Formula Form"
    ).split()
)
"""The types of ISO 32000-1, 14.8.4; another needs a role map."""
_TITLE, _PART = "{http://purl.org/dc/elements/1.1/}title", "{http://www.aiim.org/pdfua/ns/id/}part"
_SHOWS = frozenset("Tj TJ ' \" f F f* B B* b b* S s sh Do EI".split())
_OPENS, _CLOSES = frozenset(("BDC", "BMC")), "EMC"


def accessibility_problems(data: bytes) -> list[Problem]:
    """Everything that keeps a reader for the blind from reading the file; empty when nothing was found."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return list(_problems(pdf))
    except pikepdf.PdfError:
        return [_problem("文件", "ua.file", "不是能读的 PDF 文件")]


def _problems(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    yield from _catalog(pdf)
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        yield _problem("结构", "ua.tags", "没有结构标签（7.1）")
        return
    elements = list(_elements(tree))
    yield from _types(elements, tree)
    yield from _headings(elements)
    for one in elements:
        yield from _CHECKS.get(str(one.get("/S")), _nothing)(one)
    yield from _content(pdf)


def _catalog(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """What the file says of itself as a whole."""
    root = pdf.Root
    if root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False) is not True:
        yield _problem("文件", "ua.marked", "没有声明已加标签（7.1）")
    if not str(root.get("/Lang", "")):
        yield _problem("文件", "ua.language", "没有写明语言（7.2）")
    if root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False) is not True:
        yield _problem("文件", "ua.title", "窗口标题不显示文件题名（7.1）")
    told = pdf.open_metadata()
    if not told.get(_TITLE):
        yield _problem("文件", "ua.title", "没有题名（7.1）")
    if str(told.get(_PART, "")) != "1":
        yield _problem("文件", "ua.identifier", "没有标明是 PDF/UA-1（5）")
    for number, page in enumerate(pdf.pages, 1):
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield _problem(f"第{number}页", "ua.tabs", "跳格次序不依结构（7.18.3）")


def _elements(one: Any) -> Iterator[Any]:
    """Every structure element, in reading order."""
    for kid in _kids(one):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _kids(one: Any) -> Iterable[Any]:
    kids = one.get("/K")
    return () if kids is None else kids if isinstance(kids, pikepdf.Array) else (kids,)


def _types(elements: list[Any], tree: Any) -> Iterator[Problem]:
    mapped = {str(name) for name in tree.get("/RoleMap", pikepdf.Dictionary())}
    used = dict.fromkeys(str(one.get("/S")) for one in elements)
    for name in used:
        if name[1:] not in _STANDARD and name not in mapped:
            yield _problem("结构", "ua.type", f"标签 {name[1:]} 不是标准类型，也没有对应（7.1）")


def _headings(elements: list[Any]) -> Iterator[Problem]:
    """Levels of headings: the first is H1 and none is skipped (7.4.2)."""
    before = 0
    for one in elements:
        name = str(one.get("/S"))
        if len(name) == 3 and name.startswith("/H") and name[2].isdigit():
            if int(name[2]) > before + 1:
                yield _problem("结构", "ua.headings", f"标题层次由 H{before} 跳到 {name[1:]}（7.4.2）")
            before = int(name[2])


def _figure(one: Any) -> Iterator[Problem]:
    if not str(one.get("/Alt", "")).strip():
        yield _problem("图", "ua.alt", "图没有替代文字（7.3）")


def _list(one: Any) -> Iterator[Problem]:
    if any(str(kid.get("/S")) not in ("/LI", "/Caption", "/L") for kid in _named(one)):
        yield _problem("列表", "ua.list", "列表中有不是列表项的内容（7.6）")


def _table(one: Any) -> Iterator[Problem]:
    """Rows of one length, and header cells that say whose they are (7.5)."""
    rows = [row for row in _elements(one) if str(row.get("/S")) == "/TR"]
    heads = [cell for row in rows for cell in _named(row) if str(cell.get("/S")) == "/TH"]
    if not heads:
        yield _problem("表格", "ua.table", "表格没有表头（7.5）")
    body = [cell for row in rows for cell in _named(row) if str(cell.get("/S")) == "/TD"]
    scoped = all(_attribute(cell, "/Scope") is not None for cell in heads)
    if not scoped and not any(_attribute(cell, "/Headers") is not None for cell in body):
        yield _problem("表格", "ua.scope", "单元格与表头没有对应（7.5）")
    if len(set(_widths(rows))) > 1:
        yield _problem("表格", "ua.rows", "各行的列数不同（7.5）")


def _widths(rows: list[Any]) -> Iterator[int]:
    """How many columns each row takes, with those that cells of rows above reach into."""
    hanging: list[int] = []
    for row in rows:
        spans = ([_attribute(cell, name) for name in ("/ColSpan", "/RowSpan")] for cell in _named(row))
        cells = [(int(wide or 1), int(high or 1)) for wide, high in spans]
        yield sum(wide for wide, _ in cells) + len(hanging)
        hanging = [left - 1 for left in hanging if left > 1]
        hanging += [high - 1 for wide, high in cells for _ in range(wide) if high > 1]


def _named(one: Any) -> Iterator[Any]:
    return (kid for kid in _kids(one) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)


def _attribute(one: Any, name: str) -> Any:
    """An attribute of an element, whichever of its owners says it."""
    given = one.get("/A")
    owners = () if given is None else given if isinstance(given, pikepdf.Array) else (given,)
    return next((owner[name] for owner in owners if isinstance(owner, pikepdf.Dictionary) and name in owner), None)


def _content(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """All that is seen is either tagged or said to be no content (7.1)."""
    for number, page in enumerate(pdf.pages, 1):
        depth, bare = 0, 0
        for one in pikepdf.parse_content_stream(page):
            name = str(one.operator)
            depth += (name in _OPENS) - (name == _CLOSES)
            bare += name in _SHOWS and depth == 0
        if bare:
            yield _problem(f"第{number}页", "ua.untagged", f"有 {bare} 处内容既没有标签，也没有标为非内容（7.1）")


def _nothing(_: Any) -> Iterator[Problem]:
    return iter(())


def _problem(place: str, code: str, message: str) -> Problem:
    return Problem(place, code, message, "请改模板或样式后重印")


_CHECKS = {"/Figure": _figure, "/Table": _table, "/L": _list}
