"""``zhuli serve`` as a process: it says where, answers, ticks and stops cleanly; what can't be served is told."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.lines import Zhuli


def started(home: Path, *words: str) -> tuple["subprocess.Popen[str]", str]:
    line = [sys.executable, "-m", "zhuli_flow", "--home", str(home), "serve", "--port", "0", *words]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    address = next(found[0] for line in process.stderr if (found := re.findall(r"http://[\d.:]+", line)))
    return process, address


@pytest.mark.slow
def test_it_says_where_answers_and_stops_cleanly(office_home: Path) -> None:
    process, address = started(office_home)
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.read() == b"ok\n"
    with urllib.request.urlopen(f"{address}/") as answer:
        assert "以谁的身份演练" in answer.read().decode()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "已停止服务" in out
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.real_clock("a real home has no other")
def test_a_real_home_ticks_in_the_same_process_and_alone(home: Path, zhuli: Zhuli) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "zhuli_flow", "init", "--sample", "--home", str(home)], capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr.decode()
    process, address = started(home)
    other = [sys.executable, "-m", "zhuli_flow", "--home", str(home), "run"]
    beside = subprocess.run(other, capture_output=True, check=False, timeout=60)
    assert beside.returncode == 2
    assert "已有巡检程序在运行" in beside.stderr.decode()
    link = zhuli("directory", "invite", "沈阳市科协经办", "--url", address).out.split()[0]
    with urllib.request.urlopen(link) as answer:
        assert "设置密码" in answer.read().decode()
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert link.rpartition("/")[2] not in err


def test_a_port_that_is_taken_is_told_in_words(office_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = [sys.executable, "-m", "zhuli_flow", "--home", str(office_home), "serve", "--port", port]
        done = subprocess.run(line, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert f"不能在 127.0.0.1:{port} 上服务" in done.stderr.decode()


def test_a_certificate_needs_its_key(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("serve", "--tls-cert", "x.pem")
    assert answer.code in {1, 2}
    line = [
        sys.executable,
        "-m",
        "zhuli_flow",
        "--home",
        str(office_home),
        "serve",
        "--tls-cert",
        "x",
        "--tls-key",
        "y",
    ]
    done = subprocess.run(line, capture_output=True, check=False, timeout=60)
    assert done.returncode == 6
    assert "证书或私钥不能使用" in done.stderr.decode()
