"""The part of the checking program that reads a package, folder or zip file; standard library alone."""

from __future__ import annotations

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
