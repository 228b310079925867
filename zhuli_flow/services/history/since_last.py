"""Verifying what came since the last time, without reading a letter of the rest: its bytes are hashed again, no more.

Who verified the whole record keeps a *verified position* beside the key: how many entries there were, a hash over all
their rows, one over the log's nodes, one for each case. The next time all bytes are hashed as they stand; while that is
the same, only later entries are read, and only cases that changed are walked again. Whatever differs is no verdict yet:
the whole record is then verified as if nothing had been kept, and that names the place.

The position is believed. Who can write the home's folder can write it too, and so hide what was changed by hand before
it, but for what the log's root shows. ``verify.verify`` believes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from zhuli_flow import __version__
from zhuli_flow.engine.history.chain import ZERO, fault, missing_end
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.history import log_key, log_proof, verify
from zhuli_flow.services.history.log_proof import BLOCK, Nodes
from zhuli_flow.services.history.verify import Verified
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases, merkle_log, personal, whole_rows
from zhuli_flow.store.merkle_log import Leaf
from zhuli_flow.store.sql.statements import Connection, Row
from zhuli_flow.support.new_file import write_over

Ends = dict[str, tuple[int, bytes]]


class Position(msgspec.Struct, frozen=True):
    """What was verified: ``size`` entries, SHA-256 over their rows and over the log's nodes, and one of each case.

    ``personal``: the cases that held personal data; they are asked each time. ``program``: the version that verified,
    since another one may ask for more.
    """

    program: str
    size: int
    rows: bytes
    nodes: bytes
    cases: dict[str, bytes]
    personal: frozenset[str]


class Since(NamedTuple):
    """What was found, and how many of the entries were known and only hashed (0: all were read)."""

    verified: Verified
    known: int


class _Walk:
    """Entries in the order in which they came: how many, the end of each chain, a hash over all, leaves to check."""

    def __init__(self) -> None:
        self.size, self.ends, self.leaves = 0, Ends(), list[Leaf]()
        self._summed, self._encode = sha256(), msgspec.msgpack.Encoder().encode

    @property
    def rows(self) -> bytes:
        """SHA-256 over the rows, bodies and all, each with the lengths of its parts."""
        return self._summed.digest()

    def hash_all(self, found: Iterable[Row]) -> None:
        """Entries that were read before, and are believed once the hash over all is what it was."""
        ends, encode, note, size = self.ends, self._encode, self._summed.update, 0
        for row in found:
            note(encode(row))
            ends[row[1]] = row[2], row[8]
            size += 1
        self.size += size

    def hash_listed(self, found: Iterable[Row]) -> None:
        """The same for those of an unfinished block, whose leaves the log still needs one by one."""
        for row in found:
            self.hash_all((row,))
            self._list(row)

    def read_all(self, found: Iterable[Row]) -> bool:
        """Read entries to the letter; False at the first that does not follow."""
        for row in found:
            link = audit.link_of(row)
            if fault(link, *self.ends.get(link.case_id, _BEGIN)):
                return False
            self.hash_listed((row,))
        return True

    def _list(self, row: Row) -> None:
        self.leaves.append(Leaf(row[0] - 1, row[1], row[2], row[8]))


_BEGIN = (0, ZERO)


def place(office: Office) -> Path:
    """Where the verified position lies."""
    return log_key.last_file(office).with_name("verified.last")


def verify_since(office: Office) -> Since:
    """Verify the record, as far as it was not verified before, and keep how far that is now.

    Raises as ``verify.verify``; InvalidInput when the position can't be written.
    """
    kept = _kept(office)
    with office.database.read() as connection:
        now = kept and _continued(connection, office, kept)
        known = kept.size if kept and now else 0
        found = (
            Verified(ok=True, entries=now.size, first_break=None) if now else verify.verify_within(connection, office)
        )
        now = now or (_whole(connection) if found.ok else None)
    if now and now != kept:
        _keep(place(office), now)
    return Since(found, known)


def _keep(target: Path, now: Position) -> None:
    """Where that can't be, the verdict is told all the same."""
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        write_over(target, msgspec.msgpack.encode(now))
    except (OSError, InvalidInput) as error:
        why = error.message.partition("；")[0] if isinstance(error, InvalidInput) else str(error.strerror)
        raise InvalidInput(
            f"留痕核对相符；但没有记下核对到哪里（{target}）：{why}",
            fix="请检查文件夹的写入权限和剩余空间；只读的环境请不加 --since-last 核对",
        ) from error


