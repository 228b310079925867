"""How lists and reports look to a person: directory, definitions, deadlines, calendar, sweep, documents, check-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from zhuli_flow.cli.views.primitives import day, light_word, moment, pairs, table
from zhuli_flow.support.plain_text import visible
from zhuli_flow.vocabulary import LEVELS, PAPER_STATES, STATE_KINDS, UNIT_KINDS

if TYPE_CHECKING:
    from zhuli_flow.services.administration.directory import Listing
    from zhuli_flow.services.administration.duties import Round
    from zhuli_flow.services.administration.workflow_summary import Summary
    from zhuli_flow.services.administration.workflows import InUse
    from zhuli_flow.services.cases.case_view import DueLine, MessageShown
    from zhuli_flow.services.deadlines.calendar import CalendarYear, ImportedYear
    from zhuli_flow.services.deadlines.recompute import Recomputing
    from zhuli_flow.services.notices.browse import PaperShown
    from zhuli_flow.services.notices.issue import Issued


def directory(console: Console, told: Listing, word: str) -> None:
    """Organisations, people, and who acts for whom when."""
    if not any((told.organisations, told.people, told.entrustments, told.successions)):
        console.print(f"名录中没有含“{word}”的机构、人员、委托和承继。" if word else "名录还是空的。", soft_wrap=True)
        return
    organisations = table("机构", "级别", "市", "区县", "类别", title="机构")
    for unit in told.organisations:
        organisations.add_row(
            unit.id, LEVELS.get(unit.level, unit.level), unit.city, unit.county, UNIT_KINDS.get(unit.kind, unit.kind)
        )
    people = table("人员", "岗位", "机构", "角色", "今日可代", title="人员")
    for one in told.people:
        people.add_row(one.id, one.title, one.organisation, "、".join(one.role_titles), "、".join(one.acts_for))
    entrusted = table("编号", "委托人", "受托人", "起", "止", "事由", "状况", title="委托")
    for given in told.entrustments:
        which = (str(given.entrustment), given.giver, given.receiver, given.since, given.until)
        entrusted.add_row(*which, given.reason, given.standing)
    succeeded = table("原单位", "现单位", "种类", "生效日", "依据", title="承继")
    for made in told.successions:
        succeeded.add_row(made.predecessor, made.successor, made.kind, made.since, made.paper)
    for shown in (organisations, people, entrusted, succeeded):
        if shown.row_count:
            console.print(shown)


def workflows(console: Console, found: Sequence[InUse]) -> None:
    """The definitions in use."""
    if not found:
        console.print("还没有启用任何流程。")
        return
    words = {"new": "新事项用此版本", "under_way": "只供在办事项", "retired": "已停用"}
    made = table("流程", "版本", "启用时间（北京）", "摘要", "用于")
    for one in found:
        made.add_row(one.workflow, one.version, moment(one.since), one.digest[:12], words[one.use])
    console.print(made)


def workflow(console: Console, told: Summary) -> None:
    """One definition: its states, and each event with who may do it."""
    console.print(f"{told.title}  {told.workflow} {told.version}", style="bold", soft_wrap=True)
    pairs(console, [("依据", told.basis), ("摘要", told.digest[:12])])
    named = {one.name: one.title for one in told.states} | {"start": "开始", "same": "原环节"}
    states = table("步", "环节", "名称", "性质")
    for one in told.states:
        states.add_row(str(one.step or ""), one.title, one.name, STATE_KINDS.get(one.kind, one.kind))
    console.print(states)
    _regions(console, told, named)
    events = table("操作", "名称", "从", "到", "谁办", "依据")
    for event in told.events:
        sources = "、".join(named.get(name, name) for name in event.sources)
        who = "、".join("系统" if role == "system" else role for role in event.by)
        events.add_row(event.title, event.name, sources, named.get(event.target, event.target), who, event.clause)
    console.print(events)


def _regions(console: Console, told: Summary, named: dict[str, str]) -> None:
    """What runs beside the states: beside which, its own states, what begins it and what ends it."""
    made = table("并行环节", "名称", "在这些环节期间", "阶段", "开始", "结束")
    for one in told.regions:
        named |= one.states
        begun = "、".join(event.title for event in told.events if one.name in event.begins)
        ended = "、".join(event.title for event in told.events if one.name in event.ends)
        places = "、".join(named[name] for name in one.beside)
        made.add_row(one.title, one.name, places, "、".join(one.states.values()), begun, ended)
    if told.regions:
        console.print(made)


def doctor(console: Console, checks: Sequence[Any]) -> None:
    """Each check in a line; the repair under the ones that fail."""
    marks = {"good": ("✓", "green"), "hint": ("!", "yellow"), "bad": ("✗", "bold red")}
    words = {"good": "合格", "hint": "提醒", "bad": "不合格"}
    for one in checks:
        mark, style = marks[one.state]
        console.print(f"{mark} {words[one.state]} {one.title}：{one.detail}", style=style, soft_wrap=True)
        if one.state != "good" and one.fix:
            console.print(f"    补救：{one.fix}", soft_wrap=True)


def deadlines(console: Console, found: Sequence[DueLine], total: int = 0, following: str = "") -> None:
    """Open deadlines; how many there are, and where the next page begins (empty: no more)."""
    if not found:
        console.print(f"共 {total} 个，这一页之后没有了。" if total else "没有正在走的期限。")
        return
    made = table("灯", "届满", "事项", "申报单位", "期限", "状态")
    for line in found:
        one = line.deadline
        due = f"{day(one.due_on.isoformat())}{'（暂定）' if one.provisional else ''}" if one.due_on else ""
        state = one.rest or "进行中"
        title = f"{one.title}{'（全程）' if one.whole_case else ''}"
        made.add_row(light_word(line.word), due, line.case, line.applicant, title, state)
    console.print(made)
    if following:
        console.print(f"共 {total} 个，这里是 {len(found)} 个；下一页加 --after {following}", soft_wrap=True)


def calendar(console: Console, told: CalendarYear) -> None:
    """A year's days off the weekly pattern, and where they come from."""
    state = "放假安排已收录" if told.announced else "放假安排未收录：以下只按法定固定节日推算，暂定"
    console.print(f"{told.year} 年  {state}", style="bold", soft_wrap=True)
    for paper in told.papers:
        console.print(f"  依据：{paper.title}{f' {paper.number}' if paper.number else ''}", style="dim", soft_wrap=True)
    if told.announced:
        source = f"本单位 {moment(told.imported_at)} 导入" if told.imported_at else "随程序附带"
        digest = (told.sha256 or "")[:12]
        console.print(f"  来源：{source}；SHA-256 {digest}；日历版本 {told.version}", style="dim")
    if told.differs:
        console.print("  注意：随程序附带的一份与导入的不同，请核对哪一份较新", style="yellow", soft_wrap=True)
    made = table("日期", "", "说明")
    for one in told.days:
        made.add_row(day(one.date), "上班" if one.working else "休息", one.why)
    console.print(made)


