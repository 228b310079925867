"""Attachments and issued documents: kept by the SHA-256 of their content; a name is data and never a path.

``files/ab/abcd…`` under the home, folders 0700, files 0600. A file lies synced in its place before the database speaks
of it, so that a crash leaves at most a file nobody refers to. Stored content is never unpacked and never changed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound, Problem
from zhuli_flow.store.file_types import SUFFIXES, kind_of
from zhuli_flow.store.sql.sqlite import cannot_make

LONGEST_NAME = 255
ABANDONED = 24 * 3600
"""Seconds after the last byte from which on nobody writes a temporary file any more."""
_CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEBIBYTE = 1 << 20


def store_file(
    home: Path, source: Path, accept: Collection[str], max_bytes: int, filename: str | None = None
) -> Attachment:
    """Copy ``source`` into the files of ``home`` and return what a case may refer to.

    ``accept`` lists types (``pdf``, ``docx``, …), ``max_bytes`` the size cap, ``filename`` the name as given when it is
    not that of ``source``. Raises InvalidInput (name, size, type, not a plain file) or NotFound; then nothing is kept.
    """
    name = clean_name(source.name if filename is None else filename)
    handle = _open_plain(source, name)
    with os.fdopen(handle, "rb") as stream:
        size = os.fstat(handle).st_size
        if size == 0:
            raise _refused(name, "file_empty", "文件是空的（0 字节）", "请换成有内容的文件")
        if size > max_bytes:
            raise _too_big(name, size, max_bytes)
        return _keep(home, stream, name, accept, max_bytes)


def store_bytes(home: Path, content: bytes, filename: str, kind: str) -> Attachment:
    """Keep content the system itself made, e.g. an issued document of type ``pdf``."""
    with _temporary(home) as (temporary, part):
        part.write(content)
        digest = hashlib.sha256(content).hexdigest()
        _settle(home, temporary, part, digest)
    return Attachment(clean_name(filename), digest, len(content), kind)


def open_file(home: Path, sha256: str) -> BinaryIO:
    """The stored content, open for reading. Raises NotFound."""
    try:
        return os.fdopen(os.open(place(home, sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
    except OSError as error:
        raise NotFound(f"{sha256}: 文件不在存放处", fix="请从备份恢复 files 文件夹，再运行 zhuli doctor") from error


def verify_file(home: Path, sha256: str) -> None:
    """Read the stored content through. Raises NotFound, or IntegrityBroken when it is no longer what was stored."""
    digest = hashlib.sha256()
    with open_file(home, sha256) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise IntegrityBroken(f"{sha256}: 文件内容已被改动或损坏", fix="请从备份恢复这个文件")


def stored_files(home: Path) -> Iterator[str]:
    """The SHA-256 of every stored file, sorted; some may be referred to by nothing (a crash before the commit)."""
    for place in sorted((home / "files").glob("[0-9a-f][0-9a-f]/*")):
        if _DIGEST.fullmatch(place.name):
            yield place.name


def clean_name(given: str) -> str:
    """The last part of a file name as given, without control and direction-changing characters, composed (NFC).

    Raises InvalidInput when nothing is left or more than 255 characters are.
    """
    last = re.split(r"[/\\]", given)[-1]
    kept = (char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C")
    name = "".join(kept).strip()
    if name in ("", ".", ".."):
        raise _refused(repr(given[:40]), "name_empty", "文件名无法使用", "请先给文件起一个普通的名字")
    if len(name) > LONGEST_NAME:
        raise _refused(
            f"{name[:40]}…", "name_too_long", f"文件名有 {len(name)} 个字，最多 {LONGEST_NAME} 个", "请改短文件名"
        )
    return name


def _open_plain(source: Path, name: str) -> int:
    """A descriptor of a plain file: no link that leads elsewhere, no device, no pipe that never ends."""
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:
        raise _refused(name, "name_empty", "路径中有不可用的字符", "请核对路径") from error
    except OSError as error:
        raise _not_opened(name, error) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refused(name, "not_a_file", "不是普通文件", "请给出文件本身的路径")
    return handle


def _not_opened(name: str, error: OSError) -> InvalidInput | NotFound:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NotFound(f"{name}: 没有这个文件；未保存任何内容", fix="请核对路径")
    if error.errno == errno.ELOOP:
        return _refused(name, "not_a_file", "这是符号链接，不是文件本身", "请给出文件本身的路径")
    if error.errno == errno.ENAMETOOLONG:
        return _refused(f"{name[:40]}…", "name_too_long", "文件名过长", "请改短文件名")
    return _refused(name, "not_readable", f"无法读取（{error.strerror}）", "请检查文件的读取权限")


def _keep(home: Path, stream: BinaryIO, name: str, accept: Collection[str], max_bytes: int) -> Attachment:
    digest, size = hashlib.sha256(), 0
    with _temporary(home) as (temporary, part):
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise _too_big(name, size, max_bytes)
            digest.update(chunk)
            part.write(chunk)
        part.flush()
        kind = _accepted_kind(temporary, name, accept)
        _settle(home, temporary, part, digest.hexdigest())
    return Attachment(name, digest.hexdigest(), size, kind)


def _accepted_kind(content: Path, name: str, accept: Collection[str]) -> str:
    suffix = Path(name).suffix.lower().removeprefix(".")
    kind = kind_of(content, suffix)
    wanted = "、".join(accept)
    if kind is None or kind not in accept:
        raise _refused(
            name, "type_not_accepted", f"内容是 {kind or '无法识别的类型'}，只收 {wanted}", f"请改交 {wanted} 文件"
        )
    if suffix not in SUFFIXES[kind]:
        raise _refused(
            name, "type_mismatch", f"内容是 {kind}，扩展名却是 .{suffix}", f"请核对文件，并把扩展名改为 .{kind}"
        )
    return kind


class _temporary:  # noqa: N801 - reads as the statement it is
    """A private file beside the stored ones, gone at the end unless it was settled."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "files" / "tmp"

    def __enter__(self) -> tuple[Path, BinaryIO]:
        try:
            _folder(self.folder.parent)
            _folder(self.folder)
            handle, name = tempfile.mkstemp(dir=self.folder)
        except OSError as error:
            raise cannot_make(self.folder, error) from error
        self.path, self.part = Path(name), os.fdopen(handle, "wb")
        _clear_abandoned(self.folder, os.fstat(handle).st_mtime)
        return self.path, self.part

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self.part.close()
        except OSError as flaw:
            error = error or flaw
        self.path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_make(self.folder, error) from error


