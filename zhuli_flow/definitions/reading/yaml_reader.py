"""Text of a definition → plain data with line numbers. The only importer of ruamel.yaml, and only when a text is read.

YAML 1.2 (core schema), of which a definition may use the plain part: mappings, lists, texts, numbers, true/false.
Anything that reads differently elsewhere, or hides what it says, is refused: anchors, tags, directives, repeated keys,
empty values, and the unquoted words on/off/yes/no/y/n, which many YAML tools turn into true or false. The events of the
parser are consumed one by one with a bounded depth, so a text cannot exhaust the stack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.support.plain_text import hidden

if TYPE_CHECKING:
    from ruamel.yaml.events import Event

Path = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_PROBLEMS = 200
_NEXT_LINE = "\x85"  # a line end of YAML 1.1: gone, or a blank, by the time the parser tells of the text
TRAPS = frozenset({"on", "off", "yes", "no", "y", "n"})

_NULL = re.compile(r"(?:~|null|Null|NULL|)")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
_INT = re.compile(r"[-+]?[0-9]{1,30}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Document:
    """The plain data of one file; ``lines`` maps a path such as ``("events", "approve")`` to its 1-based line.

    ``files``: the other files that pieces were taken from, each with how many lines of the whole stand before it.
    """

    data: Any
    file: str
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...] = ()
    files: tuple[tuple[int, str], ...] = ()

    def line(self, path: Path) -> int:
        """The line of ``path``, or of its nearest written parent; 1 for the file itself."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def own_line(self, path: Path) -> int:
        """Like ``line``; 0 for what stands in another file."""
        line = self.line(path)
        return 0 if self.files and line > self.files[0][0] else line

    def place(self, path: Path) -> str:
        """``file:line`` as problems name it, of the file that says what is at ``path``."""
        line = self.line(path)
        before, file = max((each for each in self.files if each[0] < line), default=(0, self.file))
        return f"{file}:{line - before}"


def clip(text: object, width: int = 40) -> str:
    """``text`` short enough to stand in a message."""
    words = str(text)
    return words if len(words) <= width else f"{words[:width]}…"


def read(data: bytes, file: str) -> Document:
    """The data of a definition text; raises InvalidInput with every problem of spelling found."""
    document = scan(data, file)
    if document.problems:
        raise InvalidInput(f"流程定义 {file} 有 {len(document.problems)} 处书写问题，未作任何改动", document.problems)
    return document


def scan(data: bytes, file: str) -> Document:
    """Like ``read``, but problems stay in ``Document.problems``; ``data`` is None when nothing could be made of it."""
    builder = _Builder(file)
    text = _decode(data, builder)
    if text is not None:
        builder.consume(text)
    return Document(builder.root, file, builder.lines, tuple(builder.problems))


