"""What a row is, once: the shape of every table, its checks, its indexes and the triggers that keep history as it is.

The database itself is made by the migrations; a test keeps the two equal. ``columns`` says how instants and days are
written.
"""

from __future__ import annotations

from sqlalchemy import DDL, CheckConstraint, Index, LargeBinary, UniqueConstraint, event, text
from sqlmodel import Field

from zhuli_flow.store.sql.columns import CASE_KINDS, KEYED, STRICT, Stored, flag, integer, one_of, words, yes_no
from zhuli_flow.store.sql.mirrored import CaseLinkRow, DutyRow, FigureRow, ListingRow, ReaderRow, StayRow
from zhuli_flow.store.sql.triggers import TRIGGERS

__all__ = ["MIRRORED", "Stored"]

MIRRORED = (ListingRow, DutyRow, ReaderRow, CaseLinkRow, StayRow, FigureRow)
"""The tables whose rows repeat what stands in a case or its history, and can be made anew from it."""

CLOCK_STATES = ("running", "suspended", "met", "cancelled", "fired")
LETTER_STATES = ("pending", "sent", "failed")
NOTICE_STATES = ("ordered", "issued", "void")


class MetaRow(Stored, table=True):
    """A fact about the database itself: the head of the office's chain, the last sweep, the heartbeat."""

    __tablename__ = "meta"
    __table_args__ = (KEYED,)
    key: str = words(primary_key=True)
    value: str = words()


class OrganisationRow(Stored, table=True):
    """An organisation and the area it belongs to."""

    __tablename__ = "organisation"
    __table_args__ = (Index(None, "level", "city"), Index(None, "level", "county"), STRICT)
    id: str = words(primary_key=True)
    name: str = words()
    level: str = words(default="")
    city: str = words(default="")
    county: str = words(default="")
    kind: str = words(default="")


class PersonRow(Stored, table=True):
    """A person as a post; ``token_hash`` is the SHA-256 (hex) of the token, never the token."""

    __tablename__ = "person"
    __table_args__ = (flag("active"), Index(None, "organisation"), STRICT)
    id: str = words(primary_key=True)
    title: str = words(default="")
    organisation: str = words(foreign_key="organisation.id")
    roles: str = words()
    token_hash: str | None = words(default=None)
    active: bool = yes_no(default=True)


class EntrustmentRow(Stored, table=True):
    """委托: ``to_person`` may act for ``from_person`` from ``since`` to ``until``, both days included."""

    __tablename__ = "entrustment"
    __table_args__ = (
        CheckConstraint("since <= until", name="dates"),
        CheckConstraint("from_person <> to_person", name="people"),
        Index(None, "to_person"),
        STRICT,
    )
    id: int | None = integer(primary_key=True)
    from_person: str = words(foreign_key="person.id")
    to_person: str = words(foreign_key="person.id")
    since: str = words()
    until: str = words()
    reason: str = words(default="")
    made_at: str = words()
    revoked_at: str | None = words(default=None)


class SuccessionRow(Stored, table=True):
    """承继: from the day ``since`` on the ``successor`` stands in the place of the ``predecessor``."""

    __tablename__ = "succession"
    __table_args__ = (CheckConstraint("predecessor <> successor", name="units"), Index(None, "successor"), STRICT)
    predecessor: str = words(primary_key=True, foreign_key="organisation.id")
    successor: str = words(foreign_key="organisation.id")
    kind: str = words()
    since: str = words()
    paper: str = words()
    made_at: str = words()


