"""Files that somebody names are read up to their limit, and every way in which they can't be has words."""

from pathlib import Path

import pytest

from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.support.bounded_read import first_bytes, read_beyond, read_bounded, size


def test_a_file_as_long_as_its_limit_is_read_whole(tmp_path):
    (tmp_path / "file").write_bytes(b"1234")
    assert read_bounded(tmp_path / "file", 4) == b"1234"


def test_a_longer_file_is_refused_and_not_read_to_its_end(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 5000)
    assert len(first_bytes(tmp_path / "file", 4096)) == 4097
    assert len(read_beyond(tmp_path / "file", 4096)) == 4097
    with pytest.raises(InvalidInput, match=r"file 超过 4 kB，不是名录，未导入\n"):
        read_bounded(tmp_path / "file", 4096, undone="未导入", not_so="不是名录")


def test_an_endless_file_costs_no_more_than_its_limit():
    assert len(first_bytes(Path("/dev/zero"), 1000)) == 1001


def test_what_cannot_be_read_is_told_by_its_reason(tmp_path):
    with pytest.raises(NotFound, match="没有文件"):
        read_bounded(tmp_path / "none", 4)
    with pytest.raises(InvalidInput, match=r"是文件夹.*，未导入\n"):
        read_bounded(tmp_path, 4, undone="未导入")
    with pytest.raises(InvalidInput, match="不能读取"):
        read_bounded(tmp_path / "zero\0byte", 4)


def test_limits_read_as_people_write_them():
    assert (size(4096), size(256 * 1024), size(32 * 1024**2)) == ("4 kB", "256 kB", "32 MB")
