"""The printing child: one JSON order on stdin, one JSON line per document on stdout.

With ``justify`` and ``subsetter`` the only importer of WeasyPrint. Run as
``python -m zhuli_flow.documents.printing.child`` by ``printer``;
limits are set before the heavy libraries meet any document.
"""

from __future__ import annotations

import base64
import gc
import json
import math
import re
import resource
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pydyf  # type: ignore[import-untyped]
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from zhuli_flow.documents.fonts.roles import Kit, read_kit, role_css
from zhuli_flow.documents.pdfa import xmp
from zhuli_flow.documents.printing import justify, kerning, line_breaks, pages, subsetter
from zhuli_flow.support.confined import confine

_ASSET = re.compile(r"asset:([A-Za-z0-9][A-Za-z0-9_-]*\.(css|svg|png|otf|ttf|woff2))")
_TYPES = {"css": "text/css", "svg": "image/svg+xml", "png": "image/png"}
_FONTS_CSS = "asset:fonts.css"
_LINK = re.compile(r'<link rel="stylesheet" href="(asset:[A-Za-z0-9_-]+\.css)">\n?')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves named files of the given folders (first folder wins) and ``asset:fonts.css``; refuses any other address.

    With a kit of fonts, its folder comes last. The base class is told the same, so that a later method of it cannot
    open a door this one closes.
    """

    def __init__(self, folders: Sequence[Path], kit: Kit | None = None) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self._folders = (*folders, *([kit.folder] if kit else []))
        self._fonts_css = role_css(kit)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset's bytes; ValueError for anything that is not a plain file name of an allowed type."""
        if url == _FONTS_CSS:
            return URLFetcherResponse(url, self._fonts_css, {"Content-Type": "text/css; charset=utf-8"})
        path = self.place(url)
        kind = _TYPES.get(path.suffix[1:], "application/octet-stream")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    def place(self, url: str) -> Path:
        """Return the file an address stands for; ValueError when it may not be asked for, or is not there."""
        name = _ASSET.fullmatch(url)
        if name is None:
            raise ValueError(f"不允许引用 {url[:80]}")
        for folder in self._folders:
            path = folder / name[1]
            if path.is_file() and not path.is_symlink():
                return path
        raise ValueError(f"没有资源文件 {name[1]}")


class Printer:
    """What one child prints with: fonts are loaded and style sheets parsed once, however many documents follow."""

    def __init__(self, fetcher: AssetFetcher) -> None:
        self._fetcher = fetcher
        self._fonts = FontConfiguration()
        self._sheets: dict[str, tuple[object, weasyprint.CSS]] = {}

    def print(self, job: Mapping[str, str]) -> bytes:
        """Return the PDF/A bytes of one job: metadata and embedded data are the job's, and there is no clock time."""
        html, sheets = self._styled(job["html"])
        document = pages.lay_out(html, partial(self._render, sheets=sheets))
        part, level = int(job["variant"][0]), job["variant"][1].upper()
        about = document.metadata
        about.title, about.authors, about.description = job["title"], [job["author"]], job["subject"]
        about.attachments, about.created, about.modified = _attached(job), None, None
        told = xmp.About(job["title"], job["author"], job["subject"], about.lang or "", _producer())
        pdf: bytes = document.write_pdf(
            pdf_identifier=job["identifier"].encode(),
            pdf_variant=f"pdf/a-{job['variant']}",
            pdf_tags=True,
            finisher=partial(_describe, packet=xmp.packet(told, part, level)),
        )
        return pdf

    def _render(self, html: str, sheets: Sequence[weasyprint.CSS]) -> Any:
        page = weasyprint.HTML(string=html, base_url="asset:", url_fetcher=self._fetcher)
        return page.render(font_config=self._fonts, stylesheets=sheets)

    def _styled(self, html: str) -> tuple[str, list[weasyprint.CSS]]:
        """Take the plain style sheet links out of a document; return it with the sheets, parsed at most once."""
        return _LINK.sub("", html), [self._sheet(url) for url in _LINK.findall(html)]

    def _sheet(self, url: str) -> weasyprint.CSS:
        stamp = None if url == _FONTS_CSS else self._fetcher.place(url).stat().st_mtime_ns
        kept = self._sheets.get(url)
        if kept is None or kept[0] != stamp:
            sheet = weasyprint.CSS(url=url, url_fetcher=self._fetcher, font_config=self._fonts)
            kept = self._sheets[url] = (stamp, sheet)
        return kept[1]


def _producer() -> str:
    return f"WeasyPrint {weasyprint.VERSION}"


def _attached(job: Mapping[str, str]) -> list[weasyprint.Attachment]:
    """Return the job's data as the one embedded file; its day is the document's, never today."""
    if not job["data"]:
        return []
    day = datetime.fromisoformat(job["day"]).replace(tzinfo=UTC) if job["day"] else _EPOCH
    return [
        weasyprint.Attachment(
            string=job["data"],
            name="data.json",
            description=job["title"],
            created=day,
            modified=day,
            relationship="Data",
        )
    ]


def _describe(_: object, pdf: Any, packet: bytes) -> None:
    """Put our XMP in place of WeasyPrint's, uncompressed, and name each embedded file once."""
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream, stream.compress = [packet], False
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    _scope(pdf.objects[1:])
    pdf.objects[1:] = map(_Written, pdf.objects[1:])


def _scope(objects: Sequence[Any]) -> None:
    """Say of each header cell whose it is: of its row, where other cells stand beside it, else of its column (7.5)."""
    tagged = {one.reference: one for one in objects if isinstance(one, pydyf.Dictionary) and "S" in one}
    for row in (one for one in tagged.values() if one["S"] == "/TR"):
        cells = [tagged[one] for one in row["K"] if one in tagged]
        scope = "/Row" if any(one["S"] == "/TD" for one in cells) else "/Column"
        for cell in (one for one in cells if one["S"] == "/TH"):
            cell["A"]["Scope"] = scope


class _Written(pydyf.Object):  # type: ignore[misc]  # pydyf ships no types
    """An object of a finished PDF in its bytes: the writer asks each for them twice, for the file and for its /ID."""

    data = b""
    compressible = False

    def __init__(self, one: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = one.number, one.generation, one.free
        self.data, self.compressible = one.data, one.compressible


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Print the jobs that follow the order on ``source``, a line each, each with its own share of CPU time."""
    order = json.loads(source.readline())
    confine(order["memory"], file_bytes=64 * 1024**2)
    if justify.install():
        line_breaks.install()
    kerning.install()
    subsetter.install()
    kit = read_kit(Path(order["fonts"])) if order["fonts"] else None
    printer = Printer(AssetFetcher([Path(folder) for folder in order["assets"]], kit))
    gc.freeze()  # libraries stay; looking through them again and again for garbage costs a tenth of a document's time
    gc.set_threshold(50_000)
    for line in source:
        _allow_cpu(order["cpu_s"])
        sink.write(json.dumps(_outcome(json.loads(line), printer)).encode() + b"\n")
        sink.flush()


def _outcome(job: dict[str, str], printer: Printer) -> dict[str, Any]:
    try:
        return {"pdf": base64.b64encode(printer.print(job)).decode()}
    except FatalURLFetchingError as error:
        return {"error": f"引用了不允许或不存在的资源（{str(error.__cause__)[:120]}）"}
    except MemoryError:
        return {"error": "排版所需内存超过上限"}
    except RecursionError:
        return {"error": "内容嵌套过深"}


def _allow_cpu(seconds: float) -> None:
    """Let the process use ``seconds`` more than it has; the kernel ends it when they are gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
