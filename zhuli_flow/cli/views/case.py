"""How results look to a person: tables that line up in Chinese, lights with their word, the flow sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from zhuli_flow.cli.views.primitives import SHAPES, STYLES, day, light, moment, pairs, table, value
from zhuli_flow.engine.history.entry import Doer, Entry, OrderedPaper
from zhuli_flow.engine.model.json_values import Attachment
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT
from zhuli_flow.services.history.wording import corrections, regions, vote
from zhuli_flow.support.plain_text import visible
from zhuli_flow.vocabulary import PAPER_STATES, WORK_PARTS

if TYPE_CHECKING:
    from zhuli_flow.engine.model.decision import NeededField, NeededMaterial, Option, Refusal
    from zhuli_flow.services.cases.case_view import (
        CaseLine,
        CasePage,
        DeadlineShown,
        FieldShown,
        SignatureShown,
        SigningShown,
        TodoLine,
    )
    from zhuli_flow.services.cases.outcome import Outcome, PlannedCase, PlannedPaper
    from zhuli_flow.services.cases.view import HistoryLine
    from zhuli_flow.services.cases.worklist import WorkPage
    from zhuli_flow.services.notices.issue import Issued


def case(console: Console, page: CasePage, options: Sequence[Option], person: str) -> None:
    """One case as a page: what it is, the two lights, the next steps open and closed with their reasons."""
    step = f"第 {page.step} 步 " if page.step else ""
    console.print(f"{page.title}  {page.case}", style="bold")
    pairs(
        console,
        [
            ("申报单位", f"{page.applicant}（{page.city}）" if page.city else page.applicant),
            ("环节", f"{step}{page.standing}"),
            ("依据", page.clause),
            ("本环节", light(page.light_step)),
            ("全事项", light(page.light_case)),
            ("挂起", "是" if page.suspended else ""),
            ("版本", f"{page.version}（流程 {page.definition.name} {page.definition.version}）"),
        ],
    )
    _deadlines(console, page)
    _fields(console, page)
    _stale(console, page)
    _signing(console, page.signing)
    _papers(console, page)
    if person:
        _options(console, options, person)


def _deadlines(console: Console, page: CasePage) -> None:
    """Every deadline with its light or how it ended, and the spans that count and those that do not (中止)."""
    if page.deadlines:
        console.print("\n期限", style="bold")
    for one in page.deadlines:
        whole = "（全程）" if one.whole_case else ""
        console.print(Text.assemble(f"  {one.title}{whole}  ", _stands(one)), soft_wrap=True)
        stopped = sum(span.days for span in one.spans if not span.counted)
        for span in one.spans if len(one.spans) > 1 else ():
            word = "计时" if span.counted else "中止（不计）"
            until = f"至 {span.to}" if span.to else "至今"
            console.print(f"      {word} {span.since} {until}，{span.days} 天", style="dim", soft_wrap=True)
        if stopped:
            console.print(f"      中止共 {stopped} 天，不计入期限", style="dim", soft_wrap=True)


def _stands(one: DeadlineShown) -> Text:
    """Where a deadline stands, in words, a live one with its light."""
    if one.state == "suspended":
        return Text(f"{SHAPES['灰']}灰 {one.suspended_on} 起{(one.rest or '').removeprefix('已')}", style=STYLES["灰"])
    if one.light:
        return light(one.light)
    ended = {"met": "已完成", "cancelled": "已取消", "fired": "已到期办理"}
    return Text(f"{ended.get(one.state, one.state)}（末日 {one.due_on}）", style="dim")


def _answer(one: FieldShown) -> str:
    """A field's value with its unit; of a table, each cell that holds something under the title of its column."""
    found = one.value
    if one.columns and isinstance(found, list):
        titles = one.columns.items()
        rows = (row for row in found if isinstance(row, dict))
        found = [{title: row[name] for name, title in titles if row.get(name) not in (None, "")} for row in rows]
    return f"{value(found)}{one.unit}"


def _fields(console: Console, page: CasePage) -> None:
    rows = [(one.title, _answer(one)) for one in page.fields]
    rows += [(one.title, _files(one.files)) for one in page.materials]
    if rows:
        console.print("\n已填内容与材料", style="bold")
        pairs(console, rows)


def _stale(console: Console, page: CasePage) -> None:
    """What does not count any more until it is given again, why, and by whom."""
    if page.stale:
        console.print("\n须重办（改动或退回之前所办，不再算数）", style="bold yellow")
    for one in page.stale:
        console.print(f"  {one.because}", soft_wrap=True)
        console.print(f"      {one.fix}", style="dim", soft_wrap=True)


