"""Everything a run needs, looked at one by one; what fails carries the command that repairs it."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from zhuli_flow.clock import SHANGHAI, local_minute
from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts.roles import font_report, missing_glyphs
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.errors import IntegrityBroken, NotFound, ZhuliError
from zhuli_flow.services.administration import erased_words, invariants, leaving, upkeep, workflows
from zhuli_flow.services.administration.duties import DUTIES, TITLES
from zhuli_flow.services.administration.heartbeat import last_beats
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, jobs
from zhuli_flow.store.sql import sqlite
from zhuli_flow.support.scratch import scratch

State = Literal["good", "hint", "bad"]

LIBRARIES = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = "sudo apt-get install -y fonts-noto-cjk fontconfig"
OLDEST = (3, 11)
ROOM_BYTES = 200 << 20
"""Free space below which the next backup or batch of documents may not fit."""
SILENCE = timedelta(minutes=10)
"""A running scheduler beats every half minute; nothing for this long means that it stands still."""
_CLOSED = frozenset({"cannot_open", "read_only"})
_SPECIMEN = "关于同意创建创新驱动助力示范区（县）的批复〔2018〕〇镕喆"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ``bad`` stops work, a ``hint`` does not; ``integrity``: the record does not verify."""

    title: str
    state: State
    detail: str
    fix: str = ""
    integrity: bool = False


def exit_code(checks: Iterable[Check]) -> int:
    """0 when nothing is bad (hints are not), 7 when the record does not verify, else 6."""
    bad = [one for one in checks if one.state == "bad"]
    if any(one.integrity for one in bad):
        return 7
    return 6 if bad else 0


def machine() -> list[Check]:
    """What this machine must have, whatever the home."""
    return [_python(), _sqlite(), _time_zone(), *_printing(), *_fonts()]


def home(office: Office) -> list[Check]:
    """What the home must have: modes, room, database, clock, definitions, calendar, and a record that verifies."""
    looks: tuple[Callable[[], Iterable[Check]], ...] = (
        lambda: _modes(office.home),
        lambda: [_room(place) for place in dict.fromkeys((office.home, office.holder))],
        lambda: [_writable(office)],
        lambda: _kept(office),
        lambda: [_clock(office)],
        lambda: [_definitions(office)],
        lambda: [_vacancies(office)],
        lambda: _calendar(office),
        lambda: _heartbeat(office),
        lambda: _workers(office),
        lambda: _erasures(office),
        lambda: _record(office),
    )
    return [check for look in looks for check in _guarded(look, office.home)]


def failed(title: str, error: ZhuliError, place: Path) -> Check:
    """The check of a thing in ``place`` that could not even be opened."""
    fix = f"chmod -R u+rwX {place}" if error.code in _CLOSED else error.fix
    return Check(title, "bad", error.message, fix, isinstance(error, IntegrityBroken))


def _guarded(look: Callable[[], Iterable[Check]], place: Path) -> Iterator[Check]:
    try:
        yield from look()
    except ZhuliError as error:
        yield failed("办公环境", error, place)


def _python() -> Check:
    found = platform.python_version()
    if sys.version_info[:2] < OLDEST:
        return Check("Python", "bad", f"{found}，低于 3.11", "sudo apt-get install -y python3.11 python3.11-venv")
    return Check("Python", "good", found)


def _sqlite() -> Check:
    module = sqlite.driver()
    note = sqlite.age_note(module)
    if note:
        return Check("SQLite", "bad", note, f"{sys.executable} -m pip install pysqlite3")
    return Check("SQLite", "good", f"{module.sqlite_version}（{module.__name__.partition('.')[0]}）")


def _time_zone() -> Check:
    offset = datetime(2026, 1, 1, tzinfo=UTC).astimezone(SHANGHAI).strftime("%z")
    state: State = "good" if offset == "+0800" else "bad"
    return Check("时区数据", state, f"Asia/Shanghai {offset}", f"{sys.executable} -m pip install --upgrade tzdata")


def _printing() -> Iterator[Check]:
    """Prints one line of paper in the printing child: libraries that can't be loaded show here, and only here."""
    try:
        with scratch() as folder:
            page = "<!doctype html><html lang='zh-CN'><title>检查</title><p>检查</p></html>"
            to_pdf(page, assets=folder, title="检查", author="检查", subject="检查", identifier="doctor")
        yield Check("PDF 印制", "good", "WeasyPrint 与 Pango 可用")
        yield _lines()
    except ZhuliError as error:
        yield Check("PDF 印制", "bad", error.message, LIBRARIES)
    yield _subsetter()


