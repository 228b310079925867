"""Where a title breaks into lines (GB/T 9704-2012, 7.3.1): between words, and the lines make a trapezium or a lozenge.

Every way to break it is weighed at once: what a break parts, how far the lines are from one width, how many they are.
What is never parted in a text (dates, figures, 发文字号, words in letters) is not parted in a title either.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import ceil, inf

from zhuli_flow.documents.templates.layout import MAX_TITLE_LINES, TITLE_WIDTH, bare_positions
from zhuli_flow.documents.wholes import wholes

_OPENING, _CLOSING = "（(《〈“‘【〔[", "）)》〉”’】〕]"
_NEVER_FIRST = f"的和与及暨、，。；：·—{_CLOSING}"
_BEFORE = re.compile(
    "(?=进一步|加强|做好|开展|推进|落实|建设|建立|创建|成立|管理|监督|检查|评价|考核|复核|评估|报送|印发|转发|表彰|授予"
    "|同意|申报|推荐|经费|项目|工作|活动|专项|方案|办法|以及|试点|情况|有关|组织|实施|办公室|领导小组)"
)
"""Words that a line of a title may well begin with."""
_WORDS = re.compile(
    "贯彻落实|考察评估|组织开展|组织实施|绩效评价|期满复核|建设管理|专项检查|监督检查|工作总结|使用情况|调查研究"
    "|关于|进一步|加强|做好|开展|推进|推广|落实|贯彻|建设|建立|创建|成立|管理|监督|检查|评价|考核|复核|评估|报送|印发|转发"
    "|表彰|授予|称号|同意|申报|推荐|经费|项目|工作|活动|专项|方案|办法|细则|规定|规划|纲要|计划|行动|意见|通知|试点|试行"
    "|情况|有关|组织|实施|执行|办公室|领导小组|委员会|联席会议|科学技术|科学|技术|科协|协会|中国|全国|全省|全民|素质"
    "|普及|驱动|创新|助力|服务站|科技|学会|促进会|研究会|工程|示范区?|城市|园区|基地|服务|人才|专家|优秀|工作者|先进|集体|个人|典型|经验|问题|整改|调查"
    "|研究|期满|年度|拟入选|名单|名额|绩效|结果|材料|台账|使用|高层次|农村|专业|志愿|省级|市级|县级|部门|机构|中共|政府|人民"
    "|国务院|中央|办公厅|部长|教育|财政|公告|公布|企业|技术|应用|监测|规范|标准|会议|召开|举办|培训|参加|安排|要求|事项|说明"
)
"""Words that are better not parted; what is none of them may be one all the same."""
_GOOD = 6.0
"""A break that costs no more parts nothing; only where such breaks give no good lines are others weighed."""
_WORD_PARTED, _BRACKET_PARTED, _UNKNOWN, _QUOTED, _IN_NAME = 25.0, 30.0, 12.0, 4.0, 10.0
_LINE, _SHORT, _HOURGLASS = 8.0, 30.0, 100.0
_LEAST, _SHORT_BRACKET, _UNSEEN = 4.0, 6, 0.6
_PLAY = 7.0
"""Characters by which a line may be longer or shorter than all on average, where every break is weighed."""


def title_width(text: str) -> float:
    """The width of ``text`` in a title's heavier face, whose figures and letters take more than half a character."""
    return sum(1.0 if not char.isascii() else 0.85 if char.isupper() else 0.6 for char in text)


def title_lines(parts: Sequence[str], limit: float = TITLE_WIDTH) -> tuple[str, ...]:
    """Break a title into few lines, even, between its words, and never hourglass-shaped if that can be had (7.3.1).

    ``parts`` are what its writer keeps together (a name, the matter, the genre); names end in a space.
    """
    text = "".join(parts)
    least = ceil(title_width(text.strip()) / limit)
    if least <= 1 or least > MAX_TITLE_LINES:
        return tuple(_even(text, limit)) if least > 1 else (text.strip(),)
    costs = _costs(parts)
    found: tuple[float, tuple[str, ...]] = (inf, ())
    for most, play in ((_GOOD, inf), (_WORD_PARTED - 1, _PLAY), (inf, _PLAY)):
        places = {at: cost for at, cost in costs.items() if cost <= most}
        found = min(found, _Search(text, limit, places, play).best(least))
        if found[0] <= most:
            break
    return found[1] or tuple(_even(text, limit))


