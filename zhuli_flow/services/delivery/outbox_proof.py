"""Does the outbox follow from the history? What counts as sent has its entry, and each entry of sending its letter."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from zhuli_flow.services.delivery.deliver import LETTER, MESSAGE
from zhuli_flow.store import audit, outbox
from zhuli_flow.store.sql.statements import Connection

PAGE = 1000
"""How many letters are held in memory at a time."""


def faults(connection: Connection) -> Iterator[str]:
    """Every letter that counts as sent without an entry (or with two), every message that became no letter, and every
    entry of a letter that is not there, or is still to be sent. What waits is work in hand and is asked nothing."""
    told, letters = _told(connection), dict[str, str]()
    addressed = list[tuple[str, str]]()
    for one in _walk(connection):
        if one.kind == LETTER:
            letters[one.key] = one.state
        elif (one.kind, one.state) == (MESSAGE, "sent"):
            addressed.append((one.key, f"message:{_same(one)}/"))
    for key in told.keys() | {key for key, state in letters.items() if state == "sent"}:
        if letters.get(key) != "sent":
            yield f"待发 {key}：留痕中已送达，登记却不是已发"
        elif told[key] != 1:
            yield f"待发 {key}：记为已发，留痕中却有 {told[key]} 条送达"
    keys = sorted(letters)
    yield from (f"待发 {key}：记为已分发，却没有一封信" for key, start in addressed if not _any_begins(keys, start))


def _same(message: outbox.Letter) -> str:
    """By what the letters of a message are called."""
    told = message.payload.get("same") if isinstance(message.payload, dict) else None
    return str(told or message.key.removeprefix("message:"))


def _any_begins(keys: list[str], start: str) -> bool:
    place = bisect_left(keys, start)
    return place < len(keys) and keys[place].startswith(start)


def _told(connection: Connection) -> Counter[str]:
    """How often each letter was sent, by what the entries say."""
    found = Counter[str]()
    for link in audit.all_entries(connection):
        if b'"delivery":{' in link.body:  # all others are not even parsed
            entry = json.loads(link.body)
            if entry["kind"] == "delivery" and entry["event"] == "deliver":
                found[entry["delivery"]["key"]] += 1
    return found


def _walk(connection: Connection) -> Iterator[outbox.Letter]:
    last = 0
    while page := outbox.after(connection, last, PAGE):
        yield from page
        last = page[-1].id