def _clear_abandoned(folder: Path, now: float) -> None:
    """Take away what writers that died left here; ``now`` by the clock of the same file system."""
    for left in folder.iterdir():
        with suppress(FileNotFoundError):  # settled, or cleared by another, meanwhile
            if left.lstat().st_mtime < now - ABANDONED:
                left.unlink()


def _settle(home: Path, temporary: Path, part: BinaryIO, digest: str) -> None:
    """Sync, then move to the final place (over a copy of the same content), then sync the folder."""
    part.flush()
    os.fsync(part.fileno())
    final = place(home, digest)
    _folder(final.parent)
    temporary.replace(final)
    _sync(final.parent)


def place(home: Path, sha256: str) -> Path:
    """Where content of that SHA-256 lies, or would lie. Raises NotFound when the text is no SHA-256."""
    if not _DIGEST.fullmatch(sha256):
        raise NotFound(f"{sha256[:80]!r}: 不是文件的 SHA-256", fix="请从事项的材料清单中复制")
    return home / "files" / sha256[:2] / sha256


def _folder(path: Path) -> None:
    """Make a private folder if there is none; a link in its place leads who knows where and is refused."""
    try:
        path.mkdir(mode=0o700)
        _sync(path.parent)
    except FileExistsError:
        if path.is_symlink() or not path.is_dir():
            raise IntegrityBroken(
                f"{path}: 应为文件夹，却是链接或文件；未保存任何内容", fix="请移走它后重做这一步"
            ) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(name: str, code: str, message: str, fix: str) -> InvalidInput:
    return InvalidInput(f"{name}: {message}；未保存任何内容", [Problem(name, code, message, fix)], fix=fix)


def _too_big(name: str, size: int, max_bytes: int) -> InvalidInput:
    return _refused(
        name,
        "file_too_big",
        f"文件有 {size / _MEBIBYTE:.1f} MB，上限 {max_bytes / _MEBIBYTE:g} MB",
        "请压缩、拆分后再交",
    )
