"""Numbers without gaps: taken inside the caller's transaction, given back when it is undone."""

from __future__ import annotations

from zhuli_flow.store.sql.statements import Connection, first, rows


def take(connection: Connection, series: str, year: int, start: int = 1) -> int:
    """The next number of a series in a year, ``start`` for the first one."""
    found = first(connection, "numbers.take", series=series, year=year, start=start)
    if found is None:
        raise RuntimeError("INSERT … RETURNING returned no row")
    return int(found[0])


def last(connection: Connection) -> dict[tuple[str, int], int]:
    """The last number of every series in every year, of documents and of cases."""
    return {(row[0], row[1]): row[2] for row in rows(connection, "numbers.last")}


def last_taken(connection: Connection) -> dict[tuple[str, int], int]:
    """The last number that documents took, by (series, year); cases are numbered here too, in series of their own."""
    found = rows(connection, "numbers.last_taken")
    return {(row[0], row[1]): row[2] for row in found}
