"""A document's later life: looked at, printed again to the byte, declared void with a reason."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.services.staging import Stage, story
from zhuli_flow import bootstrap
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NoRight, NotFound, RulesRefused
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.history import verify
from zhuli_flow.services.notices import browse, issue, proofread
from zhuli_flow.services.notices.reprint import reprint
from zhuli_flow.services.notices.void import void
from zhuli_flow.store import files

NUMBER = "测函〔2018〕1号"
ASKING = "ask: {title: 要求补正, from: review, to: repair, by: office}"
TELLING = f"{ASKING[:-1]}, issue: {{notice: reply, series: 测办}}}}\n  tell: {{title: 告知, from: review, to: same, by: office, issue: {{notice: reply, series: 测告}}}}"  # noqa: E501


class Stand:
    """A stand-in for the printer: prints by the order alone, in ``ink``."""

    def __init__(self, ink: str = "") -> None:
        self.ink = ink

    def outcome(self, job: PrintJob) -> bytes:
        return f"%PDF-1.4 {job.html}{self.ink}".encode()


def press(ink: str = "") -> PrintingChild:
    return cast(PrintingChild, Stand(ink))


@pytest.fixture
def printing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The office with its kinds of document; what is rendered is short, and holds all it was rendered from."""
    shutil.copytree(bootstrap.bundle("notices"), stage.office.home / "notices")
    monkeypatch.setattr(issue, "render", lambda kind, given: json.dumps(given, ensure_ascii=False, sort_keys=True))
    monkeypatch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
    monkeypatch.setattr(issue, "title_of", lambda html: f"关于{json.loads(html)['number']}的批复")
    return stage


@pytest.fixture
def issued(printing: Stage) -> str:
    """A case with a document issued."""
    case = printing.walk(printing.open(), "valid")
    issue.issue_ordered(printing.office, printer=press())
    return case


def entries(stage: Stage, kind: str) -> list[dict[str, Any]]:
    found = stage.table(f"SELECT body FROM entry WHERE kind = '{kind}' AND event IN ('issue', 'reprint', 'void')")
    return [json.loads(body) for (body,) in found]


def refused(act: Callable[[], object], kind: type[RulesRefused] = RulesRefused) -> list[str]:
    with pytest.raises(kind) as raised:
        act()
    return [one.code for one in raised.value.refusals if isinstance(one, Refusal)]


# ── looking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_shown_by_its_number_and_by_its_id(printing: Stage, issued: str) -> None:
    found = as_json(browse.show(printing.office, NUMBER))
    assert as_json(browse.show(printing.office, str(found["id"]))) == found
    assert as_json(browse.show(printing.office, NUMBER.replace("〔", "[").replace("〕", "］"))) == found
    assert (found["title"], found["case"], found["state"]) == (f"关于{NUMBER}的批复", issued, "issued")
    assert found["retention"] == "永久"
    assert [one["event"] for one in cast(list[dict[str, Any]], found["history"])] == ["approve", "issue"]
    for unknown in ("测函〔2018〕2号", "99", "9" * 30, ""):
        with pytest.raises(NotFound):
            browse.show(printing.office, unknown)


def test_the_entry_of_an_issue_says_number_sha256_size_and_title(printing: Stage, issued: str) -> None:
    [entry] = entries(printing, "notice")
    [paper] = entry["notices"]
    shown = as_json(browse.show(printing.office, NUMBER))
    assert {name: paper[name] for name in ("id", "number", "sha256", "size", "title")} == {
        name: shown[name] for name in ("id", "number", "sha256", "size", "title")
    }


def test_the_list_has_titles_also_of_what_is_not_printed_yet(printing: Stage, issued: str) -> None:
    printing.walk(printing.open(), "valid")
    waiting, done = as_json(browse.listing(printing.office))
    assert (done["title"], waiting["title"]) == (f"关于{NUMBER}的批复", "批复（同意建立）")


# ── printing again ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reprint_is_the_same_bytes_and_is_on_record(printing: Stage, issued: str, tmp_path: Path) -> None:
    told = as_json(reprint(printing.office, NUMBER, tmp_path / "again.pdf", "甲"))
    original = files.place(printing.office.home, str(told["sha256"]))
    assert (tmp_path / "again.pdf").read_bytes() == original.read_bytes()
    assert told["source"] == "files"
    entry = entries(printing, "notice")[-1]
    assert (entry["event"], entry["actor"]["person"], entry["notices"][0]["number"]) == ("reprint", "甲", NUMBER)
    assert verify.verify(printing.office).ok


def test_a_lost_or_damaged_file_is_printed_anew_to_the_byte(printing: Stage, issued: str, tmp_path: Path) -> None:
    place = Path(str(as_json(browse.show(printing.office, NUMBER))["file"]))
    original = place.read_bytes()
    place.unlink()
    printing.refused(issued, "urge", "县")  # the history goes on; the printed line is that of the issue
    told = as_json(reprint(printing.office, NUMBER, tmp_path / "lost.pdf", "甲", press()))
    assert (told["source"], (tmp_path / "lost.pdf").read_bytes()) == ("rendered", original)
    assert place.read_bytes() == original
    place.chmod(0o600)
    place.write_bytes(original + b"!")
    reprint(printing.office, NUMBER, tmp_path / "damaged.pdf", "甲", press())
    assert (tmp_path / "damaged.pdf").read_bytes() == place.read_bytes() == original


