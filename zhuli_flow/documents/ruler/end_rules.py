"""Rules of the end: signature, seals, note, closing record (7.3.5, 7.3.6, 7.4)."""

from __future__ import annotations

import re
from itertools import combinations

from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, at, faults, off, worst
from zhuli_flow.documents.ruler.record_lines import LEAD, printing
from zhuli_flow.documents.ruler.sheet import Box, Line
from zhuli_flow.documents.ruler.standard import BOTTOM, CELL, LEFT, LINE, LINES, POINT, RIGHT, SMALL_PT, TOP

_DATE = re.compile(r"[1-9]\d{3}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")
_BEFORE_ORGANS = 2.7  # lines: room for the seal above the first name, and below the date
_TOUCH = 0.3  # mm that no eye sees


def date_form(paper: Paper) -> Found | None:
    """Arabic digits, the full year, no leading zeros; in the closing record as well."""
    if not paper.parts.date:
        return None
    texts = [paper.parts.date.text, *(line.text for line in paper.parts.record if line.text.endswith("印发"))]
    wrong = [text[-14:] for text in texts if not _DATE.search(text) or re.search(r"年0|月0", text)]
    return faults(wrong, paper.parts.date.text)


def _last_text(paper: Paper) -> Line | None:
    """The last line of body or list of attachments before the signature."""
    lines = [*paper.parts.body, *paper.parts.enclosures]
    return max(lines, key=lambda line: (line.page, line.base), default=None)


def sealed(paper: Paper) -> bool:
    """Whether the signature is meant for a seal: there is one, or room was left for it."""
    parts, last = paper.parts, _last_text(paper)
    if parts.seals or not parts.organs or not last or last.page != parts.organs[0].page:
        return True
    return parts.organs[0].base - last.base > 2.5 * LINE


def date_place(paper: Paper) -> Found | None:
    """With a seal the date ends four cells from the right; without, it begins two cells right of the issuer."""
    date, organs = paper.parts.date, paper.parts.organs
    if not date or not organs or paper.parts.stamps:
        return None
    if sealed(paper):
        return off(date.right, RIGHT - 4 * CELL)
    issuer = organs[-1]
    if date.right - date.left > issuer.right - issuer.left - 2 * CELL:
        return off(date.right, RIGHT - 2 * CELL)
    return off(date.left, issuer.left + 2 * CELL)


def stamp_place(paper: Paper) -> Found | None:
    """A signature stamp ends four cells from the right, the post two cells before it, the date a blank line below."""
    date, stamps, posts = paper.parts.date, paper.parts.stamps, paper.parts.organs
    if not date or not stamps:
        return None
    found = [off(one.right, RIGHT - 4 * CELL, at(one)) for one in stamps]
    beside = [(post, one) for post in posts for one in stamps if abs(post.base - one.base) < 3]
    found += [off(one.left - post.right, 2 * CELL, at(post)) for post, one in beside]
    return worst([*found, off(date.right, RIGHT - 4 * CELL), off(date.base - stamps[-1].base, 2 * LINE, "（日期行）")])


def organ_place(paper: Paper) -> Found | None:
    """With a seal the issuer is centred on the date; without, it ends two cells from the right."""
    date, organs = paper.parts.date, paper.parts.organs
    if not date or not organs or paper.parts.stamps:
        return None
    issuer = organs[-1]
    if sealed(paper):
        # A name so long that it would leave the text area beside a date in its right place ends at its edge.
        middle = RIGHT - 4 * CELL - (date.right - date.left) / 2
        long = middle + (issuer.right - issuer.left) / 2 > RIGHT - 0.6
        return off(issuer.right, RIGHT) if long else off(issuer.centre, date.centre)
    if date.right - date.left > issuer.right - issuer.left - 2 * CELL:
        return off(issuer.left, date.left - 2 * CELL)
    return worst(off(one.right, RIGHT - 2 * CELL, at(one)) for one in organs)


def organ_gap(paper: Paper) -> Found | None:
    """Without a seal one blank line between the text and the issuer; the date follows on the next line."""
    date, organs, last = paper.parts.date, paper.parts.organs, _last_text(paper)
    if not date or not organs or not last or paper.parts.stamps:
        return None
    step = off(date.base - organs[-1].base, LINE, "（日期行）")
    same = not sealed(paper) and last.page == organs[0].page
    return worst([step, *([off(organs[0].base - last.base, 2 * LINE)] if same else [])])


def date_page(paper: Paper) -> Found | None:
    """The page of the date shows text of the body too; the list of attachments is none, unless all cannot fit."""
    date, listed = paper.parts.date, paper.parts.enclosures
    if not date:
        return None
    alone = all(line.page != date.page for line in paper.parts.body)
    beside = any(line.page == date.page for line in listed) and _cannot_fit(paper)
    return faults(["署名页没有正文"] if alone and not beside else [], "有")


def _cannot_fit(paper: Paper) -> bool:
    """Whether a line of text, the list of attachments and the signature are more than a page holds."""
    first = min((line.base for line in paper.parts.organs), default=0.0)
    signed = (paper.parts.date.base - first) / LINE + 1 if paper.parts.date else 0.0
    return 1 + 1 + len(paper.parts.enclosures) + _BEFORE_ORGANS + signed > LINES


