"""Reading a file that somebody named, and never more of it than such a file may be long."""

from __future__ import annotations

from pathlib import Path

from zhuli_flow.errors import InvalidInput, NotFound

_KB, _MB = 1024, 1024**2


def first_bytes(path: Path, limit: int) -> bytes:
    """The file's bytes, at most ``limit`` + 1 of them: the one too many shows that it is too long. Raises OSError."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def read_bounded(path: Path, limit: int, *, undone: str = "", not_so: str = "", fix: str = "请核对路径和权限") -> bytes:
    """The file's bytes, all of them.

    ``undone`` says after the reason what was left undone; ``not_so`` what a file longer than ``limit`` (bytes) is not.
    Raises NotFound (no such file) and InvalidInput (it can't be read, or is too long).
    """
    data = read_beyond(path, limit, undone=undone, fix=fix)
    if len(data) > limit:
        why = "，".join(part for part in (f"{path} 超过 {size(limit)}", not_so, undone) if part)
        raise InvalidInput(why, fix="请核对文件")
    return data


def read_beyond(path: Path, limit: int, *, undone: str = "", fix: str = "请核对路径和权限") -> bytes:
    """``first_bytes`` for a caller who says himself what is too long. Raises NotFound and InvalidInput."""
    try:
        return first_bytes(path, limit)
    except FileNotFoundError as error:
        raise NotFound(f"没有文件 {path}", fix=fix) from error
    except (OSError, ValueError) as error:  # a name with a zero byte in it is a ValueError
        left = f"，{undone}" if undone else ""
        raise InvalidInput(f"不能读取 {path}（{reason(error)}）{left}", fix=fix) from error


def reason(error: OSError | ValueError) -> str:
    """Why a file can't be read, in words."""
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "是文件夹"
    return getattr(error, "strerror", None) or str(error)


def size(limit: int) -> str:
    """A limit in bytes as people read it: whole kB, from one MB on whole MB."""
    return f"{limit // _MB} MB" if limit >= _MB else f"{limit // _KB} kB"
