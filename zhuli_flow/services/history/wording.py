"""What an entry says that only its changes tell: how somebody signed, what was put right, which regions moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model.signing import Signature, SignOffUnderWay


def vote(entry: Entry) -> str:
    """``同意`` or ``不同意`` where the entry is a signature; empty where it is none."""
    for section, _, _, new in entry.steps:
        if section == "signoffs" and isinstance(new, SignOffUnderWay):
            return _word(new.signatures[-1])
        if section == "signed" and isinstance(new, tuple) and new and isinstance(new[-1], Signature):
            return _word(new[-1])
    return "不同意" if entry.kind == "sign" else ""  # the sign-off ended with it


def _word(signature: Signature) -> str:
    return "同意" if signature.agree else "不同意"


def regions(entry: Entry, titles: Mapping[str, str]) -> Iterator[str]:
    """Each region (并行环节) that began, ended or moved by the entry: 公示开始."""
    for section, name, old, new in entry.changes:
        if section == "regions":
            was, now = (titles.get(f"state/{one}", one) for one in (old, new))
            title = titles.get(f"region/{name}", name)
            yield f"{title}：{was} → {now}" if was and now else f"{title}{'开始' if now else '结束'}"


def corrections(entry: Entry, titles: Mapping[str, str]) -> Iterator[str]:
    """Each value that 更正 changed: the field's title, what stood there and what stands there now."""
    if entry.event != "correct" or entry.kind != "operation":
        return
    for section, name, old, new in entry.changes:
        if section == "fields":
            yield f"更正 {titles.get(f'field/{name}', name)}：{_plain(old)} → {_plain(new)}"


def _plain(value: object) -> str:
    if value is None:
        return "（未填）"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
