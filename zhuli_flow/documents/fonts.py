"""Which face prints which role of an official document, and whether this machine has it.

The office's own commercial faces come first when they are installed; the free ones that set-up guarantees come last.
"""

from __future__ import annotations

import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from zhuli_flow.errors import ZhuliError

_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC")

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fangsong": ("FangSong_GB2312", "FZFangSong-Z02S", "FangSong", "STFangsong", "FandolFang R", *_SERIF),
        "xiaobiaosong": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", *_SERIF),
        "heiti": ("SimHei", "FZHei-B01S", *_SANS),
        "kaiti": ("KaiTi_GB2312", "FZKai-Z03S", "KaiTi", "STKaiti", "FandolKai", "LXGW WenKai", *_SERIF),
        "songti": ("SimSun", "FZShuSong-Z01S", *_SERIF),
    }
)
"""Font families by role, best first."""

TITLES: Mapping[str, str] = MappingProxyType(
    {"fangsong": "仿宋", "xiaobiaosong": "小标宋", "heiti": "黑体", "kaiti": "楷体", "songti": "宋体"}
)
"""What a person calls each role."""

_LIFT_EM = -0.0525
# The guaranteed face states 1.151 above and 0.286 below its baseline instead of the ideographic 0.88 and 0.12, which
# sets its characters this much too low in a line; lifting them back puts line 1 on the text area's edge.


def role_css() -> str:
    """Return the style sheet that defines ``--fangsong`` … (family stacks) and ``--lift`` (em) for ``gongwen.css``."""
    stacks = "".join(f"--{role}: {_stack(families)};" for role, families in ROLES.items())
    return f":root {{ {stacks} --lift: {_LIFT_EM}em; }}"


def _stack(families: tuple[str, ...]) -> str:
    return ", ".join(f'"{family}"' for family in families)


def font_report() -> list[tuple[str, str | None]]:
    """Return for each role (in Chinese) the family that prints it here, or None when none of its stack is installed."""
    return [(TITLES[role], next((f for f in stack if _coverage(f)), None)) for role, stack in ROLES.items()]


def missing_glyphs(text: str, role: str = "fangsong") -> list[str]:
    """Return the characters of ``text``, once each and in order, that no installed family of the role can print."""
    faces = [ranges for family in ROLES[role] if (ranges := _coverage(family))]
    wanted = dict.fromkeys(char for char in text if not char.isspace())
    return [char for char in wanted if not any(_covers(ranges, ord(char)) for ranges in faces)]


def _covers(ranges: tuple[tuple[int, int], ...], code: int) -> bool:
    at = bisect_right(ranges, (code, 0x110000)) - 1
    return at >= 0 and ranges[at][0] <= code <= ranges[at][1]


@lru_cache(maxsize=64)
def _coverage(family: str) -> tuple[tuple[int, int], ...]:
    """Return the code point ranges of an installed family, sorted; empty when it is not installed."""
    # A dash in a family name is fontconfig syntax unless escaped.
    pattern = ":family=" + family.replace("-", "\\-")
    command = shutil.which("fc-list")
    try:
        found = subprocess.run(
            [command or "fc-list", "--format", "%{charset}\n", pattern],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        advice = "请安装 fontconfig：apt-get install -y fontconfig"
        raise ZhuliError("无法查询本机字体：fc-list 不能运行。", fix=advice) from error
    words = {word for line in found.stdout.splitlines() for word in line.split()}
    return tuple(sorted(_range(word) for word in words))


def _range(word: str) -> tuple[int, int]:
    first, _, last = word.partition("-")
    return int(first, 16), int(last or first, 16)
