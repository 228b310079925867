"""Measuring a printed paper against GB/T 9704-2012: a file in, a row for each rule out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhuli_flow.documents.ruler.check import MAX_BYTES, check
from zhuli_flow.documents.ruler.parts import Layout
from zhuli_flow.support.bounded_read import read_beyond


def measure(path: Path, layout: Layout | None = None) -> dict[str, Any]:
    """Return the report of the PDF at ``path`` with its ``file``; ``layout`` None is inferred from page 1.

    Raises NotFound (no such file) and InvalidInput (no PDF that can be measured).
    """
    return {"file": str(path), **check(read_beyond(path, MAX_BYTES), str(path), layout)}
