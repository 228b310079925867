"""What is personal in a case when an entry is written: the words as they stand, and the salts they are bound with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.personal import DIGESTS, Personal, fields_of, masked, withheld, words_of
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import personal
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection

SALT = 32
"""Bytes of a salt."""


def of_values(
    connection: Connection, workflow: Workflow, case_id: str, *bodies: Mapping[str, object]
) -> Personal | None:
    """What is personal in these values of a case, and in what it held before; None where nothing is.

    A definition without personal fields costs nothing but being asked.
    """
    if not fields_of(workflow):
        return None
    kept = personal.of_case(connection, case_id)
    salts = {one.name: one.salt for one in kept if one.salt is not None}
    earlier = {one.text: one.name for one in kept if one.text and one.name != DIGESTS}
    words = _shortest(earlier) | words_of(workflow, *bodies)

    def salt(name: str) -> bytes:
        if name not in salts:
            salts[name] = secrets.token_bytes(SALT)
        return salts[name]

    return Personal.of(workflow, words, salt) if words else None


def _shortest(kept: Mapping[str, str]) -> dict[str, str]:
    """Without the texts that are kept because another of them stands within."""
    return {text: name for text, name in kept.items() if not any(one != text and one in text for one in kept)}


def of_case(connection: Connection, office: Office, stored: Stored) -> Personal | None:
    """What is personal in a case as it stands."""
    workflow = lookup.definition(connection, office, stored.case.digest)
    return of_values(connection, workflow, stored.case.id, stored.case.fields)


def bound(connection: Connection, chain: str, body: bytes, held: Personal, *, refused: bool) -> bytes:
    """The bytes of an entry as they are stored: with commitments, and what these stand for kept beside it.

    Of a refused attempt nothing is kept: its personal words are masked.
    """
    told = msgspec.json.decode(body)
    if refused:
        return canonical(masked(told, held))
    written, kept = withheld(told, held)
    personal.put(connection, chain, kept)
    return canonical(written)