def calendar_imported(console: Console, told: ImportedYear) -> None:
    """What an import brought, and what it would do to the deadlines."""
    paper = f"{told.title}{f' {told.number}' if told.number else ''}"
    if not told.changed:
        console.print(f"{told.year} 年放假安排已是这一份，没有变化：{paper}", style="bold", soft_wrap=True)
    else:
        word = "可以导入（未导入）" if told.dry_run else "已导入"
        console.print(f"{word} {told.year} 年放假安排：{paper}", style="bold", soft_wrap=True)
        console.print(f"日历版本 {told.old} → {told.new}，上班与休息有变的 {len(told.days)} 天", soft_wrap=True)
    would = told.would
    sums = [f"{would.moved} 个期限要移动", f"{would.certain} 个暂定的可以确定"]
    sums += [f"{would.rest} 个中止的剩余天数有变"] if would.rest else []
    console.print(f"据此重算：{'，'.join(sums)}", soft_wrap=True)


def recomputed(console: Console, told: Recomputing) -> None:
    """Every deadline that a new calendar changes, old → new."""
    found = [*told.moved, *told.rest, *told.certain, *told.provisional]
    done = "未作改动，只是试算" if told.dry_run else "已记入各事项留痕，并告知经办人"
    counted = f"重算 {told.cases} 件事项的 {told.deadlines} 个期限（日历版本 {told.calendar}）"
    console.print(
        f"{counted}：{f'{len(found)} 个有变，{done}' if found else '都没有变化'}", style="bold", soft_wrap=True
    )
    for one in found:
        console.print(f"  {one.case} {one.applicant}：{one.text}", soft_wrap=True)
        for line in one.why:
            console.print(f"      {line}", style="dim", soft_wrap=True)


def sweep(console: Console, done: Round) -> None:
    """What a sweep did, and what followed."""
    found, printed, sent = done.sweep, done.issue, done.deliver
    console.print(
        f"提醒 {found.reminders} 条，逾期告知 {found.overdue} 条，自动办理 {found.fired} 件，"
        f"印发公文 {len(printed)} 份",
        style="bold",
    )
    for one in found.items:
        console.print(f"  {one.case} {one.text}", soft_wrap=True)
    for paper in printed:
        console.print(f"  公文 {paper.number or paper.title} {paper.file}", soft_wrap=True)
    if any((sent.sent, sent.waiting, sent.incidents)):
        console.print(f"送出 {sent.sent} 封，稍后再投 {sent.waiting} 封，未能送达 {sent.incidents} 封")


def issued(console: Console, found: Sequence[Issued]) -> None:
    """Documents just printed."""
    console.print(f"印发公文 {len(found)} 份" if found else "没有待印发的公文。", style="bold")
    for one in found:
        console.print(f"  {one.number or ''} {one.title} {one.file}", soft_wrap=True)


def papers(console: Console, found: Sequence[PaperShown], total: int, after: object) -> None:
    """Documents, the newest first; how many there are, and where the next page begins (None: no more)."""
    if not found:
        none = "还没有公文：办理到批复等环节时由流程印发。"
        console.print(f"共 {total} 份，这一页之后没有了。" if total else none)
        return
    made = table("编号", "文号", "标题", "事项", "成文日期", "状态", "SHA-256")
    for one in found:
        made.add_row(
            str(one.id),
            one.number or "",
            one.title or one.kind,
            one.case,
            one.signed_on or "",
            PAPER_STATES.get(one.state, one.state),
            (one.sha256 or "")[:12],
        )
    console.print(made)
    if after:
        console.print(f"共 {total} 份，这里是 {len(found)} 份；下一页加 --after {after}", soft_wrap=True)


def messages(out: Console, found: Sequence[MessageShown], after: int | None) -> None:
    """Messages, the newest first, each with its number; ``after``: where the next page begins (None: no more)."""
    if not found:
        out.print("没有消息。")
        return
    for one in found:
        read = "（已阅）" if one.read_at else ""
        out.print(f"{one.id:>5}  {moment(one.at)}  {visible(one.text)}{read}", soft_wrap=True)
    if after:
        out.print(f"这里是 {len(found)} 条，还有较早的；下一页加 --after {after}", soft_wrap=True)
