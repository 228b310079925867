"""The wheel is whole: installed into an empty environment, `zhuli` works, with the definitions and notices it ships."""

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhuli_flow

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[2]


def call(*words: str | Path, cwd: Path = REPOSITORY) -> str:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-cache-dir", "--no-input"]
    call(*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", place, ".")
    (made,) = place.glob("zhuli_flow-*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; its dependencies are lent by path, so that nothing is downloaded."""
    place = tmp_path_factory.mktemp("environment")
    call(sys.executable, "-m", "venv", "--without-pip", place)
    python = place / "bin/python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    packages = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place


def shipped() -> Iterator[tuple[Path, str]]:
    """Every data file of the repository that a run needs, with its place in the wheel."""
    for folder, place in [("workflows", "bundle/workflows"), ("notices", "bundle/notices"), ("zhuli_flow", "")]:
        for path in (REPOSITORY / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
                yield path, (Path("zhuli_flow") / place / path.relative_to(REPOSITORY / folder)).as_posix()


def test_the_wheel_holds_every_definition_notice_and_data_file(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert not {place for path, place in shipped() if archive.read(place) != path.read_bytes()}
        assert any(name.startswith("zhuli_flow/bundle/workflows/") for name in archive.namelist())
        assert any(name.startswith("zhuli_flow/bundle/notices/") for name in archive.namelist())
        assert {"zhuli_flow/web/static/zhuli.css", "zhuli_flow/web/templates/base.html"} <= set(archive.namelist())


def test_the_wheel_holds_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert tops == {"zhuli_flow", f"zhuli_flow-{zhuli_flow.__version__}.dist-info"}


def test_an_installed_zhuli_tells_its_version(environment, tmp_path):
    assert zhuli_flow.__version__ in call(environment / "bin/zhuli", "--version", cwd=tmp_path)


def test_an_installed_zhuli_runs_its_own_code_and_not_the_repository_s(environment, tmp_path):
    where = call(environment / "bin/python", "-c", "import zhuli_flow; print(zhuli_flow.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(environment)
