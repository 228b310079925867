"""Which face prints which role of an official document, and whether this machine has it.

The office's own commercial faces come first when they are installed; then the kit of free faces that ``fontkit`` makes
(``zhuli fonts install``); without a kit, the free faces of the system as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from zhuli_flow.errors import ZhuliError

OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fangsong": ("FangSong_GB2312", "FZFangSong-Z02S", "FangSong", "STFangsong"),
        "xiaobiaosong": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
        "heiti": ("SimHei", "FZHei-B01S"),
        "kaiti": ("KaiTi_GB2312", "FZKai-Z03S", "KaiTi", "STKaiti"),
        "songti": ("SimSun", "FZShuSong-Z01S"),
    }
)
"""Families an office may have bought, by role, best first."""

_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC")
SYSTEM: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fangsong": ("FandolFang R", *_SERIF),
        "xiaobiaosong": _SERIF,
        "heiti": _SANS,
        "kaiti": ("FandolKai", "LXGW WenKai", *_SERIF),
        "songti": _SERIF,
    }
)
"""Free families of the system by role, best first: what prints when there is no kit."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "fangsong": "仿宋",
        "xiaobiaosong": "小标宋",
        "heiti": "黑体",
        "kaiti": "楷体",
        "songti": "宋体",
        "rare": "罕用字",
        "rare_hei": "罕用字（黑体）",
    }
)
"""What a person calls each role; the last two are the kit's, for characters a role's own face lacks."""

MANIFEST = "kit.json"
_LIFT_EM = -0.0525
# The system's face states 1.151 above and 0.286 below its baseline instead of the ideographic 0.88 and 0.12, which
# sets its characters this much too low in a line; lifting them back puts line 1 on the text area's edge.


@dataclass(frozen=True, slots=True)
class Face:
    """One font file of a kit: its role, CSS family, SHA-256 and size in bytes, how many characters it prints.

    ``origin`` is the font file it was made of; ``substitute`` tells that it stands in for one that could not be had.
    """

    role: str
    family: str
    file: str
    sha256: str
    size: int
    characters: int
    origin: str
    substitute: bool = False


@dataclass(frozen=True, slots=True)
class Kit:
    """The faces made for this program, one a role, all with the same metrics, in ``folder``."""

    folder: Path
    faces: tuple[Face, ...]

    def face(self, role: str) -> Face:
        """Return the face of a role. KeyError when the kit has none."""
        return {one.role: one for one in self.faces}[role]

    def chain(self, role: str) -> tuple[Face, ...]:
        """Return the faces that print a role, in order: its own, then those for what it lacks."""
        roles = (role, "rare_hei", "rare") if role == "heiti" else (role, "rare")
        return tuple(dict.fromkeys(self.face(one) for one in roles))

    def substitutes(self) -> list[str]:
        """Return the roles, as a person calls them, whose face stands in for one that could not be had."""
        return [TITLES[one.role] for one in self.faces if one.substitute]

    def text(self) -> str:
        """Return the manifest as it is written."""
        return json.dumps({"faces": [asdict(one) for one in self.faces]}, ensure_ascii=False, indent=2) + "\n"


def cache_folder() -> Path:
    """Return where kits are kept: ``ZHULI_FONTS``, else ``zhuli_flow/fonts`` in the user's cache."""
    own = os.environ.get("ZHULI_FONTS")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhuli_flow/fonts"


def read_kit(folder: Path) -> Kit | None:
    """Return the kit in a folder whose files are all there in their sizes; None when it is not a whole one."""
    try:
        faces = tuple(Face(**one) for one in json.loads((folder / MANIFEST).read_text("utf-8"))["faces"])
        whole = all((folder / one.file).stat().st_size == one.size for one in faces)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Kit(folder, faces) if whole and {one.role for one in faces} == set(TITLES) else None


