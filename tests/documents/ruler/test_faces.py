"""What a font's name says about the role it plays."""

import pytest

from zhuli_flow.documents.ruler.faces import is_bold, role


@pytest.mark.parametrize(
    ("font", "expected"),
    [
        ("ABCDEF+FangSong_GB2312", "仿宋"),
        ("仿宋", "仿宋"),
        ("FandolFang-Regular", "仿宋"),
        ("ABCDEF+ZL-FangSong", "仿宋"),
        ("FZXiaoBiaoSong-B05S", "小标宋"),
        ("方正小标宋简体", "小标宋"),
        ("ABCDEF+Noto-Serif-CJK-SC-Bold", "小标宋"),
        ("FandolSong-Bold", "小标宋"),
        ("SimSun", "宋体"),
        ("NotoSerifCJKsc-Regular", "宋体"),
        ("SimHei", "黑体"),
        ("NotoSansCJKsc-Regular", "黑体"),
        ("KaiTi_GB2312", "楷体"),
        ("FandolKai-Regular", "楷体"),
        ("TimesNewRomanPSMT", "其他字体"),
    ],
)
def test_a_role_is_read_from_commercial_and_free_names(font, expected):
    assert role(font) == expected


def test_bold_is_read_from_the_name():
    assert is_bold("NotoSansCJKsc-Bold")
    assert not is_bold("ABCDEF+FangSong_GB2312")