class DefinitionRow(Stored, table=True):
    """A definition as taken into use: the file's text, its checked form as JSON, the digest cases are pinned to."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("name", "version"), UniqueConstraint("digest"), STRICT)
    id: int | None = integer(primary_key=True)
    name: str = words()
    version: str = words()
    digest: str = words()
    text: str = words()
    document: str = words()
    added_at: str = words()


class CaseRow(Stored, table=True):
    """One case as it stands now; ``seq`` and ``head`` are the end of its chain of entries.

    ``approved_once`` stays 1 from the first time the case was in force: what a quota over all times counts. No full
    index holds a column that most acts write (state, kind, version): each would be one more page in every commit.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state_kind", CASE_KINDS),
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint("seq >= 0", name="seq"),
        CheckConstraint("length(head) = 32", name="head"),
        flag("approved_once"),
        Index(None, "workflow", "id"),
        Index("ix_cases_in_force", "workflow", sqlite_where=text("state_kind = 'in_force'")),
        Index("ix_cases_ever_in_force", "workflow", sqlite_where=text("approved_once = 1")),
        Index(None, "applicant_id", "workflow"),
        STRICT,
    )
    id: str = words(primary_key=True)
    workflow: str = words()
    definition_version: str = words()
    digest: str = words(foreign_key="definition.digest")
    applicant_id: str = words()
    applicant: str = words()
    city: str = words()
    state: str = words()
    state_kind: str = words()
    approved_once: bool = yes_no()
    version: int = integer()
    seq: int = integer()
    head: bytes = Field(sa_type=LargeBinary)
    opened_at: str = words()
    updated_at: str = words()
    body: str = words()


class QueuePlaceRow(Stored, table=True):
    """A place in the queue of a quota; the smaller ``place`` is served first."""

    __tablename__ = "queue_place"
    __table_args__ = (UniqueConstraint("quota", "place"), KEYED)
    quota: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    place: int = integer()
    since: str = words()


class EntryRow(Stored, table=True):
    """An entry of history: canonical bytes and chain hash; ``case_id`` is ``office`` for what is about no case."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("length(hash) = 32", name="hash"),
        Index("ix_entry_of_office", "event", "seq", sqlite_where=text("case_id = 'office'")),
        Index("uq_entry_request_id", "request_id", unique=True, sqlite_where=text("request_id IS NOT NULL")),
        STRICT,  # not KEYED: there a body of more than 1 kB would take a page of its own
    )
    case_id: str = words(primary_key=True)
    seq: int = integer(primary_key=True)
    kind: str = words()
    event: str = words()
    person: str = words()
    at: str = words()
    request_id: str | None = words(default=None)
    body: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class PersonalValueRow(Stored, table=True):
    """A text that entries of a case bind by ``commitment`` = SHA-256(salt, text), hex; ``name``: the field it is of.

    Salt and text are NULL once it has been erased.
    """

    __tablename__ = "personal_value"
    __table_args__ = (CheckConstraint("(salt IS NULL) = (text IS NULL)", name="erased"), KEYED)
    case_id: str = words(primary_key=True)
    commitment: str = words(primary_key=True)
    name: str = words()
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    text: str | None = words(default=None)


class MerkleHeadRow(Stored, table=True):
    """The right edge of the Merkle log: how many entries it holds, and the hashes of its complete subtrees, joined."""

    __tablename__ = "merkle_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("length(hashes) % 32 = 0", name="hashes"),
        STRICT,
    )
    id: int = integer(primary_key=True)
    size: int = integer()
    hashes: bytes = Field(sa_type=LargeBinary)


class MerkleNodeRow(Stored, table=True):
    """A complete node of the Merkle log, of the levels that are kept; the ones below are reckoned from the entries."""

    __tablename__ = "merkle_node"
    __table_args__ = (CheckConstraint("length(hash) = 32", name="hash"), KEYED)
    level: int = integer(primary_key=True)
    place: int = integer(primary_key=True)
    hash: bytes = Field(sa_type=LargeBinary)


class DeadlineRow(Stored, table=True):
    """A deadline as it stands now, mirrored from its case so that a sweep finds it; ``version`` grows as its day moves.

    One row a name: an earlier day of the same deadline can't be left running behind. ``next_on`` is the next day on
    which something is due: a reminder, or the day after the last day.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        one_of("state", CLOCK_STATES),
        flag("provisional"),
        flag("whole_case"),
        Index("ix_deadline_next_on", "next_on", "case_id", sqlite_where=text("state = 'running'")),
        Index("ix_deadline_due_on", "due_on", "case_id", "name", sqlite_where=text("state = 'running'")),
        Index("ix_deadline_rests", "due_on", "case_id", "name", sqlite_where=text("state = 'suspended'")),
        KEYED,
    )
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    name: str = words(primary_key=True)
    version: int = integer()
    title: str = words(default="")
    state: str = words()
    due_on: str | None = words(default=None)
    next_on: str | None = words(default=None)
    provisional: bool = yes_no()
    whole_case: bool = yes_no()


