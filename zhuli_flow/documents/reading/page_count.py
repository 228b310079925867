"""How many pages PDFs have, counted in a child short of everything: files from outside may be made to break a parser.

Run as ``python -m zhuli_flow.documents.reading.page_count`` by ``pages``; it answers a line a file, so that one file
that kills it costs only itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from zhuli_flow.support import confined

_CPU_S, _WALL_S, _MEMORY = 20, 60, 2 * 1024**3


def pages(files: Sequence[Path]) -> list[int | None]:
    """The number of pages of each file; None where it can't be read as a PDF."""
    found: list[int | None] = []
    while len(found) < len(files):
        told = _counted(files[len(found) :])
        found += told
        if len(found) < len(files):
            found.append(None)  # the child ended at this one
    return found


def _counted(files: Sequence[Path]) -> list[int | None]:
    asked = json.dumps([str(one) for one in files]).encode()
    ended = confined.run("zhuli_flow.documents.reading.page_count", asked, _WALL_S)
    return [int(line) if line != b"-" else None for line in ended.output.split()][: len(files)]


def main(source: TextIO, sink: TextIO) -> None:
    """Count the files that a JSON list on ``source`` names; a number or ``-`` a line on ``sink``."""
    confined.confine(_MEMORY, _CPU_S)
    for name in json.loads(source.read()):
        sink.write(f"{_count(Path(name)) or '-'}\n")
        sink.flush()


def _count(file: Path) -> int | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(file)
        try:
            return len(document)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, OSError, MemoryError):
        return None


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
