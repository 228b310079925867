"""Metadata of an archived case (归档信息包) as XML: elements by their names in DA/T 46-2009, after GB/T 42727-2023.

What an office does not know, the archive fills in (全宗号, 档号): such an element stands there, empty. The same case
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from zhuli_flow.engine.history.entry import Entry

FORMATS: Mapping[str, str] = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats"}
"""What is said of a format beside its suffix."""
OURS = "助力流程 zhuli_flow"


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a case: ``place`` in the package, who made it, its number, title and day, and what is to be noted.

    ``kept`` is its 保管期限, ``secrecy`` its 密级, "" where none is told.
    """

    place: str
    sha256: str
    author: str
    number: str
    title: str
    day: str
    note: str
    kept: str = ""
    secrecy: str = ""


class Measured(NamedTuple):
    """An item with its ``size`` in bytes and its ``pages``, None where it has none to count."""

    item: Item
    size: int
    pages: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The case that a package is of: who applied, the year of its last act, its workflow, the ``head`` of its chain."""

    case: str
    title: str
    applicant: str
    year: str
    workflow: str
    definition: str
    head: str


def xml(whole: Whole, items: Sequence[Measured], entries: Iterable[Entry]) -> bytes:
    """The document, UTF-8."""
    told = list(entries)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<归档信息包元数据 依据="DA/T 46-2009 GB/T 42727-2023">',
        *_whole(whole, len(items)),
        *(line for number, one in enumerate(items, 1) for line in _item(number, one)),
        *(line for one in told for line in _business(one)),
        *(line for one in _people(told) for line in one),
        "</归档信息包元数据>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _element(name: str, value: object, **attributes: str) -> str:
    said = "".join(f" {key}={quoteattr(text)}" for key, text in attributes.items() if text)
    text = escape("" if value is None else str(value))
    return f"<{name}{said}>{text}</{name}>" if text else f"<{name}{said}/>"


def _whole(whole: Whole, count: int) -> Iterator[str]:
    yield "<案卷>"
    yield _element("聚合层次", "案卷")
    yield _element("立档单位名称", "")
    yield _element("电子文件号", whole.case)
    yield from (_element(name, "") for name in ("全宗号", "档号"))
    yield _element("年度", whole.year)
    yield _element("题名", whole.title)
    yield _element("责任者", whole.applicant)
    yield _element("件数", count)
    yield _element("信息系统描述", f"{OURS}；流程 {whole.workflow}，定义摘要 {whole.definition}")
    yield _element("固化信息", whole.head, 算法="SHA-256", 说明="留痕链尾")
    yield "</案卷>"


def _item(number: int, measured: Measured) -> Iterator[str]:
    one = measured.item
    suffix = one.place.rpartition(".")[2].lower()
    yield "<文件>"
    yield _element("聚合层次", "文件")
    yield _element("室编件号", number)
    yield _element("档号", "")
    yield _element("题名", one.title)
    yield _element("文件编号", one.number)
    yield _element("责任者", one.author)
    yield _element("日期", one.day)
    yield _element("保管期限", one.kept)
    yield _element("密级", one.secrecy)
    yield _element("页数", measured.pages)
    yield _element("语种", "中文")
    yield _element("格式信息", suffix, 类型=FORMATS.get(suffix, ""))
    yield _element("计算机文件名", one.place)
    yield _element("计算机文件大小", measured.size, 单位="字节")
    yield _element("数字摘要", one.sha256, 算法="SHA-256")
    yield "</文件>"


def _business(entry: Entry) -> Iterator[str]:
    yield "<业务行为>"
    yield _element("行为标识", f"{entry.case}/{entry.seq}")
    yield _element("业务行为名称", entry.title)
    yield _element("行为时间", entry.at)
    yield _element("行为人", entry.actor.person or "系统")
    yield _element("业务状态", entry.to)
    yield "</业务行为>"


def _people(entries: Iterable[Entry]) -> Iterator[list[str]]:
    """Each person who acted, once, with post and organisation as they were then."""
    found = dict.fromkeys((one.actor.person, one.actor.title, one.actor.organisation) for one in entries)
    for person, title, organisation in found:
        if person:
            yield [
                "<机构人员>",
                _element("机构人员名称", person),
                _element("所属机构", organisation),
                _element("职务", title),
                "</机构人员>",
            ]
