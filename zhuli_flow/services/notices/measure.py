"""Measuring a printed paper against GB/T 9704-2012: a file in, a row for each rule out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhuli_flow.documents.ruler.check import MAX_BYTES, check
from zhuli_flow.documents.ruler.parts import Layout
from zhuli_flow.errors import InvalidInput, NotFound


def measure(path: Path, layout: Layout | None = None) -> dict[str, Any]:
    """Return the report of the PDF at ``path`` with its ``file``; ``layout`` None is inferred from page 1.

    Raises NotFound (no such file) and InvalidInput (no PDF that can be measured).
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"没有文件 {path}", fix="请核对路径") from error
    except OSError as error:
        raise InvalidInput(f"不能读 {path}（{error.strerror}）", fix="请核对路径和权限") from error
    return {"file": str(path), **check(data, str(path), layout)}
