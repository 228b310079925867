"""``zhuli fonts``: the print faces told, checked, and made from a folder."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.lines import Zhuli
from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts import roles
from zhuli_flow.documents.fonts.roles import TITLES, Face, Kit


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """A kit of files that are no fonts, whole by their hashes."""
    monkeypatch.setenv("ZHULI_FONTS", str(tmp_path / "fonts"))
    folder = fontkit.kit_folder()
    folder.mkdir(parents=True)
    digest = hashlib.sha256(b"x").hexdigest()
    faces = tuple(Face(role, f"ZL {role}", f"{role}.ttf", digest, 1, 7447, "Fandol.otf") for role in TITLES)
    made = Kit(folder, faces)
    return written(made)


def written(kit: Kit) -> Kit:
    for one in kit.faces:
        (kit.folder / one.file).write_bytes(b"x")
    (kit.folder / roles.MANIFEST).write_text(kit.text(), "utf-8")
    return kit


def test_a_whole_kit_is_listed_by_role(kit: Kit, zhuli: Zhuli) -> None:
    answer = zhuli("fonts check")
    assert answer.code == 0
    assert "小标宋" in answer.out
    assert str(kit.folder) in answer.out.replace("\n", "")
    told = zhuli("fonts check --json").json
    assert [one["role"] for one in told["faces"]] == list(TITLES)
    assert zhuli("fonts install --json").json == told  # nothing to do


def test_a_changed_face_is_told_by_name(kit: Kit, zhuli: Zhuli) -> None:
    (kit.folder / "rare.ttf").write_bytes(b"y")
    answer = zhuli("fonts check")
    assert answer.code == 7
    assert "rare.ttf" in answer.err
    assert "zhuli fonts install" in answer.err


def test_a_substitute_is_told(kit: Kit, zhuli: Zhuli) -> None:
    written(Kit(kit.folder, (replace(kit.faces[0], substitute=True), *kit.faces[1:])))
    answer = zhuli("fonts check")
    assert answer.code == 0
    assert "仿宋没有取到 Fandol" in answer.out


def test_without_a_kit_the_command_that_makes_one_is_told(
    zhuli: Zhuli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHULI_FONTS", str(tmp_path))
    answer = zhuli("fonts check")
    assert answer.code == 5
    assert "zhuli fonts install" in answer.err


def test_a_folder_that_is_not_there_or_holds_no_font_is_told(
    zhuli: Zhuli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHULI_FONTS", str(tmp_path / "fonts"))
    assert zhuli("fonts", "install", "--from", tmp_path / "none").code == 5
    (tmp_path / "empty").mkdir()
    answer = zhuli("fonts", "install", "--from", tmp_path / "empty")
    assert answer.code == 5
    assert "apt-get" in answer.err
