#!/usr/bin/env python3
"""Checks an archive package or an exported history by itself: Python 3.8 or later, nothing else to install.

    python3 -I -S verify.py [PACKAGE.zip or the unpacked FOLDER; without: the folder this file lies in]
                            [--letter FILE]… [--key PUBLIC_KEY]
    python3 -I -S verify.py PROOF.json [--key PUBLIC_KEY]

Every file has the size and SHA-256 that the manifest names, and none is missing or added; every entry of the history
is bound to the one before it (hash = SHA-256 of the previous hash, 32 zero bytes first, and the entry's own bytes);
every file, definition and checkpoint that the history names is the one in the package. Exit code 0: all of it holds;
7: something does not, each fault on a line; 2: there is no package to check.

Who has the whole package in hand could write all of it anew. So hold it against what left the house: signed checkpoints
(``--letter``, any number of them, with the public key as the outsider has it), and the line printed on each document
with the number and first 24 digits of an entry's hash (留痕校验行). Which entries no letter covers is told.

This file knows nothing of the program that made the package, and imports the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

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

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

PERSONAL = "personal.json"
_BOUND = re.compile(rb'"\$personal/[^/"]*/([0-9a-f]{64})"')


def bound(body: bytes) -> list[str]:
    """The commitments in the bytes of an entry."""
    return [digest.decode() for digest in _BOUND.findall(body)]


def personal_faults(values: Any, named: Mapping[str, str], erased: set[str]) -> Iterator[str]:
    """What does not hold of the texts given: ``named`` are the commitments of the entries, each with its place."""
    there = set()
    for one in values:
        digest = sha256(bytes.fromhex(one["salt"]) + one["text"].encode("utf-8")).hexdigest()
        there.add(one["commitment"])
        if digest != one["commitment"] or digest not in named:
            yield f"{PERSONAL}: 有一处个人信息与留痕中的承诺值不符，被改动过"
    for digest in sorted(there & erased):
        yield f"{named.get(digest, PERSONAL)}: 已依法清除的个人信息仍在包中"
    for digest in sorted(named.keys() - there - erased):
        yield f"{named[digest]}: 所记的个人信息不在包中，也没有依法清除的记载"

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

UNREADABLE = (OSError, ValueError, EOFError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile)
"""What reading a damaged zip file may end in."""
_LOCAL = struct.Struct("<4s5H3L2H")
"""The header before each file of a zip archive."""
_STREAMED = 8
"""Of the flags of a file: its sizes stand behind it."""


def _central(one: zipfile.ZipInfo) -> tuple[Any, ...]:
    """What the end of the archive says of a file, as it should stand before the file as well."""
    year, month, day, hour, minute, second = one.date_time
    time, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    sizes = (0, 0, 0) if one.flag_bits & _STREAMED else (one.CRC, one.compress_size, one.file_size)
    return (b"PK\x03\x04", one.flag_bits, one.compress_type, time, date, *sizes)


class NoPackage(Exception):
    """There is nothing here that could be checked; the message says why."""


class Source:
    """The files of a package, in a folder or a zip file, by their names."""

    def __init__(self, place: Path) -> None:
        self._path, self._folder = place, place if place.is_dir() else None
        try:
            self._zip = None if self._folder else zipfile.ZipFile(place)
        except (OSError, zipfile.BadZipFile) as error:
            raise NoPackage(f"{place}: 打不开（{error}）") from error

    def names(self) -> list[str]:
        """Every file, sorted; a name that stands twice in a zip file stands twice here."""
        if self._folder is None:
            return sorted(info.filename for info in self._opened().infolist() if not info.is_dir())
        return sorted(path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file())

    def open(self, name: str) -> BinaryIO:
        """One file, for reading."""
        if self._folder is None:
            return self._opened().open(name)  # type: ignore[return-value]
        return (self._folder / name).open("rb")

    def container_faults(self) -> Iterator[str]:
        """A zip file says everything twice, before each file and at its end: both must agree, with nothing between."""
        if self._zip is None:
            return
        at: int | None = 0
        with self._path.open("rb") as file:
            for one in sorted(self._zip.infolist(), key=lambda entry: entry.header_offset):
                header, name, extra = self._local(file, one)
                if header != _central(one) or name != one.orig_filename or at not in (None, one.header_offset):
                    yield f"{one.filename}: 压缩包两处对它的记载不一致"
                end = one.header_offset + _LOCAL.size + len(name.encode("utf-8")) + extra + one.compress_size
                at = None if one.flag_bits & _STREAMED else end
        if at not in (None, self._zip.start_dir) or self._zip.comment:
            yield "压缩包中夹有清单以外的内容"

    @staticmethod
    def _local(file: BinaryIO, one: zipfile.ZipInfo) -> tuple[tuple[Any, ...], str, int]:
        """What stands before a file: as ``_central`` tells it, its name, and how long its extra part is."""
        file.seek(one.header_offset)
        mark, _, flags, method, time, day, crc, packed, size, length, extra = _LOCAL.unpack(file.read(_LOCAL.size))
        name, more = file.read(length).decode("utf-8", "replace"), file.read(extra)
        if more[:4] == b"\1\0\x10\0":  # a file that may be larger than 32 bits tell: its sizes stand here
            size, packed = struct.unpack("<QQ", more[4:20].ljust(16, b"\0"))
        sizes = (0, 0, 0) if flags & _STREAMED else (crc, packed, size)
        return (mark, flags, method, time, day, *sizes), name, extra

    def _opened(self) -> zipfile.ZipFile:
        if self._zip is None:
            raise NoPackage("没有打开的归档包")
        return self._zip

FORMATS = ("zhuli-archive/1", "zhuli-audit/1")
MANIFEST, HISTORY, CHAIN, CALENDAR = "manifest.json", "history.jsonl", "chain.txt", "calendar.json"
METADATA = "metadata.xml"
CHECKPOINT, EVIDENCE, PROOF = "checkpoint.txt", "proofs.json", "zhuli-proof/1"
BROKEN, USAGE = 7, 2
_DESCRIBED = re.compile(
    "<计算机文件名>([^<]*)</计算机文件名>\n<计算机文件大小[^>]*>([0-9]+)</计算机文件大小>\n<数字摘要[^>]*>([0-9a-f]{64})</数字摘要>"
)
_DIGEST, _CHUNK = re.compile(r"[0-9a-f]{64}"), 1 << 20


class Checking:
    """One package being checked: ``faults`` in words, ``ends`` the last number and hash of every chain."""

    def __init__(self, source: Source, letters: Sequence[tuple[str, bytes]] = (), key: str = "") -> None:
        self.source = source
        self.letters = [read_letter(data, place) for place, data in letters]
        self.key = key
        self.keys: list[Key] = []
        self.leaves: dict[int, bytes] = {}
        self.covered = 0
        self.signed: Letter | None = None
        self.faults: list[str] = []
        self.ends: dict[str, tuple[int, str]] = {}
        self.hashes: dict[tuple[str, int], str] = {}
        self.withheld = 0
        self.entries = 0
        self.digests: set[str] = set()
        self.wanted: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self.checkpoints: list[tuple[str, str]] = []
        self.bound: dict[str, str] = {}
        self.erased: set[str] = set()
        self.manifest: dict[str, Any] = self._read_manifest()

    def _read_manifest(self) -> dict[str, Any]:
        try:
            with self.source.open(MANIFEST) as file:
                found = json.loads(file.read().decode("utf-8"))
        except (KeyError, RecursionError, *UNREADABLE) as error:
            raise NoPackage(f"没有可读的 {MANIFEST}（{error}）") from error
        if not isinstance(found, dict) or found.get("format") not in FORMATS:
            raise NoPackage(f"{MANIFEST} 不是本程序认识的格式")
        return found

    def run(self) -> None:
        """Check everything; what is wrong is then in ``faults``."""
        self.faults += self.source.container_faults()
        self.check_files()
        if not self.faults:  # what does not have its own bytes can't be read for more
            self.check_history()
            self.check_definitions()
            self.check_named()
            self.check_calendar()
            self.check_metadata()
            self.check_personal()
            self.check_log()

    def check_files(self) -> None:
        """The package holds the files of the manifest, byte for byte, and no other."""
        told: dict[str, Any] = self.manifest["files"]
        counts = Counter(self.source.names())
        for name in sorted(name for name, number in counts.items() if number > 1):
            self.faults.append(f"{name}: 同名文件有两份")
        for name in sorted(counts.keys() - told.keys() - {MANIFEST}):
            self.faults.append(f"{name}: 清单上没有的文件")
        for name in sorted(told):
            if name not in counts:
                self.faults.append(f"{name}: 清单上有，包中没有")
                continue
            size, digest = self._measure(name)
            self.digests.add(digest)
            if (size, digest) != (told[name]["size"], told[name]["sha256"]):
                self.faults.append(f"{name}: 内容与清单不符，被改动过")
            elif told[name].get("sm3") and self._sm3(name) not in ("", told[name]["sm3"]):
                self.faults.append(f"{name}: SM3 与清单不符")

    def _measure(self, name: str) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        try:
            with self.source.open(name) as file:
                for chunk in iter(lambda: file.read(_CHUNK), b""):
                    size += len(chunk)
                    digest.update(chunk)
        except UNREADABLE as error:
            return -1, str(error)
        return size, digest.hexdigest()

    def _sm3(self, name: str) -> str:
        """The second hash of a file, nothing where this Python has none."""
        if "sm3" not in hashlib.algorithms_available:
            return ""
        digest = hashlib.new("sm3")
        with self.source.open(name) as file:
            digest.update(file.read())
        return digest.hexdigest()

    def check_history(self) -> None:
        """Every chain is whole, from its first entry to the end that the manifest names."""
        with self.source.open(HISTORY) as bodies, self.source.open(CHAIN) as chain:
            rows = iter(chain.read().decode("utf-8").splitlines())
            for line in bodies:
                case, seq, digest, place = (next(rows, "") + "\t\t\t").split("\t")[:4]
                self._entry(line.rstrip(b"\n"), case, int(seq or 0), digest)
                if place:
                    self.leaves[int(place)] = bytes.fromhex(digest)
            if next(rows, None) is not None:
                self.faults.append(f"{CHAIN}: 比留痕多出若干行")
        ends = {case: [seq, digest] for case, (seq, digest) in self.ends.items()}
        for case in sorted(ends.keys() | self.manifest["chains"].keys()):
            told = self.manifest["chains"].get(case) or {}
            if ends.get(case) != [told.get("entries"), told.get("head")]:
                self.faults.append(f"{case}: 链尾与清单不符，末尾留痕可能被截去")

    def _entry(self, body: bytes, case: str, seq: int, digest: str) -> None:
        self.entries += 1
        last, previous = self.ends.get(case, (0, "0" * 64))
        told = json.loads(body.decode("utf-8"))
        self.ends[case], self.hashes[case, seq] = (seq, digest), digest
        if (told.get("case"), told.get("seq")) != (case, seq) or seq != last + 1:
            self.faults.append(f"{case} 第 {seq} 条: 序号不连续，或不是这一事项的留痕")
        elif "withheld" in told:
            self.withheld += 1
        elif hashlib.sha256(bytes.fromhex(previous) + body).hexdigest() != digest or told["previous"] != previous:
            self.faults.append(f"{case} 第 {seq} 条: 内容与哈希不符，被改动过")
        else:
            self._note(told, f"{case} 第 {seq} 条")
            self.bound.update(dict.fromkeys(bound(body), f"{case} 第 {seq} 条"))

    def _note(self, told: dict[str, Any], place: str) -> None:
        """What an entry says there is: definitions, files, checkpoints."""
        if told.get("event") == "log_key" and told["case"] == "office":
            self.keys.append(Key(*(told["log"][name] for name in Key._fields)))
        if told.get("event") == "erase_personal":
            self.erased.update(told["erased"])
        if told.get("definition"):
            self.definitions.setdefault(told["definition"], place)
        for key, value in _walk(told):
            if key == "sha256" and isinstance(value, str) and _DIGEST.fullmatch(value):
                self.wanted.setdefault(value, place)
            elif key == "checkpoint" and isinstance(value, str) and value:
                self.checkpoints.append((value, place))

    def check_definitions(self) -> None:
        """The text of every definition that the cases were run by is there, word for word."""
        for digest in sorted(self.definitions.keys() - self.digests):
            self.faults.append(f"{self.definitions[digest]}: 所依的流程定义 {digest[:12]}… 不在包中，或文本与摘要不符")

    def check_named(self) -> None:
        """The files that the history names are in the package; the checkpoints printed on them fit the chain."""
        if self.manifest["attachments"]:
            for digest in sorted(self.wanted.keys() - self.digests):
                self.faults.append(f"{self.wanted[digest]}: 所记的文件 {digest[:12]}… 不在包中")
        for line, place in self.checkpoints:
            found = re.fullmatch(r"(\S+) 第(\d+)条 ([0-9a-f]+)", line)
            known = self.hashes.get((found.group(1), int(found.group(2))), "") if found else ""
            if not found or not known.startswith(found.group(3)):
                self.faults.append(f"{place}: 公文上印的留痕校验行“{line}”与留痕不符")

    def check_metadata(self) -> None:
        """The metadata name every paper and material of the package, by its size and hash, and no other."""
        told = self.manifest["files"]
        if METADATA not in told:
            return
        with self.source.open(METADATA) as file:
            named = {
                name: (int(size), digest) for name, size, digest in _DESCRIBED.findall(file.read().decode("utf-8"))
            }
        there = {name: (one["size"], one["sha256"]) for name, one in told.items() if "/" in name}
        there = {name: one for name, one in there.items() if not name.startswith("definitions/")}
        for name in sorted(named.keys() | there.keys()):
            if named.get(name) != there.get(name):
                self.faults.append(f"{METADATA}: 所记的 {name} 与包中的文件不符")

    def check_personal(self) -> None:
        """Every text in the package that an entry binds by a commitment is that text; what is missing was erased."""
        told: Any = {"values": []}
        if PERSONAL in self.manifest["files"]:
            with self.source.open(PERSONAL) as file:
                told = json.loads(file.read().decode("utf-8"))
        elif not self.manifest["attachments"]:
            return  # the history of an office goes without them
        self.faults += personal_faults(told["values"], self.bound, self.erased)

    def check_log(self) -> None:
        """The log over all entries is what every letter says it was; what none of them covers is noted."""
        if EVIDENCE in self.manifest["files"]:
            with self.source.open(EVIDENCE) as file, self.source.open(CHECKPOINT) as signed:
                self.signed = read_letter(signed.read(), CHECKPOINT)
                told = json.loads(file.read().decode("utf-8"))
            self.faults += evidence_faults(told, self.hashes, self.signed, self.letters, self.key)
        if self.manifest["format"] != "zhuli-audit/1":
            return
        if CHECKPOINT in self.manifest["files"]:
            with self.source.open(CHECKPOINT) as file:
                self.letters.append(read_letter(file.read(), CHECKPOINT))
        if self.letters and sorted(self.leaves) != list(range(self.entries)):
            self.faults.append(f"{CHAIN}: 到达次序不是从 0 起连续的，有留痕被抽走或添加")
            return
        known = roots([self.leaves[place] for place in sorted(self.leaves)], {one.size for one in self.letters})
        self.faults += key_faults(self.keys, self.key)
        for letter in sorted(self.letters, key=lambda one: one.size):
            fault = letter_fault(letter, self.keys, known, self.entries)
            if fault:
                between = f"（第 {self.covered} 条之前与较早的检查点相符）" if self.covered else ""
                self.faults.append(fault + between)
                return
            self.covered = letter.size

    def check_calendar(self) -> None:
        """The calendar's data give the digests and the version that it bears."""
        if CALENDAR not in self.manifest["files"]:
            return
        with self.source.open(CALENDAR) as file:
            told = json.loads(file.read().decode("utf-8"))
        digests = [_digest(year["facts"]) for year in told["years"]]
        last = json.loads(told["years"][-1]["facts"])[0] if digests else 0
        version = f"{last}-{_digest(''.join(digests))[:8]}"
        if digests != [year["sha256"] for year in told["years"]] or version != told["version"]:
            self.faults.append(f"{CALENDAR}: 日历数据与其版本不符")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    for key, part in value.items() if isinstance(value, dict) else ():
        yield key, part
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _walk(part)


