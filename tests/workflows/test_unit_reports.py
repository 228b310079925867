"""The units' own reports in the eight headings of the call, and what the province's report takes from them."""

from collections.abc import Callable
from pathlib import Path

from tests.workflows.staging import Stage
from zhuli_flow.documents.proofreading.text_patterns import plain
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render
from zhuli_flow.services.cases import view

STORY = Path(__file__).parent / "report_in_eight_headings.scenario"


def test_the_report_of_a_unit_stands_in_the_province_report_by_heading(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play(STORY.read_text("utf-8"))
    page = view.show(played.office, played.player.case("自查"))
    [reports] = [one.value for one in page.fields if one.name == "unit_reports"]
    assert isinstance(reports, list)
    [row] = reports  # the society has written none, and is left out
    assert isinstance(row, dict)
    assert row["unit"] == "大连市科学技术协会"
    assert row["report_advice"] == "有关建议被采纳。"
    assert len([name for name in row if name.startswith("report_")]) == 8


def test_the_call_names_whom_to_ask_and_says_nothing_where_nobody_is_named() -> None:
    kind = load_kinds([packaged_notices()])["returns_call"]
    asked = {name: kind.sample[name] for name in ("contact", "phone", "email")}
    text = plain(render(kind, kind.sample)).replace("\n", "")
    assert "联系人：{contact}，电话：{phone}，电子邮箱：{email}。".format(**asked) in text
    text = plain(render(kind, {name: value for name, value in kind.sample.items() if name not in asked}))
    assert "联系人" not in text
    assert "电子邮箱" not in text
