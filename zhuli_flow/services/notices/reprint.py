"""A document printed again: the very same bytes, from the files by their SHA-256; a lost file is made anew, or refused.

Printing is deterministic, and the entry of the first issue keeps all it took: so a lost file comes back to the byte as
long as template, fonts and program are those of that day. When they are not, nothing is handed out as the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.history.entry import NamedPaper, read
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.history.personal import ERASED, texts_of
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import IntegrityBroken, NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.notices import issue
from zhuli_flow.services.notices.browse import PaperShown, mine, shown
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, files
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import write_new

Source = Literal["files", "rendered"]
"""Where the bytes came from: the stored file, or printed anew to the same byte because that was lost."""


class Reprinted(PaperShown, frozen=True):
    """A document printed again: the new file ``copy``, its ``size`` in bytes, and where the bytes came from."""

    copy: str
    size: int
    source: Source


def reprint(office: Office, which: str, target: Path, person: str, printer: PrintingChild | None = None) -> Reprinted:
    """Write the issued document of that id or number to the new file ``target``, and note it in the history.

    Raises NotFound, RulesRefused (not issued, void), InvalidInput (target), IntegrityBroken when the same bytes can't
    be had any more.
    """
    with office.database.read() as connection:
        one = mine(connection, office, which)
        actor = lookup.actor(connection, office, person)
    require_valid(one)
    data, source = original(office, one, as_issued(office, one), printer)
    write_new(target, data)
    try:
        with office.database.write() as connection:
            printed = Printed(one.id, one.kind, one.number, one.sha256, one.size, source=source)
            note(connection, office, printed, one.case_id, actor)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return Reprinted(**asdict(shown(office, one)), copy=str(target), size=len(data), source=source)


def original(
    office: Office, one: StoredNotice, issued: NamedPaper, printer: PrintingChild | None = None
) -> tuple[bytes, Source]:
    """The document's own bytes, and where they came from: ``files``, or ``rendered`` and put back into the files.

    Raises IntegrityBroken when neither gives the recorded SHA-256.
    """
    stored = _stored(office, str(one.sha256))
    if stored is not None:
        return stored, "files"
    data, template = _rendered(office, one, issued, printer)
    if sha256(data).hexdigest() != one.sha256:
        raise _not_the_same(one, changed=template != issued.template)
    files.store_bytes(office.holder, data, f"{one.number or one.kind}.pdf", "pdf")
    return data, "rendered"


def _stored(office: Office, digest: str) -> bytes | None:
    """The stored content if it is still what was stored."""
    try:
        with files.open_file(office.holder, digest) as file:
            data = file.read()
    except NotFound:
        return None
    return data if sha256(data).hexdigest() == digest else None


def _rendered(
    office: Office, one: StoredNotice, issued: NamedPaper, printer: PrintingChild | None
) -> tuple[bytes, str]:
    kinds = load_named(office.notices, [one.kind])
    paper = issue.paper_of(office, one, kinds, issued.checkpoint, issued.traces)
    if printer is None:
        with PrintingChild(office.notices[0]) as own:
            outcome_ = own.outcome(issue.job_of(paper))
    else:
        outcome_ = printer.outcome(issue.job_of(paper))
    if isinstance(outcome_, PrintFailed):
        raise outcome_
    return outcome_, paper.kind.digest


def _not_the_same(one: StoredNotice, *, changed: bool) -> IntegrityBroken:
    if ERASED in texts_of(one.variables):
        return IntegrityBroken(
            f"公文 {one.number or one.id} 的文件已丢失或损坏，其中的个人信息已依法清除，不能再排印同样的",
            fix="请从备份恢复文件，或以留存的纸质件为准",
        )
    why = "模板在印发之后改过" if changed else "本机的字体或排版程序与印发时不同"
    return IntegrityBroken(
        f"公文 {one.number or one.id} 的文件已丢失或损坏，重新排印的与原件不一致（{why}），未补印",
        fix=f"请从备份恢复 files/{str(one.sha256)[:2]}/{one.sha256}，再补印",
    )


def as_issued(office: Office, one: StoredNotice) -> NamedPaper:
    """What the entry of the issue says about the document; the checkpoint of older entries follows from the chain.

    Empty when there is none such.
    """
    with office.database.read() as connection:
        links = audit.entries(connection, one.case_id)
    previous = b""
    for link in links:
        if link.kind == "notice" and link.event == "issue":
            for paper in read(link.body).papers:
                if paper.sha256 == one.sha256:
                    line = paper.checkpoint or issue.checkpoint_line(one.case_id, link.seq - 1, previous)
                    return replace(paper, checkpoint=line)
        previous = link.hash
    return NamedPaper()


def require_valid(one: StoredNotice) -> None:
    """Raise RulesRefused for a document that was not issued, or is void."""
    if one.state == "issued":
        return
    name = one.number or str(one.id)
    refusal = (
        Refusal("already_void", f"公文 {name} 已经作废，不再补印", "存档件的位置见 zhuli notice show")
        if one.state == "void"
        else Refusal("not_issued", f"公文 {name} 尚未印发，谈不上补印", f"请先运行 zhuli notice issue {one.case_id}")
    )
    raise RulesRefused(f"公文 {name}：不予补印，未作任何改动", [refusal], fix=refusal.fix)


COPIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "": ("reprint", "补印公文"),
        "1b": ("filing", "印制归档件"),
        "overlay": ("overlay", "印制套打件"),
        "sealed": ("sealed", "印制带印章图样的副本"),
    }
)
"""The copies of a document by their variant: the event of the entry that notes one, and its title."""


class Printed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the entry keeps of a document printed again: ``source`` of a copy, ``variant`` of one for some use."""

    id: int
    kind: str
    number: str | None
    sha256: str | None
    size: int | None
    source: str = ""
    variant: str = ""


class PrintedAgain(Content, frozen=True):
    """What the entry of a document printed again says: which one, and why where that was asked."""

    notices: tuple[Printed]
    opinion: str | UnsetType


def note(
    connection: Connection, office: Office, printed: Printed, case_id: str, actor: Actor, opinion: str = ""
) -> None:
    """Write into the history of the case that ``actor`` had the document printed again, and why."""
    stored = cases.load(connection, case_id)
    if stored is None:
        return
    event, title = COPIES[printed.variant]
    content, who = PrintedAgain((printed,), opinion or UNSET), entries.doer(actor)
    entry = entries.of_system(office, stored.case, "notice", event, title, content, actor=who)
    entries.note(connection, stored, entry, withholding.of_case(connection, office, stored))
