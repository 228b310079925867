"""Names as people type them into one cell: taken apart, and compared as the names they are."""

from __future__ import annotations

import re
import unicodedata

_ITEM = re.compile(r"(?:《[^》\n]*》|[^；;\n])+")
_NAME = re.compile(r"(?:《[^》\n]*》|[^、])+")
"""What stands in 《》 is one title, whatever is written in it."""
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
