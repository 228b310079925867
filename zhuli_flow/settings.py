"""What an office sets for itself: where its home is, and what ``zhuli.toml`` in it says.

The home is ``--home``, else ``ZHULI_HOME``, else ``$XDG_DATA_HOME/zhuli`` (``~/.local/share/zhuli``). Nothing else is
looked at: a command never depends on the folder it happens to be started in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from zhuli_flow.calendar import BusinessHours, Season, read_hours
from zhuli_flow.errors import InvalidInput, NotFound, Problem
from zhuli_flow.support.bounded_read import first_bytes, size
from zhuli_flow.support.suggest import did_you_mean

FILE = "zhuli.toml"
DATABASE = "zhuli.db"
MAX_BYTES = 64 * 1024

WAIT_S = 120
"""Seconds that a write waits for its turn where the office says nothing; no rule sets it."""

POST = ("channels", "contacts")
"""Sections that the room of channels reads itself; here they are only carried along."""

_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "office": ("rehearsal", "database", "files", "closes", "hours", "wait_seconds"),
        "numbers": ("first",),
        "papers": ("trace_line", "trace_code", "seals"),
        "oidc": ("issuer", "client_id", "secret_file", "claim", "title", "ca"),
        "web": ("idle_minutes", "session_hours", "link_hours", "password_length", "upload_mb"),
        **dict.fromkeys(POST, ()),
    }
)


_ISSUER = re.compile(r"(https://[^\s?#/]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/[^\s?#]*)?")
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(png|svg)")


@dataclass(frozen=True, slots=True)
class Web:
    """What holds for those who work in a browser; the defaults are this system's own.

    A session ends after ``idle_minutes`` without use and ``session_hours`` in all; a link to set a password serves for
    ``link_hours``; a password has at least ``password_length`` characters; one upload at most ``upload_mb`` mebibytes.
    """

    idle_minutes: int = 60
    session_hours: int = 12
    link_hours: int = 72
    password_length: int = 10
    upload_mb: int = 100


@dataclass(frozen=True, slots=True)
class Oidc:
    """The office's own directory, by which people may come in (OpenID Connect).

    ``issuer`` describes itself at ``/.well-known/openid-configuration``; ``secret_file`` (from the home) holds what it
    gave this client; ``claim`` is what it calls people as the directory of this home does; ``title`` is what people
    call it; ``ca``: a file of certificates of the office's own authority, empty for those that every system knows.
    """

    issuer: str
    client_id: str
    secret_file: str
    claim: str = "preferred_username"
    title: str = "单位统一身份认证"
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """What the originals of papers bear below their record besides the standard's parts: neither unless written.

    ``trace_line``: the line that ties the paper to the history (留痕校验行); ``trace_code``: a code that leads from a
    scan to its record (公文校验码). The archive's copy bears the line always. ``seals``: by organ the picture of its
    seal, a file in ``notices/``, for copies that are ordered with it; originals never bear one.
    """

    trace_line: bool = False
    trace_code: bool = False
    seals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """``rehearsal``: for practice; ``database``: a path (from the home) or URL; ``number_first``: by series (代字).

    ``hours``: when the office closes (下班), which ends a last day where a notice says so; 17:00 unless written.
    ``post`` holds the sections ``channels`` and ``contacts`` as written. ``wait_s``: how many seconds a write waits for
    those of other processes before it is given up; this system's own, there is no rule for it. ``files``: the folder,
    an absolute path, in which ``files/`` lies for several machines; "": the home.
    """

    rehearsal: bool = False
    database: str = DATABASE
    number_first: Mapping[str, int] = field(default_factory=dict)
    post: Mapping[str, object] = field(default_factory=dict)
    hours: BusinessHours = field(default_factory=BusinessHours)
    web: Web = field(default_factory=Web)
    papers: Papers = field(default_factory=Papers)
    oidc: Oidc | None = None
    wait_s: int = WAIT_S
    files: str = ""

    def where(self, home: Path) -> str | Path:
        """The database to open: a URL as it stands, a relative path from the home."""
        return self.database if "://" in self.database else home / self.database


def home_of(option: str | None, environment: Mapping[str, str]) -> Path:
    """The home folder (absolute) that ``--home`` or the environment names, else the usual place of this person."""
    named = option or environment.get("ZHULI_HOME")
    if named:
        return Path(named).expanduser().absolute()
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path("~/.local/share").expanduser()) / "zhuli"


def load(home: Path) -> Settings:
    """The settings of a home. Raises NotFound without ``zhuli.toml``, InvalidInput with every problem in it."""
    path = home / FILE
    data = _parsed(path, _text(path))
    problems: list[Problem] = []
    office = _section(data, "office", problems)
    first = _section(_section(data, "numbers", problems), "first", problems, place="numbers.first")
    _unknown(data, _KEYS, FILE, problems)
    _unknown(office, _KEYS["office"], f"{FILE}: office", problems)
    settings = Settings(
        rehearsal=_yes_no(office, "rehearsal", problems),
        database=_words(office, "database", DATABASE, problems),
        number_first={series: _first(series, value, problems) for series, value in first.items()},
        post={name: data[name] for name in POST if name in data},
        web=_web(_section(data, "web", problems), problems),
        papers=_papers(_section(data, "papers", problems), problems),
        oidc=_oidc(_section(data, "oidc", problems), problems),
        wait_s=_whole(office.get("wait_seconds", WAIT_S), "office.wait_seconds", problems),
        files=_folder(office, problems),
        hours=read_hours(office.get("closes"), office.get("hours", ()), f"{FILE}: office", problems),
    )
    _unknown(data.get("numbers", {}), _KEYS["numbers"], f"{FILE}: numbers", problems)
    if problems:
        raise InvalidInput(f"{path} 有 {len(problems)} 处问题，未作任何改动", problems, fix=f"请按所列位置改正 {path}")
    return settings


def text_of(settings: Settings) -> str:
    """The text of a ``zhuli.toml`` that says exactly these settings, with a word for whoever edits it."""
    lines = [
        "# 本单位的设置。改后运行 zhuli doctor 核对。",
        "[office]",
        f"rehearsal = {str(settings.rehearsal).lower()}  # 演练：时钟可调，公文标“演练”；建立后不能改",
        f"database = {_quoted(settings.database)}" + ("" if "://" in settings.database else f"  # {_BESIDE_IT}"),
        *(
            [f"files = {_quoted(settings.files)}  # 几台机器共用：其中的 files 存放材料和公文"]
            if settings.files
            else []
        ),
        f"closes = {_quoted(settings.hours.closes.strftime('%H:%M'))}  # 下班时刻：要求“下班前”时，末日到此为止",
        *(line for season in settings.hours.seasons for line in _season(season)),
        "",
        "[papers]  # 公文原件版记之下另印什么（国家标准没有规定；归档件总印校验行）",
        f"trace_line = {str(settings.papers.trace_line).lower()}  # 留痕校验行",
        f"trace_code = {str(settings.papers.trace_code).lower()}  # 公文校验码（二维码），扫描件凭它验真",
        *(["[papers.seals]  # 印章图样，只用于指定的副本"] if settings.papers.seals else []),
        *(f"{_quoted(organ)} = {_quoted(file)}" for organ, file in settings.papers.seals.items()),
        "",
        "[numbers.first]  # 发文字号各代字首年的起始号，不写从 1 起",
        *(f"{_quoted(series)} = {number}" for series, number in settings.number_first.items()),
    ]
    return "\n".join(lines) + "\n"


def moved_to(text: str, database: str) -> str:
    """The text of a ``zhuli.toml`` with another database in it; all else stays as its people wrote it.

    Raises InvalidInput where they wrote it in a way that only they can change.
    """
    line = f"database = {_quoted(database)}"
    made = next((one.sub(put, text, count=1) for one, put in _places(line) if one.search(text)), "")
    made = made or f"[office]\n{line}\n\n{text}"
    said = tomllib.loads(text)
    if _said(made) != {**said, "office": {**said.get("office", {}), "database": database}}:
        raise InvalidInput(
            f"{FILE} 中 database 的写法不能自动改；未改动任何内容",
            fix="请写成 [office] 一节，其下单独一行 database = …",
        )
    return made


def _said(text: str) -> Mapping[str, object]:
    """What it says; nothing where it is broken."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _places(line: str) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
    return (_DATABASE, lambda found: found[1] + line), (_OFFICE, lambda found: f"{found[0]}\n{line}")


