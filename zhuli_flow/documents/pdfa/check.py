"""Is a PDF fit for the archive? Our own reading of PDF/A-1b, 2u and 3u (ISO 19005-1, -2, -3; GB/T 23286).

Not a full validator: it checks what this program's files must keep, from the bytes, without the library that wrote
them.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
from fontTools.ttLib import TTLibError

from zhuli_flow.documents.pdfa.fonts import font_problems
from zhuli_flow.errors import Problem

VARIANTS = {("1", "B"): "1b", ("2", "U"): "2u", ("3", "U"): "3u"}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_ACTIVE = ("/JavaScript", "/Launch", "/Movie", "/Sound", "/ImportData", "/ResetForm")
_MAX_XMP = 1 << 20
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,  # of which a broken XML is one
    TTLibError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pikepdf's objects and fontTools raise over files that are not what they seem."""


def variant_of(data: bytes) -> str | None:
    """Return which PDF/A the file says it is: ``1b``, ``2u``, ``3u``; None when it says none of them, or is no PDF."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return VARIANTS.get(_identity(_metadata(pdf)))
    except (pikepdf.PdfError, *BROKEN):
        return None


def archive_problems(data: bytes) -> list[Problem]:
    """Return everything that keeps a PDF from being the archive copy it says it is; an empty list when all is well."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return list(_all(pdf))
    except pikepdf.PdfError as error:
        return [_problem("文件", "archive.unreadable", f"不是可读的 PDF（{str(error)[:80]}）")]
    except ET.ParseError:
        return [_problem("元数据", "archive.metadata", "元数据不是可读的 XML")]
    except BROKEN as error:
        return [_problem("文件", "archive.unreadable", f"文件中有读不下去的部分（{type(error).__name__}）")]


def _problem(place: str, code: str, message: str) -> Problem:
    return Problem(place, code, message, "请用 zhuli notice issue 重新印制")


def _all(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    metadata = _metadata(pdf)
    variant = VARIANTS.get(_identity(metadata))
    if variant is None:
        told = "-".join(_identity(metadata)) or "未写明"
        yield _problem("元数据", "archive.variant", f"不是 PDF/A-1b、2u 或 3u（{told}）")
    yield from _frame(pdf)
    yield from _intent(pdf)
    yield from _info(pdf, metadata)
    yield from _files(pdf, variant)
    yield from _actions(pdf)
    if variant == "1b":
        yield from _transparency(pdf)
    yield from font_problems(pdf, truetype=variant == "1b")


def _metadata(pdf: pikepdf.Pdf) -> ET.Element:
    """Return the XMP packet's root; an empty element when there is none. A document type is refused unread."""
    stream = pdf.Root.get("/Metadata")
    text = bytes(stream.read_bytes()) if isinstance(stream, pikepdf.Stream) else b""
    if not text or len(text) > _MAX_XMP or b"<!DOCTYPE" in text:
        return ET.Element("none")
    return ET.fromstring(text)  # nosec B314  # noqa: S314  # bounded, and without a document type there are no entities to expand


def _identity(metadata: ET.Element) -> tuple[str, str]:
    found = {name: _value(metadata, f"{_ID}{name}") for name in ("part", "conformance")}
    return found["part"], found["conformance"]


def _value(metadata: ET.Element, name: str) -> str:
    """Return a property's text, written as an element, as a list in one, or as an attribute; "" when absent."""
    element = metadata.find(f".//{name}")
    if element is not None:
        listed = element.find(f".//{_RDF}li")
        return ((listed if listed is not None else element).text or "").strip()
    return next((one.attrib[name] for one in metadata.iter() if name in one.attrib), "")


def _frame(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    if pdf.is_encrypted:
        yield _problem("文件", "archive.encrypted", "文件加了密（ISO 19005-1 6.1.3）")
    identifier = pdf.trailer.get("/ID")
    if identifier is None or len(identifier) != 2:
        yield _problem("文件", "archive.identifier", "没有文件标识 /ID（ISO 19005-1 6.1.3）")
    if not pdf.Root.get("/Lang"):
        yield _problem("文件", "archive.language", "没有写明语言")
    marked = pdf.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False)
    if not marked or "/StructTreeRoot" not in pdf.Root:
        yield _problem("文件", "archive.tags", "没有结构标签，读屏软件读不出次序")


def _intent(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        message = f"应有一个 GTS_PDFA1 输出意图，现有 {len(intents)} 个（ISO 19005-1 6.2.2）"
        yield _problem("色彩", "archive.intent", message)
    elif bytes(intents[0].get("/DestOutputProfile", pikepdf.Stream(pdf, b"")).read_bytes())[36:40] != b"acsp":
        yield _problem("色彩", "archive.intent", "输出意图没有 ICC 特性文件")


def _info(pdf: pikepdf.Pdf, metadata: ET.Element) -> Iterator[Problem]:
    """The two places where a file tells its title, author and subject must tell the same (ISO 19005-1 6.7.3)."""
    pairs = (("/Title", "title", "题名"), ("/Author", "creator", "作者"), ("/Subject", "description", "主题"))
    info = pdf.trailer.get("/Info", pikepdf.Dictionary())
    for key, name, title in pairs:
        own, other = str(info.get(key, "")), _value(metadata, f"{_DC}{name}")
        if not own:
            yield _problem("元数据", "archive.metadata", f"没有{title}")
        elif own != other:
            yield _problem("元数据", "archive.metadata", f"{title}两处不一：“{own}”与“{other}”")


def _files(pdf: pikepdf.Pdf, variant: str | None) -> Iterator[Problem]:
    """Embedded files: none in parts 1 and 2; in part 3 each one says how it relates to the document (6.8)."""
    found = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/EF" in one]
    if found and variant != "3u":
        yield _problem("附加数据", "archive.file", f"嵌入了 {len(found)} 个文件，PDF/A-{variant or '?'} 不允许")
    named = {one.objgen for one in pdf.Root.get("/AF", [])}
    for one in found if variant == "3u" else []:
        if "/AFRelationship" not in one or one.objgen not in named:
            yield _problem("附加数据", "archive.file", f"{one.get('/UF', '')} 没有写明与公文的关系（ISO 19005-3 6.8）")


def _actions(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/S", "")) in _ACTIVE:
            yield _problem("动作", "archive.action", f"含有动作 {one.S}（ISO 19005-1 6.6.1）")


def _transparency(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """Part 1 knows no transparency (ISO 19005-1 6.4)."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) and any(_transparent(one)):
            yield _problem("色彩", "archive.transparency", "用到透明效果，PDF/A-1 不允许（ISO 19005-1 6.4）")
            return


def _transparent(one: Any) -> Iterator[bool]:
    yield one.get("/SMask", "/None") != "/None"
    yield one.get("/Group", pikepdf.Dictionary()).get("/S") == "/Transparency"
    yield any(_opacity(one.get(key)) < 1 for key in ("/ca", "/CA"))


def _opacity(value: object) -> float:
    return float(str(value)) if re.fullmatch(r"\d*\.?\d+", str(value)) else 1.0
