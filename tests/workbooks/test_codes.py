"""Every code that a file or a cell can be refused with stands in the glossary."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "zhuli_flow/workbooks").glob("*.py")))
GIVEN = re.compile(r'"((?:file|form|cell|line|rows)_[a-z]+)"')


def test_every_code_stands_in_the_glossary():
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    codes = set(GIVEN.findall(SOURCES))
    assert {"file_bomb", "form_version", "cell_formula", "line_twice"} <= codes
    assert {code for code in codes if f"`{code}`" not in glossary} == set()
