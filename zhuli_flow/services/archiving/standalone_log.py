"""The part of the checking program about the log: Merkle tree, signed checkpoints, ed25519; standard library alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)


class _Point(NamedTuple):
    """A point of the curve in extended coordinates."""

    x: int
    y: int
    z: int
    t: int


def _add(one: _Point, other: _Point) -> _Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    a = (one.y - one.x) * (other.y - other.x) % _P
    b = (one.y + one.x) * (other.y + other.x) % _P
    c, d = 2 * one.t * other.t * _D % _P, 2 * one.z * other.z % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return _Point(e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: _Point) -> _Point:
    found = _Point(0, 1, 1, 0)
    while number:
        found = _add(found, point) if number & 1 else found
        number, point = number >> 1, _add(point, point)
    return found


def _point(data: bytes) -> _Point | None:
    """The point that 32 bytes name, None for none (RFC 8032, 5.1.3)."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if y >= _P or x * x % _P != square or (not x and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return _Point(x, y, 1, x * y % _P)


def good_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether 64 bytes are the ed25519 signature of this key (32 bytes) under the message (RFC 8032, 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    base, whose, mark = _point(_BASE), _point(key), _point(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if base is None or whose is None or mark is None or number >= _L:
        return False
    bound = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    left, right = _times(number, base), _add(mark, _times(bound, whose))
    return not ((left.x * right.z - right.x * left.z) % _P or (left.y * right.z - right.y * left.z) % _P)


_BASE = bytes([0x58]) + bytes([0x66]) * 31
"""The point that all others are multiples of."""


class Letter(NamedTuple):
    """A signed checkpoint from outside: the ``place`` it was read from, what it says, and who signed that."""

    place: str
    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes], ...]

    def signed_by(self, key: str) -> bool:
        """Whether a key, a line ``name+mark+key``, signed it."""
        name, _, coded = key.split("+", 2)
        public = base64.b64decode(coded)[1:]
        mark = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
        return any(
            who == name and data[:4] == mark and good_signature(public, self.text.encode(), data[4:])
            for who, data in self.signatures
        )


_NOTE = re.compile(r"^(\S+)\n(0|[1-9]\d*)\n([A-Za-z0-9+/]{43}=)\n((?:.+\n)*)\n((?:— \S+ \S+\n)+)", re.MULTILINE)


def read_letter(data: bytes, place: str) -> Letter:
    """The first checkpoint in a file or letter. Raises ValueError without one."""
    found = _NOTE.search(data.decode("utf-8", "replace").replace("\r\n", "\n"))
    if not found:
        raise ValueError(f"{place}: 其中没有检查点")
    origin, size, root, more, signed = found.groups()
    lines = [line.split(" ") for line in signed.splitlines()]
    signatures = tuple((name, base64.b64decode(coded)) for _, name, coded in lines)
    return Letter(place, origin, int(size), base64.b64decode(root), f"{origin}\n{size}\n{root}\n{more}", signatures)


def leaf_hash(digest: bytes) -> bytes:
    """The hash of a leaf, whose data are the hash of an entry in its chain."""
    return hashlib.sha256(b"\x00" + digest).digest()