def _signing(console: Console, found: Sequence[SigningShown]) -> None:
    """What is being signed: the content that will stand, each signature with its words, and who is waited for."""
    for one in found:
        console.print(f"\n“{one.title}”签署中", style="bold")
        pairs(console, [(field.title, _answer(field)) for field in one.fields])
        pairs(console, [(item.title, _files(item.files)) for item in one.materials])
        pairs(console, [(f"已签 {signed.person}", _signed(signed)) for signed in one.signatures])
        pairs(console, [("还待签署", "、".join(one.missing))])


def _signed(one: SignatureShown) -> str:
    word = "" if one.agree is None else "同意" if one.agree else "不同意（退签）"
    behalf = f"代 {one.on_behalf_of}" if one.on_behalf_of else ""
    parts = [moment(one.at), one.organisation, one.role_title, behalf, word, one.opinion]
    return visible("，".join(filter(None, parts)))


def _files(files: Iterable[Attachment]) -> str:
    return "\n".join(f"{one.filename}（{one.sha256[:12]}）" for one in files)


def _papers(console: Console, page: CasePage) -> None:
    if page.notices:
        console.print("\n公文", style="bold")
        pairs(console, [(PAPER_STATES.get(one.state, one.state), one.number or one.kind) for one in page.notices])


def _options(console: Console, options: Sequence[Option], person: str) -> None:
    """What is open; what is closed by a condition, with how to meet it; and what is somebody else's to do."""
    opened = [one for one in options if one.allowed]
    closed = [one for one in options if not one.allowed]
    theirs = [one for one in closed if _rights(one)]
    console.print(f"\n{person} 现在可以办理", style="bold")
    for one in opened:
        console.print(f"  ✓ {one.title} {one.event}", style="green", soft_wrap=True)
    if not opened:
        console.print("  没有")
    _closed(console, "条件未满足", [(one, one.because) for one in closed if not _rights(one)])
    _closed(console, "不是您办", [(one, _rights(one)) for one in theirs])


def _rights(one: Option) -> list[Refusal]:
    """The reasons that are about the person, not the case."""
    return [reason for reason in one.because if reason.code in NO_RIGHT]


def _closed(console: Console, heading: str, closed: Sequence[tuple[Option, Sequence[Refusal]]]) -> None:
    if closed:
        console.print(heading, style="bold")
    for one, reasons in closed:
        console.print(f"  ✗ {one.title} {one.event}", soft_wrap=True)
        for reason in reasons:
            fix = f"；{reason.fix}" if reason.fix else ""
            console.print(f"      {reason.because}{fix}", style="dim", soft_wrap=True)


def sheet(console: Console, case_id: str, lines: Sequence[HistoryLine], titles: Mapping[str, str]) -> None:
    """The flow sheet (流转单): every entry with who, from where to where, opinion, materials, documents, check."""
    made = table("序号", "时间（北京）", "办理人", "操作与环节", "意见、材料、公文", "校验", title=f"流转单 {case_id}")
    for one in lines:
        entry = one.entry
        made.add_row(
            str(entry.seq),
            moment(entry.at),
            _who(entry.actor, titles),
            _move(entry, titles),
            _matter(entry, titles),
            one.hash[:12],
        )
    made.show_lines = True
    console.print(made)


def _who(actor: Doer, titles: Mapping[str, str]) -> str:
    if actor.person in ("", "system"):
        return "系统"
    role = titles.get(f"role/{actor.role}", actor.role)
    parts = "，".join(part for part in (actor.organisation, role) if part)
    behalf = f"\n代 {actor.on_behalf_of}（{actor.how or '委托'}）" if actor.on_behalf_of else ""
    return f"{actor.person}\n{parts}{behalf}"


def _move(entry: Entry, titles: Mapping[str, str]) -> str:
    before, after = (titles.get(f"state/{state}", state) for state in (entry.source, entry.to))
    before = "开始" if entry.source == "start" else before
    refused = "不予办理：" if entry.kind == "refused" else ""
    way = after if not after or before == after else f"{before} → {after}"
    return "\n".join(filter(None, [f"{refused}{entry.title}", way, *regions(entry, titles)]))


def _matter(entry: Entry, titles: Mapping[str, str]) -> str:
    lines = [f"签署：{signed}"] if (signed := vote(entry)) else []
    lines += [f"意见：{entry.opinion}"] if entry.opinion else []
    lines += corrections(entry, titles)
    for file in entry.materials:
        title = titles.get(f"material/{file.material}", file.material)
        lines.append(f"{title}：{file.filename} {file.sha256[:12]}")
    lines += [f"公文：{paper.number or paper.kind} {(paper.sha256 or '')[:12]}".rstrip() for paper in entry.papers]
    lines += [f"理由：{reason.because}" for reason in entry.refusals]
    lines += entry.notes
    lines += [entry.text] if entry.text else []
    return visible("\n".join(lines))


