"""Printing what was ordered: render, file by SHA-256, note it in the history. Repeated, it prints nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from zhuli_flow.documents.fonts.glyphs import check_glyphs
from zhuli_flow.documents.printing.batch import each_outcome
from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob
from zhuli_flow.documents.templates.catalog import NoticeKind, load_named
from zhuli_flow.documents.templates.kind import answering
from zhuli_flow.documents.templates.render import render, title_of
from zhuli_flow.documents.templates.trace_code import code_of
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.notices.citations import CITED, cited
from zhuli_flow.services.office import TRACE_CODE, TRACE_LINE, Office
from zhuli_flow.store import cases, files, notices
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

UPWARD = frozenset({"请示", "报告"})
"""The genres that go to a superior organ (上行文)."""
LAYOUT_OF_GENRE: Mapping[str, str] = MappingProxyType({"函": "letter", "命令": "order", "纪要": "minutes"})
"""The genres with a format of their own (GB/T 9704-2012, 10)."""


class Issued(msgspec.Struct, frozen=True):
    """A document just printed: ``size`` in bytes, ``file`` where it lies."""

    id: int
    kind: str
    title: str
    number: str | None
    sha256: str
    size: int | None
    file: str


class IssuedPaper(msgspec.Struct, frozen=True):
    """What the entry of an issue keeps of it: all it takes to know the paper again, and to print it again."""

    id: int
    kind: str
    number: str | None
    title: str
    sha256: str
    size: int
    checkpoint: str
    template: str
    traces: tuple[str, ...]


class IssueEntry(Content, frozen=True):
    """What the entry of an issue says."""

    notices: tuple[IssuedPaper]


@dataclass(frozen=True, slots=True)
class Paper:
    """An order with its kind, the line that ties it to the history, what it bears of that, and the HTML made of it."""

    notice: StoredNotice
    kind: NoticeKind
    checkpoint: str
    traces: tuple[str, ...]
    html: str

    @property
    def title(self) -> str:
        """The title as it stands on the paper; the kind's where the paper has none."""
        return title_of(self.html) or self.kind.title


def issue_ordered(
    office: Office,
    case_id: str | None = None,
    printer: PrintingChild | None = None,
    each: Callable[[int, int], object] | None = None,
) -> list[Issued]:
    """Print every document that was ordered (of one case, when named), on ``printer`` or on as many as the cores are.

    Rendering happens outside any transaction; each document is then filed and noted in a transaction of its own, in the
    order they were ordered. ``each`` hears how many of how many are done.
    Raises NotFound or InvalidInput before printing anything, or, after all others were issued, the first PrintFailed.
    """
    with office.database.read() as connection:
        waiting = [one for one in _waiting(connection, case_id) if one.state == "ordered"]
        heads = {one.case_id: cases.load(connection, one.case_id) for one in waiting}
    if not waiting:
        return []
    kinds = load_named(office.notices, (one.kind for one in waiting))
    lines = [_checkpoint(one, heads[one.case_id]) for one in waiting]
    papers = [paper_of(office, one, kinds, line, office.traces) for one, line in zip(waiting, lines, strict=True)]
    return _print(office, papers, printer, each)


def waiting_cases(office: Office) -> list[str]:
    """The cases in which a document was ordered that is not printed yet, in the order of their orders."""
    with office.database.read() as connection:
        return list(dict.fromkeys(one.case_id for one in _waiting(connection, None)))


