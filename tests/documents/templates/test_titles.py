"""Where titles break: between words, never in a date, a figure or a word in letters, and in a good shape."""

from time import process_time

import pytest

from tests.notices.generated import papers
from zhuli_flow.documents.templates.layout import MAX_TITLE_LINES, TITLE_WIDTH, width
from zhuli_flow.documents.templates.titles import title_lines

TITLE = ["辽宁省科学技术协会", "关于同意", "法库县", "建立", "“创新驱动助力示范区（县）”的批复"]
US, PARTY = "辽宁省科学技术协会", "中共辽宁省委组织部"
GROUP = "辽宁省创新驱动助力示范区（县）创建工作领导小组"


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (
            [US, "关于印发《辽宁省创新驱动助力工程示范区（县）建设管理办法（试行）》"],
            "辽宁省科学技术协会关于印发/《辽宁省创新驱动助力工程示范区（县）/建设管理办法（试行）》的通知",
        ),
        (
            [US, "关于印发《2018年12月10日至2019年1月25日创新驱动助力工程示范区（县）期满复核工作方案》"],
            "辽宁省科学技术协会关于印发/《2018年12月10日至2019年1月25日/创新驱动助力工程示范区（县）/期满复核工作方案》的通知",
        ),
        (
            [US, "关于ABC-2018型PM2.5监测及Wi-Fi 6技术应用推广"],
            "辽宁省科学技术协会/关于ABC-2018型PM2.5监测及/Wi-Fi 6技术应用推广的通知",
        ),
        (
            [f"{US} ", PARTY, "关于2018年度“创新驱动助力示范区（县）”拟入选名单"],
            "辽宁省科学技术协会/中共辽宁省委组织部关于2018年度/“创新驱动助力示范区（县）”/拟入选名单的通知",
        ),
        (
            [GROUP, "关于做好2018—2020年度“科创中国”试点城市（园区）建设及2021年度申报推荐"],
            (
                "辽宁省创新驱动助力示范区（县）/创建工作领导小组关于做好2018—2020年度/“科创中国”试点城市（园区）"
                "/建设及2021年度申报推荐的通知"
            ),
        ),
    ],
)
def test_a_title_breaks_between_its_words(parts, lines):
    assert "/".join(title_lines([*parts, "的通知"])) == lines


def test_a_title_breaks_only_between_its_parts():
    assert title_lines(TITLE) == ("辽宁省科学技术协会关于同意法库县建立", "“创新驱动助力示范区（县）”的批复")


def test_a_title_of_three_lines_is_no_hourglass():
    lines = title_lines(
        ["一二三四五六七八九十", "一二三四", "一二三", "一二三四五六七八九十一二", "一二三四五六七八九十"]
    )
    first, middle, last = map(width, lines)
    assert not first > middle < last


def test_no_title_line_begins_with_a_particle_when_it_can_be_helped():
    parts = ["某某省科学技术协会", "关于调研工作安排", "的", "通知要求和有关事项说明"]
    assert title_lines(parts)[1][0] not in "的和"


def test_a_part_wider_than_a_line_is_cut_rather_than_lost():
    assert "".join(title_lines(["某" * 45])) == "某" * 45
    assert all(width(line) <= 20 for line in title_lines(["某" * 45]))


def test_a_long_title_without_pauses_is_cut_before_a_word_and_is_no_hourglass():
    matter = "关于进一步加强全省创新驱动助力示范区建设管理和期满复核以及补助经费绩效评价监督检查的通知"
    first, middle, last = title_lines(["辽宁省科学技术协会", matter])
    assert first + middle + last == "辽宁省科学技术协会" + matter
    assert not width(first) > width(middle) < width(last)
    assert all(not line.startswith(("范", "管理和", "查", "费", "价")) for line in (middle, last))


def test_letters_in_a_title_are_given_the_room_they_take():
    assert len(title_lines(["关于组织开展", "ISO/IEC 27001:2013", "INFORMATION SECURITY", "认证的通知"])) == 3


@pytest.mark.parametrize("word", ["的", "工作", "、", "“甲”", "a"])
@pytest.mark.parametrize("count", [19, 40, 400])
def test_a_title_of_any_number_of_pauses_is_broken_at_once(word, count):
    before = process_time()
    lines = title_lines(["关于" + word * count + "通知"])
    assert "".join(lines) == "关于" + word * count + "通知"
    assert process_time() - before < 2


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (
            ["辽宁省科学技术协会", "关于印发《创新驱动助力示范区管理办法》", "的通知"],
            ("辽宁省科学技术协会关于印发", "《创新驱动助力示范区管理办法》的通知"),
        ),
        (
            ["辽宁省科学技术协会", "关于转发《某某部关于公布企业名单的公告》", "的通知"],
            ("辽宁省科学技术协会关于转发", "《某某部关于公布企业名单的公告》的通知"),
        ),
    ],
)
def test_a_title_breaks_beside_the_title_it_quotes_rather_than_leave_its_last_word_alone(parts, lines):
    assert title_lines(parts) == lines


@pytest.mark.parametrize("count", range(4, 30))
def test_the_last_word_of_a_title_never_stands_alone(count):
    lines = title_lines(["辽宁省科学技术协会", f"关于印发《{'示范区管理办法' * 5:.{count}}》", "的通知"])
    assert lines[-1] != "的通知"
    assert not any(line.startswith("》") for line in lines)
    assert "".join(lines) == f"辽宁省科学技术协会关于印发《{'示范区管理办法' * 5:.{count}}》的通知"


def test_a_thousand_long_titles_have_no_hourglass_and_stay_inside_a_line():
    for seed in (9704, 1, 2, 3, 4):
        for paper in papers(200, seed):
            organs, subject = paper.values["issuers"], paper.values["subject"]
            names = [f"{name} " for name in organs[:-1]] + organs[-1:]
            parts = [*names, subject, "的通知"] if len(organs) < 4 else [f"{organs[0]}等部门", subject, "的通知"]
            lines = title_lines(parts)
            wide = [sum(1.0 if not char.isascii() else 0.6 for char in line) for line in lines]
            assert max(wide) <= TITLE_WIDTH, lines
            assert "".join(lines).replace(" ", "") == "".join(parts).replace(" ", "")
            if len(lines) <= MAX_TITLE_LINES:
                assert not any(a - 1.5 > b < c - 1.5 for a, b, c in zip(wide, wide[1:], wide[2:], strict=False)), lines
