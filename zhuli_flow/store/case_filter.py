"""What a list of cases is narrowed to, and the conditions by which the store looks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from zhuli_flow.clock import local_date
from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.store.sql.statements import array, instant


class Lit(NamedTuple):
    """A light (红、黄、绿、灰, — for none) as it shows at an instant (UTC), of the step or of the whole case."""

    word: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of cases is narrowed to; empty narrows nothing. ``due_by``: a running deadline ends by then."""

    workflow: str = ""
    state: str = ""
    kind: str = ""
    applicant: str = ""
    city: str = ""
    county: str = ""
    name: str = ""
    """The applicant's name."""
    part: str = ""
    """What its name has in it, as it is written."""
    states: tuple[str, ...] = ()
    """Any of these states; none: any state."""
    opened_from: date | None = None
    opened_to: date | None = None
    """First and last day (Asia/Shanghai) on which the case may have been opened."""
    due_by: date | None = None
    living: bool = False
    """Only cases that are not ended."""
    case_id: str = ""
    reach: Reach = EVERYTHING
    """Only what is in somebody's reach."""
    lit: Lit | None = None


def narrowed(wanted: Filter) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The conditions on the rows of lists by name, and their values."""
    conditions: dict[str, tuple[str, Any]] = {
        "cases.numbered": ("id", wanted.case_id),
        "cases.of_workflow": ("workflow", wanted.workflow),
        "cases.in_state": ("state", wanted.state),
        "cases.of_kind": ("kind", wanted.kind),
        "cases.of_applicant": ("applicant", wanted.applicant),
        "cases.in_city": ("city", wanted.city),
        "cases.in_county": ("county", wanted.county),
        "cases.of_name": ("name", wanted.name),
        "cases.name_has": ("part", wanted.part),
        "cases.in_states": ("states", array(wanted.states) if wanted.states else ""),
        "cases.opened_from": ("opened_from", wanted.opened_from and wanted.opened_from.isoformat()),
        "cases.opened_to": ("opened_to", wanted.opened_to and wanted.opened_to.isoformat()),
        "cases.due_by": ("due_by", wanted.due_by and wanted.due_by.isoformat()),
    }
    chosen = {condition: given for condition, given in conditions.items() if given[1]}
    bare = ["cases.living"] if wanted.living else []
    values = dict(chosen.values())
    if wanted.lit is not None:
        bare.append(_LIGHTS[wanted.lit.word])
        values |= {"now": instant(wanted.lit.at), "today": local_date(wanted.lit.at).isoformat()}
    names, whose = within(wanted.reach, "cases.readable")
    return (*chosen, *bare, *names), values | whose


def within(reach: Reach, condition: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The condition by which a statement is narrowed to a reach, with its values; none for who may read everything."""
    if reach.everything:
        return (), {}
    parts = {"areas": reach.areas, "named": reach.named}
    if reach.whole:
        parts["whole"] = reach.whole
    else:
        condition, parts = _NEAR[condition], {**parts, "cities": reach.cities, "applicants": reach.applicants}
    return (condition,), {name: array(sorted(marks)) for name, marks in parts.items()}


_NEAR = {
    "stays.region_readable": "stays.region_readable_near",
    "cases.readable": "cases.readable_near",
    "cases.counted_in_reach": "cases.counted_in_reach_near",
    "deadlines.readable": "deadlines.readable_near",
    "notices.readable": "notices.readable_near",
    "stays.readable": "stays.readable_near",
}
"""The condition for a reach that holds no workflow as a whole, so that its cases can be found first."""


_LIGHTS = {"红": "lights.red", "黄": "lights.yellow", "绿": "lights.green", "灰": "lights.grey", "—": "lights.dark"}
