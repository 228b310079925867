"""留痕、名录、流程、日历、体检: how the office itself stands. Looking only; ``administration`` changes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from zhuli_flow.drawing import diagram, svg
from zhuli_flow.engine.history.entry import read
from zhuli_flow.errors import NoRight
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.administration import directory, doctor, heartbeat, workflows
from zhuli_flow.services.administration.duties import TITLES
from zhuli_flow.services.administration.officers import ADMINISTRATOR
from zhuli_flow.services.administration.workflow_summary import summary
from zhuli_flow.services.archiving import archive, event_logs
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.history.verify import verify
from zhuli_flow.services.office import OFFICE_CHAIN
from zhuli_flow.store import audit
from zhuli_flow.web.handing_out import packed
from zhuli_flow.web.identity import Visit, Visitor
from zhuli_flow.web.pages.administration import looks_after, may_administer, oversees

router = APIRouter(include_in_schema=False)
LATEST = 100
Text = Annotated[str, Query(max_length=200)]


@router.get("/audit")
def history(visitor: Visitor) -> Response:
    """The chain of what concerns no case, and whether every chain holds."""
    _require_all(visitor)
    with visitor.office.database.read() as connection:
        found = audit.entries(connection, OFFICE_CHAIN)
    entries = [(read(one.body), one.hash.hex()) for one in found[-LATEST:]]
    return visitor.page("audit.html", entries=entries[::-1], total=len(found), verified=None, all=_reads_all(visitor))


@router.post("/audit")
def check(visitor: Visitor) -> Response:
    """Read every chain through."""
    _require_all(visitor)
    return visitor.page("audit.html", entries=[], total=0, verified=verify(visitor.office), all=_reads_all(visitor))


@router.get("/audit/export")
def export(visitor: Visitor, form: Literal["package", "xes"] = "package") -> Response:
    """Every chain with a signed checkpoint, to be checked elsewhere; or the acts as an event log."""
    office = visitor.office
    reading.require_everything(office)
    if form == "xes":
        return packed("办理.xes", lambda place: event_logs.export_xes(office, place))
    return packed("留痕.zip", lambda place: archive.export_audit(office, place))


@router.get("/office")
def office(visitor: Visitor) -> Response:
    """What there is to look at."""
    return visitor.page("office.html", wide=oversees(visitor), minds=looks_after(visitor), may=may_administer(visitor))


@router.get("/office/directory")
def people(visitor: Visitor, find: Text = "", after: Text = "", units_after: Text = "") -> Response:
    """Organisations and people: names that everybody needs who names one in a form."""
    told = directory.page(visitor.office, find.strip(), after, units_after)
    begun = bool(after or units_after)
    return visitor.page("directory.html", told=told, find=find, begun=begun, may=may_administer(visitor))


@router.get("/office/workflows")
def books(visitor: Visitor) -> Response:
    """The definitions in use."""
    with visitor.office.database.read() as connection:
        titles = {one.name: one.title for one in lookup.every_latest(connection, visitor.office)}
    found = workflows.in_use(visitor.office)
    return visitor.page("workflows.html", may=may_administer(visitor), found=found, titles=titles)


@router.get("/office/workflows/{name}")
def book(visitor: Visitor, name: str) -> Response:
    """One definition: states, events, parameters with their sources, and its text."""
    found = workflows.newest(visitor.office, name)
    picture = Markup(svg.drawn(diagram.of_workflow(found)))  # nosec B704  # noqa: S704 - every text in it is escaped
    return visitor.page(
        "workflow.html",
        may=may_administer(visitor),
        wide=looks_after(visitor),
        told=summary(found),
        text=found.text,
        picture=picture,
    )


@router.get("/office/calendar")
def year(visitor: Visitor, year: int = 0) -> Response:
    """A year's holidays and 调休 with their papers."""
    wanted = min(max(year or visitor.office.today.year, 1949), 2200)
    imported = calendar.imported_years(visitor.office)
    return visitor.page(
        "year.html",
        may=may_administer(visitor),
        told=calendar.year(visitor.office.calendar, wanted, imported.get(wanted)),
    )


@router.get("/office/health")
def health(visitor: Visitor, proposed: str = "") -> Response:
    """Whether everything a run needs is there, and the duties of the running office."""
    if not (looks_after(visitor) or ADMINISTRATOR in visitor.actor.roles):
        raise NoRight("运行情况由系统管理员和省级人员查看", fix="请从“管理”中选择对您开放的")
    return visitor.page(
        "health.html",
        checks=doctor.home(visitor.office),
        beats=heartbeat.last_beats(visitor.office),
        duties=TITLES,
        proposed=proposed,
        may=ADMINISTRATOR in visitor.actor.roles,  # in a rehearsal too the law takes a proposal from nobody else
    )


def _reads_all(visitor: Visit) -> bool:
    """Whether the history of every case is open to this person, so that it may be handed out."""
    with visitor.office.database.read() as connection:
        return reading.reach(connection, visitor.office, "history").everything


def _require_all(visitor: Visit) -> None:
    if not oversees(visitor):
        raise NoRight("全局的留痕由省级人员查看", fix="一件事项的留痕在它的“留痕”一栏")
