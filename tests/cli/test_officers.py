"""三员: who runs the system, who keeps identities, who audits: appointed once, then asked for, and on record."""

import shutil
from pathlib import Path

import pytest

from tests.cli.lines import CITY, Zhuli
from zhuli_flow.store.sql import schema

pytestmark = pytest.mark.real_clock  # a real home runs on nothing else

OFFICERS = """people:
  系统管理员: {title: 系统管理员, organisation: 辽宁省科学技术协会, roles: [administrator]}
  安全保密员: {title: 安全保密员, organisation: 辽宁省科学技术协会, roles: [security_officer]}
"""
Tokens = dict[str, str]


@pytest.fixture
def appointed(home: Path, zhuli: Zhuli, tmp_path: Path) -> Tokens:
    """A real home that has appointed two of them; each has a token."""
    assert zhuli("init --sample").code == 0
    file = tmp_path / "三员.yaml"
    file.write_text(OFFICERS)
    assert zhuli("directory", "import", file).code == 0
    tokens = {}
    for person in ("系统管理员", "安全保密员"):
        answer = zhuli("directory", "token", person, "--json")
        assert answer.code == 0, "until the duty is in force whoever runs the machine appoints"
        tokens[person] = str(answer.json["token"])
    return tokens


def test_an_administrative_act_needs_who_is_in_charge_of_it(appointed: Tokens, zhuli: Zhuli, tmp_path: Path) -> None:
    file = tmp_path / "三员.yaml"
    acts = {
        "系统管理员": [
            ["directory", "import", file],
            ["workflow", "retire", "station"],
            ["workflow", "register"],
            ["workflow", "migrate", "station", "--to", "2018.1", "--reason", "改版"],
        ],
        "安全保密员": [["directory", "token", CITY], ["directory", "invite", CITY]],
    }
    for person, lines in acts.items():
        other = next(one for one in appointed if one != person)
        for line in lines:
            before = zhuli("audit verify --json").json["entries"]
            nobody = zhuli(*line, "--json")
            assert (nobody.code, nobody.refusals) == (4, ["not_in_charge"]), line
            wrong = zhuli(*line, "--as", other, "--json", ZHULI_TOKEN=appointed[other])
            assert (wrong.code, wrong.refusals) == (4, ["not_in_charge"]), line
            assert zhuli(*line, "--as", person, "--json", ZHULI_TOKEN=appointed[other]).refusals == ["token"]
            assert zhuli("audit verify --json").json["entries"] == before + 3, "each attempt is on record"
            assert zhuli(*line, "--as", person, ZHULI_TOKEN=appointed[person]).code == 0, line
    assert zhuli("db check").code == 0


def test_who_did_it_is_on_record(appointed: Tokens, zhuli: Zhuli, home: Path, tmp_path: Path) -> None:
    line = ["directory", "token", CITY, "--as", "安全保密员"]
    assert zhuli(*line, ZHULI_TOKEN=appointed["安全保密员"]).code == 0
    package = tmp_path / "留痕.zip"
    assert zhuli("audit", "export", package).code == 0
    import zipfile

    with zipfile.ZipFile(package) as read:
        kept = b"".join(read.read(name) for name in read.namelist()).decode("utf-8", "replace")
    assert "由“安全保密员”办理" in kept


def test_restore_is_the_administrators(appointed: Tokens, zhuli: Zhuli, tmp_path: Path) -> None:
    backup = tmp_path / "备份.db"
    assert zhuli("db", "backup", backup).code == 0
    assert zhuli("db", "restore", backup, "--json").refusals == ["not_in_charge"]
    assert zhuli("db", "restore", backup, "--as", "系统管理员", ZHULI_TOKEN=appointed["系统管理员"]).code == 0


@pytest.mark.parametrize("roles", ["[administrator, office]", "[administrator, auditor]", "[auditor, office]"])
def test_one_person_holds_one_of_the_duties_and_nothing_else(
    home: Path, zhuli: Zhuli, tmp_path: Path, roles: str
) -> None:
    assert zhuli("init --rehearsal --sample").code == 0
    file = tmp_path / "名录.yaml"
    file.write_text(f"people:\n  某人: {{title: 某岗, organisation: 辽宁省科学技术协会, roles: {roles}}}\n")
    answer = zhuli("directory", "import", file, "--json")
    assert (answer.code, answer.problems) == (6, ["one_duty"])


def test_an_officer_stands_in_for_nobody_and_decides_nothing(
    opened: str, office_home: Path, zhuli: Zhuli, tmp_path: Path
) -> None:
    file = tmp_path / "三员.yaml"
    file.write_text(OFFICERS)
    assert zhuli("directory", "import", file).code == 0
    for giver, receiver in ((CITY, "系统管理员"), ("系统管理员", CITY)):
        line = ["directory", "entrust", "--from", giver, "--to", receiver, "--since", "2018-10-08", "--until"]
        assert zhuli(*line, "2018-12-09", "--reason", "出差", "--json").problems == ["one_duty"]
    assert zhuli(*f"case show {opened} --as 系统管理员".split()).code == 5
    assert zhuli(*f"case show {opened} --as 省科协审计管理员".split()).code == 0
    told = zhuli(*f"case options {opened} --as 省科协审计管理员 --json".split()).json["options"]
    assert told
    assert not any(one["allowed"] for one in told)


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program one version later."""
    scripts, number = tmp_path / "scripts", f"{int(schema.REVISION) + 1:04}"
    shutil.copytree(schema.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    head = f"revision, down_revision, branch_labels, depends_on = '{number}', '{schema.REVISION}', None, None\n"
    (scripts / "versions" / f"{number}_next.py").write_text(f"{head}def upgrade():\n    pass\n", "utf-8")
    monkeypatch.setattr(schema, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "REVISION", number)


def test_an_upgrade_is_the_administrators(
    appointed: Tokens, home: Path, zhuli: Zhuli, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("next_version")
    assert zhuli("db upgrade --json").refusals == ["not_in_charge"]
    other = zhuli("db upgrade --as 安全保密员 --json", ZHULI_TOKEN=appointed["安全保密员"])
    assert other.refusals == ["not_in_charge"]
    assert "older_database" in zhuli("case list --json").out, "nothing was upgraded, and nothing is left over"
    assert not [one.name for one in home.iterdir() if "before" in one.name or "upgrade" in one.name]
    assert zhuli("db upgrade --as 系统管理员", ZHULI_TOKEN=appointed["系统管理员"]).code == 0
    told = zhuli("audit security --as 安全保密员 --json", ZHULI_TOKEN=appointed["安全保密员"]).json["events"]
    upgrades = [(one["ok"], one["person"]) for one in told if one["note"] == "升级数据库"]
    assert upgrades == [(True, "系统管理员"), (False, "安全保密员"), (False, "")]


def test_what_who_runs_the_machine_looks_at_is_noted(appointed: Tokens, zhuli: Zhuli) -> None:
    assert zhuli("case list").code == 0
    assert zhuli("case list --as 安全保密员", ZHULI_TOKEN=appointed["安全保密员"]).code == 0
    told = zhuli("audit security --as 安全保密员 --json", ZHULI_TOKEN=appointed["安全保密员"]).json["events"]
    looks = [one for one in told if one["event"] == "look"]
    assert [(one["note"], one["person"].startswith("本机用户")) for one in looks] == [("zhuli case list", True)]


def test_a_new_office_is_told_how_its_first_administrator_comes_to_be(zhuli: Zhuli, home: Path) -> None:
    out = zhuli("init").out
    assert "第一个系统管理员" in out
    assert "zhuli directory invite" in out
