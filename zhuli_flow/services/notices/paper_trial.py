"""Does a paper say what the case says? Every paper of a workflow on trial, under every choice of every parameter.

A made-up case is filled in by the types of its fields; each event that issues a paper is asked what it would print,
once as the parameters stand, once for each other value that one of them may have, and once for each genre that what it
answers may be of. Periods, dates, organs, amounts and the genre in the text are held against the values: what stands in
a template as a word (三年, 批复) shows when its parameter, or the request, is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from zhuli_flow.calendar.workdays import Calendar
from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import Event, Field, IssueNotice, Workflow
from zhuli_flow.documents.proofreading.text_patterns import plain
from zhuli_flow.documents.templates.kind import ANSWERS, NoticeKind, answer_of, answering
from zhuli_flow.documents.templates.render import chinese_date, render
from zhuli_flow.documents.templates.terms import next_day, term, years
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.effects import drafts, fill_in
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import NoticeOrder
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor, Capacity, Organisation
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.services.notices.issue import as_written, values_of
from zhuli_flow.services.notices.proofread import dated

USUAL = "请示"
"""What papers are taken to answer."""
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_TERM = re.compile(rf"([一二三四五六七八九十]+)年[^。；]{{0,60}}?自({_DAY})起?至({_DAY})")
_AMOUNT = re.compile(r"(?<![\d.〔])(\d+(?:\.\d+)?)(?=万?元)")
_CITED = re.compile(r"《([^《》]+)》（[^（）]+）收悉")
_ANSWERS = re.compile(r"(批复|复函)$|现(批复|函复)如下")
_PERIOD = re.compile(r"(\d+)(y|m|wd|d)")
_APPLICANT = Organisation("CS-1", "法库县", "county", "沈阳市", "法库县", "county")


@dataclass(frozen=True, slots=True)
class Variant:
    """A workflow with one parameter changed, or a request of another genre.

    ``told`` says which, empty for things as they stand; ``asked`` is the genre of the papers that are answered.
    """

    workflow: Workflow
    told: str = ""
    asked: str = USUAL


def contradictions(
    workflow: Workflow, kinds: Mapping[str, NoticeKind], calendar: Calendar, now: datetime
) -> list[Problem]:
    """What papers say that the case does not, each once, with the parameter's value that shows it first."""
    found: dict[tuple[str, str], Problem] = {}
    for variant in _variants(workflow):
        facts = Facts(now, calendar, registers=dict.fromkeys(workflow.registers, ()))
        for event in variant.workflow.events.values():
            if any(isinstance(effect, IssueNotice) for effect in event.effects):
                for problem in _of_event(variant, event, kinds, facts):
                    found.setdefault((problem.place, problem.code), problem)
    return list(found.values())


def _variants(workflow: Workflow) -> Iterator[Variant]:
    yield Variant(workflow)
    yield from (Variant(workflow, f"（来文为{asked}时）", asked) for asked in ANSWERS if asked != USUAL)
    for name, parameter in workflow.parameters.items():
        others: list[object] = [choice for choice in parameter.choices if choice != parameter.value]
        if isinstance(parameter.value, str) and (period := _PERIOD.fullmatch(parameter.value)):
            others.append(f"{int(period[1]) + 2}{period[2]}")
        for other in others:
            changed = {**workflow.parameters, name: replace(parameter, value=other)}
            yield Variant(replace(workflow, parameters=changed), f"（参数{parameter.title or name}取“{other}”时）")


def _of_event(variant: Variant, event: Event, kinds: Mapping[str, NoticeKind], facts: Facts) -> Iterator[Problem]:
    actor = Actor("经办人", _APPLICANT, frozenset(variant.workflow.roles))
    case = _case(variant.workflow, facts, variant.asked)
    question = Question(variant.workflow, case, actor, facts)
    filled = fill_in(question, event, case, Capacity(next(iter(event.by), "")))
    for order in drafts(question, replace(event, proof=(event.name,)), filled):
        kind = kinds.get(order.notice)
        if kind is not None:
            yield from _of_paper(variant, event, kind, order, filled, local_date(facts.now))


def _case(workflow: Workflow, facts: Facts, asked: str) -> Case:
    """A case whose every field is filled in, asked for by papers of one genre."""
    today = local_date(facts.now)
    fields = {name: _value(field, number, today, asked) for number, (name, field) in enumerate(workflow.fields.items())}
    present = {name: value for name, value in fields.items() if value is not None}
    at = facts.now.isoformat(timespec="seconds")
    state = next(iter(workflow.states))
    return Case(
        "SL-2018-0001", workflow.name, workflow.version, workflow.digest, _APPLICANT, state, 1, at, {"fields": present}
    )


