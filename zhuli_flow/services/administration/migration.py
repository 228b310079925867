"""Moving running cases to another version of their workflow: what would become of each, and doing it, on record.

Cases are judged by ``engine.migration`` and moved in batches, each batch a transaction; a case that somebody acts on
meanwhile is judged again in it. A case that was moved can be moved back as long as nobody has acted on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine import migration
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history.new_entry import Standing
from zhuli_flow.engine.migration import Finding, Migration, Verdict, Void
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound, Problem
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows
from zhuli_flow.services.cases.deadline_rows import row_of
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.find import found
from zhuli_flow.store import audit, cases, inbox, stays, workflows
from zhuli_flow.store import deadlines as deadline_rows
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, instant

KIND, EVENT, TITLE, BACK = "migration", "migrate", "版本迁移", "撤销版本迁移"
BATCH = 50
"""Cases in one transaction: others who write wait for no longer than that."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are to move where: ``workflow`` to ``version``, old names to new ones by ``mapping``.

    ``ids``: these cases; ``where``: those of the workflow's register that fit; neither: all that run.
    """

    workflow: str
    version: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    ids: Sequence[str] = ()
    where: Sequence[str] = ()


class MovedDeadline(msgspec.Struct, frozen=True):
    """A deadline that the other version has otherwise: its day before and after (None: there was, or is, none)."""

    title: str
    before: str | None
    after: str | None


class Judged(msgspec.Struct, frozen=True):
    """What becomes of one case; ``from_version`` it runs on, ``deadlines`` that change, ``signers`` to sign anew."""

    case: str
    applicant: str
    state: str
    from_version: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    deadlines: tuple[MovedDeadline, ...] = ()
    signers: tuple[str, ...] = ()
    moved: bool = False


def chosen(office: Office, wanted: Wanted) -> list[str]:
    """The running cases that are meant, by number. Raises NotFound, InvalidInput as a register does."""
    with office.database.read() as connection:
        target = _target(connection, office, wanted)
        if wanted.ids:
            ids = list(dict.fromkeys(wanted.ids))
            for case_id in ids:
                lookup.stored(connection, case_id)
            return ids
        living = Filter(workflow=target.name, living=True)
        running = [one.case.id for one in cases.walk(connection, living) if one.case.digest != target.digest]
    if wanted.where:
        fitting = {str(row["case"]) for row in found(office, target.name, wanted.where).rows}
        running = [case_id for case_id in running if case_id in fitting]
    return sorted(running)


def judge(office: Office, wanted: Wanted, ids: Sequence[str]) -> Iterator[Judged]:
    """What would become of each case; nothing is written."""
    for some in _batches(ids):
        with office.database.read() as connection:
            target = _target(connection, office, wanted)
            for case_id in some:
                yield _judge(connection, office, target, lookup.stored(connection, case_id), wanted)[0]


def migrate(
    office: Office, person: str, wanted: Wanted, ids: Sequence[str], reason: str, each: Callable[[int, int], None]
) -> list[Judged]:
    """Move those of the cases that go on, each with an entry; the others stay as they are, with what hinders them.

    ``each`` is told how many of how many are done. Interrupted, it leaves whole cases moved and the others not.
    """
    if not reason.strip():
        raise InvalidInput("没有写迁移的理由，未作任何改动", fix="请用 --reason 说明")
    told: list[Judged] = []
    for some in _batches(ids):
        with office.database.write() as connection:
            target, actor = _target(connection, office, wanted), lookup.actor(connection, office, person)
            for case_id in some:
                stored = lookup.stored(connection, case_id)
                judged, outcome = _judge(connection, office, target, stored, wanted)
                if outcome.after is not None:
                    _write(connection, office, actor, stored, outcome, target, TITLE, reason, wanted.mapping)
                    judged = msgspec.structs.replace(judged, moved=True)
                told.append(judged)
        each(len(told), len(ids))
    return told


def move_back(office: Office, person: str, workflow: str, ids: Sequence[str], reason: str) -> list[str]:
    """Undo the migration of cases on which nobody has acted since; all of them or none. Returns their numbers.

    ``workflow`` is whose cases they are: one of another is a number mistyped.
    """
    if not ids or not reason.strip():
        raise InvalidInput("没有写明撤销哪些事项的迁移，或没有写理由", fix="请用 --case 和 --reason 写明")
    problems = []
    with office.database.write() as connection:
        actor, meant = lookup.actor(connection, office, person), lookup.latest(connection, office, workflow)
        for case_id in ids:
            stored = lookup.stored(connection, case_id)
            if stored.case.workflow != meant.name:
                why = f"不是“{meant.title}”的事项"
                problems.append(Problem(case_id, "wrong_workflow", why, "请核对事项编号和流程"))
                continue
            last = read(list(audit.entries(connection, case_id))[-1].body)
            if last.kind != KIND or last.title != TITLE:
                why = "最近一次办理不是版本迁移，不能撤销"
                problems.append(Problem(case_id, "not_migrated", why, "已有人办理的，请再迁移到所要的版本"))
                continue
            old = lookup.definition(connection, office, last.migrated_from)
            after = migration.undone(stored.case, last, old.version, old.digest)
            _write(connection, office, actor, stored, Migration("continues", (), after), old, BACK, reason)
        if problems:
            raise InvalidInput("版本迁移没有撤销，未作任何改动", problems, fix="请改正后重试")
    return list(ids)


def _target(connection: Connection, office: Office, wanted: Wanted) -> Workflow:
    name = lookup.latest(connection, office, wanted.workflow).name
    known = workflows.known_versions(connection, name)
    if wanted.version not in known:
        fix = f"启用过的版本：{'、'.join(known)}；新版本请先 zhuli workflow register"
        raise NotFound(f"流程“{wanted.workflow}”没有版本“{wanted.version}”", fix=fix)
    return lookup.definition(connection, office, known[wanted.version])


def _judge(
    connection: Connection, office: Office, target: Workflow, stored: Stored, wanted: Wanted
) -> tuple[Judged, Migration]:
    case = stored.case
    if case.workflow != target.name:
        raise InvalidInput(f"{case.id} 不是“{target.title}”的事项", fix="请写这个流程的事项编号")
    old = lookup.definition(connection, office, case.digest)
    outcome = _outcome(connection, office, old, target, stored.case, wanted.mapping)
    told = Judged(
        case=case.id,
        applicant=case.applicant.name,
        state=old.states[case.state].title,
        from_version=old.version,
        verdict=outcome.verdict,
        findings=outcome.findings,
        deadlines=tuple(_deadlines(old, target, stored, outcome)),
        signers=tuple(dict.fromkeys(person for _, people in outcome.void for person in people)),
    )
    return told, outcome


def _outcome(
    connection: Connection, office: Office, old: Workflow, target: Workflow, case: Case, mapping: Mapping[str, str]
) -> Migration:
    if wrong := migration.unknown(old, target, mapping):
        problems = [Problem("map", "unknown_name", one, "请核对 --map 中的名称") for one in wrong]
        raise InvalidInput("对应关系有误，未作任何改动", problems, fix="请改正 --map 后重试")
    if old.digest == target.digest:
        return Migration("illegal", (Finding("illegal", "本来就依这一版本办理", "不必迁移"),))
    history = [read(link.body) for link in audit.entries(connection, case.id)]
    facts = Facts(office.clock.now(), office.calendar, hours=office.hours, held=lookup.held(connection, office))
    return migration.judged(old, target, case, history, mapping, facts)


def _deadlines(old: Workflow, new: Workflow, stored: Stored, outcome: Migration) -> Iterator[MovedDeadline]:
    if outcome.after is None:
        return
    before = {name: one.due_on.isoformat() for name, one in stored.case.deadlines.items() if one.live}
    after = {name: one.due_on.isoformat() for name, one in outcome.after.deadlines.items() if one.live}
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            rule = new.deadlines.get(name) or old.deadlines[name]
            yield MovedDeadline(rule.title, before.get(name), after.get(name))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


class Origin(msgspec.Struct, frozen=True):
    """From which definition (a digest) a case came, and to which ``version``."""

    digest: str = msgspec.field(name="from")
    version: str


class Migrated(Standing, frozen=True, kw_only=True):
    """What the entry of a case says: why, which states and fields became which, what changed, whose signature fell.

    ``mapping`` is absent where a migration is undone.
    """

    opinion: str
    mapping: Mapping[str, str] | UnsetType = msgspec.field(name="map")
    changes: Sequence[Json]
    migrated: Origin
    notes: tuple[str, ...]
    told: tuple[str, ...]


def _write(
    connection: Connection,
    office: Office,
    actor: Actor,
    stored: Stored,
    outcome: Migration,
    target: Workflow,
    title: str,
    opinion: str,
    mapping: Mapping[str, str] | None = None,
) -> None:
    """The entry, the case it leads to, its rows, and a message to everybody whose signature no longer stands."""
    before, after = stored.case, outcome.after
    if after is None:
        raise ValueError(f"{before.id} does not go on")
    content = Migrated(
        before.state,
        after.state,
        after.version,
        after.digest,
        opinion=opinion,
        mapping=UNSET if mapping is None else mapping,
        changes=changes.json(changes.changes(before, after)),
        migrated=Origin(before.digest, target.version),
        notes=tuple(one.because for one in outcome.findings),
        told=tuple(person for _, people in outcome.void for person in people),
    )
    entry = entries.of_system(office, after, KIND, EVENT, title, content, actor=entries.doer(actor))
    held = withholding.of_values(connection, target, before.id, before.fields, after.fields)
    written = entries.write(connection, before.id, stored.seq, stored.head, entry, held)
    kind = target.states[after.state].kind
    _put(connection, office, stored, Stored(after, written.seq, written.hash, kind), target)
    _tell(connection, office, after, outcome.void, target, written.seq)


def _put(connection: Connection, office: Office, was: Stored, new: Stored, target: Workflow) -> None:
    now, before, after = office.clock.now(), was.case, new.case
    if before.state != after.state:
        stays.leave(connection, after.id, after.version, instant(now))
    if not cases.repin(connection, new, before.version, now):
        raise IntegrityBroken(f"事项 {after.id} 在迁移时被改动", fix="请运行 zhuli db check，再重新运行")
    old = lookup.definition(connection, office, before.digest)
    made = [
        row_of(office, target if name in target.deadlines else old, after.id, name, after.deadlines.get(name))
        for name in dict.fromkeys((*before.deadlines, *after.deadlines))
    ]
    deadline_rows.mirror(connection, made)
    case_rows.move_to_version(connection, office, (old, before), (target, after))


def _tell(connection: Connection, office: Office, case: Case, void: Void, target: Workflow, seq: int) -> None:
    for event, people in void:
        title = target.events[event].title if event in target.events else event
        for person in people:
            inbox.put(
                connection,
                key=f"{case.id}/{seq}/{event}/{person}",
                text=f"{case.applicant.name}：流程改用版本 {target.version}，“{title}”的签署须重新办理",
                at=office.clock.now(),
                person=person,
                role=None,
                case_id=case.id,
            )
