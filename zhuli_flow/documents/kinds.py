"""What a kind of official document is: a declaration, a template and a sample, checked values in, text out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from zhuli_flow.errors import Problem

VariableType = Literal["text", "date", "names", "number", "rows"]
TYPES: tuple[str, ...] = get_args(VariableType)
TYPE_TITLES = MappingProxyType(
    {
        "text": "文本",
        "date": "日期，如 2018-12-10",
        "names": "名称列表",
        "number": "数字",
        "rows": "表格行（每行为“列名: 文本或数字”）",
        "flag": "true 或 false",
    }
)
GENRES = (
    "决议",
    "决定",
    "命令",
    "公报",
    "公告",
    "通告",
    "意见",
    "通知",
    "通报",
    "报告",
    "请示",
    "批复",
    "议案",
    "函",
    "纪要",
)
"""The fifteen kinds of 党政机关公文处理工作条例, article 8."""
RETENTIONS = ("永久", "30年", "10年")

_NUMBER = re.compile(r"[^\s〔〕]+〔[1-9]\d{3}〕[1-9]\d*号")  # GB/T 9704-2012, 7.2.5
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
# Control characters break the paper; directional overrides make it read other than it is stored.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable: ``title`` is what a person calls it, ``type`` what it may hold."""

    name: str
    title: str
    type: str
    required: bool = True


STANDARD: Mapping[str, Variable] = MappingProxyType(
    {
        item.name: item
        for item in (
            Variable("number", "发文字号", "text"),
            Variable("signed_on", "成文日期", "date"),
            Variable("issuer", "发文机关", "text", required=False),
            Variable("rehearsal", "演练标记", "flag", required=False),
            Variable("printed_on", "印发日期", "date", required=False),
            Variable("checkpoint", "留痕校验行", "text", required=False),
        )
    }
)
"""Variables every kind has without declaring them. Absent: issuer is the kind's own, printed_on is signed_on."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of official document as read from ``folder``: NAME.yaml (declaration, sample) and NAME.html (template).

    ``digest`` is the SHA-256 (hex) over declaration, template, base template and style sheet.
    """

    name: str
    title: str
    genre: str
    issuer: str
    retention: str
    variables: Mapping[str, Variable]
    sample: Mapping[str, object]
    template: str
    folder: Path
    digest: str

    def known(self) -> dict[str, Variable]:
        """Return every variable the template may use: the declared ones and the standard ones."""
        return {**STANDARD, **self.variables}


def packaged_notices() -> Path:
    """Return the folder of the kinds that come with the product: inside the wheel, else beside the source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "bundle" / "notices"
    return inside if inside.is_dir() else package.parent / "notices"


def folder_of(name: str, folder: Path) -> Path:
    """Return where a shared file (base template, style sheet) lies: the office's folder, else the packaged one."""
    return folder if (folder / name).is_file() else packaged_notices()


def missing(kind: NoticeKind, variables: Mapping[str, object]) -> list[str]:
    """Return the names of required variables that are absent or empty, standard ones included."""
    return [name for name, item in kind.known().items() if item.required and variables.get(name) in (None, "", [], ())]


def value_problems(kind: NoticeKind, variables: Mapping[str, object], place: str) -> list[Problem]:
    """Return everything wrong with ``variables``: unknown, absent, of the wrong type, or unprintable."""
    known = kind.known()
    problems = [unknown(f"{place}.{name}", name, known) for name in variables if name not in known]
    for name in missing(kind, variables):
        message = f"缺少必需的内容“{known[name].title}”（{name}）"
        problems.append(Problem(f"{place}.{name}", "variable.missing", message, "请补充后重试"))
    present = ((known[name], value) for name, value in variables.items() if name in known and value is not None)
    return problems + [found for item, value in present for found in _wrong(item, value, f"{place}.{item.name}")]


def unknown(place: str, name: str, known: Iterable[str], code: str = "variable.unknown") -> Problem:
    """Return the problem of a name that is not among ``known``, with the nearest one as the suggestion."""
    close = difflib.get_close_matches(str(name), list(known), n=1)
    fix = f"是否应为 {close[0]}？" if close else f"可用：{'、'.join(known)}"
    return Problem(place, code, f"不认识的名称 {name!r}", fix)


def _wrong(item: Variable, value: object, place: str) -> Iterator[Problem]:
    if not _fits(item.type, value):
        fix = f"应为{TYPE_TITLES[item.type]}"
        yield Problem(place, "variable.type", f"“{item.title}”的值类型不对（{type(value).__name__}）", fix)
    elif item.name == "number" and value and not _NUMBER.fullmatch(str(value)):
        yield Problem(
            place,
            "variable.number",
            f"发文字号 {value!r} 不合规定",
            "应如 辽科协函〔2018〕901号（GB/T 9704—2012 7.2.5）",
        )
    elif any(_UNPRINTABLE.search(text) for text in _texts(value)):
        yield Problem(place, "variable.unprintable", f"“{item.title}”含有不可见的控制字符", "请删除后重新填写")


def _fits(kind: str, value: object) -> bool:
    if kind == "flag":
        return type(value) is bool
    if kind == "number":
        return type(value) is int or (type(value) is str and _DECIMAL.fullmatch(value) is not None)
    if kind == "names":
        return type(value) in (list, tuple) and all(type(name) is str and name for name in _items(value))
    if kind == "rows":
        return type(value) in (list, tuple) and all(_is_row(row) for row in _items(value))
    return type(value) is str and (kind != "date" or is_date(value))


def _is_row(row: object) -> bool:
    return type(row) is dict and all(type(k) is str and type(v) in (str, int) for k, v in row.items())


def is_date(text: str) -> bool:
    """Tell whether ``text`` is a calendar date written as 2018-12-10."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.items() for item in part for text in _texts(item))
    else:
        yield from (text for item in _items(value) for text in _texts(item))
