"""``zhuli`` for pages full of commands: one process imports the program once and forks for every command typed.

``python typing_server.py PLACE`` puts a ``zhuli`` at PLACE that asks this process, until its stdin ends. Each command
runs in a process of its own, with the caller's folder, environment and three streams: only the imports are shared.
"""

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path

CLIENT = """#!{python} -IS
import json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(link, [len(asked).to_bytes(4, "big")], [0, 1, 2])
link.sendall(asked)
sys.exit((link.recv(1) or b"\\x7f")[0])
"""


def serve(place: Path) -> None:
    """Answer until the process that started this one closes our stdin."""
    from zhuli_flow import bootstrap
    from zhuli_flow.cli.commands import case, setup
    from zhuli_flow.cli.views import case as show
    from zhuli_flow.services.administration import doctor, upkeep
    from zhuli_flow.services.cases import advance, view

    assert all((bootstrap, case, setup, show, advance, view, doctor, upkeep))  # imported to be shared
    door = socket.socket(socket.AF_UNIX)
    door.bind(f"{place}.socket")
    door.listen()
    place.write_text(CLIENT.format(python=sys.executable, address=f"{place}.socket"), "utf-8")
    place.chmod(0o755)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        link, _ = door.accept()
        if os.fork() == 0:
            os._exit(answer(link))
        link.close()


def answer(link: socket.socket) -> int:
    """Run the one command that was typed, and tell its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(link, 4, 3)
    argv, folder, environment = json.loads(b"".join(iter_bytes(link, int.from_bytes(size, "big"))))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["zhuli", *argv]
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    link.sendall(bytes([code]))
    return code


def iter_bytes(link: socket.socket, size: int) -> list[bytes]:
    """Exactly ``size`` bytes, in as many parts as they come."""
    parts: list[bytes] = []
    while size:
        parts.append(link.recv(size))
        size -= len(parts[-1])
    return parts


def run() -> int:
    """``zhuli`` itself; its exit code."""
    from zhuli_flow.__main__ import main

    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
