"""A list of cases as a table: the columns a person chose, for a page or a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from zhuli_flow.clock import local_date, parse_instant
from zhuli_flow.engine.deadlines.lights import Light
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.export import as_of
from zhuli_flow.support import wording

if TYPE_CHECKING:
    from zhuli_flow.workbooks import table as paper

COLUMNS: Mapping[str, str] = {
    "applicant": "申报单位",
    "state": "环节",
    "step": "本环节",
    "whole": "全事项",
    "city": "市",
    "workflow": "流程",
    "opened": "开启日期",
}
"""What a list of cases can show beside the number of each, by name."""


def _light(light: Light) -> str:
    return f"{light.word} {wording.left(light)}".strip() if light.deadline else ""


_VALUES: Mapping[str, Callable[[CaseLine], str]] = {
    "applicant": lambda line: line.applicant,
    "state": lambda line: line.standing,
    "step": lambda line: _light(line.light_step),
    "whole": lambda line: _light(line.light_case),
    "city": lambda line: line.city,
    "workflow": lambda line: line.title,
    "opened": lambda line: local_date(parse_instant(line.opened_at)).isoformat(),
}


def printed(office: Office, lines: Sequence[CaseLine], columns: Sequence[str], where: Sequence[str]) -> paper.Table:
    """The lines as a plain table with these of ``COLUMNS``; its note says as of when, by which conditions, how many."""
    from zhuli_flow.workbooks import table as paper

    headings = (paper.Heading("case", "事项"), *(paper.Heading(one, COLUMNS[one]) for one in columns))
    rows = [{"case": line.case, **{one: _VALUES[one](line) for one in columns}} for line in lines]
    rehearsal = "；演练" if office.rehearsal else ""
    return paper.Table("事项", headings, rows, (f"{as_of(office, where)}；共 {len(rows)} 件{rehearsal}",))