class _Search:
    """The best lines of one title, over the places where it may be broken."""

    def __init__(self, text: str, limit: float, costs: Mapping[int, float], play: float = inf) -> None:
        self._text, self._limit, self._costs, self._play = text, limit, costs, play
        self._sums = [0.0, *accumulate(map(title_width, text))]
        self._places = sorted(costs)
        self._begins = [self._sums[at] for at in self._places]
        self._known: dict[tuple[int, int, bool, int], tuple[float, tuple[int, ...]]] = {}
        self._average = 0.0

    def best(self, least: int) -> tuple[float, tuple[str, ...]]:
        """The cost and the lines of the best way, of ``least`` lines or up to two more; no lines when there is none."""
        ways = []
        for count in range(least, min(least + 2, MAX_TITLE_LINES) + 1):
            self._known, self._average = {}, self._sums[-1] / count
            cost, ends = self._from(0, 0, falling=False, left=count)
            ways.append((cost + _LINE * (count - least), ends))
        cost, ends = min(ways)
        return cost, tuple(self._text[start:end].strip() for start, end in pairwise((0, *ends)))

    def _from(self, start: int, before: int, *, falling: bool, left: int) -> tuple[float, tuple[int, ...]]:
        """The best line ends of what begins at ``start``, the line before it having begun at ``before``."""
        key = (start, before, falling, left)
        if key not in self._known:
            self._known[key] = min(self._ways(start, before, falling, left), default=(inf, ()))
        return self._known[key]

    def _ways(self, start: int, before: int, falling: bool, left: int) -> Iterator[tuple[float, tuple[int, ...]]]:
        last = self._width(before, start) if start else 0.0
        for end in self._ends(start, left):
            width = self._width(start, end)
            if width > self._limit:
                break
            cost = 0.04 * (width - self._average) ** 2 + (_SHORT if width < _LEAST else 0.0)
            cost += _HOURGLASS if falling and width > last + _UNSEEN else 0.0
            if left == 1:
                yield cost, (end,)
                continue
            smaller = falling or (start > 0 and width < last - _UNSEEN)
            more, ends_after = self._from(end, start, falling=smaller, left=left - 1)
            yield cost + self._costs[end] + more, (end, *ends_after)

    def _ends(self, start: int, left: int) -> Sequence[int]:
        """Where a line may end that is not too short, and leaves no more than the lines behind it hold."""
        if left == 1:
            return (len(self._text),)
        shortest = max(self._sums[start] + self._average - self._play, self._sums[-1] - (left - 1) * (self._limit + 1))
        first = max(bisect_left(self._begins, shortest), bisect_right(self._places, start))
        return self._places[first : bisect_right(self._begins, self._sums[start] + self._limit + 1)]

    def _width(self, start: int, end: int) -> float:
        """The width of a line; the space behind a name is not set."""
        blank = 0.6 if self._text[end - 1] == " " else 0.0
        return self._sums[end] - self._sums[start] - blank


def _costs(parts: Sequence[str]) -> dict[int, float]:
    """Where a title may be broken, ascending, and how ill it looks there."""
    text = "".join(parts)
    never = {at for start, end in wholes(text) for at in range(start + 1, end)}
    torn = {at for found in _WORDS.finditer(text) for at in range(found.start() + 1, found.end())}
    starts = {found.start() for found in _BEFORE.finditer(text)}
    ends = list(accumulate(map(len, parts)))
    joints = dict(zip(ends, parts, strict=True))
    named = {
        at
        for name, end in zip(parts, ends, strict=True)
        if _is_name(text, end)
        for at in range(end - len(name) + 1, end)
    }
    depths, costs = _depths(text), dict[int, float]()
    for at in range(1, len(text)):
        if at not in never and not _held(text, at):
            own = _cost(text, at, torn=at in torn, start=at in starts, part=joints.get(at, ""))
            costs[at] = depths[at] + own + (_IN_NAME if at in named else 0.0)
    return costs


def _is_name(text: str, end: int) -> bool:
    """Whether the part that ends there is an organ's name: a further one or the matter follows it."""
    return text[end - 1 : end] == " " or text.startswith("关于", end)


def _held(text: str, at: int) -> bool:
    """Whether what stands on both sides of a place belongs together: marks, letters and figures."""
    before, after = text[at - 1], text[at]
    held = after in f"{_NEVER_FIRST} " or before in _OPENING
    return held or (after.isascii() and (before if before != " " else text[max(at - 2, 0)]).isascii())


def _cost(text: str, at: int, *, torn: bool, start: bool, part: str) -> float:
    """How ill a break before the character ``at`` looks, what brackets it stands in left aside."""
    before, after = text[at - 1], text[at]
    if part.endswith(" ") or text.startswith("关于", at):
        return 0.0
    about = 4.0 if text[:at].endswith("关于") else 0.0
    if part or after in "《“" or before in "》”）、 ":
        return 1.0 + about
    if torn:
        return _WORD_PARTED
    return about + (8.0 if before == "的" else 3.0 if start or before in "和与及" else _UNKNOWN)


def _depths(text: str) -> list[float]:
    """What a break before each character costs for the brackets and quotation marks it would part."""
    bare = set(bare_positions(text)) | {at for at, char in enumerate(text) if char in _OPENING}
    depths, opened = [0.0 if at in bare else _QUOTED for at in range(len(text))], list[int]()
    for at, char in enumerate(text):
        if char in _OPENING:
            opened.append(at)
        elif char in _CLOSING and opened:
            start = opened.pop()
            if text[start] in "（(":
                short = at - start <= _SHORT_BRACKET
                depths[start + short : at] = [_BRACKET_PARTED] * (at - start - short)
                depths[start] = max(depths[start], _WORD_PARTED if short else _QUOTED)
    return depths


def _even(text: str, limit: float) -> Iterator[str]:
    """Cut ``text`` into as few pieces of about one width as lines can hold."""
    step = min(int(limit), ceil(len(text) / ceil(title_width(text) / limit))) if text else 1
    return (text[at : at + step] for at in range(0, len(text), step))