def _own_seals(paper: Paper) -> list[Box]:
    date = paper.parts.date
    return [box for page, box in paper.parts.seals if date and page == date.page]


def seal_place(paper: Paper) -> Found | None:
    """The last seal presses issuer and date, slightly below its middle; the top one is a line from the text."""
    seals, parts, last = _own_seals(paper), paper.parts, _last_text(paper)
    if not seals or not parts.date or not parts.organs:
        return None
    box, issuer = max(seals, key=lambda b: (round(b.top / 5), b.left)), parts.organs[-1]
    middle = (issuer.top + parts.date.bottom) / 2
    wrong = [] if box.left < parts.date.centre < box.right else ["未压成文日期"]
    wrong += [] if box.top < issuer.top and parts.date.bottom < box.bottom else ["署名和日期不在印章之内"]
    wrong += (
        []
        if 0 <= middle - box.middle[1] < 12
        else [f"署名和日期在印章中心{'下' if middle > box.middle[1] else '上'} {abs(middle - box.middle[1]):.1f}"]
    )
    if last and last.page == parts.date.page:
        gap = min(one.top for one in seals) - last.bottom
        wrong += [] if gap <= LINE + 0.3 else [f"印章顶端距正文 {gap:.1f}，超过一行"]
    return faults(wrong)


def seal_centre(paper: Paper) -> Found | None:
    """Seals are centred on their issuers, in their order."""
    seals, organs = _own_seals(paper), paper.parts.organs
    if not seals or len(seals) != len(organs):
        return None
    ordered = sorted(seals, key=lambda b: (round(b.middle[1] / 12), b.left))
    middles = [one.centre for one in organs[:-1]] + [paper.parts.date.centre if paper.parts.date else 0.0]
    return worst(off(box.middle[0], x, at(one)) for box, x, one in zip(ordered, middles, organs, strict=True))


def seal_apart(paper: Paper) -> Found | None:
    """No two seals touch."""
    seals = _own_seals(paper)
    if len(seals) < 2:
        return None
    gaps = [_apart(a, b) for a, b in combinations(seals, 2)]
    return faults([f"相距 {gap:.1f}" for gap in gaps if gap <= 0], f"最近 {min(gaps):.1f}")


def _apart(a: Box, b: Box) -> float:
    (x, y), (u, v) = a.middle, b.middle
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5 - (a.width + b.width) / 2)


def seal_inside(paper: Paper) -> Found | None:
    """Seals stand within the text area."""
    seals = _own_seals(paper)
    out = [max(0.0, LEFT - box.left, box.right - RIGHT) for box in seals]
    return Found(f"超出 {max(out):.2f}", max(out)) if seals else None


def seal_clear(paper: Paper) -> Found | None:
    """Seals stand clear of the closing record and of the page number, and within the text area's height."""
    seals, parts = _own_seals(paper), paper.parts
    if not seals or not parts.date:
        return None
    page = parts.date.page
    tops = [one.box.top for one in parts.bars] + [line.top for line in parts.record]
    lower = [rule.box.top for rule in parts.rules if rule.box.top > BOTTOM]  # a letter's, on its first page
    bottom = min(lower) if lower and page == 1 else BOTTOM
    foot = min(tops) if tops and parts.record and parts.record[0].page == page else bottom
    below = [box.bottom - foot for box in seals if box.bottom > foot + _TOUCH]
    above = [TOP - box.top for box in seals if box.top < TOP - _TOUCH]
    where = "版记" if foot < bottom else "版心下边"
    wrong = [f"压{where} {by:.1f}" for by in below] + [f"高出版心 {by:.1f}" for by in above]
    return faults(wrong, "相离")


def note_place(paper: Paper) -> Found | None:
    """The note stands on the next line below the date, two cells in."""
    note, date = paper.parts.note, paper.parts.date
    if not note or not date:
        return None
    below = [off(note[0].base - date.base, LINE)] if note[0].page == date.page else []
    return worst([off(note[0].left, LEFT + 2 * CELL), *below])


def note_form(paper: Paper) -> Found | None:
    """The note stands in （）."""
    note = paper.parts.note
    text = "".join(line.text for line in note)
    return faults([] if text.startswith("（") and text.endswith("）") else [text[:12]], "（）") if note else None


# ── closing record ───────────────────────────────────────────────────────────────────────────────────────────────────


def record_page(paper: Paper) -> Found | None:
    """The record stands on the last page."""
    record, last = paper.parts.record, paper.parts.pages[-1].number
    return (
        faults([] if record[0].page == last else [f"在第{record[0].page}页，共{last}页"], "最后一面")
        if record
        else None
    )


def record_foot(paper: Paper) -> Found | None:
    """The lower edge of the last rule coincides with that of the text area."""
    bars = paper.parts.bars
    return off(bars[-1].box.bottom, BOTTOM) if bars else None


