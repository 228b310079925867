import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.lines import CITY, PDF, Answer, Zhuli
from zhuli_flow import bootstrap
from zhuli_flow.cli.main import root
from zhuli_flow.settings import Settings


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal home with the sample directory, made once; tests take copies."""
    place = tmp_path_factory.mktemp("furnished") / "home"
    start = datetime(2018, 10, 8, 1, tzinfo=UTC)
    chosen = Settings(rehearsal=True, number_first={"辽科协函": 901})
    bootstrap.make_home(place, chosen, start=start, sampled=True, os_user="tester")
    return place


@pytest.fixture
def office_home(home: Path, furnished: Path) -> Path:
    """This test's own copy of the furnished home; ``ZHULI_HOME`` names it."""
    return Path(shutil.copytree(furnished, home))


@pytest.fixture
def zhuli(monkeypatch: pytest.MonkeyPatch) -> Zhuli:
    """Runs a command line: words given one by one, or one text of words."""
    for name in ("ZHULI_AS", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object, **environment: str) -> Answer:
        line = str(words[0]).split() if len(words) == 1 else [str(word) for word in words]
        done = CliRunner().invoke(root, line, env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "推荐函.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def opened(office_home: Path, zhuli: Zhuli) -> str:
    """A case just opened by the city association."""
    answer = zhuli(
        *f"case open zone_creation --applicant 法库县 --as {CITY} --json --set leading_industries=陶瓷".split()
    )
    assert answer.code == 0, answer.err
    return str(answer.json["case"])
