"""Preview (预览): the papers an act would print, as they would be printed; the act is done and undone again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhuli_flow.documents.printing.printer import PrintJob
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.effects import drafts
from zhuli_flow.engine.history.entry import Reason
from zhuli_flow.engine.model.decision import Command, NoticeOrder, Refusal
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import facts
from zhuli_flow.services.cases.advance import advance_within
from zhuli_flow.services.notices.issue import Paper, checkpoint_line, job_of, paper_of
from zhuli_flow.services.notices.proofread import dated
from zhuli_flow.services.office import Office
from zhuli_flow.store import notices
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection


@dataclass(frozen=True, slots=True)
class Preview:
    """The papers as the printer is told of them, in their order, and what proof-reading warns of."""

    jobs: tuple[PrintJob, ...]
    warnings: tuple[Refusal | Reason, ...]


class _Undone(Exception):
    """Takes what was found out of a transaction that must leave nothing behind."""

    def __init__(self, found: Preview | ZhuliError) -> None:
        super().__init__()
        self.found = found


def preview(office: Office, case_id: str, person: str, command: Command) -> Preview:
    """What the act would print if it were done now. Nothing is kept: no number taken, no attempt recorded.

    Raises what ``advance`` would: RulesRefused with every reason, NotFound, InvalidInput.
    """
    try:
        with office.database.write() as connection:
            raise _Undone(_tried(connection, office, case_id, person, command))
    except _Undone as undone:
        found = undone.found
    if isinstance(found, ZhuliError):
        raise found
    return found


def _tried(connection: Connection, office: Office, case_id: str, person: str, command: Command) -> Preview | ZhuliError:
    before = {one.id for one in notices.of_case(connection, case_id)}
    done = advance_within(connection, office, case_id, person, command)
    if isinstance(done, ZhuliError):
        return done
    stored = lookup.stored(connection, case_id)
    ordered = [one for one in notices.of_case(connection, case_id) if one.id not in before]
    wanted = [*ordered, *_drafted(connection, office, stored, person, done.event)]
    return Preview(tuple(job_of(one) for one in _papers(office, stored, wanted)), done.warnings)


def _drafted(connection: Connection, office: Office, stored: Stored, person: str, event: str) -> Iterator[StoredNotice]:
    """The papers of later acts that this one proof-reads, with a number and a day to stand for theirs."""
    workflow = lookup.definition(connection, office, stored.case.digest)
    drawn = workflow.events.get(event)
    if drawn is None or not drawn.proof:
        return
    actor = lookup.actor(connection, office, person)
    question = facts.question(connection, office, workflow, stored.case, actor, None)
    for order in drafts(question, drawn, stored.case):
        yield _as_stored(stored, dated(order, office.today))


def _as_stored(stored: Stored, order: NoticeOrder) -> StoredNotice:
    day = str(order.variables["signed_on"])
    return StoredNotice(
        id=0,
        case_id=stored.case.id,
        seq=stored.seq,
        kind=order.notice,
        title="",
        series=order.series,
        year=None,
        n=None,
        number=str(order.variables.get("number") or "") or None,
        variables=order.variables,
        recipients=order.to,
        state="ordered",
        sha256=None,
        size=None,
        signed_on=day,
        ordered_at=day,
        issued_at=None,
    )


def _papers(office: Office, stored: Stored, wanted: list[StoredNotice]) -> Iterator[Paper]:
    kinds = load_named(office.notices, (one.kind for one in wanted))
    line = checkpoint_line(stored.case.id, stored.seq, stored.head)
    return (paper_of(office, one, kinds, line, office.traces) for one in wanted)
