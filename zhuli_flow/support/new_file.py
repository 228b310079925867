"""A file for people that does not exist yet: nothing is written over, and nobody else can read it."""

from __future__ import annotations

import os
from pathlib import Path

from zhuli_flow.errors import InvalidInput


def open_new(target: Path) -> int:
    """Return the handle of the new, empty file ``target``, open to read and write, mode 0600.

    Raises InvalidInput when it exists already or can't be made.
    """
    try:
        return os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError as error:
        raise InvalidInput(f"{target} 已经存在，未覆盖", fix="请换一个文件名") from error
    except OSError as error:
        raise InvalidInput(f"不能写 {target}（{error.strerror}）", fix="请核对路径和权限") from error


def write_new(target: Path, data: bytes) -> None:
    """Write ``data`` (bytes) to the new file ``target``. Raises as ``open_new`` does."""
    with os.fdopen(open_new(target), "wb") as file:
        file.write(data)
