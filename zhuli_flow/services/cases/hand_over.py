"""离职交接: everything that lies with one person is handed to another in one act, case by case on record."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from zhuli_flow.engine.authority.rights import open_delegation
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.advance import advance_within
from zhuli_flow.services.cases.case_view import TodoLine
from zhuli_flow.services.office import Office
from zhuli_flow.store.sql.statements import Connection

MOST = 20
"""In how many roles at most somebody holds one case."""


class HandedOver(msgspec.Struct, frozen=True):
    """What became of one case: handed over, or the reasons why it stays; ``event`` is the act that did it."""

    case: str
    applicant: str
    event: str
    because: str = ""


def hand_over(office: Office, giver: str, receiver: str, reason: str) -> list[HandedOver]:
    """Hand all that lies with ``giver`` in his own right to ``receiver``, in one transaction; what becomes of each.

    What was only delegated to him goes back to who gave it. What may not be handed on (a duty of the person himself,
    a colleague of another unit) stays, with the reason. Raises NotFound for people who are not in the directory,
    InvalidInput without a reason or for one and the same person.
    """
    if giver == receiver or not reason.strip():
        raise InvalidInput("交接没有办理：须写明另一人和缘由", fix="请用 --to 写明接手人，--opinion 写明缘由")
    lines = [line for line in worklist.todo(office, giver) if line.part != "entrusted"]
    with office.database.write() as connection:
        lookup.actor(connection, office, receiver)
        return [one for line in lines for one in _of_case(connection, office, line, giver, receiver, reason)]


def _of_case(
    connection: Connection, office: Office, line: TodoLine, giver: str, receiver: str, reason: str
) -> Iterator[HandedOver]:
    """One case: handed back where it was delegated, else handed over in each role held, until nothing is left."""
    actor = lookup.actor(connection, office, giver)
    if open_delegation(lookup.stored(connection, line.case).case, actor):
        yield _done(connection, office, line, giver, Command("hand_back", opinion=reason))
        return
    command = Command("transfer", {"person": receiver}, opinion=reason)
    for number in range(MOST):
        told = _done(connection, office, line, giver, command)
        if told.because and number:
            return
        yield told
        if told.because:
            return


def _done(connection: Connection, office: Office, line: TodoLine, giver: str, command: Command) -> HandedOver:
    answer = advance_within(connection, office, line.case, giver, command)
    because = ""
    if isinstance(answer, ZhuliError):
        refusals = getattr(answer, "refusals", ())
        because = "；".join(str(one.because) for one in refusals) or answer.message
    return HandedOver(line.case, line.applicant, command.event, because)
