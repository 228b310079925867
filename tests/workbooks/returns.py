"""The 57 parts of the statistics return of 2018 as a form: the real labels of the notice's annex, a real size."""

from datetime import UTC, datetime

from zhuli_flow.workbooks.form import FormSheet, Part, Value

AT = datetime(2018, 6, 18, 1, tzinfo=UTC)
AREA, WORK = "一、\n试点地区\n基本情况", "二、\n试点单位\n总体工作情况"
SERVE, LINK, FIRMS = "（一）围绕中心  服务大局", "（二）联系学会  服务专家", "（三）凝智聚力  服务企业"
RULES, LIGHT = "（四）建立机制  创新模式", "（五）归纳总结 形成亮点"
_KINDS = {"n": "int", "m": "decimal", "L": "names", "t": "text", "b": "yes_no"}

LABEL_7 = "7.围绕地方重点产业，组织学会制定专业研究报告（产业前沿发展趋势、重点产业技术路线图、标准规范等）数量："
LABEL_22 = "22.组织开展人才培养、人才引进（人才评价、继续教育、为企业引进技术带头人、成立培训基地等）\n   活动数量:"

# section, number, type, unit, label
_TABLE = [
    ("", "1a", "m", "平方公里", "1.面积："),
    ("", "1b", "m", "万人", "  人口总数："),
    ("", "2a", "L", "", "2.地方主导产业或特色产业："),
    ("", "3a", "n", "个", "3.高新区、产业园区等创新高地数量："),
    ("", "3b", "L", "", "  名称："),
    ("", "4a", "n", "项", "4.配套产业政策、人才政策数量："),
    ("", "4b", "L", "", "  名称："),
    (SERVE, "5a", "n", "次", "5.围绕党和政府重点工作，组织学会开展咨询活动    数量："),
    (SERVE, "6a", "n", "份", "6.围绕党和政府重点工作，组织学会提供决策咨询报告数量："),
    (SERVE, "6b", "L", "", "  名称："),
    (SERVE, "7a", "n", "份", LABEL_7),
    (SERVE, "7b", "L", "", "  名称："),
    (SERVE, "8a", "n", "件", "8.其中被政府采纳的咨询建议数量："),
    (SERVE, "8b", "L", "", "  名称："),
    (LINK, "9a", "n", "个", "9.对接全国学会数量:"),
    (LINK, "9b", "L", "", "  全国学会名称:"),
    (LINK, "10a", "n", "个", "10.对接省级学会数量："),
    (LINK, "10b", "L", "", "   对接省级学会名称："),
    (LINK, "10c", "n", "个", "   对接市级学会数量："),
    (LINK, "10d", "L", "", "   对接市级学会名称："),
    (LINK, "11a", "n", "次", "11.围绕当地主导产业或特色产业，与全国学会合作落地学术活动数量："),
    (LINK, "11b", "n", "次", "   其中规模2000人以上数量："),
    (LINK, "12a", "n", "人", "12.邀请到的全国学会专家人数："),
    (LINK, "12b", "n", "人", "   邀请到的省级学会专家人数："),
    (LINK, "13a", "n", "个", "13.建立国家级学会服务站数量："),
    (LINK, "13b", "n", "个", "　 建立省级学会服务站数量："),
    (LINK, "14a", "n", "个", "14.建设创新助力学会企业联合体及产业协同创新共同体数量："),
    (LINK, "14b", "L", "", "   名称："),
    (LINK, "15a", "n", "个", "15.建设其他协同创新平台（产业研究院、科技成果转化服务中心、联合实验室等）数量："),
    (LINK, "15b", "L", "", "   名称："),
    (FIRMS, "16a", "n", "家", "16.组织学会专家走访调研企业数量:"),
    (FIRMS, "17a", "n", "次", "17.组织学会与企业对接活动数量："),
    (FIRMS, "18a", "n", "项", "18.组织学会专家与企业签订项目合同数量："),
    (FIRMS, "18b", "m", "万元", "   项目合同金额（万元）："),
    (FIRMS, "18c", "n", "项", "   获得省级以上奖补或配套资金项目数量："),
    (FIRMS, "18d", "L", "", "   名称："),
    (FIRMS, "19a", "n", "项", "19.为企业解决关键技术难题，组织学会专家制定方案数量："),
    (FIRMS, "19b", "L", "", "   名称："),
    (FIRMS, "20a", "t", "", "20.联系高校、科研机构等服务企业发展情况："),
    (FIRMS, "21a", "L", "", "21.助力工程开展主要服务的产业："),
    (FIRMS, "22a", "n", "次", LABEL_22),
    (FIRMS, "22b", "L", "", "   名称:"),
    (RULES, "23a", "L", "", "23.制定助力工程《实施意见》或相关文件名称:"),
    (RULES, "24a", "t", "", "24.成立政府领导小组（协调机制）名称:"),
    (RULES, "24b", "t", "", "   组长："),
    (RULES, "24c", "L", "", "   参与部门："),
    (RULES, "25a", "b", "", "25.助力工程是否纳入党和政府年度绩效考核体系（人才工作、服务创新发展工作等）："),
    (RULES, "26a", "b", "", "26.助力工程是否列入当地财政预算："),
    (RULES, "26b", "m", "万元", "   预算金额："),
    (LIGHT, "27a", "n", "篇", "27.国家和地方主流媒体报道数量："),
    (LIGHT, "27b", "L", "", "   名称:"),
    (LIGHT, "28a", "n", "次", "28.获得领导肯定性（批示）次数\n   国家级："),
    (LIGHT, "28b", "n", "次", "   省级："),
    (LIGHT, "28c", "n", "次", "   市级："),
    (LIGHT, "29a", "t", "", "29.形成新的工作模式（不含2017年总结交流会引发的十三种工作模式）："),
    (LIGHT, "30a", "n", "份", "30.研究报告类数量："),
    (LIGHT, "31a", "t", "", "31.其他亮点工作:"),
]  # fmt: skip


def part(section: str, number: str, kind: str, unit: str, label: str) -> Part:
    group = WORK if section else AREA
    least = 0 if kind in "nm" else None
    return Part(f"p{number}", group, number, label, _KINDS[kind], unit, section=section, minimum=least)  # type: ignore[arg-type]


PARTS = tuple(part(*row) for row in _TABLE)
NOTES = ("（表格空间根据内容调整，统计数据为自助力工程开展至2018年5月31日，重要文件请附全文）",)


def sheet(*parts: Part, case: str = "TJ-2018-0002", version: str = "2018") -> FormSheet:
    """The return of one city, or a form of the parts given."""
    title = "创新驱动助力工程工作情况统计表"
    return FormSheet("summary_return", title, version, "dalian", "大连市科协", case, parts or PARTS, NOTES)


def filled() -> dict[str, Value]:
    """Every part with a plausible answer."""
    samples: dict[str, Value] = {
        "int": 12,
        "decimal": "3460.5",
        "names": ["中国机械工程学会", "中国水产学会", "中国汽车工程学会"],
        "text": "与三所高校建立联系，共同服务轴承产业。",
        "yes_no": True,
    }
    return {one.field: samples[one.type] for one in PARTS}
