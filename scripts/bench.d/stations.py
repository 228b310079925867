"""How far one act walks: the functions it enters, the files they stand in, the return statements it passes.

usage: stations.py TREE HOME     (HOME as ``core_child.py TREE HOME prepare 2`` makes it; it is acted on)

Counted by ``sys.setprofile`` on the second act of a case, when everything that is found once has been found. A station
is a function of the program entered at least once, generators, comprehensions and lambdas counted with the function
they stand in; a return is a ``return`` statement by which at least one call came back. Printed as one JSON object.
"""

from __future__ import annotations

import dis
import json
import sys
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

TREE, HOME = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(TREE))
sys.path.insert(0, str(TREE / "scripts/bench.d"))

import office  # noqa: E402 - from the tree measured

PACKAGE = str(TREE / "zhuli_flow") + "/"


class Walk:
    """What was met on the way of one act."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.files: Counter[str] = Counter()
        self.returns: set[tuple[str, int]] = set()

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event not in {"call", "return"} or not code.co_filename.startswith(PACKAGE):
            return
        file = code.co_filename.removeprefix(PACKAGE)
        if event == "call":
            self.calls[f"{file}:{_outer(code)}"] += 1
            self.files[file] += 1
        elif dis.opname[code.co_code[frame.f_lasti]] == "RETURN_VALUE":
            self.returns.add((file, frame.f_lineno))


def _outer(code: CodeType) -> str:
    return code.co_qualname.partition(".<locals>")[0]


def main() -> None:
    opened = office.bootstrap.open_office(HOME, os_user="bench")
    case_id = json.loads((HOME / "ids.json").read_text(encoding="utf-8"))[0]
    first, second = office.EVENTS[:2]
    office.advance.advance(opened, case_id, office.PERSON, office.command(first))
    walk, command = Walk(), office.command(second)
    sys.setprofile(walk)
    office.advance.advance(opened, case_id, office.PERSON, command)
    sys.setprofile(None)
    opened.database.close()
    told = {"stations": len(walk.calls), "calls": sum(walk.calls.values()), "files": len(walk.files)}
    print(json.dumps({**told, "returns": len(walk.returns), "by_file": dict(walk.files.most_common())}, indent=1))


main()
