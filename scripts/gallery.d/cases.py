"""The papers of the gallery: every kind's own sample, and the hard cases of one kind made for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices

HARD = Path(__file__).resolve().parent / "notices"
ORGANS = ("某省科学技术协会", "中共某省委组织部", "某省财政厅", "某省工业和信息化厅")
TITLES = (
    ["关于开展示范区评估的{}"],
    ["关于开展", "“创新驱动助力示范区（县）”", "考察评估工作的{}"],
    ["关于进一步加强", "“创新驱动助力示范区（县）”", "创建管理", "和期满复核", "并报送工作总结", "的{}"],
)
SEALS = ("room", "none", "sample")
LINES = range(1, 67)
_TEXT = (
    "各级科协组织要围绕中心服务大局，把学会资源引向基层一线，为县域产业发展提供智力支持。按照《“创新驱动助力示范区（县）”"
    "创建工作实施方案》（某科协发〔2018〕12号）要求，自2018年12月10日起对3个县（市）开展评估；评估采取听取汇报、查阅资料和"
    "实地考察相结合的方式进行，重点考察产业集聚程度、合作项目落地和经费保障情况，"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One paper to print and measure: kind, values, and the group it is shown in."""

    name: str
    group: str
    kind: str
    values: dict[str, object]


def paragraphs(lines: int, long: int = 5) -> list[str]:
    """Text of about so many lines, in paragraphs of at most ``long`` lines."""
    texts, left, at = [], lines, 0
    while left > 0:
        count = min(left, 1 + at % long)
        size = 28 * count - 4
        texts.append((_TEXT[at * 37 % 90 :] + _TEXT * 2)[: size - 1].rstrip("，；。“（《〔") + "。")
        left, at = left - count, at + 1
    return texts


def hard(name: str, group: str, lines: int, titles: int, organs: int, kind: str = "gallery", **more: object) -> Case:
    """One hard case; ``more`` are further variables."""
    names = list(ORGANS[:organs])
    word = {"gallery": "通知", "gallery_letter": "函", "gallery_order": "令"}[kind]
    heads = [*(f"{one} " for one in names[:-1]), names[-1]] if organs < 4 else [f"{names[0]}等{organs}部门"]
    values = {
        "number": {"gallery_letter": "某科协函〔2018〕901号", "gallery_order": "第901号"}.get(
            kind, "某科协发〔2018〕901号"
        ),
        "signed_on": "2018-12-10",
        "issuers": names,
        "issuer": names[0],
        "addressees": ["各市科学技术协会", "各省级学会"],
        "copies": ["某省人民政府办公厅", "中共某省委办公厅", "中国科学技术协会办公厅"][: 1 + lines % 3],
        "heads": [*heads, *(part.format(word) for part in TITLES[titles - 1])],
        "paragraphs": paragraphs(lines),
    }
    return Case(name, group, kind, {**values, **more})


def samples() -> Iterator[Case]:
    """Every kind of the programme with its own sample; once more with sample seals."""
    for name, kind in load_kinds([packaged_notices()]).items():
        yield Case(name, "样例", name, dict(kind.sample))
        if kind.layout not in {"form", "minutes"}:
            yield Case(f"{name}+章", "样例", name, {**kind.sample, "seal": "sample"})


def fills() -> Iterator[Case]:
    """1 to 66 lines of text under changing heads and signatures; one organ where there is next to nothing to sign."""
    for n in LINES:
        title, organs, seal = 1 + n % 3, 1 + n % 4 if n > 2 else 1, SEALS[n // 2 % 3]
        yield hard(f"{n}行", "1—66行", n, title, organs, seal=seal)


def crossed() -> Iterator[Case]:
    """Titles of 1 to 3 lines × 1 to 4 organs × three ways to seal, each with eleven lengths of text."""
    for at, (title, organs, seal) in enumerate(product((1, 2, 3), (1, 2, 3, 4), SEALS)):
        for n in range(3 + at % 6, 67, 6):
            yield hard(f"题{title}·机关{organs}·{seal}·{n}行", "标题×机关×印章", n, title, organs, seal=seal)


def attached() -> Iterator[Case]:
    """One to three attachments, upright and turned, short and long, sealed or not, on an even last page or not."""
    for count, wide, seal, n in product((1, 2, 3), ("", "横"), SEALS, (7, 19)):
        names = ["评估指标", "“创新驱动助力示范区（县）”合作项目台账", "报送材料目录和填报说明"][:count]
        more = {"attachments": names, "annexes": names, "seal": seal, "even": n == 19}
        yield hard(f"附件{count}{wide}·{seal}·{n}行", "附件", n, 1, 1, **more, **({"wide": wide} if wide else {}))


def upward() -> Iterator[Case]:
    """What stands beside the number and above the mark: one to five signers; 份号, 密级, 紧急程度."""
    for count in range(1, 6):
        signers = ["张某某", "李某", "王某某", "赵某", "孙某某"][:count]
        yield hard(
            f"签发人{count}",
            "上行文",
            12 + count,
            1,
            1 + count % 4,
            signers=signers,
            note="联系人：周某某，电话：024-00000000",
        )
    front = {"copy_number": "000001", "secrecy": "秘密★1年", "urgency": "特急"}
    for count in range(1, 4):
        for organs in (1, 3):
            some = dict(list(front.items())[:count])
            yield hard(f"版头{count}·机关{organs}", "上行文", 9, 2, organs, **some)


def letters() -> Iterator[Case]:
    """Letters of 1 to 40 lines; with and without what stands above the title."""
    for n in range(1, 41, 2):
        front = {"copy_number": "000001", "secrecy": "机密★3年", "urgency": "加急"} if n % 4 == 1 else {}
        yield hard(f"信函{n}行", "信函", n, 1 + n % 3, 1, "gallery_letter", seal=SEALS[n // 2 % 3], **front)


def orders() -> Iterator[Case]:
    """Orders signed with a stamp."""
    for n in (3, 11, 24):
        more = {"seal": "stamp", "signers": ["张某某"], "position": "主席", "addressees": []}
        yield hard(f"命令{n}行", "命令", n, 1, 1, "gallery_order", **more)


def generated(count: int) -> Iterator[Case]:
    """Papers that nobody would think of, drawn by the series of the tests."""
    sys.path.insert(0, str(HARD.parents[2]))
    from tests.notices.generated import papers

    for paper in papers(count):
        yield Case(paper.name, "抽样", "document", {name: it for name, it in paper.values.items() if it is not None})


def quick() -> list[Case]:
    """All samples and every third hard case."""
    return [*samples(), *list(everything(with_samples=False))[::9]]


def everything(*, with_samples: bool = True) -> Iterator[Case]:
    """The whole gallery."""
    if with_samples:
        yield from samples()
    for part in (fills, crossed, attached, upward, letters, orders):
        yield from part()
