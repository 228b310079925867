"""What a kind of official document is: a declaration, a template and a sample, checked values in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from zhuli_flow.documents.templates.values import unseen
from zhuli_flow.errors import Problem
from zhuli_flow.support.suggest import did_you_mean

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
ANSWERS = MappingProxyType({"请示": "批复", "函": "函"})
"""What a paper is answered with: 批复 答复下级机关请示事项, 函 答复询问和审批事项 (article 8, 11 and 14)."""
RETENTIONS = ("永久", "30年", "10年")

_NUMBER = re.compile(r"[^\s〔〕]+〔[1-9]\d{3}〕[1-9]\d*号")  # GB/T 9704-2012, 7.2.5
_ORDER_NUMBER = re.compile(r"第[1-9]\d*号|[^\s〔〕]+〔[1-9]\d{3}〕[1-9]\d*号")  # 10.2
_COPY_NUMBER = re.compile(r"\d{6}")  # 7.2.1
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable: ``title`` is what a person calls it, ``type`` what it may hold."""

    name: str
    title: str
    type: str
    required: bool = True


LAYOUTS = ("document", "letter", "minutes", "order", "form")
"""文件格式, 信函格式 (GB/T 9704-2012, 10.1), 纪要格式 (10.3), 命令格式 (10.2) and the office's internal forms."""
DIRECTIONS = ("down", "level", "up")
"""下行文, 平行文, 上行文; the last names who signed it (7.2.6)."""
SEALS = ("room", "none", "stamp", "sample")
"""Room left for a seal, no seal, the signer's signature stamp, and vector sample seals that say 样章 (7.3.5)."""
FRAME = ("genre", "layout", "direction", "answer")
"""What a declaration says of the kind itself and its template may read; ``answer`` are the words of an Answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an answer is called in its title, what it does, and how it closes."""

    word: str
    verb: str
    close: str


_WORDS = MappingProxyType({"函": Answer("复函", "函复", "特此函复。")})


def answer_of(genre: str) -> Answer:
    """The words of an answer that is of ``genre``."""
    return _WORDS.get(genre, Answer(genre, genre, "此复。"))


def answering(asked: str) -> str | None:
    """The genre that answers a paper, known by its genre or its title, which ends in it; None where nothing is said."""
    return next((ANSWERS[genre] for genre in ANSWERS if asked.endswith(genre)), None)


def _optional(name: str, title: str, kind: str = "text") -> Variable:
    return Variable(name, title, kind, required=False)


STANDARD: Mapping[str, Variable] = MappingProxyType(
    {
        item.name: item
        for item in (
            Variable("number", "发文字号", "text"),
            Variable("signed_on", "成文日期", "date"),
            _optional("issuer", "发文机关"),
            _optional("rehearsal", "演练标记", "flag"),
            _optional("proof_print", "清样标记", "flag"),
            _optional("printed_on", "印发日期", "date"),
            _optional("checkpoint", "留痕校验行"),
            _optional("trace_code", "公文校验码"),
            _optional("signed_checkpoint", "检查点", "names"),
            _optional("issuers", "联合发文机关", "names"),
            _optional("addressees", "主送机关", "names"),
            _optional("copies", "抄送机关", "names"),
            _optional("cited", "引用的公文（文号、标题）", "rows"),
            _optional("copy_number", "份号"),
            _optional("secrecy", "密级和保密期限"),
            _optional("urgency", "紧急程度"),
            _optional("signers", "签发人", "names"),
            _optional("note", "附注"),
            _optional("attachments", "附件说明", "names"),
            _optional("seal", "印章"),
            _optional("position", "签发人职务"),
            _optional("printer", "印发机关"),
            _optional("even", "版记置于偶数页", "flag"),
            _optional("unbound", "附件不与正文一起装订", "flag"),
            _optional("preprinted", "套打（版头已印在纸上）", "flag"),
            _optional("seal_pictures", "印章图样", "names"),
        )
    }
)
"""Variables every kind has without declaring them; a kind may declare one again, with its type, to require it.

Absent: issuer is the kind's own (or the first of issuers), issuers only that one, printed_on is signed_on, seal leaves
room for one, printer is the issuer's office.
"""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of official document as read from ``folder``: NAME.yaml (declaration, sample) and NAME.html (template).

    ``digest`` is the SHA-256 (hex) over declaration, template, frames and style sheet. ``layout`` and ``direction``
    are one of LAYOUTS and DIRECTIONS; ``exempt`` names the linter's rules that do not apply, each with the citation.
    ``embed``: the issued PDF carries its values as data (PDF/A-3). ``answers``: the variable with the genre or the
    title of the paper that this one answers, which its own genre follows.
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
    layout: str = "document"
    direction: str = "down"
    exempt: Mapping[str, str] = field(default_factory=dict)
    embed: bool = False
    answers: str = ""

    def known(self) -> dict[str, Variable]:
        """Return every variable the template may use: the declared ones and the standard ones."""
        standard = {**STANDARD, "number": _optional("number", "编号")} if self.layout == "form" else STANDARD
        return {**standard, **self.variables}


