"""What the names of a definition are called on paper, by the kind of thing each names; values as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from zhuli_flow.calendar.period import UNIT_NAMES, Period, parse_period
from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import HOLDER, SAME, START, SYSTEM, Workflow
from zhuli_flow.errors import InvalidInput
from zhuli_flow.vocabulary import UNIT_KINDS

_PEOPLE = {SYSTEM: "系统", HOLDER: "现办理人"}
_STANDING = {
    "today": "今天",
    "state": "当前环节",
    "applicant": "申报单位",
    "applicant.kind": "申报单位的类型",
    "applicant.name": "申报单位",
    "actor.person": "办理人",
    "applicant.id": "申报单位的代码",
    "applicant.city": "申报单位所在市",
    "author": "填表人",
    "case": "本事项",
}
_PARTS = {
    "number": "文号",
    "name": "名称",
    "kind": "类型",
    "id": "代码",
    "case": "事项编号",
    "state": "环节",
    "title": "标题",
}
_WORDS = {"none": "不顺延", "next": "顺延至下一个工作日"}


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of document: its title, and those of its variables."""

    title: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Titles:
    """The names of ``workflow``, of the other ``workflows`` it speaks of, and of the ``notices`` it issues by name."""

    workflow: Workflow
    notices: Mapping[str, Notice] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    asking: Workflow | None = None
    """Where a register lists cases of ``workflow``: the one whose case asks (``this``)."""

    def listed(self, workflow: str) -> Titles:
        """The names as the cases of another workflow know them, in a register of this one."""
        other = self.workflow if workflow == self.workflow.name else self.workflows.get(workflow)
        return replace(self, workflow=other, asking=self.workflow) if other else self

    def role(self, name: str) -> str:
        """A role, or who else may be written in its place."""
        found = self.workflow.roles.get(name)
        return found.title if found else _PEOPLE.get(name, name)

    def people(self, names: Iterable[str], joined: str = "、") -> str:
        """Several roles."""
        return joined.join(map(self.role, names))

    def state(self, name: str) -> str:
        """A step in quotation marks, one of a region with its region before it."""
        if name in self.workflow.states:
            return quoted(self.workflow.states[name].title)
        region = of_state(self.workflow.regions, name)
        if region is None:
            return {START: "开启事项", SAME: "原环节"}.get(name, name)
        title = region.states[name]
        return f"并行环节{quoted(region.title)}" + (f"的{quoted(title)}" if title != region.title else "")

    def states(self, names: Iterable[str]) -> str:
        """Several steps, a compound state for all of its own."""
        wanted = list(dict.fromkeys(names))
        for one in sorted(self.workflow.compounds.values(), key=lambda one: -len(one.states)):
            if len(one.states) > 1 and set(one.states) <= set(wanted):
                wanted[wanted.index(one.states[0])] = one.name
                wanted = [name for name in wanted if name not in one.states]
        if sorted(wanted) == sorted(name for name, one in self.workflow.states.items() if one.kind != "final"):
            return "办结以前的各环节"
        return "、".join(map(self.place, wanted))

    def place(self, name: str) -> str:
        """A compound state, a region or a step."""
        inside = self.workflow.compounds.get(name)
        beside = self.workflow.regions.get(name)
        return (
            f"大环节{quoted(inside.title)}"
            if inside
            else f"并行环节{quoted(beside.title)}"
            if beside
            else self.state(name)
        )

    def event(self, name: str) -> str:
        """An act in quotation marks."""
        found = self.workflow.events.get(name)
        return quoted(found.title if found else name)

    def deadline(self, name: str) -> str:
        """A limit in quotation marks."""
        found = self.workflow.deadlines.get(name)
        return quoted(found.title if found else name)

    def notice(self, name: str) -> str:
        """A kind of document in quotation marks."""
        return quoted(self.notices[name].title if name in self.notices else name)

    def variable(self, notice: str, name: str) -> str:
        """A variable of a kind of document, or the field whose name it bears."""
        found = self.notices.get(notice)
        return (found.variables.get(name) if found else None) or self.asked(name)

    def register(self, name: str) -> str:
        """A register in quotation marks."""
        found = self.workflow.registers.get(name)
        return quoted(found.title if found else name)

    def asked(self, name: str) -> str:
        """A field, a material, a form or a sheet by its title."""
        named = (self.workflow.fields, self.workflow.materials, self.workflow.forms, self.workflow.sheets)
        return next((one[name].title for one in named if name in one), name)

    def term(self, name: str) -> str:
        """A name as a condition writes it, parts behind a point included."""
        workflow = self.workflow
        if name in _STANDING:
            return _STANDING[name]
        for rooms in (workflow.fields, workflow.materials, workflow.sheets, workflow.forms, workflow.roles):
            if name in rooms:
                return quoted(rooms[name].title)
        head, point, part = name.partition(".")
        if not point:
            return self.word(name)
        if head == "this":
            return f"本事项的{replace(self, workflow=self.asking or workflow).term(part)}"
        if head in workflow.registers:
            return f"{self.register(head)}的{self.column(head, part)}"
        inner = workflow.fields.get(head)
        column = next((one.title for one in inner.columns if one.name == part), "") if inner else ""
        owner = self.notice(head) if head in self.notices else self.term(head)
        return f"{owner}的{column or _PARTS.get(part) or self.term(part)}"

    def word(self, name: str) -> str:
        """A word of a choice, a kind of unit or a state, as such."""
        if name in UNIT_KINDS:
            return UNIT_KINDS[name]
        return self.state(name) if name in self.workflow.states else _WORDS.get(name, name)

    def column(self, register: str, name: str) -> str:
        """A column of a register: a field of the workflow whose cases it lists."""
        listed = self.workflow.registers[register]
        real = listed.aliases.get(name, name)
        found = self.listed(listed.workflow).workflow.fields.get(real)
        return quoted(found.title) if found else _STANDING.get(real) or _PARTS.get(real) or real

    def value(self, value: object) -> str:
        """A value as people write it: 3年, 是, a list with 、."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Period):
            return period_words(value)
        if isinstance(value, date):
            return f"{value.year}年{value.month}月{value.day}日"
        if isinstance(value, Mapping):
            return "；".join(f"{self.value(key)}：{self.value(one)}" for key, one in value.items())
        if isinstance(value, tuple | list):
            return "、".join(map(self.value, value))
        return self._text(str(value))

    def _text(self, text: str) -> str:
        if text.startswith("$"):
            return self.parameter(text[1:])
        try:
            return period_words(parse_period(text))
        except InvalidInput:
            return self.word(text)

    def parameter(self, name: str) -> str:
        """A parameter by its title with what it is set to."""
        found = self.workflow.parameters[name]
        return f"参数{quoted(found.title or name)}（{self.value(found.value)}）"

    def period(self, text: str) -> str:
        """``$intake_limit`` → 5个工作日; ahead of a day: 提前6个月."""
        period = self.workflow.period(text)
        return f"提前{period_words(Period(-period.count, period.unit))}" if period.count < 0 else period_words(period)


def period_words(period: Period) -> str:
    """5个工作日, 3年."""
    return f"{period.count}{UNIT_NAMES[period.unit]}"


def quoted(title: str) -> str:
    """A title in quotation marks; those within become single ones (GB/T 15834)."""
    return f"“{title.replace('“', '‘').replace('”', '’')}”"
