"""A case as a page for people to read and print: what it is about, its papers and files, and its flow sheet (流转单).

One HTML file that needs nothing else and changes with nothing but the case: no lights, no today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Protocol

from zhuli_flow.clock import local_minute
from zhuli_flow.definitions.model.workflow import SYSTEM, Workflow
from zhuli_flow.engine.expressions.values import worded
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model.case import Case
from zhuli_flow.services.history.wording import corrections, regions, vote

SEALED = "（密封，内容不附）"
_STYLE = """
body{font-family:"Noto Serif CJK SC","SimSun","Songti SC",serif;margin:2em auto;max-width:60em;line-height:1.6;
color:#111;background:#fff;padding:0 1em}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em;border-bottom:1px solid #888}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #aaa;padding:.25em .5em;vertical-align:top;
text-align:left;overflow-wrap:break-word}th{background:#eee;white-space:nowrap}code{font-size:.85em}
thead{display:table-header-group}tr{break-inside:avoid}
@media print{body{margin:0;max-width:none;font-size:10pt}}
"""


class Filed(Protocol):
    """A file of the package: where it lies, whose it is, and what it is called."""

    @property
    def place(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def day(self) -> str: ...
    @property
    def note(self) -> str: ...


def page(
    workflow: Workflow,
    case: Case,
    entries: Sequence[Entry],
    hidden: Collection[int],
    items: Iterable[Filed],
    calendar: str,
) -> str:
    """The page; ``entries`` in order, ``hidden`` the numbers of those whose content stays sealed."""
    rehearsal = "（演练）" if any(entry.clock == "rehearsal" for entry in entries) else ""
    title = escape(f"{workflow.title} {case.id} {case.applicant.name}{rehearsal}")
    parts = [
        f"<!DOCTYPE html>\n<html lang=zh-CN><head><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>",
        f"</head><body><h1>{title}</h1>",
        _pairs(_about(workflow, case, entries, calendar)),
        "<h2>文件</h2>",
        _table(
            ("件号", "文号", "题名", "责任者", "日期", "备注"),
            [_file(number, one) for number, one in enumerate(items, 1)],
        ),
        "<h2>所填内容</h2>",
        _pairs(_fields(workflow, case)),
        "<h2>流转单</h2>",
        _table(_HEADINGS, [_step(workflow, entry, entry.seq in hidden) for entry in entries]),
        "<h2>核对</h2>",
        _CHECKING,
        "</body></html>\n",
    ]
    return "\n".join(parts)


_CHECKING = """<p>本包可离开原系统单独核对：在装有 Python 3.8 以上的机器上，于本文件夹运行
<code>python3 -I -S verify.py</code>。它核对每个文件、每条留痕和哈希链；
公文上印的留痕校验行可与 <code>chain.txt</code> 对照。</p>"""
_HEADINGS = ("序号", "时间（北京）", "办理人", "操作", "环节", "意见、材料、公文")


def _about(workflow: Workflow, case: Case, entries: Sequence[Entry], calendar: str) -> list[tuple[str, str]]:
    of = case.applicant
    return [
        ("事项编号", case.id),
        ("申报单位", f"{of.name}（{of.city}）" if of.city else of.name),
        ("环节", workflow.states[case.state].title),
        ("依据", workflow.basis),
        ("流程定义", f"{workflow.name} {workflow.version}（SHA-256 {workflow.digest}）"),
        ("日历", calendar),
        ("开启", _moment(entries[0]) if entries else ""),
        ("末次办理", _moment(entries[-1]) if entries else ""),
        ("留痕", f"{len(entries)} 条"),
    ]


def _fields(workflow: Workflow, case: Case) -> list[tuple[str, str]]:
    found = ((workflow.fields[name], case.fields[name]) for name in workflow.fields if name in case.fields)
    return [(field.title, f"{worded(value)}{field.unit}") for field, value in found]


def _file(number: int, one: Filed) -> list[str]:
    link = f'<a href="{escape(one.place)}">{escape(one.title)}</a>'
    return [str(number), escape(one.number), link, escape(one.author), escape(one.day), escape(one.note)]


def _step(workflow: Workflow, entry: Entry, hidden: bool) -> list[str]:
    title = f"{'不予办理：' if entry.kind == 'refused' else ''}{entry.title}"
    states = list(dict.fromkeys(_state(workflow, name) for name in (entry.source, entry.to)))
    cells = [str(entry.seq), _moment(entry), _who(workflow, entry), title, " → ".join(filter(None, states))]
    return [*(_lines(cell) for cell in cells), _lines(SEALED if hidden else _matter(workflow, entry))]


def _state(workflow: Workflow, name: str) -> str:
    return workflow.states[name].title if name in workflow.states else {"start": "开始"}.get(name, name)


def _who(workflow: Workflow, entry: Entry) -> str:
    actor = entry.actor
    if actor.person in {"", SYSTEM}:
        return "系统"
    role = workflow.roles.get(actor.role)
    behalf = f"代 {actor.on_behalf_of}（{actor.how or '委托'}）" if actor.on_behalf_of else ""
    parts = [actor.person, actor.organisation, role.title if role else "", behalf]
    return "\n".join(filter(None, parts))


def _matter(workflow: Workflow, entry: Entry) -> str:
    lines = [f"签署：{signed}"] if (signed := vote(entry)) else []
    lines += [f"意见：{entry.opinion}"] if entry.opinion else []
    lines += corrections(entry, {f"field/{name}": field.title for name, field in workflow.fields.items()})
    for file in entry.materials:
        material = workflow.materials.get(file.material)
        lines.append(f"{material.title if material else file.material}：{file.filename}")
    lines += [f"公文：{paper.number or ''}{paper.title or paper.kind}" for paper in entry.papers]
    lines += [f"理由：{one.because}" for one in entry.refusals]
    lines += [f"提请注意：{one.because}" for one in entry.warnings]
    beside = {f"state/{name}": title for one in workflow.regions.values() for name, title in one.states.items()}
    lines += regions(entry, beside | {f"region/{name}": one.title for name, one in workflow.regions.items()})
    return "\n".join([*lines, *entry.notes, entry.text]).strip()


def _moment(entry: Entry) -> str:
    return local_minute(datetime.fromisoformat(entry.at))


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    cells = [f"<tr><th>{_lines(name)}</th><td>{_lines(text)}</td></tr>" for name, text in rows if text]
    return f"<table>{''.join(cells)}</table>" if cells else "<p>没有。</p>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """``rows`` are HTML already."""
    if not rows:
        return "<p>没有。</p>"
    head = "".join(f"<th>{escape(one)}</th>" for one in headings)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
