"""承继: a unit renamed or merged into another, whose cases, quotas and registers go on in the hands of the successor.

Each of its cases says so in its own history. A case under way goes on under the name of the day; one that has ended,
and every paper issued, keeps the name it had, and is the successor's all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.assignees import vacancies
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, role_title
from zhuli_flow.engine.deadlines.work_places import places
from zhuli_flow.engine.history.new_entry import Content, Noted
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound, Problem
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import case_rows as rows
from zhuli_flow.store import cases, directory
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.directory import Succession
from zhuli_flow.store.sql.statements import Connection, instant
from zhuli_flow.support.plain_text import hidden

KINDS = ("更名", "合并", "划转")
LIST = "请用 zhuli directory list 查看名录"


class Succeeded(msgspec.Struct, frozen=True):
    """What a succession brought about: cases that go on, those that keep the name, people still at the old unit."""

    succession: Succession
    continued: tuple[str, ...]
    ended: tuple[str, ...]
    people: tuple[str, ...]


class HandedOver(Content, frozen=True):
    """What the entry of a case says: its applicant from now on, by which succession, and the words for it."""

    applicant: Organisation
    succession: Succession
    text: str


class LeftBehind(msgspec.Struct, frozen=True):
    """A case under way for which somebody is missing: the ``seats``; none where the applicant has nobody left."""

    case: str
    applicant: str
    seats: tuple[str, ...]


def succeed(office: Office, old: str, new: str, *, kind: str, since: date, paper: str) -> Succeeded:
    """``new`` stands in the place of ``old`` from ``since`` on, by that ``paper``. One transaction.

    Raises NotFound for a unit nobody knows, InvalidInput for what makes no sense; then nothing was changed.
    """
    made = Succession(old, new, kind, since.isoformat(), paper.strip(), instant(office.clock.now()))
    with office.database.write() as connection:
        units = directory.organisations(connection, [old, new])
        for unit in (old, new):
            if unit not in units:
                raise NotFound(f"机构名录中没有“{unit}”；承继没有登记", fix=LIST)
        if problems := _problems(connection, office, made):
            raise InvalidInput("承继没有登记", problems, fix="请改正后重新登记")
        directory.succeed(connection, made)
        noted = Noted(changes=[["succession", old, None, to_json(made)]], notes=(made.words(),))
        entries.write_office(connection, office, "succession", "承继", content=noted)
        over = [_hand_over(connection, office, one, units[new], made) for one in _of(connection, old)]
        left = tuple(
            actor.person for actor in directory.everybody(connection, office.today) if actor.organisation.id == old
        )
    ended = tuple(case.id for case, final in over if final)
    return Succeeded(made, tuple(case.id for case, final in over if not final), ended, left)


def _problems(connection: Connection, office: Office, made: Succession) -> list[Problem]:
    known = {one.predecessor: one for one in directory.successions(connection)}
    problems = []
    if made.kind not in KINDS:
        problems.append(Problem("kind", "choice", f"“{made.kind}”不是承继的种类", f"应为 {'、'.join(KINDS)} 之一"))
    if made.predecessor == made.successor:
        problems.append(Problem("to", "same_unit", "承继的不能是它自己", "请写承继它的机构"))
    elif made.predecessor in known:
        problems.append(Problem("from", "succeeded", f"已经登记过：{known[made.predecessor].words()}", LIST))
    elif made.successor in known:
        after = lookup.successor(connection, made.successor)
        problems.append(Problem("to", "succeeded", f"“{made.successor}”已由“{after}”承继", f"请写 {after}"))
    if made.since > office.today.isoformat():
        problems.append(Problem("since", "dates", f"生效日 {made.since} 还没有到", "请到生效日再登记"))
    if not made.paper or hidden(made.paper):
        problems.append(Problem("paper", "missing", "没有写依据的文件", "请写文号，如 国函〔2018〕1号"))
    return problems


def _of(connection: Connection, unit: str) -> list[Stored]:
    return sorted(cases.walk(connection, Filter(applicant=unit)), key=lambda one: one.case.id)


def _hand_over(
    connection: Connection, office: Office, stored: Stored, unit: Organisation, made: Succession
) -> tuple[Case, bool]:
    """One case with its entry and its rows; whether it had ended already."""
    workflow, before = lookup.definition(connection, office, stored.case.digest), stored.case
    ended = stored.kind == "final"
    whose = msgspec.structs.replace(before.applicant, id=unit.id) if ended else unit
    after = msgspec.structs.replace(before, applicant=whose)
    text = made.words() + ("；事项已办结，仍用原名" if ended else "")
    content = HandedOver(whose, made, text)
    entry = entries.of_system(office, after, "succession", "succession", "承继", content)
    written = entries.write(connection, before.id, stored.seq, stored.head, entry)
    if not cases.succeed(connection, Stored(after, written.seq, written.hash, stored.kind)):
        raise IntegrityBroken(f"事项 {before.id} 在承继时被改动", fix="请运行 zhuli db check，再重新登记")
    case_rows.bring_along(connection, office, workflow, before, after)
    return after, ended


def without_hands(
    connection: Connection, office: Office, before: Sequence[Actor], now: Sequence[Actor]
) -> list[LeftBehind]:
    """The cases under way that are left behind: nobody stands any more where they lie as work, or at the applicant.

    ``before`` and ``now``: everybody there was, and is.
    """
    gone = _held(before) - _held(now)
    lying = cases.by_ids(connection, rows.lying(connection, gone) if gone else [])
    deserted = {actor.organisation.id for actor in before} - {actor.organisation.id for actor in now}
    left = {one.case.id: one for unit in sorted(deserted) for one in _of(connection, unit) if one.kind != "final"}
    found = (_left_behind(connection, office, one.case, gone) for _, one in sorted((lying | left).items()))
    return [one for one in found if one.seats or one.case in left]


def _held(people: Sequence[Actor]) -> frozenset[str]:
    """Every address at which one of these people finds work."""
    return frozenset[str]().union(*(held_by(actor) for actor in people))


def _left_behind(connection: Connection, office: Office, case: Case, gone: frozenset[str]) -> LeftBehind:
    """One of several people named for the case who is gone is told as open work; the case goes on without him."""
    workflow = lookup.definition(connection, office, case.digest)
    facts = Facts(office.clock.now(), office.calendar, hours=office.hours, held=lookup.held(connection, office))
    stands = bool(vacancies(Question(workflow, case, SYSTEM_ACTOR, facts)))
    lying = {one.address for one in places(workflow, case, office.calendar)} & gone
    lost = sorted(one for one in lying if stands or "@named/" not in one)
    return LeftBehind(case.id, case.applicant.name, tuple(dict.fromkeys(_seat(workflow, case, one) for one in lost)))


def _seat(workflow: Workflow, case: Case, address: str) -> str:
    role, _, place = address.partition("@")
    title, named = role_title(workflow, case, role) if role else "", place.removeprefix("named/")
    return f"{named}（{title}）" if role and named != place else title or place
