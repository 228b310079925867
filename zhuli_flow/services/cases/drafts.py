"""Drafts: what a person has typed for an act and not done; nobody else sees it, and nothing is decided by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.store import accounts
from zhuli_flow.store.accounts import Draft

LONGEST = 200_000
"""Characters of a draft at most, all its values together."""


def keep(
    office: Office, person: str, case_id: str, event: str, version: int, form: Mapping[str, Sequence[str]]
) -> None:
    """Keep what was typed, over what was kept of the same act. Raises InvalidInput for too much."""
    if sum(len(name) + sum(map(len, values)) for name, values in form.items()) > LONGEST:
        raise InvalidInput("内容太长，没有存草稿", fix="请直接提交，或分次填写")
    saved_at = office.clock.now().isoformat(timespec="seconds")
    made = Draft(version, {name: list(values) for name, values in form.items()}, saved_at)
    with office.database.write() as connection:
        accounts.put_draft(connection, person, case_id, event, made)


def find(office: Office, person: str, case_id: str, event: str) -> Draft | None:
    """What this person has typed for this act; None without a draft."""
    with office.database.read() as connection:
        return accounts.draft(connection, person, case_id, event)


def drop(office: Office, person: str, case_id: str, event: str) -> None:
    """The act is done, or the draft no longer wanted."""
    with office.database.write() as connection:
        accounts.drop_draft(connection, person, case_id, event)
