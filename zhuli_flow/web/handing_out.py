"""Files handed to a browser or a program, always as attachments: nothing of them is ever shown or run here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from zhuli_flow.support.scratch import scratch

SANDBOX = "default-src 'none'; sandbox"
FILE_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
"""The types of the files that lists are handed out as, by their ending."""


def handed_out(data: bytes, name: str) -> Response:
    """Something just made, as an attachment of that name; its ending is one of ``FILE_TYPES``."""
    kind = FILE_TYPES[name.rpartition(".")[2].lower()]
    named = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    return Response(data, media_type=kind, headers={"content-disposition": named})


def download(place: object, name: str) -> Response:
    """A stored file as an attachment."""
    answer = FileResponse(str(place), media_type="application/octet-stream")
    answer.headers["content-disposition"] = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    answer.headers["content-security-policy"] = SANDBOX
    return answer


def packed(name: str, write: Callable[[Path], object]) -> Response:
    """A package that ``write`` makes in a new file, handed out under this name and then thrown away."""
    with ExitStack() as stack:
        place = stack.enter_context(scratch()) / "package"
        write(place)
        answer = download(place, name)
        answer.background = BackgroundTask(stack.pop_all().close)
    return answer
