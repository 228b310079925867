"""Random walks over the creation of a zone by the engine alone, watched by somebody who only counts what was done.

People act in any order, with returns (both ways), corrections, 撤回, 沿用, wrong people and passing days. Who
watches knows nothing of rounds or evidence: a list of what was accepted, and the plan's own words about a reply.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from zhuli_flow.calendar import Calendar
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.history.entry import Doer, Entry
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Attachment, Case
from zhuli_flow.engine.model.decision import Command, Decision
from zhuli_flow.engine.model.facts import Facts, QuotaUse
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.engine.withdrawal import reversible

CITY, PARTY = "沈阳市科协经办", "沈阳市委组织部经办"
COUNTY, GOVERNMENT = "法库县委经办", "法库县政府经办"
OFFICE, SUPERVISOR, HEAD = "省科协学会学术部经办", "省科协学会学术部负责人", "省科协主要负责人"
SOCIETY = "辽宁省硅酸盐学会联络员"
EXPERTS = tuple(f"评估专家{number}" for number in ("01", "02", "03", "04", "07"))
STEPS = ("draft", "recommended", "survey", "consent", "requested", "correcting", "assessing", "deciding")
GIVEN_IN = {
    "give_consent": "consent",
    "request": "consent",
    "record_visit": "assessing",
    "submit_assessment": "assessing",
    **{f"score/{expert}": "assessing" for expert in EXPERTS},
}
"""What a reply rests on, and the step in which it is given."""
AHEAD: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "draft": (("recommend", (PARTY, CITY)),),
    "recommended": (("start_survey", (COUNTY,)),),
    "survey": (("finish_survey", (COUNTY,)),),
    "consent": (("give_consent", (PARTY,)), ("request", (CITY, COUNTY, GOVERNMENT)), ("refuse_consent", (PARTY,))),
    "requested": (("accept_request", (OFFICE,)), ("return_for_correction", (OFFICE,))),
    "correcting": (("resubmit", (CITY, GOVERNMENT)),),
    "assessing": (
        ("organise_assessment", (OFFICE,)),
        ("record_visit", (SOCIETY,)),
        ("score", EXPERTS),
        ("submit_assessment", (EXPERTS[0], OFFICE)),
    ),
    "deciding": (("approve", (HEAD,)), ("reassess", (OFFICE,))),
}


@dataclass(frozen=True, slots=True)
class Done:
    """One accepted act, and what stood in the case after it."""

    what: str
    state: str
    to: str
    content: tuple[object, ...]
    straight: bool = False


@dataclass
class Walk:
    """One case on its way; ``found`` is what whoever watches has to object to."""

    flow: Workflow
    calendar: Calendar
    people: Mapping[str, Actor]
    units: Mapping[str, Organisation]
    held: frozenset[str]
    chance: random.Random
    case: Case
    now: datetime
    log: list[Done] = field(default_factory=list)
    last: Entry | None = None
    found: list[str] = field(default_factory=list)
    acts: int = 0
    turn: int = 0
    turned: int = 0

    def go(self, steps: int) -> None:
        """Up to so many attempts, until the case is in force or over."""
        while not self.attempt("nominate", CITY):
            pass
        for _ in range(steps):
            if self.flow.states[self.case.state].kind in {"in_force", "final"} or self.found:
                return
            self._something()

    def _something(self) -> None:
        self.now += timedelta(days=self.chance.choice((0, 0, 1, 2)))
        odd = (self._return, self._correct, self._withdraw, self._uphold, self._wrong_person, self._hand_over)
        do = self._ahead if self.chance.random() < 0.82 else self.chance.choice((self._return, *odd))
        do()

    def _ahead(self) -> None:
        ways = AHEAD.get(self.case.state, ())
        if not ways:
            return  # in force
        self.turn = self.turn + 1 if self.turned == len(self.case.path) else 0
        self.turned = len(self.case.path)
        event, people = self.chance.choice(ways) if self.chance.random() < 0.12 else ways[self.turn % len(ways)]
        for person in people:
            self.attempt(event, person)
            if self.chance.random() < 0.03:
                self._correct()

    def _return(self) -> None:
        target, way = self.chance.choice(STEPS[:7]), self.chance.choice(("again", "straight"))
        self.attempt("return", self.chance.choice((OFFICE, HEAD)), to=target, walk=way)

    def _correct(self) -> None:
        day, other = self._day(self.chance.choice((0, 3, 9))), self._day(1)
        values = self.chance.choice(({"survey_date": day}, {"goals": self._goal()}, {"visit_date": other}))
        self.attempt("correct", OFFICE, **values)

    def _withdraw(self) -> None:
        if self.last is not None:
            self.attempt("withdraw", self.last.actor.person)

    def _uphold(self) -> None:
        for key in list(self.case.stale):
            event, _, author = key.partition("/")
            person = author or self.chance.choice((PARTY, OFFICE, COUNTY, SOCIETY))
            self.attempt("uphold", person, what="score" if author else event)

    def _wrong_person(self) -> None:
        event, _ = self.chance.choice(AHEAD[self.case.state])
        self.attempt(event, self.chance.choice((COUNTY, CITY, HEAD, SOCIETY, SUPERVISOR, *EXPERTS)))

    def _hand_over(self) -> None:
        self.attempt("transfer", OFFICE, person=SUPERVISOR)

    def attempt(self, event: str, person: str, /, **values: str) -> bool:
        """One act as somebody might try it; noted when it is accepted."""
        self.acts += 1
        joining = event in self.case.body.get("signoffs", {})
        given = values or ({} if joining else dict(self._values(event)))
        files = {} if joining else {name: (self._file(name),) for name in self._attached(event)}
        command = Command(event, given, files, opinion="办理。")
        question = Question(self.flow, self.case, self.people[person], self._facts())
        answer = decide(question, command, self.last)
        if isinstance(answer, Decision):
            self._keep(question, answer, values)
        return isinstance(answer, Decision)

    def _keep(self, question: Question, done: Decision, values: Mapping[str, str]) -> None:
        before, self.case = done.before, done.after
        what = f"score/{question.actor.person}" if done.event == "score" else done.event
        if done.event == "withdraw":
            self._forget()
        elif done.kind != "sign" and done.event not in {"urge", "copy"}:
            what = f"score/{question.actor.person}" if values.get("what") == "score" else values.get("what", what)
            straight = done.event == "return" and values["walk"] == "straight"
            self.log.append(Done(what, before.state, done.after.state, self._content(), straight))
        elif done.kind == "sign":
            self.log.append(Done(f"sign {done.event}", before.state, done.after.state, self._content()))
        self.last = _entry(question, done)
        if done.event == "approve" and done.kind == "move":
            self.found += list(self.objections())

    def _forget(self) -> None:
        if self.log:
            self.log.pop()

    # ── Whoever watches ─────────────────────────────────────────────────────────────────────────────────────────────

    def objections(self) -> Iterator[str]:
        """Why this reply should not have been given, by the plan's own words (五（三）–（五）)."""
        at = {key: self._latest(key) for key in GIVEN_IN}
        for key, place in at.items():
            if place < 0:
                yield f"批复时没有{key}"
        for key, place in at.items():
            if place >= 0 and (gone := self._returned_past(key, place)) is not None:
                yield f"{key}（第{place}步）之后退回过（第{gone}步），没有重办"
        now = self._content()
        if at["give_consent"] >= 0 and self.log[at["give_consent"]].content[:3] != now[:3]:
            yield "同意之后调研成果有改动"
        if at["submit_assessment"] >= 0 and self.log[at["submit_assessment"]].content[:5] != now[:5]:
            yield "评估之后调研成果或请示有改动"
        if not at["give_consent"] < at["submit_assessment"]:
            yield "评估在同意之前"

    def _latest(self, key: str) -> int:
        return max((place for place, one in enumerate(self.log) if one.what == key), default=-1)

    def _returned_past(self, key: str, given: int) -> int | None:
        """The place of a return, later than what was given, to its step or an earlier one, and walked step by step."""
        step = STEPS.index(GIVEN_IN[key])
        for place in range(given + 1, len(self.log)):
            one = self.log[place]
            if one.what == "return" and STEPS.index(one.to) <= step and not self._passed_straight(place, step):
                return place
        return None

    def _passed_straight(self, place: int, step: int) -> bool:
        """Came straight back over ``step``, or was straight to this very step, whose evidence asks for no other round.

        Whether it rests on what is unchanged is asked apart.
        """
        back = self.log[place]
        onward = next((one for one in self.log[place + 1 :] if one.to != one.state), None)
        if not back.straight or onward is None or onward.what == "return":
            return False
        return onward.to == back.state or STEPS.index(back.to) == step

    def _content(self) -> tuple[object, ...]:
        fields, files = self.case.fields, self.case.materials
        return (
            fields.get("survey_date"),
            fields.get("goals"),
            repr(files.get("survey_report")),
            fields.get("request_date"),
            repr(files.get("request_paper")),
        )

    # ── What people hand in ─────────────────────────────────────────────────────────────────────────────────────────

    def _values(self, event: str) -> Iterator[tuple[str, str]]:
        today = self._day(0)
        day, goal = self._day(self.chance.choice((0, 0, 0, 4))), self._goal()
        wanted = {**_FIXED, **dict.fromkeys(_TODAY, today), "survey_date": day, "goals": goal}
        for ask in self.flow.events[event].fill if event in self.flow.events else ():
            if ask.name in wanted and (ask.anew or ask.required) and (ask.anew or self.chance.random() < 0.98):
                yield ask.name, wanted[ask.name]

    def _attached(self, event: str) -> list[str]:
        asks = self.flow.events[event].attach if event in self.flow.events else ()
        chance = self.chance.random() < 0.3
        return [ask.name for ask in asks if ask.anew or ask.name not in self.case.materials or chance]

    def _file(self, name: str) -> Attachment:
        return Attachment(f"{name}.pdf", f"{self.chance.randrange(3)}" * 64, 1, "pdf")

    def _day(self, ago: int) -> str:
        return (self.now.date() - timedelta(days=ago)).isoformat()

    def _goal(self) -> str:
        return self.chance.choice(("形成创新高地", "形成创新高地", "建成示范园区"))

    def _facts(self) -> Facts:
        return Facts(self.now, self.calendar, {"zones": QuotaUse(0)}, self.people, self.units, held=self.held)


