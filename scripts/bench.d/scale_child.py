"""One command of the program, carried out again and again in one process: what it costs beside its start.

usage: scale_child.py TIMES WARM HOME WORDS…

The first time in the home ``WARM``, which is small, so that everything is imported; then ``TIMES`` times in ``HOME``.
Prints the seconds of the quickest.
"""

from __future__ import annotations

import contextlib
import io
import sys
from time import perf_counter


def once(home: str, words: list[str]) -> float:
    """Seconds from the words to the answer. Raises SystemExit when the command fails."""
    from zhuli_flow.cli.main import main

    sys.argv = ["zhuli", "--home", home, "--json", *words]
    start = perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            main()
        except SystemExit as end:
            if end.code not in (0, None):
                raise
    return perf_counter() - start


def run(times: int, warm: str, home: str, words: list[str]) -> None:
    """Warm up and print the least disturbed of all times."""
    once(warm, words)
    print(min(once(home, words) for _ in range(times)))


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
