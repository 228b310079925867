"""Is this paper fit to be signed? Rules L1-L23, each with the clause it comes from; pure: what is known is an argument.

`Rule` is the table's row, `lint` walks the table. What the regulation or the national standard states flatly may stop
a paper; what they state with "in principle", and what is only good practice, is said and left to the signer. A kind
may be excused from a rule by a text of its own programme; the finding then stays, as information, with that citation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from zhuli_flow.documents.proofreading import habits, text_patterns, writing
from zhuli_flow.documents.proofreading.sheet import (
    NUMBER,
    Fault,
    Known,
    Organisation,
    Severity,
    Sheet,
)
from zhuli_flow.documents.templates.kind import NoticeKind

_LEADER = re.compile(r"(书记|省长|市长|县长|区长|部长|局长|厅长|处长|主任|主席|会长|理事长|院长|校长)$")
_PERSON = re.compile(r"(同志|先生|女士|教授|研究员)$")
_ASKS = re.compile(r"(?<![申报提呈])请(?:予以|予)?(?:批示|批复|批准|审批|核批|审示)(?=[。，；！]|$)|[妥当]否，")
_INTERNAL = re.compile(r"(人才办|学术部|科学技术普及部|财务处|人事处|[^厅政市]处|科室)$")
_QUOTED = re.compile(r"《(?P<title>[^》]+)》（(?P<number>[^（）]+号)）")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a paper: ``rule`` as "L5", ``source`` the clause, ``place`` the part of the paper."""

    rule: str
    severity: Severity
    source: str
    message: str
    fix: str
    place: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it asks, how strict it is, where it stands, and the check. ``forms``: also for internal forms."""

    code: str
    title: str
    severity: Severity
    source: str
    check: Callable[[Sheet], Iterator[Fault]]
    forms: bool = False

    @property
    def basis(self) -> str:
        """“规定” only where the regulation or the national standard says so; else “通行做法”."""
        stated = self.source.startswith(("《党政机关公文处理工作条例》", "GB/T"))
        return f"{self.source}规定" if stated else f"通行做法（{self.source}）" if self.source else "通行做法"


def lint(kind: NoticeKind, values: Mapping[str, object], text: str, register: Known) -> list[Finding]:
    """Return everything the rules say about a paper, in the order of the rules; empty when there is nothing to say.

    ``values`` are those it was rendered with (dates as 2018-12-10); ``text`` is `habits.plain` of what was rendered.
    """
    sheet = Sheet(kind, values, text, register)
    rules = [rule for rule in RULES if rule.forms or kind.layout != "form"]
    return [_finding(rule, fault, kind.exempt.get(rule.code)) for rule in rules for fault in rule.check(sheet)]


def _finding(rule: Rule, fault: Fault, excuse: str | None) -> Finding:
    severity = "info" if excuse else fault.severity or rule.severity
    excused = f"；本文种依{excuse}办理，不作改动" if excuse else ""
    source = excuse or rule.source
    return Finding(rule.code, severity, source, f"{rule.basis}：{fault.message}{excused}", fault.fix, fault.place)


def _l1(sheet: Sheet) -> Iterator[Fault]:
    title, genre = sheet.title, sheet.kind.genre
    if not re.search(rf"{genre}(（[^（）]+）)?$", title):
        yield Fault(f"标题“{title}”不以文种“{genre}”结尾", f"请把标题写成“发文机关+事由+{genre}”", "标题")
    if "关于" not in title and genre not in ("纪要", "公报", "公告", "通告", "命令"):
        yield Fault(f"标题“{title}”没有写明事由", "请写“关于……的”", "标题")
    if title.startswith("关于"):
        yield Fault("标题没有发文机关名称", f"请在“关于”之前写上{sheet.issuers[0]}", "标题")


def _l2(sheet: Sheet) -> Iterator[Fault]:
    asked = _ASKS.findall(text_patterns.without_titles(sheet.text))
    if sheet.kind.genre == "请示":
        if len(asked) > 2 or sum(one.endswith("否，") for one in asked) > 1:
            yield Fault("一件请示里提出了不止一项请求", "请一文一事，另文请示", "正文")
    elif sheet.kind.genre != "函" and asked:  # a letter may ask for approval: article 8 (14)
        yield Fault(
            f"{sheet.kind.genre}夹带请示事项（“{asked[0].rstrip('，')}”）", "请删去，需要批准的事项另文请示", "正文"
        )


def _l3(sheet: Sheet) -> Iterator[Fault]:
    if not sheet.upward:
        return
    if len(sheet.addressees) > 1:  # 原则上: in principle
        listed = "、".join(sheet.addressees)
        yield Fault(f"上行文原则上主送一个上级机关，现主送{listed}", "请只留一个，其余改为抄送", "主送机关", "warn")
    lead = sheet.rank(sheet.lead)
    for name in sheet.names("copies"):
        rank = sheet.rank(name)
        if lead is not None and rank is not None and rank > lead:
            yield Fault(f"上行文不抄送下级机关，现抄送{name}", "请从抄送机关中删去", "抄送机关")


def _l4(sheet: Sheet) -> Iterator[Fault]:
    if not sheet.upward:
        return
    signers = sheet.names("signers")
    if not signers:
        yield Fault("上行文没有标注签发人姓名", "请填写签发人（signers）", "签发人")
    elif len(signers) < len(sheet.issuers):
        message = f"联合行文有{len(sheet.issuers)}个机关，只标注了{len(signers)}位签发人"
        yield Fault(message, "请按发文机关顺序写全各机关签发人", "签发人")
    strangers = [name for name in signers if name not in (sheet.known.principals or signers)]
    for name in strangers:
        yield Fault(f"签发人{name}不是发文机关主要负责人", "上行文请由主要负责人签发", "签发人")


def _l5(sheet: Sheet) -> Iterator[Fault]:
    for name in sheet.addressees:
        if _LEADER.search(name) or (sheet.upward and _PERSON.search(name)):
            yield Fault(f"公文报送给了领导个人（{name}）", "请主送机关；直接交办的事项另行说明", "主送机关")


def _l6(sheet: Sheet) -> Iterator[Fault]:
    for name in sheet.issuers:
        known = sheet.known.organisations.get(name)
        if name.endswith(("办公室", "办公厅")):
            continue
        if known and known.internal:
            yield Fault(f"{name}是内设机构，不得对外正式行文", "请以机关或者机关办公室的名义发文", "发文机关")
        elif not known and _INTERNAL.search(name):
            yield Fault(f"{name}像是内设机构，名录中没有它", "请核对；内设机构不得对外正式行文", "发文机关", "warn")


def _l7(sheet: Sheet) -> Iterator[Fault]:
    yield from _foreign_series(sheet)
    cosigned, day = sheet.known.cosigned, sheet.day("signed_on")
    if cosigned is None:
        return
    absent = [name for name in sheet.issuers if name not in cosigned]
    if absent:
        yield Fault(f"{'、'.join(absent)}尚未会签", "请各发文机关负责人全部会签后再印发", "签发人")
    elif day != max(cosigned[name] for name in sheet.issuers):
        yield Fault(f"成文日期{day}不是最后签发机关负责人签发的日期", "请改为最后签发的日期", "成文日期")


def _foreign_series(sheet: Sheet) -> Iterator[Fault]:
    """A joint paper carries the lead organ's number only."""
    found = NUMBER.fullmatch(sheet.number)
    if not found:
        return
    lead, series = sheet.lead, found["series"]
    own = sheet.known.organisations.get(lead, Organisation()).series
    owners = [name for name, known in sheet.known.organisations.items() if series in known.series]
    if series not in own and (own or owners):
        whose = f"是{owners[0]}的" if owners else "不是它的"
        fix = f"请用{lead}的发文字号（{'、'.join(own)}）" if own else f"请用{lead}的发文字号"
        yield Fault(f"发文字号{sheet.number}的代字“{series}”{whose}，主办机关是{lead}", fix, "发文字号")


