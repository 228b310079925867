"""Rules L17-L23: how numbers, secrecy, addressees, citations, dates, marks and levels are written."""

from __future__ import annotations

from collections.abc import Iterator

from zhuli_flow.documents.proofreading import days, ordinals, writing
from zhuli_flow.documents.proofreading.sheet import NUMBER, Fault, Sheet
from zhuli_flow.documents.templates.addressing import joined


def l17(sheet: Sheet) -> Iterator[Fault]:
    """The 代字 and the head go together: numbers of letters stand under a letter's head (10.1)."""
    found = NUMBER.fullmatch(sheet.number)
    if not found or sheet.kind.layout not in ("document", "letter"):
        return
    letter, series = sheet.kind.layout == "letter", found["series"]
    if series.endswith("函") is not letter:
        head = "信函格式" if letter else "文件格式"
        yield Fault(f"代字“{series}”与{head}的版头不相配", "“函”字号用信函格式，其他用文件格式", "发文字号")


def l18(sheet: Sheet) -> Iterator[Fault]:
    """A secret paper bears a copy number; 密级 and 紧急程度 are of the words there are (7.2.1-7.2.3)."""
    secret = str(sheet.values.get("secrecy") or "")
    if secret and not sheet.values.get("copy_number"):
        yield Fault("涉密公文没有标注份号", "请填写份号（copy_number），如 000001", "份号")
    if secret:
        yield from (Fault(what, fix, "密级") for what, fix in writing.secrecy(secret))
    urgent = str(sheet.values.get("urgency") or "")
    if urgent:
        yield from (Fault(what, fix, "紧急程度") for what, fix in writing.urgency(urgent))


def l19(sheet: Sheet) -> Iterator[Fault]:
    """Addressees of different kinds are kept apart by a comma."""
    written = joined(sheet.names("addressees"))
    yield from (Fault(what, fix, "主送机关") for what, fix in writing.mixed_kinds(written))


def l20(sheet: Sheet) -> Iterator[Fault]:
    """A paper is cited by its title, then its number."""
    yield from (Fault(what, fix, "正文") for what, fix in writing.cited_backwards(sheet.text.replace("\n", "")))


def l21(sheet: Sheet) -> Iterator[Fault]:
    """Every date is one that a calendar has, on its day of the week, and no period ends before it begins."""
    yield from (Fault(what, fix, "正文") for what, fix in dict.fromkeys(days.impossible_days(sheet.text)))
    wrong = dict.fromkeys(days.contradicted_days(sheet.text))
    yield from (Fault(what, fix, "正文", "warn") for what, fix in wrong)


def l22(sheet: Sheet) -> Iterator[Fault]:
    """Brackets and quotation marks come in pairs."""
    yield from (Fault(what, fix, "正文") for what, fix in writing.unpaired(sheet.text))


def l23(sheet: Sheet) -> Iterator[Fault]:
    """The numbers of a level follow one another, and are written as its level has them."""
    found = (*ordinals.gaps(sheet.text), *ordinals.styles(sheet.text))
    yield from (Fault(what, fix, "正文") for what, fix in found)
