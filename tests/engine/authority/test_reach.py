"""Lists reach what the law lets one see, neither more nor less: over people, cases, parts and what is written."""

from itertools import product

import pytest
from msgspec.structs import replace

from tests.engine.desk import COUNTY, DESK, PEOPLE, Desk, book
from zhuli_flow.definitions.model.readers import PARTS
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.reach import marks, reach
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor, Organisation, Standing

ELSEWHERE = Organisation("又一甲县政府", "甲县政府", "county", "大连市", "甲县", "county")
HEIR = Organisation("新县", "新县", "county", "沈阳市", "新县")
CITY = Organisation("沈阳市科协", "沈阳市科协", "city", "沈阳市")
OTHER_CITY = Organisation("大连市科协", "大连市科协", "city", "大连市")
WRITTEN = (
    "",
    "reading: {case: [applicant, every_role], totals: province_roles}",
    "reading: {case: [office, expert], materials: office, history: []}",
    "reading: {case: [everybody], papers: [applicant], registers: [county, city], history: [head]}",
    "reading: {case: [city, county], totals: city}",
)
ACTORS = (
    *PEOPLE.values(),
    Actor("市", CITY, frozenset({"city"})),
    Actor("外市", OTHER_CITY, frozenset({"city"})),
    Actor("同名县", ELSEWHERE, frozenset({"county"})),
    Actor("审计", OTHER_CITY, frozenset({"auditor"})),
    Actor("受托", OTHER_CITY, frozenset(), (Standing("市", CITY, frozenset({"city"})),)),
    Actor("继任", HEIR, frozenset({"expert"}), (), "", frozenset({"旧县"})),
)  # fmt: skip


def workflow(written: str) -> Workflow:
    return book(DESK.replace("roles:\n", "roles:\n  city: {title: 市, of: city}\n", 1) + written + "\n")


def cases(workflow: Workflow) -> list[Case]:
    """One just begun, one with experts named, one handed over, one of a county with the same name elsewhere."""
    begun = Desk(workflow)
    begun.do("begin", "县", subject="请示")
    named = replace(begun.case, body={**begun.case.body, "fields": {**begun.case.fields, "experts": ["专家", "旧县"]}})
    handed = Desk(workflow)
    handed.do("begin", "县", subject="请示")
    handed.do("submit", "县")
    handed.do("transfer", "甲", person="丙")
    return [begun.case, named, handed.case, replace(begun.case, applicant=ELSEWHERE)]


@pytest.mark.parametrize("written", WRITTEN)
def test_lists_reach_what_the_law_lets_one_see(written: str) -> None:
    definition = workflow(written)
    found = set()
    for actor, case, part in product(ACTORS, cases(definition), PARTS):
        within = reach([definition], actor, part)
        lawful = may_see(definition, case, actor, part)
        assert (within.everything or bool(within.marks & marks(definition, case))) == lawful, (actor.person, part)
        found.add(lawful)
    assert found == {True, False}


def test_a_county_of_the_same_name_in_another_city_is_another_county() -> None:
    definition = workflow("")
    begun = cases(definition)[0]
    assert begun.applicant == COUNTY
    namesake = next(one for one in ACTORS if one.person == "同名县")
    assert not may_see(definition, begun, namesake)


def test_a_part_is_closed_to_whom_the_whole_is_closed() -> None:
    definition = workflow("reading: {case: [office], totals: office}")
    head = PEOPLE["领导"]
    assert not any(may_see(definition, cases(definition)[0], head, part) for part in PARTS)


def test_whoever_reads_every_definition_reads_everything_without_a_condition() -> None:
    books = [workflow(""), workflow("reading: {case: [office, head]}")]
    assert reach(books, PEOPLE["甲"]).everything
    assert not reach(books, PEOPLE["外人"]).everything
    mixed = [workflow("reading: {case: head}"), workflow("")]
    assert not reach(mixed, PEOPLE["甲"]).everything
    assert reach(mixed, PEOPLE["甲"]).whole == {mixed[1].digest}
