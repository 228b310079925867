"""What was seen of the deadlines while exploring: which ever ran, which were met, whom one of them ever reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines.debtor import debtors
from zhuli_flow.engine.model.case import Case
from zhuli_flow.modelcheck.world import World


@dataclass
class DeadlinesSeen:
    """Names of deadlines: those that ``ran``, were ``met``, were ``owed`` by somebody.

    ``unlimited``: those of the whole case that did not run though the case came into their steps, with the step before.
    """

    workflow: Workflow
    world: World
    ran: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    unlimited: dict[str, str] = field(default_factory=dict)

    def look(self, before: Case, after: Case) -> None:
        """Note what an act did to the deadlines of a case."""
        for name, deadline in after.deadlines.items():
            self.ran.add(name)
            if deadline.state in {"met", "fired"} or self._renewed(before, name, deadline.version):
                self.met.add(name)
            if deadline.state == "running" and name not in self.owed:
                question = Question(self.workflow, after, SYSTEM_ACTOR, self.world.facts)
                self.owed |= {name} if debtors(question, name) else set()
        for rule in self.workflow.deadlines.values():
            held = after.deadlines.get(rule.name)
            enters = after.state in rule.states and before.state not in rule.states | rule.suspended_in
            if rule.whole_case and enters and (held is None or not held.live):
                self.unlimited.setdefault(rule.name, before.state)

    def _renewed(self, before: Case, name: str, version: int) -> bool:
        """Whether a recurring deadline has come to its next period."""
        held = before.deadlines.get(name)
        return bool(self.workflow.deadlines[name].every and held is not None and held.version != version)
