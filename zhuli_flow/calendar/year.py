"""One year's holidays: what the State Council notices say, checked strictly before anyone relies on it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from zhuli_flow.errors import InvalidInput, Problem

FIRST_YEAR, LAST_YEAR = 1950, 9998
_KEYS = {"year", "title", "number", "date", "url", "changes", "off", "worked", "provenance", "sha256"}
_NEEDED = ("year", "title", "number", "off", "worked")
_CHANGE_KEYS = {"title", "number", "date", "url", "days"}
_CHANGE_NEEDED = ("title", "number")
_NUMBER = re.compile(r".+〔[0-9]{4}〕[1-9][0-9]*号")


@dataclass(frozen=True, slots=True)
class Paper:
    """One official notice; ``number`` and ``issued`` are None while unverified.

    ``days`` are those a later paper of the year changed; empty for the year's own notice.
    """

    title: str
    number: str | None = None
    issued: date | None = None
    url: str | None = None
    days: frozenset[date] = frozenset()

    @property
    def cite(self) -> str:
        """The number of the paper, or its title while the number is unverified."""
        return self.number or f"《{self.title}》"


@dataclass(frozen=True, slots=True)
class YearData:
    """What the notices of one year fix; ``papers[0]`` is the year's own notice, the others changed it later.

    ``off`` maps each day off to its holiday's name, ``worked`` holds the weekend days worked instead (调休).
    Both may reach into the December before, as notices do for 元旦. Days in neither follow the week.
    """

    year: int
    papers: tuple[Paper, ...]
    off: Mapping[date, str]
    worked: frozenset[date]
    provenance: str = ""

    @property
    def facts(self) -> str:
        """Everything this year says, as the JSON text that its digest is of: year, papers, days off, days worked."""
        papers = [(paper.title, paper.number, paper.issued, paper.url, sorted(paper.days)) for paper in self.papers]
        facts = (self.year, papers, sorted(self.off.items()), sorted(self.worked))
        return json.dumps(facts, ensure_ascii=False, default=str)

    @property
    def sha256(self) -> str:
        """The hex digest of everything this year says; a file that carries it cannot be altered unnoticed."""
        return hashlib.sha256(self.facts.encode()).hexdigest()

    def paper_for(self, day: date) -> Paper:
        """The paper that decided ``day``: the last change that names it, else the year's own notice."""
        return next((paper for paper in reversed(self.papers) if day in paper.days), self.papers[0])


def statutory(day: date) -> str | None:
    """The holiday fixed on this solar date by 《全国年节及纪念日放假办法》, or None.

    Lunar festivals and 清明 are not here: which days they give off is known only once the year is announced.
    """
    if (day.month, day.day) == (1, 1):
        return "元旦"
    if day.month == 5 and day.day <= (2 if day.year >= 2025 else 1):
        return "劳动节"
    return "国庆节" if day.month == 10 and day.day <= 3 else None


def load_year(data: Mapping[str, object], place: str) -> YearData:
    """The checked year in ``data`` (the shape of ``data/YYYY.json``); ``place`` names the file in messages.

    Raises InvalidInput with every problem found: missing or unknown keys, things that are not dates, dates of another
    year, duplicates, a day both off and worked, a worked day that is no weekend, a fixed holiday that is missing,
    a ``sha256`` (optional) that does not match.
    """
    if not isinstance(data, Mapping):
        raise InvalidInput(f"{place} 不是一年的放假安排", fix=f"文件应是一个对象，含 {'、'.join(_NEEDED)}")
    reading = _Reading(data, place)
    year = reading.year()
    papers = (reading.paper(data, "", "date"), *reading.changes(year))
    off, worked = reading.off(year), reading.days("worked", data.get("worked", []), year)
    reading.check_keys("", data, _KEYS, _NEEDED)
    reading.check_sense(year, off, worked)
    provenance = reading.text("provenance", data.get("provenance")) or ""
    checked = YearData(year, papers, MappingProxyType(off), frozenset(worked), provenance)
    reading.check_sha256(checked)
    if reading.problems:
        count = len(reading.problems)
        raise InvalidInput(
            f"{place} 的放假安排有 {count} 处问题，未采用，原有日历不变",
            reading.problems,
            fix="对照国务院办公厅通知逐条改正后重新导入",
        )
    return checked


