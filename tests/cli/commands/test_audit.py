"""Checkpoints and proofs as an auditor meets them on the command line."""

import json
import sqlite3
from pathlib import Path

from tests.cli.lines import CITY, Zhuli


def test_a_checkpoint_is_written_and_held_against(opened: str, tmp_path: Path, zhuli: Zhuli) -> None:
    place = tmp_path / "检查点.txt"
    made = zhuli("audit", "checkpoint", "--out", place, "--json").json
    assert place.read_text("utf-8") == made["note"]
    assert zhuli("audit", "checkpoint", "--out", place).code == 6
    told = zhuli("audit", "verify", "--against", place, "--key", made["key"])
    assert told.code == 0, told.err
    assert f"的前 {made['size']} 条留痕" in told.out
    assert zhuli("case", "advance", opened, "withdraw", "--as", "nobody").code != 0
    later = zhuli("audit", "verify", "--against", place, "--json").json
    assert later["ok"]
    assert later["checkpoint"]["ok"]
    assert zhuli("audit", "verify", "--against", tmp_path / "没有").code == 6
    place.write_text("不是检查点\n", "utf-8")
    assert "不是检查点" in zhuli("audit", "verify", "--against", place).err


def test_what_does_not_fit_the_checkpoint_ends_with_code_7(
    opened: str, office_home: Path, tmp_path: Path, zhuli: Zhuli
) -> None:
    place = tmp_path / "检查点.txt"
    zhuli("audit", "checkpoint", "--out", place)
    with sqlite3.connect(office_home / "zhuli.db") as connection:
        connection.execute("UPDATE merkle_head SET hashes = zeroblob(length(hashes))")
    connection.close()
    told = zhuli("audit", "verify", "--against", place, "--json")
    assert told.code == 7
    assert "留痕总树" in told.json["first_break"]["reason"]


def test_an_entry_is_proven_in_a_file(opened: str, tmp_path: Path, zhuli: Zhuli) -> None:
    place = tmp_path / "回执.json"
    told = zhuli("audit", "prove", opened, "1", "--out", place)
    assert told.code == 0, told.err
    assert "留痕总树第" in told.out
    found = json.loads(place.read_text("utf-8"))
    assert json.loads(found["entry"])["case"] == opened
    assert found == zhuli("audit", "prove", opened, "1", "--json").json
    assert zhuli("audit", "prove", opened, "99").code == 5


def test_keys_are_renewed_and_logs_succeeded(opened: str, zhuli: Zhuli) -> None:
    first = zhuli("audit checkpoint --json").json
    second = zhuli("audit renew --because 年度更换 --json").json["key"]
    third = zhuli("audit succeed --because 恢复备份")
    assert "公钥（请告知保存检查点的各方）" in third.out
    last = zhuli("audit checkpoint --json").json
    assert len({first["key"], second, last["key"]}) == 3
    assert first["origin"] != last["origin"]
    assert zhuli("audit verify").code == zhuli("db check").code == 0


def test_a_receipt_that_cannot_be_written_is_told_before_the_act(opened: str, tmp_path: Path, zhuli: Zhuli) -> None:
    before = zhuli("case", "history", opened, "--json").json
    (tmp_path / "there").touch()
    for place in (tmp_path / "there", tmp_path / "none" / "回执.json"):
        told = zhuli("case", "advance", opened, "withdraw", "--as", CITY, "--receipt", place)
        assert (told.code, str(place) in told.err) == (6, True)
    assert zhuli("case", "history", opened, "--json").json == before
