"""How people prove who they are to a browser or a program: passwords, sessions, links, tokens; and their drafts.

A secret is never kept: of a session, a link and a token its SHA-256 (each has 256 random bits), of a password its
argon2id hash, made and checked by the caller. Instants are aware UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from zhuli_flow.store.sql.statements import Connection, first, instant, pack, rows, run, unpack


@dataclass(frozen=True, slots=True)
class Session:
    """A person at a browser; instants as UTC text."""

    id: int
    person: str
    seen_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's own sessions, as its owner may see it."""

    id: int
    made_at: str
    seen_at: str
    ends_at: str
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Failure:
    """How often in a row coming in failed under one key, last when, and until when nobody is heard (UTC text)."""

    count: int = 0
    last_at: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """One of a person's tokens, without its secret."""

    id: int
    scope: str
    label: str
    made_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for an act: every name of the form with its values, at this version of the case."""

    version: int
    form: dict[str, list[str]]
    saved_at: str


def hash_of(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def put_password(connection: Connection, person: str, password: str | None, at: datetime) -> None:
    """Keep the hash of the person's new password; None takes the old one away."""
    run(connection, "accounts.put_password", {"person": person, "password": password, "changed_at": instant(at)})


def password(connection: Connection, person: str) -> str | None:
    """The hash of an active person's password; None without one."""
    found = first(connection, "accounts.password", person=person)
    return found[0] if found else None


def open_session(
    connection: Connection, secret: str, person: str, at: datetime, ends: datetime, address: str, browser: str
) -> None:
    """Begin a session that ends at ``ends`` at the latest."""
    run(
        connection,
        "accounts.open_session",
        {
            "hash": hash_of(secret),
            "person": person,
            "made_at": instant(at),
            "seen_at": instant(at),
            "ends_at": instant(ends),
            "address": address,
            "browser": browser,
        },
    )


def session(connection: Connection, secret: str) -> Session | None:
    """The session of this secret, unless it was ended or its person is no longer active; its times are not asked."""
    found = first(connection, "accounts.session", hash=hash_of(secret))
    return Session(*found) if found else None


def see_session(connection: Connection, number: int, at: datetime) -> None:
    """Note that the session was used."""
    run(connection, "accounts.see_session", {"id": number, "at": instant(at)})


def sessions(connection: Connection, person: str, at: datetime) -> list[OpenSession]:
    """The person's sessions that have not ended, the latest first."""
    return [OpenSession(*row) for row in rows(connection, "accounts.sessions", person=person, at=instant(at))]


def end_session(connection: Connection, person: str, number: int, at: datetime) -> bool:
    """End one of the person's sessions; False when there is none of that number."""
    return run(connection, "accounts.end_session", {"id": number, "person": person, "at": instant(at)}).rowcount == 1


def end_sessions(connection: Connection, person: str, at: datetime) -> int:
    """End all of the person's sessions; how many there were."""
    return run(connection, "accounts.end_sessions", {"person": person, "at": instant(at)}).rowcount


def end_every_session(connection: Connection, at: datetime) -> int:
    """End everybody's sessions, as after a backup was put back; how many there were."""
    return run(connection, "accounts.end_every_session", {"at": instant(at)}).rowcount


def add_link(connection: Connection, secret: str, person: str, at: datetime, ends: datetime) -> None:
    """A link by which the person may set a password once, until ``ends``."""
    told = {"hash": hash_of(secret), "person": person, "made_at": instant(at), "ends_at": instant(ends)}
    run(connection, "accounts.add_link", told)


def link(connection: Connection, secret: str, at: datetime) -> str | None:
    """The active person whose unused link this is; None for any other."""
    found = first(connection, "accounts.link", hash=hash_of(secret), at=instant(at))
    return str(found[0]) if found else None


def use_links(connection: Connection, person: str, at: datetime) -> None:
    """No link that the person was given serves any longer."""
    run(connection, "accounts.use_links", {"person": person, "at": instant(at)})


def failure(connection: Connection, key: str) -> Failure:
    """What is known of failures under this key."""
    found = first(connection, "accounts.failure", key=key)
    return Failure(*found) if found else Failure()


def note_failure(connection: Connection, key: str, count: int, at: datetime, until: datetime) -> None:
    """One more failure under this key; nobody is heard under it until then."""
    told = {"key": key, "count": count, "last_at": instant(at), "until": instant(until)}
    run(connection, "accounts.note_failure", told)


def forget_failure(connection: Connection, key: str) -> None:
    """Whoever failed under this key has come in."""
    run(connection, "accounts.forget_failure", {"key": key})


def add_token(
    connection: Connection, secret: str, person: str, scope: str, label: str, at: datetime, ends: datetime
) -> int:
    """A token of the person's, good until ``ends``; returns its number."""
    told = {"hash": hash_of(secret), "person": person, "scope": scope, "label": label}
    found = first(connection, "accounts.add_token", **told, made_at=instant(at), ends_at=instant(ends))
    return int(found[0]) if found else 0


def token(connection: Connection, secret: str, at: datetime) -> tuple[str, str] | None:
    """Whose token this is and for what (its scope); None for one that is not good now."""
    found = first(connection, "accounts.token", hash=hash_of(secret), at=instant(at))
    return (str(found[0]), str(found[1])) if found else None


def tokens(connection: Connection, person: str, at: datetime) -> list[Token]:
    """The person's tokens that are good now, the latest first."""
    return [Token(*row) for row in rows(connection, "accounts.tokens", person=person, at=instant(at))]


def end_token(connection: Connection, person: str, number: int, at: datetime) -> bool:
    """End one of the person's tokens; False when there is none of that number."""
    return run(connection, "accounts.end_token", {"id": number, "person": person, "at": instant(at)}).rowcount == 1


def put_draft(connection: Connection, person: str, case_id: str, event: str, draft: Draft) -> None:
    """Keep what was typed, over what was kept of the same act."""
    told = {"person": person, "case_id": case_id, "event": event, "version": draft.version}
    run(connection, "accounts.put_draft", {**told, "form": pack(draft.form), "saved_at": draft.saved_at})


def draft(connection: Connection, person: str, case_id: str, event: str) -> Draft | None:
    """What this person has typed for this act and not done."""
    found = first(connection, "accounts.draft", person=person, case_id=case_id, event=event)
    return Draft(found[0], unpack(found[1]), found[2]) if found else None


def drop_draft(connection: Connection, person: str, case_id: str, event: str) -> None:
    """The act is done, or what was typed is no longer wanted."""
    run(connection, "accounts.drop_draft", {"person": person, "case_id": case_id, "event": event})


def drop_drafts(connection: Connection, case_id: str) -> int:
    """Forget all that anybody has typed for acts on a case; how many drafts."""
    return run(connection, "accounts.drop_drafts", {"case_id": case_id}).rowcount
