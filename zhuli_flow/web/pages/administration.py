"""管理: changes to the office itself, each checked first and told at its line; the future played day by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, UploadFile
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from zhuli_flow.drawing import diagram, svg
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.relocation import PROPOSE
from zhuli_flow.errors import InvalidInput, NoRight, Problem
from zhuli_flow.services import reading
from zhuli_flow.services.administration import directory, installing, versions, workflows
from zhuli_flow.services.administration.officers import ADMINISTRATOR, in_hands_of
from zhuli_flow.services.administration.workflows import Checked
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.delivery import deliver
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.rehearse import rehearse
from zhuli_flow.web import listing, posting
from zhuli_flow.web.identity import Visit, Visitor

router = APIRouter(include_in_schema=False)
Text = posting.Words
Definition = Annotated[posting.Plain, Form(max_length=2 * installing.LONGEST)]
FARTHEST = 400
"""Days ahead that a page plays at most."""
USUAL = 30
_LINE = re.compile(r":(\d+)$")


@dataclass(frozen=True, slots=True)
class AtLine:
    """A problem with the line it stands at; 0: at none of the text shown."""

    line: int
    problem: Problem


@router.get("/office/edit/{name}")
def edit(visitor: Visitor, name: str) -> Response:
    """A definition's text, to be changed and checked; that of a new one is empty."""
    _require_overseer(visitor)
    text = "" if name == "new" else workflows.newest(visitor.office, name).text
    return _editor(visitor, "" if name == "new" else name, text, None)


@router.post("/office/edit")
def check(visitor: Visitor, name: Text, text: Definition) -> Response:
    """Every problem at its line, and the diagram of what is sound; nothing is kept."""
    _require_overseer(visitor)
    return _editor(visitor, name, text, installing.check_text(visitor.office, name, text))


@router.post("/office/install")
def install(visitor: Visitor, name: Text, text: Definition) -> Response:
    """Take a definition into use."""
    office = in_charge(visitor, "登记流程")
    try:
        installing.install(office, name, text)
    except InvalidInput as wrong:
        found = installing.check_text(visitor.office, name, text)
        return _editor(visitor, name, text, found, wrong if found.workflow else None)
    return RedirectResponse(f"/office/workflows/{name}", status_code=303)


@router.post("/office/workflows/{name}/{what}")
def choose(visitor: Visitor, name: str, what: str, version: Text = "") -> Response:
    """Let new cases run on a version, or on none."""
    if what == "retire":
        versions.retire(in_charge(visitor, "停用流程"), name)
    elif what == "use":
        versions.use(in_charge(visitor, "选定流程版本"), name, version)
    else:
        raise InvalidInput("没有这个操作", fix="请从流程的页面上选择")
    return RedirectResponse("/office/workflows", status_code=303)


@router.post("/office/directory")
def take_people(visitor: Visitor, file: Annotated[UploadFile, File()]) -> Response:
    """Import a directory file; what is wrong is told at its line, and then nothing is changed."""

    def told(office: Office, place: Path) -> list[str]:
        found = directory.import_file(office, place)
        return [f"机构：{_counted(found.organisations)}", f"人员：{_counted(found.people)}"]

    return _imported(visitor, file, "名录", "/office/directory", told)


def _counted(found: directory.Counts) -> str:
    return f"新增 {found.added}、改动 {found.changed}、未变 {found.same}"


@router.post("/office/calendar")
def take_year(visitor: Visitor, file: Annotated[UploadFile, File()], dry: Text = "") -> Response:
    """Import a year's holidays, or only say what that would change."""

    def told(office: Office, place: Path) -> list[str]:
        found = calendar.import_file(office, place, dry_run=bool(dry))
        days = "、".join(f"{one.date}{'上班' if one.working else '休息'}" for one in found.days) or "没有一天不同"
        moved = found.would.moved if dry else len(calendar.recompute(office).moved)
        head = "只看不改，导入会是这样：" if dry else ""
        return [
            f"{head}{found.year} 年：{found.title} {found.number or ''}",
            f"与现在不同的日子：{days}",
            f"随之变动的期限：{moved} 个",
        ]

    return _imported(visitor, file, "放假安排", "/office/calendar", told)


@router.get("/office/channels")
def channels(visitor: Visitor) -> Response:
    """What did not reach anybody, and why."""
    _require_overseer(visitor)
    return visitor.page("channels.html", lost=deliver.undelivered(visitor.office), **_may(visitor))


@router.post("/office/channels")
def again(visitor: Visitor) -> Response:
    """Give everything that was given up another round."""
    deliver.retry(in_charge(visitor, "重新投递"))
    return RedirectResponse("/office/channels", status_code=303)


