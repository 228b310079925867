"""A register (台账): a named view over the cases of a workflow, for one of its cases or for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhuli_flow.definitions.model.expressions import Condition


@dataclass(frozen=True, slots=True)
class Register:
    """A view over the cases of ``workflow``: those whose field ``linked_by`` names this case (None: all of them).

    ``order`` is a column, with ``-`` before it for the greatest first; without it the case number decides.
    ``aliases`` (key → column) are the keys that rows have instead of a column's own name.
    """

    name: str
    title: str
    workflow: str
    columns: tuple[str, ...]
    linked_by: str | None = None
    where: tuple[Condition, ...] = ()
    order: str | None = None
    total: Total | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def keyed(self) -> tuple[tuple[str, str], ...]:
        """Every column with the key that rows have for it: (key, column)."""
        keys = {column: key for key, column in self.aliases.items()}
        return tuple((keys.get(column, column), column) for column in self.columns)


@dataclass(frozen=True, slots=True)
class Total:
    """``blocks`` of column ``by`` (value → title) are never added up; ``distinct`` titles the block of names.

    ``head`` are the numbers on its face: title → register; the first is the whole. ``same`` is the field of the asking
    case that holds which names a person has found to be one; ``kept_in`` the one in which an act keeps the totals.
    """

    by: str
    blocks: Mapping[str, str]
    distinct: str
    head: Mapping[str, str] = field(default_factory=dict)
    same: str | None = None
    kept_in: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the totals as rows (``total of``)."""
        return ("number", "item", "unit", *self.blocks, "distinct", "note")