def _value(field: Field, number: int, today: date, asked: str) -> Json:
    match field.type:
        case "date":
            return (today - timedelta(days=400 - number)).isoformat()
        case "int":
            return 2 + number
        case "decimal":
            return f"{100 + number}.50"
        case "choice":
            return asked if asked in field.choices else next(iter(field.choices), None)
        case "yes_no":
            return "yes"
        case "names" | "organisations" | "people":
            return ["沈阳市科学技术协会", "法库县人民政府"]
        case "organisation":
            return "沈阳市科学技术协会"
        case "text" if field.name.endswith("title"):
            return f"关于第{number}项内容的{asked}"
        case "text":
            return f"沈科协发〔2018〕{900 + number}号" if field.name.endswith("number") else f"第{number}项内容"
        case _:
            return None


def _of_paper(
    variant: Variant, event: Event, written: NoticeKind, order: NoticeOrder, case: Case, today: date
) -> Iterator[Problem]:
    place = f"{variant.workflow.name}: events.{event.name}"
    numbered = NoticeOrder(order.notice, order.series or "试", order.to, order.variables)
    given = {
        name: _sampled(written, name) if value in (None, []) else value
        for name, value in dated(numbered, today).variables.items()
    }
    given.pop("issuers", None)  # their ranking; a made-up one need not be of the same organs
    kind = as_written(written, given)
    try:
        values = values_of(kind, given)
        html = render(kind, values)
    except InvalidInput:
        return  # a made-up case need not fit every paper; what is missing is told in the act
    text = plain(html)
    title = text.partition("\n")[0]
    whole = text.replace("\n", "")
    for code, said in (*_answered(title, whole), *_said(whole, kind, {**case.fields, **values})):
        message = f"公文“{kind.title}”{said}{variant.told}"
        yield Problem(
            f"{place}（{kind.name}）", code, message, "请改用由事项算出的内容（term、date 等），不要在模板中写死"
        )
    if kind.layout != "form" and not re.search(rf"{kind.genre}(（[^（）]+）)?$", title):
        yield Problem(f"{place}（{kind.name}）", "paper_genre", f"标题“{title}”不是{kind.genre}", "请使标题与文种一致")


def _answered(title: str, text: str) -> Iterator[tuple[str, str]]:
    """What a paper that cites another as received calls itself, and says that it does, against the genre of that."""
    cited = _CITED.search(text)
    genre = answering(cited[1]) if cited else None
    if cited is None or genre is None or not (_ANSWERS.search(title) or _ANSWERS.search(text)):
        return  # what asks for more, or tells that a term has passed, is no answer yet
    fitting = answer_of(genre)
    if not title.endswith(fitting.word) or f"现{fitting.verb}如下" not in text:
        yield "paper_genre", f"答复《{cited[1]}》，应为{fitting.word}（现{fitting.verb}如下），标题却是“{title}”"


def _sampled(kind: NoticeKind, name: str) -> Json:
    read: Any = kind.sample.get(name)
    value: Json = read  # from YAML: texts, numbers and lists
    return value


def _said(text: str, kind: NoticeKind, values: Values) -> Iterator[tuple[str, str]]:
    """What the text says otherwise than the values."""
    for words, start, end in _TERM.findall(text):
        span = term(_iso(start), _iso(end))
        due = f"{span['words']}又一日" if span["later"] else span["words"]
        if due != f"{words}年" and years(words):
            yield "paper_period", f"写有效期{words}年，起止日期{start}至{end}却是{due or '不足整月的期间'}"
    known = {chinese_date(day) for value in values.values() for day in _days(value)}
    known |= set(re.findall(_DAY, str(list(values.values()))))
    strange = [day for day in re.findall(_DAY, text) if day not in known and day not in kind.template]
    if strange:
        yield "paper_date", f"中的日期{strange[0]}不是事项中的日期"
    organs = values.get("issuers") or [values.get("issuer") or kind.issuer]
    absent = [str(one) for one in organs if str(one) not in text] if isinstance(organs, list) else []
    if absent:
        yield "paper_organ", f"没有发文机关{absent[0]}"
    amounts = {f"{Decimal(str(value)):.2f}" for value in _numbers(values)}
    strange = [
        one for one in _AMOUNT.findall(text) if f"{Decimal(one):.2f}" not in amounts and one not in kind.template
    ]
    if strange:
        yield "paper_amount", f"中的金额{strange[0]}不是事项中的数"


def _iso(day: str) -> str:
    year, month, of_month = map(int, re.findall(r"\d+", day))
    return date(year, month, of_month).isoformat()


def _days(value: Json) -> Iterator[str]:
    """The dates in a value, those in its rows too, and the first day counted after each."""
    if isinstance(value, list | dict):
        yield from (day for part in (value.values() if isinstance(value, dict) else value) for day in _days(part))
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        yield from (value, next_day(value))


def _numbers(values: Values) -> Iterator[str]:
    for value in values.values():
        for one in value if isinstance(value, list) else [value]:
            cells = one.values() if isinstance(one, dict) else [one]
            yield from (str(cell) for cell in cells if re.fullmatch(r"\d+(\.\d+)?", str(cell)))
