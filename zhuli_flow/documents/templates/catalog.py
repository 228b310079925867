"""The kinds of official document an office issues: NAME.yaml and NAME.html side by side in a notices folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from zhuli_flow.documents.templates.kind import (
    DIRECTIONS,
    FRAME,
    GENRES,
    LAYOUTS,
    RETENTIONS,
    STANDARD,
    TYPES,
    NoticeKind,
    Variable,
    folder_of,
    missing,
    packaged_notices,
    unknown,
    value_problems,
)
from zhuli_flow.documents.templates.render import render, template_names
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.support.bounded_read import first_bytes, size

__all__ = ["NoticeKind", "Variable", "check_kind", "load_kind", "load_kinds", "missing", "packaged_notices"]

MAX_BYTES = 64 * 1024
SHARED = (
    "base.html",
    "letter.html",
    "minutes.html",
    "order.html",
    "form.html",
    "form_table.html",
    "total_table.html",
    "trace.html",
    "gongwen.css",
    "seal.svg",
)
_REQUIRED = ("notice", "title", "genre", "issuer", "retention", "variables", "sample")
_KEYS = (*_REQUIRED, "layout", "direction", "exempt", "embed", "answers")
_FRAMES = MappingProxyType({layout: "base.html" if layout == "document" else f"{layout}.html" for layout in LAYOUTS})
_EXTENDS = re.compile(r"""extends\s+["']([^"']+)["']""")
_VARIABLE_KEYS = ("title", "type", "required")


def load_kinds(folders: Sequence[Path]) -> dict[str, NoticeKind]:
    """Return the kinds of all folders by name; of two with one name the earlier folder's wins.

    InvalidInput carries every problem of every file; nothing is half-loaded. Checking takes a third of a second, so
    what was found right is kept until a file changes.
    """
    return dict(_checked(tuple(folders), _state_of(folders)))


def load_kind(folders: Sequence[Path], name: str) -> NoticeKind | None:
    """Return one kind, read from the first folder that has it and not checked against its template; None if none has.

    InvalidInput carries the declaration's problems.
    """
    path = _path_of(folders, name)
    return _read(path) if path else None


def load_named(folders: Sequence[Path], names: Iterable[str]) -> dict[str, NoticeKind]:
    """Return those of the named kinds that there are, as ``load_kind`` reads them: what printing a few papers needs."""
    found = {name: load_kind(folders, name) for name in dict.fromkeys(names)}
    return {name: kind for name, kind in found.items() if kind}


def named_titles(folders: Sequence[Path], names: Iterable[str]) -> dict[str, str]:
    """What those of the named kinds that there are are called; read again when its declaration changes."""
    paths = {name: _path_of(folders, name) for name in dict.fromkeys(names)}
    return {name: _title(path, path.stat().st_mtime_ns, path.stat().st_size) for name, path in paths.items() if path}


@lru_cache(256)
def _title(path: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001 - what the answer is good for
    return _read(path).title


def _path_of(folders: Sequence[Path], name: str) -> Path | None:
    found = (folder / f"{name}.yaml" for folder in folders)
    return next((path for path in found if path.is_file()), None)


def _state_of(folders: Sequence[Path]) -> frozenset[tuple[str, int, int]]:
    """Name, time of change and size of every file in the folders: what the kinds depend on."""
    found = (path for folder in folders for path in folder.glob("*") if path.is_file())
    return frozenset((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found)


_SOUND: set[str] = set()
"""Digests of kinds that were found right: wherever the same files lie, they need no second look."""


@lru_cache(maxsize=4)
def _checked(folders: tuple[Path, ...], _: frozenset[tuple[str, int, int]]) -> Mapping[str, NoticeKind]:
    kinds: dict[str, NoticeKind] = {}
    problems: list[Problem] = []
    for path in _declarations(folders):
        try:
            kind = _read(path)
        except InvalidInput as error:
            problems += error.problems
            continue
        if kind.digest not in _SOUND:
            problems += (found := check_kind(kind))
            _SOUND.update([] if found else [kind.digest])
        kinds[kind.name] = kind
    if problems:
        raise InvalidInput(f"公文模板有 {len(problems)} 处问题，未载入。", problems, fix="请按所列位置逐一改正。")
    return kinds


def check_kind(kind: NoticeKind) -> list[Problem]:
    """Return all problems of a kind: names undeclared or unused, a sample that is incomplete or does not print."""
    place = f"{kind.name}.html"
    try:
        used, inherited = template_names(kind.template, kind.folder)
    except InvalidInput as error:
        return [Problem(f"{place}:{p.place}", p.code, p.message, p.fix) for p in error.problems]
    known = kind.known()
    problems = list(_frame_problems(kind))
    problems += [unknown(place, name, known, "template.undeclared") for name in sorted(used - set(known) - set(FRAME))]
    idle = [name for name in kind.variables if name not in {*used, *inherited, kind.answers}]
    problems += [Problem(place, "template.unused", f"声明了变量 {name}，模板没有使用", "请使用或删除") for name in idle]
    problems += value_problems(kind, kind.sample, f"{kind.name}.yaml: sample")
    return problems or _print_sample(kind)


def _frame_problems(kind: NoticeKind) -> Iterator[Problem]:
    """A template that extends one of the frames must extend the one its layout names."""
    frame = _FRAMES[kind.layout]
    found = _EXTENDS.search(kind.template)
    if found and found[1] in _FRAMES.values() and found[1] != frame:
        message = f"layout 为 {kind.layout}，模板却继承 {found[1]}"
        yield Problem(f"{kind.name}.html", "template.layout", message, f"应继承 {frame}，或改 layout")


def _print_sample(kind: NoticeKind) -> list[Problem]:
    try:
        render(kind, kind.sample)
    except InvalidInput as error:
        return list(error.problems)
    return []


def _declarations(folders: Sequence[Path]) -> Iterator[Path]:
    first: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            first.setdefault(path.stem, path)
    yield from first.values()


def _read(path: Path) -> NoticeKind:
    raw = _bytes(path)
    data = _yaml(path, raw)
    problems = list(_shape(path, data))
    template = path.with_suffix(".html")
    if not template.is_file():
        problems.append(
            Problem(path.name, "template.absent", f"没有同名模板 {template.name}", "请在同一文件夹中放入模板")
        )
    if problems:
        raise InvalidInput(f"{path.name} 有误", problems)
    text = _bytes(template)
    shared = [_shared(path.parent, name) for name in SHARED]
    return NoticeKind(
        name=data["notice"],
        title=data["title"],
        genre=data["genre"],
        issuer=data["issuer"],
        retention=data["retention"],
        variables=MappingProxyType({name: _variable(name, item) for name, item in data["variables"].items()}),
        sample=MappingProxyType({name: _day(value) for name, value in data["sample"].items()}),
        template=_text(template, text),
        folder=path.parent,
        digest=_digest([raw, text, *shared]),
        layout=data.get("layout", LAYOUTS[0]),
        direction=data.get("direction", DIRECTIONS[0]),
        exempt=MappingProxyType(data.get("exempt", {})),
        embed=data.get("embed", False),
        answers=data.get("answers", ""),
    )


def _bytes(path: Path) -> bytes:
    try:
        raw = first_bytes(path, MAX_BYTES)
    except OSError as error:
        problem = Problem(path.name, "file.unreadable", f"不能读取：{error.strerror}", "请检查文件及其权限")
        raise InvalidInput(f"不能读取 {path.name}", [problem]) from error
    if len(raw) > MAX_BYTES:
        problem = Problem(path.name, "file.large", f"超过 {size(MAX_BYTES)}", "请缩小文件")
        raise InvalidInput(f"{path.name} 过大", [problem])
    return raw


def _text(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = Problem(
            path.name, "file.encoding", f"第 {error.start + 1} 个字节起不是 UTF-8 文本", "请以 UTF-8 另存"
        )
        raise InvalidInput(f"{path.name} 不是 UTF-8", [problem]) from error


def _yaml(path: Path, raw: bytes) -> dict[str, Any]:
    text = _text(path, raw)
    try:
        aliased, data = _loaded(text)
    except (YAMLError, RecursionError, ValueError, TypeError, LookupError, AttributeError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        place = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise InvalidInput(
            f"{path.name} 不是合格的 YAML", [Problem(place, "yaml.syntax", "YAML 语法错误", "请改正该行")]
        ) from error
    if aliased:  # a few nested ones unfold to gigabytes
        problem = Problem(path.name, "yaml.alias", "不允许使用引用（& 与 *）", "请把内容写全")
        raise InvalidInput(f"{path.name} 有误", [problem])
    if not isinstance(data, dict):
        raise InvalidInput(
            f"{path.name} 有误", [Problem(path.name, "yaml.shape", "应由“键: 值”组成", f"可用的键：{'、'.join(_KEYS)}")]
        )
    return data


@lru_cache(maxsize=128)
def _loaded(text: str) -> tuple[bool, Any]:
    """Whether the text has an alias, and what it says if it has none. Raises what the parser raises."""
    # Without its sign there is none, and a pass over the file is saved.
    aliased = "*" in text and any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(text))
    return aliased, None if aliased else YAML(typ="safe", pure=True).load(text)


def _shape(path: Path, data: Mapping[str, Any]) -> Iterator[Problem]:
    place = path.name
    yield from (unknown(f"{place}: {key}", key, _KEYS, "key.unknown") for key in data if key not in _KEYS)
    yield from (Problem(place, "key.missing", f"缺少 {key}", "请补充") for key in _REQUIRED if key not in data)
    for key in ("notice", "title", "genre", "issuer", "retention"):
        if key in data and (not isinstance(data[key], str) or not data[key].strip()):
            yield Problem(f"{place}: {key}", "key.type", f"{key} 应为文本", "含冒号或纯数字时请加引号")
    yield from _choices(path, data)
    if type(data.get("embed", False)) is not bool:
        yield Problem(f"{place}: embed", "key.type", "embed 应为 true 或 false", "不加引号")
    if data.get("answers", "") not in {"", *(data["variables"] if isinstance(data.get("variables"), dict) else ())}:
        yield Problem(f"{place}: answers", "key.type", "answers 应为一个变量的名称", "请写载有来文标题或文种的变量")
    for key in ("variables", "sample", "exempt"):
        if key in data and not isinstance(data[key], dict):
            yield Problem(f"{place}: {key}", "key.type", f"{key} 应为“名称: 内容”的列表", "没有内容时写 {}")
    variables = data.get("variables")
    for name, item in variables.items() if isinstance(variables, dict) else ():
        yield from _variable_shape(f"{place}: variables.{name}", name, item)


def _choices(path: Path, data: Mapping[str, Any]) -> Iterator[Problem]:
    if data.get("notice", path.stem) != path.stem:
        yield Problem(
            f"{path.name}: notice", "notice.name", f"notice 与文件名不一致：{data['notice']!r}", f"应为 {path.stem}"
        )
    choices = (("genre", GENRES), ("retention", RETENTIONS), ("layout", LAYOUTS), ("direction", DIRECTIONS))
    for key, allowed in choices:
        if key in data and data[key] not in allowed:
            yield Problem(
                f"{path.name}: {key}",
                f"{key}.unknown",
                f"{key} 不能是 {data[key]!r}",
                f"应为其中之一：{'、'.join(allowed)}",
            )


def _variable_shape(place: str, name: object, item: object) -> Iterator[Problem]:
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        yield Problem(place, "variable.name", f"变量名 {name!r} 不合规", "用英文小写字母、数字和下划线")
    elif name in FRAME or (name in STANDARD and not _repeats(name, item)):
        fix = "请删除这一项；要求必填时，类型须与共有的一致"
        yield Problem(place, "variable.standard", f"{name} 是各类公文共有的变量，不必声明", fix)
    if not isinstance(item, dict):
        yield Problem(place, "variable.shape", "应写明 title 与 type", "如 {title: 申报单位, type: text}")
        return
    yield from (
        unknown(f"{place}.{key}", str(key), _VARIABLE_KEYS, "key.unknown") for key in item if key not in _VARIABLE_KEYS
    )
    if not isinstance(item.get("title"), str):
        yield Problem(f"{place}.title", "key.type", "缺少中文名称 title", "请补充")
    if item.get("type") not in TYPES:
        yield Problem(
            f"{place}.type", "variable.type", f"type 不能是 {item.get('type')!r}", f"应为其中之一：{'、'.join(TYPES)}"
        )
    if not isinstance(item.get("required", True), bool):
        yield Problem(f"{place}.required", "key.type", "required 应为 true 或 false", "请改正")


def _repeats(name: str, item: object) -> bool:
    """Whether a kind declares a standard variable as what it is, to require it."""
    return isinstance(item, dict) and item.get("type") == STANDARD[name].type


def _variable(name: str, item: Mapping[str, Any]) -> Variable:
    return Variable(name, item["title"], item["type"], item.get("required", True))


def _day(value: object) -> object:
    """YAML reads an unquoted 2018-12-10 as a date; values travel as text."""
    return value.isoformat() if type(value) is date else value


def _shared(folder: Path, name: str) -> bytes:
    return _bytes(folder_of(name, folder) / name)


def _digest(parts: Sequence[bytes]) -> str:
    joined = b"".join(hashlib.sha256(part).digest() for part in parts)
    return hashlib.sha256(joined).hexdigest()
