"""Lists over many cases as an address asks for them, page by page, of what its visitor may see."""

from __future__ import annotations

from datetime import date

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.notices import browse
from zhuli_flow.services.notices.browse import PaperShown
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import UNCOUNTED, Page
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Order

LIGHTS = ("红", "黄", "绿", "灰")


def cases(
    office: Office, wanted: Filter, light: str, limit: int, after: str, order: Order = "changed"
) -> Page[CaseLine]:
    """Cases in this order. Raises InvalidInput for a light that there is not, or another ``after``."""
    if light and light not in LIGHTS:
        raise InvalidInput(f"没有“{light}”这种灯", fix="可选：红、黄、绿、灰")
    return view.page(office, wanted, light=light, limit=limit, after=after, order=order)


def papers(office: Office, limit: int, after: str) -> Page[PaperShown]:
    """Documents, the latest first, not counted. Raises InvalidInput for another ``after``."""
    found = browse.newest(office, limit, _id(after))
    return Page(found, UNCOUNTED, str(found[-1].id) if len(found) == limit else "")


def _id(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页给出的“下一页”填写")
    return int(text or 0)


def day(text: str) -> date | None:
    """A day as an address has it; None for an empty text. Raises InvalidInput."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"“{text}”不是日期", fix="请写成 2018-12-31") from None
