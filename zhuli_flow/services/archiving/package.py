"""A package to hand over: a zip file of fixed order and times with a manifest, that a stand-alone program can check."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.calendar import Calendar
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.archiving import standalone_log, standalone_verify
from zhuli_flow.support.new_file import filling

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry; the package knows no other."""
_CHUNK = 1 << 20
_BLANK = "\n\n"
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
    """What a package says of itself; ``close`` adds its files. ``attachments``: what entries name is in it."""

    format: str
    rehearsal: bool
    chains: Mapping[str, Chain]
    attachments: bool
    calendar: str
    about: About | UnsetType = UNSET


class Parcel:
    """A package being filled; ``files`` is what its manifest will say of each file."""

    def __init__(self, stream: BinaryIO, *, evidence: bool = False) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._evidence = evidence
        self.files: dict[str, FileSum] = {}

    @contextmanager
    def writing(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """One file, a piece at a time."""
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
        size, digest, second = 0, hashlib.sha256(), hashlib.new("sm3") if self._evidence else None
        with self._zip.open(entry, "w") as file:

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

    def close(self, manifest: Manifest) -> None:
        """The program that checks the package, then the manifest, and the end."""
        self.add("verify.py", program())
        entry = zipfile.ZipInfo(standalone_verify.MANIFEST, _EPOCH)
        entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
        self._zip.writestr(
            entry, canonical({**msgspec.to_builtins(manifest), "files": msgspec.to_builtins(self.files)})
        )
        self.end()

    def end(self) -> None:
        """Nothing more comes."""
        self._zip.close()


def program() -> bytes:
    """The program that checks packages, one file of the standard library: its part about the log put in its place."""
    main, log = (Path(str(one.__file__)).read_text("utf-8") for one in (standalone_verify, standalone_log))
    head, _, rest = main.partition("from zhuli_flow.")
    part = log.partition("\nfrom __future__ import annotations\n")[2].lstrip("\n")
    return f"{head}{part}\n{rest.partition(_BLANK)[2]}".encode()


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


def add_history(
    into: Parcel, links: Iterable[Link], hidden: Hidden, places: Mapping[tuple[str, int], int] = MappingProxyType({})
) -> dict[str, Chain]:
    """Every entry as its own bytes, a line each, and the chain beside it; the manifest's word on each chain.

    An entry under seal is withheld: its place and hash stay, so that the chain still holds together. ``places``: where
    each stands in the log, which is written beside its hash.
    """
    chains: dict[str, Chain] = {}
    rows: list[str] = []
    with into.writing(standalone_verify.HISTORY) as write:
        for link in links:
            held = hidden(link)
            shown = {"case": link.case_id, "seq": link.seq, "withheld": "密封的表尚未启封，内容不附"}
            write((canonical(shown) if held else link.body) + b"\n")
            place = places.get((link.case_id, link.seq))
            rows.append("\t".join(map(str, (link.case_id, link.seq, link.hash.hex(), *_told(place)))) + "\n")
            before = chains[link.case_id].withheld if link.case_id in chains else ()
            chains[link.case_id] = Chain(link.seq, link.hash.hex(), (*before, link.seq) if held else before)
    into.add(standalone_verify.CHAIN, "".join(rows).encode())
    return chains


def _told(place: int | None) -> tuple[int, ...]:
    return () if place is None else (place,)


def calendar_json(calendar: Calendar) -> bytes:
    """The calendar with its version: of every year the very text that its digest is of."""
    years: list[Json] = [{"sha256": one.sha256, "facts": one.facts, "from": one.provenance} for one in calendar.years]
    return canonical({"version": calendar.version, "years": years})
