"""The contact sheet: a picture of every page and one page of HTML that shows them with what is wrong."""

from __future__ import annotations

import hashlib
import html
from pathlib import Path
from typing import Any

from zhuli_flow.documents.ruler.reading import File

DPI = 55
_STYLE = """body{font:14px sans-serif;margin:2em;background:#eee}section{margin:1em 0;padding:.6em;background:#fff}
section.wrong{outline:3px solid #c00}img{border:1px solid #ccc;margin:3px}p{margin:.2em 0}.why{color:#c00}"""


def stem(name: str) -> str:
    """A file name for a case."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def pictures(out: Path, case: Any, data: bytes, *, keep: bool) -> None:
    """Write a PNG of each page; the PDF too for what is wrong (``keep``) and for samples."""
    with File(data) as file:
        for page in file.pages():
            file.picture(page.number, DPI).save(out / f"{stem(case.name)}-{page.number}.png")
    if keep or case.group == "样例":
        (out / f"{stem(case.name)}.pdf").write_bytes(data)


def index(out: Path, results: list[Any]) -> Path:
    """Write index.html, group by group; return its path."""
    parts = [f"<!DOCTYPE html><html lang=zh-CN><meta charset=utf-8><title>样张</title><style>{_STYLE}</style>"]
    group = ""
    for one in results:
        if one.case.group != group:
            group = one.case.group
            parts.append(f"<h2>{html.escape(group)}</h2>")
        parts.append(_section(one))
    path = out / "index.html"
    path.write_text("\n".join(parts), "utf-8")
    return path


def _section(one: Any) -> str:
    wrong = [f"{code}：{measured}" for code, (_, measured, right) in one.rows.items() if not right]
    why = one.failed or "；".join(wrong)
    name = stem(one.case.name)
    images = "".join(f'<img src="{name}-{page}.png" loading="lazy">' for page in range(1, one.pages + 1))
    told = f'<p class=why>{html.escape(why)} <a href="{name}.pdf">PDF</a></p>' if why else ""
    return f'<section class="{"wrong" if why else ""}"><p>{html.escape(one.case.name)}</p>{told}{images}</section>'
