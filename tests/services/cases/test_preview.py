"""A preview does the act and undoes it: what it would print is shown, and nothing at all is left behind."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.preview import preview
from zhuli_flow.services.history import verify
from zhuli_flow.services.notices.issue import issue_ordered
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Settings
from zhuli_flow.store import cases

OFFICE = "省科协学会学术部经办"
TOLD = {
    "subject": "2018年总结",
    "period_from": "2017-06-01",
    "period_to": "2018-05-31",
    "due_on": "2018-06-25",
    "form_version": "2018",
    "units": "大连市科学技术协会",
}


@pytest.fixture
def office(home: Path) -> Office:
    bootstrap.make_home(
        home, Settings(rehearsal=True), start=parse_instant("2018-06-19"), sampled=True, os_user="tester"
    )
    return bootstrap.open_office(home)


@pytest.fixture
def case(office: Office) -> str:
    return open_case(office, "returns_call", "辽宁省科学技术协会", OFFICE, TOLD).case


def content(office: Office) -> str:
    """Everything that the database holds, in one hash."""
    connection = sqlite3.connect(f"file:{office.database.path}?mode=ro", uri=True)
    text = "\n".join(connection.iterdump())
    connection.close()
    return hashlib.sha256(text.encode()).hexdigest()


def test_nothing_is_left_of_a_preview(office: Office, case: str) -> None:
    before = content(office)
    found = preview(office, case, OFFICE, Command("issue"))
    assert len(found.jobs) == 1
    assert "2018年总结" in found.jobs[0].html
    assert content(office) == before
    assert verify.verify(office).ok


def test_a_refused_preview_tells_every_reason_and_is_not_recorded(office: Office, case: str) -> None:
    before = content(office)
    with pytest.raises(RulesRefused):
        preview(office, case, OFFICE, Command("summarise"))
    assert content(office) == before


def test_what_is_previewed_is_what_is_issued(office: Office, case: str) -> None:
    [job] = preview(office, case, OFFICE, Command("issue")).jobs
    advance(office, case, OFFICE, Command("issue"))
    [issued] = issue_ordered(office, case)
    from zhuli_flow.documents.printing.printer import to_pdf

    data = to_pdf(
        job.html,
        assets=office.notices[0],
        title=job.title,
        author=job.author,
        subject=job.subject,
        identifier=job.identifier,
        variant=job.variant,
    )
    assert hashlib.sha256(data).hexdigest() == issued.sha256
    with office.database.read() as connection:
        assert cases.load(connection, case) is not None
