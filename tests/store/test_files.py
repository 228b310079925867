"""Attachments: told by content, kept by digest, and no name leads anywhere."""

import hashlib
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.store import files
from zhuli_flow.store.file_types import SUFFIXES, kind_of

PDF = b"%PDF-1.7\nhello"
MB = 1 << 20
EVERYTHING = tuple(SUFFIXES)


def given(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def refused(
    home: Path, source: Path, accept: tuple[str, ...] = ("pdf",), cap: int = MB, name: str | None = None
) -> str:
    with pytest.raises(InvalidInput, match="未保存任何内容") as told:
        files.store_file(home, source, accept, cap, name)
    assert list(files.stored_files(home)) == []
    assert list(home.glob("files/tmp/*")) == []
    return told.value.problems[0].code


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def test_a_file_is_kept_by_its_digest_and_readable_by_nobody_else(home: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    home.mkdir(mode=0o700)
    try:
        kept = files.store_file(home, given(tmp_path, "同意函.pdf", PDF), ("pdf",), MB)
    finally:
        os.umask(before)
    digest = hashlib.sha256(PDF).hexdigest()
    assert kept.json() == {"filename": "同意函.pdf", "sha256": digest, "size": len(PDF), "type": "pdf"}
    with files.open_file(home, digest) as stream:
        assert stream.read() == PDF
    for place in (home / "files").rglob("*"):
        assert stat.S_IMODE(place.stat().st_mode) == (0o700 if place.is_dir() else 0o600)
    assert list(files.stored_files(home)) == [digest]
    files.verify_file(home, digest)


def test_the_same_content_is_kept_once_under_any_name(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    first = files.store_file(home, given(tmp_path, "a.pdf", PDF), ("pdf",), MB)
    second = files.store_file(home, given(tmp_path, "b.pdf", PDF), ("pdf",), MB)
    third = files.store_bytes(home, PDF, "批复.pdf", "pdf")
    assert first.sha256 == second.sha256 == third.sha256
    assert (second.filename, third.filename, third.size) == ("b.pdf", "批复.pdf", len(PDF))
    assert len(list(files.stored_files(home))) == 1


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("../../x.pdf", "x.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("C:\\windows\\x.pdf", "x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("\u2066a\u2069\u200b.pdf", "a.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("  名 称.pdf ", "名 称.pdf"),
        ("名" * 251 + ".pdf", "名" * 251 + ".pdf"),
    ],
)
def test_a_hostile_name_becomes_harmless_data(home: Path, tmp_path: Path, hostile: str, harmless: str) -> None:
    home.mkdir()
    kept = files.store_file(home, given(tmp_path, "upload", PDF), ("pdf",), MB, hostile)
    assert kept.filename == harmless
    assert {path.parent.parent for path in tmp_path.rglob(kept.sha256)} == {home / "files"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("名" * 252 + ".pdf", "name_too_long"),
        ("", "name_empty"),
        ("..", "name_empty"),
        ("a/..", "name_empty"),
        ("\u202e", "name_empty"),
    ],
)
def test_a_name_that_can_not_be_used_is_refused(home: Path, tmp_path: Path, name: str, code: str) -> None:
    assert refused(home, given(tmp_path, "upload", PDF), name=name) == code


def test_a_path_longer_than_the_system_allows_is_refused(home: Path, tmp_path: Path) -> None:
    assert refused(home, tmp_path / ("n" * 296 + ".pdf")) == "name_too_long"
    assert refused(home, tmp_path / ("名" * 100 + ".pdf")) == "name_too_long"


def test_an_empty_file_is_refused(home: Path, tmp_path: Path) -> None:
    assert refused(home, given(tmp_path, "a.pdf", b"")) == "file_empty"


@pytest.mark.real_clock("how long a refusal takes")
def test_a_gigabyte_is_refused_at_once(home: Path, tmp_path: Path) -> None:
    source = given(tmp_path, "a.pdf", PDF)
    os.truncate(source, 1 << 30)
    start = time.perf_counter()
    assert refused(home, source, cap=20 * MB) == "file_too_big"
    assert time.perf_counter() - start < 0.5
    assert not (home / "files").exists()


def test_a_file_that_grows_while_it_is_read_stops_at_the_cap(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    source = given(tmp_path, "a.pdf", PDF)
    opened = files._open_plain

    def open_then_grow(path: Path, name: str) -> int:
        handle = opened(path, name)
        size = os.fstat(handle)
        os.truncate(path, 3 * MB)
        monkeypatch.setattr(os, "fstat", lambda _: size)
        return handle

    monkeypatch.setattr(files, "_open_plain", open_then_grow)
    assert refused(home, source) == "file_too_big"


@pytest.mark.parametrize("accept", [("docx",), ("jpg", "png")])
def test_a_type_that_is_not_asked_for_is_refused(home: Path, tmp_path: Path, accept: tuple[str, ...]) -> None:
    home.mkdir()
    assert refused(home, given(tmp_path, "a.pdf", PDF), accept) == "type_not_accepted"


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x01\0binary", b"MZ\x90\0", b"a\0b", b"\xff\xfe\0", b"PK\x03\x04 no zip"]
)
def test_content_nobody_knows_is_refused_whatever_its_name(home: Path, tmp_path: Path, content: bytes) -> None:
    home.mkdir()
    assert refused(home, given(tmp_path, "a.pdf", content), EVERYTHING) == "type_not_accepted"


@pytest.mark.parametrize("name", ["page.html", "a.docx", "run.exe", "a"])
def test_a_name_that_promises_something_else_is_refused(home: Path, tmp_path: Path, name: str) -> None:
    home.mkdir()
    polyglot = PDF + b"<html><script>alert(1)</script>"
    assert refused(home, given(tmp_path, name, polyglot), EVERYTHING) == "type_mismatch"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.PDF", PDF, "pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "jpg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "jpg"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "png"),
        ("a.txt", "说明\n".encode(), "txt"),
        ("a.txt", "说明".encode("gb18030"), "txt"),
        ("a.txt", ("长" * 50_000).encode(), "txt"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        ("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wps"),
        ("a.exe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
    ],
)
def test_the_type_is_read_from_the_content(tmp_path: Path, name: str, content: bytes, kind: str | None) -> None:
    path = given(tmp_path, name, content)
    assert kind_of(path, path.suffix.lower().removeprefix(".")) == kind


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("word/document.xml", "docx"),
        ("xl/workbook.xml", "xlsx"),
        ("ppt/presentation.xml", "pptx"),
        ("OFD.xml", "ofd"),
        ("x", None),
    ],
)
def test_an_office_file_is_told_by_its_table_of_contents(tmp_path: Path, inside: str, kind: str | None) -> None:
    assert kind_of(zipped(tmp_path / "a.zip", "[Content_Types].xml", inside), "zip") == kind


