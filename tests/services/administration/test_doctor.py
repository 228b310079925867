"""What is checked before work, and what each outcome means."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services.homes import home_at, office_at
from zhuli_flow import bootstrap
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.documents.fonts.roles import Face, Kit
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services.administration import doctor
from zhuli_flow.services.administration.doctor import Check, exit_code
from zhuli_flow.services.administration.heartbeat import beat


@pytest.fixture
def made(home: Path) -> Path:
    return home_at(home, start=datetime(2026, 10, 8, 1, tzinfo=UTC))


def look(home: Path) -> dict[str, Check]:
    return {check.title: check for check in bootstrap.examine(home, "tester")}


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([], 0),
        ([Check("a", "good", "")], 0),
        ([Check("a", "hint", "")], 0),
        ([Check("a", "hint", ""), Check("b", "bad", "")], 6),
        ([Check("a", "bad", ""), Check("b", "bad", "", integrity=True)], 7),
    ],
)
def test_the_worst_check_gives_the_exit_code(checks: list[Check], code: int) -> None:
    assert exit_code(checks) == code


def test_a_sound_home_has_nothing_bad(made: Path) -> None:
    assert exit_code(look(made).values()) == 0


def test_next_year_without_an_announcement_is_a_hint_not_a_fault(made: Path) -> None:
    found = look(made)
    assert found["2026 年放假安排"].state == "good"
    assert found["2027 年放假安排"].state == "hint"
    assert "暂定" in found["2027 年放假安排"].detail


def test_an_open_folder_or_file_is_bad_and_its_repair_a_command(made: Path) -> None:
    (made / "zhuli.db").chmod(0o644)
    found = look(made)["文件权限"]
    assert (found.state, found.fix) == ("bad", f"chmod -R go= {made}")


def test_a_definition_that_is_not_in_use_yet_is_a_hint(made: Path) -> None:
    path = made / "workflows" / "zone_creation.yaml"
    path.write_text(path.read_text("utf-8").replace('version: "2018.1"', 'version: "2019.1"'), encoding="utf-8")
    found = look(made)["流程定义"]
    assert (found.state, found.fix) == ("hint", "zhuli workflow register")


def test_a_broken_definition_is_bad(made: Path) -> None:
    (made / "workflows" / "more.yaml").write_text("workflow: [\n", encoding="utf-8")
    found = look(made)["流程定义"]
    assert (found.state, found.fix) == ("bad", "zhuli workflow check")


def test_a_missing_home_is_one_bad_check(tmp_path: Path) -> None:
    found = look(tmp_path / "nowhere")
    assert [check.state for check in found.values()] == ["bad"]
    assert "zhuli init" in found["办公环境"].fix


def test_a_closed_database_is_repaired_by_opening_it(tmp_path: Path) -> None:
    closed = InvalidInput("closed")
    closed.code = "cannot_open"
    assert doctor.failed("x", closed, tmp_path).fix == f"chmod -R u+rwX {tmp_path}"
    assert doctor.failed("x", IntegrityBroken("broken", fix="f"), tmp_path).integrity


def test_a_machine_without_the_libraries_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhuli_flow.documents.printing.printer import PrintFailed

    def fail(*_: object, **__: object) -> bytes:
        raise PrintFailed("no Pango")

    monkeypatch.setattr(doctor, "to_pdf", fail)
    monkeypatch.setattr(doctor, "font_report", lambda _: [("仿宋", None)])
    monkeypatch.setattr(doctor, "missing_glyphs", lambda _, kit: ["镕"])
    found = {check.title: check for check in doctor.machine()}
    assert found["PDF 印制"].fix.startswith("sudo apt-get install -y libpango")
    assert found["字体 仿宋"].fix == doctor.FONTS
    assert found["字体用字"].state == "hint"


@pytest.mark.parametrize(("error", "state"), [(NotFound("none"), "hint"), (IntegrityBroken("changed"), "bad")])
def test_print_fonts_that_are_absent_or_changed_carry_the_command_that_makes_them(
    monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(doctor.fontkit, "verify", fail)
    found = doctor._kit()
    assert (found.state, found.fix) == (state, "zhuli fonts install")


def test_a_print_font_that_stands_in_for_another_is_a_hint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    face = Face("fangsong", "ZL FangSong", "f.ttf", "", 1, 1, "Noto", substitute=True)
    monkeypatch.setattr(doctor.fontkit, "verify", lambda: Kit(tmp_path, (face,)))
    found = doctor._kit()
    assert found.state == "hint"
    assert "仿宋" in found.detail


@pytest.mark.parametrize(
    ("library", "module", "state", "told"),
    [("x.so", True, "good", "x.so"), (None, True, "good", "uharfbuzz"), (None, False, "hint", "13—40")],
)
def test_what_cuts_the_fonts_is_told(
    monkeypatch: pytest.MonkeyPatch, library: str | None, module: bool, state: str, told: str
) -> None:
    monkeypatch.setattr(doctor.ctypes.util, "find_library", lambda _: library)
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: object() if module else None)
    found = doctor._subsetter()
    assert found.state == state
    assert told in found.detail


def test_a_silent_scheduler_is_an_alarm_in_a_real_home(home: Path) -> None:
    office = office_at(home)
    office.rehearsal = False
    assert isinstance(office.clock, RehearsalClock)

    def told() -> list[str]:
        return [check.state for check in doctor.home(office) if check.title == "定时巡检"]

    assert told() == ["hint"]
    beat(office, "sweep", 1)
    assert told() == ["good"]
    office.clock.advance(timedelta(hours=1))
    assert told() == ["bad"]


@pytest.mark.parametrize(("holds", "state"), [(True, "good"), (False, "hint")])
def test_lines_that_do_not_end_at_the_edge_are_told(monkeypatch: pytest.MonkeyPatch, holds: bool, state: str) -> None:
    monkeypatch.setattr("zhuli_flow.documents.printing.justify.install", lambda: holds)
    assert doctor._lines().state == state