def record_width(paper: Paper) -> Found | None:
    """The rules are as wide as the text area."""
    bars = [one.box for one in paper.parts.bars]
    ends = [off(b.left, LEFT) for b in bars] + [off(b.right, RIGHT) for b in bars]
    return worst(ends)


def record_weight(paper: Paper) -> Found | None:
    """The first and the last rule are 0.35 mm thick, those between 0.25."""
    bars = [one.box.height for one in paper.parts.bars]
    wanted = [0.35 if n in {0, len(bars) - 1} else 0.25 for n in range(len(bars))]
    return worst(off(height, want) for height, want in zip(bars, wanted, strict=True))


def record_rules(paper: Paper) -> Found | None:
    """There are a first and a last rule, and one above the printing line when copies stand above it."""
    record = paper.parts.record
    if not record:
        return None
    wanted = 3 if any(LEAD.match(line.text) for line in record) else 2
    count = len(paper.parts.bars)
    return faults([] if count == wanted else [f"{count} 条"], f"{count} 条")


def record_size(paper: Paper) -> Found | None:
    """The record is printed in size 4 (14 pt)."""
    return worst(Found(f"{line.size:.2f}{at(line)}", line.size - SMALL_PT) for line in paper.parts.record)


def copies_left(paper: Paper) -> Found | None:
    """抄送 begins one cell in; what runs over stands below the first name."""
    record, lead = paper.parts.record, LEFT + CELL
    names = lead + 3 * SMALL_PT * POINT
    listed = record[: len(record) - len(printing(record))]
    return worst(off(line.left, lead if LEAD.match(line.text) else names, at(line)) for line in listed)


def copies_end(paper: Paper) -> Found | None:
    """The list of copies ends in a full stop."""
    record = paper.parts.record
    if not any(LEAD.match(line.text) for line in record):
        return None
    text = "".join(line.text for line in record[: len(record) - len(printing(record))])
    return faults([] if text.endswith("。") else [text[-6:]], "。")


def printed(paper: Paper) -> Found | None:
    """The printing office begins one cell from the left, the date with 印发 ends one cell from the right."""
    lines = printing(paper.parts.record)
    left = [off(line.left, LEFT + CELL) for line in lines]
    return worst([*left, *(off(line.right, RIGHT - CELL) for line in lines[-1:])])


RULES = (
    Rule("date.form", "7.3.5.4", "成文日期的写法", "2012年7月1日", 0, date_form, "处"),
    Rule("date.place", "7.3.5", "成文日期的位置", "有印章右空四字", 0.3, date_place, layouts="dlo"),
    Rule("organ.place", "7.3.5", "署名的位置", "以成文日期居中", 0.3, organ_place, layouts="dlo"),
    Rule("organ.gap", "7.3.5", "署名、成文日期的行", "次行", 0.3, organ_gap, layouts="dlo"),
    Rule("date.page", "7.3.5.5", "署名与正文同处一面", "有正文", 0, date_page, "处", layouts="dlo"),
    Rule("seal.place", "7.3.5.1", "印章下压署名和日期", "相符", 0, seal_place, "处", layouts="dlo"),
    Rule("seal.centre", "7.3.5.1", "印章与署名对应", "同心", 0.3, seal_centre, layouts="dlo"),
    Rule("seal.apart", "7.3.5.1", "印章互不相交相切", "相离", 0, seal_apart, "处", layouts="dlo"),
    Rule("seal.inside", "7.3.5.1", "印章不出版心", "28—184", 0.3, seal_inside, layouts="dlo"),
    Rule("seal.clear", "7.3.5.1", "印章不压版记、页码，不出版心上下边", "相离", 0, seal_clear, "处", layouts="dlo"),
    Rule("stamp.place", "7.3.5.3", "签名章右空四字、职务、日期", "161.71", 0.3, stamp_place, layouts="dlo"),
    Rule("note.place", "7.3.6", "附注左空二字、日期下一行", "39.14", 0.15, note_place),
    Rule("note.form", "7.3.6", "附注加圆括号", "（）", 0, note_form, "处"),
    Rule("record.page", "7.4", "版记在最后一面", "最后一面", 0, record_page, "处"),
    Rule("record.foot", "7.4.1", "末条分隔线与版心下边重合", "262.00", 0.05, record_foot, layouts="dmo"),
    Rule("record.width", "7.4.1", "版记分隔线与版心等宽", "28.00—184.00", 0.05, record_width, layouts="dmo"),
    Rule("record.weight", "7.4.1", "版记分隔线粗细", "0.35/0.25", 0.05, record_weight, layouts="dmo"),
    Rule("record.rules", "7.4.1", "版记分隔线条数", "首、中、末", 0, record_rules, "处", layouts="dmo"),
    Rule("record.size", "7.4", "版记字号（4号）", "14.00", 0.25, record_size, "pt"),
    Rule("copies.left", "7.4.2", "抄送左空一字、回行对齐", "33.57 / 48.39", 0.15, copies_left),
    Rule("copies.end", "7.4.2", "抄送以句号结束", "。", 0, copies_end, "处"),
    Rule("printed", "7.4.3", "印发机关左空一字、日期右空一字", "33.57，178.43", 0.15, printed, layouts="dmo"),
)
