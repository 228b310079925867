"""Every role has a face on a machine that was set up, and what it cannot print is named."""

import pytest

from zhuli_flow.documents import fonts
from zhuli_flow.errors import ZhuliError


@pytest.fixture(autouse=True)
def _ask_anew():
    fonts._coverage.cache_clear()
    yield
    fonts._coverage.cache_clear()


def test_every_role_is_printed_by_some_family_here():
    report = fonts.font_report()
    assert [title for title, _ in report] == ["仿宋", "小标宋", "黑体", "楷体", "宋体"]
    assert all(family for _, family in report)


def test_rare_name_characters_are_there_and_what_is_not_is_listed_once():
    assert fonts.missing_glyphs("喆堃镕玥昇犇翀龑赟 〔2018〕号“”") == []
    assert fonts.missing_glyphs("甲\U0001f600乙\U0001f600\u0e01") == ["\U0001f600", "\u0e01"]


def test_a_role_nobody_installed_is_reported_as_such(monkeypatch):
    monkeypatch.setattr(fonts, "ROLES", {"fangsong": ("No Such Family",)})
    assert fonts.font_report() == [("仿宋", None)]
    assert fonts.missing_glyphs("甲") == ["甲"]


def test_without_fontconfig_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ZhuliError) as caught:
        fonts.font_report()
    assert "fontconfig" in caught.value.fix


def test_the_style_sheet_defines_every_role():
    sheet = fonts.role_css()
    assert all(f"--{role}:" in sheet for role in fonts.ROLES)
