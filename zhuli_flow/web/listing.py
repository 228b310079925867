"""Lists over many cases for one person: page by page, without what he may not see, nor telling how much that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases import open_deadlines, view
from zhuli_flow.services.cases.case_view import CaseLine, DueLine
from zhuli_flow.services.notices import browse
from zhuli_flow.services.notices.browse import PaperShown
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Page
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Order
from zhuli_flow.web import reading

T = TypeVar("T")
UNTOLD = -1
"""Stands for how many there are where that is not this person's to know."""
LIGHTS = ("红", "黄", "绿", "灰")


def cases(
    office: Office, actor: Actor, wanted: Filter, light: str, limit: int, after: str, order: Order = "changed"
) -> Page[CaseLine]:
    """Cases in this order. Raises InvalidInput for a light that there is not, or another ``after``."""
    if light and light not in LIGHTS:
        raise InvalidInput(f"没有“{light}”这种灯", fix="可选：红、黄、绿、灰")

    def page(start: str) -> Page[CaseLine]:
        return view.page(office, wanted, light=light, limit=limit, after=start, order=order)

    if reading.reads_all(office, actor, wanted.workflow):
        return page(after)
    return _own(page, lambda one: reading.sees(office, one.case, actor), limit, after)


def due(office: Office, actor: Actor, before: date | None, limit: int, after: str) -> Page[DueLine]:
    """Open deadlines, the soonest first."""

    def page(start: str) -> Page[DueLine]:
        return open_deadlines.page(office, before, limit=limit, after=start)

    if reading.reads_all(office, actor):
        return page(after)
    return _own(page, lambda one: reading.sees(office, one.case, actor), limit, after)


def papers(office: Office, actor: Actor, limit: int, after: str) -> Page[PaperShown]:
    """Documents, the latest first. Raises InvalidInput for another ``after``."""

    def page(start: str) -> Page[PaperShown]:
        found, total = browse.page(office, limit, _id(start))
        return Page(found, total, str(found[-1].id) if len(found) == limit else "")

    return _own(page, lambda one: reading.sees(office, one.case, actor), limit, after)


def _id(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页给出的“下一页”填写")
    return int(text or 0)


def _own(page: Callable[[str], Page[T]], seen: Callable[[T], bool], limit: int, after: str) -> Page[T]:
    """Looks through page by page until a page is full; the last of the pages looked at is shown whole."""
    lines: list[T] = []
    while True:
        found = page(after)
        lines += [one for one in found.lines if seen(one)]
        after = found.next
        if not after or len(lines) >= limit:
            return Page(lines, UNTOLD, after)


def day(text: str) -> date | None:
    """A day as an address has it; None for an empty text. Raises InvalidInput."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"“{text}”不是日期", fix="请写成 2018-12-31") from None
