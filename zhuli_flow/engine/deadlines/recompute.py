"""Live deadlines counted anew under another calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhuli_flow.engine.deadlines.lifecycle import _Follower, _with
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline

Kind = Literal["moved", "rest", "certain", "provisional"]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A deadline as it was and as the present calendar has it: another day, another rest, or another 暂定 mark."""

    name: str
    old: Deadline
    new: Deadline

    @property
    def kind(self) -> Kind:
        """What became of it: the day ``moved``, the ``rest`` of a suspended one, or the mark alone."""
        if self.new.version != self.old.version:
            return "moved"
        if self.old.state == "suspended":
            return "rest"
        return "provisional" if self.new.provisional else "certain"


def recomputed(scope: CaseScope) -> tuple[Case, tuple[Recomputed, ...]]:
    """The case with its live deadlines computed anew under the calendar of ``scope``, and each one that changed.

    A day counted from the last start or resumption, extensions included, is counted again from there; what a deadline
    took from a field (a date named in a notice) stays as named. A moved day has a new version, hence new reminders.
    """
    live = dict(scope.case.deadlines)
    found = []
    for name, deadline in live.items():
        new = _Follower(scope, scope.workflow.deadlines[name], live).again()
        if new is not None:
            found.append(Recomputed(name, deadline, new))
    live.update((one.name, one.new) for one in found)
    return (_with(scope.case, live) if found else scope.case), tuple(found)
