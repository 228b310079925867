"""The PostgreSQL driver: how a connection is opened, and what its errors mean to a person.

A password stands in the URL or, better, where libpq looks for it by itself: ``PGPASSWORD``, ``PGPASSFILE``. No message
repeats one.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from zhuli_flow.errors import IntegrityBroken, InvalidInput, ZhuliError
from zhuli_flow.store.sql.sqlite import NOTHING_SAVED, unusable
from zhuli_flow.store.sql.statements import Connection, Row

BUSY_MS = 30_000
"""How long a statement waits for a lock; a write waits for its turn as ``Database`` says."""

SESSION = "; ".join(
    (
        "SET synchronous_commit = on",  # what is acknowledged is on disk, whatever the server's default
        f"SET lock_timeout = {BUSY_MS}",
        "SET idle_in_transaction_session_timeout = 300000",  # a machine that hangs must not hold up the others for ever
        "SET tcp_keepalives_idle = 15",  # … nor one that was cut off
        "SET tcp_keepalives_interval = 5",
        "SET tcp_keepalives_count = 3",
        "SET tcp_user_timeout = 30000",  # … in the middle of an answer, when no keepalive is sent
        "SET client_min_messages = warning",
    )
)
JOBS_SESSION = (
    "SET idle_in_transaction_session_timeout = 30000; "  # a worker that hangs must not hold up those who take over
    "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 30000"
)
"""How a worker's sessions for its jobs are set up; what it does for them goes by the office's own sessions."""
WALKED_AT_ONCE = 2000
"""How many rows of a walk the server hands over at a time."""

FIX_MISSING = "请安装：pip install 'zhuli-flow[postgresql]'"
_GONE = ("08", "57", "25P03")
"""Connection lost, server stopped, a transaction left idle for too long."""
_RETRY = "请稍候重做这一步"
_BY_STATE = {
    "25006": ("read_only", "数据库是只读的（备用服务器？）", "请核对所连的服务器，再重做这一步"),
    "42501": ("no_privilege", "连接数据库的账号没有这项权限", "建立和升级要用表的所有者：--database-owner URL"),
    "53100": ("disk_full", "数据库服务器的存储空间已满", "请腾出空间后重做这一步"),
    "53300": ("busy", "数据库服务器的连接已满", _RETRY),
    "55P03": ("busy", "数据库正被别的程序占用", f"{_RETRY}；若一直如此，请查看是否有导入或备份正在进行"),
    "40001": ("busy", "数据库正被别的程序占用", _RETRY),
    "40P01": ("busy", "数据库正被别的程序占用", _RETRY),
    "3D000": ("no_database", "服务器上没有这个数据库", "请先由数据库管理员建立：createdb 库名"),
}


class PostgresqlConnection(Connection):
    """A connection to PostgreSQL; a walk goes by a cursor of the server, so that no row is held before it is asked."""

    __slots__ = ("_walks",)

    def __init__(self, opened: Any) -> None:
        super().__init__(opened, "postgresql")
        self.cursor = driver().RawCursor(opened)
        self._walks = 0

    def walk(self, text: str, values: Sequence[Any]) -> Iterator[Row]:
        """Asked when the first row is; given up where the walk is."""
        self._walks += 1
        with driver().RawServerCursor(self.driver, f"walk{self._walks}") as cursor:
            cursor.itersize = WALKED_AT_ONCE
            cursor.execute(text, values)
            yield from cursor


def driver() -> Any:
    """The module ``psycopg``. Raises InvalidInput where it is not installed."""
    try:
        return importlib.import_module("psycopg")
    except ImportError as error:
        raise unusable("no_driver", f"本机没有安装 psycopg；{NOTHING_SAVED}", FIX_MISSING) from error


def plain(url: str) -> str:
    """A URL as libpq reads it."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def shown(url: str) -> str:
    """The URL without password and options. Raises InvalidInput for one that is none, without repeating it."""
    try:
        driver().conninfo.conninfo_to_dict(plain(url))
        parts = urlsplit(plain(url))
        port = f":{parts.port}" if parts.port else ""
        if "@" in parts.path + parts.fragment or parts.netloc.count("@") > 1:  # libpq would look the rest up as a host
            raise ValueError("a password with a character that ends the host's part")
    except (ValueError, driver().ProgrammingError):
        raise InvalidInput(
            "数据库的 URL 读不懂；未改动任何内容",
            fix="请写成 postgresql://用户@主机:端口/库名；密码中的 @ / ? # % 等字符要写成 %40 %2F %3F %23 %25",
        ) from None
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}"


def connect(url: str) -> Any:
    """A driver connection that begins no transaction of its own, set up as every session of an office is."""
    module = driver()
    connection = module.connect(plain(url), autocommit=True, connect_timeout=10, application_name="zhuli")
    connection.prepared_max = 400
    connection.adapters.register_dumper(bool, _yes_no())
    connection.execute(SESSION)
    return connection


def _yes_no() -> type[Any]:
    from psycopg.adapt import Dumper

    class YesNo(Dumper):
        """Yes and no are 1 and 0 in every table."""

        oid = 23  # integer

        def dump(self, obj: bool) -> bytes:
            return b"1" if obj else b"0"

    return YesNo


def explain(error: Exception, place: str) -> ZhuliError | None:
    """The error in words for a person; None when it is not about the database (a broken constraint is a bug)."""
    state = str(getattr(error, "sqlstate", None) or "")
    if state.startswith("XX"):
        return IntegrityBroken(f"{place}: 数据库已损坏；{NOTHING_SAVED}", fix="请用备份恢复：zhuli db restore 备份文件")
    if state in _BY_STATE:
        code, meaning, fix = _BY_STATE[state]
        return unusable(code, f"{place}: {meaning}；{NOTHING_SAVED}", fix)
    if state.startswith("28"):
        return unusable("login_refused", f"{place}: 服务器不认这个账号或密码；{NOTHING_SAVED}", _PASSWORD)
    if state.startswith(_GONE) or (not state and isinstance(error, driver().OperationalError)):
        return unusable("cannot_connect", f"{place}: 连不上数据库服务器，或连接中断；{NOTHING_SAVED}", _CONNECT)
    return None


_PASSWORD = "请核对 zhuli.toml 中的 database；密码也可放在 PGPASSWORD 或 PGPASSFILE"  # nosec B105  # noqa: S105 - where it is looked for
_CONNECT = "请核对服务器是否在运行，地址、库名、账号和密码是否正确，然后重做这一步"


def unknown_outcome(place: str) -> ZhuliError:
    """The connection broke while a commit was under way: it may have been carried out."""
    return unusable(
        "unknown_outcome",
        f"{place}: 提交时与数据库的连接中断，不知道是否已经保存",
        "请先查看该事项的留痕；带同一个请求号（--request）重做是安全的，不会办两次",
    )
