"""The directory file is read strictly; who may act for whom is dated; a token is checked and never kept."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.services.homes import office_at
from zhuli_flow.errors import InvalidInput, NoRight, NotFound
from zhuli_flow.services.administration import directory
from zhuli_flow.services.administration.directory import Counts
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.builtin import builtin

SMALL = """\
organisations:
  甲市科协: {short: 甲科协, level: city, city: 甲市, kind: association}
  甲县: {level: county, city: 甲市, county: 甲县, kind: county}
people:
  甲市经办: {title: 经办, organisation: 甲市科协, roles: [city_association]}
  甲县经办: {organisation: 甲县, roles: []}
"""
DEPUTY = "  甲市副手: {organisation: 甲市科协, roles: []}\n"


@pytest.fixture
def office(home: Path) -> Office:
    return office_at(home)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def codes(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_directory(text.encode(), "d.yaml", frozenset())
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n", "type"),
        ("organisations: []\n", "type"),
        ("organisation: {}\n", "unknown_key"),
        ("organisations:\n  甲: {level: city}\n", "missing"),
        ("organisations:\n  甲: {level: [city]}\n", "level"),
        ("organisations:\n  甲: city\n", "type"),
        ("organisations:\n  甲: {level: province, kind: 7}\n", "type"),
        ("organisations:\n  甲: {level: province}\n  甲: {level: province}\n", "duplicate_key"),
        (f"organisations:\n  {'长' * 101}: {{level: province}}\n", "name"),
        ("people:\n  乙: {organisation: 甲, roles: [office]}\n", "organisation"),
        ("people:\n  system: {organisation: 甲, roles: [office]}\n", "name"),
        ("people:\n  乙: {organisation: 甲, roles: [Office!]}\n", "roles"),
        ("people:\n  乙: {organisation: 甲, roles: [], active: 'no'}\n", "type"),
        ("people: {乙: &a {organisation: 甲, roles: []}}\n", "alias"),
    ],
)
def test_what_is_wrong_in_a_file_is_found(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_file_too_large_is_refused_unread() -> None:
    assert codes("#" * (300 * 1024)) == ["too_large"]


def test_a_file_without_fault_is_read_whole() -> None:
    found = read_directory(SMALL.encode(), "d.yaml", frozenset())
    assert [one.id for one in found.organisations] == ["甲市科协", "甲县"]
    assert found.people[0].roles == {"city_association"}
    assert (found.people[1].title, found.people[1].active) == ("", True)


def test_people_may_belong_to_an_organisation_already_there(office: Office, small: Path, tmp_path: Path) -> None:
    directory.import_file(office, small)
    more = tmp_path / "more.yaml"
    more.write_text("people:\n  甲县二: {organisation: 甲县, roles: []}\n", encoding="utf-8")
    assert directory.import_file(office, more).people == Counts(added=1, changed=0, same=0)


def test_a_change_is_counted_and_a_person_put_out_of_service_is_gone(office: Office, small: Path) -> None:
    directory.import_file(office, small)
    small.write_text(SMALL.replace("roles: []", "roles: [county_party], active: false"), encoding="utf-8")
    assert directory.import_file(office, small).people == Counts(added=0, changed=1, same=1)
    assert [one.id for one in directory.listing(office).people] == ["甲市经办"]


def test_an_entrustment_holds_on_its_days_only(office: Office, small: Path) -> None:
    small.write_text(SMALL + DEPUTY, encoding="utf-8")
    directory.import_file(office, small)
    days = {"since": date(2018, 10, 9), "until": date(2018, 10, 10)}
    directory.entrust(office, giver="甲市经办", receiver="甲市副手", reason="出差", **days)
    assert acts_for(office) == []
    office.clock.set(datetime(2018, 10, 10, 15, tzinfo=UTC))  # still the 10th in Beijing
    assert acts_for(office) == ["甲市经办"]
    office.clock.set(datetime(2018, 10, 10, 16, tzinfo=UTC))  # the 11th
    assert acts_for(office) == []


def test_entrustments_are_listed_with_number_days_reason_and_how_they_stand(office: Office, small: Path) -> None:
    small.write_text(SMALL + DEPUTY, encoding="utf-8")
    directory.import_file(office, small)
    for since, until in ((8, 9), (12, 14), (8, 20)):
        days = {"since": date(2018, 10, since), "until": date(2018, 10, until)}
        directory.entrust(office, giver="甲市经办", receiver="甲市副手", reason=f"{since}日出差", **days)
    directory.revoke(office, 3)
    office.clock.set(datetime(2018, 10, 10, 2, tzinfo=UTC))
    found = directory.listing(office).entrustments
    assert [(one.entrustment, one.since, one.reason, one.standing) for one in found] == [
        (1, "2018-10-08", "8日出差", "已过期"),
        (2, "2018-10-12", "12日出差", "未开始"),
        (3, "2018-10-08", "8日出差", "已撤销"),
    ]
    rows = builtin(office, "entrustments").rows
    assert [(row["number"], row["giver"], row["standing"]) for row in rows] == [
        (1, "甲市经办", "已过期"), (2, "甲市经办", "未开始"), (3, "甲市经办", "已撤销"),
    ]  # fmt: skip


def acts_for(office: Office) -> list[str]:
    people = {one.id: one for one in directory.listing(office).people}
    return [*people["甲市副手"].acts_for]


def test_no_entrustment_leads_to_another_organisation(office: Office, small: Path) -> None:
    directory.import_file(office, small)
    today = office.today
    with pytest.raises(InvalidInput) as refused:
        directory.entrust(office, giver="甲市经办", receiver="甲县经办", since=today, until=today, reason="出差")
    assert [problem.code for problem in refused.value.problems] == ["other_unit"]
    assert refused.value.fix == "委托不跨单位；请委托给甲市科协的人员"
    assert directory.listing(office).entrustments == ()


def test_an_entrustment_ends_to_count_when_the_substitute_moves_away(office: Office, small: Path) -> None:
    small.write_text(SMALL + DEPUTY, encoding="utf-8")
    directory.import_file(office, small)
    today = office.today
    directory.entrust(office, giver="甲市经办", receiver="甲市副手", since=today, until=today, reason="出差")
    assert [one.standing for one in directory.listing(office).entrustments] == ["有效"]
    small.write_text(SMALL + DEPUTY.replace("甲市科协", "甲县"), encoding="utf-8")
    directory.import_file(office, small)
    assert (acts_for(office), [one.standing for one in directory.listing(office).entrustments]) == ([], ["不生效"])
    assert [row["standing"] for row in builtin(office, "entrustments").rows] == ["不生效"]


def test_nobody_unknown_can_be_entrusted_or_given_a_token(office: Office) -> None:
    with pytest.raises(NotFound):
        directory.issue_token(office, "无此人")
    with pytest.raises(NotFound):
        directory.entrust(
            office, giver="甲", receiver="乙", since=date(2018, 10, 8), until=date(2018, 10, 8), reason="出差"
        )


def test_a_real_office_asks_for_the_token(office: Office, small: Path) -> None:
    directory.import_file(office, small)
    token = directory.issue_token(office, "甲市经办")
    office.rehearsal = False
    directory.admit(office, "甲市经办", token)
    for wrong in (None, "", token + "x", token[:-1]):
        with pytest.raises(NoRight):
            directory.admit(office, "甲市经办", wrong)


def test_roles_are_listed_by_what_people_call_them(office: Office, small: Path) -> None:
    directory.import_file(office, small)
    told = {one.id: one.role_titles for one in directory.listing(office).people}
    assert told["甲市经办"] == ("市科协",)
    assert told["甲县经办"] == ()
