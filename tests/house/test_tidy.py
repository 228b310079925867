"""What may stand in a committed file, and which files may be committed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# Spelt in pieces, so that this file does not hold what it forbids.
HOSTED, INSIDE = "hosted", "docs/work"
HOSTS = [
    ("pypi", "org"), (f"python{HOSTED}", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org"),
    ("snapshot.debian", "org"), ("security.debian", "org"), ("archive.ubuntu", "com"), ("mirrors.aliyun", "com"),
    ("tuna.tsinghua", "edu"),
]  # fmt: skip
FOLDERS = ["work", "root", "opt/pypi", "opt/wheels"]
FORBIDDEN = {
    "the address of a package registry": re.compile(
        "|".join(re.escape(".".join(host)) for host in HOSTS), re.IGNORECASE
    ),
    "a path of one machine": re.compile(rf"(?<![\w./~}})\]*-])/(?:{'|'.join(FOLDERS)})(?![\w.-])"),
    "a mobile number": re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d(?!0000)\d{8}(?![0-9A-Za-z])"),
    "a key": re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY"),
    "a leftover of a merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
DATABASE_CLOCKS = re.compile(
    r"CURRENT_(?:TIMESTAMP|DATE|TIME)\b|(?:datetime|date|strftime)\([^)]*'now'|\bnow\(\)\s*at time"
)
NEVER_COMMITTED = re.compile(
    r"(?:^|/)(?:__pycache__|\.venv|dist|build|node_modules|[^/]*\.egg-info)/"
    r"|\.(?:pyc|db|sqlite3?|db-wal|db-shm|key|pem|log|orig|rej|swp|whl)$|(?:^|/)\.env$|\.DS_Store$"
)


def committed() -> list[str]:
    """Paths git tracks or would add; the test is skipped where there is no clone."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git clone")
    return [name for name in listing.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def text_of(name: str) -> str:
    """The file's text; empty for pictures and other bytes."""
    try:
        return (REPOSITORY / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def breaches(rule: re.Pattern[str], text: str) -> list[str]:
    return [match.group().strip() for match in rule.finditer(text)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what):
    rule = FORBIDDEN[what]
    assert not {name: found for name in committed() if (found := breaches(rule, text_of(name)))}


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("the address of a package registry", "--index-url https://" + "pypi." + "org/simple"),
        ("a path of one machine", "see /" + "work/main/x.py"),
        ("a path of one machine", 'home = "/' + 'root"'),
        ("a mobile number", "电话：138" + "12345678"),
        ("a key", "-----BEGIN " + "PRIVATE KEY-----"),
        ("a leftover of a merge", "<" * 7 + " HEAD"),
    ],
)
def test_the_ruler_sees_a_planted(what, planted):
    assert breaches(FORBIDDEN[what], planted)


@pytest.mark.parametrize("innocent", [f"{INSIDE}/x.md", "workflows/a.yaml", "/workflows", "13800001111", "~/root"])
def test_the_ruler_leaves_alone(innocent):
    assert not any(breaches(rule, innocent) for rule in FORBIDDEN.values())


def test_nothing_is_committed_that_is_made_by_running():
    assert not [name for name in committed() if NEVER_COMMITTED.search(name)]


def test_no_committed_file_is_larger_than_a_megabyte():
    assert not [name for name in committed() if (REPOSITORY / name).stat().st_size > 1_000_000]


def test_no_statement_asks_the_database_for_the_time():
    package = [name for name in committed() if name.startswith("zhuli_flow/") and name.endswith((".py", ".sql"))]
    assert not {name: found for name in package if (found := breaches(DATABASE_CLOCKS, text_of(name)))}


def test_every_script_is_executable_and_names_its_interpreter():
    scripts = [name for name in committed() if re.fullmatch(r"scripts/[^/]+|\.ci/run", name)]
    assert {"scripts/setup", "scripts/demo", "scripts/test", "scripts/check", ".ci/run"} <= set(scripts)
    assert not [name for name in scripts if not os.access(REPOSITORY / name, os.X_OK)]
    assert not [name for name in scripts if not text_of(name).startswith("#!/usr/bin/env ")]


def test_every_shell_script_stops_at_the_first_error_and_parses():
    shell = [name for name in committed() if text_of(name).startswith("#!/usr/bin/env bash")]
    assert not [name for name in shell if not re.search(r"^set -e?uo pipefail$", text_of(name), re.MULTILINE)]
    for name in shell:
        subprocess.run(["bash", "-n", name], cwd=REPOSITORY, check=True)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_pins_every_package_by_version_and_hash(lock):
    lines = [line for line in text_of(lock).splitlines() if line and not line.lstrip().startswith("#")]
    pins = [line for line in lines if not line.startswith(" ")]
    assert pins
    assert not [line for line in pins if not re.match(r"[a-z0-9-]+==\S+ (?:; .+ )?\\$", line)]
    assert not [line for line in lines if line.startswith(" ") and not line.strip().startswith("--hash=sha256:")]


def test_the_other_locks_hold_the_same_versions_as_the_runtime_lock():
    pins = {name: set(re.findall(r"^[a-z0-9-]+==\S+", text_of(name), re.MULTILINE)) for name in committed_locks()}
    assert all(pins["requirements.lock"] <= pinned for pinned in pins.values())


def committed_locks() -> list[str]:
    return [name for name in committed() if name.endswith(".lock")]