_BESIDE_IT = "相对于本文件夹"
_OFFICE = re.compile(r"^[ \t]*\[[ \t]*office[ \t]*\][^\n]*", re.MULTILINE)
_DATABASE = re.compile(
    rf"""^([ \t]*)database\s*=\s*("[^"\n]*"|'[^'\n]*')([ \t]*# {_BESIDE_IT}[ \t]*$)?""", re.MULTILINE
)


def _season(season: Season) -> tuple[str, ...]:
    first, last = (f"{month:02}-{day:02}" for month, day in (season.first, season.last))
    closes = season.closes.strftime("%H:%M")
    return "[[office.hours]]", f"from = {_quoted(first)}", f"to = {_quoted(last)}", f"closes = {_quoted(closes)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(path: Path) -> str:
    try:
        raw = first_bytes(path, MAX_BYTES)
        if len(raw) > MAX_BYTES:
            raise InvalidInput(f"{path} 超过 {size(MAX_BYTES)}，不是设置文件", fix="请核对 --home")
        return raw.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        fix = "请先建立：zhuli init，或用 --home 指明所在文件夹"
        raise NotFound(f"{path.parent} 不是助力流程的文件夹（没有 {FILE}）", fix=fix, code="no_home") from error
    except OSError as error:
        raise InvalidInput(f"不能读取 {path}（{error.strerror}）", fix="请检查该文件的权限") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} 不是 UTF-8 文本", fix="请用编辑器另存为 UTF-8 编码") from error