def _l8(sheet: Sheet) -> Iterator[Fault]:
    ranks = {rank for name in sheet.issuers if (rank := sheet.rank(name)) is not None}
    if len(ranks) > 1:
        yield Fault(f"联合行文的机关不同级（{'、'.join(sheet.issuers)}）", "请核对能否联合行文", "发文机关")


def _l9(sheet: Sheet) -> Iterator[Fault]:
    found, day = NUMBER.fullmatch(sheet.number), sheet.day("signed_on")
    if sheet.number and not found:
        fix = "应如 辽科协函〔2018〕901号：六角括号，不编虚位，不加“第”"
        yield Fault(f"发文字号“{sheet.number}”不合格式", fix, "发文字号")
    elif found and day and int(found["year"]) != day.year:
        yield Fault(f"发文字号的年份{found['year']}与成文日期{day}不一致", "请重新编号或核对日期", "发文字号")
    for wrong in dict.fromkeys(text_patterns.WRONG_NUMBER.findall(sheet.text)):
        quoted = writing.organ_number(wrong)
        fix = "应如 辽科协函〔2018〕901号：六角括号，年份写全，不编虚位，不加“第”"
        yield Fault(f"引用的发文字号“{quoted}”不合格式", fix, "正文", "warn")


def _l10(sheet: Sheet) -> Iterator[Fault]:
    signed, printed = sheet.day("signed_on"), sheet.day("printed_on")
    for wrong in dict.fromkeys(found[0] for found in text_patterns.ODD_DATE.finditer(sheet.text)):
        yield Fault(f"日期“{wrong}”应当用阿拉伯数字，月、日不编虚位", "请改成如 2018年6月1日", "正文")
    if signed and printed and signed > printed:
        yield Fault(f"成文日期{signed}晚于印发日期{printed}", "请核对两个日期", "成文日期")
    if signed and sheet.known.is_rest_day and sheet.known.is_rest_day(signed):
        yield Fault(f"成文日期{signed}是休息日", "确系当日签发的不必改动", "成文日期", "info")


