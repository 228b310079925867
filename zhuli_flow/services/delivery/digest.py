"""One letter a day instead of one per reminder: what is new in the box, per person and per group, on working mornings.

The box is the truth: a letter a day covers what came since the one before, and which messages it covered stands in
one fact per contact, written in the same transaction. What is overdue does not wait for this: ``deliver.message``.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from zhuli_flow.clock import SHANGHAI
from zhuli_flow.errors import NotFound
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.case_view import MessageShown
from zhuli_flow.services.delivery.deliver import put_letter
from zhuli_flow.services.office import Office
from zhuli_flow.store import meta

if TYPE_CHECKING:
    from zhuli_flow.channels.registry import Post
    from zhuli_flow.channels.settings import Contact

MOST = 50
"""Messages listed in one letter; how many more there are is said."""


class Digest(msgspec.Struct, frozen=True):
    """How many letters were written, and the contacts that name nobody of the directory."""

    letters: int = 0
    unknown: tuple[str, ...] = ()


def digest(office: Office, post: Post) -> Digest:
    """Write today's letters, once a day and contact, from ``digest_at`` on (Asia/Shanghai), on working days."""
    now = office.clock.now().astimezone(SHANGHAI)
    letters, unknown = 0, list[str]()
    if not office.calendar.is_working(office.today) or now.strftime("%H:%M") < post.digest_at:
        return Digest()
    for contact in post.contacts.values():
        if contact.name in post.checkpoints_to:
            continue  # nobody of the directory
        try:
            letters += _letter(office, contact)
        except NotFound:
            unknown.append(contact.name)
    return Digest(letters, tuple(unknown))


def _letter(office: Office, contact: Contact) -> int:
    """Today's letters to one contact, one per channel; 0 when today's is written, or there is nothing new."""
    with office.database.read() as connection:
        day, covered = _covered(meta.get(connection, _fact(contact)))
    if day == office.today.isoformat():
        return 0
    new = _new(office, contact, covered)
    if not new:
        return 0
    today = office.today.isoformat()
    subject, text = f"助力流程：{len(new)} 条新消息（{today}）", _text(new)
    with office.database.write() as connection:
        if _covered(meta.get(connection, _fact(contact))) != (day, covered):
            return 0  # another runner was faster
        last = max(message.id for message in new)
        meta.put(connection, _fact(contact), json.dumps([today, last]))
        keys = {channel: f"digest:{today}:{channel}:{contact.name}" for channel in contact.addresses}
        return sum(
            put_letter(connection, office, key=key, channel=channel, contact=contact.name, subject=subject, text=text)
            for channel, key in keys.items()
        )


def _fact(contact: Contact) -> str:
    return f"digest:{contact.name}"


def _covered(fact: str | None) -> tuple[str, int]:
    """The day of the last letter and the last message in it; nothing yet: ``("", 0)``."""
    day, last = json.loads(fact) if fact else ("", 0)
    return str(day), int(last)


def _new(office: Office, contact: Contact, covered: int) -> list[MessageShown]:
    """Unread messages that came since, oldest first; a group's members share one list."""
    found: dict[int, MessageShown] = {}
    for person in contact.people:
        for message in worklist.messages(office, person, covered):
            found[message.id] = message
    return [message for number, message in sorted(found.items()) if number > covered]


def _text(new: list[MessageShown]) -> str:
    lines = [f"{number}. {_line(message)}" for number, message in enumerate(new[-MOST:], 1)]
    more = [f"另有较早的 {len(new) - MOST} 条，请在系统内查看。"] if len(new) > MOST else []
    return "\n".join([*lines, *more, "", "本信每个工作日至多一封；逾期事项另行即时通知。"])


def _line(message: MessageShown) -> str:
    day = datetime.fromisoformat(message.at).astimezone(SHANGHAI).date()
    case = f"［{message.case}］" if message.case else ""
    return f"{case}{message.text}（{day.isoformat()}）"
