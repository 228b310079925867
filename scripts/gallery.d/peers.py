"""The same paper set by other means and measured with the same ruler; prints the table of docs/ruler.md.

usage: .venv/bin/python scripts/gallery.d/peers.py [--typst FOLDER]
  LibreOffice (`soffice`) prints word-processor files written here with the parameters that tools and offices publish;
  FOLDER holds the sources of the typst package gbt9704-gongwen 0.2.0 (lib.typ, spacing.typ, table.typ) and needs the
  Python package typst. What is not there is left out and said.
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.ruler.judge import tolerance
from zhuli_flow.documents.ruler.table import RULES, Report, measure
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render

MARK, NUMBER = "辽宁省科学技术协会文件", "辽科协发〔2021〕917号"
TITLE = "辽宁省科学技术协会关于做好示范区工作的通知"
TO, ORGAN, DATE = "各市科学技术协会：", "辽宁省科学技术协会", "2021年3月8日"
COPIES, PRINTED = "抄送：中共辽宁省委组织部。", ("辽宁省科学技术协会办公室", "2021年3月8日印发")
_LONG = (
    "各级科协组织要围绕中心服务大局，把学会资源引向基层一线，为县域产业发展提供智力支持，并认真总结推广好的经验做法；"
)
BODY = ["一、总体要求", "（一）工作目标", *([_LONG * 3 + "做到善始善终。"] * 9)]
SHOWN = (
    "area.top", "area.bottom", "area.right", "grid.pitch", "grid.offset", "grid.lines", "grid.cells", "text.bold",
    "mark.top", "number.form", "number.gap", "number.place", "rule.gap", "rule.width", "title.gap", "title.size",
    "body.indent", "date.place", "organ.place", "record.foot", "record.weight", "printed", "folio.form", "folio.dash",
    "folio.side",
)  # fmt: skip
SET = (
    "area.top", "area.bottom", "area.right", "grid.pitch", "grid.offset", "grid.lines", "grid.cells", "text.bold",
    "title.size", "body.indent", "folio.form", "folio.side",
)  # fmt: skip
"""The rows that a recipe's parameters decide; the head and the closing record are the template's business."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Parameters of a word-processor file: margins (mm), line pitch (pt), extra spacing of characters (pt)."""

    top: float
    bottom: float
    pitch: float
    spacing: float = 0.0
    bold_second: bool = False


RECIPES = {
    "word processor: 28 pt, margins 37/35": Recipe(37, 35, 28, bold_second=True),
    "word processor: 29.6 pt, margins 37/35": Recipe(37, 35, 29.6),
    "word processor: 29.45 pt, margins 34.58/32.58": Recipe(34.58, 32.58, 29.45, -0.2),
}


def ours(_: Path) -> bytes:
    """This program's own paper."""
    kind = load_kinds([packaged_notices()])["document"]
    values = {
        **kind.sample,
        "number": NUMBER,
        "addressees": [TO[:-1]],
        "subject": "关于做好示范区工作",
        "paragraphs": BODY,
    }
    page = render(kind, {**values, "copies": ["中共辽宁省委组织部"], "signed_on": "2021-03-08"})
    return to_pdf(page, assets=packaged_notices(), title=TITLE, author=ORGAN, subject="通知", identifier="peers")


# ── a word-processor file ────────────────────────────────────────────────────────────────────────────────────────────


def _run(text: str, face: str, size: float, *, red: bool = False, bold: bool = False, spacing: float = 0) -> str:
    look = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}"/><w:sz w:val="{round(size * 2)}"/>'
    look += '<w:color w:val="E60012"/>' if red else ""
    look += "<w:b/>" if bold else ""
    look += f'<w:spacing w:val="{round(spacing * 20)}"/>' if spacing else ""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r>'


def _p(runs: str, pitch: float, *, align: str = "both", first: float = 0, right: float = 0, more: str = "") -> str:
    lines = f'<w:spacing w:before="0" w:after="0" w:line="{round(pitch * 20)}" w:lineRule="exact"/>'
    indent = f'<w:ind w:firstLine="{round(first * 20)}" w:right="{round(right * 20)}"/>'
    return f'<w:p><w:pPr><w:widowControl w:val="0"/>{lines}{indent}<w:jc w:val="{align}"/>{more}</w:pPr>{runs}</w:p>'


