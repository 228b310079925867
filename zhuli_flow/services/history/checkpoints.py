"""Signed checkpoints of the log, proofs of single entries, and the log held against a checkpoint from outside."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from zhuli_flow.clock import local_minute, parse_instant, to_the_second
from zhuli_flow.engine.authority.reading import Reader
from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.history.checkpoint import (
    Checkpoint,
    NotACheckpoint,
    Note,
    base64,
    read_checkpoint,
    read_note,
    read_verifier,
)
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history.merkle import inclusion_proof, root_of
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.history import log_key
from zhuli_flow.services.history.log_key import Change
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases, merkle_log
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import write_new, write_over

AT, REHEARSAL = "at ", "rehearsal"
"""Further lines of a checkpoint: when it was signed (UTC); that it is of a rehearsal."""


class Signed(NamedTuple):
    """A checkpoint as it was signed; ``key`` is the public key, a line."""

    checkpoint: Checkpoint
    note: Note
    key: str


def take(office: Office) -> Signed:
    """Sign how the log stands now. Raises IntegrityBroken when it contradicts what was signed before; as ``signer``."""
    key = log_key.signer(office)
    with office.database.read() as connection:
        edge = merkle_log.head(connection)
        _require_growth(connection, office)
    more = (f"{AT}{to_the_second(office.clock.now())}", *((REHEARSAL,) if office.rehearsal else ()))
    made = Checkpoint(key.name, edge.size, edge.root(), more)
    note = Note(made.text(), (key.sign(made.text()),))
    write_over(log_key.last_file(office), note.whole().encode())
    return Signed(made, note, key.verifier)


def last_signed(office: Office) -> Checkpoint | None:
    """The checkpoint that was signed last, as its file beside the key has it; None before the first."""
    try:
        return read_checkpoint(read_note(log_key.last_file(office).read_bytes()).text)
    except FileNotFoundError:
        return None
    except NotACheckpoint as error:
        raise IntegrityBroken(
            f"{log_key.last_file(office)} 已损坏：{error.reason}",
            fix="请用最近寄出的检查点核对（zhuli audit verify --against 文件），相符后把它存到此处",
        ) from error


def _require_growth(connection: Connection, office: Office) -> None:
    if reason := unlike_last(connection, office):
        raise IntegrityBroken(
            f"留痕与上次签发的检查点对不上，不再签发：{reason}",
            fix=f"请先查明原因：zhuli audit verify；确因恢复备份造成的，封存本日志、另立新的：{log_key.SUCCEED}",
        )


def unlike_last(connection: Connection, office: Office) -> str:
    """Why the log is not what was signed last, "" where it is, or nothing was signed yet."""
    last = last_signed(office)
    return _unlike(connection, last, merkle_log.head(connection).size) if last else ""


def _begins_with(connection: Connection, told: Checkpoint, size: int) -> bool:
    """Whether the log, of ``size`` entries now, had this root when it had as many as the checkpoint says."""
    try:
        return told.size <= size and root_of(merkle_log.nodes(connection), 0, told.size) == told.root
    except LookupError:
        return False


class Proof(msgspec.Struct, frozen=True):
    """What proves one entry: its bytes as text, its place in the log, the way to the root, and the signed root.

    ``hashes`` from the lowest on, in hex; ``checkpoint`` is a signed note, ``keys`` the public keys that may sign it.
    An entry under seal is proven by its hash alone, its text is "".
    """

    case: str
    seq: int
    entry: str
    hash: str
    place: int
    size: int
    hashes: tuple[str, ...]
    checkpoint: str
    keys: tuple[str, ...]
    format: str = "zhuli-proof/1"


def prove(office: Office, case_id: str, seq: int) -> Proof:
    """The proof of one entry under a checkpoint signed now.

    Raises NotFound, NoRight for a reader to whom it is closed; IntegrityBroken as ``take``.
    """
    _require_open(office, case_id, seq)
    signed = take(office)
    with office.database.read() as connection:
        place, link = merkle_log.place_of(connection, case_id, seq), audit.link(connection, case_id, seq)
        if place is None or link is None:
            raise NotFound(f"没有 {case_id} 第 {seq} 条留痕", fix=f"请核对：zhuli case history {case_id}")
        try:
            way = inclusion_proof(merkle_log.nodes(connection), place, signed.checkpoint.size)
        except LookupError as error:
            raise IntegrityBroken("留痕总树缺少节点，出不了证明", fix="请先核对：zhuli audit verify") from error
        shown = _shown(connection, office, link)
        keys = tuple(one.key for one in log_key.known(connection))
    return Proof(
        case=case_id,
        seq=seq,
        entry=link.body.decode() if shown else "",
        hash=link.hash.hex(),
        place=place,
        size=signed.checkpoint.size,
        hashes=tuple(one.hex() for one in way),
        checkpoint=signed.note.whole(),
        keys=keys,
    )


def _require_open(office: Office, case_id: str, seq: int) -> None:
    """To whom a history is closed, what he did himself is open (as ``cases.view.history``)."""
    if office.reader is None:
        return
    if case_id == OFFICE_CHAIN:
        reading.require_everything(office)
    elif not reading.opens(office, case_id, "history"):
        with office.database.read() as connection:
            link = audit.link(connection, case_id, seq)
        if link is None or read(link.body).actor.person != office.reader.person:
            reading.require(office, case_id, "history")


def write_proof(office: Office, case_id: str, seq: int, target: Path) -> Proof:
    """Write the proof of one entry to the new file ``target``, for whoever is to keep it. InvalidInput (target)."""
    made = prove(office, case_id, seq)
    write_new(target, written(made))
    return made


def written(proof: Proof) -> bytes:
    """A proof as the file that is kept of it."""
    return msgspec.json.format(msgspec.json.encode(proof)) + b"\n"


def _shown(connection: Connection, office: Office, link: Link) -> bool:
    """Whether everybody may read the entry; what is sealed stays sealed."""
    stored = cases.load(connection, link.case_id)
    if stored is None:
        return True
    return Reader(lookup.definition(connection, office, stored.case.digest), stored.case).knows(read(link.body))


class Verdict(msgspec.Struct, frozen=True):
    """A checkpoint from outside held against this history: ``reason`` says what does not fit, "" where all of it does.

    ``size``: entries that the checkpoint covers; ``entries``: how many there are now, ``uncovered`` of them later, the
    first at ``open_since`` ("" where it covers all). Instants are Beijing time.
    """

    ok: bool
    origin: str
    size: int
    at: str
    entries: int
    uncovered: int
    open_since: str
    reason: str


def against(office: Office, data: bytes, key: str = "") -> Verdict:
    """Hold the log against a checkpoint that left the house, alone or within a letter.

    ``key``: the public key as the outsider has it, "" to take the history's word for it. The log itself is held against
    the entries by ``verify``. Raises InvalidInput for what is no checkpoint or no key.
    """
    try:
        note = read_note(within(data))
        told = read_checkpoint(note.text)
        given = read_verifier(key) if key else None
    except NotACheckpoint as error:
        raise InvalidInput(f"这不是检查点：{error.reason}", fix="请给出检查点文件，或含有检查点的信件全文") from error
    with office.database.read() as connection:
        known, size = log_key.known(connection), merkle_log.head(connection).size
        reason = _unsigned(note, told, known, given) or _unlike(connection, told, size)
        since = merkle_log.at_place(connection, told.size)
    return Verdict(
        ok=not reason,
        origin=told.origin,
        size=told.size,
        at=_signed_at(told),
        entries=size,
        uncovered=max(0, size - told.size),
        open_since=local_minute(datetime.fromisoformat(since)) if since else "",
        reason=reason,
    )


def _signed_at(told: Checkpoint) -> str:
    """When it says it was signed, Beijing time; what is no instant as it stands, "" where it says nothing."""
    text = next((line.removeprefix(AT) for line in told.more if line.startswith(AT)), "")
    try:
        return local_minute(parse_instant(text)) if text else ""
    except (ValueError, OverflowError):
        return text


def printed(signed: Signed) -> tuple[str, str, str]:
    """A checkpoint as three lines on paper, from which ``within`` makes the note again."""
    told, (signature,) = signed.checkpoint, signed.note.signatures
    first = f"检查点 {told.origin} {told.size} {' '.join(told.more)}"
    return first, base64(told.root), base64(signature.key_id + signature.signature)


def within(data: bytes) -> bytes:
    """The signed note in a letter or on a paper's copy, as text; bytes without one as they are."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    found, lines = _NOTE.search(text), _PRINTED.search(text)
    if found or not lines:
        return found[0].encode() if found else data
    origin, size, at, rehearsal, root, signature = lines.groups()
    more = (f"{AT}{at}", *((REHEARSAL,) if rehearsal else ()))
    return "\n".join((origin, size, root, *more, "", f"— {origin} {signature}", "")).encode()


