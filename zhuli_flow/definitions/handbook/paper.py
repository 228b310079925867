"""The paper as a whole: numbered parts in the order in which somebody new to a workflow asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from zhuli_flow.definitions.handbook import tables
from zhuli_flow.definitions.handbook.acts import guard, paragraphs
from zhuli_flow.definitions.handbook.conditions import condition
from zhuli_flow.definitions.handbook.tables import Grid
from zhuli_flow.definitions.handbook.titles import Titles, quoted
from zhuli_flow.definitions.model import law
from zhuli_flow.definitions.model.law import Law
from zhuli_flow.definitions.model.readers import APPLICANT, EVERY_ROLE, EVERYBODY, PARTS, PROVINCE_ROLES, SILENT
from zhuli_flow.definitions.model.workflow import OPERATIONS, START, Event, IssueNotice, Operation, Sheet, Workflow
from zhuli_flow.support.wording import chinese_number
from zhuli_flow.vocabulary import STATE_KINDS, UNIT_KINDS

Part = str | Grid
"""A paragraph (its number says its level: 一、（一）1.（1）) or a table."""
_READERS = {APPLICANT: "申报单位", EVERY_ROLE: "各角色", PROVINCE_ROLES: "省级各角色", EVERYBODY: "通讯录中的所有人"}
_PARTS = {
    "case": "事项内容",
    "materials": "材料",
    "papers": "公文",
    "history": "办理过程",
    "registers": "台账中的一行",
    "totals": "汇总数",
}

_WALKS = {"again": "重走全程", "straight": "直达退回人"}


@dataclass(frozen=True, slots=True)
class Handbook:
    """What is printed: ``title`` and the parts in their order."""

    title: str
    parts: tuple[Part, ...]


def handbook(named: Titles) -> Handbook:
    """The whole definition as a paper."""
    chapters = (
        ("目的和依据", list(_purpose(named.workflow))),
        ("由谁办理", [tables.people(named)]),
        ("环节", list(_steps(named))),
        ("各环节的操作", list(_acts(named))),
        ("通用操作", list(_operations(named))),
        ("期限", [tables.limits(named)] if named.workflow.deadlines else []),
        ("公文", list(_papers(named))),
        ("填写和附送的内容", list(_contents(named))),
        ("名额、台账和查阅", list(_lists(named))),
        ("任何时候都须遵守的规定", [f"{at}.{_law(named, one)}。" for at, one in enumerate(named.workflow.laws, 1)]),
        ("参数及其出处", [tables.parameters(named)] if named.workflow.parameters else []),
    )
    parts: list[Part] = []
    for at, (title, content) in enumerate([one for one in chapters if one[1]], 1):
        parts += [f"{chinese_number(at)}、{title}", *content]
    told = (one.filled() if isinstance(one, Grid) else one for one in parts)
    return Handbook(f"{named.workflow.title}办理说明", tuple(told))


def _purpose(workflow: Workflow) -> Iterator[Part]:
    written = f"{quoted(workflow.title)}（{workflow.name}，版本{workflow.version}）"
    yield f"本说明由流程定义{written}生成，与系统所执行的逐项一致。定义文本校验值的前十六位为{workflow.digest[:16]}。"
    if workflow.basis:
        yield f"依据：{workflow.basis}。"
    kinds = "、".join(UNIT_KINDS.get(kind, kind) for kind in workflow.applicant_kinds)
    once = "；同一单位同时只能有一件在办事项" if workflow.one_open_case else ""
    yield f"可以申报的单位：{kinds or '不限类型'}{once}。事项编号的字头为{workflow.prefix}。"


def _steps(named: Titles) -> Iterator[Part]:
    workflow = named.workflow
    rows = []
    for state in workflow.states.values():
        leads = [
            one.title for one in workflow.events.values() if one.target == state.name and state.name not in one.sources
        ]
        more = "；".join(filter(None, (state.note, state.clause)))
        rows.append((str(state.step or ""), state.title, STATE_KINDS[state.kind], "、".join(leads), more))
    yield Grid((("步", 6), ("环节", 22), ("性质", 12), ("由哪些操作进入", 38), ("说明", 22)), tuple(rows))
    for one in workflow.compounds.values():
        yield f"大环节{quoted(one.title)}包括{'、'.join(map(named.state, one.states))}。"
    for region in workflow.regions.values():
        beside = f"并行环节{quoted(region.title)}在{named.states(region.beside)}期间与主线同时进行"
        resumes = "，离开后再回来时从原处继续" if region.resumes else ""
        clause = f"（{region.clause}）" if region.clause else ""
        yield f"{beside}{resumes}，依次有：{'、'.join(region.states.values())}{clause}。"


def _acts(named: Titles) -> Iterator[Part]:
    """Each act in full where it may first be done, by its title wherever else it may be."""
    workflow, told = named.workflow, set[str]()
    places = [
        (START, "开启事项"),
        *((name, state.title) for name, state in workflow.states.items() if state.kind != "final"),
    ]
    for region in workflow.regions.values():
        for name, title in region.states.items():
            places.append((name, f"{region.title}（并行）" + (f"：{title}" if title != region.title else "")))
    at = 0
    for name, title in places:
        here = [event for event in workflow.events.values() if name in event.sources]
        if here:
            at += 1
            yield f"（{chinese_number(at)}）{title}"
            yield from _here(named, here, told)
    for state in workflow.states.values():
        late = [event for event in workflow.events.values() if state.name in event.sources and event.name not in told]
        if late:
            at += 1
            yield f"（{chinese_number(at)}）{state.title}（终结以后）"
            yield from _here(named, late, told)


def _here(named: Titles, events: Iterable[Event], told: set[str]) -> Iterator[Part]:
    again = []
    number = 0
    for event in events:
        if event.name in told:
            again.append(event.title)
            continue
        told.add(event.name)
        number += 1
        first, *rest = paragraphs(named, event)
        yield f"{number}.{event.title}。{first}"
        yield from rest
    if again:
        yield f"另可办理前面已经说明的：{'、'.join(again)}。"


def _operations(named: Titles) -> Iterator[Part]:
    for at, one in enumerate(named.workflow.operations.values(), 1):
        yield f"{at}.{OPERATIONS[one.name]}。{_operation(named, one)}"


def _operation(named: Titles, one: Operation) -> str:
    parts = [f"由{named.people(one.by, '或')}办理" if one.by else "由有权的人办理"]
    if one.sources:
        parts.append(f"限在{named.states(one.sources)}时")
    if one.targets:
        parts.append(f"可以到{'、'.join(map(named.state, one.targets))}")
    if one.walk:
        parts.append(f"退回之后{'或'.join(_WALKS.get(way, way) for way in one.walk)}")
    if one.opinion_required:
        parts.append("须写明意见")
    return "，".join(parts) + "。"


def _papers(named: Titles) -> Iterator[Part]:
    rows = []
    for event in named.workflow.events.values():
        for one in event.effects:
            if isinstance(one, IssueNotice):
                to = "、".join(
                    named.role(name) if name in named.workflow.roles else named.term(name) for name in one.to
                )
                when = condition(named, one.when) if one.when else ""
                rows.append(
                    (
                        named.notice(one.notice).strip("“”"),
                        event.title,
                        to,
                        quoted(named.asked(one.series)) if one.series else "不编号",
                        when,
                    )
                )
    if rows:
        yield Grid((("公文", 26), ("由哪项操作制发", 20), ("发给", 24), ("字号", 14), ("何时制发", 16)), tuple(rows))


def _contents(named: Titles) -> Iterator[Part]:
    workflow = named.workflow
    for form in workflow.forms.values():
        asked = "、".join(named.asked(ask.name) + ("" if ask.required else "（可不填）") for ask in form.fields)
        yield f"表格{quoted(form.title)}：{asked}。" + "".join(f"{guard(named, check)}。" for check in form.checks)
    yield from (_sheet(named, sheet) for sheet in workflow.sheets.values())
    if workflow.fields:
        yield tables.fields(named)
    if workflow.materials:
        yield tables.materials(named)


def _sheet(named: Titles, sheet: Sheet) -> str:
    filled = f"由{named.role(sheet.by)}各自填写{quoted(named.asked(sheet.form))}"
    total = "、".join(named.asked(name) for name in sheet.total)
    counted = f"；总分为{total}之和" if total else ""
    valid = "，且".join(condition(named, one) for one in sheet.valid)
    kept = f"；{valid}的为有效" if valid else ""
    return f"评审表{quoted(sheet.title)}{filled}，办理{named.event(sheet.sealed_until)}以前封存{counted}{kept}。"


def _lists(named: Titles) -> Iterator[Part]:
    workflow = named.workflow
    for quota in workflow.quotas.values():
        least = f"，不少于{_counted(named, quota.minimum)}" if quota.minimum is not None else ""
        queue = f"；名额已满的由{named.event(quota.queued_by)}列入候补" if quota.queued_by else ""
        source = f"（{quota.source}）" if quota.source else ""
        yield f"名额{quoted(quota.title)}：至多{_counted(named, quota.maximum)}{least}{queue}{source}。"
    for register in workflow.registers.values():
        columns = "、".join(named.column(register.name, name) for name in register.columns)
        where = "，且".join(condition(named.listed(register.workflow), one) for one in register.where)
        yield f"台账{quoted(register.title)}" + (f"（列{where}的）" if where else "") + f"各列为：{columns}。"
    for part in PARTS:
        written = workflow.reading.get(part, SILENT.get(part))
        if written is not None:
            who = "、".join(_READERS.get(name) or named.role(name) for name in written)
            yield f"{_PARTS[part]}可由{who or '无人'}查看。"


def _counted(named: Titles, count: str | int) -> str:
    return named.parameter(count[1:]) if isinstance(count, str) else str(count)


def _law(named: Titles, one: Law) -> str:
    return f"{one.title}。{_meaning(named, one)}"


def _meaning(named: Titles, one: Law) -> str:
    match one:
        case law.NeverBefore():
            return f"未办理{named.event(one.first)}的，不得办理{named.event(one.event)}"
        case law.NeverBetween():
            return f"办理{named.event(one.start)}之后、{named.event(one.end)}之前，不得办理{named.event(one.event)}"
        case law.EveryHas():
            return f"办理{named.event(one.event)}时，须有{named.term(one.name)}"
        case law.EveryInTime():
            return f"办理{named.event(one.event)}，不得迟于期限{named.deadline(one.deadline)}的末日"
        case law.EveryOfOneRound():
            others = "、".join(map(named.event, one.others))
            return f"办理{named.event(one.event)}时，{others}须已办理且仍然有效"
        case law.EveryLeadsTo():
            goal = named.state(one.goal) if one.goal in named.workflow.states else named.event(one.goal)
            return f"办理{named.event(one.event)}之后，终须到{goal}"
        case law.Always():
            return f"始终须：{condition(named, one.condition)}"
    assert_never(one)
