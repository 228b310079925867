"""The tables of the paper: people, limits, what is filled in and handed in, parameters with their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhuli_flow.definitions.handbook.acts import signer
from zhuli_flow.definitions.handbook.conditions import choice, choices, condition, term
from zhuli_flow.definitions.handbook.titles import Titles, quoted
from zhuli_flow.definitions.model.workflow import DeadlineRule, Field, Role

_TYPES = {
    "text": "文字",
    "int": "整数",
    "decimal": "数",
    "date": "日期",
    "yes_no": "是或否",
    "choice": "选择",
    "names": "名称（几项）",
    "rows": "表格",
    "file": "文件",
    "files": "文件（几份）",
    "organisation": "机构",
    "organisations": "机构（几家）",
    "people": "人员",
    "case": "事项",
}
_AREAS = {"province": "省", "city": "本事项所在市", "county": "本区县", "applicant": "申报单位", "any": "不限"}
_PUT_TOGETHER = {
    "sum": "各家相加",
    "repeats": "各家相加，可能重复",
    "union": "各家合并去重",
    "list": "逐家列出",
    "tally": "计数",
}
_EVERY = {"quarter": "每季度", "year": "每年", "month": "每月", "half_year": "每半年"}
_ROLLED = {"none": "不顺延", "next": "遇休息日顺延"}


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: headings with the per cent of the width that each column takes, and its rows."""

    headings: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]

    def filled(self) -> Grid:
        """Without columns that nothing stands in; the others share their width."""
        kept = [at for at in range(len(self.headings)) if any(row[at] for row in self.rows)]
        whole = sum(self.headings[at][1] for at in kept) or 1
        headings = tuple((self.headings[at][0], self.headings[at][1] * 100 // whole) for at in kept)
        return Grid(headings, tuple(tuple(row[at] for at in kept) for row in self.rows))


def people(named: Titles) -> Grid:
    """Each role, who holds it, and what it does."""
    return Grid(
        (("角色", 28), ("由谁担任", 24), ("办理、签署的操作", 48)),
        tuple((role.title, _held(named, role), _duties(named, role.name)) for role in named.workflow.roles.values()),
    )


def _held(named: Titles, role: Role) -> str:
    who = (
        f"{quoted(named.asked(role.named_in))}中写明的人"
        if role.named_in
        else _AREAS.get(role.of or "any", role.of or "")
    )
    away = "、".join(_AREAS.get(one, one) for one in role.not_from)
    return f"{who}；不得来自{away}" if away else who


def _duties(named: Titles, role: str) -> str:
    found = []
    for event in named.workflow.events.values():
        signs = event.sign is not None and any(one.role == role for one in event.sign.signers)
        if signs or role in event.by:
            found.append(event.title + ("（签署）" if signs else ""))
    return "、".join(found) or "不办理，只接收通知或查看"


def limits(named: Titles) -> Grid:
    """Each limit: where it runs and for how long, whom it binds and who hears of it, and what follows."""
    rules = named.workflow.deadlines.values()
    return Grid(
        (("期限", 15), ("何时计算、长短", 35), ("责任人和提醒", 28), ("逾期以后", 22)),
        tuple((rule.title, _length(named, rule), _heard(named, rule), _after(named, rule)) for rule in rules),
    )


def _length(named: Titles, rule: DeadlineRule) -> str:
    parts = [f"在{named.states(_in_order(named, rule.states))}时计算"]
    if rule.start:
        parts.append(f"自{choice(named, rule.start)}起")
    if rule.within:
        parts.append(f"{named.period(rule.within)}以内")
    if rule.until:
        parts.append(f"到{choices(named, rule.until)}为止")
    if rule.every:
        parts.append(f"{_EVERY.get(rule.every, rule.every)}一次")
    if rule.suspended_in:
        parts.append(f"在{named.states(_in_order(named, rule.suspended_in))}时中止")
    roll = str(named.workflow.value(rule.roll))
    parts.append(_ROLLED.get(roll, roll))
    if rule.closes == "business":
        parts.append("末日到下班时为止")
    if rule.whole_case:
        parts.append("为全程期限")
    return "；".join(parts) + (f"（{rule.clause}）" if rule.clause else "")


def _in_order(named: Titles, states: frozenset[str]) -> list[str]:
    """States as they are written, those of regions last."""
    regions = (name for one in named.workflow.regions.values() for name in one.states)
    return [name for name in (*named.workflow.states, *regions) if name in states]


def _heard(named: Titles, rule: DeadlineRule) -> str:
    owes = "、".join(signer(named, one) for one in rule.owes) or "能使其完成的人"
    parts = [f"责任人：{owes}"]
    if rule.met_by:
        parts.append(f"办理{'、'.join(map(named.event, _ordered(named, rule.met_by)))}即为完成")
    if rule.remind:
        told = f"，并知会{named.people(rule.tell)}" if rule.tell else ""
        parts.append(f"提醒：{'、'.join(_when(named, one) for one in rule.remind)}{told}")
    if rule.urgent_from:
        parts.append(f"{_when(named, rule.urgent_from)}起紧急提醒{named.people(rule.urgent_tell)}")
    return "；".join(parts)


def _ordered(named: Titles, events: frozenset[str]) -> list[str]:
    return [name for name in named.workflow.events if name in events]


def _when(named: Titles, text: str) -> str:
    period = named.workflow.period(text)
    if period.count == 0:
        return "末日当天"
    return named.period(text) if period.count < 0 else f"末日之后{named.period(text)}"


def _after(named: Titles, rule: DeadlineRule) -> str:
    parts = []
    if rule.then:
        parts.append(f"系统办理{named.event(rule.then)}")
    if rule.confirm:
        parts.append(f"由人确认办理{named.event(rule.confirm)}")
    if rule.overdue_tell:
        parts.append(f"告知{named.people(rule.overdue_tell)}")
    if rule.again:
        most = named.workflow.value(rule.at_most)
        parts.append(f"每{named.period(rule.again)}督办一次" + (f"，至多{most}次" if most else ""))
    return "；".join(parts) or "照常显示为逾期"


def fields(named: Titles) -> Grid:
    """Every field with what may be written in it."""
    rows = tuple((one.title, _kind(one), _bounds(named, one)) for one in named.workflow.fields.values())
    return Grid((("内容", 34), ("类型", 20), ("要求", 46)), rows)


def _kind(one: Field) -> str:
    return _TYPES[one.type] + (f"（{one.unit}）" if one.unit else "")


def _bounds(named: Titles, one: Field) -> str:
    parts = []
    if one.choices:
        parts.append(f"可选：{'、'.join(map(named.word, one.choices))}")
    if one.at_least:
        parts.append(f"至少{one.at_least}项")
    if one.minimum is not None:
        parts.append(f"不小于{one.minimum:g}")
    if one.maximum is not None:
        parts.append(f"不大于{one.maximum:g}")
    if one.columns:
        parts.append(f"各列：{'、'.join(column.title for column in one.columns)}")
    if one.type in {"file", "files"}:
        parts.append(f"{'、'.join(one.accept)}，不超过{one.max_mb} MB")
    parts += _more_bounds(named, one)
    return "；".join(parts) + (f"（{one.clause}）" if one.clause else "")


def _more_bounds(named: Titles, one: Field) -> Iterator[str]:
    if one.role:
        yield f"须为{named.role(one.role)}"
    if one.kinds:
        yield f"限{'、'.join(map(named.word, one.kinds))}"
    if one.only:
        yield f"只由{condition(named, one.only)}的单位填报"
    if one.may_be:
        yield "可以填“不适用”"
    if one.agg:
        yield f"汇总：{_PUT_TOGETHER[one.agg]}"
    if one.known and one.known.term:
        yield f"须与系统登记的{choice(named, one.known.term)}一致"
    for sentence in one.known.sentences if one.known else ():
        words = "".join(part if isinstance(part, str) else f"【{term(named, part.term)}】" for part in sentence)
        yield f"以系统登记的代入：{words}"


def materials(named: Titles) -> Grid:
    """What is handed in."""
    rows = tuple(
        (one.title, f"{'、'.join(one.accept)}，不超过{one.max_mb} MB", one.clause)
        for one in named.workflow.materials.values()
    )
    return Grid((("材料", 46), ("格式", 32), ("依据", 22)), rows)


def parameters(named: Titles) -> Grid:
    """Each parameter with its value and the paper that sets it."""
    rows = tuple(
        (
            one.title or one.name,
            named.value(one.value) + (f"（可选：{'、'.join(map(named.value, one.choices))}）" if one.choices else ""),
            one.source,
        )
        for one in named.workflow.parameters.values()
    )
    return Grid((("参数", 32), ("现行取值", 36), ("出处", 32)), rows)
