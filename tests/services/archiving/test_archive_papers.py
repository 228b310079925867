"""Documents in what is handed over and looked up: in the package with number and pages, found, listed, void or not."""

import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import cast

import pikepdf
import pytest

from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.archiving import archive, standalone_verify
from zhuli_flow.services.cases import search
from zhuli_flow.services.notices import issue, proofread
from zhuli_flow.services.registers.builtin import builtin
from zhuli_flow.services.registers.filter import filtered
from zhuli_flow.store import notices


def two_pages() -> bytes:
    sink = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.add_blank_page()
        made.save(sink, deterministic_id=True)
    return sink.getvalue()


class Stand:
    """A stand-in for the printer."""

    def outcome(self, job: PrintJob) -> bytes:
        return two_pages()


@pytest.fixture
def ordered(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case with a document ordered."""
    shutil.copytree(bootstrap.bundle("notices"), stage.office.home / "notices")
    monkeypatch.setattr(issue, "render", lambda kind, given: f"{kind.name} {given['number']}")
    monkeypatch.setattr(issue, "title_of", lambda html: "关于同意的批复")
    monkeypatch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
    return stage.walk(stage.open(), "valid")


@pytest.fixture
def issued(stage: Stage, ordered: str) -> str:
    issue.issue_ordered(stage.office, printer=cast(PrintingChild, Stand()))
    return ordered


def catalogue(package: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(package) as found:
        return list(csv.DictReader(io.StringIO(found.read("catalogue.csv").decode("utf-8-sig"))))


def test_a_document_not_printed_yet_is_said_to_be_missing(stage: Stage, ordered: str, tmp_path: Path) -> None:
    told = as_json(archive.archive(stage.office, ordered, tmp_path / "a.zip"))
    assert (told["items"], told["unprinted"]) == (0, 1)


def test_a_printed_document_stands_in_the_catalogue_with_number_and_pages(
    stage: Stage, issued: str, tmp_path: Path
) -> None:
    package = tmp_path / "a.zip"
    archive.archive(stage.office, issued, package)
    assert [list(line.values()) for line in catalogue(package)] == [
        [
            "1",
            "辽宁省科学技术协会",
            "测函〔2018〕1号",
            "关于同意的批复",
            "2018-10-08",
            "2",
            "保管期限永久；papers/001.pdf",
        ]
    ]
    with zipfile.ZipFile(package) as found:
        assert found.read("papers/001.pdf") == two_pages()
    assert standalone_verify.main([str(package)]) == 0


def test_a_void_document_stays_in_the_package_and_is_marked(stage: Stage, issued: str, tmp_path: Path) -> None:
    with stage.office.database.write() as connection:
        notices.void(connection, 1)
    archive.archive(stage.office, issued, tmp_path / "a.zip")
    assert "已作废" in catalogue(tmp_path / "a.zip")[0]["备注"]


def test_a_document_is_found_by_its_number_and_by_its_title_once_printed(stage: Stage, ordered: str) -> None:
    assert [one["case"] for one in as_json(search.find(stage.office, ["测函〔2018〕1号"]).cases)] == [ordered]
    assert search.find(stage.office, ["同意的批复"]).total == 0
    issue.issue_ordered(stage.office, printer=cast(PrintingChild, Stand()))
    assert search.find(stage.office, ["同意的批复"]).total == 1


def test_the_register_of_documents_tells_their_state(stage: Stage, issued: str) -> None:
    table = filtered(builtin(stage.office, "documents"), ["状态=已印发"])
    assert [(row["number"], row["title"], row["recipients"]) for row in table.rows] == [
        ("测函〔2018〕1号", "关于同意的批复", ["区县"])
    ]
    assert filtered(builtin(stage.office, "documents"), ["状态=待印发"]).rows == ()
