"""A definition put into the office's book from a text: checked beside the shared parts of the book, taken into use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.administration.workflows import Checked
from zhuli_flow.services.office import Office
from zhuli_flow.support.new_file import write_over
from zhuli_flow.support.scratch import scratch

LONGEST = 512 * 1024
"""Bytes of a definition at most: the longest that we know has a fifth."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


def check_text(office: Office, name: str, text: str) -> Checked:
    """What a definition file ``NAME.yaml`` with this text would be told; nothing is kept.

    Raises InvalidInput for a name that no file can have, and for a text that is too long.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"“{name}”不能作流程的文件名", fix="请用小写英文字母、数字和下划线，以字母开头")
    data = text.replace("\r\n", "\n").encode()
    if len(data) > LONGEST:
        raise InvalidInput("流程定义太长", fix=f"至多 {LONGEST // 1024} kB")
    with scratch() as folder:
        place = folder / f"{name}.yaml"
        place.write_bytes(data)
        shared = office.home / "workflows" / "shared"
        if shared.is_dir():
            (folder / "shared").symlink_to(shared)
        [found] = workflows.check_files([place], office.notices, office)
    return found


def install(office: Office, name: str, text: str) -> None:
    """Put the definition into the book and take it into use, as ``workflows.register`` does.

    Raises InvalidInput with every problem; then the book is as it was.
    """
    found = check_text(office, name, text)
    workflows.require_sound([found])
    place = office.home / "workflows" / f"{name}.yaml"
    before = place.read_bytes() if place.is_file() else None
    _put(place, found.data)
    try:
        workflows.register(office)
    except BaseException:
        _put(place, before)
        raise


def _put(place: Path, data: bytes | None) -> None:
    """The whole file or what was there; None: no file."""
    if data is None:
        place.unlink(missing_ok=True)
        return
    write_over(place, data)


def lines_of(found: Checked) -> Sequence[str]:
    """The text of a checked file, a line each."""
    return found.data.decode("utf-8", "replace").splitlines()