def _l11(sheet: Sheet) -> Iterator[Fault]:
    if sheet.kind.genre != "批复":
        return
    quoted = _QUOTED.search(sheet.text.replace("\n", ""))
    if not quoted:
        yield Fault("批复没有先引标题、后引发文字号写明所答复的请示", "请写“《请示标题》（文号）收悉”", "正文")
        return
    title, number = quoted["title"], quoted["number"]
    paper = sheet.known.papers.get(number)
    if paper is None:
        yield Fault(f"登记簿中没有文号为{number}的请示", "请核对文号，或先登记来文", "正文")
        return
    if not paper.title.endswith(title):
        yield Fault(f"所引标题“{title}”与登记的“{paper.title}”不一致", "请照录来文标题", "正文")
    if set(paper.issuers) != set(sheet.addressees):
        listed = "、".join(paper.issuers)
        yield Fault("批复的主送机关与请示机关不一致", f"请主送全部请示机关：{listed}", "主送机关")


def _l12(sheet: Sheet) -> Iterator[Fault]:
    named = sheet.names("attachments") or text_patterns.named_attachments(sheet.text)
    pages = text_patterns.attachment_pages(sheet.text)
    present = [*pages, *(name for name in sheet.known.attached if name not in pages)]
    for name in named:
        if name not in present:
            yield Fault(f"附件说明中的“{name}”没有随文", "请补上附件，或改正附件说明", "附件说明")
    for name in present:
        if name not in named:
            yield Fault(f"附件“{name}”没有写进附件说明", "请写进附件说明，名称一致", "附件")
    order = [name for name in named if name in present]
    if order != [name for name in present if name in named]:
        yield Fault("附件说明与附件的顺序不一致", "请按同一顺序编号", "附件说明")


def _l13(sheet: Sheet) -> Iterator[Fault]:
    seals = sheet.known.seals
    if seals is not None and set(seals) != set(sheet.issuers):
        listed, due = "、".join(seals) or "没有印章", "、".join(sheet.issuers)
        yield Fault(f"用印（{listed}）与署名（{due}）不符", "请使印章与署名机关一致", "印章")