def report(checking: Checking) -> list[str]:
    """What was found, in lines."""
    if checking.faults:
        return ["核对不符：", *(f"  {fault}" for fault in checking.faults)]
    files = len(checking.manifest["files"])
    lines = [f"核对相符：{files} 个文件、{checking.entries} 条留痕，逐一相符。"]
    if checking.withheld:
        lines.append(f"其中 {checking.withheld} 条涉及密封的表，内容未附，只核对了它前后的衔接。")
    gone = len(checking.bound.keys() & checking.erased)
    if checking.bound:
        lines.append(f"个人信息 {len(checking.bound)} 处只以承诺值入链，其中 {gone} 处已依法清除。")
    if len(checking.ends) == 1:
        for case, (seq, digest) in checking.ends.items():
            lines.append(f"链尾：{case} 第{seq}条 {digest}")
    if checking.signed:
        lines.append(f"每条留痕都在检查点 {checking.signed.origin} 所签的前 {checking.signed.size} 条之中。")
    if checking.covered:
        told = f"与 {len(checking.letters)} 份检查点相符，前 {checking.covered} 条由其证明"
        rest = checking.entries - checking.covered
        lines.append(f"{told}；其后 {rest} 条不在任何检查点之内。" if rest else f"{told}，无一遗漏。")
        if not checking.key:
            lines.append(f"公钥取自包内，请与外部保存的对照：{checking.keys[-1].key}")
    lines.append("归档包本身可以整个重做；请把公文上印的留痕校验行与 chain.txt 对照。")
    return lines