def _subsetter() -> Check:
    """What cuts a face down to a document's glyphs; without C code it takes 13 to 40 times as long."""
    found = ctypes.util.find_library("harfbuzz-subset")
    if found:
        return Check("字体子集", "good", found)
    if importlib.util.find_spec("uharfbuzz"):
        return Check("字体子集", "good", "uharfbuzz（没有 libharfbuzz-subset）")
    return Check("字体子集", "hint", "没有 harfbuzz-subset，印制慢 13—40 倍", LIBRARIES)


def _lines() -> Check:
    """Whether full lines end at the edge (GB/T 9704-2012, 5.2.3): it hangs on WeasyPrint's inner parts."""
    from zhuli_flow.documents.printing import justify

    if justify.install():
        return Check("两端对齐", "good", "每行撑满 28 字")
    return Check("两端对齐", "hint", "本机的 WeasyPrint 与所配的不同，行尾不齐", "在程序文件夹中运行：scripts/setup")


def _fonts() -> Iterator[Check]:
    try:
        yield _kit()
        kit = fontkit.installed()
        for role, family in font_report(kit):
            if family is None:
                yield Check(f"字体 {role}", "bad", "没有可用的字体", FONTS)
            else:
                yield Check(f"字体 {role}", "good", family)
        lacking = missing_glyphs(_SPECIMEN, kit=kit)
        if lacking:
            yield Check("字体用字", "hint", f"正文字体缺字：{''.join(lacking)}", FONTS)
    except ZhuliError as error:
        yield Check("字体", "bad", error.message, FONTS)


def _kit() -> Check:
    """The print faces: there, unchanged, and none a substitute."""
    try:
        kit = fontkit.verify()
    except NotFound as error:
        detail = f"{error.message}，暂用系统字体，PDF 不合 PDF/A-1"
        return Check("印制字体", "hint", detail, "zhuli fonts install")
    except IntegrityBroken as error:
        return Check("印制字体", "bad", error.message, "zhuli fonts install")
    if kit.substitutes():
        told = "、".join(kit.substitutes())
        fix = "sudo apt-get update；再 zhuli fonts install"
        return Check("印制字体", "hint", f"{told}没有取到 Fandol，以 Noto 代替", fix)
    return Check("印制字体", "good", f"{len(kit.faces)} 套，逐套相符（{kit.folder}）")


