"""Paper: a document from a cold start beside other programs, one on a warm printer, a batch on one press and on two."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from statistics import median

import pikepdf
from commands import Process
from stopwatch import Rates, interleave, tell

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts.roles import role_css
from zhuli_flow.documents.printing.batch import each_outcome
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render

OURS = "zhuli_flow (WeasyPrint)"
PAGES = 3
COLD = """
import sys
from pathlib import Path
from zhuli_flow.documents.printing.printer import to_pdf
html, out, assets = map(Path, sys.argv[1:])
about = {"title": "批复", "author": "某省科协", "subject": "批复", "identifier": "bench"}
out.write_bytes(to_pdf(html.read_text("utf-8"), assets=assets, **about))
"""
TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]])"


def reply() -> str:
    """The sample reply, its paragraphs repeated until it fills three pages."""
    kind = load_kinds([packaged_notices()])["reply"]
    html = render(kind, kind.sample)
    start, end = html.index("<p>"), html.rindex("</p>", 0, html.index("<section")) + len("</p>")
    with PrintingChild(packaged_notices()) as printer:
        for times in range(1, 20):
            longer = html[:start] + html[start:end] * times + html[end:]
            data = printer.outcome(job(longer))
            if isinstance(data, bytes) and pages(data) == PAGES:
                return longer
    raise SystemExit("no number of paragraphs fills three pages")


def job(html: str, number: int = 0) -> PrintJob:
    """One print order; the number keeps the files of a batch apart."""
    return PrintJob(html, "批复", "某省科协", "批复", f"bench-{number}")


def pages(data: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return len(pdf.pages)


class _Text(HTMLParser):
    """The paragraphs of a page, for programs that do not read HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, _: object) -> None:
        self._hidden = tag in {"head", "title", "style"}

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.lines.append(data.strip())


class Warm:
    """Documents one after the other on a press that is running."""

    def __init__(self, html: str, printer: PrintingChild, work: int) -> None:
        self.html, self.printer, self.work = html, printer, work

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for number in range(self.work):
            assert isinstance(self.printer.outcome(job(self.html, number)), bytes)


class Batch:
    """A batch from start to end, presses started and ended included."""

    def __init__(self, html: str, work: int, workers: int) -> None:
        self.jobs, self.work, self.workers = [job(html, number) for number in range(work)], work, workers

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        printed = each_outcome(self.jobs, assets=packaged_notices(), workers=self.workers)
        assert sum(isinstance(one, bytes) for _, one in printed) == self.work


def cold(folder: Path, html: str) -> dict[str, Process]:
    """Whole processes that turn the same text into a PDF; those of them that this machine has."""
    page = folder / "reply.html"
    page.write_text(html, "utf-8")
    found = {OURS: Process(sys.executable, "-c", COLD, str(page), str(folder / "ours.pdf"), str(packaged_notices()))}
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'chromium'}")
        target = f"--print-to-pdf={folder / 'chromium.pdf'}"
        found["headless Chromium"] = Process(browser, *options, target, plain(folder, html).as_uri())
    writer = shutil.which("soffice") or shutil.which("libreoffice")
    if writer:
        own = f"-env:UserInstallation={(folder / 'office').as_uri()}"
        convert = ("--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", str(folder / "lo"))
        found["LibreOffice"] = Process(writer, own, *convert, str(page))
    found.update(typesetters(folder, _Text(html).lines))
    return found


def plain(folder: Path, html: str) -> Path:
    """The page as a folder that a browser can open: style sheets and fonts beside it."""
    place = folder / "page"
    place.mkdir(exist_ok=True)
    kit = fontkit.installed()
    (place / "fonts.css").write_text(role_css(kit).replace("asset:", ""), "utf-8")
    shutil.copy(packaged_notices() / "gongwen.css", place)
    for face in kit.faces if kit else ():
        shutil.copy(kit.folder / face.file, place)
    target = place / "reply.html"
    target.write_text(html.replace("asset:", ""), "utf-8")
    return target


