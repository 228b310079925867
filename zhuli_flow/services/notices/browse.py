"""Looking at official documents: those there are, one of them closely, and a specimen of a kind that is none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from zhuli_flow.documents.fonts.glyphs import check_glyphs
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.templates.catalog import load_kind, load_kinds, named_titles
from zhuli_flow.documents.templates.kind import NoticeKind
from zhuli_flow.documents.templates.render import render
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model.json_values import Values, as_json
from zhuli_flow.engine.naming import name_of
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.notices.issue import as_written, values_of
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, files, notices
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.bounded_read import read_bounded
from zhuli_flow.support.new_file import write_new
from zhuli_flow.support.plain_text import folded
from zhuli_flow.support.suggest import did_you_mean

MAX_SAMPLE = 256 * 1024


class PaperShown(msgspec.Struct, frozen=True):
    """A document in short; ``file`` is where an issued one lies (None: not printed yet)."""

    id: int
    case: str
    kind: str
    title: str
    number: str | None
    state: str
    signed_on: str | None
    sha256: str | None
    file: str | None


class PaperEvent(msgspec.Struct, frozen=True):
    """An entry that names a document: when, what was done, by whom."""

    seq: int
    at: str
    event: str
    title: str
    person: str
    opinion: str


class PaperPage(PaperShown, frozen=True):
    """All about one document: where it comes from, what it says, what became of it.

    ``size`` in bytes; ``entry`` is the number of the entry that ordered it; ``genre`` and ``retention`` are None where
    its kind is no longer there.
    """

    genre: str | None
    retention: str | None
    size: int | None
    entry: int
    ordered_at: str
    issued_at: str | None
    recipients: tuple[str, ...]
    variables: Values
    history: tuple[PaperEvent, ...]


class PreviewFile(msgspec.Struct, frozen=True):
    """A specimen that was printed: its kind, the new ``file`` and its ``size`` in bytes."""

    kind: str
    title: str
    file: str
    size: int


def page(office: Office, limit: int, after: int = 0) -> tuple[list[PaperShown], int]:
    """Documents, newest first, after the one with the id ``after`` (0: from the first), and how many there are."""
    with office.database.read() as connection:
        reach = reading.reach(connection, office, "papers")
        found, total = notices.listed(connection, "", limit, after, reach), notices.count(connection, reach)
    return _all_shown(office, found), total


def newest(office: Office, limit: int, after: int = 0) -> list[PaperShown]:
    """The documents of such a page, without counting all there are."""
    with office.database.read() as connection:
        found = notices.listed(connection, "", limit, after, reading.reach(connection, office, "papers"))
    return _all_shown(office, found)


def listing(office: Office, case_id: str | None = None) -> list[PaperShown]:
    """The documents of one case, or of all, newest first; ``file`` is where an issued one lies. Raises NotFound."""
    with office.database.read() as connection:
        if case_id:
            reading.stored(connection, office, case_id, "papers")
        reach = reading.reach(connection, office, "papers")
        found = notices.of_case(connection, case_id)[::-1] if case_id else list(notices.walk(connection, reach=reach))
    return _all_shown(office, found)


def _all_shown(office: Office, found: Sequence[StoredNotice]) -> list[PaperShown]:
    named = kind_titles(office, (one.kind for one in found if not one.title))
    return [shown(office, one, named) for one in found]


def shown(office: Office, one: StoredNotice, named: Mapping[str, str] = MappingProxyType({})) -> PaperShown:
    """A document in short; until it is printed its title is that of its kind (``named``: titles by kind)."""
    return PaperShown(
        id=one.id,
        case=one.case_id,
        kind=one.kind,
        title=one.title or named.get(one.kind, ""),
        number=one.number,
        state=one.state,
        signed_on=one.signed_on,
        sha256=one.sha256,
        file=str(files.place(office.shared or office.home, one.sha256)) if one.sha256 else None,
    )


def show(office: Office, which: str) -> PaperPage:
    """All about one document, by its id or its number: where it comes from, what it says, what became of it.

    ``history`` lists the entries that name it, oldest first. Raises NotFound.
    """
    with office.database.read() as connection:
        one = mine(connection, office, which)
        links = audit.entries(connection, one.case_id)
        titles = _role_titles(connection, office, one)
    kind = load_kind(office.notices, one.kind)
    told = [read(link.body) for link in links]
    kept = one.variables.get("retention")
    return PaperPage(
        **msgspec.structs.asdict(shown(office, one, {one.kind: kind.title} if kind else {})),
        genre=kind.genre if kind else None,
        retention=str(kept) if kept else kind.retention if kind else None,
        size=one.size,
        entry=one.seq,
        ordered_at=one.ordered_at,
        issued_at=one.issued_at,
        recipients=tuple(titles.get(role, role) for role in one.recipients),
        variables=dict(one.variables),
        history=tuple(_event(entry) for entry in told if names(entry, one)),
    )


def _role_titles(connection: Connection, office: Office, one: StoredNotice) -> dict[str, str]:
    """What people call the roles of the document's case."""
    stored = cases.load(connection, one.case_id)
    roles = lookup.definition(connection, office, stored.case.digest).roles if stored else {}
    return {name: role.title for name, role in roles.items()}


