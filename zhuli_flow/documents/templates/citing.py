"""How a paper is cited: its title, then its number in （） (《党政机关公文处理工作条例》, the rules of citing)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def cite(number: str, known: Sequence[Mapping[str, object]] | None, otherwise: str) -> str:
    """《title》（number） where ``known`` has the number's title; else the number behind what the paper is called."""
    title = next((str(one["title"]) for one in known or () if one.get("number") == number), "")
    return f"《{_inside(title)}》（{number}）" if title else f"{otherwise}（{number}）"


def _inside(title: str) -> str:
    """A title as it stands in 《》: the titles that it names itself take 〈〉 (GB/T 15834, 4.15)."""
    return title.replace("《", "〈").replace("》", "〉")
