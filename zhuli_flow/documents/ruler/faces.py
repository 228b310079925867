"""What a font's name says: the role it plays on a paper, and whether it is a bold face."""

from __future__ import annotations

import re
from functools import lru_cache

FANGSONG, KAITI, HEITI, BIAOSONG, SONGTI, OTHER = "仿宋", "楷体", "黑体", "小标宋", "宋体", "其他字体"

_HEAVY = re.compile(r"bold|heavy|black|demi|[-_ ]w[789]\b", re.IGNORECASE)
_FOUNDRY = re.compile(r"fang[-_ ]?zheng|方正|ping[-_ ]?fang", re.IGNORECASE)
"""Names of foundries and of a sans face that sound like 仿宋: 方正 (FangZheng), 苹方 (PingFang)."""
_MAKERS = r"(?:cesi|fz|st|hy|tb|ar|zy)[-_ ]?"  # 电子标准院, 方正, 华文, 汉仪, 文鼎, 中易
_ROLES = (
    (BIAOSONG, re.compile(rf"xiao[-_ ]?biao|小标|xbs|{_MAKERS}dbs|大标宋", re.IGNORECASE)),
    (FANGSONG, re.compile(rf"fang|仿宋|{_MAKERS}fs|(?<![a-z])fs[-_ ]?gb|zhuque|朱雀|cwtexfs", re.IGNORECASE)),
    (KAITI, re.compile(rf"kai(?!ser)|楷|{_MAKERS}kt", re.IGNORECASE)),
    (HEITI, re.compile(rf"hei|黑|{_MAKERS}ht|sans[-_ ]?cjk|sourcehansans|noto[-_ ]?sans[-_ ]?(sc|cjk)", re.IGNORECASE)),
    (SONGTI, re.compile(rf"song|宋|simsun|serif|ming|明体|{_MAKERS}ss|fz(?:sy|bs)", re.IGNORECASE)),
)


@lru_cache(maxsize=512)
def role(font: str) -> str:
    """Return the role of a font by its PostScript or family name; a bold Song face stands in for 小标宋."""
    name = _FOUNDRY.sub("", _bare(font))
    found = next((title for title, pattern in _ROLES if pattern.search(name)), OTHER)
    return BIAOSONG if found == SONGTI and _HEAVY.search(name) else found


@lru_cache(maxsize=512)
def is_bold(font: str) -> bool:
    """Tell whether the name is that of a bold face."""
    return _HEAVY.search(_bare(font)) is not None


def _bare(font: str) -> str:
    """The name without the six letters of a subset."""
    return re.sub(r"^[A-Z]{6}\+", "", font)
