"""The first tables. A frozen copy: what a revision did never changes, whatever the tables become later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TRIGGERS = (
    """CREATE TRIGGER entry_only_next BEFORE INSERT ON entry
        WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry WHERE case_id = NEW.case_id)
        OR EXISTS (SELECT 1 FROM entry WHERE rowid = NEW.rowid)
        BEGIN SELECT RAISE(ABORT, 'entry: only the next number may be added'); END""",
    """CREATE TRIGGER entry_request_once BEFORE INSERT ON entry
        WHEN NEW.request_id IS NOT NULL AND EXISTS (SELECT 1 FROM entry WHERE request_id = NEW.request_id)
        BEGIN SELECT RAISE(ABORT, 'entry: this request is already recorded'); END""",
    """CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'entry: history is append-only'); END""",
    """CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'entry: history is append-only'); END""",
    """CREATE TRIGGER definition_no_replace BEFORE INSERT ON definition
        WHEN EXISTS (SELECT 1 FROM definition
            WHERE id = NEW.id OR digest = NEW.digest OR (name = NEW.name AND version = NEW.version))
        BEGIN SELECT RAISE(ABORT, 'definition: already in use'); END""",
    """CREATE TRIGGER definition_no_update BEFORE UPDATE ON definition
        BEGIN SELECT RAISE(ABORT, 'definition: what cases are pinned to never changes'); END""",
    """CREATE TRIGGER definition_no_delete BEFORE DELETE ON definition
        BEGIN SELECT RAISE(ABORT, 'definition: what cases are pinned to never changes'); END""",
)

GUARDS = (
    """CREATE FUNCTION entry_only_next() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry WHERE case_id = NEW.case_id) THEN
                RAISE EXCEPTION 'entry: only the next number may be added' USING ERRCODE = '23000';
            END IF;
            NEW.arrival := (SELECT COALESCE(MAX(arrival), 0) + 1 FROM entry);
            RETURN NEW;
        END $$""",
    """CREATE FUNCTION kept_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%: what was written never changes', TG_TABLE_NAME USING ERRCODE = '23000';
        END $$""",
    "CREATE TRIGGER entry_only_next BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_only_next()",
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} FOR EACH {each} EXECUTE FUNCTION kept_as_written()"
        for table in ("entry", "definition")
        for name, acts, each in (("kept", "UPDATE OR DELETE", "ROW"), ("kept_whole", "TRUNCATE", "STATEMENT"))
    ),
)
"""PostgreSQL's: the arrival of an entry is its place among all, without a gap; writers take turns, so it stays so."""


def upgrade() -> None:
    _definition()
    _entry()
    _meta()
    _number_series()
    _organisation()
    _cases()
    _person()
    _deadline()
    _entrustment()
    _inbox()
    _notice()
    _outbox()
    _queue_place()
    _reminder_sent()
    if op.get_bind().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(trigger)
    else:
        _arrival()
        for statement in GUARDS:
            op.execute(statement)


def _arrival() -> None:
    """The place of an entry among all; SQLite numbers the rows of a table by itself."""
    op.add_column("entry", sa.Column("arrival", sa.BigInteger(), nullable=False))
    op.create_unique_constraint("uq_entry_arrival", "entry", ["arrival"])


def _definition() -> None:
    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("digest", name=op.f("uq_definition_digest")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_definition_name_version")),
        sqlite_strict=True,
    )


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_entry_hash")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_entry")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_entry_request_id", "entry", ["request_id"], unique=True, sqlite_where=sa.text("request_id IS NOT NULL")
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_series")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sqlite_strict=True,
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("definition_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_kind", sa.Text(), nullable=False),
        sa.Column("approved_once", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("state_kind IN ('initial', 'open', 'in_force', 'final')", name=op.f("ck_cases_state_kind")),
        sa.CheckConstraint("approved_once IN (0, 1)", name=op.f("ck_cases_approved_once")),
        sa.CheckConstraint("length(head) = 32", name=op.f("ck_cases_head")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_cases_seq")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_cases_version")),
        sa.ForeignKeyConstraint(["digest"], ["definition.digest"], name=op.f("fk_cases_digest_definition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cases_applicant_id_workflow"), "cases", ["applicant_id", "workflow"], unique=False)
    op.create_index(
        "ix_cases_in_force", "cases", ["workflow"], unique=False, sqlite_where=sa.text("state_kind = 'in_force'")
    )
    op.create_index(op.f("ix_cases_workflow_id"), "cases", ["workflow", "id"], unique=False)


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_person_active")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_person_organisation_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_strict=True,
    )


def _deadline() -> None:
    op.create_table(
        "deadline",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("next_on", sa.Text(), nullable=True),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.Column("whole_case", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'suspended', 'met', 'cancelled', 'fired')", name=op.f("ck_deadline_state")
        ),
        sa.CheckConstraint("provisional IN (0, 1)", name=op.f("ck_deadline_provisional")),
        sa.CheckConstraint("whole_case IN (0, 1)", name=op.f("ck_deadline_whole_case")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadline_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_deadline")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deadline_next_on",
        "deadline",
        ["next_on", "case_id"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
    )


def _entrustment() -> None:
    op.create_table(
        "entrustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_person", sa.Text(), nullable=False),
        sa.Column("to_person", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.CheckConstraint("from_person <> to_person", name=op.f("ck_entrustment_people")),
        sa.CheckConstraint("since <= until", name=op.f("ck_entrustment_dates")),
        sa.ForeignKeyConstraint(["from_person"], ["person.id"], name=op.f("fk_entrustment_from_person_person")),
        sa.ForeignKeyConstraint(["to_person"], ["person.id"], name=op.f("fk_entrustment_to_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrustment")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_entrustment_to_person"), "entrustment", ["to_person"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.CheckConstraint("person IS NOT NULL OR role IS NOT NULL", name=op.f("ck_inbox_receiver")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbox_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_inbox_person"), "inbox", ["person"], unique=False)
    op.create_index(op.f("ix_inbox_role"), "inbox", ["role"], unique=False)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=True),
        sa.CheckConstraint("state <> 'issued' OR sha256 IS NOT NULL", name=op.f("ck_notice_issued")),
        sa.CheckConstraint("state IN ('ordered', 'issued', 'void')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notice_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("series", "year", "n", name=op.f("uq_notice_series_year_n")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_outbox_pending", "outbox", ["not_before", "id"], unique=False, sqlite_where=sa.text("state = 'pending'")
    )


def _queue_place() -> None:
    op.create_table(
        "queue_place",
        sa.Column("quota", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_queue_place_case_id_cases")),
        sa.PrimaryKeyConstraint("quota", "case_id", name=op.f("pk_queue_place")),
        sa.UniqueConstraint("quota", "place", name=op.f("uq_queue_place_quota_place")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _reminder_sent() -> None:
    op.create_table(
        "reminder_sent",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remind", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Text(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.CheckConstraint("merged IN (0, 1)", name=op.f("ck_reminder_sent_merged")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reminder_sent_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "name", "version", "remind", name=op.f("pk_reminder_sent")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