def paper_of(
    office: Office,
    notice: StoredNotice,
    kinds: Mapping[str, NoticeKind],
    checkpoint: str,
    traces: tuple[str, ...] = (),
    more: Values = MappingProxyType({}),
) -> Paper:
    """The document as it prints; the same order, kind, ``checkpoint`` and ``traces`` give the same HTML.

    ``traces``: what it bears of TRACE_LINE and TRACE_CODE; a form for use inside the office bears the line always.
    ``more``: what a copy for some use has besides.

    Raises NotFound for an unknown kind, InvalidInput when a value or the template is not right.
    """
    found = kinds.get(notice.kind)
    if found is None:
        fix = f"请在 {office.notices[0]} 中补上 {notice.kind}.yaml 和 .html"
        raise NotFound(f"没有公文种类“{notice.kind}”", fix=fix)
    kind = as_written(found, notice.variables)
    shown = (*traces, TRACE_LINE) if kind.layout == "form" and TRACE_LINE not in traces else traces
    marks: Values = {
        "rehearsal": office.rehearsal,
        "checkpoint": checkpoint if TRACE_LINE in shown else "",
        "trace_code": code_of(checkpoint, notice.id) if TRACE_CODE in shown else "",
    }
    with office.database.read() as connection:
        known = cited(connection, kind, notice.variables, notice.ordered_at)
    given = {**notice.variables, **marks, **more, CITED: known}
    return Paper(notice, kind, checkpoint, shown, render(kind, values_of(kind, given)))


def values_of(kind: NoticeKind, variables: Values) -> Values:
    """``variables`` as the template takes them: none that is empty; a text given for a list is one item a line.

    ``co_issuers`` (联合发文机关) become ``issuers``: the lead organ first, unless ``issuers`` ranks the same organs
    otherwise. InvalidInput when it names others.
    """
    known = kind.known()
    lists = {name for name, item in known.items() if item.type == "names"}
    given = {name: value for name, value in variables.items() if value not in (None, "", [])}
    partners = given.pop("co_issuers", None)
    if isinstance(partners, list):
        given["issuers"] = _ranked([given.get("issuer") or kind.issuer, *partners], given.get("issuers"))
    return {name: _lines(value) if name in lists else value for name, value in given.items()}


def _ranked(organs: list[Json], ranking: Json) -> list[Json]:
    """The organs of a joint paper as they were ranked; the lead organ first when they were not."""
    if not isinstance(ranking, list):
        return organs
    if sorted(map(str, ranking)) != sorted(map(str, organs)):
        named = "、".join(map(str, organs))
        raise InvalidInput("联合发文机关的排列与主办、联合机关不一致", fix=f"请把{named}按排列次序各写一次")
    return ranking


def as_written(kind: NoticeKind, variables: Values) -> NoticeKind:
    """The kind for these values: one whose genre is a variable (``genre_word``) is of that genre, direction and layout.

    A number of letters (a 代字 that ends in 函) stands under a letter's head, whatever the genre (10.1). An answer is
    of the genre that answers what was asked: 请示 with 批复, 函 with 函.
    """
    asked = variables.get(kind.answers) if kind.answers else None
    if isinstance(asked, str) and (fitting := answering(asked)):
        return replace(kind, genre=fitting, direction="level" if fitting == "函" else "down")
    genre = variables.get("genre_word")
    if "genre_word" not in kind.variables or not isinstance(genre, str):
        return kind
    letter = str(variables.get("number") or "").partition("〔")[0].endswith("函")
    layout = LAYOUT_OF_GENRE.get(genre, "letter" if letter else kind.layout)
    return replace(kind, genre=genre, direction="up" if genre in UPWARD else kind.direction, layout=layout)


def _lines(value: Json) -> Json:
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def job_of(paper: Paper) -> PrintJob:
    """What the printer is told; the identifier is the document's own and fixes the file's /ID."""
    name = f"{paper.notice.case_id}-{paper.notice.id}"
    job = PrintJob(paper.html, paper.title, _author(paper), paper.kind.genre, name)
    if not paper.kind.embed:
        return job
    data = json.dumps(dict(paper.notice.variables), ensure_ascii=False, sort_keys=True, indent=1)
    return replace(job, variant="3u", data=data, day=paper.notice.signed_on or paper.notice.ordered_at[:10])


def _author(paper: Paper) -> str:
    """The organ that issues the paper, the lead one of several."""
    several = paper.notice.variables.get("issuers")
    lead = several[0] if isinstance(several, list) and several else ""
    return str(paper.notice.variables.get("issuer") or lead or paper.kind.issuer)