def _l14(sheet: Sheet) -> Iterator[Fault]:
    if sheet.kind.genre != "请示" or not sheet.upward:
        return
    consent, signed = sheet.known.consent_on, sheet.day("signed_on")
    if consent is None:
        yield Fault("请示重大事项没有本级党委（组织部门）同意或者授权的记录", "请先取得书面同意", "正文")
    elif signed and consent > signed:
        yield Fault(f"同意的日期{consent}晚于请示成文日期{signed}", "请在取得同意之后行文", "成文日期")


def _l15(sheet: Sheet) -> Iterator[Fault]:
    for word, line in text_patterns.placeholders(sheet.text):
        yield Fault(f"留有占位文字“{word}”", "请填写实际内容后再送签", line)


def _l16(sheet: Sheet) -> Iterator[Fault]:
    for what, masked, line in text_patterns.personal_data(sheet.text):
        yield Fault(f"含有{what}{masked}", "请确认确需公开；否则删去或改用办公电话", line)


_ACT = "《党政机关公文处理工作条例》"
RULES: tuple[Rule, ...] = (
    Rule("L1", "标题由发文机关名称、事由和文种组成", "warn", f"{_ACT}第八条、第九条（七）", _l1),
    Rule("L2", "请示一文一事；其他文种不夹带请示事项", "block", f"{_ACT}第十五条（四）", _l2),
    Rule("L3", "上行文主送一个上级机关，不抄送下级机关", "block", f"{_ACT}第十五条（一）", _l3),
    Rule("L4", "上行文标注签发人，由主要负责人签发", "block", f"{_ACT}第九条（六）、第二十二条", _l4),
    Rule("L5", "不向领导个人报送公文", "block", f"{_ACT}第十五条（五）", _l5),
    Rule("L6", "内设机构不对外正式行文", "block", f"{_ACT}第十七条", _l6),
    Rule("L7", "联合行文全部会签，只用主办机关字号", "block", f"{_ACT}第九条（五）（十二）、第二十二条", _l7),
    Rule("L8", "联合行文的机关同级", "warn", f"{_ACT}第十七条", _l8),
    Rule("L9", "发文字号的格式和年份", "block", "GB/T 9704—2012 7.2.5", _l9),
    Rule("L10", "成文日期的写法和先后", "warn", "GB/T 9704—2012 7.3.5.4", _l10),
    Rule("L11", "批复引用请示，答复全部请示机关", "block", "国务院批复文例", _l11),
    Rule("L12", "附件说明与附件一致", "block", "GB/T 9704—2012 7.3.4、7.3.7", _l12),
    Rule("L13", "印章与署名一致", "warn", f"{_ACT}第九条（十三）", _l13),
    Rule("L14", "请示重大事项先经本级党委同意", "block", f"{_ACT}第十五条（二）", _l14),
    Rule("L15", "没有占位文字", "block", "本系统核稿要求", _l15, forms=True),
    Rule("L16", "个人信息须确认", "warn", "个人信息保护的一般要求", _l16, forms=True),
    Rule("L17", "代字与版头相配", "warn", "GB/T 9704—2012 10.1", habits.l17),
    Rule("L18", "密级、份号、紧急程度的写法", "block", "GB/T 9704—2012 7.2.1—7.2.3", habits.l18),
    Rule("L19", "不同类型的主送机关用逗号分开", "warn", "标点用法", habits.l19),
    Rule("L20", "引用公文先标题、后文号", "warn", "公文引用的写法", habits.l20),
    Rule("L21", "没有不存在的日期", "block", "本系统核稿要求", habits.l21, forms=True),
    Rule("L22", "括号、引号成对", "warn", "标点符号用法（GB/T 15834）", habits.l22),
    Rule("L23", "层次序数连续", "warn", "GB/T 9704—2012 7.3.3", habits.l23),
)