def typesetters(folder: Path, lines: Sequence[str]) -> dict[str, Process]:
    """typst and xelatex with the same text in the same face, set simply."""
    kit = fontkit.installed()
    fonts = str(kit.folder) if kit else "."
    found = {}
    source = folder / "reply.typ"
    head = '#set page(paper: "a4", margin: (left: 28mm, right: 26mm, y: 35mm))\n#set text(font: "ZL FangSong", 16pt)\n'
    source.write_text(head + "\n\n".join(lines), "utf-8")
    if shutil.which("typst"):
        found["typst"] = Process("typst", "compile", "--font-path", fonts, str(source), str(folder / "typst.pdf"))
    elif importlib.util.find_spec("typst"):
        found["typst"] = Process(sys.executable, "-c", TYPST, str(source), str(folder / "typst.pdf"), fonts)
    if shutil.which("xelatex"):
        tex = folder / "reply.tex"
        opening = "\\documentclass{article}\\usepackage[fontset=fandol]{ctex}\\begin{document}\\fangsong\\zihao{3}\n"
        tex.write_text(opening + "\n\n".join(lines) + "\n\\end{document}\n", "utf-8")
        found["xelatex"] = Process("xelatex", "-interaction=batchmode", f"-output-directory={folder}", str(tex))
    return found


def resident(printer: PrintingChild) -> int:
    """Mebibytes the press holds in memory now."""
    child = printer._child  # noqa: SLF001
    told = Path(f"/proc/{child.pid}/status").read_text("utf-8") if child else ""
    return next((int(row.split()[1]) >> 10 for row in told.splitlines() if row.startswith("VmRSS")), 0)


def memory(html: str, count: int) -> list[tuple[int, int]]:
    """How much one press holds after a tenth, a half and all of ``count`` documents."""
    marks, found = (count // 10, count // 2, count), []
    with PrintingChild(packaged_notices()) as printer:
        for number in range(1, count + 1):
            assert isinstance(printer.outcome(job(html, number)), bytes)
            if number in marks:
                tell(f"memory: {number} of {count}")
                found.append((number, resident(printer)))
    tell("")
    return found


def measure(folder: Path, quick: bool) -> None:
    """Run all of it and print figures, ratios and aims."""
    html = reply()
    contest = cold(folder, html)
    report_cold(interleave(contest, 4 if quick else 10, "cold, a reply of three pages", 120), list(contest))
    with PrintingChild(packaged_notices()) as printer:
        rates = interleave({"warm": Warm(html, printer, 10)}, 4 if quick else 10, "warm", 60)
    seconds = 1 / max(rates.rounds["warm"])
    told = f"{median(1 / rate for rate in rates.rounds['warm']):.3f} s, least disturbed round {seconds:.3f} s"
    print(f"\nwarm printer, one document: {told}  aim ≤ 0.12: {'met' if seconds <= 0.12 else 'NOT MET'}")
    count = 40 if quick else 200
    batches = {"one": Batch(html, count, 1), "two": Batch(html, count, 2)}
    rates = interleave(batches, 2 if quick else 3, f"batches of {count}", 200)
    ratio = rates.ratio("two", "one")
    print(f"\nbatch of {count}, presses started and ended included")
    print(f"  one press  {rates.rate('one'):5.1f} documents/s")
    print(
        f"  two        {rates.rate('two'):5.1f} documents/s  {ratio:.2f} ×  "
        f"aim ≥ 1.80: {'met' if ratio >= 1.8 else 'NOT MET'}"
    )
    held = memory(html, 100 if quick else 500)
    print("\nmemory of one printer: " + ", ".join(f"{size} MiB after {number}" for number, size in held))


def report_cold(rates: Rates, names: Sequence[str]) -> None:
    """Seconds of the whole process, and ours against each."""
    print(f"\ncold, a reply of {PAGES} pages, whole process: seconds (median), and ours against it")
    for name in names:
        ratio = rates.ratio(name, OURS)
        aim = f"  aim ≤ 1.00: {'met' if ratio <= 1 else 'NOT MET'}" if name == "LibreOffice" else ""
        print(f"  {name:<28}{1 / rates.rate(name):8.2f} s{ratio:8.2f}{aim}")
    missing = [name for name in ("headless Chromium", "LibreOffice", "typst", "xelatex") if name not in names]
    if missing:
        print(f"  not on this machine: {', '.join(missing)}")
