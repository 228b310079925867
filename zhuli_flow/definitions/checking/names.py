"""Every name a definition file writes, section by section, and the look-up that answers an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhuli_flow.definitions.model.workflow import HOLDER, SYSTEM
from zhuli_flow.definitions.reading.problems import Report
from zhuli_flow.definitions.reading.yaml_reader import Path

WHAT = {
    "roles": "角色",
    "fields": "字段",
    "forms": "表单",
    "materials": "材料",
    "sheets": "评审表",
    "quotas": "名额",
    "registers": "台账",
    "states": "环节",
    "deadlines": "期限",
    "events": "操作",
    "parameters": "参数",
}


@dataclass(frozen=True, slots=True)
class Names:
    """``known`` holds the names as written, even of items that have problems of their own: those still exist.

    ``compounds`` may be meant where states are listed; they have been written out before names are looked up.
    """

    known: Mapping[str, frozenset[str]]
    report: Report
    compounds: frozenset[str] = frozenset()

    def need(self, section: str, names: Iterable[str], path: Path, *, also: Iterable[str] = ()) -> None:
        """Note every one of ``names`` that ``section`` (or ``also``) does not have."""
        allowed = self.known[section] | set(also)
        for name in names:
            if name not in allowed:
                near = sorted(allowed | (self.compounds if section == "states" else set()))
                self.report.unknown(path, WHAT[section], name, near, f"unknown_{section.removesuffix('s')}")

    def need_roles(self, names: Iterable[str], path: Path, *, also: Iterable[str] = (SYSTEM,)) -> None:
        """Roles, and the words that may stand for one (``system``, ``holder``)."""
        written = tuple(names)
        taken_for_program = [name for name in written if name in {SYSTEM, HOLDER} and name not in also]
        for name in taken_for_program:
            self.report.add(path, "unknown_role", f"“{name}”不能用在此处", "写 roles 中的角色")
        self.need("roles", [name for name in written if name not in taken_for_program], path, also=also)


def written_names(data: Any) -> dict[str, frozenset[str]]:
    """The names in each section of plain data; a state with a deadline of its own names a deadline too."""
    found = {section: _keys(data, section) for section in WHAT}
    states = data.get("states") if isinstance(data, dict) else None
    timed = (
        {name for name, state in (states or {}).items() if isinstance(state, dict) and "deadline" in state}
        if isinstance(states, dict)
        else set()
    )
    found["deadlines"] |= timed
    return found


def _keys(data: Any, section: str) -> frozenset[str]:
    part = data.get(section) if isinstance(data, dict) else None
    return frozenset(part) if isinstance(part, dict) else frozenset()
