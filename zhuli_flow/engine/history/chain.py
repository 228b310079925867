"""What makes the history verifiable: the chain hash, and the first entry that does not fit.

An entry's hash is SHA-256 over the previous hash (32 bytes; zeros for the first) followed by its canonical bytes. The
stored bytes are hashed again when verifying, never re-serialised, so that there is nothing to dispute about that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from zhuli_flow.engine.history.canonical import NOT_CANONICAL, said_by

ZERO = bytes(32)

_with_floats = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""The form before floats were refused; the same bytes for everything else."""


def chain_hash(previous: bytes, body: bytes) -> bytes:
    """32 bytes that bind ``body`` to everything before it."""
    return hashlib.sha256(previous + body).digest()


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry as the verifier sees it; ``columns`` repeat what its body says, for those who search."""

    case_id: str
    seq: int
    body: bytes
    hash: bytes
    columns: Mapping[str, str | None] = field(default_factory=dict)


class Break(msgspec.Struct, frozen=True):
    """The first entry that does not fit, and why (Chinese)."""

    case_id: str = msgspec.field(name="case")
    seq: int
    reason: str


def first_break(links: Iterable[Link], heads: dict[str, tuple[int, bytes]]) -> tuple[int, Break | None]:
    """Walk the chains; ``links`` come ordered by (case_id, seq), ``heads`` holds the (seq, hash) each should end with.

    Returns how many entries were read and the first break, None when every chain is whole.
    """
    count, case_id, seq, previous = 0, "", 0, ZERO
    ends: dict[str, tuple[int, bytes]] = {}
    for link in links:
        count += 1
        if link.case_id != case_id:
            case_id, seq, previous = link.case_id, 0, ZERO
        reason = fault(link, seq, previous)
        if reason:
            return count, Break(case_id, link.seq, reason)
        seq, previous = link.seq, link.hash
        ends[case_id] = (seq, previous)
    return count, missing_end(ends, heads)


def fault(link: Link, seq: int, previous: bytes) -> str:
    """Why an entry does not follow the one numbered ``seq`` with the hash ``previous``, "" where it does (Chinese)."""
    if link.seq != seq + 1:
        return f"序号不连续：应为 {seq + 1}，实为 {link.seq}"
    if chain_hash(previous, link.body) != link.hash:
        return "内容与哈希不符，记录被改动过"
    said = said_by(link.body)
    if said is NOT_CANONICAL and not _is_old_form(link.body):
        return "记录的字节不是规范格式，不是本系统写下的"
    told = _told(json.loads(link.body) if said is NOT_CANONICAL else said)
    if (told.get("case"), told.get("seq")) != (link.case_id, link.seq):
        return "记录所写的事项或序号与所在位置不符"
    wrong = [name for name, stored in link.columns.items() if name in told and (told[name] or None) != (stored or None)]
    return f"检索用的列与记录不符（{'、'.join(wrong)}），被改动过" if wrong else ""


def _is_old_form(body: bytes) -> bool:
    try:
        return _with_floats(json.loads(body)).encode() == body
    except (ValueError, RecursionError):
        return False


def _told(told: object) -> dict[str, object]:
    """What an entry says of itself; what is no entry says nothing."""
    if not isinstance(told, dict):
        return {}
    actor, request = told.get("actor"), told.get("request")
    who = {"person": actor.get("person")} if isinstance(actor, dict) else {}
    asked = {"request_id": request.get("id")} if isinstance(request, dict) else {}
    return {**told, **who, **asked}


def missing_end(ends: dict[str, tuple[int, bytes]], heads: dict[str, tuple[int, bytes]]) -> Break | None:
    """The first chain, by case, that does not end where its case says, None when all do; both hold (seq, hash)."""
    for case_id in sorted(heads.keys() | ends.keys()):
        if case_id not in heads:
            return Break(case_id, ends[case_id][0], "留痕所属的事项已不存在")
        if ends.get(case_id, (0, ZERO)) != heads[case_id]:
            return Break(case_id, heads[case_id][0], "链尾与事项记录的不一致，末尾记录可能被截去")
    return None
