"""Stories in the office's own words, one act a line: what tests assert, what the demonstration plays.

::

    # 说明
    2018-10-08                                   from here on it is 09:00 that day
    +6d                                          six days later (wd, d, m, y)
    2018-10-08 17:30 办理 …                       a line may carry its own date
    开启 FLOW APPLICANT PERSON [field=value …] 称 LABEL
    办理 LABEL EVENT PERSON [field=value …] [附 material-or-file-field …] [意见 text]
    退签 LABEL EVENT PERSON 意见 text
    不予 LABEL EVENT PERSON CODE[,CODE] [field=value …] [附 …] [意见 …]
    应为 LABEL 环节 STATE | 期限 NAME DATE [暂定] | 字段 NAME VALUE | 灯 STEP CASE | 版本 N
    应有 LABEL 留痕 EVENT DATE | 提醒 NAME DATE | 公文 KIND [NUMBER]
    应无 LABEL …                                 the same, and there must be none
    名额 FLOW N
    段落 NAME $a $b … / 完毕                       a block with parameters
    照做 NAME value value …                       play the block
    引用 FILE                                    the blocks (.steps) or the story (.scenario) of a file beside this one

Values with spaces go in quotation marks (" or “ ”); those around a whole value are not part of it, others are. A table
is written as JSON on one line: results=[{"zone": "海城市", "grade": "良好"}]. Acts are played by date, those of one
instant in the order written, so that each county's story may be told on its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType

from zhuli_flow.calendar import Calendar, due_date, parse_period
from zhuli_flow.clock import SHANGHAI, parse_instant
from zhuli_flow.errors import InvalidInput, Problem

VERBS = {"开启": 3, "办理": 3, "退签": 3, "不予": 4, "应为": 3, "应有": 3, "应无": 3, "名额": 2}
"""What a line may tell, and how many words that takes at least."""
_TABLE = re.compile(r"[a-z][a-z0-9_]*=(?=\[)")
_WORD = re.compile(r'(?:"[^"]*"|“[^”]*”|[^\s"“])+')
_QUOTED = re.compile(r'([a-z][a-z0-9_]*=)?(?:"([^"]*)"|“([^”]*)”)')
_JSON = json.JSONDecoder()
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^\d{2}:\d{2}(:\d{2})?$")
_STEP = re.compile(r"^\+\d+(wd|d|m|y)$")
_MOST_LINES = 20_000
_DEEPEST = 20
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Act:
    """One line to play: when (UTC), where it stands, the verb and its words."""

    at: datetime
    place: str
    verb: str
    words: tuple[str, ...]

    def values(self) -> dict[str, str]:
        """The ``field=value`` words."""
        pairs = (word.partition("=") for word in self.words if re.match(r"^[a-z][a-z0-9_]*=", word))
        return {name: value for name, _, value in pairs}

    def after(self, marker: str) -> tuple[str, ...]:
        """The plain words that follow ``附``, ``意见`` or ``称``, up to the next marker."""
        if marker not in self.words:
            return ()
        found = []
        for word in self.words[self.words.index(marker) + 1 :]:
            if word in {"附", "意见", "称"}:
                break
            found.append(word)
        return tuple(found)


@dataclass(slots=True)
class _Block:
    parameters: tuple[str, ...]
    lines: list[tuple[str, str]] = field(default_factory=list)


def read(
    text: str, file: str, calendar: Calendar, start: date, steps: Mapping[str, str] = MappingProxyType({})
) -> list[Act]:
    """The acts of a story in the order of play; ``steps`` are the texts it may refer to (引用), by file name.

    Raises InvalidInput with every line that cannot be read.
    """
    reader = _Reader(file, calendar, datetime.combine(start, time(9), SHANGHAI), steps)
    reader.lines(file, text)
    if reader.block is not None:
        reader.problem(file, "no_end", "段落没有“完毕”")
    if reader.problems:
        raise InvalidInput(f"{file} 有 {len(reader.problems)} 处读不懂，未作任何改动", reader.problems)
    return sorted(reader.acts, key=lambda act: act.at)


class _Reader:
    """Reads line by line, keeping the date and the blocks told so far."""

    def __init__(self, file: str, calendar: Calendar, at: datetime, steps: Mapping[str, str]) -> None:
        self.file, self.calendar, self.at, self.steps = file, calendar, at, steps
        self.blocks: dict[str, _Block] = {}
        self.block: _Block | None = None
        self.acts: list[Act] = []
        self.problems: list[Problem] = []
        self.depth = self.played = 0

    def problem(self, place: str, code: str, message: str, fix: str = "") -> None:
        self.problems.append(Problem(place, code, message, fix))

    def lines(self, file: str, text: str) -> None:
        for number, line in enumerate(text.splitlines(), 1):
            self.line(f"{file}:{number}", line)

    def line(self, place: str, line: str) -> None:
        text = line.split("#", 1)[0].strip()
        if not text:
            return
        if self.block is not None and text != "完毕":
            self.block.lines.append((place, text))
        elif text == "完毕":
            self.block = None
        else:
            self._words(place, self._split(place, text))

    def _split(self, place: str, text: str) -> list[str]:
        try:
            return list(_words(text))
        except ValueError as error:
            self.problem(place, "open_quote", f"“{error}”处的引号不成对", "请补上另一半引号")
            return []

    def _too_long(self, place: str, words: list[str]) -> bool:
        """A few lines may unfold to more than can ever be read: what comes after is left out, and told once."""
        before, self.played = self.played, self.played + 1
        if sum(map(len, words)) > _LONGEST:
            self.played = _MOST_LINES + 1
        if before <= _MOST_LINES < self.played:
            self.problem(place, "too_long", f"展开后超过 {_MOST_LINES} 行，或一行超过 {_LONGEST} 字", "请分成几个文件")
        return self.played > _MOST_LINES

    def _words(self, place: str, words: list[str]) -> None:
        if self._too_long(place, words):
            return
        words = self._when(place, words) if words else words
        if not words:
            return
        verb, rest = words[0], words[1:]
        if verb == "段落":
            self.block = self.blocks["".join(rest[:1])] = _Block(tuple(rest[1:]))
        elif verb in {"照做", "引用"}:
            self._inside(place, verb, rest)
        elif len(rest) < VERBS.get(verb, 0) or (verb == "不予" and rest[1] == "开启" and len(rest) < 5):
            self.problem(place, "too_short", f"“{verb}”后面少了词", "写法见 services/rehearsal/scenario.py 开头")
        elif verb in VERBS:
            self.acts.append(Act(self.at, place, verb, tuple(rest)))
        else:
            known = "、".join(sorted(VERBS))
            self.problem(place, "unknown_verb", f"不认识“{verb}”", f"可用：{known}、段落、照做、引用")

    def _when(self, place: str, words: list[str]) -> list[str]:
        try:
            if _DATE.match(words[0]):
                clock = words[1] if len(words) > 1 and _TIME.match(words[1]) else "09:00"
                self.at = parse_instant(f"{words[0]}T{clock}").astimezone(SHANGHAI)
                return words[2:] if len(words) > 1 and words[1] == clock else words[1:]
            if _STEP.match(words[0]):
                day = due_date(self.at.date(), parse_period(words[0][1:]), self.calendar).day
                self.at = datetime.combine(day, self.at.timetz())
                return words[1:]
        except (ValueError, InvalidInput):
            self.problem(place, "bad_date", f"“{words[0]}”不是日期或期间")
            return []
        return words

    def _inside(self, place: str, verb: str, rest: list[str]) -> None:
        """A block or a file of steps, which may use others, but not itself without end."""
        if self.depth >= _DEEPEST:
            self.problem(place, "too_deep", f"{verb}套了 {_DEEPEST} 层以上", "段落不能照做自己")
            return
        self.depth += 1
        if verb == "照做":
            self._play_block(place, rest)
        else:
            self._refer(place, "".join(rest))
        self.depth -= 1

    def _refer(self, place: str, name: str) -> None:
        if name in self.steps:
            self.lines(name, self.steps[name])
        else:
            self.problem(place, "no_steps", f"没有可引用的“{name}”", f"可引用：{'、'.join(sorted(self.steps)) or '无'}")

    def _play_block(self, place: str, words: list[str]) -> None:
        block = self.blocks.get(words[0]) if words else None
        if block is None or len(words) - 1 != len(block.parameters):
            self.problem(place, "bad_block", f"没有段落“{' '.join(words[:1])}”，或参数个数不符")
            return
        given = dict(zip(block.parameters, words[1:], strict=True))
        for _, text in block.lines:
            self._words(place, [_fill(word, given) for word in self._split(place, text)])


def _words(text: str) -> Iterator[str]:
    """The words of a line. Raises ValueError at a quotation mark that is not closed."""
    at = 0
    while rest := text[at:].lstrip():
        at = len(text) - len(rest)
        found = _WORD.match(text, at)
        word = _table(text, at) or (found.group() if found else "")
        at += len(word)
        if not word or text[at : at + 1].strip():
            raise ValueError(text[at : at + 10])
        quoted = _QUOTED.fullmatch(word)
        yield (quoted[1] or "") + (quoted[2] or quoted[3] or "") if quoted else word


def _table(text: str, at: int) -> str:
    """``field=[…]`` at this place, when what stands in the brackets is JSON; else ""."""
    name = _TABLE.match(text, at)
    if name is None:
        return ""
    try:
        return text[at : _JSON.raw_decode(text, name.end())[1]]
    except (ValueError, RecursionError):  # also numbers and brackets by the thousand
        return ""


def _fill(word: str, given: dict[str, str]) -> str:
    for name in sorted(given, key=len, reverse=True):
        word = word.replace(name, given[name])
    return word