def cases(console: Console, lines: Sequence[CaseLine]) -> None:
    """A list of cases, one a row."""
    made = table("事项", "申报单位", "环节", "本环节", "全事项")
    for one in lines:
        made.add_row(one.case, one.applicant, one.standing, light(one.light_step), light(one.light_case))
    console.print(made)


def todo(console: Console, page: WorkPage) -> None:
    """A page of a work list, part by part; what is owed by its day, with the light of the deadline that is owed."""
    for part, title in WORK_PARTS.items():
        own = [one for one in page.lines if one.part == part]
        if own:
            shown = "" if len(own) == page.totals[part] else f"，这里是 {len(own)} 件"
            console.print(f"{title}（{page.totals[part]} 件{shown}）", style="bold")
            console.print(_owed(own) if part == "owed" else _open(own))
    if page.next:
        shown = f"共 {page.total} 件，这里是 {len(page.lines)} 件；下一页加 --after {page.next}"
        console.print(shown, soft_wrap=True)


def _owed(lines: Sequence[TodoLine]) -> Table:
    made = table("事项", "申报单位", "环节", "应办", "期限", "可办的操作")
    for one in lines:
        for number, due in enumerate(one.owes):
            known = ("", "", "") if number else (one.case, one.applicant, one.standing)
            made.add_row(*known, due.title, light(due.light), "" if number else _tasks(one))
    return made


def _open(lines: Sequence[TodoLine]) -> Table:
    made = table("事项", "申报单位", "环节", "本环节", "全事项", "可办的操作")
    for one in lines:
        lights = (light(one.light_step), light(one.light_case))
        made.add_row(one.case, one.applicant, one.standing, *lights, _tasks(one))
    return made


def _tasks(one: TodoLine) -> str:
    return "、".join(task.title for task in one.tasks)


def outcome(console: Console, made: Outcome, titles: Mapping[str, str], issued: Sequence[Issued] = ()) -> None:
    """What an act came to; ``titles`` of states and deadlines by their names, ``issued``: what was printed of it."""
    head = "试办（未保存）：" if made.dry_run else ""
    source = "开始" if made.source == "start" else titles.get(f"state/{made.source}", made.source)
    to = titles.get(f"state/{made.to}", made.to)
    console.print(f"{head}{made.case or '新事项'} {made.title}：{source} → {to}", style="bold", soft_wrap=True)
    deadlines = [
        f"{titles.get(f'deadline/{one.name}', one.name)} {day(str(one.due_on))}{'（暂定）' if one.provisional else ''}"
        for one in made.deadlines
        if one.due_on and one.state == "running"
    ]
    pairs(
        console,
        [
            ("版本", made.version),
            ("留痕", f"第 {made.entry.seq} 条 {made.entry.hash[:12]}" if made.entry else ""),
            ("期限", "\n".join(deadlines)),
            ("公文", "\n".join(map(_printed, issued)) or "\n".join(map(_paper, made.notices))),
            ("另开事项", "、".join(map(_opened, made.cases))),
            ("还待签署", "、".join(made.missing_signers)),
            ("提请注意", "\n".join(one.because for one in made.warnings)),
            ("说明", "\n".join(made.notes)),
        ],
    )


def _printed(one: Issued) -> str:
    return f"{one.number or one.kind} {one.file}"


def _paper(one: OrderedPaper | PlannedPaper) -> str:
    return one.number or one.kind if isinstance(one, OrderedPaper) else one.kind


def _opened(one: str | PlannedCase) -> str:
    return one if isinstance(one, str) else one.workflow


def options(console: Console, found: Sequence[Option], person: str, signing: Sequence[SigningShown] = ()) -> None:
    """What a person may do, with what each step asks for, and what he would put his name to."""
    _options(console, found, person)
    _signing(console, signing)
    for one in found:
        if one.allowed:
            _needs(console, one)


def _needs(console: Console, one: Option) -> None:
    rows = [(f"--set {ask.name}=", _field_asked(ask)) for ask in one.needs.fields or ()]
    rows += [(f"--attach {ask.name}=", _material_asked(ask)) for ask in one.needs.materials or ()]
    rows += [("--opinion", "办理意见（必填）")] if one.needs.opinion else []
    if rows:
        console.print(f"\n“{one.title}”要填", style="bold")
        pairs(console, rows)


def _field_asked(ask: NeededField) -> str:
    marks = [_urgency(ask), "、".join(ask.choices), ask.unit]
    marks += [f"系统登记：{value(ask.known)}"] if ask.known is not None else []
    return f"{ask.title}（{'；'.join(filter(None, marks))}）"


def _material_asked(ask: NeededMaterial) -> str:
    return f"{ask.title}（{_urgency(ask)}；收 {'、'.join(ask.accept)}，至多 {ask.max_mb} MB）"


def _urgency(ask: NeededField | NeededMaterial) -> str:
    return "已有" if ask.present else "必填" if ask.required else "可不填"
