"""Drafts in a word processor's file: a sample written for editing, any .docx proof-read paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from zhuli_flow.documents.proofreading.lint import Finding, lint
from zhuli_flow.documents.proofreading.sheet import Known, Severity
from zhuli_flow.documents.templates.catalog import load_kinds
from zhuli_flow.documents.templates.kind import GENRES, NoticeKind
from zhuli_flow.documents.templates.render import render, title_of
from zhuli_flow.documents.word import parts
from zhuli_flow.documents.word.reader import MAX_BYTES, Draft, Line, read_draft
from zhuli_flow.documents.word.writer import write_docx
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound, Problem
from zhuli_flow.services.notices.browse import PreviewFile, kind_called
from zhuli_flow.services.notices.issue import as_written, values_of
from zhuli_flow.support.bounded_read import read_beyond
from zhuli_flow.support.new_file import write_new
from zhuli_flow.support.plain_text import hidden, visible

_TITLE = re.compile(rf"(?P<organs>.*?)(?P<subject>关于.+?)的?(?P<genre>{'|'.join(GENRES)})(?:（[^（）]*）)?")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SHOWN = 20
_QUOTED = re.compile(r"“([^“”]{2,})”")
_STYLE_OF_PLACE = {
    "标题": parts.TITLE,
    "主送机关": parts.TO,
    "附件说明": parts.ENCLOSURE,
    "附件": parts.ENCLOSURE,
    "抄送机关": parts.COPIES,
    "成文日期": parts.DAY,
    "发文机关": parts.SIGNER,
    "附注": parts.NOTE,
}


class DraftFinding(msgspec.Struct, frozen=True):
    """What a rule says about a draft, and the paragraph of the file (from 1; None: the whole) that it is about."""

    rule: str
    severity: Severity
    paragraph: int | None
    text: str
    message: str
    fix: str


class DraftReport(msgspec.Struct, frozen=True):
    """A draft as it was read: ``file``, ``title``, 文种 (``genre``), how many paragraphs, and what is to be said."""

    file: str
    title: str
    genre: str
    paragraphs: int
    findings: tuple[DraftFinding, ...]

    @property
    def blocked(self) -> bool:
        """Whether it could not be signed so."""
        return any(one.severity == "block" for one in self.findings)


def read_file(path: Path) -> Draft:
    """The paper in a .docx. Raises NotFound (no such file), InvalidInput (no .docx that can be read, or no text)."""
    draft = read_draft(read_beyond(path, MAX_BYTES))
    if draft is None:
        raise InvalidInput(f"{path} 不是能读的 .docx 文件", fix="请用文字处理软件另存为 .docx（Word 文档）")
    if not draft.lines:
        raise InvalidInput(f"{path} 里没有文字", fix="请核对文件")
    if problems := [_unseen(line, code) for line in draft.lines if (code := hidden(line.text))]:
        raise InvalidInput(f"{path} 里有看不见的字符", problems, fix="请在文字处理软件中显示编辑标记，删去后重试")
    return draft


def _unseen(line: Line, code: str) -> Problem:
    why = f"“{visible(line.text[:_SHOWN])}”含有不可见的字符（{code}）"
    return Problem(f"第{line.number}段", "hidden_character", why, "请删去后重试")


def title_parts(title: str) -> tuple[str, str]:
    """事由 and 文种 of a title: ``关于…`` and ``通知``; empty where it is not written so."""
    found = _TITLE.fullmatch(title.replace(" ", ""))
    return (found["subject"], found["genre"]) if found else ("", "")


def sample_docx(folders: Sequence[Path], name: str, target: Path) -> PreviewFile:
    """Write the sample of kind ``name`` to the new .docx ``target``. Raises NotFound, InvalidInput."""
    found = kind_called(folders, name)
    values = {key: as_json(value) for key, value in found.sample.items()}
    kind = as_written(found, values)
    return written(kind, render(kind, values_of(kind, values)), target)


def written(kind: NoticeKind, html: str, target: Path) -> PreviewFile:
    """Write a rendered paper to the new .docx ``target``, without its head, number and seal."""
    data = write_docx(parts.blocks_of(html), title_of(html) or kind.title)
    write_new(target, data)
    return PreviewFile(kind.name, kind.title, str(target), len(data))


def check_docx(folders: Sequence[Path], path: Path) -> DraftReport:
    """Proof-read a .docx draft. Raises NotFound, InvalidInput."""
    draft = read_file(path)
    subject, genre = title_parts(draft.title)
    general = next((kind for kind in load_kinds(folders).values() if "genre_word" in kind.variables), None)
    if general is None:
        raise NotFound("没有通用公文的种类", fix="请在 notices 文件夹中补上有 genre_word 的公文种类")
    day = _DAY.fullmatch("".join(line.text for line in draft.of(parts.DAY)))
    values = {
        "genre_word": genre or general.genre,
        "subject": subject or draft.title,
        "issuers": draft.issuers or None,
        "addressees": draft.addressees,
        "paragraphs": draft.paragraphs,
        "attachments": draft.attachments,
        "copies": draft.copies,
        "signed_on": f"{int(day[1]):04}-{int(day[2]):02}-{int(day[3]):02}" if day else None,
    }
    pages = {line.text for line in draft.of(parts.ATTACHMENT_TITLE)}
    known = Known(attached=() if pages else tuple(draft.attachments))
    kind = as_written(general, {"genre_word": genre or general.genre})
    found = lint(kind, values, _plain(draft), known)
    told = tuple(_told(draft, one) for one in found if one.severity != "info")
    return DraftReport(str(path), draft.title, genre, len(draft.lines), told)


def _plain(draft: Draft) -> str:
    """The draft as the linter reads a paper: its title first, a form feed before an attachment's own."""
    lines = [line for line in draft.lines if line.style not in (parts.TITLE, parts.ATTACHMENT)]
    return "\n".join(
        [draft.title, *(f"\f{one.text}" if one.style == parts.ATTACHMENT_TITLE else one.text for one in lines)]
    )


def _told(draft: Draft, one: Finding) -> DraftFinding:
    """The finding at the paragraph that holds what it quotes, else at the part it names."""
    words = _QUOTED.findall(f"{one.place} {one.message}")
    quoting = (line for word in words for line in draft.lines if word.rstrip("，…") in line.text)
    style = _STYLE_OF_PLACE.get(one.place.partition("“")[0])
    line = next(quoting, None) or next((line for line in draft.lines if line.style == style), None)
    text = line.text[:30] if line else ""
    return DraftFinding(one.rule, one.severity, line.number if line else None, text, one.message, one.fix)
