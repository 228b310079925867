#!/usr/bin/env python3
"""Check an exported history (`zhuli audit export`) or an archive package, with the standard library alone.

The same program lies in every package as verify.py; this is the way to it from a clone.
"""

import runpy
from pathlib import Path

runpy.run_path(
    str(Path(__file__).parents[1] / "zhuli_flow/services/archiving/standalone_verify.py"), run_name="__main__"
)
