"""What the pages tell people to type works: each page's ``sh`` blocks run in order, in a folder of their own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def script_of(page: str) -> str:
    """The ``sh`` blocks of a page as one script that stops at the first failure and says where."""
    text = (ROOT / page).read_text("utf-8")
    blocks = []
    for found in re.finditer(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        line = text[: found.start()].count("\n") + 1
        blocks.append(f"echo '--- {page}:{line}' >&2\n{found[1]}")
    assert blocks, page
    return "set -eu\n" + "\n".join(blocks)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment with ``zhuli`` on the path and nothing of this machine's own settings."""
    place = tmp_path_factory.mktemp("path")
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    clean = {**kept, "PATH": f"{place}:/usr/bin:/bin", "HOME": str(place), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, str(HERE / "typing_server.py"), str(place / "zhuli")]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=subprocess.DEVNULL, env=clean) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield clean
        server.communicate(timeout=10)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/manual.zh-CN.md", "docs/reliability.md"])
def test_what_the_page_says_to_type_works(page: str, clean: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    words = ["bash", "-c", script_of(page)]
    done = subprocess.run(words, cwd=place, env=clean, capture_output=True, text=True, timeout=180, check=False)
    where = re.findall(r"^--- (.+)$", done.stderr, re.MULTILINE)
    assert done.returncode == 0, f"{where[-1:]}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}"
    if page == "README.md":
        assert re.search(r"exit code 4$", done.stdout, re.MULTILINE)


def test_both_readmes_say_to_type_the_same() -> None:
    english, chinese = (
        re.sub(r"^echo.*\n", "", script_of(page), flags=re.MULTILINE) for page in ("README.md", "README.zh-CN.md")
    )
    assert chinese.replace("备份.db", "backup.db").replace("退出码", "exit code") == english


def test_the_words_shown_as_output_are_the_programs_own() -> None:
    """Sentences that the pages show as output stand in the program or its definition, so that they change together."""
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "zhuli_flow").rglob("*.py"))
    for page in ("README.md", "README.zh-CN.md"):
        text = (ROOT / page).read_text("utf-8")
        for words in ("不予办理", "本事项属于", "请核对事项编号", "未作任何改动"):
            assert words in text, page
            assert words in sources, words
