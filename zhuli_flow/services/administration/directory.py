"""The directory: who there is, who may act for whom, and how a person proves to be one. All of it goes on record."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, astuple

from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.engine.model.people import Actor, Organisation, Standing
from zhuli_flow.errors import InvalidInput, NoRight, NotFound, Problem
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import leaving, security
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.administration.leaving import OpenWork
from zhuli_flow.services.administration.succession import LeftBehind, without_hands
from zhuli_flow.services.history import entries
from zhuli_flow.services.history.office_record import fingerprint
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import UNCOUNTED, Page
from zhuli_flow.store import directory
from zhuli_flow.store.directory import Person
from zhuli_flow.support.bounded_read import read_beyond
from zhuli_flow.support.pinyin import in_order
from zhuli_flow.support.plain_text import hidden
from zhuli_flow.vocabulary import OFFICERS

LIST = "请用 zhuli directory list 查看名录"


class PersonOnRecord(msgspec.Struct, frozen=True):
    """A person as the history keeps one: a post of an ``organisation`` with its roles, in order."""

    id: str
    title: str
    organisation: str
    roles: tuple[str, ...]
    active: bool


class PersonListed(PersonOnRecord, frozen=True):
    """A person as the directory is listed: what the roles are called, and for whom else he ``acts_for`` today."""

    role_titles: tuple[str, ...]
    acts_for: tuple[str, ...]


class EntrustmentListed(msgspec.Struct, frozen=True):
    """An entrustment as the directory is listed, with its number, and how it stands today in a word."""

    entrustment: int
    giver: str = msgspec.field(name="from")
    receiver: str = msgspec.field(name="to")
    since: str
    until: str
    reason: str
    standing: str
    revoked_at: str | None


class Listing(msgspec.Struct, frozen=True):
    """The directory as it stands."""

    organisations: tuple[Organisation, ...]
    people: tuple[PersonListed, ...]
    entrustments: tuple[EntrustmentListed, ...]
    successions: tuple[directory.Succession, ...]

    def containing(self, word: str) -> Listing:
        """What bears the word somewhere."""
        return Listing(
            _containing(word, self.organisations),
            _containing(word, self.people),
            _containing(word, self.entrustments),
            _containing(word, self.successions),
        )


Listed = TypeVar("Listed", bound=msgspec.Struct)


def _containing(word: str, found: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(one for one in found if not word or any(word in str(part) for part in astuple(one)))


class Counts(msgspec.Struct, frozen=True):
    """How many of a file were new, changed, and as before."""

    added: int
    changed: int
    same: int


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of a directory came to.

    ``open_work``: what those who leave had open; ``unattended``: the cases for which nobody is left.
    """

    unattended: tuple[LeftBehind, ...] | UnsetType
    open_work: tuple[OpenWork, ...] | UnsetType
    file: str
    organisations: Counts
    people: Counts


class Entrusted(msgspec.Struct, frozen=True):
    """An entrustment (委托) as its entry keeps it: who acts for whom, the first and the last day, and why."""

    giver: str = msgspec.field(name="from")
    receiver: str = msgspec.field(name="to")
    since: date
    until: date
    reason: str


def import_file(office: Office, path: Path) -> Imported:
    """Add what the file names and write over what has changed; who is not named stays as he is. One transaction.

    Raises NotFound, or InvalidInput with every problem of the file; then nothing was changed.
    """
    data = read_beyond(path, MAX_BYTES)
    with office.database.write() as connection:
        old = {item.id: item for item in directory.every_organisation(connection)}
        found = read_directory(data, path.name, frozenset(old))
        before = directory.everybody(connection, office.today)
        people_old = {actor.person: _on_record(_as_person(actor)) for actor in before}
        organisations = _changes("organisation", old, {one.id: one for one in found.organisations})
        people = _changes("person", people_old, {person.id: _on_record(person) for person in found.people})
        leavers = [person.id for person in found.people if _leaves(person, people_old.get(person.id))]
        directory.put_organisations(connection, found.organisations)
        directory.put_people(connection, found.people)
        if organisations or people:
            source = f"名录文件 {path.name}，SHA-256 {hashlib.sha256(data).hexdigest()}"
            noted = Noted(changes=[*organisations, *people], notes=(source,))
            entries.write_office(connection, office, "directory_import", "导入名录", content=noted)
        open_work = leaving.settle(connection, office, leavers)  # what falls back is not left without hands
        unattended = without_hands(connection, office, before, directory.everybody(connection, office.today))
    return Imported(
        unattended=tuple(unattended) or UNSET,
        open_work=tuple(open_work) or UNSET,
        file=str(path),
        organisations=_counts(organisations, len(found.organisations)),
        people=_counts(people, len(found.people)),
    )


