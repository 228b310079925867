"""The file of a directory: organisations and people as an office writes them, read strictly, all problems at once.

::

    organisations:
      辽宁省科学技术协会: {short: 省科协, level: province, kind: association}
      法库县: {level: county, city: 沈阳市, county: 法库县, kind: county}
    people:
      省科协学会学术部经办: {title: 经办, organisation: 辽宁省科学技术协会, roles: [office]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhuli_flow.definitions.reading.problems import suggest
from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES, Document, Path, clip, scan
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.store.directory import Person
from zhuli_flow.vocabulary import OFFICERS

LEVELS: Mapping[str, tuple[str, ...]] = {"province": (), "city": ("city",), "county": ("city", "county")}
"""Levels, and which areas an organisation of that level must name."""

_SECTIONS = ("organisations", "people")
_ORGANISATION = ("short", "level", "city", "county", "kind")
_PERSON = ("title", "organisation", "roles", "active")
_ROLE = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Directory:
    """What a file names."""

    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]


def read_directory(data: bytes, file: str, known: frozenset[str]) -> Directory:
    """The directory that a file's bytes write. ``known``: organisations there already are, which people may belong to.

    Raises InvalidInput with every problem as ``file:line``.
    """
    if len(data) > MAX_BYTES:
        problem = Problem(file, "too_large", f"超过 {MAX_BYTES // 1024} kB", "请分成几个文件导入")
        raise InvalidInput(f"名录 {file} 过大，未导入", [problem])
    document = scan(data, file)
    problems = [*document.problems]
    if document.data is not None:
        problems += _problems(document, known)
    if problems:
        raise InvalidInput(
            f"名录 {file} 有 {len(problems)} 处问题，未导入任何内容", problems, fix="请按所列行号改正后重新导入"
        )
    return Directory(
        tuple(_organisation(name, told) for name, told in document.data.get("organisations", {}).items()),
        tuple(_person(name, told) for name, told in document.data.get("people", {}).items()),
    )


def _organisation(name: str, told: Mapping[str, str]) -> Organisation:
    return Organisation(name, name, told["level"], told.get("city", ""), told.get("county", ""), told.get("kind", ""))


def _person(name: str, told: Mapping[str, object]) -> Person:
    roles = told["roles"]
    named = frozenset(roles) if isinstance(roles, list) else frozenset()
    return Person(name, str(told["organisation"]), named, str(told.get("title", "")), bool(told.get("active", True)))


def _problems(document: Document, known: frozenset[str]) -> Iterator[Problem]:
    data = document.data
    if not isinstance(data, dict):
        yield Problem(document.place(()), "type", "应由 organisations 和 people 两部分组成", "可从随程序附带的样例复制")
        return
    yield from _unknown(document, (), data, _SECTIONS)
    for section in _SECTIONS:
        if not isinstance(data.get(section, {}), dict):
            yield Problem(
                document.place((section,)), "type", f"{section} 应为“名称: {{…}}”的列表", "没有内容时删去这一节"
            )
    organisations, people = (found if isinstance(found := data.get(name, {}), dict) else {} for name in _SECTIONS)
    for name, told in organisations.items():
        yield from _organisation_problems(document, ("organisations", name), told)
    for name, told in people.items():
        yield from _person_problems(document, ("people", name), told, known | organisations.keys())


def _organisation_problems(document: Document, path: Path, told: object) -> Iterator[Problem]:
    yield from _name(document, path)
    if not isinstance(told, dict):
        yield Problem(
            document.place(path),
            "type",
            f"“{path[-1]}”应写明级别等",
            "如 {level: city, city: 沈阳市, kind: association}",
        )
        return
    yield from _unknown(document, path, told, _ORGANISATION)
    yield from _texts(document, path, told, _ORGANISATION)
    level = told.get("level")
    if not isinstance(level, str) or level not in LEVELS:
        yield Problem(
            document.place((*path, "level")),
            "level",
            f"“{path[-1]}”的 level 不能是 {level!r}",
            f"应为 {'、'.join(LEVELS)}",
        )
        return
    for area in LEVELS[level]:
        if not told.get(area):
            yield Problem(document.place(path), "missing", f"“{path[-1]}”是{level}一级，缺少 {area}", f"请补写 {area}")


def _person_problems(document: Document, path: Path, told: object, known: frozenset[str]) -> Iterator[Problem]:
    yield from _name(document, path)
    if not isinstance(told, dict):
        yield Problem(
            document.place(path),
            "type",
            f"“{path[-1]}”应写明机构和角色",
            "如 {title: 经办, organisation: 机构全称, roles: [office]}",
        )
        return
    yield from _unknown(document, path, told, _PERSON)
    yield from _texts(document, path, told, ("title", "organisation"))
    organisation, roles = told.get("organisation"), told.get("roles")
    if not isinstance(organisation, str) or organisation not in known:
        fix = suggest(str(organisation), known, "机构")
        yield Problem(
            document.place((*path, "organisation")),
            "organisation",
            f"“{path[-1]}”的机构“{clip(organisation)}”不在名录中",
            fix,
        )
    if not isinstance(roles, list) or not all(isinstance(role, str) and _ROLE.fullmatch(role) for role in roles):
        yield Problem(
            document.place((*path, "roles")),
            "roles",
            f"“{path[-1]}”的 roles 应为流程中的角色名",
            "如 [office]；暂无角色写 []",
        )
    elif len(roles) > 1 and (duties := [OFFICERS[one] for one in roles if one in OFFICERS]):
        why = f"“{path[-1]}”是{'、'.join(duties)}，不能同时有其他角色"
        yield Problem(
            document.place((*path, "roles")), "one_duty", why, "系统管理员、安全保密员、安全审计员各由一人专任"
        )
    if not isinstance(told.get("active", True), bool):
        yield Problem(document.place((*path, "active")), "type", "active 应为 true 或 false", "停用写 active: false")


def _name(document: Document, path: Path) -> Iterator[Problem]:
    name = str(path[-1])
    if not name.strip() or len(name) > _LONGEST or not name.isprintable() or name == "system":
        yield Problem(
            document.place(path), "name", f"名称“{clip(name)}”不能用", f"1 到 {_LONGEST} 个可见字符，且不是 system"
        )


def _unknown(document: Document, path: Path, told: Mapping[str, object], known: tuple[str, ...]) -> Iterator[Problem]:
    for key in told:
        if key not in known:
            yield Problem(
                document.place((*path, key)), "unknown_key", f"不认识的键 {clip(key)}", suggest(key, known, "键")
            )


def _texts(document: Document, path: Path, told: Mapping[str, object], names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        value = told.get(name, "")
        if isinstance(value, str) and len(value.split("\n")) + len(value.split("\t")) > 2:
            why = f"“{path[-1]}”的 {name} 须写在一行里，不能有换行和制表符"
            yield Problem(document.place((*path, name)), "name", why, "请删去换行和制表符")
        if not isinstance(value, str) or len(value) > _LONGEST:
            yield Problem(
                document.place((*path, name)), "type", f"{name} 应为不超过 {_LONGEST} 字的文字", "数字和日期请加引号"
            )