def _parsed(path: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also numbers and brackets by the thousand
        line = _line_of(str(error))
        place = f"{FILE}:{line}" if line else FILE
        problem = Problem(place, "syntax", "TOML 写法有误", "检查引号、等号和方括号是否成对；同一个键只能写一次")
        raise InvalidInput(f"{path} 读不懂，未作任何改动", [problem], fix=f"请改正 {path}") from error


def _line_of(words: str) -> str:
    _, found, rest = words.partition("at line ")
    return rest.split(",")[0].rstrip(")") if found else ""


def _section(data: Mapping[str, object], name: str, problems: list[Problem], place: str = "") -> Mapping[str, object]:
    value = data.get(name, {})
    if isinstance(value, dict):
        return value
    problems.append(Problem(f"{FILE}: {place or name}", "type", "应为一节", f"写成 [{place or name}]，其下每行一项"))
    return {}


def _unknown(data: object, known: Mapping[str, object] | tuple[str, ...], place: str, problems: list[Problem]) -> None:
    unknown = [key for key in data if key not in known] if isinstance(data, dict) else []
    problems += [Problem(place, "unknown_key", f"不认识的键 {key}", did_you_mean(key, known)) for key in unknown]


def _yes_no(section: Mapping[str, object], key: str, problems: list[Problem], place: str = "office") -> bool:
    value = section.get(key, False)
    if isinstance(value, bool):
        return value
    problems.append(
        Problem(f"{FILE}: {place}.{key}", "type", f"{value!r} 不是 true 或 false", "写 true 或 false，不加引号")
    )
    return False


def _words(office: Mapping[str, object], key: str, otherwise: str, problems: list[Problem]) -> str:
    value = office.get(key, otherwise)
    if isinstance(value, str) and value.strip():
        return value
    problems.append(Problem(f"{FILE}: office.{key}", "type", f"{value!r} 不是文字", "写文件名或 URL，加双引号"))
    return otherwise


def _folder(office: Mapping[str, object], problems: list[Problem]) -> str:
    """The shared folder; "" where none is named. A relative path would be another one on each machine."""
    value = office.get("files", "")
    if value == "" or (isinstance(value, str) and Path(value).is_absolute()):
        return str(value)
    fix = '写各台机器上相同的完整路径，如 "/srv/zhuli-files"'
    problems.append(Problem(f"{FILE}: office.files", "type", f"{value!r} 不是文件夹的完整路径", fix))
    return ""


def _web(section: Mapping[str, object], problems: list[Problem]) -> Web:
    _unknown(section, _KEYS["web"], f"{FILE}: web", problems)
    return Web(**{key: _whole(section[key], f"web.{key}", problems) for key in _KEYS["web"] if key in section})


def _oidc(section: Mapping[str, object], problems: list[Problem]) -> Oidc | None:
    """None without the section; what is missing or not right is a problem."""
    if not section:
        return None
    before = len(problems)
    _unknown(section, _KEYS["oidc"], f"{FILE}: oidc", problems)
    told = {key: value for key in _KEYS["oidc"] if isinstance(value := section.get(key), str) and value.strip()}
    needed = [key for place, key in enumerate(_KEYS["oidc"]) if key not in told and (key in section or place < 3)]
    problems += [Problem(f"{FILE}: oidc.{key}", "type", "没有写，或不是文字", "写文字，加双引号") for key in needed]
    if not _ISSUER.fullmatch(told.get("issuer", "https://x")):
        fix = "写 https:// 开头的网址，不带参数；只有本机可用 http://"
        problems.append(Problem(f"{FILE}: oidc.issuer", "type", f"{told['issuer']!r} 不是身份认证的网址", fix))
    return Oidc(**told) if len(problems) == before else None


def _papers(section: Mapping[str, object], problems: list[Problem]) -> Papers:
    _unknown(section, _KEYS["papers"], f"{FILE}: papers", problems)
    line, code = (_yes_no(section, key, problems, "papers") for key in ("trace_line", "trace_code"))
    seals = _section(section, "seals", problems, place="papers.seals")
    problems += [
        Problem(
            f"{FILE}: papers.seals.{organ}",
            "type",
            f"{file!r} 不是图样的文件名",
            "写 notices 中的 .png 或 .svg，如 seal-1.png",
        )
        for organ, file in seals.items()
        if not (isinstance(file, str) and _PICTURE.fullmatch(file))
    ]
    return Papers(line, code, {organ: str(file) for organ, file in seals.items()})


def _whole(value: object, place: str, problems: list[Problem]) -> int:
    if type(value) is int and value > 0:
        return value
    problems.append(Problem(f"{FILE}: {place}", "type", f"{value!r} 不是正整数", "写大于 0 的整数，不加引号"))
    return 1


def _first(series: str, value: object, problems: list[Problem]) -> int:
    if type(value) is int and value > 0:
        return value
    problems.append(
        Problem(f"{FILE}: numbers.first.{series}", "type", f"{value!r} 不是起始号", "写大于 0 的整数，不加引号")
    )
    return 1
