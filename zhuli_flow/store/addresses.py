"""Who can be found at an address (``engine/authority/duties``): asked of one address at a time, by index.

An office may have more people than memory; a case asks after those of its own area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from zhuli_flow.store.directory import formerly
from zhuli_flow.store.sql.statements import Connection, array, rows

_ALL = 1_000_000


def organisations(connection: Connection, address: str, limit: int = _ALL) -> frozenset[str]:
    """The names of the organisations of the active people who are found at ``address``, ``limit`` at most."""
    role, _, where = address.partition("@")
    kind, _, area = where.partition("/")
    if not role:
        return _at(connection, "directory.at_person", area=where)
    values: dict[str, str | int] = {"role": f'"{role}"', "area": area, "limit": limit}
    if kind != "named":
        return _at(connection, _AT[kind], **values)
    found = _at(connection, "directory.at_named", **values)
    for unit in (area, *_successors(connection, area)):
        found |= _at(connection, "directory.at_applicant", **{**values, "area": unit})
    return found


def organisations_of(connection: Connection, given: Collection[str]) -> dict[str, frozenset[str]]:
    """The same for many addresses: those of one role are asked together; no key where nobody is found."""
    by_role = defaultdict[tuple[str, str], list[str]](list)
    found = dict[str, frozenset[str]]()
    for address in given:
        role, _, where = address.partition("@")
        kind, _, area = where.partition("/")
        if role and kind in _EACH:
            by_role[role, kind].append(area)
        elif names := organisations(connection, address):
            found[address] = names
    for (role, kind), areas in by_role.items():
        values = {"role": f'"{role}"', "areas": array(sorted(areas))}
        for area, name in rows(connection, _EACH[kind], **values):
            address = f"{role}@{kind}/{area}"
            found[address] = found.get(address, frozenset()) | {name}
    return found


_EACH = {
    "city": "directory.at_each_city",
    "county": "directory.at_each_county",
    "applicant": "directory.at_each_applicant",
}
_AT = {
    "": "directory.at_any",
    "province": "directory.at_province",
    "city": "directory.at_city",
    "county": "directory.at_county",
    "applicant": "directory.at_applicant",
}


def _at(connection: Connection, statement: str, **values: str | int) -> frozenset[str]:
    return frozenset(row[0] for row in rows(connection, statement, **values))


def _successors(connection: Connection, unit: str) -> Iterator[str]:
    """The units that stand in the place of this one."""
    return (successor for successor, earlier in formerly(connection).items() if unit in earlier)