def _modes(place: Path) -> Iterator[Check]:
    mode = stat.S_IMODE(place.stat().st_mode)
    if mode & 0o077:
        yield Check("文件夹权限", "bad", f"{place} 本机其他用户可以进入（{mode:o}）", f"chmod 700 {place}")
    else:
        yield Check("文件夹权限", "good", f"{place}（{mode:o}）")
    loose = [path for path in _private(place) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        yield Check("文件权限", "bad", f"{len(loose)} 个文件其他用户可读，如 {loose[0].name}", f"chmod -R go= {place}")


def _private(place: Path) -> Iterator[Path]:
    yield from (path for path in place.iterdir() if path.is_file())


def _room(place: Path) -> Check:
    found = os.statvfs(place)
    free = found.f_bavail * found.f_frsize
    told = f"还可用 {free >> 20} MB"
    if free < ROOM_BYTES:
        return Check("存储空间", "hint", f"{told}，低于 {ROOM_BYTES >> 20} MB", f"df -h {place}")
    return Check("存储空间", "good", told)


def _writable(office: Office) -> Check:
    """Takes the write lock and gives it back: read-only media, a lock that is held, another structure all show here."""
    with office.database.write():
        pass
    database = office.database
    name = database.file.name if database.file else database.shown
    return Check("数据库", "good", f"{name} 可写，结构为最新")


def _kept(office: Office) -> Iterator[Check]:
    """What a server's administrator should know; of a file the checks of the folder tell."""
    if office.database.file is None:
        yield from (Check("数据库账号", "hint", note, "zhuli init --help") for note in office.database.notes())


def _clock(office: Office) -> Check:
    with office.database.read() as connection:
        newest = audit.latest_instant(connection)
    shown = upkeep.spell(office.clock.now())
    if newest and office.clock.now() < datetime.fromisoformat(newest):
        detail = f"{shown} 早于最近一条留痕 {upkeep.spell(datetime.fromisoformat(newest))}"
        return Check("时钟", "bad", detail, "timedatectl set-ntp true")
    kind = "演练时钟" if office.rehearsal else "本机时钟"
    return Check("时钟", "good", f"{shown}（{kind}）")


def _definitions(office: Office) -> Check:
    """The office's files are sound, and what is in them is what is in use."""
    found = workflows.check_files([office.home / "workflows"], office.notices, office)
    problems = [problem for one in found for problem in one.problems]
    if problems:
        return Check("流程定义", "bad", f"{len(problems)} 处问题，如 {problems[0]}", "zhuli workflow check")
    known = {one.digest for one in workflows.in_use(office)}
    waiting = [one.path.name for one in found if one.workflow and one.workflow.digest not in known]
    if waiting:
        return Check("流程定义", "hint", f"{'、'.join(waiting)} 尚未启用", "zhuli workflow register")
    return Check("流程定义", "good", f"{len(found)} 个，均已启用")


def _vacancies(office: Office) -> Check:
    """Cases on which nobody of the directory can act: they wait for somebody who does not exist."""
    found = leaving.stuck(office)
    if not found:
        return Check("办理人员", "good", "在办事项都有人可办")
    shown = "；".join(f"{one.case}（{one.applicant}）{one.what}" for one in found[:SHOWN])
    more = f"；等 {len(found)} 件" if len(found) > SHOWN else ""
    return Check("办理人员", "hint", f"{len(found)} 件无人可办：{shown}{more}", "zhuli directory import 名录.yaml")


SHOWN = 5
"""Cases named in one line."""


def _calendar(office: Office) -> Iterator[Check]:
    for year in (office.today.year, office.today.year + 1):
        if office.calendar.is_announced(date(year, 1, 1)):
            yield Check(f"{year} 年放假安排", "good", "已收录")
        else:
            detail = "未收录，涉及该年的工作日期限标为暂定"
            fix = "国务院办公厅公布后：zhuli calendar import 文件，再 zhuli calendar recompute"
            yield Check(f"{year} 年放假安排", "hint", detail, fix)


def _heartbeat(office: Office) -> Iterator[Check]:
    """A silent scheduler is how dates are missed; a rehearsal home has none."""
    if office.rehearsal:
        return
    beats = last_beats(office)
    if not beats:
        fix = f"请启动 {_runner(office)}，或由 cron 定时运行 zhuli sweep"
        yield Check("定时巡检", "hint", "从未常驻运行过", fix)
    for duty, one in beats.items():
        since = office.clock.now() - datetime.fromisoformat(one["at"])
        told = f"{TITLES.get(duty, duty)}：{local_minute(datetime.fromisoformat(one['at']))}"
        if since > SILENCE:
            yield Check("定时巡检", "bad", f"{told} 之后没有动静", f"请重新启动 {_runner(office)}")
        elif one["trouble"]:
            yield Check("定时巡检", "bad", f"{told} 未成功：{one['trouble']}", "请按所述处理；下一次巡检会再试")
        else:
            yield Check("定时巡检", "good", told)


def _runner(office: Office) -> str:
    return "zhuli worker" if office.database.url else "zhuli run"


def _workers(office: Office) -> Iterator[Check]:
    """On a server: whether anybody is there for what acts have put down. Whoever runs ``sweep`` by cron has nobody."""
    with office.database.read() as connection:
        found = None if office.rehearsal else jobs.standing(connection, DUTIES)
    if found is None:
        return
    if found.alive:
        yield Check("后台办理", "good", f"{found.alive} 个 worker 在运行，待办 {found.waiting} 项")
    else:
        detail = f"没有 worker 在运行，待办 {found.waiting} 项"
        yield Check("后台办理", "hint", detail, "请在任一台机器上启动 zhuli worker")


def _erasures(office: Office) -> Iterator[Check]:
    """Ends an erasure that broke off, and finds words that an older backup brought back."""
    if erased_words.finish(office):
        yield Check("个人信息清除", "good", "上次清除在收尾时中断，现已除净")
    for one in erased_words.standing_again(office):
        detail = f"{one.case} 已依法清除的内容又随旧备份恢复，须再清除一次"
        yield Check("个人信息清除", "bad", detail, one.command)


def _record(office: Office) -> Iterator[Check]:
    """The history first; when it holds, everything that must follow from it."""
    found = verify.verify(office)
    if found.first_break:
        detail = f"{found.first_break.case_id} 第 {found.first_break.seq} 条：{found.first_break.reason}"
        yield Check("留痕", "bad", detail, "zhuli audit verify", integrity=True)
    else:
        yield Check("留痕", "good", f"{found.entries} 条，逐条相符")
        yield _invariants(office)


def _invariants(office: Office) -> Check:
    wrong = list(invariants.broken(office))
    if wrong:
        return Check("前后一致", "bad", f"{len(wrong)} 处不符，如 {wrong[0].what}", "zhuli db check", integrity=True)
    return Check("前后一致", "good", f"{'、'.join(invariants.INVARIANTS)}，均相符")
