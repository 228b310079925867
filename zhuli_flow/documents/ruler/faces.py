"""What a font's name says: the role it plays on a paper, and whether it is a bold face."""

from __future__ import annotations

import re
from functools import lru_cache

FANGSONG, KAITI, HEITI, BIAOSONG, SONGTI, OTHER = "仿宋", "楷体", "黑体", "小标宋", "宋体", "其他字体"

_HEAVY = re.compile(r"bold|heavy|black|demi|[-_ ]w[789]\b", re.IGNORECASE)
_ROLES = (
    (BIAOSONG, re.compile(r"xiao[-_ ]?biao|小标|xbs", re.IGNORECASE)),
    (FANGSONG, re.compile(r"fang|仿宋|fzfs|zhuque|朱雀", re.IGNORECASE)),
    (KAITI, re.compile(r"kai(?!ser)|楷|fzkt", re.IGNORECASE)),
    (HEITI, re.compile(r"hei|黑|fzht|sans[-_ ]?cjk|sourcehansans|noto[-_ ]?sans[-_ ]?(sc|cjk)", re.IGNORECASE)),
    (SONGTI, re.compile(r"song|宋|simsun|serif|ming|fzss", re.IGNORECASE)),
)


@lru_cache(maxsize=512)
def role(font: str) -> str:
    """Return the role of a font by its PostScript or family name; a bold Song face stands in for 小标宋."""
    name = _bare(font)
    found = next((title for title, pattern in _ROLES if pattern.search(name)), OTHER)
    return BIAOSONG if found == SONGTI and _HEAVY.search(name) else found


@lru_cache(maxsize=512)
def is_bold(font: str) -> bool:
    """Tell whether the name is that of a bold face."""
    return _HEAVY.search(_bare(font)) is not None


def _bare(font: str) -> str:
    """The name without the six letters of a subset."""
    return re.sub(r"^[A-Z]{6}\+", "", font)
