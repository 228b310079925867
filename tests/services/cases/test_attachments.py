"""Files handed in: as materials, or as the one file of a field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, RulesRefused
from zhuli_flow.services.cases import attachments, view

TEXT = story(
    a="  amount: {title: 金额, type: int}\n ->   amount: {title: 金额, type: int}\n"
    "  rules: {title: 细则, type: file, accept: [pdf], max_mb: 1}\n",
    b="from: draft, to: intake, by: county} -> from: draft, to: intake, by: county, fill: [rules]}",
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "home", text=TEXT)


def test_a_field_that_holds_a_file_takes_it_in_like_a_material(stage: Stage, tmp_path: Path) -> None:
    paper = tmp_path / "细则.pdf"
    paper.write_bytes(b"%PDF-1.4\n% rules\n%%EOF\n")
    case = stage.open()
    kept = attachments.keep(stage.office, case, [("rules", paper)])
    assert kept.materials == {}
    stage.do(case, "submit", "县", **kept.values)
    (field,) = (one for one in as_json(view.show(stage.office, case))["fields"] if one["name"] == "rules")
    assert field["value"] == kept.values["rules"]


def test_a_file_of_another_type_is_refused_at_its_field(stage: Stage, tmp_path: Path) -> None:
    paper = tmp_path / "细则.txt"
    paper.write_text("细则", encoding="utf-8")
    case = stage.open()
    with pytest.raises(InvalidInput) as refused:
        attachments.keep(stage.office, case, [("rules", paper)])
    assert refused.value.problems[0].place.startswith("rules=")


def test_without_its_file_the_act_is_refused_with_the_way_to_hand_it_in(stage: Stage) -> None:
    case = stage.open()
    with pytest.raises(RulesRefused) as refused:
        stage.do(case, "submit", "县")
    (refusal,) = refused.value.refusals
    assert isinstance(refusal, Refusal)
    assert refusal.code == "missing_field"
    assert "--attach 细则=" in refusal.fix
    assert stage.refused(case, "submit", "县", rules="细则.pdf") == {"bad_value"}


def test_a_field_of_several_files_takes_all_that_are_handed_in(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "home", text=TEXT.replace("type: file,", "type: files,"))
    papers = [tmp_path / name for name in ("一.pdf", "二.pdf")]
    for number, path in enumerate(papers):
        path.write_bytes(f"%PDF-1.4\n% {number}\n%%EOF\n".encode())
    case = stage.open()
    kept = attachments.keep(stage.office, case, [("rules", path) for path in papers])
    stage.do(case, "submit", "县", **kept.values)
    held = stage.stored(case).case.fields["rules"]
    assert isinstance(held, list)
    assert [one["filename"] for one in held if isinstance(one, dict)] == ["一.pdf", "二.pdf"]
