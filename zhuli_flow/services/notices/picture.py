"""An issued document as people look at it on a screen: how many pages it has, and a picture of each."""

from __future__ import annotations

import tempfile
from pathlib import Path

from zhuli_flow.documents.reading.page_count import pages
from zhuli_flow.documents.reading.page_picture import page_picture
from zhuli_flow.errors import NotFound
from zhuli_flow.services.notices.browse import mine
from zhuli_flow.services.office import Office
from zhuli_flow.store import files
from zhuli_flow.store.notices import StoredNotice


def stored(office: Office, number: int) -> StoredNotice:
    """The document of that id, if the reader may see it. Raises NotFound."""
    with office.database.read() as connection:
        return mine(connection, office, str(number))


def pages_of(data: bytes) -> int:
    """How many pages a paper has that is in no file."""
    with tempfile.NamedTemporaryFile(prefix="zhuli-", suffix=".pdf") as aside:
        aside.write(data)
        aside.flush()
        return pages([Path(aside.name)])[0] or 0


def drawn(data: bytes, number: int) -> bytes | None:
    """Page ``number`` (from 1) of a paper that is in no file as PNG; None for a page that is not there."""
    return page_picture(data, number)


def count(office: Office, notice: StoredNotice) -> int:
    """How many pages an issued document has; 0 before it is printed, or when its file can't be read."""
    if notice.sha256 is None:
        return 0
    return pages([files.place(office.holder, notice.sha256)])[0] or 0


def page(office: Office, notice: StoredNotice, number: int) -> bytes:
    """Page ``number`` (from 1) as PNG. Raises NotFound for a page that is not there."""
    picture = page_picture(_content(office, notice), number) if notice.sha256 else None
    if picture is None:
        raise NotFound(f"公文 {notice.number or notice.id} 没有第 {number} 页可看", fix="请下载 PDF 查看")
    return picture


def _content(office: Office, notice: StoredNotice) -> bytes:
    with files.open_file(office.holder, str(notice.sha256)) as stream:
        return stream.read()