@dataclass(slots=True)
class _Reading:
    """Walks one year's data, collecting every problem instead of stopping at the first."""

    data: Mapping[str, object]
    place: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, item: str, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(f"{self.place}:{item}" if item else self.place, f"calendar.{code}", message, fix))

    def check_keys(self, item: str, data: Mapping[str, object], known: set[str], needed: Iterable[str]) -> None:
        for key in sorted(str(key) for key in data.keys() - known):
            self.note(f"{item}{key}", "unknown_key", f"不认识的项“{key}”", f"可用的项：{'、'.join(sorted(known))}")
        for key in needed:
            if key not in data:
                self.note(f"{item}{key}", "missing_key", f"缺少“{key}”", "按通知补上；文号未核实时写 null")

    def year(self) -> int:
        year = self.data.get("year")
        if type(year) is int and FIRST_YEAR <= year <= LAST_YEAR:
            return year
        if "year" in self.data:
            self.note("year", "not_a_year", f"“{year}”不是年份", "写四位数字年份，如 2027")
        return 0

    def text(self, item: str, value: object) -> str | None:
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.note(item, "not_text", f"“{value}”不是文字", "写成加引号的文字，未知时写 null")
        return None

    def day(self, item: str, value: object) -> date | None:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            day = None
        if day is not None and day.isoformat() == value:
            return day
        self.note(item, "not_a_date", f"“{value}”不是日期", "写成 2027-02-05 的样子")
        return None

    def days(self, item: str, value: object, year: int) -> list[date]:
        """The valid dates of a list; each must be unique and of ``year`` or the December before (0: unknown)."""
        if not isinstance(value, list):
            self.note(item, "not_a_list", "应是日期的列表", '写成 ["2027-02-05", "2027-02-06"]')
            return []
        found: list[date] = []
        for entry in value:
            day = self.day(item, entry)
            if day is None:
                continue
            if day in found:
                self.note(item, "duplicate", f"{day} 重复", "每个日期只写一次")
            elif year and day.year != year and (day.year, day.month) != (year - 1, 12):
                self.note(item, "wrong_year", f"{day} 不属于{year}年", f"只写{year}年和上年12月的日期")
            else:
                found.append(day)
        return found

    def paper(self, data: Mapping[str, object], item: str, issued: str) -> Paper:
        title = self.text(f"{item}title", data.get("title"))
        if data.get("title", "") is None:
            self.note(f"{item}title", "no_title", "通知没有标题", "写上通知的全称")
        day = self.day(f"{item}{issued}", data[issued]) if data.get(issued) is not None else None
        number, url = (self.text(f"{item}{key}", data.get(key)) for key in ("number", "url"))
        if number and not _NUMBER.fullmatch(number):
            self.note(f"{item}number", "not_a_number", f"“{number}”不是发文字号", "写成 国办发明电〔2025〕7号 的样子")
        return Paper(title or "", number, day, url)

    def changes(self, year: int) -> list[Paper]:
        value = self.data.get("changes", [])
        if not isinstance(value, list):
            self.note("changes", "not_a_list", "应是变更通知的列表", "没有变更时写 []")
            return []
        return [paper for index, entry in enumerate(value) if (paper := self.change(f"changes[{index}]", entry, year))]

    def change(self, item: str, entry: object, year: int) -> Paper | None:
        if not isinstance(entry, Mapping):
            self.note(item, "not_a_paper", "应写明变更通知的标题和文号", '写成 {"title": …, "number": …, "days": […]}')
            return None
        self.check_keys(f"{item}.", entry, _CHANGE_KEYS, _CHANGE_NEEDED)
        paper = self.paper(entry, f"{item}.", "date")
        days = self.days(f"{item}.days", entry.get("days", []), year)
        return Paper(paper.title, paper.number, paper.issued, paper.url, frozenset(days))

    def off(self, year: int) -> dict[date, str]:
        value = self.data.get("off", {})
        if not isinstance(value, Mapping):
            self.note("off", "not_a_map", "应按节日列出放假日期", '写成 {"春节": ["2027-02-05", …]}')
            return {}
        off: dict[date, str] = {}
        for name, listed in value.items():
            for day in self.days(f"off.{name}", listed, year):
                if day in off:
                    self.note(f"off.{name}", "duplicate", f"{day} 已列在“{off[day]}”", "每个日期只归一个节日")
                off.setdefault(day, str(name))
        return off

    def check_sha256(self, checked: YearData) -> None:
        expected = self.data.get("sha256")
        if expected is not None and expected != checked.sha256 and not self.problems:
            self.note("sha256", "wrong_hash", "内容与校验值不符，可能被改动过", "重新取得原文件，自行改正时删去此项")

    def check_sense(self, year: int, off: Mapping[date, str], worked: Iterable[date]) -> None:
        for day in worked:
            if day in off:
                self.note("worked", "overlap", f"{day} 既放假（{off[day]}）又上班", "按通知保留一种")
            elif day.weekday() < 5:
                self.note("worked", "not_a_weekend", f"{day} 本来就是工作日", "只写调休上班的周六、周日")
        fixed = [date(year, 1, 1), date(year, 5, 1), *(date(year, 10, n) for n in (1, 2, 3))] if year else []
        for day in fixed:
            if day not in off:
                self.note("off", "fixed_holiday", f"缺少法定节日 {day}（{statutory(day)}）", "按通知补全全年放假日期")
