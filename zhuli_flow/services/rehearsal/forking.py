"""An office as it stood after one entry of a case (分叉): a rehearsal home, in which people try what might have been.

The new home holds the history up to that entry, byte for byte and in the order in which it was written, so that it is a
beginning of the office's own log and every checkpoint of that beginning fits it. All else follows from this history:
cases, directory, definitions, rows, documents, messages. Letters to send stay behind; nobody's token comes along.

In a rehearsal everybody may act as anybody, so a real office is not forked where that would open a sealed sheet.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from msgspec.structs import asdict, replace

from zhuli_flow.clock import to_the_second
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine import queues
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.authority.reading import sealed
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.history.personal import commitments
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.errors import IntegrityBroken, NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import directory as directory_service
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.cases import case_rows
from zhuli_flow.services.cases.deadline_rows import row_of
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.history import case_record, entries
from zhuli_flow.services.history.case_record import Bodies
from zhuli_flow.services.history.office_record import Told, told_by
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import (
    audit,
    calendars,
    cases,
    deadlines,
    directory,
    files,
    inbox,
    merkle_log,
    notices,
    numbers,
    personal,
    whole_rows,
    workflows,
)
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.directory import Person, Succession
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

Each = Callable[[int, int], None]
EVENT, TITLE = "fork", "分叉"
_NAMED = 5
"""So many cases are named where several stand against a fork."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where an office is to fork: after entry ``seq`` of a case, written at ``at`` (UTC) at ``place`` of the log."""

    case: str
    seq: int
    at: datetime
    place: int
    title: str


def point(office: Office, case_id: str, seq: int) -> Point:
    """The place of an entry. Raises NotFound for a case or an entry that isn't there."""
    with office.database.read() as connection:
        stored = lookup.stored(connection, case_id)
        link = audit.link(connection, case_id, seq)
        place = merkle_log.place_of(connection, case_id, seq)
    if link is None or place is None:
        fix = f"请写 1 至 {stored.seq}；见 zhuli case history {case_id}"
        raise NotFound(f"事项 {case_id} 没有第 {seq} 条留痕", fix=fix)
    entry = read(link.body)
    return Point(case_id, seq, datetime.fromisoformat(entry.at), place, entry.title)


def take_over(source: Office, fork: Office, at: Point, each: Each) -> int:
    """Fill the new office with the past of ``source`` up to that point; returns how many cases there are.

    ``fork`` has an empty database and a clock that stands at the point. One transaction; ``each`` is told how many of
    how many entries are copied. Raises RulesRefused where sheets are among them that are sealed today.
    """
    with source.database.read() as old, fork.database.write() as new:
        upkeep.set_rehearsing(new, at.at)
        if not source.rehearsal:
            _require_opened(old, source, at)
        heads = _history(old, new, at, each)
        told = told_by(new)
        _definitions(old, new, told)
        _directory(old, new, told)
        _years(old, new, told, fork)
        mine = [_case(old, new, fork, case_id, head) for case_id, head in sorted(heads.items())]
        _numbers(new, mine)
        case_rows.fill(new, fork)
        words = f"自 {source.home.name} 的事项 {at.case} 第 {at.seq} 条“{at.title}”之后分出；待发信件和身份令牌没有带来"
        entries.write_office(new, fork, EVENT, TITLE, content=Noted(notes=(words,)))
        wanted = {sha256 for one in mine for sha256 in one.files}
    for sha256 in sorted(wanted):
        _copy(source.holder, fork.home, sha256)
    for person in sorted(told.tokens):
        directory_service.issue_token(fork, person)  # told to nobody: those of the office do not open a rehearsal
    return len(mine)


def _require_opened(old: Connection, source: Office, at: Point) -> None:
    """Refuse a past with sheets that are still sealed: today and not then, as a secret once told is none.

    Values can't be left out of it: every entry, and every checkpoint, is bound to them by its hash.
    """
    known, shut = dict[str, tuple[Workflow, Case]](), dict[str, int]()
    for leaf in merkle_log.leaves(old):
        if leaf.place > at.place:
            break
        if leaf.case_id == OFFICE_CHAIN or leaf.case_id in shut:
            continue
        if leaf.case_id not in known:
            case = lookup.stored(old, leaf.case_id).case
            known[leaf.case_id] = lookup.definition(old, source, case.digest), case
        workflow, case = known[leaf.case_id]
        if (workflow.sheets or case.body.get("sheets")) and _under_seal(old, workflow, case, leaf.seq):
            shut[leaf.case_id] = leaf.seq
    if shut:
        case_id, seq = next(iter(shut.items()))
        told = "、".join(f"{name}（第 {first} 条）" for name, first in list(shut.items())[:_NAMED])
        more = f"等 {len(shut)} 件" if len(shut) > _NAMED else ""
        message = f"到那时已填的评审表现在仍然封存：{told}{more}；演练环境中人人可以看，不能带去"
        fix = f"请在启封以后再分叉，或分叉到 {case_id} 第 {seq} 条之前的一条留痕"
        raise RulesRefused(message, fix=fix)


