"""Workbooks as bytes that depend on nothing but their content: no clock, no author, entries in one order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from openpyxl import Workbook

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry."""
_SET_BY_HAND = re.compile(rb'(<row [^<>]*?) customHeight="1"')
_PART = 1 << 20
_CORE = "docProps/core.xml"


def save(book: Workbook, at: datetime) -> bytes:
    """The workbook's bytes; ``at`` (aware) is the only time in it. The same content gives the same bytes."""
    book.properties.creator = None
    book.properties.created = at.astimezone(UTC).replace(tzinfo=None)
    raw = io.BytesIO()
    book.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            if name.startswith("xl/worksheets/"):
                with source.open(name) as sheet, target.open(entry, "w") as copy:
                    copy.writelines(_growing(sheet))
            else:
                content = source.read(name)
                target.writestr(entry, _one_time(content, at) if name == _CORE else content)
    return packed.getvalue()


def _growing(sheet: IO[bytes]) -> Iterator[bytes]:
    """Row heights as a first look only: unlike a height set by hand, they follow what is typed later.

    Read in parts, which end between two tags: a sheet as a whole may not fit.
    """
    rest = b""
    while part := sheet.read(_PART):
        whole, opened, begun = (rest + part).rpartition(b"<")
        rest = opened + begun
        yield _SET_BY_HAND.sub(rb"\1", whole)
    yield _SET_BY_HAND.sub(rb"\1", rest)


def _one_time(core: bytes, at: datetime) -> bytes:
    """The moment of saving, which openpyxl reads off the machine's clock, replaced by ``at``."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    before, opened, rest = core.partition(b"<dcterms:modified")
    attributes, closed, tail = rest.partition(b">")
    _, end, after = tail.partition(b"</dcterms:modified>")
    return before + opened + attributes + closed + stamp + end + after
