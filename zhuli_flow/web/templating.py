"""Pages out of templates: everything is escaped, what was not given is an error, and words are those of every face."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from zhuli_flow.clock import local_minute
from zhuli_flow.engine.expressions.values import worded
from zhuli_flow.support import wording
from zhuli_flow.support.plain_text import visible
from zhuli_flow.vocabulary import LEVELS, PAPER_STATES, STATE_KINDS, WORK_PARTS

HERE = Path(__file__).parent
STATIC = HERE / "static"
LIGHT_CLASSES = {"红": "red", "黄": "amber", "绿": "green", "灰": "grey"}
MENU = (
    ("/", "工作台"),
    ("/cases", "事项"),
    ("/papers", "公文"),
    ("/returns", "统计"),
    ("/registers", "台账"),
    ("/overview", "总览"),
    ("/deadlines", "期限"),
    ("/search", "检索"),
    ("/audit", "留痕"),
    ("/office", "管理"),
)

AUTHORS_MENU = (("/sheets", "我的评分表"),)
"""For who fills in sheets and reads nothing else."""


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page that a template makes of these values, and of who asks for it."""
    site = request.app.state.site if "app" in request.scope else None
    office = site.office if site else None
    text = (
        environment()
        .get_template(template)
        .render(
            here=request.url.path,
            person=getattr(request.state, "person", ""),
            rehearsal=office.rehearsal if office else False,
            now=office.clock.now() if office else None,
            menu=AUTHORS_MENU if getattr(request.state, "sheets_alone", False) else MENU,
            **values,
        )
    )
    return HTMLResponse(text, status, headers)


@lru_cache
def environment() -> Environment:
    """Where templates are read, and what they can say."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        day=lambda day: wording.day(str(day)),
        moment=wording.moment,
        clock=local_minute,
        left=wording.left,
        rest=wording.rest,
        near_day=near_day,
        shown=shown,
        seen=lambda text: visible(str(text)),
        relative=relative,
        lately=lately,
        size=size,
        browser=browser,
        typed=typed,
    )
    made.tests.update(match=_of_page)
    made.globals.update(
        shapes=wording.SHAPES,
        light_classes=LIGHT_CLASSES,
        paper_states=PAPER_STATES,
        work_parts=WORK_PARTS,
        levels=LEVELS,
        state_kinds=STATE_KINDS,
        asset=asset,
    )
    return made


@lru_cache
def asset(name: str) -> str:
    """The address of one of our static files; another content is another address."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def shown(value: object) -> str:
    """A field's value as people read it."""
    return "" if value is None else visible(worded(value))  # type: ignore[arg-type]


def browser(told: str) -> str:
    """A browser as people know it, by what it says of itself; that itself where it is none of the known."""
    known = ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")
    name = next((name for mark, name in known if mark in told), "")
    systems = ("Windows", "Android", "iPhone", "Mac OS X", "Linux")
    return f"{name}，{next((one for one in systems if one in told), '其他系统')}" if name else visible(told)


def typed(value: object) -> str:
    """A field's value as a person would type it again: several names one a line."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)


def _of_page(address: str, path: str) -> bool:
    """Whether an address is of the page at this path, whatever it narrows by."""
    return address.partition("?")[0] == path


def near_day(day: str, now: datetime) -> str:
    """A day with its weekday; its year only where it is not this one."""
    words = wording.day(day)
    return words.removeprefix(f"{now.year}年") if now.year == int(day[:4]) else words


def relative(moment: str | datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    gone = now - then
    if gone < timedelta(minutes=1):
        return "刚刚"
    steps: Mapping[str, timedelta] = {"天": timedelta(days=1), "小时": timedelta(hours=1), "分钟": timedelta(minutes=1)}
    return next(f"{gone // step} {unit}前" for unit, step in steps.items() if gone >= step)


def lately(moment: str | datetime, now: datetime) -> bool:
    """Whether it is so near that people count the days."""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return abs(now - then) < timedelta(days=14)


def size(number: int) -> str:
    """A size in bytes, in the unit people use."""
    for unit, step in (("MB", 1 << 20), ("kB", 1 << 10)):
        if number >= step:
            return f"{number / step:.1f} {unit}"
    return f"{number} 字节"
