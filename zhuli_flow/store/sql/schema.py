"""Which form the database has, and how what is said of one that is not the newest."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from zhuli_flow.store.sql import moved
from zhuli_flow.store.sql.sqlite import NOTHING_SAVED, unusable
from zhuli_flow.store.sql.statements import Connection

SCRIPTS = Path(__file__).parents[1] / "migrations"
REVISION = "0024"
"""The newest revision this program knows; revisions are four digits, counted upwards, one after another."""

SchemaState = Literal["current", "older", "newer", "empty", "moved"]


def revision(connection: Connection, there: set[str]) -> str | None:
    """The revision of an open database with these tables; None without any. InvalidInput when they are not ours."""
    if "alembic_version" not in there:
        if there:
            raise unusable("foreign_database", f"这不是助力流程的数据库；{NOTHING_SAVED}", "请核对 --home 或文件路径")
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])


def state_of(found: str | None) -> SchemaState:
    """How a revision stands to the newest one known."""
    if found is None:
        return "empty"
    if found == REVISION:
        return "current"
    if found == moved.REVISION:
        return "moved"
    return "newer" if found > REVISION else "older"


def require_current(found: str | None, place: str) -> None:
    """Raises InvalidInput, with what to do, unless the database has the form this program knows."""
    match state_of(found):
        case "newer":
            raise unusable(
                "newer_database",
                f"{place}: 数据库由更新版本的程序写成（结构 {found}，本程序只认识到 {REVISION}）；未改动任何内容",
                "请升级本程序；确需退回旧版时，用升级前自动留下的备份恢复：zhuli db restore 备份文件",
            )
        case "older":
            raise unusable(
                "older_database",
                f"{place}: 数据库还是旧结构（{found}，现为 {REVISION}）；{NOTHING_SAVED}",
                "请先运行 zhuli db upgrade（升级前自动备份）",
            )
        case "moved":
            raise unusable(
                "moved_database",
                f"{place}: 这个办公环境已搬到服务器，本文件不再使用；{NOTHING_SAVED}",
                "请在 zhuli.toml 的 database 写服务器的 URL；或再运行一次 zhuli db move --to URL",
            )
        case "empty":
            raise unusable("empty_database", f"{place}: 数据库是空的；{NOTHING_SAVED}", "请先建立：zhuli init")
        case _:
            return


def pieces(connection: Connection) -> set[tuple[Any, ...]]:
    """Every table, index and trigger of an SQLite database as (type, name, SQL without extra white space)."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in found.fetchall()}
