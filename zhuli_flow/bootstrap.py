"""Where the parts of an office are put together; the only place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from zhuli_flow import settings
from zhuli_flow.calendar import bundled
from zhuli_flow.clock import Clock, RehearsalClock, SystemClock
from zhuli_flow.errors import InvalidInput, ZhuliError
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.office import TRACE_CODE, TRACE_LINE, Office
from zhuli_flow.settings import Settings
from zhuli_flow.store import merkle_log
from zhuli_flow.store.sql.database import Database
from zhuli_flow.support.new_file import write_over
from zhuli_flow.support.scratch import scratch

if TYPE_CHECKING:
    from zhuli_flow.channels.registry import Post
    from zhuli_flow.services.administration.directory import Imported
    from zhuli_flow.services.administration.doctor import Check
    from zhuli_flow.services.rehearsal.forking import Each, Point
    from zhuli_flow.store.sql.statements import Connection

FOLDERS = ("workflows", "notices")
"""What ``init`` copies from the program into a home, for the office to make its own."""


def open_office(home: Path, *, os_user: str = "") -> Office:
    """The office in ``home``, its database checked to have the form this program knows.

    A rehearsal home runs on the instant its database keeps, every other on the machine's clock. Raises NotFound (no
    home), InvalidInput (settings, an older or newer database), IntegrityBroken (a damaged file).
    """
    chosen = settings.load(home)
    database = _database(home, chosen)
    office = assemble(home, chosen, database, _clock(home, chosen, upkeep.rehearsal_instant(database)), os_user)
    calendar.refresh(office)
    return office


def _database(home: Path, chosen: Settings, owner: str = "") -> Database:
    return Database(chosen.where(home), owner=owner, copies=home, wait_s=chosen.wait_s)


def assemble(home: Path, chosen: Settings, database: Database, clock: Clock, os_user: str) -> Office:
    """An office of these parts, with the calendar that comes with the program, before the office's own years."""
    return Office(
        home=home,
        database=database,
        clock=clock,
        calendar=bundled(),
        rehearsal=chosen.rehearsal,
        shared=Path(chosen.files) if chosen.files else None,
        number_first=dict(chosen.number_first),
        os_user=os_user,
        hours=chosen.hours,
        seals=dict(chosen.papers.seals),
        traces=tuple(
            name
            for name, wanted in ((TRACE_LINE, chosen.papers.trace_line), (TRACE_CODE, chosen.papers.trace_code))
            if wanted
        ),
    )


def post_of(office: Office) -> Post:
    """The channels by which letters leave this office, as its settings name them now; a rehearsal shows them instead.

    Raises InvalidInput with every problem of the settings and the files of secrets.
    """
    from zhuli_flow.channels.registry import open_post
    from zhuli_flow.channels.settings import parse

    return open_post(parse(settings.load(office.home).post, office.home), rehearsal=office.rehearsal)


class NewHome(msgspec.Struct, frozen=True):
    """A home just made: its folder, the ``workflows`` taken into use with their versions, what was imported."""

    home: str
    rehearsal: bool
    workflows: tuple[str, ...]
    directory: Imported | None


def make_home(
    home: Path, chosen: Settings, *, start: datetime | None, sampled: bool, os_user: str, owner: str = ""
) -> NewHome:
    """Make a home: settings, database, the definitions and documents that come with the program, taken into use.

    ``start`` is where a rehearsal clock stands first (None: now); ``sampled`` imports the sample directory; ``owner``
    is the URL of the role that owns the tables of a PostgreSQL database, used now and kept nowhere. All or nothing.
    Raises InvalidInput (in use, a bad value).
    """
    from zhuli_flow.services.administration import directory, workflows

    with upkeep.building(home) as place:
        upkeep.furnish(place, settings.text_of(chosen), {name: bundle(name) for name in FOLDERS})
        database = _database(place, chosen, owner)
        database.create()
        clock: Clock = RehearsalClock(start or SystemClock().now()) if chosen.rehearsal else SystemClock()
        office = assemble(place, chosen, database, clock, os_user)
        try:
            upkeep.establish(office)
            registered = workflows.register(office)
            people = directory.import_file(office, sample("directory.yaml")) if sampled else None
        except BaseException:
            _unmake(database, place)
            raise
        database.close()
    names = tuple(f"{one.workflow} {one.version}" for one in registered)
    return NewHome(str(home), chosen.rehearsal, names, people)


