"""An office brought from its file to a PostgreSQL server: every row, every hash, or nothing.

The file is held as by a writer from the first row that is read to the end, so nothing can be added meanwhile. The
server has all of it in one transaction, held against the file row by row. Then the file is marked, and takes no entry
any more.
"""

from __future__ import annotations

from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.errors import IntegrityBroken, InvalidInput
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit
from zhuli_flow.store.sql import moved
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection

EVENT = "move"


def move(office: Office, there: Office) -> None:
    """Bring ``office`` to the database of ``there``, the same office elsewhere.

    Raises IntegrityBroken when the record does not verify, before or after; InvalidInput when the server's database is
    in use. Then the file is as it was, and the server's database as empty as it was.
    """
    _require_whole(office, "未搬动任何内容")
    with office.database.write() as old:
        _make_room(old, there)
        there.database.take_over(old, lambda made: _note(made, there, office))
        try:
            _require_whole(there, "已全部撤销，原来的数据库未改动")
        except BaseException:
            there.database.discard()
            raise
        moved.mark(old)


def require_ways(database: Database, target: Database) -> None:
    """Raises InvalidInput unless ``database`` is a file and ``target`` on a server."""
    if database.file is None:
        raise InvalidInput(f"{database.shown}: 已在服务器上，无须搬动", fix="换服务器请用 pg_dump 一类的办法")
    if target.file is not None:
        raise InvalidInput(f"{target.shown}: 只能搬到服务器；未搬动", fix="请写 --to postgresql://用户@主机/库名")


def counted(database: Database) -> int:
    """How many entries there are."""
    with database.read() as connection:
        return audit.last_arrived(connection).place


def already(file: Database, there: Database) -> bool:
    """Whether the office of ``file`` stands in ``there``, by a move that ended before the settings were changed."""
    if file.schema_state() != "moved" or not there.is_made():
        return False
    with file.look_back() as old, there.read() as made:
        return _is_copy(old, made)


def _require_whole(office: Office, done: str) -> None:
    found = upkeep.faults(office)
    if found:
        raise IntegrityBroken(
            f"{office.database.shown}: 核对不符（{found[0]}）；{done}", fix="请先运行 zhuli db check 查明"
        )


def _make_room(old: Connection, there: Office) -> None:
    """Take away what a run left that was broken off between server and file: the same office, and no work in it."""
    if not there.database.is_made():
        return
    with there.database.read() as made:
        leftover = _is_leftover(old, made)
    if not leftover:
        raise InvalidInput(f"{there.database.shown}: 库中已有别的内容；未搬动", fix="请换一个空的库：createdb 库名")
    there.database.discard()


def _is_copy(old: Connection, made: Connection) -> bool:
    then = audit.last_arrived(old)
    return then.place > 0 and audit.arrived_since(made, then) is not None


def _is_leftover(old: Connection, made: Connection) -> bool:
    """Whether ``made`` is a copy of how ``old`` was once, with nothing behind it but the entry of the move itself."""
    last, chain = audit.last_arrived(made), audit.entries(made, OFFICE_CHAIN)
    if not chain or (chain[-1].event, chain[-1].hash) != (EVENT, last.hash):
        return False
    copied = audit.arrival(made, last.place - 1)
    return copied is not None and audit.arrived_since(old, copied) is not None


def _note(made: Connection, there: Office, office: Office) -> None:
    words = f"原来的文件 {office.database.shown.rpartition('/')[2]} 保留，不再写入；新址 {there.database.shown}"
    entries.write_office(made, there, EVENT, "数据库搬到服务器", content=Noted(notes=(words,)))
