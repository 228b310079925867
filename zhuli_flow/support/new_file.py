"""A file for people that does not exist yet: nothing is written over, nobody else reads it, it is whole or absent.

What is being written stands beside the target under a hidden name that bears the number of the process; it takes its
own name in one step at the end. What a killed process left is taken away by the next that writes beside it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from zhuli_flow.errors import InvalidInput


@contextmanager
def filling(target: Path) -> Iterator[BinaryIO]:
    """A stream, open to read and write, whose content becomes the new file ``target`` (mode 0600), synced to disk.

    Raises InvalidInput when ``target`` exists already or can't be made; with any exception nothing is left.
    """
    require_new(target)
    part = aside(target, "part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise _cannot_write(target, error) from error
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        take_name(part, target)
    finally:
        part.unlink(missing_ok=True)


def require_new(target: Path) -> None:
    """Raises InvalidInput when ``target`` exists, or lies in no folder: asked before what can't be done again."""
    if target.exists() or target.is_symlink():
        raise _there_already(target)
    if not target.absolute().parent.is_dir():
        raise InvalidInput(f"不能写 {target}：没有这个文件夹", fix="请核对路径")


def write_new(target: Path, data: bytes) -> None:
    """Write ``data`` (bytes) to the new file ``target``. Raises as ``filling`` does."""
    with filling(target) as file:
        file.write(data)


def write_over(target: Path, data: bytes) -> None:
    """Write ``data`` to ``target`` in one step, over what was there; synced to disk.

    It keeps the mode of what was there, else it is 0600. Raises InvalidInput when it can't be written.
    """
    part = aside(target, "part")
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def aside(target: Path, word: str) -> Path:
    """The hidden name under which this process prepares ``target``; what dead processes left of theirs is removed."""
    pattern = re.compile(re.escape(f".{target.name}.") + r"(\d+)" + re.escape(f".{word}"))
    for left in target.parent.glob(f".*.{word}") if target.parent.is_dir() else ():
        found = pattern.fullmatch(left.name)
        if found and not _alive(int(found[1])):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    return target.with_name(f".{target.name}.{os.getpid()}.{word}")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return process != os.getpid()


def take_name(part: Path, target: Path) -> None:
    """The finished ``part`` is ``target`` from now on: in one step, and never over a file that came meanwhile.

    Raises InvalidInput for such a file; ``part`` may stay beside it and is the caller's to remove.
    """
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise _there_already(target) from error
    except OSError:  # a file system without links: the name is looked at again, and taken
        if target.exists():
            raise _there_already(target) from None
        part.rename(target)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """The new name is on the disk; what the file system can't sync is as safe as it can be."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _there_already(target: Path) -> InvalidInput:
    return InvalidInput(f"{target} 已经存在，未覆盖", fix="请换一个文件名")


def _cannot_write(target: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"不能写 {target}（{error.strerror}）", fix="请核对路径和权限")