def packaged_notices() -> Path:
    """Return the folder of the kinds that come with the product: inside the wheel, else beside the source tree."""
    package = Path(__file__).resolve().parents[2]
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
    problems += [found for item, value in present for found in _wrong(item, value, f"{place}.{item.name}")]
    return problems + list(_standard_problems(kind, variables, place))


def _standard_problems(kind: NoticeKind, variables: Mapping[str, object], place: str) -> Iterator[Problem]:
    """What the standard asks of a number, a copy number and the seal."""
    number, copy, seal = (variables.get(name) for name in ("number", "copy_number", "seal"))
    pattern = _ORDER_NUMBER if kind.layout == "order" else _NUMBER
    to_come = kind.layout == "form" or variables.get("proof_print")  # a proof print has its number still to come
    if isinstance(number, str) and number and not to_come and not pattern.fullmatch(number):
        example = "第12号（7.2.5、10.2）" if kind.layout == "order" else "辽科协函〔2018〕901号（7.2.5）"
        message = f"发文字号 {number!r} 不合规定"
        yield Problem(f"{place}.number", "variable.number", message, f"应如 {example}，见 GB/T 9704—2012")
    if isinstance(copy, str) and copy and not _COPY_NUMBER.fullmatch(copy):
        fix = "应为6位数字，如 000001（GB/T 9704—2012 7.2.1）"
        yield Problem(f"{place}.copy_number", "variable.copy_number", f"份号 {copy!r} 不合规定", fix)
    if isinstance(seal, str) and seal and seal not in SEALS:
        fix = f"应为其中之一：{'、'.join(SEALS)}"
        yield Problem(f"{place}.seal", "variable.seal", f"seal 不能是 {seal!r}", fix)


def unknown(place: str, name: str, known: Iterable[str], code: str = "variable.unknown") -> Problem:
    """Return the problem of a name that is not among ``known``, with the nearest one as the suggestion."""
    return Problem(place, code, f"不认识的名称 {name!r}", did_you_mean(str(name), known))


def _wrong(item: Variable, value: object, place: str) -> Iterator[Problem]:
    if not _fits(item.type, value):
        fix = f"应为{TYPE_TITLES[item.type]}"
        yield Problem(place, "variable.type", f"“{item.title}”的值类型不对（{type(value).__name__}）", fix)
    elif found := list(unseen(value)):
        message = f"“{item.title}”含有不可见的字符：{'，'.join(found[:5])}"
        yield Problem(place, "variable.unprintable", message, "请删除后重新填写（多为从网页或聊天软件复制带入）")


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
    """Texts and numbers by column; a column may hold rows of such, as the lines of a form hold their answers."""
    return type(row) is dict and all(
        _is_cell(key, value) or (type(key) is str and _are_flat(value)) for key, value in row.items()
    )


def _are_flat(value: object) -> bool:
    return type(value) in (list, tuple) and all(_is_flat(item) for item in _items(value))


def _is_flat(row: object) -> bool:
    return type(row) is dict and all(_is_cell(key, value) for key, value in row.items())


def _is_cell(key: object, value: object) -> bool:
    return type(key) is str and type(value) in (str, int)


def is_date(text: str) -> bool:
    """Tell whether ``text`` is a calendar date written as 2018-12-10."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
