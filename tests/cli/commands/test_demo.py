"""The demonstration is the real thing: it can be looked into with the same commands afterwards."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.lines import Zhuli


def _tells_of_the_call_and_the_registers(returns: dict[str, Any], registers: dict[str, Any]) -> None:
    first, second = ({row["number"]: row for row in edition["rows"]} for edition in returns["editions"])
    assert first["9a"]["distinct"] == "3（各单位之和 4）"
    assert [first["18a"][block] for block in ("association", "society", "distinct")] == ["12", "5", ""]
    assert "17" not in first["18a"].values()
    assert first["13a"]["note"] == "可能重复"
    assert second["9a"]["society"] == "2"
    assert "逾期：辽宁省畜牧兽医学会" in returns["face"]
    reasons = " ".join(one["message"] for one in returns["refused"])
    assert [word for word in ("约20", "11b", "预算金额", "23a", "9a", "18b", "18c") if word not in reasons] == []
    counts = {one["register"]: one["rows"] for one in registers["registers"]}
    assert list(counts.values()) == [6, 2, 14, 8, 12, 4]
    assert sum(one["code"] == "conflict_of_interest" for one in registers["refused"]) == 2


@pytest.mark.slow
def test_the_demo_leaves_a_home_that_verifies_with_its_reply_at_hand(zhuli: Zhuli, home: Path, tmp_path: Path) -> None:
    place = tmp_path / "demo"
    told = zhuli("demo", "--to", place, "--json").json
    assert len(told["cases"]) >= 15
    assert told["in_force"] == 9
    _tells_of_the_call_and_the_registers(*told["blocks"])
    assert told["audit"]["ok"] is True
    assert told["quota"]["audit"]["ok"] is True
    assert len(told["quota"]["refused"]) >= 1
    assert next(Path(told["home"]).glob("*号.pdf")).read_bytes().startswith(b"%PDF-")
    assert zhuli("--home", told["home"], "audit", "verify", "--json").json == told["audit"]
    assert zhuli("--home", told["home"], "clock", "show", "--json").json["today"] == "2021-11-15"
    again = zhuli("demo", "--to", place, "--json")
    assert again.code == 6
