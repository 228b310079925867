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
        ("PingFangSC-Regular", "其他字体"),
        ("FangZhengHeiTi", "黑体"),
        ("FangZhengFangSong-GBK", "仿宋"),
        ("FangZhengKaiTi", "楷体"),
        ("FangZhengShuSong", "宋体"),
        ("方正仿宋_GBK", "仿宋"),
        ("FZFSK--GBK1-0", "仿宋"),
        ("FZKTJW--GB1-0", "楷体"),
        ("FZHTK--GBK1-0", "黑体"),
        ("FZSSJW--GB1-0", "宋体"),
        ("FZXBSJW--GB1-0", "小标宋"),
        ("ABCDEF+CESI_FS_GB2312", "仿宋"),
        ("CESI_FS_GB13000", "仿宋"),
        ("CESI_KT_GB2312", "楷体"),
        ("CESI_HT_GB2312", "黑体"),
        ("CESI_SS_GB2312", "宋体"),
        ("CESI_XBS_GB2312", "小标宋"),
        ("CESI仿宋-GB2312", "仿宋"),
        ("STFangsong", "仿宋"),
        ("STKaiti", "楷体"),
        ("STHeiti", "黑体"),
        ("STSong", "宋体"),
        ("文鼎小标宋简", "小标宋"),
        ("文鼎CS仿宋体", "仿宋"),
        ("AR-PL-UKai-CN", "楷体"),
        ("AR-PL-UMing-CN", "宋体"),
        ("ZYSong18030", "宋体"),
        ("中易黑体", "黑体"),
        ("MicrosoftYaHei", "黑体"),
    ],
)
def test_a_role_is_read_from_commercial_and_free_names(font, expected):
    assert role(font) == expected


def test_bold_is_read_from_the_name():
    assert is_bold("NotoSansCJKsc-Bold")
    assert not is_bold("ABCDEF+FangSong_GB2312")
