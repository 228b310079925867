"""Numbers without gaps: taken inside the caller's transaction, given back when it is undone."""

from __future__ import annotations

from sqlalchemy import Connection

from zhuli_flow.store.sql.statements import first, rows


def take(connection: Connection, series: str, year: int, start: int = 1) -> int:
    """The next number of a series in a year, ``start`` for the first one."""
    found = first(
        connection,
        "INSERT INTO number_series (series, year, last) VALUES (:series, :year, :start)"
        " ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last",
        series=series,
        year=year,
        start=start,
    )
    if found is None:
        raise RuntimeError("INSERT … RETURNING returned no row")
    return int(found[0])


def last_taken(connection: Connection) -> dict[tuple[str, int], int]:
    """The last number that documents took, by (series, year); cases are numbered here too, in series of their own."""
    found = rows(connection, "SELECT series, year, last FROM number_series WHERE series NOT LIKE 'case:%'")
    return {(row[0], row[1]): row[2] for row in found}
