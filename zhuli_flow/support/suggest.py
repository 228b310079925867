"""Did you mean: the known names nearest to one that is not known, and the words that offer them."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most ``most`` of ``known`` that look like ``name``, the likest first; ``cutoff`` 0 takes all, 1 itself."""
    from difflib import get_close_matches  # only a mistake needs it, and it is slow to load

    return get_close_matches(name, list(known), most, cutoff)


def did_you_mean(name: str, known: Iterable[str], asking: str = "是否应为", otherwise: str = "") -> str:
    """``是否应为 X？`` when something near is known; else ``otherwise``, or all that may stand there."""
    names = list(known)
    near = nearest(name, names)
    return f"{asking} {near[0]}？" if near else otherwise or f"可用：{'、'.join(names)}"