def _under_seal(old: Connection, workflow: Workflow, case: Case, seq: int) -> bool:
    """Whether an entry gave answers to a sheet that only their author may see today."""
    link = audit.link(old, case.id, seq)
    changes = read(link.body).changes if link is not None else ()
    return any(section == "sheets" and sealed(workflow, case, key.partition("/")[0]) for section, key, *_ in changes)


def _history(old: Connection, new: Connection, at: Point, each: Each) -> dict[str, tuple[int, bytes]]:
    """Copy every entry up to the point, in the order in which they came; the ends of the chains of cases."""
    heads, bound = dict[str, tuple[int, bytes]](), set[tuple[str, str]]()
    for leaf in merkle_log.leaves(old):
        if leaf.place > at.place:
            break
        link = audit.link(old, leaf.case_id, leaf.seq)
        if link is None:
            raise IntegrityBroken("留痕缺了一条", fix="请先运行 zhuli audit verify")
        previous = heads[leaf.case_id][1] if leaf.case_id in heads else ZERO
        head = audit.append(
            new,
            case_id=leaf.case_id,
            seq=leaf.seq,
            previous=previous,
            kind=str(link.columns["kind"]),
            event=str(link.columns["event"]),
            person=str(link.columns["person"]),
            at=str(link.columns["at"]),
            body=link.body,
            request_id=link.columns["request_id"],
        )
        heads[leaf.case_id] = leaf.seq, head
        bound |= {(leaf.case_id, digest) for _, digest in commitments(link.body)}
        each(leaf.place + 1, at.place + 1)
    del heads[OFFICE_CHAIN]
    for case_id in sorted({case_id for case_id, _ in bound}):
        personal.copy(new, [one for one in personal.of_case(old, case_id) if (case_id, one.commitment) in bound])
    return heads


def _definitions(old: Connection, new: Connection, told: Told) -> None:
    """Those taken into use by then; a database older than this record has no word of them, and keeps all."""
    known = {digest for section, digest in told.made if section == "definition"}
    for name, version, digest, added_at in workflows.listed(old):
        stored = workflows.by_digest(old, digest)
        if stored is not None and (digest in known or not known):
            at = datetime.fromisoformat(added_at)
            text, document = stored.text, stored.document
            workflows.put(new, name=name, version=version, digest=digest, text=text, document=document, at=at)
    for entry in audit.entries(new, OFFICE_CHAIN):
        if entry.event in {"use", "retire"}:
            for _, name, _, version in json.loads(entry.body)["changes"]:
                workflows.choose(new, name, version or workflows.RETIRED)


def _directory(old: Connection, new: Connection, told: Told) -> None:
    """As the office's entries say it was; what was there before its record was, as it is."""
    units, posts = told.things.get("organisation", {}), told.things.get("person", {})
    if told.begun or not told.imported:
        units = {one.id: asdict(one) for one in directory.every_organisation(old)} | units
        posts = {one.id: one._asdict() for one in whole_rows.people(old)} | posts
    directory.put_organisations(new, [Organisation(**one) for one in units.values()])
    named = ((one, frozenset(one["roles"])) for one in posts.values())
    directory.put_people(
        new, [Person(one["id"], one["organisation"], roles, one["title"], bool(one["active"])) for one, roles in named]
    )
    for key, one in sorted(told.things.get("entrustment", {}).items(), key=lambda item: int(item[0])):
        made = directory.entrust(
            new,
            from_person=one["from"],
            to_person=one["to"],
            since=date.fromisoformat(one["since"]),
            until=date.fromisoformat(one["until"]),
            reason=one["reason"],
            at=datetime.fromisoformat(told.made["entrustment", key]),
        )
        if key in told.revoked:
            directory.revoke(new, made, datetime.fromisoformat(told.revoked[key]))
    for one in told.things.get("succession", {}).values():
        directory.succeed(new, Succession(**one))


def _years(old: Connection, new: Connection, told: Told, fork: Office) -> None:
    for one in whole_rows.years(old):
        at = datetime.fromisoformat(one.added_at)
        if (one.year, to_the_second(at)) in told.years:
            calendars.add(new, year=one.year, sha256=one.sha256, data=json.loads(one.data), at=at)
    calendar.take_over(new, fork)


@dataclass(frozen=True, slots=True)
class Copied:
    """A case as it was brought over, with its number, those of its documents, and the files it needs."""

    case: Case
    papers: tuple[StoredNotice, ...]
    files: frozenset[str]


