"""What an entry says that only its changes tell: how somebody signed, and what a correction put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def vote(body: Mapping[str, Any]) -> str:
    """``同意`` or ``不同意`` where the entry is a signature; empty where it is none."""
    for section, _, old, new in body.get("changes") or ():
        if section == "signoffs" and isinstance(new, dict):
            return "同意" if new["signatures"][-1]["agree"] else "不同意"
        if section == "signed" and new:
            return "同意" if new[-1]["agree"] else "不同意"
        if section == "signoffs" and new is None and isinstance(old, dict) and body.get("kind") == "sign":
            return "不同意"
    return "不同意" if body.get("kind") == "sign" else ""


def corrections(body: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """Each value that 更正 changed: the field's title, what stood there and what stands there now."""
    if body.get("event") != "correct" or body.get("kind") != "operation":
        return
    for section, name, old, new in body.get("changes") or ():
        if section == "fields":
            yield f"更正 {titles.get(f'field/{name}', name)}：{_plain(old)} → {_plain(new)}"


def _plain(value: object) -> str:
    if value is None:
        return "（未填）"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