def _options(arguments: list[str]) -> tuple[list[str], list[str], str] | None:
    """What is to be checked, the letters, the key; None for words that are none."""
    told: dict[str, list[str]] = {"": [], "--letter": [], "--key": [""]}
    words = iter(arguments)
    for word in words:
        told[word if word in told else ""].append(next(words, "") if word in told else word)
    places, letters, keys = told.values()
    if len(places) > 1 or len(keys) > 2 or not all([*letters, *keys[1:]]) or any(one[:1] == "-" for one in places):
        return None
    return places, letters, keys[-1]


def _proof(place: Path) -> Proof | None:
    """The proof of one entry that a file holds, None when it is something else."""
    if place.is_dir() or not place.exists() or place.stat().st_size > _CHUNK:
        return None
    try:
        found = json.loads(place.read_bytes())
    except (ValueError, RecursionError):
        return None
    told = isinstance(found, dict) and found.get("format") == PROOF
    return Proof(*(found[name] for name in Proof._fields)) if told else None


def _checked(place: Path, letters: list[tuple[str, bytes]], key: str) -> tuple[bool, list[str]]:
    proof = _proof(place)
    if proof is not None:
        return proof_report(proof, [read_letter(data, name) for name, data in letters], key)
    checking = Checking(Source(place), letters, key)
    checking.run()
    return not checking.faults, report(checking)


def main(arguments: list[str]) -> int:
    """Check what is named, or the package this file lies in; the exit code."""
    options = _options(arguments)
    if options is None:
        sys.stderr.write("用法：python3 verify.py [归档包.zip、文件夹或证明.json] [--letter 文件]… [--key 公钥]\n")
        return USAGE
    places, names, key = options
    place = Path(places[0]) if places else Path(__file__).resolve().parent
    try:
        whole, lines = _checked(place, [(name, Path(name).read_bytes()) for name in names], key)
    except NoPackage as error:
        sys.stderr.write(f"无从核对：{error}\n")
        return USAGE
    except Exception as error:  # noqa: BLE001 - whatever a damaged package leads to, it is not whole
        sys.stdout.write(f"核对不符：\n  读不下去（{type(error).__name__}: {error}）\n")
        return BROKEN
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if whole else BROKEN


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
