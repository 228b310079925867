"""A slip of the pen in a file that others rest on ends in words, at its line, and never in a crash report."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from zhuli_flow import bootstrap
from zhuli_flow.documents.templates.catalog import load_kind
from zhuli_flow.documents.templates.render import render, template_names
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration.workflows import check_files

NOTICES = Path(bootstrap.bundle("notices"))


@pytest.mark.parametrize("section", ["fields", "forms", "registers", "events"])
def test_a_misspelt_section_of_a_linked_workflow_is_told(tmp_path: Path, section: str) -> None:
    folder = tmp_path / "workflows"
    shutil.copytree(bootstrap.bundle("workflows"), folder)
    name = "zone_creation.yaml" if section == "registers" else "statistics_return.yaml"
    text = (folder / name).read_text(encoding="utf-8")
    assert f"\n{section}:" in text
    (folder / name).write_text(text.replace(f"\n{section}:", f"\n{section[:-1]}z:", 1), encoding="utf-8")
    found = {one.path.name: one.problems for one in check_files([folder], [NOTICES])}
    assert any(problem.code == "unknown_key" for problem in found[name])


@pytest.mark.parametrize("part", ["kind", "title", "text", "number", "answers"])
def test_a_table_whose_rows_lack_a_part_is_told(part: str) -> None:
    for name in sorted(path.stem for path in NOTICES.glob("*.yaml")):
        kind = load_kind([NOTICES], name)
        assert kind is not None
        less = {key: without(value, part) for key, value in kind.sample.items()}
        with suppress(InvalidInput):  # told, or not needed: anything else is a crash
            render(kind, less)


def without(value: object, part: str) -> object:
    if isinstance(value, dict):
        return {key: without(one, part) for key, one in value.items() if key != part}
    return [without(one, part) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", ["{{ title[１] }}", "{{ １２３ }}", "{% if １ %}{% endif %}", "{{ ² }}", "{{ 1e９ }}"])
def test_a_numeral_that_is_none_in_a_template_is_told(text: str) -> None:
    with suppress(InvalidInput):
        template_names(text, NOTICES)
