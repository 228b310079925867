"""Where an office keeps its files: in the home, or in a folder that several machines share."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow import settings
from zhuli_flow.errors import InvalidInput
from zhuli_flow.settings import Settings
from zhuli_flow.store import files


def test_two_homes_that_share_a_folder_read_what_either_stored(stage: Stage, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "files").mkdir(parents=True)
    first = replace(stage.office, shared=shared)
    second = replace(first, home=tmp_path / "second")
    kept = files.store_bytes(first.holder, b"%PDF-1.4", "a.pdf", "pdf")
    again = files.store_bytes(second.holder, b"%PDF-1.4", "b.pdf", "pdf")
    assert kept.sha256 == again.sha256
    assert list(files.stored_files(second.holder)) == [kept.sha256]
    assert second.files == shared / "files"
    assert not (stage.office.home / "files").exists()


def test_a_shared_folder_that_is_not_mounted_is_refused_and_nothing_is_put_there(stage: Stage, tmp_path: Path) -> None:
    away = tmp_path / "mount"
    away.mkdir()
    with pytest.raises(InvalidInput, match="没有挂载"):
        files.store_bytes(replace(stage.office, shared=away).holder, b"%PDF-1.4", "a.pdf", "pdf")
    assert list(away.iterdir()) == []


def test_the_shared_folder_is_a_setting_and_an_absolute_path(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text(settings.text_of(Settings(files="/srv/zhuli-files")), "utf-8")
    assert settings.load(tmp_path).files == "/srv/zhuli-files"
    (tmp_path / settings.FILE).write_text('[office]\nfiles = "beside"\n', "utf-8")
    with pytest.raises(InvalidInput) as told:
        settings.load(tmp_path)
    assert [one.place for one in told.value.problems] == ["zhuli.toml: office.files"]