def role_css(kit: Kit | None = None) -> str:
    """Return the style sheet that defines ``--fangsong`` … (family stacks) and ``--lift`` (em) for ``gongwen.css``.

    With a kit: its faces too, as ``asset:`` files; its metrics are the ideographic ones, so nothing is lifted.
    """
    rules = "".join(_font_face(one) for one in kit.faces) if kit else ""
    stacks = "".join(f"--{role}: {_quoted(families(role, kit))};" for role in OWN)
    return f"{rules}:root {{ {stacks} --lift: {0 if kit else _LIFT_EM}em; }}"


def families(role: str, kit: Kit | None) -> tuple[str, ...]:
    """Return the families that may print a role, best first."""
    return (*OWN[role], *([one.family for one in kit.chain(role)] if kit else SYSTEM[role]))


def _font_face(face: Face) -> str:
    weight = "bold" if face.role == "xiaobiaosong" else "normal"
    return f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; src: url(asset:{face.file}); }}\n'


def _quoted(stack: tuple[str, ...]) -> str:
    return ", ".join(f'"{family}"' for family in stack)


def font_report(kit: Kit | None = None) -> list[tuple[str, str | None]]:
    """Return for each role (in Chinese) the family that prints it here, or None when none of its stack is installed."""
    own = {one.family: one for one in kit.faces} if kit else {}
    report = []
    for role in OWN:
        found = next((name for name in families(role, kit) if name in own or _coverage(name)), None)
        report.append((TITLES[role], f"{found}（{own[found].origin}）" if found in own else found))
    return report


def missing_glyphs(text: str, role: str = "fangsong", kit: Kit | None = None) -> list[str]:
    """Return the characters of ``text``, once each and in order, that no face of the role can print."""
    faces = list(_coverages(role, kit))
    wanted = dict.fromkeys(char for char in text if not char.isspace())
    return [char for char in wanted if not any(_covers(ranges, ord(char)) for ranges in faces)]


def _coverages(role: str, kit: Kit | None) -> Iterator[tuple[tuple[int, int], ...]]:
    own = {one.family: one for one in kit.faces} if kit else {}
    for family in families(role, kit):
        ranges = _kit_coverage(kit.folder / own[family].file) if kit and family in own else _coverage(family)
        if ranges:
            yield ranges


def _covers(ranges: tuple[tuple[int, int], ...], code: int) -> bool:
    at = bisect_right(ranges, (code, 0x110000)) - 1
    return at >= 0 and ranges[at][0] <= code <= ranges[at][1]


@lru_cache(maxsize=16)
def _kit_coverage(path: Path) -> tuple[tuple[int, int], ...]:
    """Return the code point ranges of a font file, sorted."""
    import uharfbuzz

    ranges: list[tuple[int, int]] = []
    for code in sorted(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))).unicodes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return tuple(ranges)


@lru_cache(maxsize=64)
def _coverage(family: str) -> tuple[tuple[int, int], ...]:
    """Return the code point ranges of an installed family, sorted; empty when it is not installed."""
    if family not in _installed():
        return ()
    # A dash in a family name is fontconfig syntax unless escaped.
    listed = _fc_list("%{charset}\n", ":family=" + family.replace("-", "\\-"))
    return tuple(sorted(_range(word) for line in listed for word in line.split()))


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    """Return every family name fontconfig knows; one question instead of one per family."""
    return frozenset(name for line in _fc_list("%{family}\n") for name in line.split(","))


def _fc_list(form: str, *pattern: str) -> list[str]:
    command = [shutil.which("fc-list") or "fc-list", "--format", form, *pattern]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        advice = "请安装 fontconfig：apt-get install -y fontconfig"
        raise ZhuliError("无法查询本机字体：fc-list 不能运行。", fix=advice) from error
    return found.stdout.splitlines()


def _range(word: str) -> tuple[int, int]:
    first, _, last = word.partition("-")
    return int(first, 16), int(last or first, 16)
