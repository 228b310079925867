"""The demonstration is the real thing: it can be looked into with the same commands afterwards."""

from pathlib import Path

import pytest

from tests.cli.lines import Zhuli


@pytest.mark.slow
def test_the_demo_leaves_a_home_that_verifies_with_its_reply_at_hand(zhuli: Zhuli, home: Path, tmp_path: Path) -> None:
    place = tmp_path / "demo"
    told = zhuli("demo", "--to", place, "--json").json
    assert len(told["cases"]) >= 15
    assert told["in_force"] == 9
    assert told["audit"]["ok"] is True
    assert told["quota"]["audit"]["ok"] is True
    assert len(told["quota"]["refused"]) >= 1
    assert next(Path(told["home"]).glob("*号.pdf")).read_bytes().startswith(b"%PDF-")
    assert zhuli("--home", told["home"], "audit", "verify", "--json").json == told["audit"]
    assert zhuli("--home", told["home"], "clock", "show", "--json").json["today"] == "2021-11-15"
    again = zhuli("demo", "--to", place, "--json")
    assert again.code == 6
