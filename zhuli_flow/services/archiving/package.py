"""A package to hand over: a zip file of fixed order and times with a manifest, that a stand-alone program can check."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, BinaryIO

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.calendar import Calendar
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.history.personal import commitments
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.archiving import standalone_log, standalone_personal, standalone_source, standalone_verify
from zhuli_flow.store.personal import Kept
from zhuli_flow.support.new_file import filling

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry; the package knows no other."""
_CHUNK = 1 << 20
_BLANK = "\n\n"
_CHAINS = b'"chains":{}'
Hidden = Callable[[Link], bool]
"""Whether an entry is under seal."""


class FileSum(msgspec.Struct, frozen=True):
    """What the manifest says of a file: its SHA-256 (hex) and size in bytes; as evidence also its SM3 (GM/T 0004)."""

    sha256: str
    size: int
    sm3: str | UnsetType = UNSET


class Chain(msgspec.Struct, frozen=True):
    """What the manifest says of a chain: how many entries, the last one's hash (hex), and which are withheld."""

    entries: int
    head: str
    withheld: tuple[int, ...] = ()


class About(msgspec.Struct, frozen=True):
    """The case that a package is of."""

    case: str
    workflow: str
    title: str
    state: str


class Manifest(msgspec.Struct, frozen=True):
    """What a package says of itself; ``close`` adds chains and files. ``attachments``: what entries name is in it."""

    format: str
    rehearsal: bool
    attachments: bool
    calendar: str
    about: About | UnsetType = UNSET