_TODAY = (
    *("recommendation_date", "consent_date", "request_date", "received_on", "visit_date", "visit_from", "visit_until"),
    "meeting_date",
)
_FIXED: Mapping[str, str] = {
    "leading_industries": "陶瓷",
    **dict.fromkeys(("reason_features", "reason_cluster", "reason_demand"), "情况属实"),
    "recommendation_issuer": "市委组织部和市科协",
    "survey_departments": "发展改革局",
    **dict.fromkeys(("covers_industry", "covers_talent", "covers_enterprises"), "是"),
    "directions": "共性技术攻关",
    "project_needs": "关键工艺改进",
    "tasks": "建立学会服务站",
    "consent_number": "沈组复〔2018〕901号",
    "request_genre": "请示",
    "request_title": "关于法库县创建示范区的请示",
    "request_number": "沈科协发〔2018〕911号",
    "requesters": "沈阳市科学技术协会、中共法库县委员会、法库县人民政府",
    "addressee": "辽宁省科学技术协会",
    **dict.fromkeys(("addressee_ok", "one_matter_ok", "signatures_ok", "number_ok", "attachments_ok"), "是"),
    "defects": "签章不全",
    "corrections": "已补签章",
    "societies": "辽宁省硅酸盐学会",
    "experts": "、".join(EXPERTS),
    "team_leader": EXPERTS[0],
    **dict.fromkeys(("points_features", "points_cluster", "points_demand", "points_goals"), "18"),
    **dict.fromkeys(("points_guarantee", "points_societies"), "9"),
    "conflict": "否",
    "reassess_reason": "须再核",
}