@router.post("/office/relocate")
def relocate(visitor: Visitor, case: Text, to: Text, why: Annotated[posting.Plain, Form(max_length=2000)]) -> Response:
    """Propose that a stuck case be moved by hand; who has a say in it confirms on its page."""
    runs = ADMINISTRATOR in visitor.actor.roles  # in a rehearsal too the law takes a proposal from nobody else
    office = visitor.office if runs and visitor.office.rehearsal else in_charge(visitor, "提请调整环节")
    advance(office, case.strip(), visitor.person, Command(PROPOSE, {"to": to.strip()}, {}, why))
    return RedirectResponse(f"/office/health?{urlencode({'proposed': case.strip()})}", status_code=303)


@router.get("/office/future")
def future(visitor: Visitor, until: str = "", mine: Annotated[str, Query(max_length=1)] = "") -> Response:
    """What comes if nobody acts, day by day; for one's own part everybody may ask."""
    office = visitor.office
    alone = bool(mine) or not oversees(visitor)
    last = listing.day(until) or office.today + timedelta(days=USUAL)
    if last > office.today + timedelta(days=FARTHEST):
        raise InvalidInput(f"至多演练到 {FARTHEST} 天以后", fix="请选近一些的日子；更远的用命令 zhuli rehearse")
    told = rehearse(office, last, person=visitor.person if alone else "")
    days = [(day, list(items)) for day, items in groupby(told.items, key=lambda one: one.on)]
    return visitor.page("future.html", days=days, until=last, mine=alone, wide=oversees(visitor))


def _imported(
    visitor: Visit, file: UploadFile, what: str, back: str, told: Callable[[Office, Path], Sequence[str]]
) -> Response:
    """A file taken in, or every fault of it at its line."""
    office = in_charge(visitor, f"导入{what}")
    name = file.filename or "文件"
    suffix = Path(name).suffix if Path(name).suffix in {".yaml", ".yml", ".json"} else ".yaml"
    lines, problems, message = list[str](), list[AtLine](), ""
    with posting.kept_aside(file, suffix) as place:
        text = place.read_text("utf-8", "replace").splitlines()
        try:
            lines = list(told(office, place))
        except InvalidInput as wrong:
            problems, message = [_at_line(one) for one in wrong.problems], wrong.message.replace(str(place), name)
    return visitor.page(
        "imported.html",
        status=422 if message else 200,
        what=what,
        back=back,
        name=name,
        lines=lines,
        problems=problems,
        message=message,
        text=text if problems else [],
    )


def _editor(visitor: Visit, name: str, text: str, found: Checked | None, wrong: InvalidInput | None = None) -> Response:
    problems = [_at_line(one) for one in (*(found.problems if found else ()), *(wrong.problems if wrong else ()))]
    return visitor.page(
        "editor.html",
        status=422 if problems else 200,
        name=name,
        text=text,
        checked=found is not None,
        problems=problems,
        hints=found.hints if found else (),
        lines=installing.lines_of(found) if found and problems else [],
        picture=Markup(svg.drawn(diagram.of_workflow(found.workflow))) if found and found.workflow else "",  # nosec B704  # noqa: S704 - ours
        version=found.workflow.version if found and found.workflow else "",
        **_may(visitor),
    )


def _at_line(problem: Problem) -> AtLine:
    found = _LINE.search(problem.place)
    return AtLine(int(found[1]) if found else 0, problem)


def _may(visitor: Visit) -> dict[str, bool]:
    return {"may": may_administer(visitor)}


def oversees(visitor: Visit) -> bool:
    """Whether this person looks at the office as a whole: the totals of some workflow are open to him."""
    return reading.oversees(visitor.office)


def may_administer(visitor: Visit) -> bool:
    """Whether this person may change the office from a page: the 系统管理员; in a rehearsal whoever oversees it."""
    return oversees(visitor) if visitor.office.rehearsal else ADMINISTRATOR in visitor.actor.roles


def looks_after(visitor: Visit) -> bool:
    """Whether how the office runs is this person's to look at."""
    return may_administer(visitor) or oversees(visitor)


def in_charge(visitor: Visit, act: str) -> Office:
    """The office in this person's hands, on record as ``act``. Raises NoRight."""
    if not visitor.office.rehearsal:
        return in_hands_of(visitor.site.office, visitor.person, (ADMINISTRATOR,), act, address=visitor.address)
    if not oversees(visitor):
        raise NoRight("这里的改动由管理员办理", fix="演练环境由省级人员办理")
    return replace(visitor.office, officer=visitor.person)


def _require_overseer(visitor: Visit) -> None:
    if not looks_after(visitor):
        raise NoRight("本单位的运行由省级人员查看", fix="请从“管理”中选择对您开放的")
