"""What of a text is never parted at the end of a line: dates, figures with their unit, 发文字号, words in letters.

The press breaks lines by it and the ruler measures papers by it, each on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NOT_AT_START = "，。、；：？！）》〉」』】〕”’％℃·．/,.;:?!)]}%"
"""What may not begin a line (GB/T 15834, 5.1)."""
NOT_AT_END = "（《〈「『【〔“‘([{"
"""What may not end one."""

_HAN = "\u3400-\u9fff"
_UNIT = (
    "个工作日|个百分点|个月|工作日|小时|分钟|平方公里|平方米|立方米|公里|公顷|公斤|千克|千米|人次|场次|季度|年度|学时"
    "|[元个年月日天周时分秒名人位家户项件份页章条款号期批届次类种级亩吨米度县市区省倍场岁所处台套本篇辆支组座册卷间只株棵步轮]"
)
_NUMBER_OF_A_PAPER = (
    rf"(?:(?<=[（《“，。、；：\s])|^)[{_HAN}]{{1,7}}〔\d{{4}}〕第?\d{{1,5}}号|[{_HAN}]{{0,4}}〔\d{{4}}〕第?\d{{1,5}}号"
)
_WHOLE = re.compile(
    "|".join(
        (
            _NUMBER_OF_A_PAPER,
            r"\d{4}年\d{1,2}月(?:\d{1,2}日)?",
            r"\d{1,2}月\d{1,2}日",
            r"\d{1,2}[时点]\d{1,2}分",
            r"[A-Za-z]{2,6}://[A-Za-z0-9._@/+&?=%#-]{1,40}",
            (
                rf"第?[-+±¥￥]?\d+(?:[-.,:：/—～~]\d+)*[%％‰℃㎡㎞㎜㎏]?"
                rf"(?:[十百千万亿]{{0,2}}[余多]?(?:{_UNIT})|[百千万亿]{{1,2}}[余多]?|[A-Za-z]{{1,5}}(?![A-Za-z]))?"
            ),
            r"[A-Za-z][A-Za-z0-9._@/+&'-]*",
        )
    )
)


def wholes(text: str) -> Iterator[tuple[int, int]]:
    """Where each of them begins and ends in ``text``, those of one character left out."""
    return (found.span() for found in _WHOLE.finditer(text) if found.end() - found.start() > 1)


def parted(text: str, at: int) -> str:
    """What a line end before the character ``at`` of ``text`` would part; empty when nothing."""
    return next((text[start:end] for start, end in wholes(text) if start < at < end), "")
