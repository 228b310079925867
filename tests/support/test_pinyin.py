"""In which order Chinese text stands."""

import pytest

from zhuli_flow.support.pinyin import in_order


def _sorted(names: str) -> str:
    return " ".join(sorted(names.split(), key=in_order))


def test_names_stand_by_pinyin() -> None:
    assert sorted(["赵", "甲", "阿", "b", "1"], key=in_order) == ["1", "b", "阿", "甲", "赵"]
    assert sorted(["专家一", "专家三", "专家二"], key=in_order) == ["专家二", "专家三", "专家一"]


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        # Characters of the second level of GB 2312 and beyond: 鲅 岫 岢 禤 燊 stand by their sound, not after 赵.
        ("瓦房店市 鲅鱼圈区 岫岩满族自治县 盖州市 宽甸 赵", "鲅鱼圈区 盖州市 宽甸 瓦房店市 岫岩满族自治县 赵"),
        ("禤国维 燊 王 张", "燊 王 禤国维 张"),
        ("沈阳市 大连市 鞍山市 朝阳市 葫芦岛市 重庆市 阜新市", "鞍山市 朝阳市 重庆市 大连市 阜新市 葫芦岛市 沈阳市"),
        ("重点县 重庆市 长海县 中山区", "长海县 重庆市 中山区 重点县"),
        ("会计学会 会议 化学会 快递", "化学会 会议 会计学会 快递"),
        ("银行 音乐 印刷 行业协会 航空学会 行政", "航空学会 行业协会 行政 音乐 银行 印刷"),
        ("任丽 任务 人参 仁和", "仁和 人参 任丽 任务"),
        ("曾宪 曾经 甄别 单位 单雄信 善 单县", "曾经 单位 单县 单雄信 善 曾宪 甄别"),
        ("妈 马 麻 骂", "妈 麻 马 骂"),  # tones in their order
        ("辽宁省科协 辽宁省 辽宁 辽阳市", "辽宁 辽宁省 辽宁省科协 辽阳市"),
        ("𠮷 赵 〇 10 9 （甲）", "10 9 （甲） 〇 赵 𠮷"),
    ],
)
def test_polyphones_rare_characters_and_tones(names: str, ordered: str) -> None:
    assert _sorted(names) == ordered


@pytest.mark.parametrize("text", ["", "\ud800", "\U0010ffff", "a\x00", "重", "曾", "银行银行"])
def test_any_text_has_its_place(text: str) -> None:
    assert in_order(text) == in_order(text)
    assert isinstance(in_order(text), bytes)
