"""Random walks over the real definition: people of the sample directory try things, by and large sensibly."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled
from zhuli_flow.clock import local_date
from zhuli_flow.definitions import check
from zhuli_flow.definitions.model.workflow import OPERATIONS, SAME, START, Event, Field, Workflow
from zhuli_flow.engine import position
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, capacity
from zhuli_flow.engine.decide import decide, options
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.decision import Command, Decision, Needs, Option
from zhuli_flow.engine.model.facts import Facts, QuotaUse
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.engine.withdrawal import reversible
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.administration.workflows import parts_beside

FILE = "zone_creation.yaml"
TEAM = 5
PAPER = (Attachment("材料.pdf", "0" * 64, 10, "pdf"),)


@cache
def workflow() -> Workflow:
    """The zone workflow as shipped."""
    path = bootstrap.bundle("workflows") / FILE
    return check.load(path.read_bytes(), FILE, parts=parts_beside(path))


@cache
def nothing_linked() -> Mapping[str, tuple[()]]:
    """The registers that deciding may ask about; no other case is about on these walks."""
    return dict.fromkeys(workflow().registers, ())


@cache
def directory() -> tuple[Mapping[str, Actor], Mapping[str, Organisation]]:
    """The sample people and organisations."""
    found = read_directory(bootstrap.sample("directory.yaml").read_bytes(), "directory.yaml", frozenset())
    places = {one.id: one for one in found.organisations}
    people = {one.id: Actor(one.id, places[one.organisation], one.roles, (), one.title) for one in found.people}
    return people, places


@dataclass
class Step:
    """One attempt: the question as put, the option as offered, the command, and the answer."""

    question: Question
    offered: Option
    command: Command
    answer: Any


@dataclass
class Walk:
    """A case on its way, led by chance; ``trail`` holds every attempt, ``decisions`` the accepted ones."""

    chance: random.Random
    now: datetime = datetime(2018, 10, 8, 1, tzinfo=UTC)
    trail: list[Step] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        known = workflow()
        place = directory()[1][self.chance.choice(["法库县", "北票市", "本溪高新技术产业开发区"])]
        self.case = Case(
            "SFQ-2018-0001", known.name, known.version, known.digest, place, START, 0, self.now.isoformat(), {}
        )
        self.blank = self.case

    def take(self, count: int) -> "Walk":
        """So many times somebody tries something: two closed options, and an open one that is really done."""
        for _ in range(count):
            wanted = self.wanted()
            question = self.question(self.somebody(wanted))
            for offered in self.picked(options(question, self.last()), wanted):
                command = self.command(offered)
                answer = decide(question, command, self.last())
                self.trail.append(Step(question, offered, command, answer))
                if isinstance(answer, Decision):
                    self.decisions.append(answer)
                    self.case = answer.after
                    break
            self.now += timedelta(hours=self.chance.choice([0, 0, 1, 5, 30, 30, 100, 900]))
        return self

    def wanted(self) -> str:
        """An event that leads on from here, as it would be next on somebody's desk."""
        here = position.here(workflow(), position.standing(workflow(), self.case))
        onward = [one for one in here if one.target != SAME and one.name not in FINAL]
        signing = [one for one in here if signoffs.open_signoff(self.case, one.name)]
        if self.case.state == "assessing" and not signing and self.chance.random() < 0.8:
            return self.next_in_assessment()
        among = signing or (onward if onward and self.chance.random() < 0.5 else here)
        return self.chance.choice(among).name if among else "nominate"

    def next_in_assessment(self) -> str:
        """Five people have to do one thing each here; by chance alone that hardly ever comes about."""
        if "experts" not in self.case.fields:
            return "organise_assessment"
        if "visit_date" not in self.case.fields:
            return "record_visit"
        return "score" if len(self.case.section("sheets")) < TEAM else "submit_assessment"

    def somebody(self, wanted: str) -> Actor:
        """Mostly one whose role it is; now and then anybody."""
        event, crowd = workflow().events[wanted], self.crowd()
        roles = {signer.role for signer in event.sign.signers} if event.sign else set(event.by)
        able = [one for one in crowd if one.roles & roles]
        able = [one for one in able if not isinstance(capacity(workflow(), self.case, one, roles), list)] or able
        unheard = [one for one in able if f"score/{one.person}" not in self.case.section("sheets")]
        able = unheard if wanted == "score" and unheard else able
        return self.chance.choice(able if able and self.chance.random() < 0.8 else crowd)

    def question(self, actor: Actor) -> Question:
        people, places = directory()
        use = QuotaUse(self.chance.choice([3, 14, 15]), self.chance.choice([0, 0, 1]))
        return Question(
            workflow(),
            self.case,
            actor,
            Facts(self.now, bundled(), {"zones": use}, people, places, registers=nothing_linked()),
        )

    def crowd(self) -> list[Actor]:
        """Those who have to do with the case, and a few who have not."""
        applicant, everyone = self.case.applicant, directory()[0].values()
        near = [
            one for one in everyone if one.organisation.level == "province" or one.organisation.city == applicant.city
        ]
        return [*near, SYSTEM_ACTOR, self.chance.choice(list(everyone))]

    def picked(self, offered: tuple[Option, ...], wanted: str) -> list[Option]:
        """Two that are closed, and last what was wanted, or another open one, if there is any."""
        closed = [one for one in offered if not one.allowed]
        opened = [one for one in offered if one.allowed and (one.event not in FINAL or self.chance.random() < 0.1)]
        first = [one for one in opened if one.event == wanted and self.chance.random() < 0.9]
        last = first or ([self.chance.choice(opened)] if opened and self.chance.random() < 0.3 else [])
        return [*self.chance.sample(closed, min(2, len(closed))), *last]

    def last(self) -> Entry | None:
        """The latest act as its entry would tell it."""
        loud = [one for one in self.decisions if one.event not in {"urge", "copy"}]
        if not loud:
            return None
        act = loud[-1]
        mark = act.after.mark("last")
        told = {
            "kind": act.kind,
            "event": act.event,
            "title": act.title,
            "at": mark["at"] if isinstance(mark, dict) else "",
            "actor": {"person": mark["by"] if isinstance(mark, dict) else "", "role": act.capacity.role},
            "changes": changes.json(act.changes),
            "reversible": reversible(workflow(), act),
        }
        return read(canonical(told))

    def command(self, offered: Option) -> Command:
        opinion = self.chance.choice(["同意。", "同意。", "同意。", ""])
        if offered.event in OPERATIONS:
            person = self.chance.choice(["省科协学会学术部第二经办", "省科协学会学术部负责人", "某人", "评估专家02"])
            given: dict[str, Json] = {"to": self.chance.choice(["survey", "consent", "valid"]), "person": person}
            if offered.event == "correct":
                given = {"reason_demand": "更正后的说法"}
            return Command(offered.event, given, opinion=opinion)
        event = workflow().events[offered.event]
        if offered.needs == Needs():
            return Command(event.name, opinion=opinion)
        return Command(event.name, self.values(event), {ask.name: PAPER for ask in event.attach}, opinion)

    def values(self, event: Event) -> dict[str, Json]:
        asked = {ask.name: self.value(workflow().fields[ask.name]) for ask in event.fill}
        if self.chance.random() < 0.05 and asked:
            asked.pop(self.chance.choice(sorted(asked)))
        return {**asked, **self.fitting(event.name)}

    def fitting(self, event: str) -> dict[str, Json]:
        """What chance would hardly hit on: values that must agree with each other."""
        today = local_date(self.now)
        team = self.chance.sample([f"评估专家{number:02}" for number in range(1, 12)], TEAM)
        special: dict[str, dict[str, Json]] = {
            "request": {"request_genre": "请示", "addressee": "辽宁省科学技术协会", "requesters": "甲、乙、丙、丁"},
            "organise_assessment": {"experts": "、".join(team), "team_leader": team[0]},
            "replace_experts": {"experts": "、".join(team), "team_leader": team[0]},
            "start_publicity": {"publicity_from": today.isoformat(), "publicity_to": later(today, 9)},
            "apply_extension": {"extension_until": later(today, 300)},
            "rectify": {"rectify_due": later(today, 90), "rectify_ground": "其他"},
            "record_delivery": {"annual_due": later(today, 60)},
            "recommend": {"recommendation_issuer": "市委组织部"},
        }
        return special.get(event, {}) if self.chance.random() < 0.95 else {}

    def value(self, field: Field) -> Json:
        usual = self.chance.random() < 0.98
        today = local_date(self.now)
        match field.type:
            case "date":
                return today.isoformat() if usual else later(today, self.chance.choice([-40, -1, 1, 40]))
            case "yes_no":
                return "否" if (field.name == "conflict") == usual else "是"
            case "int" | "decimal":
                least, most = int(field.minimum or 0), int(field.maximum or 10)
                return str(self.chance.randint(least, most)) if usual else str(most + 1)
            case "choice":
                return self.chance.choice(field.choices)
            case "names":
                return "甲、乙、丙"
            case "people":
                return "评估专家01"
            case "organisations" if field.kinds:
                return next(one.name for one in directory()[1].values() if one.kind in field.kinds)
            case "case":
                return "SFQ-2018-0009"
        return "说明"


FINAL = frozenset(
    {
        "terminate",
        "withdraw_application",
        "reject",
        "expire",
        "lapse",
        "suspend",
        "return",
        "revoke",
        "refuse_consent",
        "agree_to_leave",
    }
)
"""What would end most walks early."""


def later(day: date, days: int) -> str:
    """A date so many days on, as typed."""
    return (day + timedelta(days=days)).isoformat()
