"""Papers that nobody would think of: organs, titles, attachments and lengths of text drawn from a fixed series."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

ORGANS = (
    "辽宁省科协", "省委组织部", "省教育厅", "省科技厅", "省工信厅", "省财政厅", "省人社厅", "省农业农村厅", "省商务厅",
    "省审计厅",
)  # fmt: skip
LONG_ORGANS = (
    "辽宁省科学技术协会", "中共辽宁省委组织部", "辽宁省人力资源和社会保障厅", "辽宁省财政厅", "辽宁省农业农村厅",
    "辽宁省工业和信息化厅",
)  # fmt: skip
_SUBJECT = (
    "组织开展", "“创新驱动助力示范区（县）”", "申报", "期满复核", "考察评估", "报送年度工作总结", "项目台账",
    "经费使用情况", "绩效评价结果", "有关材料", "加强省级学会服务站", "建设管理", "贯彻落实", "有关事项",
    "《全民科学素质行动规划纲要》", "高层次人才", "农村专业技术协会", "科技志愿服务", "调查研究", "专项检查",
    "问题整改", "典型经验",
)  # fmt: skip
_TEXT = (
    "各级科协组织要围绕中心服务大局，把学会资源引向基层一线，为县域产业发展提供智力支持。"
    "按照《“创新驱动助力示范区（县）”创建工作实施方案》（辽科协发〔2018〕12号）要求，"
    "自2018年12月10日起对3个县（市）开展评估；安排专项经费460.50万元，"
    "评估采取听取汇报、查阅资料和实地考察相结合的方式进行，以PDF格式报送的材料应当在10个工作日内补正，"
)
_AROUND_A_PAGE = (*range(3, 12), *range(26, 32), *range(48, 54), *range(70, 74))


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what was drawn for it, in words, and its values."""

    name: str
    values: dict[str, object]


def papers(count: int, seed: int = 9704) -> Iterator[Paper]:
    """``count`` papers, the same ones each time."""
    series = random.Random(seed)
    for number in range(count):
        yield _paper(number, series)


def _paper(number: int, series: random.Random) -> Paper:
    organs = 1 + number % 10
    names = list(ORGANS[:organs] if organs > len(LONG_ORGANS) or number % 3 else LONG_ORGANS[:organs])
    length, attachments = series.randint(22, 100), series.choice((0, 0, 0, 1, 2, 3, 5, 8, 12))
    lines, seal = series.choice(_AROUND_A_PAGE), series.choice(("room", "none", "sample"))
    values: dict[str, object] = {
        "number": f"辽科协发〔2018〕{1 + number}号",
        "signed_on": "2018-12-10",
        "issuers": names,
        "addressees": [f"第{at}市科学技术协会" for at in range(1, series.choice((2, 3, 8)))],
        "copies": ["中共辽宁省委办公厅", "辽宁省人民政府办公厅", "中国科学技术协会"][: series.randint(0, 3)],
        "subject": _subject(length - 12, series),
        "genre_word": "通知",
        "paragraphs": list(_paragraphs(lines, series)),
        "attachments": [f"第{at}项评估指标和填报说明" for at in range(1, attachments + 1)] or None,
        "seal": seal,
    }
    return Paper(f"{number}：机关{organs} 题{length} 附件{attachments} 正文{lines} {seal}", values)


def _subject(length: int, series: random.Random) -> str:
    """What a title is about, of about ``length`` characters; no phrase twice."""
    text = "关于"
    for phrase in series.sample(_SUBJECT, len(_SUBJECT)):
        text += phrase if len(text) + len(phrase) <= length else ""
    return text


def _paragraphs(lines: int, series: random.Random) -> Iterator[str]:
    left = lines
    while left > 0:
        taken = min(left, series.randint(1, 6))
        size, start = 28 * taken - 2 - series.randint(1, 27), series.randrange(60)
        yield (_TEXT * 2)[start : start + max(size, 6)].strip("，；。、“”（）《》〔〕") + "。"
        left -= taken