def _leaves(person: Person, was: PersonOnRecord | None) -> bool:
    """Whether somebody who was there can no longer act as he did: gone, moved, or without a role he had."""
    if was is None:
        return False
    return not person.active or was.organisation != person.organisation or bool({*was.roles} - person.roles)


def listing(office: Office) -> Listing:
    """Everything that stands in the directory, and who acts for whom today."""
    with office.database.read() as connection:
        organisations = directory.every_organisation(connection)
        people = directory.everybody(connection, office.today)
        entrusted, succeeded = directory.entrustments_on(connection, office.today), directory.successions(connection)
    titles = lookup.role_titles(office) | OFFICERS
    return Listing(
        tuple(organisations),
        tuple(_listed(actor, titles) for actor in people),
        tuple(_entrustment(one, word) for one, word in entrusted),
        tuple(succeeded),
    )


SHOWN = 200
"""People, and organisations, on one page."""


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """A page of people beside one of organisations. Where all are on it they are in the order of 拼音, else by id."""

    people: Page[PersonListed]
    organisations: Page[Organisation]


def page(office: Office, word: str, after: str = "", units_after: str = "") -> DirectoryPage:
    """What bears the word: the people behind ``after`` and the organisations behind ``units_after``."""
    with office.database.read() as connection:
        people = directory.people_with(connection, word, office.today, after=after, limit=SHOWN + 1)
        units = directory.organisations_with(connection, word, after=units_after, limit=SHOWN + 1)
    titles = lookup.role_titles(office) | OFFICERS
    listed = [_listed(actor, titles) for actor in people]
    return DirectoryPage(_page(listed, after, lambda one: one.id), _page(units, units_after, lambda one: one.id))


def _page(found: list[Listed], after: str, called: Callable[[Listed], str]) -> Page[Listed]:
    shown, more = found[:SHOWN], len(found) > SHOWN
    if not after and not more:
        shown = sorted(shown, key=lambda one: in_order(called(one)))
    return Page(shown, UNCOUNTED if more or after else len(shown), called(shown[-1]) if more else "")


def _listed(actor: Actor, titles: Mapping[str, str]) -> PersonListed:
    return PersonListed(
        **asdict(_on_record(_as_person(actor))),
        role_titles=tuple(titles.get(role, role) for role in sorted(actor.roles)),
        acts_for=tuple(standing.person for standing in actor.acts_for),
    )


def _entrustment(one: directory.Entrustment, standing: str) -> EntrustmentListed:
    return EntrustmentListed(
        entrustment=one.id,
        giver=one.giver,
        receiver=one.receiver,
        since=one.since,
        until=one.until,
        reason=one.reason,
        standing=standing,
        revoked_at=one.revoked_at,
    )


def issue_token(office: Office, person: str) -> str:
    """A new token for the person, told once: only its SHA-256 is kept, an earlier one ends. Raises NotFound."""
    token = secrets.token_urlsafe(24)
    with office.database.write() as connection:
        if not directory.set_token(connection, person, token):
            raise NotFound(f"名录中没有“{person}”", fix=LIST)
        noted = Noted(changes=[["token", person, None, fingerprint(directory.token_hash(token))]])
        entries.write_office(connection, office, "token", "发放身份令牌", person=person, content=noted)
    return token


def admit(office: Office, person: str, token: str | None) -> None:
    """Let the person in: freely in a rehearsal, else with his token only. Raises NoRight; the attempt is recorded."""
    if office.rehearsal:
        return
    with office.database.read() as connection:
        if token and directory.check_token(connection, person, token):
            return
    why = "没有给出身份令牌" if not token else "身份令牌不对，或此人不在名录中"
    refusal = Refusal(
        "token",
        f"不能确认您是“{person}”：{why}",
        "请设置环境变量 ZHULI_TOKEN；令牌由管理员用 zhuli directory token 发放",
    )
    security.note(office, "token", security.known(office, person), ok=False)
    with office.database.write() as connection:
        noted = Noted(refusals=(refusal,))
        entries.write_office(connection, office, "admit", "核对身份", person=person, kind="refused", content=noted)
    raise NoRight(f"{refusal.because}；未作任何改动", [refusal], fix=refusal.fix)