def _kept(office: Office) -> Position | None:
    """The position of last time; None without one that this program wrote."""
    try:
        found = msgspec.msgpack.decode(place(office).read_bytes(), type=Position)
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.program == __version__ else None


def _whole(connection: Connection) -> Position:
    """The position at the end of a record that was just verified, in the same look."""
    walked = _Walk()
    walked.hash_all(audit.in_order(connection))
    digests = {case_id: digest for case_id, _, _, digest in whole_rows.digests(connection, verify.PAGE)}
    nodes = merkle_log.kept_nodes(connection)
    held = frozenset(personal.cases(connection))
    return Position(__version__, walked.size, walked.rows, _over(nodes, walked.size), digests, held)


def _continued(connection: Connection, office: Office, kept: Position) -> Position | None:
    """The position now, None where anything is not as it was kept, or does not follow."""
    nodes, walked = merkle_log.kept_nodes(connection), _walked(connection, kept)
    if walked is None or _over(nodes, kept.size) != kept.nodes or verify.unlike_letter(connection, office):
        return None
    try:
        edge = log_proof.edge_at(nodes, kept.size // BLOCK)
    except LookupError:
        return None
    if log_proof.first_fault_since(connection, edge, walked.leaves, nodes):
        return None
    held = kept.personal | frozenset(personal.cases(connection))
    digests = _cases(connection, office, kept, walked.ends, held)
    if digests is None:
        return None
    return Position(__version__, walked.size, walked.rows, _over(nodes, walked.size), digests, held)


def _walked(connection: Connection, kept: Position) -> _Walk | None:
    """Every entry hashed, those behind the position read; None where one is not as it was, or does not follow."""
    walk, found = _Walk(), audit.in_order(connection)
    blocks, rest = kept.size // BLOCK * BLOCK, kept.size % BLOCK
    walk.hash_all(islice(found, blocks))
    walk.hash_listed(islice(found, rest))
    if walk.size != kept.size or walk.rows != kept.rows:
        return None
    return walk if walk.read_all(found) else None


def _over(nodes: Nodes, size: int) -> bytes:
    """SHA-256 over the kept nodes that were complete when the log had ``size`` leaves."""
    summed = sha256()
    for (level, at), found in sorted(nodes.items()):
        if (at + 1) << level <= size:
            summed.update(b"%d %d %b\n" % (level, at, found))
    return summed.digest()


def _cases(
    connection: Connection, office: Office, kept: Position, ends: Ends, held: frozenset[str]
) -> dict[str, bytes] | None:
    """The hash of each case's row; None where one does not follow from its entries. Only what changed is walked."""
    digests, heads = dict[str, bytes](), Ends()
    for case_id, seq, head, digest in whole_rows.digests(connection, verify.PAGE):
        digests[case_id] = digest
        if seq:
            heads[case_id] = seq, head
    office_end = audit.office_head(connection)
    if missing_end(ends, heads | ({OFFICE_CHAIN: office_end} if office_end[0] else {})):
        return None
    changed = {one for one, digest in digests.items() if kept.cases.get(one) != digest}
    for case_id in sorted(changed | held):
        stored = cases.load(connection, case_id)
        if stored is None or verify.unlike_its_history(connection, office, stored, holds_personal=case_id in held):
            return None
    return digests
