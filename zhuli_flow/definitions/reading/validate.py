"""Plain data → ``schema.WorkflowShape``; every pydantic error becomes a Problem in the author's words.

A faulty part is noted, then taken out, so that the rest of the file can still be checked in the same go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.problems import Report, suggest
from zhuli_flow.definitions.reading.yaml_reader import MAX_PROBLEMS, TRAPS, Document, Path, clip

MAX_ROUNDS = 8
_WANTED = {
    "string_type": "文字",
    "bool_type": "是/否（true 或 false）",
    "int_type": "整数",
    "int_from_float": "整数",
    "float_type": "数",
    "list_type": "列表（[…] 或每行一个 -）",
    "dict_type": "一组“键: 值”",
    "model_type": "一组“键: 值”",
    "model_attributes_type": "一组“键: 值”",
}
_PLACEHOLDERS: Mapping[str, Any] = {
    "workflow": "unnamed",
    "version": "0",
    "title": "？",
    "prefix": "X",
    "applicant": {"kinds": []},
    "roles": {},
    "states": {},
    "events": {},
}


def shape(document: Document, report: Report) -> schema.WorkflowShape | None:
    """The validated shape; problems go to ``report``, whose document becomes the one without the faulty parts.

    None when too little is left to go on.
    """
    if not isinstance(document.data, dict):
        report.add((), "wrong_type", "流程定义应为一组“键: 值”", "从 workflow: 名称 写起")
        return None
    document = replace(document, data=deepcopy(document.data), lines=dict(document.lines))
    for turn in range(MAX_ROUNDS):
        try:
            return schema.WorkflowShape.model_validate(document.data)
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
        faults = {_path(document.data, error["loc"]): error for error in reversed(errors)}
        if turn == 0:
            _translate(document, errors, report)
        if len(faults) > MAX_PROBLEMS:
            return None
        for path in sorted(faults, key=_latest_first, reverse=True):
            document = _without(document, path, missing=faults[path]["type"] == "missing")
        report.document = document
    return None


def _latest_first(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in path)


def _path(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The path in the data that an error's location means: pydantic adds names of union members, which are dropped."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        inner = at(data, (part,))
        if inner is not None or (isinstance(data, dict) and part in data):
            data = inner
            path.append(part)
        elif isinstance(data, dict) and index == len(loc) - 1 and not _is_member(str(part)):
            path.append(part)
    return tuple(path)


def _is_member(part: str) -> bool:
    """Whether a location part names a member of a union (``str``, ``list[str]``, ``<short>``, ``[key]``), not a key."""
    return part in {"str", "int", "float", "bool"} or part[-1:] in {"]", ">"} or part.endswith("Shape")


def _translate(document: Document, errors: list[ErrorDetails], report: Report) -> None:
    """Note each error once per place in the file; several wants at one place become “A或B”."""
    spelled = {problem.place for problem in document.problems}
    wanted: dict[Path, list[str]] = {}
    for error in errors:
        path = _path(document.data, error["loc"])
        if error["type"] in _WANTED:
            wanted.setdefault(path, []).append(_WANTED[error["type"]])
        else:
            _note(document, path, error, report)
    for path, wants in wanted.items():
        if not (document.place(path) in spelled and _is_spelled_wrong(at(document.data, path))):
            _note_type(document, path, list(dict.fromkeys(wants)), report)


def _is_spelled_wrong(value: object) -> bool:
    """Whether the reader has already said what is wrong with such a value: nothing, or an unquoted yes."""
    return value is None or (isinstance(value, str) and value.lower() in TRAPS)


def _note_type(document: Document, path: Path, wants: list[str], report: Report) -> None:
    value = at(document.data, path)
    fix = ""
    if isinstance(value, bool | int | float) and "文字" in wants:
        fix = f'加引号：{_last(path)}: "{_as_written(value)}"'
    elif isinstance(value, str) and _WANTED["bool_type"] in wants:
        fix = "写 true 或 false，不加引号"
    elif isinstance(value, str) and wants == [_WANTED["list_type"]]:
        fix = f"写成列表：{_last(path)}: [{clip(value)}]"
    report.add(path, "wrong_type", f"“{_last(path)}”应为{'或'.join(wants)}，写的是{_describe(value)}", fix)


def _note(document: Document, path: Path, error: ErrorDetails, report: Report) -> None:
    kind, name, context = error["type"], str(path[-1]) if path else "", error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = allowed_keys(path[:-1])
        fix = suggest(name, allowed, "键")
        fix = fix if fix.startswith("可用") or not allowed else f"{fix}可用：{'、'.join(allowed)}"
        report.add(path, "unknown_key", f"“{clip(_owner(path))}”中没有“{clip(name)}”这个键", fix)
    elif kind == "missing":
        report.add(path[:-1], "missing_key", f"“{clip(_owner(path))}”缺少必写的“{name}”", f"补写 {name}: …")
    elif kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        value = at(document.data, path)
        near = suggest(str(value), words, "取值")
        listed = near if near.startswith("可用") else f"{near}可用：{'、'.join(words)}"
        report.add(path, "bad_choice", f"“{_last(path)}”不能是“{clip(value)}”", listed)
    elif kind == "string_pattern_mismatch":
        _note_name(path, error, report)
    else:
        limit = context.get("max_length") or context.get("min_length") or ""
        report.add(path, "bad_value", f"“{_last(path)}”的长度不合要求（界限 {limit}）", "缩短或补写")


def _note_name(path: Path, error: ErrorDetails, report: Report) -> None:
    value = error["input"]
    if str(error.get("ctx", {}).get("pattern", "")).startswith("^[A-Z]"):
        report.add(path, "bad_name", f"“{clip(value)}”不能作编号字头", "用一至八个大写字母或数字，以字母开头，如 SFQ")
    else:
        report.add(
            path,
            "bad_name",
            f"“{clip(value)}”不能作名称",
            "名称用小写英文字母、数字和下划线，以字母开头；中文写在 title",
        )


def at(data: Any, path: Path) -> Any:
    """The value at ``path``; None where nothing stands."""
    for part in path:
        if isinstance(data, dict) or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data.get(part) if isinstance(data, dict) else data[part]  # type: ignore[index]
        else:
            return None
    return data


def _last(path: Path) -> str:
    """The nearest key, for a message; list items are named by their list."""
    return clip(next((part for part in reversed(path) if isinstance(part, str)), "流程定义"))


def _owner(path: Path) -> str:
    return _last(path[:-1])


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _describe(value: Any) -> str:
    if isinstance(value, dict):
        return "一组“键: 值”"
    if isinstance(value, list):
        return "列表"
    if isinstance(value, bool):
        return f"是/否（{_as_written(value)}）"
    return f"数（{value}）" if isinstance(value, int | float) else f"文字（{clip(value)}）"


def _without(document: Document, path: Path, *, missing: bool) -> Document:
    """The document without the part at ``path``; for a missing key, without the item that lacks it."""
    if missing and len(path) > 1:
        path = path[:-1]
    if not path:
        return replace(document, data=dict(_PLACEHOLDERS))
    parent, last = at(document.data, path[:-1]), path[-1]
    if isinstance(parent, list) and isinstance(last, int):
        if last < len(parent):
            del parent[last]
        return replace(document, lines=_shifted(document.lines, path))
    if isinstance(parent, dict):
        parent.pop(last, None)
        if len(path) == 1 and last in _PLACEHOLDERS:
            parent[str(last)] = deepcopy(_PLACEHOLDERS[str(last)])
    return document


def _shifted(lines: Mapping[Path, int], gone: Path) -> dict[Path, int]:
    """Line numbers after the list item ``gone`` was taken out: later items move up."""
    depth, number = len(gone) - 1, int(gone[-1])
    moved: dict[Path, int] = {}
    for path, line in lines.items():
        part = path[depth] if len(path) > depth and path[:depth] == gone[:-1] else None
        if isinstance(part, int) and part > number:
            moved[(*path[:depth], part - 1, *path[depth + 1 :])] = line
        elif part != number or part is None:
            moved[path] = line
    return moved


def description(path: Path) -> str:
    """What the language says of the key at ``path`` (Chinese); empty where names are free."""
    kind: Any = schema.WorkflowShape
    told = ""
    for part in path:
        told = ""
        if _is_model(kind):
            fields = {field.alias or name: field for name, field in kind.model_fields.items()}
            told = (fields[part].description or "") if part in fields else ""
            kind = _core(fields[part].annotation) if part in fields else None
        else:
            kind = _core(get_args(kind)[-1]) if get_args(kind) else None
    return told


def allowed_keys(path: Path) -> list[str]:
    """The keys that the language accepts at ``path``, as written in a file; empty where names are free."""
    kind: Any = schema.WorkflowShape
    for part in path:
        if isinstance(part, int):
            continue
        if _is_model(kind):
            fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = _core(fields.get(part))
        else:
            kind = _core(get_args(kind)[-1]) if get_args(kind) else None
    return [field.alias or name for name, field in kind.model_fields.items()] if _is_model(kind) else []


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _core(annotation: Any) -> Any:
    """The model or mapping inside ``Model | None``, ``list[Model]`` and the like; models first."""
    if _is_model(annotation) or get_origin(annotation) is dict:
        return annotation
    inner = [found for found in map(_core, get_args(annotation)) if found is not None]
    return next(filter(_is_model, inner), inner[0] if inner else None)
