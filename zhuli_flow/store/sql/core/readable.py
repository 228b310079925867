"""The condition by which rows are narrowed to the cases that somebody may read (``engine/authority/reach``)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, literal_column, or_, select, union_all

from zhuli_flow.store.sql.core.constructs import Among, table, value
from zhuli_flow.store.sql.mirrored import ListingRow, ReaderRow

_ROW, _READER = table(ListingRow).c, table(ReaderRow).c
_AREAS = (
    _ROW.digest + "/city/" + _ROW.city,
    _ROW.digest + "/county/" + _ROW.city + "/" + _ROW.county,
    _ROW.digest + "/applicant/" + _ROW.applicant_id,
)


def listed_in_reach() -> ColumnElement[bool]:
    """Whether the case of a row of lists is in the reach that the values ``whole``, ``areas``, ``named`` are."""
    return or_(
        Among(_ROW.digest, value("whole")),
        *(Among(mark, value("areas")) for mark in _AREAS),
        _ROW.case_id.in_(select(_READER.case_id).where(Among(_READER.mark, value("named")))),
    )


def in_reach(case_id: Column[Any]) -> ColumnElement[bool]:
    """Whether the case that a row of another table is about is in that reach."""
    # a condition is compiled alone: a column of the statement around it would bring its table along
    outer: ColumnElement[Any] = literal_column(f"{case_id.table.name}.{case_id.name}")
    return case_id.in_(select(_ROW.case_id).where(_ROW.case_id == outer, listed_in_reach()))


def near(case_id: Column[Any]) -> ColumnElement[bool]:
    """The same of a reach without whole workflows: its cases are found first, by city, applicant and name.

    ``cities`` and ``applicants`` are those of the ``areas``. Who may read one case must not ask all of them.
    """
    other = table(ListingRow).alias("near")
    row = other.c
    areas = (
        row.digest + "/city/" + row.city,
        row.digest + "/county/" + row.city + "/" + row.county,
    )
    in_city = select(row.case_id).where(
        Among(row.city, value("cities")), or_(*(Among(mark, value("areas")) for mark in areas))
    )
    of_applicant = select(row.case_id).where(
        Among(row.applicant_id, value("applicants")),
        Among(row.digest + "/applicant/" + row.applicant_id, value("areas")),
    )
    named = select(_READER.case_id).where(Among(_READER.mark, value("named")))
    return case_id.in_(union_all(in_city, of_applicant, named))
