"""What comes from outside is looked at before it is used: clear error, right exit code, nothing changed."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.lines import CITY, PDF, RECOMMEND, Answer, Zhuli

LINE = ("recommend", "--as", CITY, *RECOMMEND, "--json")


def hand_in(zhuli: Zhuli, case: str, path: object, material: str = "recommendation_letter") -> Answer:
    return zhuli("case", "advance", case, *LINE, "--attach", f"{material}={path}")


def unchanged(zhuli: Zhuli, case: str, home: Path) -> bool:
    stored = [path for path in (home / "files").rglob("*") if path.is_file()] if (home / "files").exists() else []
    return zhuli(f"case show {case} --json").json["version"] == 1 and not stored


def test_an_empty_attachment_is_refused(opened: str, zhuli: Zhuli, office_home: Path, tmp_path: Path) -> None:
    (tmp_path / "空.pdf").touch()
    answer = hand_in(zhuli, opened, tmp_path / "空.pdf")
    assert (answer.code, answer.problems) == (6, ["file_empty"])
    assert unchanged(zhuli, opened, office_home)


def test_an_attachment_of_a_gigabyte_is_refused_before_it_is_read(
    opened: str, zhuli: Zhuli, office_home: Path, tmp_path: Path
) -> None:
    big = tmp_path / "大.pdf"
    with big.open("wb") as file:
        file.write(PDF)
        file.truncate(1 << 30)
    answer = hand_in(zhuli, opened, big)
    assert (answer.code, answer.problems) == (6, ["file_too_big"])
    assert "20 MB" in answer.err
    assert unchanged(zhuli, opened, office_home)


def test_a_name_of_three_hundred_characters_is_refused(opened: str, zhuli: Zhuli, office_home: Path) -> None:
    answer = hand_in(zhuli, opened, "长" * 300 + ".pdf")
    assert (answer.code, answer.problems) == (6, ["name_too_long"])
    assert unchanged(zhuli, opened, office_home)


def test_a_path_is_only_where_to_read_never_where_to_write(
    opened: str, zhuli: Zhuli, office_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "x.pdf").write_bytes(PDF)
    assert hand_in(zhuli, opened, tmp_path / "a" / ".." / "x.pdf").code == 0
    material = zhuli(f"case history {opened} --json").json["entries"][-1]["materials"][0]
    assert material["filename"] == "x.pdf"
    assert (office_home / "files" / material["sha256"][:2] / material["sha256"]).read_bytes() == PDF


@pytest.mark.parametrize("path", ["../../x", "/dev/zero", "没有.pdf", "/etc", "\0"])
def test_what_is_no_plain_file_is_refused(opened: str, zhuli: Zhuli, office_home: Path, path: str) -> None:
    answer = hand_in(zhuli, opened, path)
    assert answer.code == 6
    assert answer.problems[0] in {"not_found", "not_a_file", "not_readable", "name_empty"}
    assert unchanged(zhuli, opened, office_home)


def test_a_file_that_is_not_what_its_name_says_is_refused(
    opened: str, zhuli: Zhuli, office_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "假.pdf"
    path.write_bytes(b"MZ\x90\x00 a program")
    answer = hand_in(zhuli, opened, path)
    assert (answer.code, answer.problems) == (6, ["type_not_accepted"])
    assert unchanged(zhuli, opened, office_home)


def test_an_unknown_material_is_named_with_the_nearest(opened: str, zhuli: Zhuli, letter: Path) -> None:
    answer = hand_in(zhuli, opened, letter, "recommendation_leter")
    assert (answer.code, answer.problems) == (6, ["unknown_material"])
    assert "recommendation_letter" in answer.err


def test_all_files_that_cannot_be_taken_are_named_at_once(opened: str, zhuli: Zhuli, tmp_path: Path) -> None:
    attach = ["--attach", "recommendation_letter=没有.pdf", "--attach", "nothing=没有.pdf"]
    answer = zhuli("case", "advance", opened, *LINE, *attach)
    assert answer.problems == ["not_found", "unknown_material"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("坏.json", "{", "value_file"),
        ("大.json", "1" * (1 << 20) + "1", "value_file"),
        ("深.json", "[" * 100_000, "value_file"),
    ],
)
def test_a_value_file_that_cannot_be_read_is_named(
    opened: str, zhuli: Zhuli, tmp_path: Path, name: str, content: str, code: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    answer = zhuli(
        "case", "advance", opened, "recommend", "--as", CITY, "--set", f"reason_demand=@{tmp_path / name}", "--json"
    )
    assert (answer.code, answer.problems) == (6, [code])


def test_a_field_given_twice_is_refused(opened: str, zhuli: Zhuli) -> None:
    answer = zhuli(f"case advance {opened} recommend --as {CITY} --set reason_demand=a --set reason_demand=b --json")
    assert (answer.code, answer.problems) == (6, ["twice"])


def test_a_database_of_a_newer_program_is_left_alone(office_home: Path, zhuli: Zhuli) -> None:
    with sqlite3.connect(office_home / "zhuli.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (office_home / "zhuli.db").read_bytes()
    answer = zhuli("case list --json")
    assert answer.code == 6
    assert answer.json["error"]["code"] == "newer_database"
    assert (office_home / "zhuli.db").read_bytes() == before


def test_a_database_that_is_none_is_told_as_damaged(office_home: Path, zhuli: Zhuli) -> None:
    (office_home / "zhuli.db").write_bytes(b"not a database at all" * 100)
    answer = zhuli("case list --json")
    assert answer.code == 7
    assert "zhuli db restore" in answer.json["error"]["fix"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[office]\nrehearsal = 'yes'\n", "type"),
        ("[office]\nrehersal = true\n", "unknown_key"),
        ("[office\n", "syntax"),
        ("[numbers.first]\n辽 = 1\n", "syntax"),
        ("office = 1\n", "type"),
        ("[numbers.first]\n'辽科协函' = 0\n", "type"),
        ("[numbers]\nfrist = 1\n", "unknown_key"),
    ],
)
def test_settings_are_read_strictly(office_home: Path, zhuli: Zhuli, text: str, code: str) -> None:
    (office_home / "zhuli.toml").write_text(text, encoding="utf-8")
    answer = zhuli("case list --json")
    assert answer.code == 6
    assert code in answer.problems


def test_a_rehearsal_cannot_be_declared_real_nor_the_other_way_round(office_home: Path, zhuli: Zhuli) -> None:
    settings = office_home / "zhuli.toml"
    settings.write_text(settings.read_text("utf-8").replace("rehearsal = true", "rehearsal = false"), encoding="utf-8")
    answer = zhuli("case list --json")
    assert (answer.code, answer.json["error"]["code"]) == (6, "rehearsal_mismatch")


def test_an_unexpected_error_leaves_a_report_without_what_was_typed(
    office_home: Path, zhuli: Zhuli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhuli_flow.services.cases import view

    def broken(*_: object) -> None:
        raise RuntimeError("a secret value")

    monkeypatch.setattr(view, "show", broken)
    answer = zhuli("case", "show", "SFQ-1", "--json", ZHULI_TOKEN="a-secret-token")
    assert (answer.code, answer.json["error"]["code"]) == (1, "unexpected")
    assert "Traceback" not in answer.out + answer.err
    report = next((office_home / "reports").iterdir())
    assert str(report) in answer.json["error"]["fix"]
    text = report.read_text("utf-8")
    assert "RuntimeError" in text
    assert "secret" not in text
    assert oct(report.stat().st_mode)[-3:] == "600"


def test_a_json_document_stays_one_when_something_goes_wrong(office_home: Path, zhuli: Zhuli) -> None:
    for line in ("case show X", "directory import 没有.yaml", "workflow check 没有.yaml", "db restore 没有.db"):
        answer = zhuli(f"{line} --json")
        assert answer.code == 5, line
        assert set(json.loads(answer.out)) == {"error"}


@pytest.mark.parametrize(
    "line",
    [
        ("search", "\udcff"),
        ("case", "show", "\udcff"),
        ("notice", "show", "\ud800"),
        ("directory", "token", "\udcff"),
        ("case", "open", "zone_creation", "--applicant", "法库\udcff县", "--as", CITY),
        ("case", "open", "zone_creation", "--applicant", "法库县", "--as", CITY, "--set", "leading_industries=\udcff"),
    ],
)
def test_bytes_that_are_no_text_are_refused_and_never_a_crash(
    office_home: Path, zhuli: Zhuli, line: tuple[str, ...]
) -> None:
    answer = zhuli(*line)
    assert (answer.code, "不是 UTF-8 文字" in answer.err) == (6, True)


def test_a_name_from_the_environment_that_is_no_text_is_refused(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("todo", ZHULI_AS="\udcff")
    assert (answer.code, "ZHULI_AS" in answer.err) == (6, True)


@pytest.mark.parametrize("word", ["a\x01b", "\x1b[31m", "陶\u200b瓷", "\u202e"])
def test_what_nobody_sees_is_not_looked_for(office_home: Path, zhuli: Zhuli, word: str) -> None:
    answer = zhuli("search", word)
    assert (answer.code, "U+" in answer.err) == (6, True)
    assert "\x1b" not in answer.err


def test_a_name_that_would_repaint_the_screen_is_told_harmlessly(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("case", "show", "A\x1b[2JB")
    assert (answer.code, "\x1b" in answer.err, "\ufffd" in answer.err) == (6, False, True)


def test_titles_are_taken_wherever_names_are(office_home: Path, zhuli: Zhuli) -> None:
    line = ("case", "open", "创新驱动助力示范区（县）创建", "--applicant", "法库县", "--as", CITY)
    case = zhuli(*line, "--set", "主导产业=陶瓷", "--json").json["case"]
    assert zhuli("case", "advance", case, "联合推荐", "--as", CITY).err.count("“联合推荐”")
    assert [one["case"] for one in zhuli("case list --workflow 创新驱动助力示范区（县）创建 --json").json["cases"]] == [
        case
    ]
    assert zhuli("register list 公文台账 --json").json["title"] == "公文台账"
    own = zhuli("register", "list", "创新驱动助力示范区（县）创建").out
    assert own.index("环节") < own.index("主导产业") < own.index("市")
