"""Random walks in rougher weather: two returns on end, suspension, 委派, a county that becomes a district meanwhile.

More can be corrected and more is replaced than in the plain walks, and whoever watches asks more of a reply: what each
act rested on is what stands, the dates are in the plan's order, and what people undo is undone wholly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from tests.workflows.random_walks import CITY, COUNTY, GIVEN_IN, HEAD, OFFICE, SOCIETY, STEPS, SUPERVISOR, Walk
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision

ORDER = ("recommendation_date", "survey_date", "consent_date", "request_date", "visit_date", "meeting_date")
"""What the plan's five steps are dated, in its order (五（二）–（五）)."""
QUIET = frozenset({"transfer", "delegate", "hand_back", "suspend", "resume", "urge", "copy"})
"""They hand a case about and give nothing."""
WHILE_SUSPENDED = frozenset({"resume", "terminate", "copy", "withdraw"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood in the case after an act that somebody answers for, and the files of the act itself."""

    survey: tuple[object, ...]
    request: tuple[object, ...]
    letter: object


@dataclass
class WideWalk(Walk):
    """A walk with more on the way; ``shown`` holds what stood when each act was last done."""

    shown: dict[str, Shown] = field(default_factory=dict)
    undo: tuple[Case, dict[str, Shown]] | None = None
    became: bool = False

    def _something(self) -> None:
        more = (self._return_twice, self._suspend, self._delegate, self._succeed, self._correct, self._again)
        if self.chance.random() < 0.07:
            self.chance.choice(more)()
        else:
            super()._something()

    def _return_twice(self) -> None:
        for _ in range(2):
            self._return()
            if self.chance.random() < 0.5:
                self._ahead()

    def _suspend(self) -> None:
        self.attempt("suspend", OFFICE)
        for _ in range(self.chance.randrange(3)):
            self._ahead()
        self.attempt("resume", OFFICE)

    def _delegate(self) -> None:
        self.attempt("delegate", OFFICE, person=SUPERVISOR)
        if self.chance.random() < 0.5:
            self._ahead()
        self.attempt("hand_back", SUPERVISOR)

    def _again(self) -> None:
        """The acts beside the main line."""
        event, person = self.chance.choice(
            (("replace_experts", OFFICE), ("record_visit", SOCIETY), ("urge", CITY), ("refuse_consent", COUNTY))
        )
        self.attempt(event, person)

    def _succeed(self) -> None:
        """The county becomes a district: its case and its people go on under the new name (更名)."""
        if self.became:
            return
        old, new = self.case.applicant.id, "法库区"
        self.became = True
        self.units = {
            name: replace(one, county=new) if one.county == old else one for name, one in self.units.items()
        } | {new: replace(self.case.applicant, id=new, name=new, county=new, kind="district")}
        self.people = {
            name: replace(one, organisation=self.units.get(one.organisation.id, one.organisation))
            for name, one in self.people.items()
        }
        self.case = replace(self.case, applicant=self.units[new])
        self.undo = None

    def _correct(self) -> None:
        if self.chance.random() < 0.5:
            super()._correct()
            return
        name = self.chance.choice(("recommendation_date", "consent_date", "request_date"))
        self.attempt("correct", OFFICE, **{name: self._day(self.chance.choice((0, 2, 6)))})

    def _return(self) -> None:
        targets = STEPS[:7] if self.chance.random() < 0.5 else ("survey", "consent", "correcting")
        way = self.chance.choice(("again", "straight", "straight"))
        self.attempt("return", self.chance.choice((OFFICE, HEAD)), to=self.chance.choice(targets), walk=way)

    # ── Whoever watches ─────────────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, question: Question, done: Decision, values: Mapping[str, str]) -> None:
        self.found += self._against(done)
        held, last = (done.before, dict(self.shown)), self.last
        if done.event == "withdraw" and self.undo is not None:
            self.shown = self.undo[1]
        super()._keep(question, done, values)
        if done.event in {"urge", "copy"}:
            self.last = last  # they never stand in the way of 撤回
        else:
            self.undo = None if done.event == "withdraw" else held
        if done.kind == "move" or done.event == "uphold":
            self.shown[self.log[-1].what] = self._shows()

    def _against(self, done: Decision) -> Iterator[str]:
        """What should not have been accepted, whatever comes of it."""
        before, after = done.before, done.after
        if before.mark("suspended") is not None and done.event not in WHILE_SUSPENDED:
            yield f"挂起时办了{done.event}"
        if done.event in QUIET and _given(before) != _given(after):
            yield f"{done.event}改动了依据或内容"
        if done.event == "withdraw" and self.undo is not None and _given(self.undo[0]) != _given(after):
            yield "撤回之后与办理之前不同"

    def objections(self) -> Iterator[str]:
        yield from super().objections()
        now = self._shows()
        for key in GIVEN_IN:
            held = self.shown.get(key, now)
            if key == "give_consent":
                if held.letter != now.letter:
                    yield "同意函不是同意时的那一份"
            elif key != "request" and (held.survey, held.request) != (now.survey, now.request):
                yield f"{key}之后调研成果或请示有改动"
        dates = [str(self.case.fields[name]) for name in ORDER if name in self.case.fields]
        if dates != sorted(dates):
            yield f"日期的先后不合方案：{dates}"
        if self._signed_twice():
            yield "会签之间请示有改动"

    def _signed_twice(self) -> bool:
        """Whether the signers of the request had different things before them."""
        last = self._latest("request")
        signing = last - 1
        while signing >= 0 and self.log[signing].what == "sign request":
            signing -= 1
        return len({one.content for one in self.log[signing + 1 : last]}) > 1

    def _shows(self) -> Shown:
        content, files = self._content(), self.case.materials
        return Shown(content[:3], content[3:], repr(files.get("consent_letter")))


def _given(case: Case) -> tuple[object, ...]:
    return (case.fields, case.materials, case.evidence, case.stale, case.section("sheets"))
