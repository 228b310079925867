"""Where the free fonts come from that the print faces are made of: this system, a folder, or Debian's archive.

Nothing is installed: a package is fetched with ``apt-get download`` (any user may), opened, and the few files taken.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from zhuli_flow.errors import NotFound

FETCH_S = 900
"""Wall seconds a package may take to arrive: 50 MB over a slow line."""


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package and where its files lie in it; ``documents`` are the licence texts kept with what is made."""

    name: str
    fonts: str
    documents: tuple[str, ...]


FANDOL = Package(
    "texlive-lang-chinese",
    "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    ("usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz", "usr/share/doc/texlive-doc/fonts/fandol/README"),
)
"""Fandol: 仿宋, 黑体, 楷体, 宋体 (GPL 3 with the font exception)."""
NOTO = Package("fonts-noto-cjk", "usr/share/fonts/opentype/noto", ("usr/share/doc/fonts-noto-cjk/copyright",))
"""Noto CJK: every ideograph of Unicode's main blocks (SIL Open Font License 1.1)."""


@dataclass(slots=True)
class Shelf:
    """Font files by name: what the system has, what ``origin`` (a folder) has, what was fetched into ``scratch``.

    ``root`` is the top of the system's files; ``fetch`` is False where nothing may be downloaded.
    """

    scratch: Path
    origin: Path | None = None
    root: Path = Path("/")
    fetch: bool = True
    _opened: dict[str, Path | None] = field(default_factory=dict)

    def find(self, package: Package, name: str) -> Path | None:
        """Return the file of that name, fetching its package if need be; None when it can't be had."""
        if self.origin is not None:
            return next(iter(sorted(self.origin.rglob(name))), None) or self._in_package(package, name)
        there = self.root / package.fonts / name
        return there if there.is_file() else self._in_package(package, name)

    def documents(self, package: Package) -> list[Path]:
        """Return the licence texts of a package that are at hand."""
        places = [top for top in (self._opened.get(package.name), self.origin, self.root) if top is not None]
        found = ((top / path, top / Path(path).name) for path in package.documents for top in places)
        seen: dict[str, Path] = {}
        for whole, loose in found:
            for place in (whole, loose):
                if place.is_file():
                    seen.setdefault(place.name, place)
        return list(seen.values())

    def _in_package(self, package: Package, name: str) -> Path | None:
        if package.name not in self._opened:
            self._opened[package.name] = self._open(package)
        top = self._opened[package.name]
        place = top / package.fonts / name if top else None
        return place if place and place.is_file() else None

    def _open(self, package: Package) -> Path | None:
        """Return the folder into which the package's fonts and licence texts were unpacked; None without it."""
        archive = self._archive(package)
        if archive is None:
            return None
        top = self.scratch / package.name
        unpack(archive, top, (package.fonts + "/", *package.documents))
        return top

    def _archive(self, package: Package) -> Path | None:
        if self.origin is not None:
            return next(iter(sorted(self.origin.rglob(f"{package.name}_*.deb"))), None)
        return download(package.name, self.scratch) if self.fetch else None


def download(package: str, folder: Path) -> Path | None:
    """Fetch a Debian package with the system's own client into ``folder``; None when it can't be had."""
    command = shutil.which("apt-get")
    if command is None or shutil.which("dpkg-deb") is None:
        return None
    try:
        subprocess.run(
            [command, "--quiet", "download", package], cwd=folder, capture_output=True, timeout=FETCH_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next(iter(folder.glob(f"{package}_*.deb")), None)


def unpack(archive: Path, top: Path, wanted: Iterable[str]) -> None:
    """Unpack a Debian package's plain files whose paths begin with one of ``wanted``. NotFound if it is damaged."""
    starts = tuple(wanted)
    command = [shutil.which("dpkg-deb") or "dpkg-deb", "--fsys-tarfile", str(archive)]
    try:
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child,
            tarfile.open(fileobj=cast(IO[bytes], child.stdout), mode="r|") as files,
        ):
            for member in files:
                path = member.name.removeprefix("./")
                if member.isfile() and path.startswith(starts):
                    _write(files, member, top / path)
    except (OSError, tarfile.TarError) as error:
        raise NotFound(f"安装包 {archive.name} 打不开", fix="请重新下载后再试") from error


def _write(files: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    """One file of the archive; its name was checked against the paths wanted, its links are not followed."""
    if ".." in place.parts:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    data = files.extractfile(member)
    if data is not None:
        place.write_bytes(data.read())