def test_what_prints_otherwise_today_is_not_handed_out(printing: Stage, issued: str, tmp_path: Path) -> None:
    Path(str(as_json(browse.show(printing.office, NUMBER))["file"])).unlink()
    with pytest.raises(IntegrityBroken, match="字体或排版程序"):
        reprint(printing.office, NUMBER, tmp_path / "again.pdf", "甲", press("other ink"))
    with (printing.office.home / "notices" / "reply.html").open("a") as file:
        file.write("\n")
    with pytest.raises(IntegrityBroken, match="模板在印发之后改过"):
        reprint(printing.office, NUMBER, tmp_path / "again.pdf", "甲", press("other ink"))
    assert not (tmp_path / "again.pdf").exists()
    assert len(entries(printing, "notice")) == 1


def test_a_reprint_never_overwrites_a_file(printing: Stage, issued: str, tmp_path: Path) -> None:
    (tmp_path / "mine.pdf").write_text("mine")
    with pytest.raises(InvalidInput, match="已经存在"):
        reprint(printing.office, NUMBER, tmp_path / "mine.pdf", "甲")
    assert (tmp_path / "mine.pdf").read_text() == "mine"
    assert len(entries(printing, "notice")) == 1


def test_what_is_not_issued_or_is_void_is_not_reprinted(printing: Stage, tmp_path: Path) -> None:
    case = printing.walk(printing.open(), "valid")
    target = tmp_path / "again.pdf"
    assert refused(lambda: reprint(printing.office, NUMBER, target, "甲")) == ["not_issued"]
    printing.do(case, "terminate", "领导", opinion="有误")
    void(printing.office, NUMBER, "有误", "领导")
    assert refused(lambda: reprint(printing.office, NUMBER, target, "甲")) == ["already_void"]
    assert not target.exists()


# ── void ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_the_case_rests_on_is_not_declared_void(printing: Stage, issued: str) -> None:
    before = as_json(browse.show(printing.office, NUMBER))
    assert refused(lambda: void(printing.office, NUMBER, "有误", "领导")) == ["paper_in_force"]
    [entry] = entries(printing, "refused")
    assert (entry["opinion"], entry["refusals"][0]["code"]) == ("有误", "paper_in_force")
    assert as_json(browse.show(printing.office, NUMBER))["state"] == before["state"] == "issued"
    assert verify.verify(printing.office).ok


def test_once_the_case_is_terminated_its_document_may_be_declared_void(printing: Stage, issued: str) -> None:
    printing.do(issued, "terminate", "领导", opinion="申报有误")
    told = as_json(void(printing.office, NUMBER, " 申报有误 ", "领导"))
    assert (told["state"], told["reason"]) == ("void", "申报有误")
    entry = entries(printing, "notice")[-1]
    assert (entry["opinion"], entry["actor"]["role"]) == ("申报有误", "head")
    assert entry["notices"][0]["number"] == NUMBER
    assert refused(lambda: void(printing.office, NUMBER, "再来", "领导")) == ["already_void"]
    assert upkeep.faults(printing.office) == []


def test_a_document_that_only_told_something_or_was_replaced_may_be_declared_void(printing: Stage) -> None:
    printing.take_into_use(story(a=f"{ASKING} -> {TELLING}", b='version: "1" -> version: "2"'))
    case = printing.walk(printing.open(), "review")
    printing.do(case, "tell", "甲")
    assert as_json(void(printing.office, "测告〔2018〕1号", "告知有误", "甲"))["state"] == "void"
    printing.do(case, "ask", "甲")
    assert refused(lambda: void(printing.office, "测办〔2018〕1号", "有误", "甲")) == ["paper_in_force"]
    printing.do(case, "repaired", "县")
    printing.do(case, "ask", "甲")
    assert as_json(void(printing.office, "测办〔2018〕1号", "已另发", "甲"))["state"] == "void"


def test_a_reason_and_the_right_are_asked_for(printing: Stage, issued: str) -> None:
    printing.do(issued, "terminate", "领导", opinion="有误")
    assert refused(lambda: void(printing.office, NUMBER, " ", "领导")) == ["opinion_required"]
    assert refused(lambda: void(printing.office, NUMBER, "有误", "县"), NoRight) == ["no_role"]
    assert as_json(browse.show(printing.office, NUMBER))["state"] == "issued"


def test_a_void_order_is_never_printed(printing: Stage) -> None:
    case = printing.walk(printing.open(), "valid")
    printing.do(case, "terminate", "领导", opinion="有误")
    void(printing.office, NUMBER, "有误", "领导")
    assert issue.issue_ordered(printing.office, printer=press()) == []


def test_declared_void_while_it_is_being_printed_it_is_not_issued(printing: Stage) -> None:
    case = printing.walk(printing.open(), "valid")
    printing.do(case, "terminate", "领导", opinion="有误")

    class Slow(Stand):
        def outcome(self, job: PrintJob) -> bytes:
            void(printing.office, NUMBER, "有误", "领导")
            return super().outcome(job)

    assert issue.issue_ordered(printing.office, printer=cast(PrintingChild, Slow())) == []
    assert as_json(browse.show(printing.office, NUMBER))["state"] == "void"
    assert [entry["event"] for entry in entries(printing, "notice")] == ["void"]


def test_papers_ready_out_of_turn_are_issued_in_turn_and_counted(
    printing: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        printing.walk(printing.open(), "valid")
    told: list[tuple[int, int]] = []

    def backwards(jobs: list[PrintJob], *, assets: Path) -> Iterator[tuple[int, bytes]]:
        assert assets == printing.office.notices[0]
        yield from ((place, f"%PDF-1.4 {jobs[place].html}".encode()) for place in (2, 0, 1))

    monkeypatch.setattr(issue, "each_outcome", backwards)
    issued = issue.issue_ordered(printing.office, each=lambda done, total: told.append((done, total)))
    assert [one.number for one in issued] == [f"测函〔2018〕{n}号" for n in (1, 2, 3)]
    assert told == [(1, 3), (2, 3), (3, 3)]