@dataclass(frozen=True)
class Office:
    """What every walk has in common."""

    flow: Workflow
    calendar: Calendar
    people: Mapping[str, Actor]
    units: Mapping[str, Organisation]

    def walk(self, seed: int, steps: int = 45, kind: type[Walk] = Walk) -> Walk:
        """One walk of that ``kind``, wholly told by its seed."""
        flow, at = self.flow, datetime(2018, 10, 8, 1, tzinfo=UTC)
        zone = self.units["法库县"]
        blank = Case("SFQ-2018-0001", flow.name, flow.version, flow.digest, zone, START, 0, at.isoformat(), {})
        held = frozenset(address for one in self.people.values() for address in held_by(one))
        chance = random.Random(seed)
        found = kind(flow, self.calendar, self.people, self.units, held, chance, blank, at)
        found.go(steps)
        return found


def _entry(question: Question, done: Decision) -> Entry:
    chair = done.capacity
    return Entry(
        kind=done.kind,
        event=done.event,
        title=done.title,
        at=question.at,
        actor=Doer(question.actor.person, role=chair.role, on_behalf_of=chair.on_behalf_of, how=chair.how),
        version=done.after.version,
        changes=tuple(changes.json(done.changes)),  # type: ignore[arg-type]
        reversible=reversible(question.workflow, done),
    )