def find(connection: Connection, which: str) -> StoredNotice:
    """The document of that id (digits) or number (发文字号, in whatever brackets). Raises NotFound."""
    word = which.strip()
    if word.isascii() and word.isdigit():
        one = notices.load(connection, int(word)) if len(word) < 19 else None
    else:
        standard = folded(word).replace("[", "〔").replace("]", "〕")
        one = next(iter(notices.by_number(connection, word) or notices.by_number(connection, standard)), None)
    if one is None:
        raise NotFound(f"没有公文“{which}”", fix="请用 zhuli notice list 查看文号和编号")
    return one


def mine(connection: Connection, office: Office, which: str) -> StoredNotice:
    """``find``, as far as the reader may see the document.

    Raises NotFound, which reads the same for one of a case that he may not see; NoRight where only papers are closed.
    """
    one = find(connection, which)
    stored = cases.load(connection, one.case_id)
    if stored is None or not reading.sees(connection, office, stored):
        raise NotFound(f"没有公文“{which}”", fix="请用 zhuli notice list 查看文号和编号")
    reading.stored(connection, office, one.case_id, "papers")
    return one


def names(entry: Entry, one: StoredNotice) -> bool:
    """Whether an entry of the document's case is about it: the one that ordered it, or one that names its id."""
    return entry.seq == one.seq or (entry.kind == "notice" and any(paper.id == one.id for paper in entry.papers))


def _event(entry: Entry) -> PaperEvent:
    return PaperEvent(entry.seq, entry.at, entry.event, entry.title, entry.actor.person, entry.opinion)


def kind_titles(office: Office, names: Iterable[str]) -> dict[str, str]:
    """What people call these kinds of document, as far as the office has them; their templates are not looked at."""
    return named_titles(office.notices, names)


def kind_called(folders: Sequence[Path], name: str) -> NoticeKind:
    """The kind of that name or title. Raises NotFound with the nearest, or all there are, by title."""
    kinds = load_kinds(folders)
    if found := kinds.get(name_of(name, kinds)):
        return found
    raise NotFound(f"没有公文“{name}”", fix=did_you_mean(name, [kind.title for kind in kinds.values()]))


def preview(folders: Sequence[Path], name: str, sample: Path | None, target: Path) -> PreviewFile:
    """Print kind ``name`` with its own sample (or the values of a JSON file) to the new file ``target``, marked 演练.

    Raises NotFound (no such kind), InvalidInput (values, characters that no face has, a target that exists or can't be
    written), PrintFailed.
    """
    kind = kind_called(folders, name)
    given = _values(sample) if sample else {key: as_json(value) for key, value in kind.sample.items()}
    values: Values = {**given, "rehearsal": True}
    kind = as_written(kind, values)
    html = render(kind, values_of(kind, values))
    if lacking := check_glyphs(html):
        raise InvalidInput(f"公文“{kind.title}”中有印不出的字，未生成样张。", lacking, fix=lacking[0].fix)
    data = to_pdf(
        html,
        assets=folders[0],
        title=f"{kind.title}（样张）",
        author=kind.issuer,
        subject=kind.genre,
        identifier=f"preview-{kind.name}",
    )
    write_new(target, data)
    return PreviewFile(kind.name, kind.title, str(target), len(data))


def _values(path: Path) -> Values:
    try:
        data = json.loads(read_bounded(path, MAX_SAMPLE))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} 不是可读的 JSON 文件", fix="请核对文件") from error
    if not isinstance(data, dict):
        raise InvalidInput(f"{path} 应是一组“变量: 值”", fix="可从模板的 sample 一节复制")
    return data
