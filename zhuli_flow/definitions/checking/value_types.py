"""The kinds of values that terms have, and which of them go together.

A kind is a word of ``KINDS``; ``any`` stands for a value that has a problem of its own: no more is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhuli_flow.calendar import Period
from zhuli_flow.definitions.model.workflow import Field, Parameter
from zhuli_flow.definitions.reading.literals import is_period

KINDS = {
    "number": "数",
    "date": "日期",
    "period": "期限",
    "yes_no": "是/否",
    "text": "文字",
    "choice": "选项",
    "organisation": "机构",
    "person": "人员",
    "case": "事项",
    "state": "环节",
    "names": "名单",
    "people": "人员名单",
    "organisations": "机构名单",
    "list": "列表",
    "rows": "表格",
    "file": "文件",
    "files": "多份文件",
    "map": "对照表",
    "any": "未知",
}
OF_FIELD = {"int": "number", "decimal": "number"}
SYSTEM = {
    "today": "date",
    "state": "state",
    "case": "case",
    "applicant.id": "organisation",
    "applicant.name": "text",
    "applicant.kind": "choice",
    "applicant.city": "text",
    "applicant.county": "text",
    "actor.person": "person",
    "actor.organisation": "organisation",
}
SYSTEM_NAMES = frozenset(name.partition(".")[0] for name in SYSTEM) | {"author"}
OF_ANY_CASE = frozenset({"case", "state", *(name for name in SYSTEM if name.startswith("applicant."))})
"""What there is of the case of any workflow: a register may have it as a column."""
_TEXTUAL = {"text", "choice", "organisation", "person", "case", "state"}
ITEM = {"names": "text", "people": "person", "organisations": "organisation", "list": "any"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; ``words`` lists the texts it may be, when they are known."""

    name: str
    words: tuple[str, ...] | None = None


ANY = Kind("any")


def fits(found: Kind, wanted: Kind) -> bool:
    """Whether a value of one kind can be compared with, or filled in for, another."""
    if "any" in {found.name, wanted.name} or found.name == wanted.name:
        return True
    if "text" in {found.name, wanted.name}:
        return {found.name, wanted.name} <= _TEXTUAL
    return {found.name, wanted.name} <= {"list", "names", "people", "organisations"}


def kind_of(field: Field) -> Kind:
    """The kind of a field's value, with its choices."""
    return Kind(OF_FIELD.get(field.type, field.type), field.choices if field.type == "choice" else None)


def is_number(value: object) -> bool:
    """Whether a value written in YAML is a number (yes and no are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def literal_kind(value: object) -> str:
    """The kind of a value written in a line."""
    kinds = {bool: "yes_no", Decimal: "number", date: "date", Period: "period"}
    return kinds.get(type(value), "text")


def parameter_kind(parameter: Parameter) -> Kind:
    """The kind of a parameter's value."""
    value = parameter.value
    if parameter.choices:
        return Kind("choice", parameter.choices)
    if isinstance(value, bool):
        return Kind("yes_no")
    if isinstance(value, int | float):
        return Kind("number")
    if isinstance(value, str):
        return Kind("period" if is_period(value) else "text")
    return Kind("map" if isinstance(value, Mapping) else "list")
