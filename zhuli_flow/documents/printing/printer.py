"""HTML to PDF in a child process that is short of everything: time, memory, files, network.

The child is ``printing.child``; a document that is too heavy, or tries to reach anything but the named assets, costs
its own job only and never this process.
"""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Self, cast

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.templates.kind import packaged_notices
from zhuli_flow.errors import ZhuliError
from zhuli_flow.support import confined
from zhuli_flow.support.scratch import scratch

MEMORY_BYTES = 2 * 1024**3
"""Address space of the child; a paper of ten pages takes about a quarter."""
STARTUP_S = 15.0
"""Wall seconds allowed for the child to load its libraries and fonts, on top of each job's own."""

_FONT_SETTINGS = ("XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class PrintFailed(ZhuliError):
    """A document could not be printed; nothing was written."""

    code = "print_failed"


Variant = Literal["1b", "2u", "3u"]
"""Which PDF/A: 1b for filing (ISO 19005-1, GB/T 23286.1), 2u for use, 3u where data is embedded (GB/T 23286.3)."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One document to print: its HTML and what the PDF says about itself. ``identifier`` fixes the file's /ID.

    ``data`` is JSON text embedded in a 3u file, dated ``day`` (ISO date); ValueError for data in another variant.
    """

    html: str
    title: str
    author: str
    subject: str
    identifier: str
    variant: Variant = "2u"
    data: str = ""
    day: str = ""

    def __post_init__(self) -> None:
        if self.data and self.variant != "3u":
            raise ValueError(f"PDF/A-{self.variant} carries no data")


def to_pdf(
    html: str,
    *,
    assets: Path,
    title: str,
    author: str,
    subject: str,
    identifier: str,
    variant: Variant = "2u",
    timeout_s: float = 30,
) -> bytes:
    """Return the PDF of one document; the same arguments give the same bytes on the same machine.

    ``assets`` is the notices folder whose files the document may name as ``asset:NAME``. Raises PrintFailed.
    """
    job = PrintJob(html, title, author, subject, identifier, variant)
    return to_pdfs([job], assets=assets, timeout_s=timeout_s)[0]


def to_pdfs(jobs: Sequence[PrintJob], *, assets: Path, timeout_s: float = 30) -> list[bytes]:
    """Return the PDFs of several documents, in order, printed by one child; each may take ``timeout_s`` (CPU seconds).

    All or nothing: raises the PrintFailed of the first document that does not print.
    """
    printed: list[bytes] = []
    for outcome in outcomes(jobs, assets=assets, timeout_s=timeout_s):
        if isinstance(outcome, PrintFailed):
            raise outcome
        printed.append(outcome)
    return printed


def outcomes(jobs: Sequence[PrintJob], *, assets: Path, timeout_s: float = 30) -> list[bytes | PrintFailed]:
    """Return for each job its PDF or why there is none: one bad document does not cost the others theirs."""
    with PrintingChild(assets, timeout_s) as printer:
        return [printer.outcome(job) for job in jobs]


class PrintingChild:
    """One printing child kept warm: libraries and fonts are loaded once, documents follow one another.

    ``assets`` is the notices folder, ``timeout_s`` the CPU seconds each document may take. A child that dies takes one
    document with it; the next document gets a new child. Use it as a context manager, or ``close`` it.
    """

    def __init__(self, assets: Path, timeout_s: float = 30) -> None:
        kit = fontkit.installed()
        self._order = {
            "assets": [str(assets), str(packaged_notices())],
            "fonts": str(kit.folder) if kit else "",
            "cpu_s": timeout_s,
            "memory": MEMORY_BYTES,
        }
        self._wall_s = STARTUP_S + timeout_s
        self._child: subprocess.Popen[bytes] | None = None
        self._scratch = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def outcome(self, job: PrintJob) -> bytes | PrintFailed:
        """The PDF, or why there is none."""
        child = self._child or self._start()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._wall_s, stop)
        timer.start()
        try:
            line = _ask(child, asdict(job))
        finally:
            timer.cancel()
        if line.endswith(b"}\n"):
            return _outcome(job, json.loads(line))
        end = child.wait()
        self.close()
        return _cut_short(job, None if late.is_set() else end)

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            _close_pipes(self._child)
            self._child.wait()
            self._child = None
        self._scratch.close()  # a child that was killed leaves its copies of the fonts here

    def _start(self) -> subprocess.Popen[bytes]:
        settled = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0", "PYTHONIOENCODING": "utf-8"}
        settled["TMPDIR"] = str(self._scratch.enter_context(scratch()))
        child = confined.start("zhuli_flow.documents.printing.child", settled, _FONT_SETTINGS)
        _say(child, self._order)
        self._child = child
        return child


def _ask(child: subprocess.Popen[bytes], what: Mapping[str, object]) -> bytes:
    """The child's answer in one line; not a whole line when it died over it."""
    _say(child, what)
    return cast(BinaryIO, child.stdout).readline()


def _say(child: subprocess.Popen[bytes], what: Mapping[str, object]) -> None:
    """One line to the child; a child that is gone is noticed when its answer is read."""
    pipe = cast(BinaryIO, child.stdin)
    with suppress(BrokenPipeError):
        pipe.write(json.dumps(what).encode() + b"\n")
        pipe.flush()


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        with suppress(BrokenPipeError):
            cast(BinaryIO, pipe).close()


def _outcome(job: PrintJob, result: Mapping[str, str]) -> bytes | PrintFailed:
    if "pdf" in result:
        return base64.b64decode(result["pdf"])
    message = f"公文《{job.title}》未能生成 PDF：{result['error']}。"
    return PrintFailed(message, fix="请检查公文内容与模板后重试。")


def _cut_short(job: PrintJob, end: int | None) -> PrintFailed:
    heavy = "内容过多或排版过于复杂，请精简后重试。"
    if end is None or end == -signal.SIGXCPU:
        return PrintFailed(f"公文《{job.title}》排版超过时限，已停止，未生成文件。", fix=heavy)
    if end < 0:
        return PrintFailed(f"公文《{job.title}》排版占用资源过多，已停止（信号 {-end}），未生成文件。", fix=heavy)
    return PrintFailed(f"排版程序未能运行（退出码 {end}）。", fix="请运行 zhuli doctor 检查 WeasyPrint 与系统库。")
