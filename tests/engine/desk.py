"""A small office for the tests of this room: one definition, a few people, and a case that acts are done to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from zhuli_flow.calendar import bundled
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.decide import decide, options
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Attachment, Case
from zhuli_flow.engine.model.decision import Command, Decision, Option
from zhuli_flow.engine.model.facts import Facts, QuotaUse
from zhuli_flow.engine.model.people import Actor, Organisation, Standing
from zhuli_flow.engine.withdrawal import reversible

CALENDAR = bundled()
DESK = """
workflow: desk
version: "1"
title: 文办
prefix: WB
basis: 测试
applicant: {kinds: [county]}
roles:
  county: {title: 区县, of: county}
  office: {title: 省办, of: province}
  head: {title: 省领导, of: province}
  expert: {title: 专家, named_in: experts, not_from: [county]}
fields:
  subject: {title: 标题}
  until: {title: 截止日, type: date}
  amount: {title: 金额, type: int}
  experts: {title: 专家组, type: people}
states:
  draft: {title: 起草, kind: initial}
  intake: {title: 受理, deadline: {within: 5wd, remind: [-2wd]}}
  review: {title: 审核}
  repair: {title: 补正}
  ruling: {title: 决定}
  valid: {title: 有效, kind: in_force, deadline: {until: until, then: expire}}
  closed: {title: 办结, kind: final}
  ended: {title: 终止, kind: final}
deadlines:
  whole: {title: 全程, in: [intake, review, ruling], suspended_in: [repair], within: 20wd, whole_case: true}
events:
  begin: {title: 开启, from: start, to: draft, by: county, fill: [subject, until?, amount?, experts?]}
  submit: {title: 报送, from: draft, to: intake, by: county}
  accept: {title: 受理, from: intake, to: review, by: office}
  refuse: {title: 不予受理, from: intake, to: closed, by: office}
  ask: {title: 要求补正, from: review, to: repair, by: office}
  repaired: {title: 补正, from: repair, to: review, by: county}
  look: {title: 专家意见, from: review, to: same, by: expert}
  longer: {title: 延期, from: [review, repair], to: same, by: office, clock: {extend: {whole: 10wd}}}
  agree: {title: 会签, from: review, to: ruling, sign: {all_of: [office, head]}, fill: [amount]}
  approve: {title: 批准, from: ruling, to: valid, by: head}
  reply: {title: 答复, from: ruling, to: closed, by: head, issue: {notice: reply, series: 测函}}
  expire: {title: 期满, from: valid, to: closed, by: system}
operations:
  return: {from: [intake, review, ruling], to: earlier, by: holder, walk: [again, straight], opinion: required}
  withdraw: {by: holder}
  transfer: {by: holder}
  delegate: {by: holder}
  urge: {by: [county, office]}
  copy: {by: holder}
  suspend: {by: office, opinion: required}
  terminate: {by: [county, head], to: ended, opinion: required}
  correct: {by: office, opinion: required}