def _print(
    office: Office, papers: Sequence[Paper], printer: PrintingChild | None, each: Callable[[int, int], object] | None
) -> list[Issued]:
    """One document that does not print does not keep the others waiting; it stays ordered and is told at the end."""
    looked_at = [(paper, _lacking(paper)) for paper in papers]
    issued, failed = [], [lacking for _, lacking in looked_at if lacking]
    whole = [paper for paper, lacking in looked_at if not lacking]
    for paper, outcome in zip(whole, _outcomes(office, whole, printer), strict=True):
        if isinstance(outcome, PrintFailed):
            failed.append(outcome)
        else:
            issued += _file(office, paper, outcome)
        if each is not None:
            each(len(issued) + len(failed), len(papers))
    if failed:
        raise failed[0]
    return issued


def _outcomes(office: Office, papers: Sequence[Paper], printer: PrintingChild | None) -> Iterator[bytes | PrintFailed]:
    """The PDF of each, or why there is none, in their order; one that is ready early waits for those before it."""
    jobs = [job_of(paper) for paper in papers]
    if printer is not None:
        yield from map(printer.outcome, jobs)
        return
    ready: dict[int, bytes | PrintFailed] = {}
    following = 0
    for place, outcome in each_outcome(jobs, assets=office.notices[0]):
        ready[place] = outcome
        while following in ready:
            yield ready.pop(following)
            following += 1


def _lacking(paper: Paper) -> PrintFailed | None:
    """Why the paper can't be printed whole here: characters that no face of this machine has (no silent tofu)."""
    found = check_glyphs(paper.html)
    if not found:
        return None
    name = paper.notice.number or paper.kind.title
    told = "；".join(problem.message for problem in found[:5]) + (f"等 {len(found)} 处" if len(found) > 5 else "")
    return PrintFailed(f"公文 {name} 未印：{told}", fix=found[0].fix)


def _waiting(connection: Connection, case_id: str | None) -> Sequence[StoredNotice]:
    return notices.of_case(connection, case_id) if case_id else list(notices.walk(connection, "ordered"))[::-1]


def _checkpoint(notice: StoredNotice, stored: cases.Stored | None) -> str:
    """The line that ties the paper to the history: case, entry, and the chain's head at the time of printing."""
    return checkpoint_line(notice.case_id, stored.seq, stored.head) if stored else ""


def checkpoint_line(case_id: str, seq: int, head: bytes) -> str:
    """``SFQ-2018-0001 第12条 0123456789abcdef01234567``: entry ``seq`` of the case and the start of its hash."""
    return f"{case_id} 第{seq}条 {head.hex()[:24]}"


def _file(office: Office, paper: Paper, data: bytes) -> list[Issued]:
    """Into the files first, then into the history: a crash between the two leaves an orphan file, no dangling line."""
    name = f"{paper.notice.number or paper.kind.name}.pdf"
    stored = files.store_bytes(office.holder, data, name, "pdf")
    with office.database.write() as connection:
        title, at = paper.title, office.clock.now()
        if notices.issue(connection, paper.notice.id, stored.sha256, stored.size, at, title):
            _note(connection, office, paper, stored.sha256, stored.size)
        valid = notices.load(connection, paper.notice.id) or paper.notice  # another's print, if that came first
    if valid.state != "issued" or valid.sha256 is None:  # void meanwhile
        return []
    file = str(files.place(office.holder, valid.sha256))
    return [Issued(valid.id, valid.kind, valid.title, valid.number, valid.sha256, valid.size, file)]


def _note(connection: Connection, office: Office, paper: Paper, sha256: str, size: int) -> None:
    """The entry says all it takes to know the paper again, and to print it again to the byte."""
    case = cases.load(connection, paper.notice.case_id)
    if case is None:
        return
    issued = IssuedPaper(
        id=paper.notice.id,
        kind=paper.notice.kind,
        number=paper.notice.number,
        title=paper.title,
        sha256=sha256,
        size=size,
        checkpoint=paper.checkpoint,
        template=paper.kind.digest,
        traces=paper.traces,
    )
    title = f"印发{paper.kind.title}"
    entry = entries.of_system(office, case.case, "notice", "issue", title, IssueEntry((issued,)))
    entries.note(connection, case, entry, withholding.of_case(connection, office, case))
