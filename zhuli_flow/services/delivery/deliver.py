"""Sending what has to leave the house: claim a row, send outside any transaction, note the receipt in the history.

Two kinds of row. A *message* is put beside an urgent inbox row, in its transaction; who holds the role, and how they
are reached, is only looked up here, so a deputy or a mended address counts. It becomes one *letter* per address. A
letter goes out at least once, always under the same key; the box inside the system has the message exactly once,
whatever happens here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from zhuli_flow.channels.base import Channel, DeliveryFailed, Letter
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, directory, inbox, outbox
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection

if TYPE_CHECKING:  # whoever only enqueues (a sweep) need not load every channel
    from zhuli_flow.channels.registry import Post

MESSAGE, LETTER = "message", "letter"
IN_APP = "in_app"
LEASE = timedelta(minutes=5)
"""Longer than any channel may take over one letter; only a sender that died keeps a row this long."""

TIRED = 3
"""So many failures in a row end the round: a server that is down would cost its time-out for every letter."""


class UrgentMessage(msgspec.Struct, frozen=True):
    """The payload of a message: to one ``person``, or to all who hold ``role``; of one event (``same``) once each."""

    title: str
    text: str
    person: str | None
    role: str | None
    same: str


class AddressedLetter(msgspec.Struct, frozen=True):
    """The payload of a letter: by which channel to which contact; the address is looked up when it is sent."""

    channel: str
    contact: str
    subject: str
    text: str


class Proof(msgspec.Struct, frozen=True):
    """The proof of sending: which letter, by which channel, to whom, what the other side said. No address, no text."""

    key: str
    channel: str
    to: str
    reference: str
    answer: str
    attempt: int


class Incident(msgspec.Struct, frozen=True):
    """That a letter did not go, why, and at which attempt."""

    key: str
    to: str
    reason: str
    attempt: int


class Delivery(Content, frozen=True):
    """What the entry of a letter says: that it went, or that it did not."""

    delivery: Proof | Incident


class Sent(msgspec.Struct, frozen=True):
    """A letter that went out."""

    kind: Literal["sent"]
    channel: str
    to: str
    key: str


class NotSent(msgspec.Struct, frozen=True):
    """A row that failed at its ``attempt``, and why (Chinese)."""

    kind: Literal["failed"]
    key: str
    attempt: int
    text: str


class Undelivered(msgspec.Struct, frozen=True):
    """What was given up: to whom it should have gone, what it is called, why it did not go, and when it was written."""

    key: str
    case: str | None
    error: str
    written_at: str
    to: str
    title: str


@dataclass(slots=True)
class Report:
    """What one round did. ``waiting``: failed, will be tried again; ``incidents``: a person was told."""

    addressed: int = 0
    sent: int = 0
    waiting: int = 0
    incidents: int = 0
    items: list[Sent | NotSent] = field(default_factory=list)


def message(
    key: str,
    title: str,
    text: str,
    at: datetime,
    *,
    person: str | None = None,
    role: str | None = None,
    case_id: str | None = None,
    same: str = "",
) -> outbox.NewLetter:
    """The outbox row by which an urgent message leaves the house; written with the one in the box (same ``key``).

    Messages that bear the same ``same`` (one event told to several roles) reach a contact once. What is not urgent
    needs no row: the digest takes it from the box.
    """
    payload = UrgentMessage(title, text, person, role, same or key)
    return outbox.row(key=f"message:{key}", kind=MESSAGE, payload=to_json(payload), at=at, case_id=case_id)


def put_letter(
    connection: Connection,
    office: Office,
    *,
    key: str,
    channel: str,
    contact: str,
    subject: str,
    text: str,
    case_id: str | None = None,
) -> bool:
    """One letter to one contact by one channel; False when that key is there already."""
    payload = to_json(AddressedLetter(channel, contact, subject, text))
    return outbox.put(connection, key=key, kind=LETTER, payload=payload, at=office.clock.now(), case_id=case_id)


def deliver(office: Office, post: Post, limit: int = 200) -> Report:
    """Send what is due, ``limit`` rows at most, one after the other; what fails waits longer each time.

    Safe to be killed anywhere and to run twice at once: a row is claimed for a time, and only its last claim counts.
    """
    report, failures = Report(), 0
    for _ in range(limit):
        row = _claimed(office, post) if failures < TIRED else None
        if row is None:
            break
        try:
            _address(office, post, row, report) if row.kind == MESSAGE else _send(office, post, row, report)
            failures = 0
        except DeliveryFailed as failure:
            _fail(office, post, row, failure, report)
            failures += 1
    _tell_given_up(office, post, report)
    return report


def undelivered(office: Office, limit: int = 1000) -> list[Undelivered]:
    """What was given up, oldest first."""
    with office.database.read() as connection:
        given_up = outbox.listed(connection, "failed", limit)
    return [Undelivered(row.key, row.case_id, row.last_error, row.created_at, *_about(row)) for row in given_up]


def retry(office: Office) -> int:
    """Give everything that was given up another round of attempts; returns how much that was."""
    with office.database.write() as connection:
        given_up = outbox.listed(connection, "failed", 10_000)
        return sum(outbox.retry(connection, row.id, office.clock.now()) for row in given_up)


def _about(row: outbox.Letter) -> tuple[str, str]:
    """To whom it should go, and what it is called."""
    if row.kind == MESSAGE:
        message = msgspec.convert(row.payload, UrgentMessage)
        return message.person or message.role or "", message.title or row.kind
    if row.kind == LETTER:
        letter = msgspec.convert(row.payload, AddressedLetter)
        return letter.contact, letter.subject or row.kind
    return "", row.kind


def _claimed(office: Office, post: Post) -> outbox.Letter | None:
    with office.database.write() as connection:
        found = outbox.claim(connection, office.clock.now(), LEASE, post.retries.attempts, 1)
    return found[0] if found else None


# ── a message becomes letters ─────────────────────────────────────────────────────────────────────────────────────────


def _address(office: Office, post: Post, row: outbox.Letter, report: Report) -> None:
    message = msgspec.convert(row.payload, UrgentMessage)
    with office.database.write() as connection:
        people = _people(connection, office, row, message)
        for channel, contact in _routes(post, people):
            put_letter(
                connection,
                office,
                key=f"message:{message.same}/{channel}/{contact}",
                channel=channel,
                contact=contact,
                subject=message.title,
                text=message.text,
                case_id=row.case_id,
            )
        outbox.done(connection, row)
    report.addressed += 1


def _people(connection: Connection, office: Office, row: outbox.Letter, message: UrgentMessage) -> list[str]:
    """The person named, or all who may act in the role on this case today. DeliveryFailed when there is nobody."""
    if message.person:
        return [message.person]
    role = str(message.role)
    stored = cases.load(connection, row.case_id) if row.case_id else None
    everybody = directory.everybody(connection, office.today)
    found = [actor.person for actor in everybody if _holds(connection, office, stored, actor, role)]
    if not found:
        called = lookup.titles_of_roles(connection, office).get(role, role)
        raise DeliveryFailed(f"名录中没有人担任“{called}”", temporary=False)
    return found


def _holds(connection: Connection, office: Office, stored: Stored | None, actor: Actor, role: str) -> bool:
    if stored is None:
        return role in actor.roles
    try:
        workflow = lookup.definition(connection, office, stored.case.digest)
    except NotFound as missing:
        raise DeliveryFailed(missing.message, temporary=False) from missing
    if role not in workflow.roles:
        return role in actor.roles
    return not isinstance(capacity(workflow, stored.case, actor, [role]), list)


def _routes(post: Post, people: Iterable[str]) -> list[tuple[str, str]]:
    """(channel, contact) for everyone; those with no address share one letter that stays in the house."""
    wanted = list(dict.fromkeys(people))
    contacts = [contact for contact in post.contacts.values() if set(contact.people) & set(wanted)]
    routes = [(channel, contact.name) for contact in contacts for channel in contact.addresses]
    reached = {person for contact in contacts for person in contact.people}
    left = [person for person in wanted if person not in reached]
    return [*routes, *([(IN_APP, "、".join(left))] if left else [])]


# ── a letter goes out ─────────────────────────────────────────────────────────────────────────────────────────────────


def _send(office: Office, post: Post, row: outbox.Letter, report: Report) -> None:
    if row.kind != LETTER:
        raise DeliveryFailed(f"不认识的待发种类 {row.kind}", temporary=False)
    addressed = msgspec.convert(row.payload, AddressedLetter)
    channel = _channel(office, post, addressed.channel)
    letter = Letter(
        key=row.key,
        to=_address_of(post, addressed.contact, channel.name),
        subject=addressed.subject,
        text=addressed.text,
        written_at=datetime.fromisoformat(row.created_at),
        at=office.clock.now(),
        case_id=row.case_id or "",
    )
    receipt = channel.send(letter)
    with office.database.write() as connection:
        if not outbox.done(connection, row):
            return  # another claim has it by now, and will tell
        proof = Proof(row.key, channel.name, addressed.contact, receipt.reference, receipt.answer, row.attempt)
        _record(connection, office, row, "deliver", f"送达：{channel.title}", proof)
    report.sent += 1
    report.items.append(Sent("sent", channel.name, addressed.contact, row.key))


def _channel(office: Office, post: Post, name: str) -> Channel:
    channel = post.channels.get(name)
    if channel is None:
        raise DeliveryFailed(f"没有设置渠道 {name}", temporary=False)
    if office.rehearsal and channel.leaves:
        raise DeliveryFailed("演练环境不向外发送", temporary=False)
    return channel


def _address_of(post: Post, contact: str, channel: str) -> str:
    """Looked up when sending: mending ``zhuli.toml`` mends what already waits."""
    if channel == IN_APP:
        return contact
    found = post.contacts.get(contact)
    if found is None or channel not in found.addresses:
        raise DeliveryFailed(f"联系人“{contact}”没有 {channel} 地址", temporary=False)
    return found.addresses[channel]


def _record(
    connection: Connection, office: Office, row: outbox.Letter, event: str, title: str, about: Proof | Incident
) -> None:
    """Into the history of the case, or of the office when the letter is about no single case."""
    told = Delivery(about)
    stored = cases.load(connection, row.case_id) if row.case_id else None
    if stored is None:
        entries.write_office(connection, office, event, title, kind="delivery", content=told)
        return
    entry = entries.of_system(office, stored.case, "delivery", event, title, told)
    entries.note(connection, stored, entry)


# ── what does not go ──────────────────────────────────────────────────────────────────────────────────────────────────


def _fail(office: Office, post: Post, row: outbox.Letter, failure: DeliveryFailed, report: Report) -> None:
    """Wait and try again; a person hears of it when waiting alone can't help, or when it was tried often enough."""
    with office.database.write() as connection:
        wait = post.retries.wait(row.attempt, row.key)
        state = outbox.failed(connection, row, failure.reason, None if wait is None else office.clock.now() + wait)
        if state == "failed" or (state and not failure.temporary):
            _incident(connection, office, post, row, failure.reason, report)
    report.waiting += state == "pending"
    report.items.append(NotSent("failed", row.key, row.attempt, failure.reason))


def _tell_given_up(office: Office, post: Post, report: Report) -> None:
    """Rows given up without a word because their sender died each time: the claim itself has marked them."""
    with office.database.read() as connection:
        given_up = outbox.listed(connection, "failed", 10_000)
    if given_up:
        with office.database.write() as connection:
            for row in given_up:
                _incident(connection, office, post, row, row.last_error, report)


def _incident(
    connection: Connection, office: Office, post: Post, row: outbox.Letter, reason: str, report: Report
) -> None:
    """A message to whoever looks after sending, and an entry; once per letter, however often this is called."""
    to, title = _about(row)
    text = f"未能送达 {to}：{title}（{reason}）。请核对 zhuli.toml 的渠道和联系人；站内信箱中的消息不受影响"
    key, now = f"incident:{row.key}", office.clock.now()
    if inbox.put(connection, key=key, text=text, at=now, role=post.incidents_to, case_id=row.case_id):
        about = Incident(row.key, to, reason, row.attempt)
        _record(connection, office, row, "undelivered", f"未送达：{title}", about)
        report.incidents += 1