class ReminderSentRow(Stored, table=True):
    """A reminder that has gone out, or was merged into a later one; ``remind`` as written (``-3wd``)."""

    __tablename__ = "reminder_sent"
    __table_args__ = (flag("merged"), KEYED)
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    name: str = words(primary_key=True)
    version: int = integer(primary_key=True)
    remind: str = words(primary_key=True)
    sent_at: str = words()
    merged: bool = yes_no()


class OutboxRow(Stored, table=True):
    """Something to send; ``attempt`` counts the claims and fences off a sender that came back too late."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", LETTER_STATES),
        UniqueConstraint("key"),
        Index("ix_outbox_pending", "not_before", "id", sqlite_where=text("state = 'pending'")),
        STRICT,
    )
    id: int | None = integer(primary_key=True)
    key: str = words()
    kind: str = words()
    case_id: str | None = words(default=None, foreign_key="cases.id")
    payload: str = words()
    state: str = words(default="pending")
    attempt: int = integer(default=0)
    lease_until: str | None = words(default=None)
    created_at: str = words()
    not_before: str = words()
    last_error: str = words(default="")


class InboxRow(Stored, table=True):
    """A message inside the system, to one person or to the holders of a role.

    ``address``: where it is found: that of the role in the area of its case (``engine/authority/duties``).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint("person IS NOT NULL OR role IS NOT NULL", name="receiver"),
        UniqueConstraint("key"),
        Index(None, "address"),
        Index(None, "case_id"),
        STRICT,
    )
    id: int | None = integer(primary_key=True)
    key: str = words()
    person: str | None = words(default=None)
    role: str | None = words(default=None)
    case_id: str | None = words(default=None, foreign_key="cases.id")
    text: str = words()
    at: str = words()
    read_at: str | None = words(default=None)
    address: str = words(default="")


class MessageReadRow(Stored, table=True):
    """已阅: who has read a message, and when; a message to a role is read by each of its holders for himself."""

    __tablename__ = "message_read"
    __table_args__ = (KEYED,)
    person: str = words(primary_key=True)
    message_id: int = integer(primary_key=True, foreign_key="inbox.id")
    at: str = words()


class NoticeRow(Stored, table=True):
    """An official document ordered by entry ``seq`` of its case; ``sha256`` and ``size`` (bytes) once it is issued."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("state", NOTICE_STATES),
        CheckConstraint("state <> 'issued' OR sha256 IS NOT NULL", name="issued"),
        UniqueConstraint("series", "year", "n"),
        Index(None, "case_id"),
        Index(None, "number"),
        Index(None, "sha256"),
        Index("ix_notice_void", "series", "year", sqlite_where=text("state = 'void'")),
        STRICT,
    )
    id: int | None = integer(primary_key=True)
    case_id: str = words(foreign_key="cases.id")
    seq: int = integer()
    kind: str = words()
    title: str = words(default="")
    series: str | None = words(default=None)
    year: int | None = integer(default=None)
    n: int | None = integer(default=None)
    number: str | None = words(default=None)
    variables: str = words()
    recipients: str = words()
    state: str = words(default="ordered")
    sha256: str | None = words(default=None)
    size: int | None = integer(default=None)
    signed_on: str | None = words(default=None)
    ordered_at: str = words()
    issued_at: str | None = words(default=None)


class NumberSeriesRow(Stored, table=True):
    """The last number taken from a series in a year; taken in the caller's transaction, hence without gaps."""

    __tablename__ = "number_series"
    __table_args__ = (KEYED,)
    series: str = words(primary_key=True)
    year: int = integer(primary_key=True)
    last: int = integer()


class CalendarYearRow(Stored, table=True):
    """A year's holidays as imported; the row of a year with the highest ``id`` counts, the earlier ones stay."""

    __tablename__ = "calendar_year"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"), Index(None, "year"), STRICT)
    id: int | None = integer(primary_key=True)
    year: int = integer()
    sha256: str = words()
    data: str = words()
    added_at: str = words()


for _table, _trigger in TRIGGERS:
    _made = DDL(_trigger).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(Stored.metadata.tables[_table], "after_create", _made)
