"""Packages made to be handed out lie in a folder for the moment, also where a server dies over them."""

import tempfile

import anyio
import pytest

from zhuli_flow.web.handing_out import packed


@pytest.fixture
def beside(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_package_lies_where_the_next_process_clears_and_is_gone_once_handed_out(beside):
    answer = packed("a.zip", lambda place: place.write_bytes(b"a"))
    (folder,) = beside.iterdir()
    assert folder.name.startswith(".zhuli-scratch-")
    assert (folder / "package").read_bytes() == b"a"
    anyio.run(answer.background)
    assert not list(beside.iterdir())


def test_a_package_that_cannot_be_made_leaves_nothing(beside):
    def broken(place):
        place.write_bytes(b"half")
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        packed("a.zip", broken)
    assert not list(beside.iterdir())
