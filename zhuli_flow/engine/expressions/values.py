"""Field values: raw text or JSON → the JSON-safe form a case keeps → the typed form a condition compares.

``accept`` is strict: what cannot be read exactly is refused with the reason, never rounded or guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never, cast

from zhuli_flow.definitions.model.workflow import Column, ColumnType, Field, FieldType
from zhuli_flow.engine.expressions.names import split_names
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.support.plain_text import hidden

MAX_TEXT = 20_000
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,10})?", re.ASCII)
"""Digits, with thousands set apart by commas or not; an exponent, or a comma elsewhere, is a guess."""
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
NOT_APPLICABLE = "不适用"
"""The answer of whom a question does not concern: neither blank nor zero."""
YES, NO = {"yes", "是", "true"}, {"no", "否", "false"}


class ValueRefused(ValueError):
    """The value does not fit the field; the message is the reason in Chinese."""


def accept(field: Field, raw: Json, facts: Facts) -> Json:
    """The JSON-safe value of ``field`` for ``raw``. Raises ValueRefused with the reason."""
    if isinstance(raw, str) and len(raw) > MAX_TEXT:
        raise ValueRefused(f"超过 {MAX_TEXT} 字")
    if unseen := next(filter(None, map(hidden, _texts(raw))), ""):
        raise ValueRefused(f"含有不可见的控制字符（{unseen}）")
    if field.may_be is not None and isinstance(raw, str) and raw.strip() == NOT_APPLICABLE:
        return NOT_APPLICABLE
    return _reader(field.type)(field, raw, facts)


def _texts(raw: Json) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, list | dict):
        for part in raw.values() if isinstance(raw, dict) else raw:
            yield from _texts(part)


def typed(field: Field, value: Json) -> object:
    """The value a condition compares: date, Decimal, bool, str, or a tuple."""
    if value is None or (field.may_be is not None and value == NOT_APPLICABLE):
        return None
    if field.type == "date":
        return date.fromisoformat(str(value))
    if field.type in {"int", "decimal"}:
        return Decimal(str(value))
    if isinstance(value, list):
        return tuple(value)
    return value


def plain(value: object) -> Json:
    """The JSON-safe form of a typed value: dates ISO, whole decimals int, other decimals text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return cast(Json, value)


def _text(field: Field, raw: Json, _: Facts) -> Json:
    if not isinstance(raw, str):
        raise ValueRefused(f"应为文字，填的是“{raw}”")
    return raw.strip()


def _number(field: Field, raw: Json) -> Decimal:
    if isinstance(raw, bool) or not _NUMBER.fullmatch(str(raw).strip()):
        kind = "整数" if field.type == "int" else "数（至多十五位整数、十位小数）"
        raise ValueRefused(f"应为{kind}，填的是“{raw}”")
    number = Decimal(str(raw).strip().replace(",", ""))
    if field.minimum is not None and number < Decimal(str(field.minimum)):
        raise ValueRefused(f"不得小于 {plain(Decimal(str(field.minimum)))}{field.unit}，填的是“{raw}”")
    if field.maximum is not None and number > Decimal(str(field.maximum)):
        raise ValueRefused(f"不得大于 {plain(Decimal(str(field.maximum)))}{field.unit}，填的是“{raw}”")
    return number


def _int(field: Field, raw: Json, _: Facts) -> Json:
    number = _number(field, raw)
    if number != number.to_integral_value():
        raise ValueRefused(f"应为整数，填的是“{raw}”")
    return int(number)


def _decimal(field: Field, raw: Json, _: Facts) -> Json:
    return str(_number(field, raw))


def _date(field: Field, raw: Json, _: Facts) -> Json:
    try:
        if not _DATE.match(str(raw)):
            raise ValueError
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise ValueRefused(f"应为日期（如 2018-09-27），填的是“{raw}”") from None


def _yes_no(field: Field, raw: Json, _: Facts) -> Json:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in YES | NO:
        raise ValueRefused(f"应为“是”或“否”（yes/no），填的是“{raw}”")
    return word in YES


def _choice(field: Field, raw: Json, _: Facts) -> Json:
    if raw not in field.choices:
        raise ValueRefused(f"应为 {'、'.join(field.choices)} 之一，填的是“{raw}”")
    return raw


def _names(field: Field, raw: Json, _: Facts) -> Json:
    names = split_names(raw)
    _enough(field, len(names))
    return cast(Json, _without_repeats(names))


def _without_repeats(names: list[str]) -> list[str]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueRefused(f"重复填写：{'、'.join(repeated)}")
    return names


def _enough(field: Field, count: int) -> None:
    if count < field.at_least:
        raise ValueRefused(f"至少填写 {field.at_least} 项，填了 {count} 项")


def _rows(field: Field, raw: Json, facts: Facts) -> Json:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise ValueRefused("应为表格（JSON 数组，每行一个对象）") from None
    if not isinstance(raw, list):
        raise ValueRefused("应为表格（JSON 数组，每行一个对象）")
    _enough(field, len(raw))
    return [_row(field, number, row, facts) for number, row in enumerate(raw, 1)]


