"""Definitions are checked together, taken into use together, and never change under their version."""

from pathlib import Path

import pytest

from tests.services.homes import office_at
from zhuli_flow import bootstrap
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import versions, workflows
from zhuli_flow.services.administration.workflow_summary import summary
from zhuli_flow.services.office import Office

SHIPPED = bootstrap.bundle("workflows") / "zone_creation.yaml"
COUNT = len(list(SHIPPED.parent.glob("*.yaml")))


@pytest.fixture
def office(home: Path) -> Office:
    return office_at(home)


def rewrite(office: Office, old: str, new: str) -> None:
    path = office.home / "workflows" / "zone_creation.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")


def test_registering_again_what_is_in_use_changes_nothing(office: Office) -> None:
    assert [one.new for one in workflows.register(office)] == [False] * COUNT
    assert len(workflows.in_use(office)) == COUNT


def test_a_dry_run_tells_what_would_be_new_and_writes_nothing(office: Office) -> None:
    rewrite(office, 'version: "2018.1"', 'version: "2018.2"')
    told = workflows.register(office, dry_run=True)
    assert [one.workflow for one in told if one.new] == ["zone_creation"]
    assert len(workflows.in_use(office)) == COUNT


def test_of_several_files_one_that_is_wrong_keeps_all_out(office: Office) -> None:
    rewrite(office, 'version: "2018.1"', 'version: "2018.2"')
    (office.home / "workflows" / "wrong.yaml").write_text("workflow: wrong\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        workflows.register(office)
    assert {problem.place.rpartition(":")[0] for problem in refused.value.problems} == {
        str(office.home / "workflows" / "wrong.yaml")
    }
    assert len(workflows.in_use(office)) == COUNT


def test_new_cases_run_on_the_version_registered_last(office: Office) -> None:
    rewrite(office, 'version: "2018.1"', 'version: "2018.2"')
    workflows.register(office)
    assert workflows.newest(office, "zone_creation").version == "2018.2"


def test_a_version_lower_than_the_one_in_use_is_told(office: Office) -> None:
    def told(version: str) -> list[str]:
        file = office.home / "workflows" / "zone_creation.yaml"
        text = SHIPPED.read_text("utf-8").replace('version: "2018.1"', f'version: "{version}"', 1)
        file.write_text(text, encoding="utf-8")
        [one] = workflows.check_files([file], office.notices, office)
        assert one.workflow
        return versions.outranked(office, [(file.name, one.workflow)])

    assert told("2018.1") == told("2018.10") == []
    [words] = told("2018.0")
    assert "低于在用的 2018.1" in words
    assert "workflow use zone_creation 2018.0" in words


def test_a_document_that_no_template_prints_is_a_problem(office: Office) -> None:
    rewrite(office, "notice: reply", "notice: rply")
    found = workflows.check_files([office.home / "workflows"], office.notices)
    assert "unknown_notice" in [problem.code for one in found for problem in one.problems]


def test_a_path_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(NotFound):
            workflows.check_files([path])


def test_an_unknown_workflow_is_told_with_those_there_are(office: Office) -> None:
    with pytest.raises(NotFound) as missing:
        workflows.newest(office, "zone")
    assert "创新驱动助力示范区（县）创建" in missing.value.fix


def test_a_summary_names_every_state_event_and_source(office: Office) -> None:
    workflow = workflows.newest(office, "zone_creation")
    told = summary(workflow)
    assert [one.name for one in told.states] == list(workflow.states)
    assert [one.name for one in told.events] == list(workflow.events)
    assert all(one.source for one in told.parameters)


def test_what_comes_with_the_program_is_found() -> None:
    assert SHIPPED.is_file()
