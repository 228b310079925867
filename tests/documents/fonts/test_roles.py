"""Every role has a face on a machine that was set up, and what it cannot print is named."""

import json
from dataclasses import asdict

import pytest

from zhuli_flow.documents.fonts import repertoire, roles
from zhuli_flow.documents.fonts.roles import TITLES, Face, Kit
from zhuli_flow.errors import ZhuliError


@pytest.fixture(autouse=True)
def _ask_anew():
    kept = (roles._coverage, roles._installed)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


@pytest.fixture
def kit(tmp_path):
    """A kit of empty files: enough for whatever does not open them."""
    faces = []
    for role in TITLES:
        (tmp_path / f"{role}.ttf").write_bytes(b"x")
        faces.append(Face(role, f"ZL {role}", f"{role}.ttf", "0" * 64, 1, 1, "Original.otf"))
    made = Kit(tmp_path, tuple(faces))
    (tmp_path / roles.MANIFEST).write_text(made.text(), "utf-8")
    return made


def test_every_role_is_printed_by_some_family_here():
    report = roles.font_report()
    assert [title for title, _ in report] == ["仿宋", "小标宋", "黑体", "楷体", "宋体"]
    assert all(family for _, family in report)


def test_rare_name_characters_are_there_and_what_is_not_is_listed_once():
    assert roles.missing_glyphs("喆堃镕玥昇犇翀龑赟 〔2018〕号“”") == []
    assert roles.missing_glyphs("甲\U0001f600乙\U0001f600\u0e01") == ["\U0001f600", "\u0e01"]


def test_a_role_nobody_installed_is_reported_as_such(monkeypatch):
    monkeypatch.setattr(roles, "OWN", {"fangsong": ("No Such Family",)})
    monkeypatch.setattr(roles, "SYSTEM", {"fangsong": ("Nor This",)})
    assert roles.font_report() == [("仿宋", None)]
    assert roles.missing_glyphs("甲") == ["甲"]


def test_without_fontconfig_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ZhuliError) as caught:
        roles.font_report()
    assert "fontconfig" in caught.value.fix


def test_the_style_sheet_defines_every_role_and_lifts_the_system_s_faces():
    sheet = roles.role_css()
    assert all(f"--{role}:" in sheet for role in roles.OWN)
    assert "--lift: -0.0525em" in sheet
    assert "@font-face" not in sheet


def test_with_a_kit_the_office_s_own_faces_come_first_then_the_kit_s_then_the_rare_ones(kit):
    sheet = roles.role_css(kit)
    assert sheet.count("@font-face") == len(kit.faces)
    assert "--lift: 0em" in sheet
    stack = roles.families("fangsong", kit)
    assert stack[0] == "FangSong_GB2312"
    assert stack[-2:] == ("ZL fangsong", "ZL rare")
    assert roles.families("heiti", kit)[-3:] == ("ZL heiti", "ZL rare_hei", "ZL rare")
    assert "Noto" not in sheet  # a face of another height would move the line


def test_an_installed_commercial_family_is_the_one_reported(kit, monkeypatch):
    monkeypatch.setattr(roles, "_installed", lambda: frozenset({"SimHei"}))
    monkeypatch.setattr(roles, "_coverage", lambda family: ((0, 9),) if family == "SimHei" else ())
    report = dict(roles.font_report(kit))
    assert report["黑体"] == "SimHei"
    assert report["仿宋"] == "ZL fangsong（Original.otf）"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / roles.MANIFEST).unlink(),
        lambda folder: (folder / roles.MANIFEST).write_text("{"),
        lambda folder: (folder / roles.MANIFEST).write_text('{"faces": []}'),
        lambda folder: (folder / roles.MANIFEST).write_text('{"faces": [{"role": "x"}]}'),
        lambda folder: (folder / "rare.ttf").unlink(),
        lambda folder: (folder / "rare.ttf").write_bytes(b"xx"),
    ],
)
def test_a_kit_that_is_not_whole_is_none(kit, tmp_path, spoil):
    assert roles.read_kit(tmp_path) == kit
    spoil(tmp_path)
    assert roles.read_kit(tmp_path) is None


def test_the_manifest_is_read_back_as_it_was_written(kit):
    assert json.loads(kit.text())["faces"][0] == asdict(kit.faces[0])


def test_the_cache_is_where_the_office_says_else_in_the_user_s_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("ZHULI_FONTS", str(tmp_path))
    assert roles.cache_folder() == tmp_path
    monkeypatch.delenv("ZHULI_FONTS")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(roles.cache_folder()) == "/somewhere/zhuli_flow/fonts"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/office")
    assert str(roles.cache_folder()) == "/home/office/.cache/zhuli_flow/fonts"


def test_the_state_s_table_is_whole_and_in_its_order():
    levels = repertoire.standard_characters()
    assert [len(level) for level in levels] == [3500, 3000, 1605]
    together = "".join(levels)
    assert len(set(together)) == 8105
    assert (together[0], together[3500], together[6500], together[-1]) == ("一", "乂", "亍", "蠼")
    assert set("喆堃镕玥昇犇翀赟祎晞湉禤勍垚燊") <= set(levels[2]) | set(levels[1])


def test_what_is_needed_holds_gb_2312_and_the_signs_of_official_documents():
    needed = repertoire.needed()
    han = {bytes((r, c)).decode("gb2312", "ignore") for r in range(0xB0, 0xF8) for c in range(0xA1, 0xFF)} - {""}
    assert len(han) == 6763
    assert han <= needed
    assert set("〔〕★—…“”㎡①⑳（）《》") <= needed
    assert set(map(chr, range(0x20, 0x7F))) <= needed


@pytest.mark.parametrize(
    ("char", "silent"),
    [
        (" ", True),
        ("\u3000", True),
        ("\u200b", True),
        ("\ufe0f", True),
        ("\u00ad", True),
        ("甲", False),
        ("\ue000", False),
        ("·", False),
    ],
)
def test_only_what_leaves_no_ink_needs_no_glyph(char, silent):
    assert repertoire.is_silent(char) is silent
