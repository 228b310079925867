"""One operation under way: the question, what was asked, who asks, and the refusals and messages so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhuli_flow.definitions.model.workflow import Operation
from zhuli_flow.engine.authority.assignees import awaited
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Message, Refusal
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.model.refusal_codes import RefusalCode

NOBODY = Capacity("")


@dataclass(slots=True)
class Act:
    """One operation under way: the question, what was asked, and the refusals found so far."""

    question: Question
    operation: Operation
    name: str
    command: Command | None
    last: Entry | None
    capacity: Capacity = NOBODY
    refusals: list[Refusal] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    vacant: str = ""
    """The role that a superior hands to somebody because nobody holds it."""

    @property
    def case(self) -> Case:
        return self.question.case

    def tell(self, what: str, seats: Iterable[Seat] | None = None) -> None:
        """Say ``what`` about the case to ``seats``, or to everybody whose move it was."""
        for seat in awaited(self.question) if seats is None else seats:
            self.messages.append(Message(f"{self.case.applicant.name}：{what}", seat.role, seat.person))

    def refuse(self, code: RefusalCode, because: str, fix: str = "") -> None:
        self.refusals.append(Refusal(code, because, fix))

    def word(self, name: str) -> str:
        """An argument of the operation as typed; empty when it was not given."""
        return str(self.command.values.get(name, "")) if self.command else ""
