"""The rows that repeat a case for those who look for it: what lists ask, where it lies as work, what it names."""

from __future__ import annotations

from sqlalchemy import Index, text

from zhuli_flow.store.sql.columns import CASE_KINDS, KEYED, Stored, flag, integer, one_of, words, yes_no


class ListingRow(Stored, table=True):
    """What lists, lights and counts ask of a case, mirrored from it; narrow, so that looking through all is quick.

    ``applicant`` is the name, ``entered_at`` the instant since which it is in its state, ``digest`` that of the
    definition it lives by. Of what acts change, only ``changed_at`` and the last day have an index.
    Each light is yellow from a day on and red from an instant on; without either, no deadline of its sort runs.
    """

    __tablename__ = "listing"
    __table_args__ = (
        one_of("state_kind", CASE_KINDS),
        flag("step_rests"),
        flag("whole_rests"),
        Index(None, "changed_at"),
        Index(None, "workflow"),
        Index(None, "city", "workflow"),
        Index(None, "applicant_id", "workflow"),
        Index("ix_listing_last_day", text("coalesce(step_red_at, whole_red_at, '9999')"), "case_id"),
        Index("ix_listing_rests", "changed_at", sqlite_where=text("step_rests = 1 OR whole_rests = 1")),
        KEYED,
    )
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    workflow: str = words()
    state: str = words()
    state_kind: str = words()
    applicant_id: str = words()
    city: str = words()
    county: str = words(default="")
    applicant: str = words(default="")
    opened_on: str = words(default="")
    entered_at: str = words(default="")
    changed_at: str = words()
    step_yellow_on: str | None = words(default=None)
    step_red_at: str | None = words(default=None)
    step_rests: bool = yes_no()
    whole_yellow_on: str | None = words(default=None)
    whole_red_at: str | None = words(default=None)
    whole_rests: bool = yes_no()
    digest: str = words(default="")


class DutyRow(Stored, table=True):
    """Where a case lies as work: under a role with its area, or under a person (``engine/authority/duties``).

    ``owed``: something is owed there, by ``due_on``; else what may be done, by the first day of a running deadline.
    The key is the order of a work list, so that a page of it is read where it stands.
    """

    __tablename__ = "duty"
    __table_args__ = (flag("owed"), KEYED)
    address: str = words(primary_key=True)
    owed: bool = yes_no(primary_key=True)
    due_on: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")


class ReaderRow(Stored, table=True):
    """Who is named in a case, so that he may read it, or was handed it: by ``mark`` (``engine/authority/reach``)."""

    __tablename__ = "reader"
    __table_args__ = (Index(None, "case_id"), KEYED)
    mark: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")


class CaseLinkRow(Stored, table=True):
    """A case of ``workflow`` names ``target``, another case, in its ``field``."""

    __tablename__ = "case_link"
    __table_args__ = (KEYED,)
    workflow: str = words(primary_key=True)
    field: str = words(primary_key=True)
    target: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")


class StayRow(Stored, table=True):
    """A case of ``workflow`` was in ``state`` for so many ``seconds``, and left it by the act of ``version``."""

    __tablename__ = "stay"
    __table_args__ = (KEYED,)
    workflow: str = words(primary_key=True)
    state: str = words(primary_key=True)
    seconds: int = integer(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    version: int = integer(primary_key=True)


class RegionRow(Stored, table=True):
    """A case of ``workflow`` stands in ``state`` of a region that runs beside its main line, since ``entered_at``."""

    __tablename__ = "region_place"
    __table_args__ = (Index(None, "state", "case_id"), KEYED)
    workflow: str = words(primary_key=True)
    state: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")
    entered_at: str = words()


class FigureRow(Stored, table=True):
    """A case of ``workflow`` has the number ``value`` in its ``field``; text, since a number is kept to the digit."""

    __tablename__ = "figure"
    __table_args__ = (KEYED,)
    workflow: str = words(primary_key=True)
    field: str = words(primary_key=True)
    value: str = words(primary_key=True)
    case_id: str = words(primary_key=True, foreign_key="cases.id")