def _decode(data: bytes, builder: _Builder) -> str | None:
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1024:.0f} kB"
        builder.add(
            1, "too_large", f"文件 {size}，超过上限 {MAX_BYTES // 1024} kB", "流程定义只写规则，材料和附件不放在这里"
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        builder.add(line, "not_utf8", "不是 UTF-8 文本", "请用编辑器另存为 UTF-8 编码")
        return None


class _Stop(Exception):  # not an error: the rest of the text is not worth reading
    """Reading ends here; the reason is already noted."""


@dataclass(slots=True)
class _Open:
    """A mapping or list being filled; ``key`` is the key whose value comes next (None: a key comes next)."""

    value: Any
    path: Path
    key: str | None = None
    awaits_value: bool = False


@dataclass(slots=True)
class _Builder:
    """Builds data from parser events on its own stack."""

    file: str
    root: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def add(self, line: int, code: str, message: str, fix: str = "") -> None:
        self.problems.append(Problem(f"{self.file}:{line}", code, message, fix))
        if len(self.problems) == MAX_PROBLEMS:
            rest = f"问题太多，只列出前 {MAX_PROBLEMS} 处"
            self.problems.append(Problem(f"{self.file}:{line}", "too_many", rest, "改正后再检查一遍"))
            raise _Stop

    def consume(self, text: str) -> None:
        for number, line in enumerate(text.split("\n") if _NEXT_LINE in text else (), 1):
            self.no_hidden(line if _NEXT_LINE in line else "", number)
        try:
            for event in _events(text):
                self.event(event)
        except _Stop:
            self.root = None
        except _SyntaxTrouble as trouble:
            fix = _full_width(text, trouble.line) or "检查缩进、冒号后的空格、括号和引号是否成对"
            self.add(trouble.line, "syntax", f"YAML 写法有误：{trouble}", fix)
            self.root = None
        if self.root is None and not self.problems:
            self.add(1, "empty", "文件没有内容", "写上 workflow、version、title 等，可从现有流程定义复制")

    def event(self, event: Any) -> None:
        kind, line = type(event).__name__, _line(event)
        if kind == "DocumentStartEvent":
            self.document(event, line)
        elif kind == "AliasEvent":
            self.add(line, "alias", "不允许使用别名（*）和锚点（&）", "把内容照写一遍")
            self.put(None, line)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.stack.pop()
        elif kind == "ScalarEvent":
            self.no_tricks(event, line)
            self.scalar(event, line)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self.no_tricks(event, line)
            self.open({} if kind[0] == "M" else [], line)

    def document(self, event: Any, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self.add(line, "several_documents", "一个文件只能写一个流程定义，此处起又是一个（---）", "另存为单独的文件")
            raise _Stop
        if event.version or event.tags:
            self.add(line, "directive", "不允许使用 % 指令", "删去以 % 开头的行")

    def no_tricks(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self.add(line, "alias", f"不允许使用别名（*）和锚点（&{clip(event.anchor)}）", "删去锚点，把内容照写一遍")
        if event.tag is not None:
            self.add(line, "tag", f"不允许使用标签（{clip(event.tag)}）", "删去标签；要文字就加引号")

    def no_hidden(self, text: str, line: int) -> None:
        """Characters that cannot be seen or stored, or that turn the reading order, have no place in a rule."""
        private = next((f"U+{ord(char):04X}" for char in text if unicodedata.category(char) == "Co"), "")
        if code := hidden(text) or private:
            self.add(line, "hidden_character", f"含有看不见的字符 {code}", "删去这个字符")

    def open(self, value: Any, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self.add(line, "too_deep", f"嵌套超过 {MAX_DEPTH} 层", "检查括号是否成对、缩进是否正确")
            raise _Stop
        path = self.put(value, line)
        self.stack.append(_Open(value, path))

    def put(self, value: Any, line: int) -> Path:
        """Hang ``value`` where it belongs and return its path; a collection in the place of a key is refused."""
        if not self.stack:
            self.root = value
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            path = (*top.path, len(top.value) - 1)
            self.lines[path] = line
            return path
        if not top.awaits_value:
            return self.key(value, line, plain=False)
        top.awaits_value = False
        if top.key is None:
            return (*top.path, "?")  # the key was refused; its value is read and dropped
        top.value[top.key] = value
        return (*top.path, top.key)

    def key(self, value: Any, line: int, *, plain: bool) -> Path:
        top = self.stack[-1]
        top.awaits_value, top.key = True, None
        if not isinstance(value, str):
            self.add(line, "bad_key", "键须是文字", "数字、日期等作键时加引号")
        elif plain and value.lower() in TRAPS:
            self.add(line, "boolean_trap", f"键“{value}”会被许多工具读成是/否", f"换一个词，或加引号：'{value}'")
        elif value in top.value:
            first = self.lines[(*top.path, value)]
            self.add(line, "duplicate_key", f"“{clip(value)}”重复（首次出现在第 {first} 行）", "合并或改名")
        else:
            top.key = value
            self.lines[(*top.path, value)] = line
        return (*top.path, "?")

    def scalar(self, event: Any, line: int) -> None:
        self.no_hidden(event.value, line)
        plain = event.style is None or event.style == ""
        value = _scalar(event.value) if plain else event.value
        if self.stack and isinstance(self.stack[-1].value, dict) and not self.stack[-1].awaits_value:
            self.key(event.value if isinstance(value, (str, bool)) else value, line, plain=plain)
            return
        if value is None:
            self.empty(line)
        elif plain and isinstance(value, str) and value.lower() in TRAPS:
            self.add(
                line, "boolean_trap", f"“{value}”会被许多工具读成是/否", f"是/否写 true/false；文字加引号：'{value}'"
            )
        self.put(value, line)

    def empty(self, line: int) -> None:
        key = self.stack[-1].key if self.stack else None
        if self.stack:
            self.add(line, "empty_value", f"“{clip(key)}”没有值" if key else "此项没有值", "写上内容，或删去这一行")


class _SyntaxTrouble(Exception):  # carries a line to its problem, never leaves this module
    """What the parser could not read, and on which line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _events(text: str) -> Iterator[Event]:
    """Parser events; every way in which the parser gives up becomes _SyntaxTrouble."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    try:
        yield from yaml.parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _SyntaxTrouble(_chinese(str(error.problem)), mark.line + 1 if mark else 1) from None
    except YAMLError as error:  # a character that no YAML may have: where it is, the parser does not tell
        unseen = ((hidden(line), number) for number, line in enumerate(text.split("\n"), 1))
        code, line = next(((code, number) for code, number in unseen if code), ("", 1))
        raise _SyntaxTrouble(f"{_chinese(str(error))}（{code}）" if code else _chinese(str(error)), line) from None
    except (ValueError, OverflowError):  # an escape such as "\UFFFFFFFF" names no character
        raise _SyntaxTrouble("转义序列不是有效的字符", 1) from None


_TROUBLES = (
    ("found character '\\t'", "行首或词前有制表符（Tab），请改用空格"),
    ("mapping values are not allowed", "冒号（:）的位置不对；含冒号的文字请加引号"),
    ("could not find expected ':'", "缺少冒号（:）"),
    ("special characters are not allowed", "含有不可见的控制字符"),
    ("cannot start any token", "以特殊符号开头的文字请加引号"),
    ("unexpected end of stream", "引号没有成对"),
    ("expected ',' or", "括号没有成对，或缺少逗号"),
    ("but found '<block mapping start>'", "缩进不一致"),
    ("expected <block end>", "缩进不一致，或列表与键混写"),
    ("undefined alias", "引用了不存在的锚点"),
)


_FULL_WIDTH = re.compile(r"^\s*[-\w]+\s*(：)|([｛｝［］])")


def _full_width(text: str, line: int) -> str:
    """The full-width sign on the line in trouble, or the one before it, that stands where YAML wants its own."""
    lines = text.split("\n")
    for number in (line, line - 1):
        found = _FULL_WIDTH.search(lines[number - 1]) if 0 < number <= len(lines) else None
        if found is not None:
            return f"第 {number} 行的“{found.group(1) or found.group(2)}”是全角；YAML 的冒号、括号用半角，冒号后空一格"
    return ""


def _chinese(problem: str) -> str:
    """The parser's English in the user's words; the original stays in brackets only when no words fit."""
    for english, chinese in _TROUBLES:
        if english in problem:
            return chinese
    first = problem.splitlines()[0][:80] if problem else "无法识别"
    return f"无法识别（{first}）"


def _scalar(text: str) -> str | int | float | bool | None:
    """A plain scalar by the core schema; numbers with dots or colons such as 12:30 and dates stay text."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    return float(text) if _FLOAT.fullmatch(text) and isfinite(float(text)) else text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1
