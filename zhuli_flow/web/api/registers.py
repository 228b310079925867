"""台账、汇总、总览 for programs: rows narrowed and ordered, files of them, totals with their sources, the overview."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from zhuli_flow.services.registers import comparison, editions, overview, pages, totals, totals_shown
from zhuli_flow.services.registers import register_shown as shown
from zhuli_flow.services.registers.export import printed, to_bytes
from zhuli_flow.services.registers.find import found as found_whole
from zhuli_flow.web.api import described, shapes
from zhuli_flow.web.api.caller import Reading, answer
from zhuli_flow.web.api.cases import Limit, Text
from zhuli_flow.web.handing_out import FILE_TYPES, handed_out

router = APIRouter(prefix="/api/v1", tags=["台账"], responses=described.LOOKING)
Where = Annotated[
    list[str],
    Query(max_length=20, description="列、比法、值，如 市=沈阳市、金额>=100（= != > >= < <= ~ !~）；写几个须都符合"),
]
Sort = Annotated[str, Query(max_length=200, description="按此列排序；前加 - 则从大到小")]
Part = Annotated[str, Query(max_length=200, description="只看一项：序号或字段名")]
Case = Annotated[str, Query(max_length=200, description="一件事项自己的台账：哪一件")]
Whose = Annotated[str, Query(min_length=1, max_length=200, description="哪一件事项的")]
Organisations = Annotated[int, Query(ge=1, le=100_000, description="列多少家单位")]
Edition = Annotated[int, Path(ge=1, le=9999)]
AS_FILES = described.files(*FILE_TYPES.values())


@router.get("/registers", summary="有哪些台账", responses=described.answers(shapes.Registers))
def registers(called: Reading) -> Response:
    """Every register by the name it is asked for."""
    return answer({"registers": shown.every(called.office)})


@router.get("/registers/{name}", summary="一本台账", responses=described.answers(shown.RegisterShown))
def register(
    called: Reading,
    name: str,
    where: Where = [],  # noqa: B006 - FastAPI copies it
    sort: Sort = "",
    case: Case = "",
    limit: Limit = 50,
    after: Text = "",
) -> Response:
    """A page of its rows that this person may see; ``next`` is the ``after`` of the next one."""
    found = pages.page(called.office, name, where, sort, case, limit=limit, after=after)
    return answer(shown.of_page(name, found))


@router.get("/registers/{name}/file.{suffix}", summary="台账的文件", response_class=Response, responses=AS_FILES)
def export(
    called: Reading,
    name: str,
    suffix: Literal["xlsx", "csv", "json", "pdf"],
    where: Where = [],  # noqa: B006
    sort: Sort = "",
    case: Case = "",
) -> Response:
    """All rows of it, for a spreadsheet or on paper."""
    table = found_whole(called.office, name, where, sort, case)
    data = to_bytes(called.office, printed(called.office, table, where), f".{suffix}")
    return handed_out(data, f"{table.title}.{suffix}")


@router.get("/registers/{name}/total", summary="一本台账的汇总", responses=described.answers(shapes.TotalOf))
def total(
    called: Reading,
    name: str,
    case: Case = "",
    where: Where = [],  # noqa: B006
    part: Part = "",
) -> Response:
    """The returns in it put together, each figure with its sources, and the editions that acts kept."""
    found = totals.total(called.office, name, case, where)
    kept = editions.editions(called.office, name, case) if case else ()
    told = totals_shown.of_totals(totals.only(found, part) if part else found)
    return answer({"register": name, **_parts(told), "editions": [totals_shown.of_edition(one) for one in kept]})


@router.get(
    "/registers/{name}/comparison", summary="与另一件事项的汇总对比", responses=described.answers(shapes.ComparisonOf)
)
def compared(
    called: Reading,
    name: str,
    case: Whose,
    against: Whose,
    where: Where = [],  # noqa: B006
) -> Response:
    """The total of one case beside that of another, with the change of each figure."""
    found = comparison.compare(called.office, name, case, against, where)
    return answer({"register": name, **_parts(totals_shown.of_comparison(found))})


@router.get("/registers/{name}/editions/{edition}", summary="锁定的一版", responses=described.answers(shapes.EditionOf))
def edition(called: Reading, name: str, edition: Edition, case: Whose, part: Part = "") -> Response:
    """A total as an act kept it."""
    found = editions.edition(called.office, name, case, edition)
    told = totals_shown.of_whole_edition(editions.only(found, part) if part else found)
    return answer({"register": name, "case": case, **_parts(told)})


@router.get("/overview", summary="总览", responses=described.answers(overview.Overview))
def at_a_glance(called: Reading, workflow: Text = "", limit: Organisations = overview.MOST) -> Response:
    """How everything stands, as far as totals are open to this person; states with ``workflow`` only."""
    return answer(overview.overview(called.office, workflow, limit))


def _parts(told: msgspec.Struct) -> dict[str, object]:
    """Its fields in their order, those left open left out."""
    found: dict[str, object] = msgspec.to_builtins(told)
    return found
