"""A paper names the papers that it cites by the titles the register has, as they stood when it was ordered."""

from dataclasses import replace

import pytest

from tests.services.notices.test_issue import issue, ordered
from tests.services.staging import Stage
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.services.notices.citations import cited

__all__ = ["ordered"]

KIND = load_kinds([packaged_notices()])["expiry_notice"]
NUMBER = "测函〔2018〕1号"


def titles(stage: Stage, at: str = "", **values: str) -> object:
    with stage.office.database.read() as connection:
        return cited(connection, KIND, values, at)


@pytest.mark.usefixtures("ordered")
def test_a_number_of_our_own_has_its_title(stage: Stage) -> None:
    assert titles(stage, reply_number=NUMBER) == []  # not printed yet
    issue(stage)
    assert titles(stage, reply_number=NUMBER) == [{"number": NUMBER, "title": f"reply {NUMBER}"}]
    assert titles(stage, reply_number="测函〔2018〕2号") == []
    assert titles(stage, number=NUMBER) == []  # its own
    assert titles(stage, at="2000-01-01T00:00:00+00:00", reply_number=NUMBER) == []


@pytest.mark.usefixtures("ordered")
def test_a_kind_that_cites_nothing_asks_nothing(stage: Stage) -> None:
    issue(stage)
    with stage.office.database.read() as connection:
        plain = replace(KIND, template=KIND.template.replace("cited", "other"))
        assert cited(connection, plain, {"reply_number": NUMBER}) == []
