"""What a row is, once: the shape of every table, its checks, its indexes and the triggers that keep history as it is.

The database itself is made by the migrations; a test keeps the two equal. Instants are UTC in ISO 8601 (``…+00:00``),
dates are Asia/Shanghai dates as ``YYYY-MM-DD``, both as text, so that they sort and read the same everywhere. Yes and
no are 1 and 0.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import DDL, CheckConstraint, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint, event, text
from sqlmodel import Field, SQLModel

from zhuli_flow.store.sql.triggers import TRIGGERS

CASE_KINDS = ("initial", "open", "in_force", "final")
CLOCK_STATES = ("running", "suspended", "met", "cancelled", "fired")
LETTER_STATES = ("pending", "sent", "failed")
NOTICE_STATES = ("ordered", "issued", "void")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
STRICT: dict[str, Any] = {"sqlite_strict": True}
KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""Rows stored in the order of their primary key: one page touched instead of two."""


def _words(primary_key: bool = False, **more: Any) -> Any:
    return Field(sa_type=Text, primary_key=primary_key, **more)


def _number(**more: Any) -> Any:
    return Field(sa_type=Integer, **more)


def _yes_no(default: bool = False) -> Any:
    return Field(default=default, sa_type=Integer)


def _one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, allowed))})", name=column)