@dataclass(slots=True)
class Chains:
    """What the manifest says of each chain, written aside as it comes: an office has more chains than memory.

    ``number`` of chains, and ``entries`` in all of them.
    """

    _told: IO[bytes]
    number: int = 0
    entries: int = 0

    def add(self, name: str, chain: Chain) -> None:
        """The word on one chain; they come by name."""
        self._told.write(b"," * bool(self.number) + canonical(name) + b":" + canonical(chain))
        self.number, self.entries = self.number + 1, self.entries + chain.entries

    def copy(self, into: IO[bytes]) -> None:
        """All of it, as what stands in an object of JSON."""
        self._told.seek(0)
        shutil.copyfileobj(self._told, into, _CHUNK)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry of a history with its ``place`` in the log over all entries, None where that is not told."""

    link: Link
    place: int | None = None


class Parcel:
    """A package being filled; ``files`` is what its manifest will say of each file."""

    def __init__(self, stream: BinaryIO, *, evidence: bool = False) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._evidence = evidence
        self.files: dict[str, FileSum] = {}

    @contextmanager
    def writing(self, name: str, *, large: bool = False) -> Iterator[Callable[[bytes], None]]:
        """One file, a piece at a time; only one said to be ``large`` may come to two GiB and more."""
        size, digest, second = 0, hashlib.sha256(), hashlib.new("sm3") if self._evidence else None
        with self._zip.open(_entry(name), "w", force_zip64=large) as file:

            def write(data: bytes) -> None:
                nonlocal size
                size += len(data)
                digest.update(data)
                if second:
                    second.update(data)
                file.write(data)

            yield write
        self.files[name] = FileSum(digest.hexdigest(), size, second.hexdigest() if second else UNSET)

    def add(self, name: str, data: bytes) -> None:
        """One file at once."""
        with self.writing(name) as write:
            write(data)

    def copy(self, name: str, source: BinaryIO, sha256: str) -> None:
        """A stored file. Raises IntegrityBroken when it is not what its SHA-256 says."""
        with source, self.writing(name) as write:
            while chunk := source.read(_CHUNK):
                write(chunk)
        if self.files[name].sha256 != sha256:
            raise IntegrityBroken(f"{sha256}: 文件内容已被改动或损坏；未写归档包", fix="请从备份恢复这个文件")

    def close(self, manifest: Manifest, chains: Chains) -> None:
        """The program that checks the package, then the manifest, and the end."""
        self.add("verify.py", program())
        told = {**msgspec.to_builtins(manifest), "chains": {}, "files": msgspec.to_builtins(self.files)}
        before, head, after = canonical(told).partition(_CHAINS)  # inside a text its quotes would be escaped
        with self._zip.open(_entry(standalone_verify.MANIFEST), "w") as file:
            file.write(before + head[:-1])
            chains.copy(file)
            file.write(head[-1:] + after)
        self.end()

    def end(self) -> None:
        """Nothing more comes."""
        self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
    return entry


def program() -> bytes:
    """The program that checks packages, one file of the standard library: its parts put in their place."""
    main, *parts = (Path(str(one.__file__)).read_text("utf-8") for one in (standalone_verify, *_PARTS))
    head, _, rest = main.partition("from zhuli_flow.")
    inner = "\n".join(one.partition("\nfrom __future__ import annotations\n")[2].lstrip("\n") for one in parts)
    return f"{head}{inner}\n{rest.partition(_BLANK)[2]}".encode()


_PARTS = (standalone_log, standalone_personal, standalone_source)
"""What the program is made of beside its main part."""


@contextmanager
def parcel(target: Path, *, evidence: bool = False) -> Iterator[Parcel]:
    """A new package at ``target``, there only once it is whole. InvalidInput when it can't be made there.

    ``evidence``: every file by two hashes of different making, SHA-256 and SM3.
    """
    with filling(target) as stream:
        made = Parcel(stream, evidence=evidence)
        try:
            yield made
        finally:
            made.end()


@contextmanager
def history(
    into: Parcel, leaves: Iterable[Leaf], hidden: Hidden, aside: Path, *, large: bool = False
) -> Iterator[Chains]:
    """Every entry as its own bytes, a line each, and the chain beside it; the manifest's word on each chain.

    An entry under seal is withheld: its place and hash stay, so that the chain still holds together. Where each stands
    in the log is written beside its hash. ``aside``: the folder in which what comes later in the package waits;
    ``large``: as ``Parcel.writing``.
    """
    with tempfile.TemporaryFile(dir=aside) as rows, tempfile.TemporaryFile(dir=aside) as told:
        chains = Chains(told)
        with into.writing(standalone_verify.HISTORY, large=large) as write:
            for name, found in groupby(leaves, key=attrgetter("link.case_id")):
                chains.add(name, _chain(found, hidden, write, rows))
        rows.seek(0)
        with into.writing(standalone_verify.CHAIN, large=large) as write:
            while chunk := rows.read(_CHUNK):
                write(chunk)
        yield chains


def _chain(leaves: Iterable[Leaf], hidden: Hidden, write: Callable[[bytes], None], rows: IO[bytes]) -> Chain:
    withheld, last = list[int](), Chain(0, "")
    for leaf in leaves:
        link, held = leaf.link, hidden(leaf.link)
        shown = {"case": link.case_id, "seq": link.seq, "withheld": "密封的表尚未启封，内容不附"}
        write((canonical(shown) if held else link.body) + b"\n")
        place = () if leaf.place is None else (leaf.place,)
        rows.write(("\t".join(map(str, (link.case_id, link.seq, link.hash.hex(), *place))) + "\n").encode())
        withheld += [link.seq] if held else []
        last = Chain(link.seq, link.hash.hex())
    return Chain(last.entries, last.head, tuple(withheld))


def add_personal(into: Parcel, kept: Iterable[Kept], shown: Iterable[bytes]) -> None:
    """The texts that the entries ``shown`` (as stored) bind by commitments, with their salts, so far as they are kept.

    Nothing is added where no entry binds one.
    """
    named = {digest for body in shown for _, digest in commitments(body)}
    values: list[Json] = [
        {"commitment": one.commitment, "name": one.name, "salt": one.salt.hex(), "text": one.text}
        for one in kept
        if one.commitment in named and one.salt is not None
    ]
    if named:
        into.add(standalone_personal.PERSONAL, canonical({"values": values}))


def calendar_json(calendar: Calendar) -> bytes:
    """The calendar with its version: of every year the very text that its digest is of."""
    years: list[Json] = [{"sha256": one.sha256, "facts": one.facts, "from": one.provenance} for one in calendar.years]
    return canonical({"version": calendar.version, "years": years})
