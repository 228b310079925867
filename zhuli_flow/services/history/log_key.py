"""Who signs for the log: its name and key as the history has them, and how they come about, change and end.

Each change is an entry of the office's chain that carries a signed checkpoint of the log as it stood, with a line that
says what follows: a first key, another key (signed by both), another log (``succeed``). The private key lies in a file
of the home, never in the database. Beside it lies the last checkpoint signed: nothing that contradicts it is signed.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from zhuli_flow.engine.history.checkpoint import Checkpoint, Note, read_verifier
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.errors import IntegrityBroken, ZhuliError
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, merkle_log
from zhuli_flow.store.sql.statements import Connection

if TYPE_CHECKING:
    from zhuli_flow.signing.keys import Signer

FOLDER, FILE, NEXT = "keys", "log.key", "log.key.next"
EVENT = "log_key"
SUCCEED = "zhuli audit succeed --because 原因"


class Change(msgspec.Struct, frozen=True):
    """What an entry says of the log: its name ``origin`` and public ``key`` (a line) from now on, and why.

    ``kind``: ``first``, ``renewed`` (another key of the same log) or ``succeeded`` (another log). ``size``: entries
    before it; ``note``: the checkpoint of then with this change, signed.
    """

    kind: str
    origin: str
    key: str
    size: int
    reason: str
    note: str

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return read_verifier(self.key)[1]


class _Body(Content, frozen=True):
    """What the entry of a change of key says."""

    log: Change


def known(connection: Connection) -> list[Change]:
    """Every key that ever signed for this office, the one in force last."""
    return [_read(entry.body).log for entry in audit.of_office(connection, EVENT)]


_read = msgspec.json.Decoder(_Body).decode


def signer(office: Office) -> Signer:
    """The key in force; the first one is made when it is asked for.

    Raises NotFound or InvalidInput (file of the key), IntegrityBroken (the file holds another key than the history).
    """
    from zhuli_flow.signing import keys

    with office.database.read() as connection:
        so_far = known(connection)
    if not so_far:
        return _first(office)
    place, coming = office.home / FOLDER / FILE, office.home / FOLDER / NEXT
    wanted = so_far[-1].key
    if coming.exists() and keys.load(coming).verifier == wanted:
        coming.replace(place)  # the change is on record; what was to follow was cut short
    found = keys.load(place)
    if found.verifier != wanted:
        raise IntegrityBroken(
            f"{place} 不是留痕中登记的签名密钥",
            fix=f"请从保管处取回登记过的密钥；确已丢失的，封存本日志、另立新的：{SUCCEED}",
        )
    return found


def _first(office: Office) -> Signer:
    with office.database.write() as connection:
        if not known(connection):  # else another process has just made it
            made = _prepared(office, None)
            _record(connection, office, "first", made, (made,), "启用留痕签名密钥", "")
    _in_place(office)
    return signer(office)


def renew(office: Office, reason: str) -> Signer:
    """Change to a new key of the same log: an entry signed by both; the old private key is then destroyed."""
    old = signer(office)
    with office.database.write() as connection:
        made = _prepared(office, old.name)
        _record(connection, office, "renewed", made, (old, made), "更换留痕签名密钥", reason)
    _in_place(office)
    return made


def succeed(office: Office, reason: str) -> Signer:
    """Close this log and open another that goes on from the entries there are, with a key and a name of its own.

    For when the key is lost or stolen, or a backup was put back, so that checkpoints sent outside can't be met. The
    entry is signed by the old key too where it is still there.
    """
    old = _if_there(office)
    with office.database.write() as connection:
        made = _prepared(office, None)
        signers = (old, made) if old else (made,)
        _record(connection, office, "succeeded", made, signers, "封存留痕日志，另立新日志", reason)
    last_file(office).unlink(missing_ok=True)
    _in_place(office)
    return made


def _if_there(office: Office) -> Signer | None:
    try:
        return signer(office)
    except ZhuliError:
        return None


def _prepared(office: Office, name: str | None) -> Signer:
    """A new key in its file, not yet in force; without a name its log is named after it."""
    from zhuli_flow.signing import keys

    coming = office.home / FOLDER / NEXT
    coming.unlink(missing_ok=True)  # of a change that was cut short before it was on record
    made = keys.make(name or "")
    if name is None:
        made = made.named(f"zhuli-log/{sha256(made.public).hexdigest()[:16]}")
    made.save(coming)
    return made


def _in_place(office: Office) -> None:
    coming = office.home / FOLDER / NEXT
    if coming.exists():
        coming.replace(office.home / FOLDER / FILE)


def last_file(office: Office) -> Path:
    """Where the last checkpoint signed lies."""
    return office.home / FOLDER / "log.last"


def _record(
    connection: Connection,
    office: Office,
    kind: str,
    made: Signer,
    signers: tuple[Signer, ...],
    title: str,
    reason: str,
) -> None:
    edge = merkle_log.head(connection)
    text = Checkpoint(signers[0].name, edge.size, edge.root(), (f"{kind} {made.verifier}",)).text()
    change = Change(
        kind=kind,
        origin=made.name,
        key=made.verifier,
        size=edge.size,
        reason=reason,
        note=Note(text, tuple(one.sign(text) for one in signers)).whole(),
    )
    entries.write_office(connection, office, EVENT, title, content=_Body(change))
