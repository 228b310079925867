"""Counting pages in a child: a number a file, and one file that can't be read costs only itself."""

from pathlib import Path

import pikepdf

from zhuli_flow.documents.reading.page_count import pages


def paper(place: Path, number: int) -> Path:
    with pikepdf.new() as made:
        for _ in range(number):
            made.add_blank_page()
        made.save(place)
    return place


def test_every_file_gets_its_number_in_order(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pdf"
    rubbish.write_bytes(b"%PDF-1.7 and nothing else")
    found = [paper(tmp_path / "a.pdf", 3), rubbish, tmp_path / "none.pdf", paper(tmp_path / "b.pdf", 1)]
    assert pages(found) == [3, None, None, 1]


def test_nothing_to_count_starts_nothing(monkeypatch) -> None:
    monkeypatch.setattr("subprocess.run", lambda *_, **__: 1 / 0)
    assert pages([]) == []


def test_a_file_that_kills_the_child_costs_only_itself(tmp_path: Path, monkeypatch) -> None:
    good = paper(tmp_path / "a.pdf", 2)
    asked: list[int] = []

    class Killed:
        stdout, returncode = b"2\n", -9

    def run(*_, **given):
        asked.append(given["input"].count(b"a.pdf"))
        return Killed()

    monkeypatch.setattr("subprocess.run", run)
    assert pages([good] * 5) == [2, None, 2, None, 2]
    assert asked == [5, 3, 1]
