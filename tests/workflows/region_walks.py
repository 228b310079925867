"""Random walks with publicity and objections beside the decision: returned, withdrawn and replied to at any time.

Whoever watches counts for himself what is open: publicity from its start to its end or to when the case leaves the
decision, an objection from the letter to its answer, however often the case is returned in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tests.workflows.random_walks import OFFICE, Walk
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.model.decision import Decision


@dataclass(frozen=True, slots=True)
class Open:
    """What goes on beside the decision."""

    publicity: bool = False
    objection: bool = False


BESIDE: Mapping[str, Mapping[str, str]] = {
    "start_publicity": {},
    "record_objection": {"objection": "来信反映情况不实"},
    "resolve_objection": {"objection_result": "不成立"},
    "close_publicity": {},
}


@dataclass
class RegionWalk(Walk):
    """A walk that opens and ends publicity and objections wherever it may; ``ran`` counts how often something ran."""

    open: Open = Open()
    before: Open = Open()
    ran: int = 0

    def _something(self) -> None:
        if self.case.state == "deciding" and self.chance.random() < 0.8:
            self._beside()
        else:
            super()._something()

    def _beside(self) -> None:
        first = self.open == Open() and self.chance.random() < 0.7
        event = "start_publicity" if first else self.chance.choice(tuple(BESIDE))
        values = dict(BESIDE[event])
        if event == "start_publicity":
            values = {"publicity_from": self._day(0), "publicity_to": self._day(-6)}
        if event == "close_publicity":
            self.now += timedelta(days=self.chance.choice((0, 7)))
        self.attempt(event, OFFICE, **values)

    def _keep(self, question: Question, done: Decision, values: Mapping[str, str]) -> None:
        super()._keep(question, done, values)
        if done.event in {"urge", "copy"}:
            return
        was, self.open = self.open, self.before if done.event == "withdraw" else self._after(done)
        self.before = was
        self.ran += self.open != Open()
        regions = self.case.regions
        if ("publicity" in regions, "objection" in regions) != (self.open.publicity, self.open.objection):
            self.found.append(f"{done.event} 之后并行环节为 {dict(regions)}，应为 {self.open}")

    def _after(self, done: Decision) -> Open:
        publicity, objection = self.open.publicity, self.open.objection
        if done.kind == "move":
            publicity = {"start_publicity": True, "close_publicity": False}.get(done.event, publicity)
            objection = {"record_objection": True, "resolve_objection": False}.get(done.event, objection)
        return Open(publicity and done.after.state == "deciding", objection)

    def objections(self) -> Iterator[str]:
        yield from super().objections()
        if self.open.publicity:
            yield "公示期间批复"
        if self.open.objection:
            yield "异议未核查即批复"
