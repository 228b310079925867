"""A real change of zone_creation with cases under way: 征求财政厅意见 before the decision, and five years for three.

Made as an analyst would make it: the file edited, registered, compared, tried, and the running cases moved.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflows.staging import Stage
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import migration, workflows
from zhuli_flow.services.administration.migration import Judged, Wanted
from zhuli_flow.services.cases import view
from zhuli_flow.services.history.verify import faults, law_breaches, verify

CLERK = "省科协学会学术部经办"
WHY = "省科协发文改版"


@pytest.fixture
def office_in_2018(stage: Callable[..., Stage]) -> Stage:
    found = stage()
    found.play("引用 faku.steps\n照做 待审定\n")
    return found


def edit(folder: Path, *changes: tuple[str, str], version: str = "2019.1") -> None:
    path = folder / "zone_creation.yaml"
    text = path.read_text("utf-8")
    for old, new in (('version: "2018.1"', f'version: "{version}"'), *changes):
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


FINANCE = (
    ("  deciding:    {title: 研究", "  finance:     {title: 征求财政厅意见, step: 4}\n  deciding:    {title: 研究"),
    ("报出评估报告, from: assessing, to: deciding", "报出评估报告, from: assessing, to: finance"),
    (
        "  start_publicity: ",
        "  consult_finance: {act: {title: 财政厅已答复, from: finance, to: deciding, by: office}}\n  start_publicity: ",
    ),
    ("value: 3y, source: 方案 五（五）", "value: 5y, source: 2019年修订"),
)


def registered(stage: Stage, *changes: tuple[str, str], version: str = "2019.1") -> None:
    edit(stage.office.home / "workflows", *changes, version=version)
    workflows.register(stage.office)


def judge(stage: Stage, **more: object) -> list[Judged]:
    wanted = Wanted("zone_creation", "2019.1", **more)  # type: ignore[arg-type]
    return list(migration.judge(stage.office, wanted, migration.chosen(stage.office, wanted)))


def migrate(stage: Stage, **more: object) -> list[Judged]:
    wanted = Wanted("zone_creation", "2019.1", **more)  # type: ignore[arg-type]
    chosen = migration.chosen(stage.office, wanted)
    return migration.migrate(stage.office, CLERK, wanted, chosen, WHY, lambda done, total: None)


def whole(stage: Stage) -> None:
    assert verify(stage.office).ok
    assert faults(stage.office) == []
    assert list(law_breaches(stage.office)) == []


def version_of(stage: Stage, case_id: str) -> str:
    with stage.office.database.read() as connection:
        return lookup.stored(connection, case_id).case.definition_version


def test_a_case_past_the_new_step_stays_or_is_led_to_it_by_a_mapping(office_in_2018: Stage) -> None:
    stage = office_in_2018
    registered(stage, *FINANCE)
    (told,) = judge(stage)
    assert (told.verdict, told.state) == ("illegal", "研究审定（可含公示）")
    assert "“报出评估报告”在新版本中" in told.findings[0].because
    assert "--map deciding=finance" in told.findings[0].fix
    assert migrate(stage)[0].moved is False
    assert version_of(stage, told.case) == "2018.1"
    (moved,) = migrate(stage, mapping={"deciding": "finance"})
    assert (moved.verdict, moved.moved) == ("continues", True)
    case = view.show(stage.office, told.case, CLERK)
    assert (case.state, version_of(stage, told.case)) == ("finance", "2019.1")
    whole(stage)
    stage.play("引用 faku.steps\n2018-10-30 09:00 办理 法库县 财政厅已答复 省科协学会学术部经办\n照做 同意批复\n")
    with stage.office.database.read() as connection:
        fields = lookup.stored(connection, told.case).case.fields
    assert fields["valid_until"] == "2023-11-02"  # the version it runs on now says five years
    whole(stage)


def test_a_case_before_the_new_step_just_goes_on_and_can_be_moved_back(stage: Callable[..., Stage]) -> None:
    found = stage()
    found.play("引用 faku.steps\n照做 待受理\n")
    registered(found, *FINANCE)
    (moved,) = migrate(found)
    assert moved.moved
    whole(found)
    with pytest.raises(InvalidInput) as wrong:
        migration.move_back(found.office, CLERK, "station", [moved.case], "改回")
    assert [one.code for one in wrong.value.problems] == ["wrong_workflow"]
    assert migration.move_back(found.office, CLERK, "zone_creation", [moved.case], "改回") == [moved.case]
    assert version_of(found, moved.case) == "2018.1"
    whole(found)
    with pytest.raises(InvalidInput, match="没有撤销"):
        migration.move_back(found.office, CLERK, "zone_creation", [moved.case], "再改回")


def test_a_longer_limit_is_counted_from_where_it_began(stage: Callable[..., Stage]) -> None:
    found = stage()
    found.play("引用 faku.steps\n照做 征求意见\n")
    registered(found, ("市委组织部答复, value: 10wd", "市委组织部答复, value: 15wd"))
    (told,) = judge(found)
    assert [(one.title, one.before, one.after) for one in told.deadlines] == [
        ("市委组织部答复", "2018-10-29", "2018-11-05")
    ]
    migrate(found)
    whole(found)


def test_a_law_that_the_history_breaks_forbids_it(office_in_2018: Stage) -> None:
    stage = office_in_2018
    registered(stage, ("laws:\n", "laws:\n  - 先公示后请示: {never: request, before: start_publicity}\n"))
    (told,) = judge(stage)
    assert told.verdict == "illegal"
    assert any("铁律" in one.because and "先公示后请示" in one.because for one in told.findings)


def test_a_renamed_step_needs_its_mapping_and_then_all_follows(office_in_2018: Stage) -> None:
    stage = office_in_2018
    path = stage.office.home / "workflows" / "zone_creation.yaml"
    text = path.read_text("utf-8").replace('version: "2018.1"', 'version: "2019.1"', 1)
    path.write_text(text.replace("deciding", "weighing"), "utf-8")
    workflows.register(stage.office)
    (told,) = judge(stage)
    assert told.verdict in {"mapping", "illegal"}
    assert any("--map deciding=" in one.fix for one in told.findings)
    (moved,) = migrate(stage, mapping={"deciding": "weighing"})
    assert moved.moved, moved
    whole(stage)
    stage.play("引用 faku.steps\n照做 同意批复\n")
    whole(stage)


def test_what_is_asked_wrongly_is_told_and_changes_nothing(office_in_2018: Stage) -> None:
    stage = office_in_2018
    registered(stage, *FINANCE)
    with pytest.raises(InvalidInput) as wrong:
        judge(stage, mapping={"nowhere": "finance", "deciding": "nowhere"})
    assert len(wrong.value.problems) == 2
    with pytest.raises(NotFound, match=r"2030\.1"):
        list(migration.judge(stage.office, Wanted("zone_creation", "2030.1"), ["SFQ-2018-0001"]))
    with pytest.raises(InvalidInput, match="理由"):
        migration.migrate(stage.office, CLERK, Wanted("zone_creation", "2019.1"), [], " ", lambda done, total: None)
    assert judge(stage, where=["市=大连市"]) == []
    assert [one.case for one in judge(stage, where=["市=沈阳市"])] == ["SFQ-2018-0001"]


def test_signatures_of_an_act_that_now_says_otherwise_are_asked_anew(stage: Callable[..., Stage]) -> None:
    found = stage()
    found.play("引用 faku.steps\n照做 已考察\n照做 好评 法库县 2018-10-22\n")
    papers = "assessment_report signed_summary conflict_statements"
    found.play(f"2018-10-26 09:00 办理 法库县 报出评估报告 评估专家01 附 {papers} 意见 同意。\n")
    registered(found, *FINANCE)
    (moved,) = migrate(found)
    assert moved.signers == ("评估专家01",)
    with found.office.database.read() as connection:
        assert not lookup.stored(connection, moved.case).case.body.get("signoffs")
    whole(found)