_PRINTED = re.compile(r"检查点\s+(zhuli-log/\S+)\s+(\d+)\s+at\s+(\S+)(\s+rehearsal)?\s+(\S{43}=)\s+(\S{91}=|\S{92})")
"""Such lines on a paper, however its text was taken from it."""


_NOTE = re.compile(r"^zhuli-log/\S+\n(?:.+\n)+\n(?:— .+\n)+", re.MULTILINE)


def _unsigned(note: Note, told: Checkpoint, known: list[Change], given: tuple[str, bytes] | None) -> str:
    """Why the signature is worth nothing, "" where it is good."""
    from zhuli_flow.signing.keys import signed_by

    if given and not any((one.origin, one.public) == given for one in known):
        return "所给的公钥不在留痕登记的签名密钥之中"
    signers = [one for one in known if one.origin == told.origin and signed_by(note, told.origin, one.public)]
    if not signers:
        return "签名不是留痕中登记的任何一把密钥签的"
    ends = {one.key: after.size for one, after in pairwise(known)}
    if all(told.size > ends.get(one.key, told.size) for one in signers):
        return f"签名所用的密钥在第 {ends[signers[-1].key]} 条时已停用，此检查点却含 {told.size} 条"
    return ""


def _unlike(connection: Connection, told: Checkpoint, size: int) -> str:
    """Why this log is not the one the checkpoint speaks of, "" where it is."""
    if told.size > size:
        return f"检查点含 {told.size} 条，现在只有 {size} 条：末尾至少 {told.size - size} 条被截去"
    if not _begins_with(connection, told, size):
        return f"前 {told.size} 条的根哈希与检查点不同：其中有留痕被改动、添加或抽走"
    return ""
