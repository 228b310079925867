"""Bugs as they are usually made, put into the program for a while: each must make a simulated day go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from tests.faults import simulation
from zhuli_flow.channels.base import DeliveryFailed, Letter
from zhuli_flow.services.delivery import deliver as delivery
from zhuli_flow.services.office import Office
from zhuli_flow.store import notices, outbox
from zhuli_flow.store.sql.statements import Connection, run

Plant = Callable[[pytest.MonkeyPatch], None]
AGES = timedelta(days=36_500)


def _whoever_claimed(patch: pytest.MonkeyPatch) -> None:
    """Who has lost his claim notes the letter as sent all the same."""

    def done(connection: Connection, letter: outbox.Letter) -> bool:
        now = outbox.by_key(connection, letter.key)
        run(connection, "outbox.done", {"id": letter.id, "attempt": now.attempt if now else 0})
        return True

    patch.setattr(outbox, "done", done)


def _sent_before_it_is(patch: pytest.MonkeyPatch) -> None:
    """The letter counts as sent, and only then goes out."""
    send = delivery._send

    def hasty(office: Office, post: Any, row: outbox.Letter, report: Any) -> None:
        with office.database.write() as connection:
            outbox.done(connection, row)
        send(office, post, row, report)

    patch.setattr(delivery, "_send", hasty)


def _lease(length: timedelta) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        claim = outbox.claim
        patch.setattr(outbox, "claim", lambda c, now, lease, most, limit: claim(c, now, length, most, limit))

    return plant


def _new_ids(patch: pytest.MonkeyPatch) -> None:
    """Who repeats what he is not sure of does so under another request id."""
    numbers = count()
    patch.setattr(simulation.Day, "request", lambda day, request: f"{request}~{next(numbers)}")


def _lost_wakeup(patch: pytest.MonkeyPatch) -> None:
    """What did not go is to be tried again, but at no time that comes."""
    failed = outbox.failed
    patch.setattr(outbox, "failed", lambda c, row, why, again: failed(c, row, why, again and again + AGES))


def _refused_is_sent(patch: pytest.MonkeyPatch) -> None:
    """A refusal of the other side is not told from its receipt."""
    channel = simulation.SimChannel.send

    def send(self: Any, letter: Letter) -> Any:
        try:
            return channel(self, letter)
        except DeliveryFailed:
            return simulation.Receipt(letter.key, "500")

    patch.setattr(simulation.SimChannel, "send", send)


def _done_before_addressed(patch: pytest.MonkeyPatch) -> None:
    """The message is done with in one transaction, its letters are put in the next."""
    address = delivery._address

    def halves(office: Office, post: Any, row: outbox.Letter, report: Any) -> None:
        with office.database.write() as connection:
            outbox.done(connection, row)
        address(office, post, row, report)

    patch.setattr(delivery, "_address", halves)


def _issued_again(patch: pytest.MonkeyPatch) -> None:
    """Who prints does not look whether it is issued already."""
    issued = notices.issue

    def issue(*given: Any) -> bool:
        issued(*given)
        return True

    patch.setattr(notices, "issue", issue)


def _without_a_word(patch: pytest.MonkeyPatch) -> None:
    """What is given up is told nobody."""
    patch.setattr(delivery, "_incident", lambda *_: None)


def _read_then_send(patch: pytest.MonkeyPatch) -> None:
    """A sender reads what waits, and does not claim it."""

    def seen(office: Office, post: Any) -> outbox.Letter | None:
        now = office.clock.now().isoformat()
        with office.database.read() as connection:
            waiting = [row for row in outbox.listed(connection, "pending") if row.not_before <= now]
        return waiting[0] if waiting else None

    patch.setattr(delivery, "_claimed", seen)


def _early_word(patch: pytest.MonkeyPatch) -> None:
    """A person hears that it is done before it is."""
    patch.setattr(simulation, "EARLY", True)


PLANTED: Mapping[str, Plant] = {
    "whoever claimed": _whoever_claimed,
    "sent before it is": _sent_before_it_is,
    "no lease": _lease(timedelta()),
    "a lease for ever": _lease(AGES),
    "new request ids": _new_ids,
    "lost wakeup": _lost_wakeup,
    "refused is sent": _refused_is_sent,
    "done before addressed": _done_before_addressed,
    "issued again": _issued_again,
    "given up without a word": _without_a_word,
    "read, then send": _read_then_send,
    "an early word": _early_word,
}