def _row(field: Field, number: int, row: Json, facts: Facts) -> Json:
    if not isinstance(row, dict):
        raise ValueRefused(f"第 {number} 行应为一个对象")
    titled = {column.title: column.name for column in field.columns}
    row = {name if name in titled.values() else titled.get(name, name): value for name, value in row.items()}
    unknown = sorted(row.keys() - {column.name for column in field.columns})
    if unknown:
        raise ValueRefused(f"第 {number} 行有不认识的列：{'、'.join(unknown)}")
    return {column.name: _cell(column, number, row.get(column.name), facts) for column in field.columns}


def _cell(column: Column, number: int, raw: Json, facts: Facts) -> Json:
    if raw is None or raw == "":
        return None
    try:
        return accept(Field(column.name, column.title, column.type, column.unit), raw, facts)
    except ValueRefused as refused:
        raise ValueRefused(f"第 {number} 行“{column.title}”{refused}") from None


def _organisation(field: Field, raw: Json, facts: Facts) -> Json:
    found = facts.organisations.get(str(raw))
    if found is None:
        raise ValueRefused(f"机构名录中没有“{raw}”，请先登记或核对名称")
    if field.kinds and found.kind not in field.kinds:
        raise ValueRefused(
            f"“{found.name}”的类别（{found.kind}）不在此处可填之列；可填的类别：{'、'.join(field.kinds)}"
        )
    return str(raw)


def _organisations(field: Field, raw: Json, facts: Facts) -> Json:
    names = _without_repeats(split_names(raw))
    _enough(field, len(names))
    return [_organisation(field, name, facts) for name in names]


def _people(field: Field, raw: Json, facts: Facts) -> Json:
    names = _without_repeats(split_names(raw))
    _enough(field, len(names))
    for name in names:
        person = facts.people.get(name)
        if person is None:
            raise ValueRefused(f"名录中没有“{name}”，请先登记")
        if field.role and field.role not in person.roles:
            raise ValueRefused(f"“{name}”不具备所需角色")
    return cast(Json, names)


def _case(field: Field, raw: Json, _: Facts) -> Json:
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}-\d{4}-\d{4,}", str(raw)):
        raise ValueRefused(f"应为事项编号（如 SFQ-2018-0001），填的是“{raw}”")
    return str(raw)


def _file(field: Field, raw: Json, _: Facts) -> Json:
    """A file already stored (``Attachment.json``); the type is the one found from its content."""
    if not isinstance(raw, dict) or raw.keys() != {"filename", "sha256", "size", "type"}:
        raise ValueRefused(f"应为文件，请用 --attach {field.title}=文件 提交")
    if raw["type"] not in (field.accept):
        raise ValueRefused(f"不收 {raw['type']} 文件，请改交 {'、'.join(field.accept)} 文件")
    return raw


def _files(field: Field, raw: Json, facts: Facts) -> Json:
    """Files already stored, each as ``_file`` takes it; one alone may stand without a list."""
    found = [_file(field, one, facts) for one in (raw if isinstance(raw, list) else [raw])]
    _enough(field, len(found))
    return found


Reader = Callable[[Field, Json, Facts], Json]


def _reader(kind: FieldType) -> Reader:
    match kind:
        case "text" | "int" | "decimal" | "date" | "yes_no":
            return _of_column(kind)
        case "choice":
            return _choice
        case "case":
            return _case
        case "file" | "organisation":
            return _file if kind == "file" else _organisation
        case "names" | "rows" | "files" | "organisations" | "people":
            return _of_list(kind)
        case _:
            assert_never(kind)


def _of_column(kind: ColumnType) -> Reader:
    match kind:
        case "text":
            return _text
        case "int":
            return _int
        case "decimal":
            return _decimal
        case "date":
            return _date
        case "yes_no":
            return _yes_no
        case _:
            assert_never(kind)


def _of_list(kind: Literal["names", "rows", "files", "organisations", "people"]) -> Reader:
    match kind:
        case "names":
            return _names
        case "rows":
            return _rows
        case "files":
            return _files
        case "organisations":
            return _organisations
        case "people":
            return _people
        case _:
            assert_never(kind)


def worded(value: Json) -> str:
    """A value in words: yes and no, several with 、 between, a file by its name, a row of a table by its cells."""
    if isinstance(value, dict):
        return str(value["filename"]) if "sha256" in value else "；".join(worded(one) for one in value.values())
    if isinstance(value, list):
        return "、".join(worded(one) for one in value)
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else "" if value is None else str(value)


def names_of(value: Json) -> tuple[str, ...]:
    """A list-valued or single-valued field as a tuple of texts."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return (str(value),) if value else ()


def same_unit(who: Actor | Organisation, other: Organisation, width: str) -> bool:
    """Whether an organisation is the applicant itself, or of its county or city (回避)."""
    mine = who.organisation if isinstance(who, Actor) else who
    if width == "applicant":
        return mine.id == other.id
    own, its = (mine.county, other.county) if width == "county" else (mine.city, other.city)
    return bool(own) and own == its
