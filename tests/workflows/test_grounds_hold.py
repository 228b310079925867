"""What has been done stays good when an act that it does not rest on is done after it, or done again in other words."""

from collections.abc import Callable
from pathlib import Path

from tests.workflows.staging import Stage
from zhuli_flow.store import cases

HERE = Path(__file__).parent
Open = Callable[..., Stage]


def stale(played: Stage) -> dict[str, list[str]]:
    """The cases of which something is 须重办, with what is."""
    with played.office.database.read() as connection:
        numbers = [str(row[0]) for row in connection.execute("SELECT id FROM cases ORDER BY id").fetchall()]
        loaded = [cases.load(connection, number) for number in numbers]
    return {one.case.id: sorted(one.case.stale) for one in loaded if one is not None and one.case.stale}


def test_guidance_at_any_step_undoes_no_step_of_a_match(stage: Open) -> None:
    played = stage()
    story = (HERE / "matching_goes_from_need_to_acceptance.scenario").read_text(encoding="utf-8").splitlines()
    more = []
    for number, line in enumerate(story):
        more.append(line)
        if (
            line.startswith(("应为 窑炉 期限 ", "办理 窑炉 登记对接活动")) and "accepting" not in line
        ) or "填报执行进展" in line:
            more.append(f"办理 窑炉 组织部门引导 沈阳市委组织部经办 guidance=第{number}行后的意见")
    assert len(more) == len(story) + 8  # five steps, two meetings, one report of progress
    played.play("\n".join(more), HERE.name)
    assert stale(played) == {}


def test_minutes_changes_and_plans_of_a_leading_group_stand_beside_each_other(stage: Open) -> None:
    played = stage()
    story = (HERE / "leading_group_is_founded_and_meets_every_quarter.scenario").read_text(encoding="utf-8")
    until, _, _ = story.partition("2019-07-20")
    minutes = "办理 小组 登记协商纪要 沈阳市科协经办 minutes_number=90{0} held_on=2019-04-1{0} 附 minutes_paper\n"
    changes = "办理 小组 登记成员变更 法库县委经办 changes=第{0}次 changed_on=2019-04-1{0} 附 change_paper\n"
    plan = "办理 小组 登记工作计划 法库县政府经办 plan_date=2019-04-1{0} 附 plan_paper\n"
    days = (f"2019-04-1{day} {act.format(day)}" for day in (1, 2) for act in (minutes, changes, plan))
    played.play(until + "".join(days), HERE.name)
    assert stale(played) == {}


def test_a_zone_s_group_plan_and_first_day_of_tracking_stand_beside_each_other(stage: Open) -> None:
    """Filed on the zone's own case first; the case of its group, founded later, then tells the zone of both again."""
    played = stage()
    played.play(
        "引用 zone_life.steps\n照做 待审定\n照做 同意批复\n"
        "2018-11-06 办理 法库县 报备领导小组和办公室 法库县委经办 group_date=2018-11-05 responsible_department=科技局"
        " 附 group_notice\n"
        "2018-11-07 办理 法库县 报备工作计划 法库县政府经办 plan_date=2018-11-06 附 work_plan\n"
        "2018-11-08 办理 法库县 另定跟踪调度起始日 省科协学会学术部经办 tracking_since=2018-11-08\n"
        "2018-11-12 09:00 开启 leading_group 法库县 法库县委经办 称 小组\n"
        "2018-11-20 办理 小组 登记成立文件 法库县委经办 notice_title=关于成立领导小组的通知 notice_number=907"
        " founded_on=2018-11-20 office_place=县科协 office_head=县科协主要负责人 附 founding_paper\n"
        "2018-12-10 办理 小组 登记工作计划 法库县政府经办 plan_date=2018-12-10 附 plan_paper\n"
        "应为 法库县 字段 plan_date 2018-12-10\n"
    )
    assert stale(played) == {}