def _border(side: str, colour: str, eighths: int) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{eighths}" w:space="1" w:color="{colour}"/></w:pBdr>'


def _body(recipe: Recipe) -> str:
    song, hei, kai, fang = "ZL XiaoBiaoSong", "ZL HeiTi", "ZL KaiTi", "ZL FangSong"
    pitch, gap = recipe.pitch, recipe.spacing
    blank = _p("", pitch)
    parts = [blank, blank, _p(_run(MARK, song, 44, red=True), 60, align="center"), blank, blank]
    rule = _border("bottom", "E60012", 12)
    parts.append(_p(_run(NUMBER, fang, 16), pitch, align="center", more=rule))
    parts += [blank, blank, _p(_run(TITLE, song, 22), pitch, align="center"), blank, _p(_run(TO, fang, 16), pitch)]
    faces = [hei, kai, *([fang] * 9)]
    for n, (text, face) in enumerate(zip(BODY, faces, strict=True)):
        parts.append(_p(_run(text, face, 16, bold=n == 1 and recipe.bold_second, spacing=gap), pitch, first=32))
    parts += [blank, blank, _p(_run(ORGAN, fang, 16), pitch, align="right", right=48)]
    parts += [_p(_run(DATE, fang, 16), pitch, align="right", right=64), blank, blank]
    ends = _border("top", "000000", 8)
    parts.append(_p(_run("　" + COPIES, fang, 14), pitch, more=ends))
    between = " " * 20
    parts.append(_p(_run(f"　{PRINTED[0]}{between}{PRINTED[1]}", fang, 14), pitch, more=_border("bottom", "000000", 8)))
    return "".join(parts)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/footer1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
    '<Override PartName="/word/settings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/></Types>'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def docx(recipe: Recipe, path: Path) -> None:
    """Write the file: one section, page numbers — 1 — in the middle of the foot as most tools set them."""
    twips = {
        name: round(mm / 25.4 * 1440) for name, mm in (("t", recipe.top), ("b", recipe.bottom), ("l", 28), ("r", 26))
    }
    margin = f'w:top="{twips["t"]}" w:bottom="{twips["b"]}" w:left="{twips["l"]}" w:right="{twips["r"]}"'
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar {margin} w:header="851" w:footer="1417" w:gutter="0"/></w:sectPr>'
    )
    size = '<w:r><w:rPr><w:sz w:val="28"/></w:rPr>'
    field = f'{size}<w:fldChar w:fldCharType="begin"/></w:r>{size}<w:instrText>PAGE</w:instrText></w:r>'
    field += f'{size}<w:fldChar w:fldCharType="end"/></w:r>'
    dash = ("— ", " —")
    foot = _p(_run(dash[0], "ZL SongTi", 14) + field + _run(dash[1], "ZL SongTi", 14), 16, align="center")
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(f'<Relationship Id="r" Type="{_REL}/officeDocument" Target="word/document.xml"/>'),
        "word/_rels/document.xml.rels": _RELS.format(
            f'<Relationship Id="rId1" Type="{_REL}/footer" Target="footer1.xml"/>'
            f'<Relationship Id="rId2" Type="{_REL}/settings" Target="settings.xml"/>'
        ),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{_body(recipe)}{section}</w:body></w:document>",
        "word/footer1.xml": f"<w:ftr {_W}>{foot}</w:ftr>",
        "word/settings.xml": f'<w:settings {_W}><w:characterSpacingControl w:val="doNotCompress"/></w:settings>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)


def office(recipe: Recipe) -> Callable[[Path], bytes]:
    """Return what prints a recipe with LibreOffice, with the same faces as this program's."""

    def make(folder: Path) -> bytes:
        soffice, kit = shutil.which("soffice"), fontkit.installed()
        if not soffice or not kit:
            raise FileNotFoundError("soffice or the fonts are not there (libreoffice-writer, zhuli fonts install)")
        fonts = folder / "fonts.conf"
        fonts.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{kit.folder}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
        )
        docx(recipe, folder / "paper.docx")
        profile = f"-env:UserInstallation=file://{folder / 'profile'}"
        words = [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "paper.docx"),
        ]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(fonts)}
        subprocess.run(words, env=env, check=True, capture_output=True, timeout=180)
        return (folder / "paper.pdf").read_bytes()

    return make


