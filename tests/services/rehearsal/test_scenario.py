"""Stories: whatever is written in one, the answer is a list of acts or of places that can't be read."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import CALENDAR
from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.rehearsal.play import Player, StoryBroken
from zhuli_flow.services.rehearsal.scenario import VERBS, Act, read

START = date(2018, 10, 8)
WORDS = [*VERBS, *"段落 完毕 照做 引用 2018-13-01 2018-10-09 17:30 +6d +6x 甲 a=1 “乙 丙” # $x".split()]


def acts(text: str) -> list[Act]:
    return read(text, "s", CALENDAR, START, {"more.steps": "段落 P $a\n  办理 $a submit 县\n完毕"})


def codes(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as told:
        acts(text)
    return [problem.code for problem in told.value.problems]


def test_acts_are_played_by_date_and_in_the_order_written() -> None:
    found = acts("+2d\n办理 A x 甲\n2018-10-09 17:30 办理 B y 乙 附 m 意见 同意 办理\n引用 more.steps\n照做 P C")
    assert [(act.at.isoformat()[:16], act.words[0]) for act in found] == [
        ("2018-10-09T17:30", "B"),
        ("2018-10-09T17:30", "C"),
        ("2018-10-10T09:00", "A"),
    ]
    assert (found[0].after("附"), found[0].after("意见")) == (("m",), ("同意", "办理"))


def test_quotation_marks_around_a_value_hold_it_together_and_those_inside_stay() -> None:
    (found,) = acts('办理 A x 甲 a=“乙 丙” b="“丁” 戊" c=关于“己 庚”的函 d=“辛”和“壬” 意见 “同 意”')
    values = {"a": "乙 丙", "b": "“丁” 戊", "c": "关于“己 庚”的函", "d": "“辛”和“壬”"}
    assert (found.values(), found.after("意见")) == (values, ("同 意",))


@pytest.mark.parametrize("words", ["a=“乙 丙", 'a="乙', "a=乙“丙"])
def test_a_quotation_mark_that_is_not_closed_is_told_and_nothing_is_dropped(words: str) -> None:
    assert codes(f"办理 A x 甲 {words}") == ["open_quote"]


def test_a_table_is_written_as_json_on_one_line() -> None:
    rows = '[{"zone": "海城市", "grade": "“良 好”"}, {"zone": "$z", "no": 2}]'
    story = f'办理 A x 甲 t={rows} note="一 二"\n段落 P $z\n  办理 B x 甲 t={rows}\n完毕\n照做 P 东港市'
    [plain, filled] = acts(story)
    assert plain.values() == {"t": rows, "note": "一 二"}
    assert filled.values() == {"t": rows.replace("$z", "东港市")}


def test_brackets_that_hold_no_json_are_plain_words() -> None:
    [act] = acts('办理 A x 甲 t=[一 u=["二 三"')
    assert act.words[3:] == ("t=[一", 'u=["二 三"')


def test_every_line_that_cannot_be_read_is_told() -> None:
    story = "做 A\n2018-13-01\n办理 A\n不予 desk 开启 县 no_role\n照做 Q\n段落 R\n照做 R\n完毕\n照做 R\n引用 no\n段落 S"
    assert sorted(codes(story)) == sorted(
        ["unknown_verb", "bad_date", "too_short", "too_short", "bad_block", "too_deep", "no_steps", "no_end"]
    )


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=12))
def test_no_story_is_a_crash(lines: list[list[str]]) -> None:
    with suppress(InvalidInput):
        found = acts("\n".join(" ".join(line) for line in lines))
        assert all(len(act.words) >= VERBS[act.verb] for act in found)


def test_a_story_is_played_on_real_services_and_breaks_at_the_line_that_differs(stage: Stage) -> None:
    player = Player(stage.office, stage.clock)
    told = """2018-10-08
    开启 desk 甲县政府 县 subject=请示 until=2019-03-01 称 A
    办理 A 报送 县
    不予 A accept 县 no_role
    +3wd 应有 A 提醒 intake 2018-10-11
    应为 A 环节 intake
    应为 A 期限 intake 2018-10-15
    应为 A 字段 subject 请示
    名额 desk 0"""
    player.play(acts(told))
    assert player.count == 8
    for line, why in (
        ("应为 A 环节 draft", "应为 draft，实为 受理"),
        ("应为 A 颜色 红", "不能核对“颜色”"),
        ("不予 A accept 甲 no_role", "却办成了"),
        ("不予 A submit 县 no_role", "理由中没有"),
        ("办理 A submit 县", "wrong_state"),
        ("应有 A 公文 reply", "没有公文"),
    ):
        with pytest.raises(StoryBroken, match=why):
            player.play(acts(f"2018-10-12 {line}"))
