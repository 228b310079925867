"""A condition as a clause of Chinese: what must be so for it to hold; brackets keep and from or."""

from __future__ import annotations

from typing import assert_never

from zhuli_flow.definitions.handbook.titles import Titles, quoted
from zhuli_flow.definitions.model import expressions as x

_NUMBERS = {"<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于", "==": "为", "!=": "不为"}
_DAYS = {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于", "==": "与", "!=": "不与"}
_REVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_OF_LIST = {"count": "的数目", "sum": "的合计", "mean": "的平均值", "min": "的最小值", "max": "的最大值"}
_OF_LIMIT = {"due": "的末日", "start": "的起算日", "closing": "的截止时刻"}
_TABLES = {"rows": "的各行", "lines": "的各行", "total": "的汇总"}
_SIGNS = {"+": "加", "-": "减", "*": "乘以"}


def condition(named: Titles, node: x.Condition) -> str:
    """What must be so."""
    match node:
        case x.Junction(kind, parts):
            told = [_inner(named, part) for part in parts]
            return ("，且" if kind == "all" else "，或者").join(told)
        case x.Not(part):
            return _not(named, part)
        case _:
            return _said(named, node, holds=True)


def _inner(named: Titles, part: x.Condition) -> str:
    text = condition(named, part)
    return f"（{text}）" if isinstance(part, x.Junction) else text


def _not(named: Titles, part: x.Condition) -> str:
    match part:
        case x.Junction():
            return f"并非（{condition(named, part)}）"
        case x.Not(inner):
            return condition(named, inner)
        case _:
            return _said(named, part, holds=False)


def _said(named: Titles, node: x.Condition, *, holds: bool) -> str:
    """One predicate, or its opposite: an unknown value makes neither hold."""
    match node:
        case x.Compare(op, left, right):
            return _compared(named, op if holds else _REVERSE[op], left, right)
        case x.Present(of):
            return f"{'已有' if holds else '没有'}{term(named, of)}"
        case x.Member(of, among):
            return f"{term(named, of)}{'' if holds else '不'}在{term(named, among)}之内"
        case x.Odd(of):
            return f"{term(named, of)}{'为' if holds else '不为'}单数"
        case x.Distinct(of):
            return f"{term(named, of)}{'没有' if holds else '有'}重复"
        case x.Within(of, among):
            return f"{term(named, of)}{'' if holds else '不'}都在{term(named, among)}之中"
        case x.Elapsed(since, op, period):
            return f"自{term(named, since)}起的时间{_NUMBERS[op if holds else _REVERSE[op]]}{term(named, period)}"
        case x.Ask():
            return _asked(named, node, holds=holds)
        case x.Junction() | x.Not():
            return condition(named, node)
    assert_never(node)


def _compared(named: Titles, op: str, left: x.Term, right: x.Term) -> str:
    if not _is_day(named, left) and not _is_day(named, right):
        return f"{term(named, left)}{_NUMBERS[op]}{term(named, right)}"
    same = "同日" if op in {"==", "!="} else ""
    return f"{term(named, left)}{_DAYS[op]}{term(named, right)}{same}"


def _is_day(named: Titles, node: x.Term) -> bool:
    match node:
        case x.Name(text):
            found = named.workflow.fields.get(text)
            return text == "today" or (found is not None and found.type == "date")
        case x.Aggregate(kind):
            return kind in _OF_LIMIT
        case x.Sum(_, left):
            return _is_day(named, left)
        case _:
            return False


def _asked(named: Titles, node: x.Ask, *, holds: bool) -> str:
    match node.kind:
        case "has_role":
            return f"办理人{'' if holds else '不'}是{named.role(node.name)}"
        case "room":
            return f"名额{quoted(named.workflow.quotas[node.name].title)}{'尚有空额' if holds else '已满'}"
        case "overdue":
            return f"期限{named.deadline(node.name)}{'已' if holds else '未'}逾期"
        case "fired":
            after = f"{named.event(node.since)}之后" if node.since else ""
            return f"{after}{'已' if holds else '未'}办理{named.event(node.name)}"
        case "not_applicable":
            return f"{quoted(named.asked(node.name))}{'' if holds else '未'}填为不适用"
        case _:  # within: a state in a compound state or in a region
            return f"{'' if holds else '不'}处在{named.place(node.name)}之中"


def term(named: Titles, node: x.Term) -> str:
    """What a term stands for."""
    match node:
        case x.Literal(value):
            return named.value(value)
        case x.Name(text):
            return named.term(text)
        case x.Parameter(name):
            return named.parameter(name)
        case x.Aggregate():
            return _aggregate(named, node)
        case x.Band(of, bands):
            return f"{term(named, of)}按{term(named, bands)}所属的等次"
        case x.Sum(sign, left, right):
            return f"{term(named, left)}{_SIGNS[sign]}{term(named, right)}"
        case x.Listing(items):
            return "、".join(term(named, one) for one in items)
    assert_never(node)


def _aggregate(named: Titles, node: x.Aggregate) -> str:
    if node.kind in _OF_LIMIT:
        return f"期限{named.deadline(node.source)}{_OF_LIMIT[node.kind]}"
    known = node.source in named.workflow.registers
    source = f"台账{named.register(node.source)}" if known else named.term(node.source)
    if node.kind in _TABLES:
        return f"{source}{_TABLES[node.kind]}"
    column = ""
    if node.column:
        text = node.column
        column = f"的{named.column(node.source, text) if known else _plain_column(named, node.source, text)}"
    return f"{source}首件{column}" if node.kind == "first" else f"{source}{column}{_OF_LIST[node.kind]}"


def _plain_column(named: Titles, source: str, column: str) -> str:
    """A column of a rows field, or what stands on every sheet."""
    found = named.workflow.fields.get(source)
    title = next((one.title for one in found.columns if one.name == column), "") if found else ""
    sheet = named.workflow.sheets.get(source)
    return title or ("总分" if sheet and column == "total" else named.term(column))


def choice(named: Titles, one: x.Choice) -> str:
    """One of several alternatives with when it applies."""
    text = term(named, one.term)
    return f"{text}（{condition(named, one.when)}的）" if one.when else text


def choices(named: Titles, alternatives: tuple[x.Choice, ...]) -> str:
    """Alternatives in their order: the first that applies."""
    return "；否则".join(choice(named, one) for one in alternatives)
