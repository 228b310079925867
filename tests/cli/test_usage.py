"""What is typed wrongly is answered in Chinese, with exit code 2 and the command that helps."""

import pytest

from tests.cli.lines import Zhuli
from tests.cli.test_help import ENGLISH, spoken

WRONG = [
    "cse list",
    "case advnce",
    "case open",
    "case open zone_creation",
    "case advance SFQ-1 submit --as",
    "case advance SFQ-1 submit --as 甲 --nope",
    "case advance SFQ-1 submit --as 甲 --set x",
    "case advance SFQ-1 submit --as 甲 --attach =y",
    "case advance SFQ-1 submit --as 甲 --expect-version three",
    "case advance SFQ-1 submit --as 甲 --expect-version=-1",
    "case list --light 蓝",
    "case list --due-before 明天",
    "case list --limit 0",
    "case show A B",
    "clock set 不久",
    "clock set 2018-13-01",
    "calendar show 12",
    "deadline calc --from 2018-09-20",
    "deadline calc --from 2018-09-20 --within 5wd --roll back",
    "directory revoke one",
    "completion powershell",
    "init --start 2018-10-08",
    "--jsn case list",
    "case list --json=yes",
]


@pytest.mark.parametrize("line", WRONG)
def test_a_usage_error_is_chinese_exits_2_and_names_the_help(zhuli: Zhuli, home: object, line: str) -> None:
    answer = zhuli(line)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("用法有误：")
    assert answer.err.splitlines()[-1].startswith("下一步：")
    assert not ENGLISH.findall(spoken(answer.err)), answer.err


@pytest.mark.parametrize("line", WRONG[:6])
def test_a_usage_error_is_one_json_document_when_asked_for(zhuli: Zhuli, home: object, line: str) -> None:
    answer = zhuli(*line.split(), "--json") if not line.endswith("--as") else zhuli("--json", *line.split())
    error = answer.json["error"]
    assert answer.code == 2
    assert error["code"] == "usage"
    assert error["exit"] == 2
    assert "zhuli" in error["fix"]


def test_a_near_miss_is_named(zhuli: Zhuli) -> None:
    assert "没有这个命令 advnce" in (told := zhuli("case", "advnce").err)
    assert "是否要用 'advance'？" in told


def test_without_a_home_every_command_says_how_to_make_one(zhuli: Zhuli, home: object) -> None:
    answer = zhuli("case list --json")
    assert answer.code == 5
    assert answer.json["error"]["code"] == "no_home"
    assert "zhuli init" in answer.json["error"]["fix"]
