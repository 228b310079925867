"""Sending what has to leave the house: claim a row, send outside any transaction, note the receipt in the history.

Two kinds of row. A *message* is put beside an urgent inbox row, in its transaction; who holds the role, and how they
are reached, is only looked up here, so a deputy or a mended address counts. It becomes one *letter* per address. A
letter goes out at least once, always under the same key; the box inside the system has the message exactly once,
whatever happens here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from zhuli_flow.channels.base import Channel, DeliveryFailed, Letter, Receipt
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.model.case import Json
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


@dataclass(slots=True)
class Report:
    """What one round did. ``waiting``: failed, will be tried again; ``incidents``: a person was told."""

    addressed: int = 0
    sent: int = 0
    waiting: int = 0
    incidents: int = 0
    items: list[dict[str, Json]] = field(default_factory=list)

    def json(self) -> dict[str, Json]:
        counts: dict[str, Json] = {"addressed": self.addressed, "sent": self.sent}
        return {**counts, "waiting": self.waiting, "incidents": self.incidents, "items": cast(Json, self.items)}


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
    payload: dict[str, Json] = {"title": title, "text": text, "person": person, "role": role, "same": same or key}
    return outbox.row(key=f"message:{key}", kind=MESSAGE, payload=payload, at=at, case_id=case_id)


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
    payload: dict[str, Json] = {"channel": channel, "contact": contact, "subject": subject, "text": text}
    return outbox.put(connection, key=key, kind=LETTER, payload=payload, at=office.clock.now(), case_id=case_id)


def deliver(office: Office, post: Post, limit: int = 200) -> Report:
    """Send what is due, ``limit`` rows at most, one after the other; what fails waits longer each time.

    Safe to be killed anywhere and to run twice at once: a row is claimed for a time, and only its last claim counts.
    """
    report, failures = Report(), 0
    for _ in range(limit):
        row = _claimed(office) if failures < TIRED else None
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


def undelivered(office: Office, limit: int = 1000) -> list[dict[str, Json]]:
    """What was given up, oldest first: ``key``, ``to``, ``title``, ``case``, ``error``, ``written_at``."""
    with office.database.read() as connection:
        given_up = outbox.listed(connection, "failed", limit)
    return [
        {"key": row.key, "case": row.case_id, "error": row.last_error, "written_at": row.created_at, **_about(row)}
        for row in given_up
    ]


def retry(office: Office) -> int:
    """Give everything that was given up another round of attempts; returns how much that was."""
    with office.database.write() as connection:
        given_up = outbox.listed(connection, "failed", 10_000)
        return sum(outbox.retry(connection, row.id, office.clock.now()) for row in given_up)


def _about(row: outbox.Letter) -> dict[str, Json]:
    """To whom it should go, and what it is called."""
    payload = cast(Mapping[str, Json], row.payload)
    to = payload.get("contact") or payload.get("person") or payload.get("role") or ""
    return {"to": to, "title": payload.get("subject") or payload.get("title") or row.kind}


def _claimed(office: Office) -> outbox.Letter | None:
    with office.database.write() as connection:
        found = outbox.claim(connection, office.clock.now(), LEASE, 1)
    return found[0] if found else None


# ── a message becomes letters ─────────────────────────────────────────────────────────────────────────────────────────


def _address(office: Office, post: Post, row: outbox.Letter, report: Report) -> None:
    payload = cast(Mapping[str, Json], row.payload)
    with office.database.write() as connection:
        people = _people(connection, office, row, payload)
        for channel, contact in _routes(post, people):
            put_letter(
                connection,
                office,
                key=f"message:{payload['same']}/{channel}/{contact}",
                channel=channel,
                contact=contact,
                subject=str(payload["title"]),
                text=str(payload["text"]),
                case_id=row.case_id,
            )
        outbox.done(connection, row)
    report.addressed += 1


def _people(connection: Connection, office: Office, row: outbox.Letter, payload: Mapping[str, Json]) -> list[str]:
    """The person named, or all who may act in the role on this case today. DeliveryFailed when there is nobody."""
    if payload["person"]:
        return [str(payload["person"])]
    role = str(payload["role"])
    stored = cases.load(connection, row.case_id) if row.case_id else None
    everybody = directory.everybody(connection, office.today)
    found = [actor.person for actor in everybody if _holds(connection, office, stored, actor, role)]
    if not found:
        raise DeliveryFailed(f"名录中没有人担任“{role}”", temporary=False)
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
    payload = cast(Mapping[str, Json], row.payload)
    channel = _channel(office, post, str(payload["channel"]))
    letter = Letter(
        key=row.key,
        to=_address_of(post, str(payload["contact"]), channel.name),
        subject=str(payload["subject"]),
        text=str(payload["text"]),
        written_at=datetime.fromisoformat(row.created_at),
        at=office.clock.now(),
        case_id=row.case_id or "",
    )
    receipt = channel.send(letter)
    with office.database.write() as connection:
        if not outbox.done(connection, row):
            return  # another claim has it by now, and will tell
        _prove(connection, office, row, channel, receipt)
    report.sent += 1
    report.items.append({"kind": "sent", "channel": channel.name, "to": payload["contact"], "key": row.key})


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


def _prove(connection: Connection, office: Office, row: outbox.Letter, channel: Channel, receipt: Receipt) -> None:
    """The proof of sending: which letter, by which channel, to whom, what the other side said. No address, no text."""
    payload = cast(Mapping[str, Json], row.payload)
    told: dict[str, Json] = {
        "key": row.key,
        "channel": channel.name,
        "to": payload["contact"],
        "reference": receipt.reference,
        "answer": receipt.answer,
        "attempt": row.attempt,
    }
    _record(connection, office, row, "deliver", f"送达：{channel.title}", told)


def _record(
    connection: Connection, office: Office, row: outbox.Letter, event: str, title: str, told: dict[str, Json]
) -> None:
    """Into the history of the case, or of the office when the letter is about no single case."""
    stored = cases.load(connection, row.case_id) if row.case_id else None
    if stored is None:
        entries.write_office(connection, office, event, title, kind="delivery", more={"delivery": told})
        return
    body = entries.of_system(office, stored.case, "delivery", event, title, {"delivery": told})
    entries.note(connection, stored, body)


# ── what does not go ──────────────────────────────────────────────────────────────────────────────────────────────────


def _fail(office: Office, post: Post, row: outbox.Letter, failure: DeliveryFailed, report: Report) -> None:
    """Wait and try again; a person hears of it when waiting alone can't help, or when it was tried often enough."""
    with office.database.write() as connection:
        state = outbox.failed(connection, row, failure.reason, office.clock.now())
        if state == "failed" or (state and not failure.temporary):
            _incident(connection, office, post, row, failure.reason, report)
    report.waiting += state == "pending"
    report.items.append({"kind": "failed", "key": row.key, "attempt": row.attempt, "text": failure.reason})


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
    about = _about(row)
    to, title = str(about["to"]), str(about["title"])
    text = f"未能送达 {to}：{title}（{reason}）。请核对 zhuli.toml 的渠道和联系人；站内信箱中的消息不受影响"
    key, now = f"incident:{row.key}", office.clock.now()
    if inbox.put(connection, key=key, text=text, at=now, role=post.incidents_to, case_id=row.case_id):
        told: dict[str, Json] = {"key": row.key, "to": to, "reason": reason, "attempt": row.attempt}
        _record(connection, office, row, "undelivered", f"未送达：{title}", told)
        report.incidents += 1
