"""Many acts in one transaction: each has its own answer."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.homes import office_at
from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import NoRight, NotFound, RulesRefused
from zhuli_flow.services.cases import advance as acts
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import directory, files
from zhuli_flow.store.directory import Person

OFFICER, STRANGER = "沈阳市科协经办", "朝阳市科协经办"
VALUES = {
    "reason_features": "陶瓷",
    "reason_cluster": "集聚",
    "reason_demand": "迫切",
    "recommendation_issuer": "市委组织部和市科协",
    "recommendation_date": "2018-10-08",
}


@pytest.fixture
def office(home: Path) -> Office:
    return office_at(home, sampled=True)


@pytest.fixture
def two(office: Office) -> list[str]:
    """Two cases ready for the first signature under the recommendation."""
    industries = {"leading_industries": "陶瓷"}
    return [acts.open_case(office, "zone_creation", place, OFFICER, industries).case for place in ("法库县", "新民市")]


def recommend(office: Office, request_id: str = "") -> Command:
    letter: Attachment = files.store_bytes(office.home, b"%PDF-1.4\n%%EOF\n", "推荐函.pdf", "pdf")
    return Command("recommend", VALUES, {"recommendation_letter": (letter,)}, request_id=request_id)


def kinds(office: Office, case_id: str) -> list[object]:
    return [line.entry.kind for line in view.history(office, case_id)]


def test_the_answers_come_in_the_order_asked(office: Office, two: list[str]) -> None:
    answers = acts.advance_many(office, [(case_id, OFFICER, recommend(office)) for case_id in reversed(two)])
    assert [answer.case for answer in answers if isinstance(answer, Outcome)] == [two[1], two[0]]
    assert verify.verify(office).ok


def test_a_refused_act_undoes_no_other_and_goes_on_record(office: Office, two: list[str]) -> None:
    first, second = two
    asked = [
        (second, STRANGER, recommend(office)),
        ("SFQ-2018-9999", OFFICER, recommend(office)),
        (second, OFFICER, Command("recommend")),
        (first, OFFICER, recommend(office)),
    ]
    stranger, unknown, incomplete, done = acts.advance_many(office, asked)
    assert isinstance(stranger, NoRight)
    assert isinstance(unknown, NotFound)
    assert isinstance(incomplete, RulesRefused)
    assert "missing_material" in {getattr(refusal, "code", "") for refusal in incomplete.refusals}
    assert isinstance(done, Outcome)
    assert kinds(office, first) == ["move", "sign"]
    assert kinds(office, second) == ["move", "refused", "refused"]
    assert verify.verify(office).ok


def test_the_same_request_twice_in_one_batch_is_done_once(office: Office, two: list[str]) -> None:
    asked = (two[0], OFFICER, recommend(office, "request-1"))
    first, again = acts.advance_many(office, [asked, asked])
    assert first == again
    assert kinds(office, two[0]) == ["move", "sign"]


def test_an_act_that_fails_half_way_leaves_nothing_of_itself(
    office: Office, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_after_writing(monkeypatch, two[0], RulesRefused("关联事项不能开启，全部未作改动"))
    refused, done = acts.advance_many(office, [(case_id, OFFICER, recommend(office)) for case_id in two])
    assert isinstance(refused, RulesRefused)
    assert isinstance(done, Outcome)
    assert [kinds(office, case_id) for case_id in two] == [["move"], ["move", "sign"]]
    assert verify.verify(office).ok


def test_a_failure_that_is_no_refusal_undoes_all(
    office: Office, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_after_writing(monkeypatch, two[1], ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        acts.advance_many(office, [(case_id, OFFICER, recommend(office)) for case_id in two])
    assert [kinds(office, case_id) for case_id in two] == [["move"], ["move"]]


def test_every_batch_reads_its_people_anew(office: Office, two: list[str]) -> None:
    (before,) = acts.advance_many(office, [(two[0], OFFICER, recommend(office))])
    with office.database.write() as connection:
        found = directory.find(connection, OFFICER, office.today)
        assert found is not None
        left = Person(OFFICER, found.organisation.id, found.roles, active=False)
        directory.put_people(connection, [left])
    (after,) = acts.advance_many(office, [(two[1], OFFICER, recommend(office))])
    assert isinstance(before, Outcome)
    assert isinstance(after, NotFound)


def break_after_writing(monkeypatch: pytest.MonkeyPatch, case_id: str, error: Exception) -> None:
    """Acts on this case fail with ``error`` when everything has been written."""
    settle = acts.settle

    def settle_and_fail(connection: Any, office: Office, question: Any, *rest: Any) -> Outcome:
        written = settle(connection, office, question, *rest)
        if question.case.id == case_id:
            raise error
        return written

    monkeypatch.setattr(acts, "settle", settle_and_fail)