def fork_home(source: Office, home: Path, at: Point, each: Each) -> int:
    """Make a rehearsal home of what ``source`` was at that point, with its definitions' and documents' folders.

    All or nothing; returns how many cases it has. Raises InvalidInput when ``home`` is in use.
    """
    from zhuli_flow.services.rehearsal import forking

    chosen = replace(settings.load(source.home), rehearsal=True, database=settings.DATABASE, files="", post={})
    with upkeep.building(home) as place:
        upkeep.furnish(place, settings.text_of(chosen), {name: source.home / name for name in FOLDERS})
        database = Database(chosen.where(place))
        database.create()
        office = assemble(place, chosen, database, RehearsalClock(at.at), source.os_user)
        try:
            count = forking.take_over(source, office, at, each)
        finally:
            database.close()
    return count


def _unmake(database: Database, place: Path) -> None:
    """A database outside the folder being made goes with it."""
    database.close()
    if database.file is None or not database.file.is_relative_to(place):
        database.discard()


def examine(home: Path, os_user: str) -> list[Check]:
    """What ``doctor`` finds in a home; one failed check when it can't even be opened."""
    from zhuli_flow.services.administration import doctor

    try:
        office = open_office(home, os_user=os_user)
    except ZhuliError as error:
        return [doctor.failed("办公环境", error, home)]
    try:
        return [*doctor.home(office), _post_check(office)]
    finally:
        office.database.close()


def _post_check(office: Office) -> Check:
    """Whether the settings of the channels and the files of secrets can be used; nothing is sent."""
    from zhuli_flow.services.administration.doctor import Check

    try:
        names = "、".join(one.title for one in post_of(office).channels.values())
    except InvalidInput as error:
        return Check(
            "渠道", "bad", "；".join([error.message, *map(str, error.problems)]), "请按所列位置修改 zhuli.toml"
        )
    return Check("渠道", "good", names)


def upgrade_database(
    home: Path, os_user: str, admit: Callable[[Office], str] = lambda _: "", owner: str = ""
) -> Path | None:
    """Bring the database of ``home`` to the newest form and record it; returns the copy kept, None without need.

    ``admit`` is asked before, with the office as it will be, who does it: the people of the old form can't be read.
    ``owner`` as for ``make_home``. Raises as ``Database.upgrade`` and ``admit`` do; then nothing has changed.
    """
    chosen = settings.load(home)
    database = _database(home, chosen, owner)
    officer = _admitted(home, chosen, database, os_user, admit)
    blank = assemble(home, chosen, database, SystemClock(), os_user)
    blank.officer = officer

    def fill(connection: Connection, copy: Path) -> None:
        _fill(connection, blank)
        blank.clock = _clock(home, chosen, upkeep.rehearsing(connection))
        upkeep.note(connection, blank, "upgrade", "升级数据库", f"升级前的备份：{copy.name}")

    with closing(database):
        return database.upgrade(fill)


def _admitted(home: Path, chosen: Settings, database: Database, os_user: str, admit: Callable[[Office], str]) -> str:
    """Who does it, asked on a copy that is upgraded and thrown away; "" where there is nothing to be done."""
    if chosen.rehearsal or database.schema_state() != "older":
        return ""
    with scratch(home) as aside:
        copy = Database(database.backup(aside / "copy.db"))
        try:
            copy.upgrade()
            return admit(assemble(home, chosen, copy, SystemClock(), os_user))
        finally:
            copy.close()


def _fill(connection: Connection, office: Office) -> None:
    """The rows that an older database did not have, under the calendar that it has."""
    from zhuli_flow.services.cases import case_rows

    merkle_log.fill(connection)
    calendar.take_over(connection, office)
    case_rows.fill(connection, office)


def open_database(home: Path) -> Database:
    """The database of ``home`` as it is, whatever its form: for its upkeep. Raises NotFound or InvalidInput."""
    return _database(home, settings.load(home))