def entrust(office: Office, *, giver: str, receiver: str, since: date, until: date, reason: str) -> int:
    """``receiver`` may act for ``giver`` from ``since`` to ``until`` (both included); returns the entrustment's number.

    Raises NotFound for unknown people, InvalidInput for dates or people that make no sense.
    """
    problems = _entrustment_problems(office.today, giver, receiver, since, until, reason)
    if problems:
        raise InvalidInput("委托没有登记", problems, fix="请改正后重新登记")
    with office.database.write() as connection:
        known = directory.people(connection, [giver, receiver], office.today)
        for person in (giver, receiver):
            if person not in known:
                raise NotFound(f"名录中没有“{person}”；委托没有登记", fix=LIST)
            if not known[person].roles.isdisjoint(OFFICERS):
                why = f"“{person}”是系统管理员、安全保密员或安全审计员，不代人办理，也不由人代理"
                raise InvalidInput(
                    "委托没有登记", [Problem(person, "one_duty", why, "请委托给办理业务的人员")], fix=why
                )
        _within_one_unit(known[giver], known[receiver])
        number = directory.entrust(
            connection,
            from_person=giver,
            to_person=receiver,
            since=since,
            until=until,
            reason=reason,
            at=office.clock.now(),
        )
        made = Entrusted(giver, receiver, since, until, reason)
        noted = Noted(changes=[["entrustment", str(number), None, to_json(made)]], opinion=reason)
        entries.write_office(connection, office, "entrust", "委托", person=giver, content=noted)
    return number


def _within_one_unit(giver: Actor, receiver: Actor) -> None:
    """A right belongs to a unit: who stands in for one of its people is one of its people too. Raises InvalidInput."""
    if Standing(giver.person, giver.organisation, giver.roles).stays_in(receiver.organisation.id, receiver.formerly):
        return
    own = giver.organisation.name
    why = f"“{receiver.person}”是{receiver.organisation.name}的人员，“{giver.person}”是{own}的人员"
    fix = f"委托不跨单位；请委托给{own}的人员"
    raise InvalidInput("委托没有登记", [Problem(receiver.person, "other_unit", why, fix)], fix=fix)


def revoke(office: Office, number: int) -> None:
    """End an entrustment at once. Raises NotFound when there is none of that number still good."""
    with office.database.write() as connection:
        if not directory.revoke(connection, number, office.clock.now()):
            raise NotFound(f"没有编号为 {number} 的有效委托", fix="请用 zhuli directory list 查看编号")
        noted = Noted(changes=[["entrustment", str(number), {}, None]])
        entries.write_office(connection, office, "revoke", "撤销委托", content=noted)


def _entrustment_problems(
    today: date, giver: str, receiver: str, since: date, until: date, reason: str
) -> list[Problem]:
    problems = []
    if giver == receiver:
        problems.append(Problem("to", "same_person", f"不能委托给本人（{giver}）", "请写另一人"))
    if until < since:
        problems.append(Problem("until", "dates", f"结束日 {until} 早于开始日 {since}", "请改正日期"))
    elif until < today:
        problems.append(Problem("until", "dates", f"结束日 {until} 已过（今天 {today}）", "请写今天或以后的日期"))
    if not reason.strip():
        problems.append(Problem("reason", "missing", "没有写委托事由", "请用 --reason 说明"))
    if code := hidden(reason):
        problems.append(
            Problem("reason", "hidden_character", f"事由含有不可见的控制字符（{code}）", "请删去后重新登记")
        )
    return problems


def _as_person(actor: Actor) -> Person:
    return Person(actor.person, actor.organisation.id, actor.roles, actor.title)


def _on_record(person: Person) -> PersonOnRecord:
    return PersonOnRecord(person.id, person.title, person.organisation, (*sorted(person.roles),), person.active)


def _changes(section: str, old: Mapping[str, msgspec.Struct], new: Mapping[str, msgspec.Struct]) -> list[Json]:
    differing = ((key, old.get(key), value) for key, value in new.items() if old.get(key) != value)
    return [[section, key, to_json(was), to_json(value)] for key, was, value in differing]


def _counts(changes: list[Json], total: int) -> Counts:
    added = sum(isinstance(change, list) and change[2] is None for change in changes)
    return Counts(added, len(changes) - added, total - len(changes))
