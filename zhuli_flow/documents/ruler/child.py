"""The measuring child: one PDF on stdin, one JSON report on stdout. Run as ``python -m …`` by ``check`` only.

A file from anywhere is read here, where it can spend no more than its share of time and memory and write nothing.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

from zhuli_flow.documents.ruler.reading import Unreadable
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.support.confined import confine


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read the order (one JSON line: layout, cpu_s, memory) and then the file; answer with a report or an error."""
    order = json.loads(source.readline())
    confine(order["memory"], order["cpu_s"])
    sink.write(json.dumps(_answer(source.read(), order["layout"])).encode())


def _answer(data: bytes, layout: Any) -> dict[str, object]:
    try:
        return measure(data, layout).json()
    except Unreadable as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "读取所需内存超过上限"}


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
