"""Fills a kind's template with values; the only importer of Jinja2.

Templates belong to the office, values come from anywhere: both are held short. Values are plain text, numbers and
lists, always escaped; templates run in an immutable sandbox with a closed set of filters, no arithmetic that can
explode and no attributes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zhuli_flow.documents.templates import (
    addressing,
    attachments,
    citing,
    heads,
    levels,
    signatures,
    tables,
    terms,
    trace_code,
)
from zhuli_flow.documents.templates.kind import NoticeKind, answer_of, packaged_notices, value_problems
from zhuli_flow.documents.templates.layout import bare_positions
from zhuli_flow.documents.templates.values import printable, unbracketed
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.support.wording import chinese_number

MAX_HTML = 512 * 1024
"""Longest text (characters) a template may produce; the paper of the longest kind takes a hundredth of it."""

_LOOP = ("index", "index0", "first", "last", "length")
_FILTERS = ("join", "length", "first", "last", "default", "trim")
_AMISS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, SyntaxError, RecursionError)
"""What code in a template, or a filter that it calls, runs into with values it does not fit."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def render(kind: NoticeKind, variables: Mapping[str, object]) -> str:
    """Return the document as HTML. InvalidInput lists every wrong or absent value, or names what the template lacks."""
    problems = value_problems(kind, variables, kind.name)
    if problems:
        raise InvalidInput(f"公文“{kind.title}”（{kind.name}）的内容不完整或不正确，未生成。", problems)
    try:
        return _bounded(_template(kind), _context(kind, variables))
    except (TemplateError, SecurityError, *_AMISS) as error:
        raise _refusal(kind, error) from error


def title_of(document: str) -> str:
    """Return the title of a rendered document as plain text; "" when it has none."""
    found = _TITLE.search(document)
    return html.unescape(found.group(1)).strip() if found else ""


def template_names(template: str, folder: Path) -> tuple[set[str], set[str]]:
    """Return the variables a template uses itself, and those its parents use; InvalidInput when its syntax is off."""
    env = _environment(folder)
    try:
        tree = env.parse(template)
        return _names(env, tree), set(_inherited(folder, tuple(_parents(tree))))
    except TemplateSyntaxError as error:
        problem = Problem(str(error.lineno), "template.syntax", f"模板语法错误：{error.message}", "请改正该行")
        raise InvalidInput("模板语法错误", [problem]) from error
    except (ValueError, SyntaxError, OverflowError, RecursionError) as error:  # such as a numeral in full-width digits
        problem = Problem("1", "template.syntax", f"模板读不下去：{error}", "请核对数字和符号，数字用半角")
        raise InvalidInput("模板语法错误", [problem]) from error
    except TemplateNotFound as error:
        problem = Problem("1", "template.parent", f"没有所继承的模板 {error.message}", "请检查 extends 中的文件名")
        raise InvalidInput("缺少所继承的模板", [problem]) from error


def _parents(tree: nodes.Template) -> Iterator[str]:
    return (name for name in meta.find_referenced_templates(tree) if name)


def _inherited(folder: Path, parents: tuple[str, ...], seen: frozenset[str] = frozenset()) -> set[str]:
    """The names the parents and theirs use; TemplateNotFound when they extend each other in a circle."""
    found: set[str] = set()
    for name in parents:
        if name in seen:
            raise TemplateNotFound(name, f"{name}（循环继承）")
        names, further = _read_frame(folder, _source(_environment(folder), name))
        found |= names | _inherited(folder, further, seen | {name})
    return found


