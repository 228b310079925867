"""The security log tells who came in and who did not; secrets stand nowhere: not in it, nor in database or backup."""

from datetime import timedelta
from pathlib import Path

import pytest

from zhuli_flow.errors import NoRight
from zhuli_flow.services.administration import accounts, directory, security, sessions, tokens
from zhuli_flow.services.office import Office
from zhuli_flow.store import security_log

CITY = "沈阳市科协经办"
PASSWORD = "canary-密码-7f3a91"
TYPED = "canary-口令写在姓名栏"


def test_logins_and_refusals_are_noted_the_newest_first(office: Office) -> None:
    link = accounts.invite(office, CITY, timedelta(hours=1))
    accounts.accept(office, link, PASSWORD, 10)
    with pytest.raises(NoRight):
        accounts.prove(office, CITY, "错的密码", "10.0.0.7")
    accounts.prove(office, CITY, PASSWORD, "10.0.0.7")
    sessions.begin(office, CITY, timedelta(hours=8), address="10.0.0.7")
    with pytest.raises(NoRight):
        directory.admit(office, CITY, "不是令牌")
    found = security.latest(office, 10)
    assert [(one.event, one.person, one.ok) for one in found] == [
        ("token", CITY, False),
        ("login", CITY, True),
        ("login", CITY, False),
    ]
    assert {one.address for one in found} == {"", "10.0.0.7"}
    assert security.latest(office, 10, "没有此人") == []


@pytest.mark.sqlite("reads its bytes")
def test_no_secret_stands_in_log_database_or_backup(office: Office, tmp_path: Path) -> None:
    link = accounts.invite(office, CITY, timedelta(hours=1))
    accounts.accept(office, link, PASSWORD, 10)
    access = tokens.issue(office, CITY, "write", timedelta(days=1))
    identity = directory.issue_token(office, CITY)
    session = sessions.begin(office, CITY, timedelta(hours=8))
    with pytest.raises(NoRight):
        accounts.prove(office, TYPED, PASSWORD, "10.0.0.7")
    with pytest.raises(NoRight):
        directory.admit(office, TYPED, identity)
    office.database.backup(tmp_path / "backup.db")
    kept = b"".join(path.read_bytes() for path in [*office.home.rglob("*"), tmp_path / "backup.db"] if path.is_file())
    for secret in (link, PASSWORD, access, identity, session):
        assert secret.encode() not in kept
    log = b"".join(path.read_bytes() for path in (office.home / security_log.FOLDER).iterdir())
    assert TYPED.encode() not in log
    assert security.UNKNOWN.encode() in log


def test_a_line_that_was_cut_short_hides_no_other(office: Office) -> None:
    security.note(office, "login", CITY)
    [path] = (office.home / security_log.FOLDER).iterdir()
    assert oct(path.stat().st_mode)[-3:] == "600"
    with path.open("ab") as file:
        file.write(b'{"at": "2018-\n')
    security.note(office, "login", CITY, ok=False)
    assert [one.ok for one in security.latest(office, 10)] == [False, True]
