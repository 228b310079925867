"""Care of a home: making it, its rehearsal clock, its database upgraded, copied, put back and looked over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from zhuli_flow.clock import SHANGHAI, RehearsalClock
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.refusal_codes import RefusalCode
from zhuli_flow.errors import InvalidInput, RulesRefused
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, meta
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import aside

SETTINGS = "zhuli.toml"
REHEARSAL = "rehearsal_now"
"""The fact in the database that makes a home a rehearsal: the instant its clock stands at (UTC, ISO text)."""


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """A private folder to furnish, which becomes ``home`` at the end, or vanishes with any exception.

    Raises InvalidInput when ``home`` is in use, is no folder, or can't be made.
    """
    _require_free(home)
    place = aside(home, "new")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
    except OSError as error:
        raise _cannot_make(home, error) from error
    try:
        yield place
        place.rename(home)
    except OSError as error:
        raise _cannot_make(home, error) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def furnish(place: Path, settings_text: str, folders: Mapping[str, Path]) -> None:
    """Write the settings and copy the office's own folders (``workflows``, ``notices``) into a new home."""
    handle = os.open(place / SETTINGS, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(settings_text)
        file.flush()
        os.fsync(handle)
    for name, source in folders.items():
        _copy_folder(source, place / name)


def _copy_folder(source: Path, target: Path) -> None:
    """Copy files and folders, for the office's own account only; hidden ones stay behind."""
    target.mkdir(mode=0o700)
    for path in sorted(source.iterdir()):
        if path.is_dir() and not path.name.startswith((".", "__")):
            _copy_folder(path, target / path.name)
        elif path.is_file() and not path.name.startswith("."):
            (target / path.name).write_bytes(path.read_bytes())
            (target / path.name).chmod(0o600)


def establish(office: Office) -> None:
    """Write the first entry of a new office's chain; a rehearsal home gets its clock here, once and for all."""
    with office.database.write() as connection:
        if office.rehearsal:
            set_rehearsing(connection, office.clock.now())
        kind = "演练" if office.rehearsal else "正式"
        entries.write_office(connection, office, "init", f"建立{kind}办公环境")


def set_rehearsing(connection: Connection, at: datetime) -> None:
    """Make a database that of a rehearsal, whose clock stands at ``at``."""
    meta.put(connection, REHEARSAL, at.isoformat())


def rehearsal_instant(database: Database) -> datetime | None:
    """The instant a rehearsal home's clock stands at; None in a real home."""
    with database.read() as connection:
        return rehearsing(connection)


def rehearsing(connection: Connection) -> datetime | None:
    """``rehearsal_instant`` in a transaction."""
    kept = meta.get(connection, REHEARSAL)
    return datetime.fromisoformat(kept) if kept else None


def set_clock(office: Office, instant: datetime) -> tuple[datetime, datetime]:
    """Move a rehearsal clock to ``instant`` and record it; returns (before, after).

    Raises RulesRefused in a real home, or when ``instant`` lies before the newest entry.
    """
    clock = office.clock
    if not office.rehearsal or not isinstance(clock, RehearsalClock):
        why = "这里是正式环境，时钟以本机为准，不能调"
        raise _refused("not_rehearsal", why, "要演练，请另建：zhuli init --rehearsal --home 新文件夹")
    with office.database.write() as connection:
        latest = audit.latest_instant(connection)
        if latest and instant < datetime.fromisoformat(latest):
            why = f"{spell(instant)} 早于最近一条留痕（{spell(datetime.fromisoformat(latest))}），时钟不能倒拨"
            raise _refused("clock_back", why, "请写更晚的时刻；要从头演练，请另建一个演练环境")
        before = clock.now()
        clock.set(instant)
        meta.put(connection, REHEARSAL, clock.now().isoformat())
        noted = Noted(changes=[["clock", "now", before.isoformat(), clock.now().isoformat()]])
        entries.write_office(connection, office, "clock", "拨演练时钟", content=noted)
    return before, clock.now()


def note(connection: Connection, office: Office, event: str, title: str, words: str) -> None:
    """Record an act of upkeep (a database put back, upgraded) on the office's chain, together with the act."""
    entries.write_office(connection, office, event, title, content=Noted(notes=(words,)))


def faults(office: Office) -> list[str]:
    """Everything wrong with the database, the chains, the cases and the files, in words. Empty: all is well."""
    from zhuli_flow.services.administration import invariants  # knows papers and letters: a start needs none of it

    return [one.what for one in invariants.broken(office)]


def spell(instant: datetime) -> str:
    """An instant as people read it here: ``2018-10-08 09:00:00``, Beijing time."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _refused(code: RefusalCode, why: str, fix: str) -> RulesRefused:
    return RulesRefused(f"时钟没有动：{why}", [Refusal(code, why, fix)], fix=fix)


def _require_free(home: Path) -> None:
    if (home / SETTINGS).exists():
        raise _invalid(
            "home_in_use", f"{home} 已在使用", "要用现有的，直接使用即可；要新建，请用 --home 指明另一个文件夹"
        )
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise _invalid("not_a_folder", f"{home} 不是文件夹", "请用 --home 指明另一个文件夹")
    if home.exists() and any(home.iterdir()):
        raise _invalid("not_empty", f"{home} 中已有别的文件", "请用 --home 指明一个空的或还不存在的文件夹")


def _cannot_make(home: Path, error: OSError) -> InvalidInput:
    return _invalid(
        "cannot_make", f"不能建立 {home}（{error.strerror or error}）", "请检查上级文件夹的写入权限和剩余空间"
    )


def _invalid(code: str, message: str, fix: str) -> InvalidInput:
    told = InvalidInput(f"{message}；未作任何改动", fix=fix)
    told.code = code
    return told
