"""Archive packages (归档包): one case, or the whole history, to be read and checked without this program.

A package of a case holds its papers, its materials, its history entry by entry, the definition it was run by, the
calendar, a list of its items (归档目录), a page for people to read, and the program that checks all of it. The same
case gives the same bytes. What is under seal stays under seal: such entries are withheld, their hashes are not.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.documents.reading.page_count import pages
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.authority.reading import Reader
from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.history.checkpoint import NotACheckpoint, read_checkpoint, read_note
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.history.merkle import consistency_proof, inclusion_proof
from zhuli_flow.engine.history.personal import opened
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.archiving import case_page, metadata, standalone_verify
from zhuli_flow.services.archiving.metadata import Item, Measured, Whole
from zhuli_flow.services.archiving.package import (
    About,
    Chains,
    Leaf,
    Manifest,
    Parcel,
    add_personal,
    calendar_json,
    history,
    parcel,
)
from zhuli_flow.services.history import checkpoints, log_key
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, files, merkle_log, notices, personal, workflows
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.vocabulary import PAPER_STATES
from zhuli_flow.workbooks import table as paper

CATALOGUE = (
    paper.Heading("item", "件号"),
    paper.Heading("author", "责任者"),
    paper.Heading("number", "文号"),
    paper.Heading("title", "题名"),
    paper.Heading("day", "日期"),
    paper.Heading("pages", "页数"),
    paper.Heading("note", "备注"),
)
"""The columns of a list of archived items (归档文件目录)."""


class PackedCase(msgspec.Struct, frozen=True):
    """The package of a case: ``size`` in bytes, its ``entries``, the files in it, and what is not in it."""

    case: str
    file: str
    sha256: str
    size: int
    entries: int
    items: int
    withheld: int
    unprinted: int


class PackedHistory(msgspec.Struct, frozen=True):
    """The whole history as a package: ``size`` in bytes, how many entries in how many chains."""

    file: str
    sha256: str
    size: int
    entries: int
    chains: int


def archive(
    office: Office, case_id: str, target: Path, *, evidence: bool = False, letters: Sequence[bytes] = ()
) -> PackedCase:
    """Write the package of a case to the new file ``target``.

    As ``evidence`` (DA/T 97) it has every file by two hashes, a checkpoint signed now, and for each entry the way to
    its root, so that it proves its place in the whole history by itself; and the proof that this checkpoint continues
    the one signed before it, and those in ``letters``, notes that left the house.

    Raises NotFound (case, or a file that is not in its place), NoRight (a part that the reader may not see),
    IntegrityBroken (a file altered; as evidence also as ``checkpoints.take``), InvalidInput (target).
    """
    earlier = _sizes(office, letters) if evidence else frozenset()
    signed = checkpoints.take(office) if evidence else None
    with parcel(target, evidence=evidence) as into, office.database.read() as connection:
        reading.stored(connection, office, case_id, "materials")
        reading.stored(connection, office, case_id, "papers")
        case = reading.stored(connection, office, case_id, "history").case
        workflow = lookup.definition(connection, office, case.digest)
        links = list(audit.all_entries(connection, case_id))
        kept, everybody = personal.of_case(connection, case_id), Reader(workflow, case)
        entries = [read(opened(link.body, {one.commitment: one.text for one in kept})) for link in links]
        hidden = {entry.seq for entry in entries if not everybody.knows(entry)}
        shown = [entry for entry in entries if entry.seq not in hidden]
        papers = notices.of_case(connection, case_id)
        items = _items(office, workflow, papers, shown)
        into.add("index.html", case_page.page(workflow, case, entries, hidden, items, office.calendar.version).encode())
        counts = _page_counts(office, items)
        into.add("catalogue.csv", paper.to_csv(_catalogue(items, counts)))
        with history(into, map(Leaf, links), lambda link: link.seq in hidden, target.parent) as chains:
            add_personal(into, kept, (link.body for link in links if link.seq not in hidden))
            if signed:
                _proven(connection, into, links, signed, earlier)
            _definitions(connection, into, {entry.definition for entry in entries if entry.definition})
            into.add(standalone_verify.CALENDAR, calendar_json(office.calendar))
            for item in items:
                into.copy(item.place, files.open_file(office.holder, item.sha256), item.sha256)
            sized = [Measured(one, into.files[one.place].size, count) for one, count in zip(items, counts, strict=True)]
            into.add(standalone_verify.METADATA, metadata.xml(_whole(workflow, case, links), sized, shown))
            into.close(_manifest(office, workflow, case), chains)
    unprinted = sum(one.state == "ordered" for one in papers)
    return PackedCase(case_id, *_ends(target, chains), len(items), len(hidden), unprinted)


def _manifest(office: Office, workflow: Workflow, case: Case) -> Manifest:
    return Manifest(
        format="zhuli-archive/1",
        rehearsal=office.rehearsal,
        attachments=True,
        calendar=office.calendar.version,
        about=About(case.id, case.workflow, workflow.title, case.state),
    )


def _sizes(office: Office, letters: Sequence[bytes]) -> frozenset[int]:
    """The sizes of the checkpoint signed last and of these. Raises InvalidInput for a letter that is none."""
    try:
        told = [read_checkpoint(read_note(checkpoints.within(one)).text) for one in letters]
    except NotACheckpoint as error:
        raise InvalidInput(f"{error.reason}；未写证据包", fix="请给出寄出过的检查点") from error
    last = checkpoints.last_signed(office)
    return frozenset(one.size for one in (*told, *([last] if last else [])))


def _proven(
    connection: Connection, into: Parcel, links: list[Link], signed: checkpoints.Signed, earlier: frozenset[int]
) -> None:
    """The checkpoint, and the way from every entry to its root. An entry that came since is not covered by it.

    ``earlier``: sizes of checkpoints that this one is shown to continue.
    """
    node, size = merkle_log.nodes(connection), signed.checkpoint.size
    ways: dict[str, _Way] = {}
    for link in links:
        place = merkle_log.place_of(connection, link.case_id, link.seq)
        if place is not None and place < size:
            way = tuple(one.hex() for one in inclusion_proof(node, place, size))
            ways[str(link.seq)] = _Way(place, way)
    keys = tuple(one.key for one in log_key.known(connection))
    into.add(standalone_verify.CHECKPOINT, signed.note.whole().encode())
    begun = {
        str(old): tuple(one.hex() for one in consistency_proof(node, old, size)) for old in earlier if 0 < old < size
    }
    into.add(standalone_verify.EVIDENCE, msgspec.json.encode(_Evidence(keys, ways, begun), order="sorted"))


class _Way(msgspec.Struct, frozen=True):
    """Where an entry stands in the log, and the hashes from it to the root (hex), the lowest first."""

    place: int
    hashes: tuple[str, ...]


class _Evidence(msgspec.Struct, frozen=True):
    """The public keys that may sign the checkpoint, the way of each entry by its number, and by the size of an earlier
    checkpoint the hashes that show this one to continue it."""

    keys: tuple[str, ...]
    entries: dict[str, _Way]
    earlier: dict[str, tuple[str, ...]]


def export_audit(office: Office, target: Path) -> PackedHistory:
    """Write every chain, the office's own among them, to the new file ``target``; without the files they name.

    A checkpoint signed for it goes with it. Raises InvalidInput (target), IntegrityBroken as ``checkpoints.take``, and
    NoRight for a reader who may not read every history.
    """
    reading.require_everything(office)
    signed = checkpoints.take(office)
    with parcel(target) as into, office.database.read() as connection:
        known: dict[str, Reader] = {}

        def hidden(link: Link) -> bool:
            if link.case_id not in known and (stored := cases.load(connection, link.case_id)):
                known.clear()  # chains come one after another
                known[link.case_id] = Reader(lookup.definition(connection, office, stored.case.digest), stored.case)
            return link.case_id in known and not known[link.case_id].knows(read(link.body))

        places = merkle_log.places(connection)  # in the order of the entries: by chain
        leaves = map(Leaf, audit.all_entries(connection), places)
        with history(into, leaves, hidden, target.parent, large=True) as chains:
            into.add(standalone_verify.CHECKPOINT, signed.note.whole().encode())
            _definitions(connection, into, {digest for _, _, digest, _ in workflows.listed(connection)})
            into.add(standalone_verify.CALENDAR, calendar_json(office.calendar))
            manifest = Manifest(
                format="zhuli-audit/1",
                rehearsal=office.rehearsal,
                attachments=False,
                calendar=office.calendar.version,
            )
            into.close(manifest, chains)
    return PackedHistory(*_ends(target, chains), chains.number)


def _ends(target: Path, chains: Chains) -> tuple[str, str, int, int]:
    """The file, its SHA-256, its size, and how many entries are in it."""
    data = hashlib.sha256()
    with target.open("rb") as file:
        while chunk := file.read(1 << 20):
            data.update(chunk)
    return str(target), data.hexdigest(), target.stat().st_size, chains.entries


def _definitions(connection: Connection, into: Parcel, digests: set[str]) -> None:
    for digest in sorted(digests):
        found = workflows.by_digest(connection, digest)
        if found is not None:
            into.add(f"definitions/{found.name}-{digest[:12]}.yaml", found.text.encode())


def _items(office: Office, workflow: Workflow, papers: list[StoredNotice], entries: list[Entry]) -> list[Item]:
    """The papers in the order they were ordered, then what was handed in: each content once under each of its names."""
    kinds = load_named(office.notices, (one.kind for one in papers))
    found: list[Item] = []
    for one in papers:
        if one.sha256:
            kind = kinds.get(one.kind)
            author = _issuer(one.variables) or (kind.issuer if kind else "")
            kept = str(one.variables.get("retention") or (kind.retention if kind else ""))
            note = "；".join(
                filter(
                    None, [f"保管期限{kept}" if kept else "", PAPER_STATES[one.state] if one.state == "void" else ""]
                )
            )
            title = one.title or (kind.title if kind else one.kind)
            day = one.signed_on or (one.issued_at or "")[:10]
            secrecy = str(one.variables.get("secrecy") or "")
            found.append(
                Item("papers/{:03}.pdf", one.sha256, author, one.number or "", title, day, note, kept, secrecy)
            )
    found += _handed_in(workflow, entries)
    return [
        replace(item, place=item.place.format(number), title=title)
        for number, (item, title) in enumerate(_told_apart(found), 1)
    ]


def _told_apart(found: list[Item]) -> Iterator[tuple[Item, str]]:
    """Each item with a title that no other has: the name of a file may be that of another, too."""
    once = list({(item.sha256, item.number, item.title): item for item in reversed(found)}.values())[::-1]
    shared = Counter((item.number, item.title) for item in once)
    met: Counter[tuple[str, str]] = Counter()
    for item in once:
        name = (item.number, item.title)
        met[name] += 1
        yield item, f"{item.title}（同名第 {met[name]} 件）" if shared[name] > 1 else item.title


def _issuer(variables: Values) -> str:
    several = variables.get("issuers")
    return "、".join(map(str, several)) if isinstance(several, list) else str(variables.get("issuer") or "")


def _handed_in(workflow: Workflow, entries: list[Entry]) -> Iterator[Item]:
    titles = {one.name: one.title for one in workflow.fields.values()}
    titles |= {one.name: one.title for one in workflow.materials.values()}
    for entry in entries:
        day = local_date(datetime.fromisoformat(entry.at)).isoformat()
        for name, file in entry.files():
            called = titles.get(name, name)
            title = called if Path(file.filename).stem == called else f"{called}（{file.filename}）"
            note = "未被受理" if entry.kind == "refused" else ""
            place = f"materials/{{:03}}.{file.type}"
            yield Item(place, file.sha256, entry.actor.organisation, "", title, day, note)


def _page_counts(office: Office, items: list[Item]) -> list[int | None]:
    """How many pages each item has, None of what is no PDF."""
    places = [files.place(office.holder, item.sha256) for item in items]
    paged = [number for number, item in enumerate(items) if item.place.endswith(".pdf")]
    counts = dict(zip(paged, pages([places[number] for number in paged]), strict=True))
    return [counts.get(number) for number in range(len(items))]


def _whole(workflow: Workflow, case: Case, links: list[Link]) -> Whole:
    year = str(links[-1].columns["at"])[:4] if links else ""
    head = links[-1].hash.hex() if links else ""
    return Whole(case.id, workflow.title, case.applicant.name, year, workflow.name, case.digest, head)


def _catalogue(items: list[Item], counts: list[int | None]) -> paper.Table:
    rows = [
        {
            "item": number + 1,
            "author": item.author,
            "number": item.number,
            "title": item.title,
            "day": item.day,
            "pages": counts[number],
            "note": "；".join(filter(None, [item.note, item.place])),
        }
        for number, item in enumerate(items)
    ]
    return paper.Table("归档文件目录", CATALOGUE, rows)