def test_a_packed_bomb_is_kept_as_it_is_and_never_unpacked(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (64 * MB))
        archive.writestr("../../etc/passwd", "x")
    kept = files.store_file(home, path, ("docx",), MB)
    assert sorted(p.name for p in home.rglob("*") if p.is_file()) == [kept.sha256]


def test_content_is_on_disk_before_it_has_its_name_and_the_name_before_anybody_hears_of_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    source = given(tmp_path, "a.pdf", PDF)
    files.store_file(home, given(tmp_path, "b.pdf", PDF + b"b"), ("pdf",), MB)  # the folders are there now
    acts: list[str] = []
    sync, rename = os.fsync, Path.replace

    def watched_sync(handle: int) -> None:
        acts.append(
            "sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"sync {os.fstat(handle).st_size} bytes"
        )
        sync(handle)

    def watched_rename(path: Path, target: Path) -> Path:
        acts.append("name")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_rename)
    files.store_file(home, source, ("pdf",), MB)
    assert acts[-3:] in (
        [f"sync {len(PDF)} bytes", "name", "sync folder"],
        ["sync folder", "name", "sync folder"],  # a new bucket folder, synced into its parent, comes in between
    )
    assert f"sync {len(PDF)} bytes" in acts[: acts.index("name")]


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "device"])
def test_only_a_plain_file_is_read(home: Path, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "a.pdf"
    if kind == "link":
        source.symlink_to(given(tmp_path, "secret.pdf", PDF))
    elif kind == "folder":
        source.mkdir()
    elif kind == "pipe":
        os.mkfifo(source)
    else:
        source = Path("/dev/zero")
    assert refused(home, source, name="a.pdf") == "not_a_file"


def test_a_missing_file_is_not_found(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有这个文件"):
        files.store_file(home, tmp_path / "none.pdf", ("pdf",), MB)


@pytest.mark.parametrize("planted", ["files", "files/tmp", "bucket"])
def test_a_link_planted_in_the_files_leads_nowhere(home: Path, tmp_path: Path, planted: str) -> None:
    digest = hashlib.sha256(PDF).hexdigest()
    outside = tmp_path / "outside"
    outside.mkdir()
    link = home / (f"files/{digest[:2]}" if planted == "bucket" else planted)
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(IntegrityBroken, match="链接"):
        files.store_file(home, given(tmp_path, "a.pdf", PDF), ("pdf",), MB)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64, "a" * 64 + "\n"])
def test_only_a_stored_digest_opens_a_file(home: Path, digest: str) -> None:
    with pytest.raises(NotFound):
        files.open_file(home, digest)


def test_a_changed_file_is_found_and_healed_by_the_original(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    source = given(tmp_path, "a.pdf", PDF)
    kept = files.store_file(home, source, ("pdf",), MB)
    files.place(home, kept.sha256).write_bytes(b"%PDF-1.7\nforged")
    with pytest.raises(IntegrityBroken):
        files.verify_file(home, kept.sha256)
    files.store_file(home, source, ("pdf",), MB)
    files.verify_file(home, kept.sha256)


def test_a_full_disk_keeps_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    home.mkdir()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InvalidInput, match="存储空间已满"):
        files.store_file(home, given(tmp_path, "a.pdf", PDF), ("pdf",), MB)
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_what_a_writer_that_died_left_is_cleared_a_day_later_and_not_what_is_being_written(tmp_path: Path) -> None:
    files.store_bytes(tmp_path, b"1", "a.pdf", "pdf")
    folder = tmp_path / "files" / "tmp"
    left, written = folder / "left", folder / "written"
    left.write_bytes(b"half")
    written.write_bytes(b"half")
    long_ago = written.stat().st_mtime - files.ABANDONED - 60
    os.utime(left, (long_ago, long_ago))
    files.store_bytes(tmp_path, b"2", "b.pdf", "pdf")
    assert list(folder.iterdir()) == [written]