def put_back(home: Path, source: Path, os_user: str, officer: str = "", owner: str = "") -> Path | None:
    """Put a backup in place of the database of ``home``; returns the copy kept of what was there, if anything was.

    What is put back is a copy of the backup that has the newest form and its entry of being put back already, so that
    whatever breaks this off leaves the old content, or the new one with its entry. Raises as ``Database.restore`` does,
    and InvalidInput for a backup of a rehearsal in a real home or the other way round; then nothing has changed.
    ``owner`` as for ``make_home``.
    """
    chosen = settings.load(home)
    with closing(_database(home, chosen, owner)) as database, scratch(home) as aside:
        copy = database.prepared(source, aside / "prepared.db")
        with closing(copy):
            blank = assemble(home, chosen, copy, SystemClock(), os_user)
            older = copy.upgrade(lambda connection, _: _fill(connection, blank)) is not None
            office = assemble(home, chosen, copy, _clock(source, chosen, upkeep.rehearsal_instant(copy)), os_user)
            office.officer = officer
            _note_put_back(
                office,
                source,
                database.spare_name() if database.file is None or database.file.exists() else None,
                older,
            )
        return database.restore(copy.path)


def _note_put_back(office: Office, source: Path, kept: Path | None, older: bool) -> None:
    from zhuli_flow.services.administration import sessions

    words = f"来自备份 {source.name}" + (f"；换下的存为 {kept.name}" if kept else "")
    calendar.refresh(office)
    with office.database.write() as connection:
        sessions.end_everybodys(connection, office)
        upkeep.note(connection, office, "restore", "恢复数据库", words + ("；原为旧结构，已一并升级" if older else ""))


@contextmanager
def temporary_office(start: datetime, os_user: str) -> Iterator[Office]:
    """A rehearsal home with the sample directory in a temporary folder, opened, from ``start`` (UTC) on; then gone."""
    with scratch() as folder:
        home = folder / "演练"
        make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user=os_user)
        office = open_office(home, os_user=os_user)
        try:
            yield office
        finally:
            office.database.close()


def move_database(home: Path, to: str, os_user: str, officer: str = "", owner: str = "") -> int:
    """Bring the office of ``home`` from its file to the server that ``to`` (a URL) names; returns how many entries.

    Broken off, it is begun again, or ended, by the same call. ``owner`` as for ``make_home``. Raises as
    ``moving.move``.
    """
    from zhuli_flow.services.administration import moving

    chosen = settings.load(home)
    there = replace(chosen, database=to)
    target = _database(home, there, owner)
    database = _database(home, chosen)
    moving.require_ways(database, target)
    path = home / settings.FILE
    pointed = settings.moved_to(path.read_text("utf-8-sig"), to).encode()
    with closing(database), closing(target):
        if not moving.already(database, target):
            office = replace(open_office(home, os_user=os_user), officer=officer)
            with closing(office.database):
                moving.move(office, replace(office, database=target, known=None))
        write_over(path, pointed)
        return moving.counted(target)


def bundle(name: str) -> Path:
    """The folder ``name`` (workflows, notices) that comes with the program: in the wheel, else beside the source."""
    package = Path(__file__).resolve().parent
    inside = package / "bundle" / name
    return inside if inside.is_dir() else package.parent / name


def sample(name: str) -> Path:
    """A file of the samples that come with the program, such as ``directory.yaml``."""
    return Path(__file__).resolve().parent / "samples" / name


def _clock(home: Path, chosen: Settings, kept: datetime | None) -> Clock:
    """The database decides whether this is a rehearsal: an edited setting must not free real data of its tokens."""
    if chosen.rehearsal != (kept is not None):
        made = "演练" if kept else "正式"
        written = "演练" if chosen.rehearsal else "正式"
        told = InvalidInput(
            f"{home}: 数据库是{made}用的，{settings.FILE} 却写成{written}；未作任何改动",
            fix=f"请把 {home / settings.FILE} 中 rehearsal 改回 {str(bool(kept)).lower()}；"
            "要另建，用 zhuli init --home 新文件夹",
        )
        told.code = "rehearsal_mismatch"
        raise told
    return RehearsalClock(kept) if kept else SystemClock()
