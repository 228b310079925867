"""Did you mean: the known names nearest to one that is not known, and the words that offer them."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 5


def nearest(name: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most ``most`` of ``known`` that look like ``name``, the likest first; ``cutoff`` 0 takes all, 1 itself."""
    from difflib import get_close_matches  # only a mistake needs it, and it is slow to load

    return get_close_matches(name, list(known), most, cutoff)


def did_you_mean(name: str, known: Iterable[str], asking: str = "是否应为", otherwise: str = "") -> str:
    """``是否应为 X？`` when something near is known, or has the word in it; else ``otherwise``, or all there are."""
    names = list(known)
    near = nearest(name, names) or [one for one in names if name and name in one][:_MOST]
    return f"{asking} {'、'.join(near)}？" if near else otherwise or f"可用：{'、'.join(names)}"
