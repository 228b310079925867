"""Printing what was ordered: once, and found again after a crash."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob
from zhuli_flow.errors import NotFound
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.notices import issue as issue_notice
from zhuli_flow.services.notices import proofread
from zhuli_flow.store import notices


class Killed(Exception):
    """The process ends here."""


class Stand:
    """A stand-in for the printer: prints by the order alone; ``meanwhile`` happens while it does."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None, ink: bytes = b"") -> None:
        self.meanwhile, self.ink = meanwhile, ink

    def outcome(self, job: PrintJob) -> bytes:
        self.meanwhile()
        return f"%PDF-1.4 {job.html}".encode() + self.ink


@pytest.fixture
def ordered(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case with a document ordered."""
    shutil.copytree(bootstrap.bundle("notices"), stage.office.home / "notices")
    monkeypatch.setattr(issue_notice, "render", lambda kind, given: f"{kind.name} {given['number']}")
    monkeypatch.setattr(issue_notice, "title_of", lambda html: html)
    monkeypatch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
    return stage.walk(stage.open(), "valid")


def issue(stage: Stage, printer: Stand | None = None) -> list[issue_notice.Issued]:
    return issue_notice.issue_ordered(stage.office, printer=cast(PrintingChild, printer or Stand()))


def entries(stage: Stage) -> int:
    return int(stage.table("SELECT COUNT(*) FROM entry WHERE kind = 'notice'")[0][0])


def test_what_was_ordered_is_printed_once(stage: Stage, ordered: str) -> None:
    [told] = issue(stage)
    assert told.number == "测函〔2018〕1号"
    assert Path(told.file).read_bytes() == "%PDF-1.4 reply 测函〔2018〕1号".encode()
    before = stage.everything()
    assert issue(stage) == []
    assert stage.everything() == before
    assert entries(stage) == 1
    assert upkeep.faults(stage.office) == []


def test_killed_between_the_file_and_the_history_it_is_found_again(
    stage: Stage, ordered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(issue_notice, "_note", killed)
        with pytest.raises(Killed):
            issue(stage)
    with stage.office.database.read() as connection:
        assert [one.state for one in notices.of_case(connection, ordered)] == ["ordered"]
    assert len(issue(stage)) == 1
    assert entries(stage) == 1
    assert upkeep.faults(stage.office) == []


def test_two_at_the_press_note_one_document(stage: Stage, ordered: str) -> None:
    first: list[issue_notice.Issued] = []
    [told] = issue(stage, Stand(lambda: first.extend(issue(stage)), ink=b"!"))
    assert told.sha256 == first[0].sha256  # what is issued stays
    assert entries(stage) == 1
    assert upkeep.faults(stage.office) == []


def test_an_unknown_kind_is_named_and_nothing_is_printed(stage: Stage, ordered: str) -> None:
    (stage.office.home / "notices/reply.yaml").unlink()
    (stage.office.home / "notices/reply.html").unlink()
    with pytest.raises(NotFound, match="reply"):
        issue(stage)
    assert entries(stage) == 0


def test_a_character_no_face_has_stops_that_paper_alone(
    stage: Stage, ordered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.walk(stage.open(), "valid")
    monkeypatch.setattr(
        issue_notice,
        "render",
        lambda kind, given: f"<p>{given['number']}{chr(0xE000) * ('2号' in given['number'])}</p>",
    )
    with pytest.raises(PrintFailed, match=r"测函〔2018〕2号 未印：.*U\+E000.*第1段"):
        issue(stage)  # no silent tofu
    assert stage.table("SELECT number, state FROM notice ORDER BY n") == [
        ("测函〔2018〕1号", "issued"),
        ("测函〔2018〕2号", "ordered"),
    ]
