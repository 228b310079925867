"""Reading commands with ``--as``: what one may not see is not there; without it, the system's own look."""

from pathlib import Path

import pytest

from tests.cli.lines import CITY, Zhuli

OTHER = "大连市科协经办"
EXPERT = "评估专家01"


@pytest.mark.parametrize(
    "line",
    ["case show {case}", "case history {case}", "case options {case}", "archive {case} --out {out}",
     "notice list --case {case}", "audit prove {case} 1", "workflow draw --case {case}",
     "form export {case} recommendation_form --out {out}",
     "form print {case} recommendation_form --out {out}"],
)  # fmt: skip
def test_another_city_is_told_that_there_is_no_such_case(opened: str, zhuli: Zhuli, tmp_path: Path, line: str) -> None:
    told = []
    for number in (opened, "SFQ-2018-9999"):
        answer = zhuli(*line.format(case=number, out=tmp_path / "x").split(), "--as", OTHER, "--json")
        assert answer.code == 5, answer.err
        told.append(answer.err.replace(number, "…"))
        assert not (tmp_path / "x").exists()
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("line", "key"),
    [("case list", "cases"), ("search 法库", "cases"), ("deadline list", "deadlines"), ("notice list", "notices"),
     ("register list zone_creation", "rows"), ("register list documents", "rows")],
)  # fmt: skip
def test_lists_hold_and_count_what_one_may_see(opened: str, zhuli: Zhuli, line: str, key: str) -> None:
    whole = zhuli(*line.split(), "--json").json
    assert zhuli(*line.split(), "--as", CITY, "--json").json == whole
    mine = zhuli(*line.split(), "--as", OTHER, "--json").json
    assert (mine[key], mine.get("total", 0)) == ([], 0)


def test_a_register_is_exported_as_it_is_seen(opened: str, zhuli: Zhuli, tmp_path: Path) -> None:
    for person, rows in ((CITY, 1), (OTHER, 0)):
        out = tmp_path / f"{person}.csv"
        answer = zhuli("register", "export", "zone_creation", "--as", person, "--out", out, "--json")
        assert answer.json["rows"] == rows
        assert (opened in out.read_text("utf-8-sig")) == bool(rows)


@pytest.mark.parametrize(
    "line", ["overview", "audit export {out}", "notice ledger", "register total progress_report.reports"]
)
def test_what_runs_over_everything_is_refused_to_a_city(opened: str, zhuli: Zhuli, tmp_path: Path, line: str) -> None:
    answer = zhuli(*line.format(out=tmp_path / "x").split(), "--as", CITY)
    assert answer.code == 4
    assert "不对您开放" in answer.err
    assert not (tmp_path / "x").exists()


@pytest.mark.real_clock  # a real home runs on nothing else
def test_in_a_real_home_a_look_as_somebody_needs_his_token(home: Path, zhuli: Zhuli) -> None:
    assert zhuli("init --sample").code == 0
    assert zhuli("case list --json").json["cases"] == []
    answer = zhuli(*f"case list --as {CITY}".split())
    assert answer.code == 4
    assert "ZHULI_TOKEN" in answer.err
