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
    "regions": "并行环节",
    "deadlines": "期限",
    "events": "操作",
    "parameters": "参数",
}


@dataclass(frozen=True, slots=True)
class Names:
    """``known`` holds the names as written, even of items that have problems of their own: those still exist.

    ``compounds`` may be meant where states are listed; they have been written out before names are looked up.
    ``beside`` are the states of regions, which may be meant where an event or a deadline lists states.
    """

    known: Mapping[str, frozenset[str]]
    report: Report
    compounds: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    def need(self, section: str, names: Iterable[str], path: Path, *, also: Iterable[str] = ()) -> None:
        """Note every one of ``names`` that ``section`` (or ``also``) does not have."""
        allowed = self.known[section] | set(also)
        for name in names:
            if name in allowed:
                continue
            if own := self._titled(section, name):
                words, fix = f"没有名为“{name}”的{WHAT[section]}", f"写它的名称“{own}”；“{name}”是它的题名，供人看"
                self.report.add(path, f"unknown_{section.removesuffix('s')}", words, fix)
            else:
                near = sorted(allowed | (self.compounds if section == "states" else set()))
                self.report.unknown(path, WHAT[section], name, near, f"unknown_{section.removesuffix('s')}")

    def _titled(self, section: str, title: str) -> str:
        """The name of what has this title in a section of the file; "" where none has, or more than one."""
        data = self.report.document.data
        part = data.get(section) if isinstance(data, dict) else None
        items = part.items() if isinstance(part, dict) else ()
        found = [str(name) for name, one in items if isinstance(one, dict) and one.get("title") == title]
        return found[0] if len(found) == 1 else ""

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
    found["deadlines"] |= _timed(data, "states") | _timed(data, "regions")
    for region in found["regions"]:
        found["deadlines"] |= _timed(data["regions"][region], "states")
    return found


def states_beside(data: Any) -> frozenset[str]:
    """The states of the regions of plain data; a region without states of its own has one of its own name."""
    regions = _keys(data, "regions")
    return frozenset(state for region in regions for state in _keys(data["regions"][region], "states") or (region,))


def _timed(data: Any, section: str) -> set[str]:
    return {
        name
        for name in _keys(data, section)
        if isinstance(data[section][name], dict) and "deadline" in data[section][name]
    }


def _keys(data: Any, section: str) -> frozenset[str]:
    part = data.get(section) if isinstance(data, dict) else None
    return frozenset(part) if isinstance(part, dict) else frozenset()