def _flag(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


class Stored(SQLModel):
    """Base of every table; holds the metadata with the naming convention that migrations rely on."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class MetaRow(Stored, table=True):
    """A fact about the database itself: the head of the office's chain, the last sweep, the heartbeat."""

    __tablename__ = "meta"
    __table_args__ = (KEYED,)
    key: str = _words(primary_key=True)
    value: str = _words()


class OrganisationRow(Stored, table=True):
    """An organisation and the area it belongs to."""

    __tablename__ = "organisation"
    __table_args__ = (STRICT,)
    id: str = _words(primary_key=True)
    name: str = _words()
    level: str = _words(default="")
    city: str = _words(default="")
    county: str = _words(default="")
    kind: str = _words(default="")


class PersonRow(Stored, table=True):
    """A person as a post; ``token_hash`` is the SHA-256 (hex) of the token, never the token."""

    __tablename__ = "person"
    __table_args__ = (_flag("active"), STRICT)
    id: str = _words(primary_key=True)
    title: str = _words(default="")
    organisation: str = _words(foreign_key="organisation.id")
    roles: str = _words()
    token_hash: str | None = _words(default=None)
    active: bool = _yes_no(default=True)


class EntrustmentRow(Stored, table=True):
    """委托: ``to_person`` may act for ``from_person`` from ``since`` to ``until``, both days included."""

    __tablename__ = "entrustment"
    __table_args__ = (
        CheckConstraint("since <= until", name="dates"),
        CheckConstraint("from_person <> to_person", name="people"),
        Index(None, "to_person"),
        STRICT,
    )
    id: int | None = _number(primary_key=True)
    from_person: str = _words(foreign_key="person.id")
    to_person: str = _words(foreign_key="person.id")
    since: str = _words()
    until: str = _words()
    reason: str = _words(default="")
    made_at: str = _words()
    revoked_at: str | None = _words(default=None)


class DefinitionRow(Stored, table=True):
    """A definition as taken into use: the file's text, its checked form as JSON, the digest cases are pinned to."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("name", "version"), UniqueConstraint("digest"), STRICT)
    id: int | None = _number(primary_key=True)
    name: str = _words()
    version: str = _words()
    digest: str = _words()
    text: str = _words()
    document: str = _words()
    added_at: str = _words()


class CaseRow(Stored, table=True):
    """One case as it stands now; ``seq`` and ``head`` are the end of its chain of entries.

    ``approved_once`` stays 1 from the first time the case was in force: what a quota over all times counts. No full
    index holds a column that most acts write (state, kind, version): each would be one more page in every commit.
    """

    __tablename__ = "cases"
    __table_args__ = (
        _one_of("state_kind", CASE_KINDS),
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint("seq >= 0", name="seq"),
        CheckConstraint("length(head) = 32", name="head"),
        _flag("approved_once"),
        Index(None, "workflow", "id"),
        Index("ix_cases_in_force", "workflow", sqlite_where=text("state_kind = 'in_force'")),
        Index("ix_cases_ever_in_force", "workflow", sqlite_where=text("approved_once = 1")),
        Index(None, "applicant_id", "workflow"),
        STRICT,
    )
    id: str = _words(primary_key=True)
    workflow: str = _words()
    definition_version: str = _words()
    digest: str = _words(foreign_key="definition.digest")
    applicant_id: str = _words()
    applicant: str = _words()
    city: str = _words()
    state: str = _words()
    state_kind: str = _words()
    approved_once: bool = _yes_no()
    version: int = _number()
    seq: int = _number()
    head: bytes = Field(sa_type=LargeBinary)
    opened_at: str = _words()
    updated_at: str = _words()
    body: str = _words()


class ListingRow(Stored, table=True):
    """What lists, lights and counts ask of a case, mirrored from it; narrow, so that looking through all is quick.

    Each light is yellow from a day on and red from an instant on; without either, no deadline of its sort runs.
    """

    __tablename__ = "listing"
    __table_args__ = (
        _one_of("state_kind", CASE_KINDS),
        _flag("step_rests"),
        _flag("whole_rests"),
        KEYED,
    )
    case_id: str = _words(primary_key=True, foreign_key="cases.id")
    workflow: str = _words()
    state: str = _words()
    state_kind: str = _words()
    applicant_id: str = _words()
    city: str = _words()
    changed_at: str = _words()
    step_yellow_on: str | None = _words(default=None)
    step_red_at: str | None = _words(default=None)
    step_rests: bool = _yes_no()
    whole_yellow_on: str | None = _words(default=None)
    whole_red_at: str | None = _words(default=None)
    whole_rests: bool = _yes_no()


class DutyRow(Stored, table=True):
    """Where a case lies as work: under a role with its area, or under a person (``engine/authority/duties``)."""

    __tablename__ = "duty"
    __table_args__ = (KEYED,)
    address: str = _words(primary_key=True)
    case_id: str = _words(primary_key=True, foreign_key="cases.id")


class CaseLinkRow(Stored, table=True):
    """A case of ``workflow`` names ``target``, another case, in its ``field``."""

    __tablename__ = "case_link"
    __table_args__ = (KEYED,)
    workflow: str = _words(primary_key=True)
    field: str = _words(primary_key=True)
    target: str = _words(primary_key=True)
    case_id: str = _words(primary_key=True, foreign_key="cases.id")


class QueuePlaceRow(Stored, table=True):
    """A place in the queue of a quota; the smaller ``place`` is served first."""

    __tablename__ = "queue_place"
    __table_args__ = (UniqueConstraint("quota", "place"), KEYED)
    quota: str = _words(primary_key=True)
    case_id: str = _words(primary_key=True, foreign_key="cases.id")
    place: int = _number()
    since: str = _words()


class EntryRow(Stored, table=True):
    """An entry of history: canonical bytes and chain hash; ``case_id`` is ``office`` for what is about no case."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("length(hash) = 32", name="hash"),
        Index("uq_entry_request_id", "request_id", unique=True, sqlite_where=text("request_id IS NOT NULL")),
        STRICT,  # not KEYED: there a body of more than 1 kB would take a page of its own
    )
    case_id: str = _words(primary_key=True)
    seq: int = _number(primary_key=True)
    kind: str = _words()
    event: str = _words()
    person: str = _words()
    at: str = _words()
    request_id: str | None = _words(default=None)
    body: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class DeadlineRow(Stored, table=True):
    """A deadline as it stands now, mirrored from its case so that a sweep finds it; ``version`` grows as its day moves.

    One row a name: an earlier day of the same deadline can't be left running behind. ``next_on`` is the next day on
    which something is due: a reminder, or the day after the last day.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        _one_of("state", CLOCK_STATES),
        _flag("provisional"),
        _flag("whole_case"),
        Index("ix_deadline_next_on", "next_on", "case_id", sqlite_where=text("state = 'running'")),
        KEYED,
    )
    case_id: str = _words(primary_key=True, foreign_key="cases.id")
    name: str = _words(primary_key=True)
    version: int = _number()
    title: str = _words(default="")
    state: str = _words()
    due_on: str | None = _words(default=None)
    next_on: str | None = _words(default=None)
    provisional: bool = _yes_no()
    whole_case: bool = _yes_no()


class ReminderSentRow(Stored, table=True):
    """A reminder that has gone out, or was merged into a later one; ``remind`` as written (``-3wd``)."""

    __tablename__ = "reminder_sent"
    __table_args__ = (_flag("merged"), KEYED)
    case_id: str = _words(primary_key=True, foreign_key="cases.id")
    name: str = _words(primary_key=True)
    version: int = _number(primary_key=True)
    remind: str = _words(primary_key=True)
    sent_at: str = _words()
    merged: bool = _yes_no()


class OutboxRow(Stored, table=True):
    """Something to send; ``attempt`` counts the claims and fences off a sender that came back too late."""

    __tablename__ = "outbox"
    __table_args__ = (
        _one_of("state", LETTER_STATES),
        UniqueConstraint("key"),
        Index("ix_outbox_pending", "not_before", "id", sqlite_where=text("state = 'pending'")),
        STRICT,
    )
    id: int | None = _number(primary_key=True)
    key: str = _words()
    kind: str = _words()
    case_id: str | None = _words(default=None, foreign_key="cases.id")
    payload: str = _words()
    state: str = _words(default="pending")
    attempt: int = _number(default=0)
    lease_until: str | None = _words(default=None)
    created_at: str = _words()
    not_before: str = _words()
    last_error: str = _words(default="")


class InboxRow(Stored, table=True):
    """A message inside the system, to one person or to the holders of a role."""

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint("person IS NOT NULL OR role IS NOT NULL", name="receiver"),
        UniqueConstraint("key"),
        Index(None, "person"),
        Index(None, "role"),
        STRICT,
    )
    id: int | None = _number(primary_key=True)
    key: str = _words()
    person: str | None = _words(default=None)
    role: str | None = _words(default=None)
    case_id: str | None = _words(default=None, foreign_key="cases.id")
    text: str = _words()
    at: str = _words()
    read_at: str | None = _words(default=None)


class MessageReadRow(Stored, table=True):
    """已阅: who has read a message, and when; a message to a role is read by each of its holders for himself."""

    __tablename__ = "message_read"
    __table_args__ = (KEYED,)
    person: str = _words(primary_key=True)
    message_id: int = _number(primary_key=True, foreign_key="inbox.id")
    at: str = _words()


class NoticeRow(Stored, table=True):
    """An official document ordered by entry ``seq`` of its case; ``sha256`` and ``size`` (bytes) once it is issued."""

    __tablename__ = "notice"
    __table_args__ = (
        _one_of("state", NOTICE_STATES),
        CheckConstraint("state <> 'issued' OR sha256 IS NOT NULL", name="issued"),
        UniqueConstraint("series", "year", "n"),
        Index(None, "case_id"),
        STRICT,
    )
    id: int | None = _number(primary_key=True)
    case_id: str = _words(foreign_key="cases.id")
    seq: int = _number()
    kind: str = _words()
    title: str = _words(default="")
    series: str | None = _words(default=None)
    year: int | None = _number(default=None)
    n: int | None = _number(default=None)
    number: str | None = _words(default=None)
    variables: str = _words()
    recipients: str = _words()
    state: str = _words(default="ordered")
    sha256: str | None = _words(default=None)
    size: int | None = _number(default=None)
    signed_on: str | None = _words(default=None)
    ordered_at: str = _words()
    issued_at: str | None = _words(default=None)


class NumberSeriesRow(Stored, table=True):
    """The last number taken from a series in a year; taken in the caller's transaction, hence without gaps."""

    __tablename__ = "number_series"
    __table_args__ = (KEYED,)
    series: str = _words(primary_key=True)
    year: int = _number(primary_key=True)
    last: int = _number()


class CalendarYearRow(Stored, table=True):
    """A year's holidays as imported; the row of a year with the highest ``id`` counts, the earlier ones stay."""

    __tablename__ = "calendar_year"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"), Index(None, "year"), STRICT)
    id: int | None = _number(primary_key=True)
    year: int = _number()
    sha256: str = _words()
    data: str = _words()
    added_at: str = _words()


for _table, _trigger in TRIGGERS:
    _made = DDL(_trigger).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(Stored.metadata.tables[_table], "after_create", _made)
