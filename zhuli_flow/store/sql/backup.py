"""Care of a database file: a copy while others work, a copy put back, and the search for faults."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

from zhuli_flow.errors import IntegrityBroken, NotFound
from zhuli_flow.store.sql import schema, sqlite
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import take_name
from zhuli_flow.support.scratch import scratch

COMPANIONS = ("", "-wal", "-shm", "-journal")


def backup(module: ModuleType, source: Path, target: Path) -> Path:
    """Copy the database page by page through SQLite, check the copy, then give it its name; synced to disk."""
    if target.exists():
        raise sqlite.unusable("target_exists", f"{target}: 已有同名文件；未覆盖，未备份", "请换一个文件名")
    with scratch(target.parent) as folder:
        part = folder / target.name  # in a folder of its own, with whatever SQLite puts beside it
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with closing(sqlite.connect(module, source, "reader")) as old, closing(_plain(module, part)) as new:
                old.backup(new)
                _alone(new)
                _require_whole(new, source)
            _sync(part)
            take_name(part, target)
        except OSError as error:
            raise sqlite.cannot_make(target, error) from error
    return target


def restore(module: ModuleType, source: Path, target: Path) -> Path | None:
    """Put ``source`` in the place of ``target`` after keeping a copy of what is there; returns that copy, if any.

    The content is exchanged in one transaction of SQLite, so that a program that has it open sees the old or the new.
    A damaged file, with which nobody can work, is copied as it is, and the new one takes its place in one step.
    """
    require_usable(module, source)
    if not target.exists():
        backup(module, source, target)
        return None
    kept = free_name(target, "before-restore")
    try:
        backup(module, target, kept)
    except (IntegrityBroken, module.DatabaseError):
        _replace(module, source, target, kept)
        return kept
    try:
        with closing(sqlite.connect(module, source, "reader")) as old, closing(_plain(module, target)) as new:
            old.backup(new)
        with closing(sqlite.connect(module, target, "writer")):
            _sync(target)
    except module.DatabaseError as error:
        raise sqlite.explain(error, target) or error from error
    return kept


def faults(connection: Connection) -> list[str]:
    """What is wrong with an open database, in words; at most 100 of SQLite's own findings."""
    found = [f"页面：{line}" for (line,) in connection.execute("PRAGMA integrity_check").fetchall() if line != "ok"]
    found += [f"引用：{table} 第 {row} 行指向不存在的 {parent}" for table, row, parent, _ in _broken(connection)]
    there, wanted = schema.pieces(connection), _wanted()
    found += [f"结构：缺少 {kind} {name}，或与程序要求的不同" for kind, name, _ in sorted(wanted - there)]
    return found


def require_references(connection: Connection) -> None:
    """Raises IntegrityBroken when a row refers to one that does not exist."""
    if _broken(connection):
        raise IntegrityBroken("升级后的数据引用不完整，已全部撤销，未改动任何内容", fix="请保存现有文件并联系维护人员")


def folder_note(path: Path) -> str | None:
    """A word about a home that others on this machine may enter."""
    if not path.parent.exists() or not stat.S_IMODE(path.parent.stat().st_mode) & 0o077:
        return None
    return f"{path.parent}: 本机其他用户可以进入这个文件夹；建议执行 chmod 700 {path.parent}"


def free_name(path: Path, word: str) -> Path:
    """A name beside ``path`` that nothing has yet: ``name.word``, ``name.word-2``, …"""
    count, found = 1, path.with_name(f"{path.name}.{word}")
    while found.exists():
        count += 1
        found = path.with_name(f"{path.name}.{word}-{count}")
    return found


def remove(path: Path) -> None:
    """Delete a database file with what SQLite keeps beside it."""
    for ending in COMPANIONS:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _plain(module: ModuleType, path: Path) -> Any:
    return module.connect(str(path), isolation_level=None, timeout=sqlite.BUSY_MS / 1000)


def _alone(copy: Any) -> None:
    """A copy is one file: no WAL beside it that could be forgotten."""
    copy.execute("PRAGMA journal_mode=DELETE")


def _require_whole(connection: Any, named: Path) -> None:
    told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if told != "ok":
        raise IntegrityBroken(
            f"{named}: 数据库文件已损坏（{told}）", fix="请用较早的备份恢复：zhuli db restore 备份文件"
        )


def require_usable(module: ModuleType, source: Path) -> str | None:
    """The revision of a backup. Raises NotFound, IntegrityBroken (damaged), InvalidInput (newer, empty, foreign)."""
    if not source.is_file():
        raise NotFound(f"{source}: 没有这个备份文件；未改动任何内容", fix="请核对路径")
    try:
        with closing(sqlite.connect(module, source, "reader")) as driver:
            _require_whole(driver, source)
            named = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            found = schema.revision(Connection(driver), {name for (name,) in named.fetchall()})
        if schema.state_of(found) in ("newer", "empty"):
            schema.require_current(found, str(source))
    except module.DatabaseError as error:
        raise sqlite.explain(error, source) or error from error
    return found


def _replace(module: ModuleType, source: Path, damaged: Path, kept: Path) -> None:
    """Copy what is left of a damaged database, then let a copy of ``source`` take its name; something is always there.

    What SQLite kept beside the damaged file goes first: it would be read into the new one.
    """
    for ending in COMPANIONS:
        piece = damaged.with_name(damaged.name + ending)
        if piece.exists():
            shutil.copyfile(piece, kept.with_name(kept.name + ending))
            kept.with_name(kept.name + ending).chmod(0o600)
            _sync(kept.with_name(kept.name + ending))
    with scratch(damaged.parent) as folder:
        part = backup(module, source, folder / damaged.name)
        try:
            for ending in COMPANIONS[1:]:
                damaged.with_name(damaged.name + ending).unlink(missing_ok=True)
            part.replace(damaged)
            _sync(damaged.parent)
        except OSError as error:
            raise sqlite.cannot_make(damaged, error) from error


def _broken(connection: Connection) -> list[tuple[Any, ...]]:
    broken: list[tuple[Any, ...]] = connection.execute("PRAGMA foreign_key_check").fetchall()
    return broken[:100]


def _wanted() -> set[tuple[Any, ...]]:
    from zhuli_flow.store.sql import migrating

    module = sqlite.driver()
    with closing(module.connect(":memory:", isolation_level=None)) as driver, migrating.migrated(module, driver):
        return schema.pieces(Connection(driver))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
