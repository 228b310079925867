"""The printing child: one JSON order on stdin, one JSON line per document on stdout.

With ``justify`` the only importer of WeasyPrint. Run as ``python -m zhuli_flow.documents.press`` by ``pdf``; limits
are set before the heavy libraries meet any document.
"""

from __future__ import annotations

import base64
import json
import math
import re
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from zhuli_flow.documents import justify
from zhuli_flow.documents.fonts import role_css

_ASSET = re.compile(r"asset:([A-Za-z0-9][A-Za-z0-9_-]*\.(css|svg|png|otf|ttf|woff2))")
_TYPES = {"css": "text/css", "svg": "image/svg+xml", "png": "image/png"}
_FONTS_CSS = "asset:fonts.css"


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves named files of the given folders (first folder wins) and ``asset:fonts.css``; refuses any other address.

    The base class is told the same, so that a later method of it cannot open a door this one closes.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self._folders = tuple(folders)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset's bytes; ValueError for anything that is not a plain file name of an allowed type."""
        if url == _FONTS_CSS:
            return URLFetcherResponse(url, role_css(), {"Content-Type": "text/css; charset=utf-8"})
        name = _ASSET.fullmatch(url)
        if name is None:
            raise ValueError(f"不允许引用 {url[:80]}")
        for folder in self._folders:
            path = folder / name[1]
            if path.is_file() and not path.is_symlink():
                kind = _TYPES.get(name[2], "application/octet-stream")
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        raise ValueError(f"没有资源文件 {name[1]}")


def print_document(job: dict[str, str], fetcher: AssetFetcher, fonts: FontConfiguration) -> bytes:
    """Return the PDF/A-2u bytes of one job: its metadata is the job's, with no clock time and no attachment."""
    page = weasyprint.HTML(string=job["html"], base_url="asset:", url_fetcher=fetcher)
    document = page.render(font_config=fonts)
    about = document.metadata
    about.title, about.authors, about.description = job["title"], [job["author"]], job["subject"]
    about.attachments, about.created, about.modified = [], None, None
    pdf: bytes = document.write_pdf(pdf_identifier=job["identifier"].encode(), pdf_variant="pdf/a-2u", pdf_tags=True)
    return pdf


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Print the jobs that follow the order on ``source``, a line each, each with its own share of CPU time."""
    order = json.loads(source.readline())
    _confine(order["memory"])
    justify.install()
    fetcher = AssetFetcher([Path(folder) for folder in order["assets"]])
    fonts = FontConfiguration()
    for line in source:
        _allow_cpu(order["cpu_s"])
        job = json.loads(line)
        sink.write(json.dumps(_outcome(job, fetcher, fonts)).encode() + b"\n")
        sink.flush()


def _outcome(job: dict[str, str], fetcher: AssetFetcher, fonts: FontConfiguration) -> dict[str, Any]:
    try:
        return {"pdf": base64.b64encode(print_document(job, fetcher, fonts)).decode()}
    except FatalURLFetchingError as error:
        return {"error": f"引用了不允许或不存在的资源（{str(error.__cause__)[:120]}）"}
    except MemoryError:
        return {"error": "排版所需内存超过上限"}
    except RecursionError:
        return {"error": "内容嵌套过深"}


def _confine(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024**2, 64 * 1024**2))


def _allow_cpu(seconds: float) -> None:
    """Let the process use ``seconds`` more than it has; the kernel ends it when they are gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