def roots(digests: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The root over the first so many entries, for each of the sizes (RFC 6962)."""
    edge: list[bytes] = []
    found = {0: hashlib.sha256().digest()}
    for place, digest in enumerate(digests):
        one, number = leaf_hash(digest), place
        while number & 1:
            one, number = hashlib.sha256(b"\x01" + edge.pop() + one).digest(), number >> 1
        edge.append(one)
        if place + 1 in sizes:
            root = edge[-1]
            for left in reversed(edge[:-1]):
                root = hashlib.sha256(b"\x01" + left + root).digest()
            found[place + 1] = root
    return found


def root_by(digest: bytes, place: int, size: int, way: Sequence[bytes]) -> bytes:
    """The root to which the way leads from an entry (RFC 9162, 2.1.3.2); nothing when it is too long or too short."""
    found, last = leaf_hash(digest), size - 1
    for one in way:
        if place & 1 or place == last:
            found = hashlib.sha256(b"\x01" + one + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + one).digest()
        place, last = place >> 1, last >> 1
    return b"" if last or place else found


class Key(NamedTuple):
    """A key that the history names: how it came about, and how many entries there were before."""

    kind: str
    origin: str
    key: str
    size: int
    note: str


def key_faults(keys: Sequence[Key], given: str) -> Iterator[str]:
    """Each key is confirmed by a signature of itself, and of the one before it where the log is the same."""
    if given and given not in [one.key for one in keys]:
        yield "给定的公钥不在留痕登记的签名密钥之中"
    for number, one in enumerate(keys):
        before = keys[number - 1] if number else None
        note = read_letter(one.note.encode(), "密钥登记")
        if not note.signed_by(one.key) and one.kind != "succeeded":
            yield f"签名密钥 {one.key[:40]}… 的登记没有它自己的签名"
        if one.kind == "renewed" and not (before and note.signed_by(before.key)):
            yield f"签名密钥 {one.key[:40]}… 的登记没有前一把密钥的签名"


def letter_fault(letter: Letter, keys: Sequence[Key], known: dict[int, bytes], entries: int) -> str:
    """What is wrong with a letter, or with the history held against it; nothing where both fit."""
    signers = [number for number, one in enumerate(keys) if one.origin == letter.origin and letter.signed_by(one.key)]
    if not signers:
        return f"{letter.place}: 签名不是留痕中登记的任何一把密钥签的"
    ends = [after.size for after in keys[1:]]
    if all(number < len(ends) and letter.size > ends[number] for number in signers):
        return f"{letter.place}: 签名的密钥在第 {ends[signers[-1]]} 条时已停用，此检查点却含 {letter.size} 条"
    if letter.size > entries:
        return f"{letter.place}: 检查点含 {letter.size} 条，包中只有 {entries} 条，末尾被截去"
    if known.get(letter.size) != letter.root:
        return f"{letter.place}: 前 {letter.size} 条与检查点不符，其中有留痕被改动、添加或抽走"
    return ""


def evidence_faults(
    told: Any, hashes: Mapping[tuple[str, int], str], letter: Letter, others: Sequence[Letter], given: str
) -> Iterator[str]:
    """The package of a case as evidence: each of its entries lies in what the checkpoint signs."""
    if not any(letter.signed_by(key) for key in ([given] if given else told["keys"])):
        yield f"{letter.place}: 检查点的签名不是{'所给' if given else '所附'}公钥签的"
    for (case, seq), digest in sorted(hashes.items()):
        one = told["entries"].get(str(seq))
        way = [bytes.fromhex(each) for each in one["hashes"]] if one else []
        if one is None or root_by(bytes.fromhex(digest), one["place"], letter.size, way) != letter.root:
            yield f"{case} 第 {seq} 条: 不在检查点所签的留痕之中"
    for other in others:
        way = [bytes.fromhex(one) for one in told.get("earlier", {}).get(str(other.size), [])]
        if other.size == letter.size and other.root != letter.root:
            yield f"{other.place}: 同为 {other.size} 条，根哈希却不同：有两套历史"
        elif way and not continued(other.size, letter.size, other.root, letter.root, way):
            yield f"{other.place}: 所附的一致性证明不成立，检查点所签的留痕不是它的延续"


def continued(old: int, size: int, before: bytes, after: bytes, way: Sequence[bytes]) -> bool:
    """Whether these hashes show the first ``old`` entries to be the beginning of ``size`` (RFC 9162, 2.1.4.2)."""
    if not 0 < old < size:
        return False
    steps = list(way) if old & (old - 1) else [before, *way]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    one = two = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            one, two = _node(step, one), _node(step, two)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            two = _node(two, step)
        place, last = place >> 1, last >> 1
    return not last and (one, two) == (before, after)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Proof(NamedTuple):
    """The proof of one entry: its text ("" under seal) and hash, its place in the log, and the way to a root."""

    case: str
    seq: int
    entry: str
    hash: str
    place: int
    hashes: Sequence[str]
    checkpoint: str
    keys: Sequence[str]


def proof_report(proof: Proof, letters: Sequence[Letter], given: str) -> tuple[bool, list[str]]:
    """Whether the proof of one entry holds, and what to say about it."""
    body, digest = proof.entry.encode(), bytes.fromhex(proof.hash)
    if body:
        told = json.loads(body)
        if hashlib.sha256(bytes.fromhex(told["previous"]) + body).digest() != digest:
            return False, ["留痕的内容与其哈希不符，被改动过"]
        if (told["case"], told["seq"]) != (proof.case, proof.seq):
            return False, ["证明的不是所称的那一条留痕"]
    letter = read_letter(proof.checkpoint.encode(), "证明所附检查点")
    keys = [given] if given else list(proof.keys)
    if not any(letter.signed_by(key) for key in keys):
        return False, ["检查点的签名不是所给公钥签的" if given else "检查点没有有效签名"]
    way = [bytes.fromhex(one) for one in proof.hashes]
    if root_by(digest, proof.place, letter.size, way) != letter.root:
        return False, ["这条留痕不在检查点所签的留痕之中"]
    for other in letters:
        if other.size == letter.size and other.root != letter.root:
            return False, [f"{other.place}: 同为 {other.size} 条，根哈希却不同：有两套历史"]
    lines = [f"证明相符：{proof.case} 第 {proof.seq} 条，列入 {letter.origin} 的前 {letter.size} 条留痕。"]
    return True, lines + ([] if given else [f"公钥取自证明本身，请与外部保存的对照：{keys[-1]}"])