@lru_cache(maxsize=32)
def _read_frame(folder: Path, text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names a parent template uses and what it extends; dozens of kinds share a few frames."""
    tree = _environment(folder).parse(text)
    return frozenset(_names(_environment(folder), tree)), tuple(_parents(tree))


def _source(env: _Sandbox, name: str) -> str:
    if env.loader is None:
        raise TemplateNotFound(name)
    return env.loader.get_source(env, name)[0]


def _names(env: _Sandbox, tree: nodes.Template) -> set[str]:
    return meta.find_undeclared_variables(tree) - set(env.globals)


def chinese_date(value: str) -> str:
    """Write 2018-12-10 as 2018年12月10日, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日"


def names(value: list[str] | str, separator: str = "、") -> str:
    """Join names as official documents do; where some were written apart by ，, the others are by 、 as written."""
    if isinstance(value, str):
        return value
    written = any(name[at] == "，" for name in value for at in bare_positions(name))
    return ("、" if written else separator).join(value)


def money(value: int | str, unit: str = "万元") -> str:
    """Write an amount with its unit: 30万元, 460.50万元; without one, for a column of a table, with two decimals."""
    amount = Decimal(str(value))
    whole = unit and amount == amount.to_integral_value()
    return f"{amount:.0f}{unit}" if whole else f"{amount:.2f}{unit}"


def chinese_ordinal(value: int) -> str:
    """Write 1…99 as 一…九十九, for the first level of paragraphs (GB/T 9704-2012, 7.3.3)."""
    if not 1 <= value <= 99:
        raise ValueError(f"序号 {value} 超出 1—99")
    return chinese_number(value)


class _Sandbox(ImmutableSandboxedEnvironment):
    """No attribute but the loop's, and none of the operators that turn a short template into a long wait."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Allow sums of small integers; refuse the rest."""
        if operator == "+" and type(left) is int and type(right) is int:
            return left + right
        raise SecurityError(f"模板中不允许运算 {operator}")

    def wrap_str_format(self, value: Any) -> None:
        """Refuse ``format`` as any other method: a width in it is memory."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow a loop's counters."""
        return isinstance(obj, LoopContext) and attr in _LOOP


def _head(**facts: Any) -> dict[str, object]:
    """The head a frame asks for; what was not given is left out."""
    return heads.compose(heads.Facts(**{name: value for name, value in facts.items() if value is not None})).values()


@lru_cache(maxsize=8)
def _environment(folder: Path) -> _Sandbox:
    loader = ChoiceLoader([FileSystemLoader(path) for path in dict.fromkeys((folder, packaged_notices()))])
    env = _Sandbox(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    own: dict[str, Callable[..., Any]] = {
        "date": chinese_date,
        "names": names,
        "addressed": addressing.joined,
        "money": money,
        "ordinal": chinese_ordinal,
        "cite": citing.cite,
        "attachments": attachments.headed,
        "levelled": levels.levelled,
        "term": terms.term,
        "next_day": terms.next_day,
        "blocks": tables.blocks,
        "grouped": tables.grouped,
        "totalled": tables.totalled,
        "drawn": trace_code.drawn,
    }
    env.filters = {**{name: env.filters[name] for name in _FILTERS}, **own}
    env.globals = {"head": _head, "signatures": signatures.arrange}
    return env


def _template(kind: NoticeKind) -> Template:
    # The checked text, not the file as it may be by now; the name is for messages.
    return _compiled(kind.folder, kind.template)


@lru_cache(maxsize=64)
def _compiled(folder: Path, template: str) -> Template:
    """Compiling takes longer than filling in; one process fills in the same few templates again and again."""
    return _environment(folder).from_string(template)


def _context(kind: NoticeKind, variables: Mapping[str, object]) -> dict[str, object]:
    """Return plain copies of the values: optional ones absent are None, standard ones have their defaults."""
    given = {name: printable(value) for name, value in variables.items() if value is not None}
    if isinstance(note := given.get("note"), str):
        given["note"] = unbracketed(note)
    issuers = _issuers(kind, given)
    standard = {
        "issuers": issuers,
        "issuer": issuers[0],
        "rehearsal": False,
        "printed_on": given["signed_on"],
        "seal": "room",
        "printer": _printer(str(given.get("issuer") or issuers[0])),
        "genre": kind.genre,
        "layout": kind.layout,
        "direction": kind.direction,
        "answer": asdict(answer_of(kind.genre)),
    }
    return {**dict.fromkeys(kind.known()), **standard, **given, "issuers": issuers}


def _issuers(kind: NoticeKind, given: Mapping[str, object]) -> list[object]:
    """Who issues the paper, the lead organ first."""
    several = given.get("issuers")
    return list(several) if isinstance(several, list) and several else [given.get("issuer") or kind.issuer]


def _printer(issuer: str) -> str:
    """Who prints a paper unless it says so: the issuer's office (7.4.3); an office prints its own."""
    return issuer if issuer.endswith(("办公室", "办公厅")) else issuer + "办公室"


def _bounded(template: Template, context: dict[str, object]) -> str:
    pieces: list[str] = []
    size = 0
    for piece in template.generate(context):
        size += len(piece)
        if size > MAX_HTML:
            raise OverflowError(f"生成的文本超过 {MAX_HTML} 字符")
        pieces.append(piece)
    return "".join(pieces)


def _refusal(kind: NoticeKind, error: Exception) -> InvalidInput:
    if type(error) is ValueError:  # what the head, the signature or a filter has to say about the values given
        said = Problem(kind.name, "template.render", str(error), "请照此修改内容后重试")
        return InvalidInput(f"公文“{kind.title}”（{kind.name}）按所给内容排不成规范的公文，未生成。", [said])
    line = _line_of(error)
    place = f"{kind.name}.html:{line}" if line else f"{kind.name}.html"
    problem = Problem(place, "template.render", _reason(error), "请检查模板中使用的变量与声明是否一致")
    return InvalidInput(f"公文“{kind.title}”（{kind.name}）的模板有误，未生成。", [problem])


def _reason(error: Exception) -> str:
    named = re.search(r"'(\w+)' is undefined", str(error)) if isinstance(error, UndefinedError) else None
    if isinstance(error, KeyError):
        return f"表格的行里没有“{error.args[0] if error.args else ''}”"
    return f"模板用到没有提供的变量 {named[1]}" if named else f"模板不能套用：{error}"


def _line_of(error: Exception) -> int | None:
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