# ── typst ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def typst_package(source: Path) -> Callable[[Path], bytes]:
    """Return what prints the paper with the package's own functions; its font names replaced by the free faces."""

    def make(folder: Path) -> bytes:
        import typst

        kit = fontkit.installed()
        if kit is None:
            raise FileNotFoundError("the fonts are not there (zhuli fonts install)")
        for name in ("lib.typ", "spacing.typ", "table.typ"):
            text = (source / name).read_text("utf-8")
            for old, new in (
                ("FangSong", "ZL FangSong"), ("SimHei", "ZL HeiTi"), ("KaiTi", "ZL KaiTi"),
                ("FZDaBiaoSong-B06", "ZL XiaoBiaoSong"),
            ):  # fmt: skip
                text = text.replace(f'"{old}"', f'"{new}"')
            (folder / name).write_text(text, "utf-8")
        (folder / "main.typ").write_text(_typst_main(), "utf-8")
        return bytes(typst.compile(str(folder / "main.typ"), font_paths=[str(kit.folder)], ignore_system_fonts=True))

    return make


def _typst_main() -> str:
    body = "\n\n".join([f"= {BODY[0]}", f"== {BODY[1]}", *BODY[2:]])
    return f"""#import "lib.typ": *
#show: gbt9704.with(redline: true, first-page-number: true)
#make-header(organ: "{MARK}", number: "{NUMBER}", redline: true)
#gongwentitle[{TITLE}]
#main-receiver[{TO}]

{body}

#signature[{ORGAN}]
#signdate[{DATE}]
#endmatter(copyto-text: "{COPIES[3:]}", organ: "{PRINTED[0]}", date: "{PRINTED[1]}")
"""


# ── table ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cell(report: Report, code: str, given: Sequence[str]) -> str:
    """What one contestant measures in one row; wrong ones marked; ``·`` where its parameters leave the row open."""
    if code not in given:
        return "·"
    row = next((one for one in report.rows if one.rule.code == code), None)
    if row is None or row.deviation is None:
        return "—"
    measured = row.measured.partition("（第")[0].partition("；")[0][:18]
    return measured if row.verdict == "合格" else f"**{measured}**"


def table(reports: dict[str, Report]) -> None:
    """Print the comparison as Markdown."""
    given = {name: SET if name in RECIPES else SHOWN for name in reports}
    print(f"| row | clause | right | tolerance | {' | '.join(reports)} |")
    print(f"|---|---|---|---|{'---|' * len(reports)}")
    for rule in RULES:
        if rule.code in SHOWN:
            cells = " | ".join(cell(report, rule.code, given[name]) for name, report in reports.items())
            print(f"| {rule.title} | {rule.clause} | {rule.expected} | {tolerance(rule)} | {cells} |")
    counts = []
    for name, report in reports.items():
        rows = [row for row in report.rows if row.rule.code in given[name] and row.deviation is not None]
        counts.append(f"{sum(row.verdict == '不合格' for row in rows)} of {len(rows)}")
    print(f"| beyond tolerance | | | | {' | '.join(counts)} |")


def main() -> None:
    """Print, measure, compare."""
    reader = argparse.ArgumentParser(prog="peers.py", description="同一份公文用别的办法排出来，用同一把尺子量。")
    reader.add_argument("--typst", type=Path, metavar="文件夹", help="gbt9704-gongwen 0.2.0 的源文件所在")
    reader.add_argument("--keep", type=Path, metavar="文件夹", help="把各份 PDF 留在这里")
    told = reader.parse_args()
    makers = {"zhuli_flow": ours, **({"typst gbt9704-gongwen 0.2.0": typst_package(told.typst)} if told.typst else {})}
    makers |= {name: office(recipe) for name, recipe in RECIPES.items()}
    reports = {}
    for number, (name, make) in enumerate(makers.items()):
        with tempfile.TemporaryDirectory(prefix="zhuli-peers-") as folder:
            try:
                data = make(Path(folder))
            except (OSError, ImportError, subprocess.SubprocessError) as error:
                print(f"left out: {name}: {error}", file=sys.stderr)
                continue
        if told.keep:
            (told.keep / f"{number}.pdf").write_bytes(data)
        reports[name] = measure(data, "document")
    table(reports)


if __name__ == "__main__":
    main()
