"""The security log: kept by the month, for good; what was written is never touched again."""

from datetime import UTC, datetime
from pathlib import Path

from zhuli_flow.store import security_log
from zhuli_flow.store.security_log import SecurityEvent


def noted(home: Path, year: int, month: int, day: int = 15) -> str:
    at = datetime(year, month, day, 4, tzinfo=UTC)
    security_log.append(home, at, SecurityEvent(at.isoformat(), "login", f"{year}-{month:02}"))
    return f"{year}-{month:02}"


def test_more_than_six_months_stay_each_in_a_file_of_its_own(tmp_path: Path) -> None:
    months = [noted(tmp_path, 2018, month) for month in range(5, 13)] + [noted(tmp_path, 2019, 1)]
    assert [one.person for one in security_log.newest(tmp_path)] == months[::-1]
    assert sorted(path.stem for path in (tmp_path / security_log.FOLDER).iterdir()) == months


def test_a_new_month_leaves_the_files_before_as_they_were(tmp_path: Path) -> None:
    noted(tmp_path, 2018, 10)
    (kept,) = (tmp_path / security_log.FOLDER).iterdir()
    before = kept.read_bytes(), kept.stat().st_mtime_ns, kept.stat().st_mode & 0o777
    noted(tmp_path, 2018, 11)
    assert (kept.read_bytes(), kept.stat().st_mtime_ns, kept.stat().st_mode & 0o777) == before
    assert before[2] == 0o600


def test_the_month_is_that_of_the_office(tmp_path: Path) -> None:
    at = datetime(2018, 10, 31, 16, 30, tzinfo=UTC)  # 00:30 on 1 November in Shanghai
    security_log.append(tmp_path, at, SecurityEvent(at.isoformat(), "login", "甲"))
    assert [path.name for path in (tmp_path / security_log.FOLDER).iterdir()] == ["2018-11.jsonl"]


def test_a_line_cut_short_hides_no_other(tmp_path: Path) -> None:
    noted(tmp_path, 2018, 10)
    (kept,) = (tmp_path / security_log.FOLDER).iterdir()
    kept.write_bytes(kept.read_bytes() + b'{"at":"2018')
    noted(tmp_path, 2018, 11)
    assert [one.person for one in security_log.newest(tmp_path)] == ["2018-11", "2018-10"]


def test_the_event_after_a_line_cut_short_is_not_lost_with_it(tmp_path: Path) -> None:
    first = noted(tmp_path, 2018, 10, 1)
    (kept,) = (tmp_path / security_log.FOLDER).iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole + b'{"at":"2018')
    for day in (2, 3):
        noted(tmp_path, 2018, 10, day)
    assert [one.at[:10] for one in security_log.newest(tmp_path)] == ["2018-10-03", "2018-10-02", "2018-10-01"]
    assert [one.person for one in security_log.newest(tmp_path)] == [first] * 3
    assert kept.read_bytes().startswith(whole + b'{"at":"2018\n{')
