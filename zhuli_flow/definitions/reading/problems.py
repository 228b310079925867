"""The collected problems of one definition: all of them, each at its line, none twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhuli_flow.definitions.reading.yaml_reader import MAX_PROBLEMS, Document, Path, clip
from zhuli_flow.errors import Problem
from zhuli_flow.support.suggest import nearest


@dataclass(slots=True)
class Report:
    """Problems by place; ``line`` tells the line of a path of the document as it now stands."""

    document: Document
    found: dict[Problem, None] = field(default_factory=dict)

    def add(self, path: Path, code: str, message: str, fix: str = "") -> None:
        """Note one problem at ``path``; the same code and words at the same place are noted once."""
        if len(self.found) < MAX_PROBLEMS:
            self.found[Problem(self.document.place(path), code, message, fix)] = None
            return
        rest = f"问题太多，只列出前 {MAX_PROBLEMS} 处"
        self.found[Problem(self.document.place(()), "too_many", rest, "改正后再检查一遍")] = None

    def unknown(self, path: Path, what: str, name: str, known: Iterable[str], code: str) -> None:
        """Note that ``name`` is not a ``what``, with the nearest known names."""
        fix = suggest(name, known, what) if len(self.found) < MAX_PROBLEMS else ""
        self.add(path, code, f"没有名为“{clip(name)}”的{what}", fix)

    def sorted(self) -> list[Problem]:
        """Every problem, those of the file itself first, by line, then in the order found."""
        return sorted(self.found, key=self._place)

    def _place(self, problem: Problem) -> tuple[bool, str, int]:
        file, _, line = problem.place.rpartition(":")
        return file != self.document.file, file, int(line)


def suggest(name: str, known: Iterable[str], what: str) -> str:
    """“是否指 …” when something near exists, else what may stand there."""
    names = [str(each) for each in known]
    near = nearest(name, names, 3)
    if near:
        return f"是否指“{'”或“'.join(near)}”？"
    if "." in name or "(" in name:
        return f"{what}只能是本文件中定义的名称，不能是程序中的名称"
    return f"可用：{'、'.join(names[:12])}{' 等' if len(names) > 12 else ''}" if names else f"本文件没有定义任何{what}"
