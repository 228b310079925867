from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.channels.machines import Mailbox, Sink, mail_server, web_server
from zhuli_flow.channels.base import Letter


@pytest.fixture
def written() -> Letter:
    at = datetime(2018, 10, 8, 1, tzinfo=UTC)
    return Letter("SFQ-2018-0001/7/office", "post@example.cn", "逾期：受理", "法库县：受理已于 2018-10-07 届满", at, at)


@pytest.fixture
def box():
    with mail_server(Mailbox()) as found:
        yield found


@pytest.fixture
def sink():
    with web_server(Sink()) as found:
        yield found


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("canary-5f1e\n")
    path.chmod(0o600)
    return path