def _case(old: Connection, new: Connection, fork: Office, case_id: str, head: tuple[int, bytes]) -> Copied:
    """The case by its entries, and the rows that stand beside it."""
    now = lookup.stored(old, case_id)
    found = audit.entries(new, case_id)
    told, bodies = [read(one.body) for one in found], [json.loads(one.body) for one in found]
    case = _replayed(old, fork, now.case, bodies)
    workflow = lookup.definition(new, fork, case.digest)
    kinds = (workflow.states[visit.state].kind for visit in case.path if visit.state in workflow.states)
    changed = datetime.fromisoformat(case_record.last_moved(bodies))
    stored = Stored(case, *head, workflow.states[case.state].kind)
    cases.insert(new, replace(stored, kind="in_force" if "in_force" in kinds else stored.kind), changed)
    cases.update(new, stored, case.version, changed)
    deadlines.mirror(new, [row_of(fork, workflow, case_id, name, one) for name, one in case.deadlines.items()])
    _reminders(old, new, case_id, told)
    _messages(old, new, workflow, case, len(told))
    for quota, since in sorted(case_record.waiting(workflow, bodies).items()):
        place = queues.next_place(cases.places(new, quota))
        cases.take_place(new, quota, case_id, place, datetime.fromisoformat(since))
    papers = tuple(_papers(old, new, case_id, told))
    handed = {file.sha256 for one in told for _, file in one.files()}
    return Copied(case, papers, frozenset(handed | {one.sha256 for one in papers if one.sha256}))


def _replayed(old: Connection, fork: Office, now: Case, bodies: Bodies) -> Case:
    """The case that these entries lead to, under the definition and with the applicant that it had then."""
    digest = next((str(body["definition"]) for body in reversed(bodies) if body.get("definition")), now.digest)
    whose = now.applicant
    later = (one for one in audit.entries(old, now.id)[len(bodies) :] if one.event == "succession")
    for entry in reversed(list(later)):
        earlier = json.loads(entry.body)["succession"]["predecessor"]
        whose = directory.organisations(old, [earlier]).get(earlier, whose)
    version = lookup.definition(old, fork, digest).version
    return case_record.replayed(replace(now, applicant=whose, digest=digest, definition_version=version), bodies)


def _reminders(old: Connection, new: Connection, case_id: str, told: Sequence[Entry]) -> None:
    """Those that had gone out by then, so that none goes out a second time."""
    sent = {one.at for one in told if one.kind == "deadline"}
    kept = {one.name: one for one in deadlines.of_case(new, case_id)}
    for one in whole_rows.reminders(old, case_id):
        if one.sent_at in sent and one.name in kept:
            row = kept[one.name]._replace(version=one.version)
            at = datetime.fromisoformat(one.sent_at)
            deadlines.record_reminder(new, row, one.remind, at, merged=bool(one.merged))


def _messages(old: Connection, new: Connection, workflow: Workflow, case: Case, end: int) -> None:
    """What entries up to number ``end`` told, unread; what was about several cases stays behind."""
    for one in whole_rows.messages(old, case.id):
        about, _, rest = one.key.partition("/")
        seq = rest.partition("/")[0]
        if about == case.id and seq.isdigit() and int(seq) <= end:
            address = letter_address(workflow, case, one.role or "")
            at, to = datetime.fromisoformat(one.at), {"person": one.person, "role": one.role}
            inbox.put(new, key=one.key, text=one.text, at=at, case_id=case.id, address=address, **to)


def _papers(old: Connection, new: Connection, case_id: str, told: Sequence[Entry]) -> Iterator[StoredNotice]:
    """The documents ordered by then, each as far as it had come."""
    said = {(one.event, paper.id) for one in told if one.kind == "notice" for paper in one.papers}
    for one in notices.of_case(old, case_id):
        if one.seq > len(told):
            continue
        issued = ("issue", one.id) in said
        state = "void" if ("void", one.id) in said else "issued" if issued else "ordered"
        then = dataclasses.replace(one, state=state)
        if not issued:
            then = dataclasses.replace(then, sha256=None, size=None, issued_at=None, title="")
        notices.keep(new, then)
        yield then


def _numbers(new: Connection, mine: Sequence[Copied]) -> None:
    """Every series goes on after the last number that was taken by then."""
    last = dict[tuple[str, int], int]()
    for one in mine:
        prefix, year, n = one.case.id.rsplit("-", 2)
        taken = [(f"case:{prefix}", int(year), int(n))]
        taken += [(paper.series, int(str(paper.year)), int(str(paper.n))) for paper in one.papers if paper.series]
        for series, of, number in taken:
            last[series, of] = max(last.get((series, of), 0), number)
    for (series, of), number in sorted(last.items()):
        numbers.take(new, series, of, number)


def _copy(source: Path, home: Path, sha256: str) -> None:
    with files.open_file(source, sha256) as content:
        files.store_bytes(home, content.read(), sha256, "")
