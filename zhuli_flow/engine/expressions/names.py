"""Names as people type them into one cell: taken apart, and compared as the names they are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import ceil

_PAIRS = (
    r"《[^》\n]*》|〈[^〉\n]*〉|“[^”\n]*”|‘[^’\n]*’|（(?:[^（）\n]|（[^（）\n]*）)*）|\((?:[^()\n]|\([^()\n]*\))*\)"
)
_ITEM = re.compile(rf"(?:{_PAIRS}|[^；;\n])+")
_NAME = re.compile(rf"(?:{_PAIRS}|[^、])+")
"""What stands in 《》, “” or （） is one, whatever is written in it: 各县（市、区）人民政府."""
_NUMBERING = re.compile(r"\s*(?:(\d{1,4})(?:[.．](?!\d)|[、)）])|[（(](\d{1,4})[)）])\s*")
_MARKS = str.maketrans("", "", "《》〈〉“”‘’\"'")


def split_names(raw: object) -> list[str]:
    """Names typed in one cell → a list: split on 、；; and line ends, order kept; a list is taken item by item.

    Numbers in front (“2、”, “（3）”) are dropped where several items are numbered one after the other.
    """
    items = [str(part) for part in raw] if isinstance(raw, list) else _ITEM.findall(str(raw))
    plain = _unnumbered(items)
    names = plain if isinstance(raw, list) else [name for item in plain for name in _NAME.findall(item)]
    return [name.strip() for name in names if name.strip()]


@lru_cache(maxsize=65_536)
def bare(name: str) -> str:
    """The name without what people write differently: width, case, spaces, 《》 and quotation marks."""
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(_MARKS).casefold()


def _unnumbered(items: list[str]) -> list[str]:
    found = [_NUMBERING.match(item) for item in items]
    numbers = [int(one[1] or one[2]) if one else None for one in found]
    kept = []
    for place, (item, one, number) in enumerate(zip(items, found, numbers, strict=True)):
        before = numbers[place - 1] if place else None
        after = numbers[place + 1] if place + 1 < len(numbers) else None
        counted = number is not None and (before == number - 1 or after == number + 1)
        alone = len(items) == 1 and one is not None and one.group().strip() == "1、"
        kept.append(item[one.end() :] if one and (counted or alone) else item)
    return kept


# ── names that may be one ─────────────────────────────────────────────────────────────────────────────────────────────

_REMARK = re.compile(r"\(([^()]*)\)")
_PLACE = re.compile(r"中国|中华|全国|国家(?:级)?|[一-鿿]{2,6}?(?:省|自治[区州县]|市|县|区|州|旗)")
_SORT = re.compile(r"(?:学会|协会|研究会|联合会|促进会|基金会|商会)$")
_TELLING = re.compile(r"\d+|[〇零一二两三四五六七八九十百千甲乙丙丁戊己庚辛上下左右前后东西南北春夏秋冬]")
_LATIN = re.compile(r"[a-z]+")
_ENOUGH = 0.75
"""How much of two names must agree (0–1, of both lengths): one character in four may be a slip."""
_COMMON = 20
_SHORT = 6
_SLIP = 4
"""So many pairs of characters are enough to find one again that a slip (at most three pairs) has left as it was."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class _Parts:
    """A name taken apart: what must agree (``telling``), what may be missing (``place``, ``remark``), and the rest."""

    telling: tuple[str, ...]
    latin: tuple[str, ...]
    place: str
    remark: str
    core: str


def alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs that may be one name written differently, in the order of ``names``: for a person to decide on.

    Two are alike when one comes of the other by leaving things out and a slip of one character at most. They are not
    when a number, a year, an ordinal or a point of the compass tells them apart, nor when they are of different places
    or levels (中国…学会, 辽宁省…学会). What ``bare`` makes equal is one already; what is too long is no name.
    """
    first: dict[str, str] = {}
    for name in names:
        if len(name) <= _LONGEST:
            first.setdefault(bare(name), name)
    parts = [_parts(key) for key in first]
    shown = list(first.values())
    pairs = sorted({pair for group in _near(parts) for pair in combinations(group, 2)})
    return [(shown[one], shown[other]) for one, other in pairs if _may_be_one(parts[one], parts[other])]


def _parts(key: str) -> _Parts:
    remark = "".join(_REMARK.findall(key))
    rest = _REMARK.sub("", key) or key
    place = _PLACE.match(rest)
    core = rest[place.end() :] if place else rest
    where = place.group() if place else ""
    known = _TELLING.findall(key)
    return _Parts(tuple(known), tuple(_LATIN.findall(rest)), where.rstrip("省市县区州旗"), remark, _SORT.sub("", core))


def _near(parts: Sequence[_Parts]) -> Iterable[Sequence[int]]:
    """Groups of places within which pairs are worth a look: linear in the names, where all pairs would be square.

    Names with the same ``telling`` marks meet at their core, a short one less one character too, or at one of their
    rarest pairs of characters: two sets that agree by ``_ENOUGH``, or but for a slip, share one among the first few,
    whatever they are ordered by. What more than ``_COMMON`` names have (调研报告) says nothing of any two of them.
    """
    twos = [_twos(one.core) for one in parts]
    common = Counter(two for each in twos for two in each)
    alone = {telling for telling, count in Counter(one.telling for one in parts).items() if count == 1}
    groups: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, one in enumerate(parts):
        if one.telling not in alone:
            group = groups[one.telling]
            for key in _keys(one.core, twos[place], common):
                group[key].append(place)
    return [places for group in groups.values() for places in group.values() if len(places) > 1]


def _keys(core: str, twos: set[str], common: Mapping[str, int]) -> set[str]:
    rare = sorted(sorted(twos), key=common.__getitem__)
    first = max(_SLIP, len(rare) - ceil(_ENOUGH / (2 - _ENOUGH) * len(rare)) + 1)
    found = {two for two in rare[:first] if common[two] <= _COMMON}
    if 2 < len(core) <= _SHORT:
        found |= {core[:cut] + core[cut + 1 :] for cut in range(len(core))}
    return found | {core}


def _twos(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _may_be_one(one: _Parts, other: _Parts) -> bool:
    return (
        (one.core == other.core or _slipped(one.core, other.core))
        and _agree(one.place, other.place)
        and _agree(one.remark, other.remark)
        and _agree(one.latin, other.latin)
    )


def _agree(one: Sized, other: Sized) -> bool:
    """The same, or left out in one."""
    return one == other or not one or not other


def _slipped(one: str, other: str) -> bool:
    """Whether enough agrees, and all of the shorter but one character at most is found in the longer, in its order."""
    short, long = sorted((one, other), key=len)
    both, count = len(short) + len(long), len(short)
    if 2 * count < _ENOUGH * both or len(set(short) - set(long)) > 1:
        return False
    missing = _missing(*_differing(short, long))
    return missing == 0 or (missing == 1 and 2 * (count - 1) >= _ENOUGH * both)


def _differing(one: str, other: str) -> tuple[str, str]:
    """What is left of two texts without what they begin and end with alike."""
    start, end, least = 0, 0, min(len(one), len(other))
    while start < least and one[start] == other[start]:
        start += 1
    while end < least - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _missing(short: str, long: str) -> int:
    """How many characters of ``short`` ``long`` lacks in their order: 0, 1, or 2 for more."""
    count, end = len(short), len(long)
    if count < 2:
        return int(short not in long)
    ahead, back = _reach(short, long), _reach(short[::-1], long[::-1])
    if ahead[count] <= end:
        return 0
    return 1 if any(ahead[at] + back[count - at - 1] <= end for at in range(count)) else 2


def _reach(short: str, long: str) -> list[int]:
    """For every start of ``short``, up to where ``long`` has it in order; beyond the end where it has not."""
    found = [0]
    for char in short:
        found.append(long.find(char, found[-1]) + 1 or len(long) + 1)
    return found
