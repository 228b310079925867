"""The SQLite driver: which build, how a connection is opened, and what its errors mean to a person."""

from __future__ import annotations

import errno
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from urllib.parse import quote

from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound, ZhuliError

SOUND = (3, 51, 3)
"""The first SQLite without the WAL-reset bug (a checkpoint racing a commit could lose pages; 3.7.0 to 3.51.2)."""

BUSY_MS = 120_000
"""How long whoever finds the file taken waits for it, unless told otherwise."""
Role = Literal["writer", "reader", "scratch"]

NOTHING_SAVED = "未保存任何内容"
_MEANINGS: tuple[tuple[str, str, str, str], ...] = (
    (
        "readonly database",
        "read_only",
        "数据库所在位置是只读的",
        "请检查文件夹的写入权限，或把存储盘改为可写，然后重做这一步",
    ),
    (
        "this office has moved",
        "moved_database",
        "这个办公环境已搬到服务器，本文件不再使用",
        "请停下这个程序再启动：它还在用搬走之前的数据库",
    ),
    ("or disk is full", "disk_full", "存储空间已满", "请腾出空间后重做这一步"),
    ("disk i/o error", "disk_error", "磁盘读写出错", "请检查存储空间和磁盘，然后重做这一步"),
    ("is locked", "busy", "数据库正被别的程序占用", "请稍候重做这一步；若一直如此，请查看是否有导入或备份正在进行"),
    ("unable to open", "cannot_open", "打不开数据库文件", "请检查该文件及所在文件夹的读写权限"),
)
_DAMAGE = ("malformed", "not a database", "could not decode to utf-8")


def driver() -> ModuleType:
    """``pysqlite3`` (carries its own, newer SQLite) where it is installed, else the standard library's module."""
    try:
        module = importlib.import_module("pysqlite3")
    except ImportError:
        module = importlib.import_module("sqlite3")
    # What is bound most besides text and numbers: the driver would look for how to adapt it, anew each time.
    module.register_adapter(bytes, bytearray)
    module.register_adapter(type(None), _nothing)
    return module


def _nothing(_: None) -> None:
    return None


def connect(module: ModuleType, path: Path, role: Role) -> Any:
    """A driver connection that begins no transaction of its own; the file must exist.

    A writer keeps the WAL synced at every commit (FULL) and fires triggers for rows that REPLACE would delete; one of a
    scratch copy, which nobody keeps, syncs nothing; a reader can't write.
    """
    link = f"file:{quote(str(path))}?mode=rw"
    connection = module.connect(
        link, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000, cached_statements=256
    )
    for pragma in ("foreign_keys=ON", *_pragmas(role)):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _pragmas(role: Role) -> tuple[str, ...]:
    if role == "reader":
        return ("query_only=ON",)
    synced = "OFF" if role == "scratch" else "FULL"
    return ("journal_mode=WAL", f"synchronous={synced}", "recursive_triggers=ON")


def age_note(module: ModuleType) -> str | None:
    """What a person should know about an SQLite that is too old; None when it is sound."""
    found: tuple[int, ...] = module.sqlite_version_info
    if found >= SOUND:
        return None
    wanted = ".".join(map(str, SOUND))
    risk = f"SQLite {module.sqlite_version} 低于 {wanted}，多个进程同时写入时有极小可能丢失已提交的内容"
    return f"{risk}；请安装 pysqlite3（pip install pysqlite3）"


def explain(error: Exception, path: Path) -> ZhuliError | None:
    """The error in words for a person; None when it is not about the file (a broken constraint is a bug)."""
    words = str(error).lower()
    if any(sign in words for sign in _DAMAGE):
        return IntegrityBroken(
            f"{path}: 数据库文件已损坏，或不是数据库；{NOTHING_SAVED}", fix="请用备份恢复：zhuli db restore 备份文件"
        )
    if "unable to open" in words and not path.exists():
        return NotFound(f"{path}: 没有数据库；{NOTHING_SAVED}", fix="请先建立：zhuli init，或用 --home 指明所在文件夹")
    for sign, code, meaning, fix in _MEANINGS:
        if sign in words:
            return unusable(code, f"{path}: {meaning}；{NOTHING_SAVED}", fix)
    return None


def unusable(code: str, message: str, fix: str) -> InvalidInput:
    """A home or file that can't be used as it is: exit code 6, with a code of its own."""
    told = InvalidInput(message, fix=fix)
    told.code = code
    return told


def cannot_make(path: Path, error: OSError) -> InvalidInput:
    """Why a file or folder could not be made, in words."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return unusable(
            "read_only", f"{path}: 所在位置是只读的；{NOTHING_SAVED}", "请检查文件夹的写入权限，或换一个文件夹"
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return unusable("disk_full", f"{path}: 存储空间已满；{NOTHING_SAVED}", "请腾出空间后重做这一步")
    return unusable("cannot_open", f"{path}: 无法建立（{error.strerror}）；{NOTHING_SAVED}", "请检查路径和权限")
