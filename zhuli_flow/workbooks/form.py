"""What a form is to a spreadsheet: the parts in order, whose form it is, and the digest that tells two forms apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from zhuli_flow.engine.expressions.values import NOT_APPLICABLE
from zhuli_flow.errors import Problem

__all__ = ["NOT_APPLICABLE", "Column", "FormSheet", "Kind", "Part", "Reading", "Value"]

from zhuli_flow.engine.model.json_values import Json

Kind = Literal["int", "decimal", "text", "names", "yes_no", "choice", "date", "rows"]
Value = Json
"""What a part holds: int; a decimal as text; text; a list of names; yes/no as bool; an ISO date; rows as mappings by
column name; NOT_APPLICABLE for any kind. None, or no value at all, is a blank."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a part that holds rows; it reads as a part of its own type does."""

    name: str
    title: str
    type: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked: ``label`` as printed, ``number`` (``18b``) for people and CSV, ``unit`` of a number (``万元``).

    ``group`` is the text of 类别 that consecutive parts share, ``section`` a line above the first part that has it,
    ``above`` the lines that stand over this part alone.
    ``minimum`` and ``maximum`` are in ``unit``; ``columns`` only for rows, ``choices`` only for choice.
    """

    field: str
    group: str
    number: str
    label: str
    type: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    section: str = ""
    above: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    may_not_apply: bool = True


@dataclass(frozen=True)
class FormSheet:
    """A form for one unit: ``version`` is what people call the version, ``notes`` the lines under the title."""

    form: str
    title: str
    version: str
    unit_id: str
    unit_name: str
    case: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is asked: equal forms of two definitions are one form, whatever else has changed."""
        return _digest(self.form, self.title, self.parts)


@lru_cache(maxsize=32)
def _digest(form: str, title: str, parts: tuple[Part, ...]) -> str:
    """Worked out once for all units that are asked the same."""
    asked = [form, title, [asdict(part) for part in parts]]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: values by field, every problem at its cell, the cell of each field, the fields left blank."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