"""

COUNTY = Organisation("甲县政府", "甲县政府", "county", "沈阳市", "甲县", "county")
PROVINCE = Organisation("省科协", "省科协", "province")
COLLEGE = Organisation("大学", "大学", "", "大连市", "乙县")
PEOPLE = {
    name: Actor(name, unit, frozenset(roles.split()), title=name)
    for name, unit, roles in (
        ("县", COUNTY, "county"),
        ("县二", COUNTY, ""),
        ("甲", PROVINCE, "office"),
        ("乙", PROVINCE, ""),
        ("丙", PROVINCE, ""),
        ("代", PROVINCE, ""),
        ("领导", PROVINCE, "head"),
        ("专家", COLLEGE, "expert"),
        ("本县专家", COUNTY, "expert"),
        ("外人", COLLEGE, ""),
    )
}


def book(text: str = DESK, **parts: str) -> Workflow:
    """The definition; ``parts`` replaces ``old`` by new text, given as ``a="old -> new"``."""
    for part in parts.values():
        old, _, new = part.partition(" -> ")
        assert old in text, old
        text = text.replace(old, new)
    return load(text.encode(), "desk.yaml")


def paper(name: str = "a.pdf", sha256: str = "0" * 64, kind: str = "pdf") -> Attachment:
    return Attachment(name, sha256, 10, kind)


class Desk:
    """One case, moved by the pure engine alone; remembers every decision and the latest act, as the history would."""

    def __init__(
        self, workflow: Workflow | str = DESK, at: str = "2018-10-08", applicant: Organisation = COUNTY
    ) -> None:
        self.workflow = book(workflow) if isinstance(workflow, str) else workflow
        self.now = parse_instant(at)
        self.people = dict(PEOPLE)
        self.quotas: dict[str, QuotaUse] = {}
        self.elsewhere = ""
        self.log: list[Decision] = []
        self.last: Entry | None = None
        flow = self.workflow
        self.case = Case("WB-2018-0001", flow.name, flow.version, flow.digest, applicant, START, 0, at, {})

    def on(self, day: str) -> Desk:
        self.now = parse_instant(day)
        return self

    def entrust(self, giver: str, receiver: str) -> Desk:
        """``receiver`` may act for ``giver`` from now on (委托)."""
        of = self.people[giver]
        standing = Standing(of.person, of.organisation, of.roles)
        self.people[receiver] = replace(self.people[receiver], acts_for=(standing,))
        return self

    def ends_entrustment(self, receiver: str) -> None:
        self.people[receiver] = replace(self.people[receiver], acts_for=())

    def question(self, person: str) -> Question:
        facts = Facts(
            self.now,
            CALENDAR,
            self.quotas,
            self.people,
            {one.id: one for one in (COUNTY, PROVINCE, COLLEGE)},
            self.elsewhere,
        )
        actor = SYSTEM_ACTOR if person == "system" else self.people[person]
        return Question(self.workflow, self.case, actor, facts)

    def ask(self, event: str, person: str, /, *, seen: int | None = None, **given: Any) -> Decision | tuple[Any, ...]:
        opinion, decline = given.pop("opinion", "同意"), given.pop("decline", False)
        files = given.pop("files", {})
        command = Command(event, given, files, opinion, "", seen, decline)
        return decide(self.question(person), command, self.last)

    def do(self, event: str, person: str, /, **given: Any) -> Decision:
        answer = self.ask(event, person, **given)
        assert isinstance(answer, Decision), [f"{one.code}: {one.because}" for one in answer]
        self.case = answer.after
        self.log.append(answer)
        if answer.event not in {"urge", "copy"}:
            self.last = self._body(answer, person)
        return answer

    def _body(self, done: Decision, person: str) -> Entry:
        chair = done.capacity
        actor = {"person": person, "role": chair.role, "on_behalf_of": chair.on_behalf_of, "how": chair.how}
        told = {
            "kind": done.kind,
            "event": done.event,
            "title": done.title,
            "at": self.question(person).at,
            "actor": actor,
            "changes": changes.json(done.changes),
            "reversible": reversible(self.workflow, done),
        }
        return read(canonical(told))

    def refused(self, event: str, person: str, /, **given: Any) -> set[str]:
        answer = self.ask(event, person, **given)
        assert not isinstance(answer, Decision), f"{event} was accepted"
        return {one.code for one in answer}

    def options(self, person: str) -> dict[str, Option]:
        return {option.event: option for option in options(self.question(person), self.last)}

    def allowed(self, person: str) -> set[str]:
        return {name for name, option in self.options(person).items() if option.allowed}

    def clock(self, name: str) -> dict[str, Any]:
        assert name in self.case.deadlines, f"no deadline {name}"
        return self.case.deadlines[name].json()

    def told(self) -> list[tuple[str, str]]:
        """(to, text) of what the latest decision tells."""
        return [(one.person or one.role, one.text) for one in self.log[-1].messages]

    def to(self, state: str) -> Desk:
        """Walk the case, as people would, to ``state``."""
        ways: Iterable[tuple[str, str, dict[str, Any]]] = (
            ("begin", "县", {"subject": "请示", "until": "2019-03-01", "amount": "5"}),
            ("submit", "县", {}),
            ("accept", "甲", {}),
            ("agree", "甲", {"amount": "6"}),
            ("agree", "领导", {}),
            ("approve", "领导", {}),
            ("expire", "system", {}),
        )
        for event, person, given in ways:
            if self.case.state == state:
                return self
            if self.case.state in self.workflow.events[event].sources:
                self.do(event, person, **given)
        assert self.case.state == state
        return self
