"""What lists, numbers, search, papers and sums hold for each person is what the law lets him see, and nothing else."""

from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.errors import NoRight, NotFound
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.archiving.archive import archive, export_audit
from zhuli_flow.services.cases import open_deadlines, search, view
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.history.verify import faults
from zhuli_flow.services.notices import browse, number_register
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import overview, pages, register, totals
from zhuli_flow.services.registers.find import found
from zhuli_flow.store import cases, directory, notices
from zhuli_flow.store.case_filter import Filter

EVERY = Filter()
CITY, OTHER = "沈阳市科协经办", "大连市科协经办"
PROVINCE, AUDITOR, EXPERT = "省科协学会学术部经办", "省科协审计管理员", "评估专家01"


@pytest.fixture
def filled(office: Office) -> Office:
    """Two zones of two cities (法库县 is there already), and what two units enter; a paper of each zone."""
    open_case(office, "zone_creation", "庄河市", OTHER, {"leading_industries": "海洋食品"})
    with office.database.write() as connection:
        for one in list(cases.every(connection, 100)):
            notices.add(connection, case_id=one.case.id, seq=1, kind="reply", variables={}, at=office.clock.now())
    return office


def people(office: Office) -> list[str]:
    """One person for every set of roles, level and city there is."""
    with office.database.read() as connection:
        everybody = directory.everybody(connection, office.today)
    return sorted(
        {(one.roles, one.organisation.level, one.organisation.city): one.person for one in everybody}.values()
    )


def lawful(office: Office, person: str, part: str = "case") -> set[str]:
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        return {
            one.case.id
            for one in cases.every(connection, 100)
            if may_see(lookup.definition(connection, office, one.case.digest), one.case, actor, part)
        }


def test_every_list_of_every_person_holds_what_the_law_lets_him_see(filled: Office) -> None:
    numbers = set()
    for person in people(filled):
        seen = reading.reader(filled, person)
        mine = lawful(filled, person)
        numbers.add(len(mine))
        page = view.page(seen, EVERY, limit=1)
        assert page.total == len(mine), person
        assert {one.case for one in view.page(seen, EVERY, limit=50).lines} == mine, person
        assert {one.case for one in open_deadlines.page(seen, limit=50).lines} <= mine
        every = {one.case for one in open_deadlines.page(filled, limit=50).lines}
        assert {one.case for one in open_deadlines.page(seen, limit=50).lines} == every & mine
        hits = search.find(seen, ["市"], 1)
        assert hits.total == len({one.case for one in search.find(filled, ["市"], 50).cases} & mine), person
        papers, total = browse.page(seen, 50)
        assert {one.case for one in papers} == lawful(filled, person, "papers")
        assert total == len(papers)
        assert {one["case"] for one in found(seen, "documents", ()).rows} == {one.case for one in papers}
        rows = pages.page(seen, "zone_creation", (), limit=1)
        mine_there = lawful(filled, person, "registers")
        assert rows.total == len(mine_there), person
        assert {row["case"] for row in found(seen, "zone_creation", ()).rows} == mine_there
        counted = {one.workflow: one.cases for one in register.workflows(seen)}
        assert counted["zone_creation"] == len(mine_there)
    assert numbers >= {0, 1, 2}


def test_a_case_that_is_not_ones_own_reads_like_one_that_is_not_there(filled: Office, tmp_path: Path) -> None:
    seen = reading.reader(filled, OTHER)
    [case] = lawful(filled, CITY) - lawful(filled, OTHER)
    told = set()
    for number in (case, "SFQ-2018-9999"):
        for look in (
            lambda at: view.show(seen, at),
            lambda at: view.history(seen, at),
            lambda at: view.options(seen, at, OTHER),
            lambda at: view.titles(seen, at),
            lambda at: archive(seen, at, tmp_path / "x.zip"),
            lambda at: browse.listing(seen, at),
        ):
            with pytest.raises(NotFound) as raised:
                look(number)
            told.add(raised.value.message.replace(number, "…"))
    assert len(told) == 1
    paper = next(one.id for one in browse.listing(filled) if one.case == case)
    for which in (str(paper), "9999"):
        with pytest.raises(NotFound, match=f"没有公文“{which}”"):
            browse.show(seen, which)


def test_of_papers_that_are_closed_in_a_case_one_sees_one_hears_so(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, seen = browse.listing(filled)[0], reading.reader(filled, CITY)
    monkeypatch.setattr(reading, "may_see", lambda _flow, _case, _actor, part="case", **_: part == "case")
    with pytest.raises(NoRight, match="公文不对您开放"):
        browse.show(seen, str(paper.id))


def test_of_a_history_that_is_closed_one_sees_what_one_did(stage: Stage) -> None:
    stage.take_into_use(story(a='version: "1" -> version: "2"') + "reading: {history: office}\n")
    case = stage.open()
    seen = reading.reader(stage.office, "县")
    assert [line.entry.actor.person for line in view.history(seen, case, "县")] == ["县"]
    stage.do(case, "submit", "县")
    stage.do(case, "accept", "甲")
    assert {line.entry.actor.person for line in view.history(seen, case, "县")} == {"县"}
    office = reading.reader(stage.office, "甲")
    assert [line.entry.actor.person for line in view.history(office, case, "甲")] == ["县", "县", "甲"]
    with pytest.raises(NoRight, match="留痕不对您开放"):
        reading.require(seen, case, "history")


def test_sums_are_for_those_to_whom_totals_are_open(filled: Office) -> None:
    for person in (PROVINCE, AUDITOR):
        told = overview.overview(reading.reader(filled, person), "zone_creation")
        assert told.workflows[0].cases == 2
    for person in (CITY, EXPERT):
        with pytest.raises(NoRight, match="不对您开放"):
            overview.overview(reading.reader(filled, person))
        with pytest.raises(NoRight, match="不对您开放"):
            totals.total(reading.reader(filled, person), "progress_report.reports")
        with pytest.raises(NoRight, match="不对您开放"):
            number_register.page(reading.reader(filled, person))


def test_the_whole_history_is_for_the_auditor(filled: Office, tmp_path: Path) -> None:
    with pytest.raises(NoRight):
        export_audit(reading.reader(filled, PROVINCE), tmp_path / "a.zip")
    assert export_audit(reading.reader(filled, AUDITOR), tmp_path / "b.zip").chains == 3


def test_the_rows_of_readers_are_checked_against_the_cases(office: Office) -> None:
    assert faults(office) == []
    with office.database.write() as connection:
        case = next(cases.every(connection, 1)).case.id
        connection.execute("INSERT INTO reader VALUES ('@外人', ?)", (case,))
    assert any("可查看人的登记" in one for one in faults(office))
