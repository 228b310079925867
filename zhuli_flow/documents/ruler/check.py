"""Measures a PDF from anywhere, in a child process that is short of time, memory and files."""

from __future__ import annotations

import json
from typing import Any

from zhuli_flow.documents.ruler.parts import Layout
from zhuli_flow.errors import InvalidInput
from zhuli_flow.support import confined

MAX_BYTES = 32 * 1024**2
"""The largest file that is measured."""
MEMORY_BYTES = 1024**3
CPU_S = 30
WALL_S = 60.0


def check(data: bytes, name: str, layout: Layout | None = None) -> dict[str, Any]:
    """Return the report of a PDF: layout, pages, verdict, rows (see ``judge.Row.json``).

    InvalidInput when it is no PDF that can be measured; ``name`` is what the message calls it.
    """
    if len(data) > MAX_BYTES:
        raise _refused(name, f"大于 {MAX_BYTES // 1024**2} MB")
    if b"%PDF-" not in data[:1024]:
        raise _refused(name, "不是 PDF 文件")
    order = json.dumps({"layout": layout, "cpu_s": CPU_S, "memory": MEMORY_BYTES}).encode()
    report = _ask(order + b"\n" + data, name)
    if "error" in report:
        raise _refused(name, str(report["error"]))
    return report


def _ask(order: bytes, name: str) -> dict[str, Any]:
    """What the child answers; InvalidInput when it died over the file."""
    ended = confined.run("zhuli_flow.documents.ruler.child", order, WALL_S)
    if ended.late:
        raise _refused(name, "读取超过时限，已停止")
    if ended.code:
        raise _refused(name, f"内容已损坏或过于复杂（{ended.code}）")
    answer: dict[str, Any] = json.loads(ended.output)
    return answer


def _refused(name: str, why: str) -> InvalidInput:
    return InvalidInput(f"{name} 不能量：{why}", fix="请换一份 PDF 文件；扫描件里没有文字，量不了。")
