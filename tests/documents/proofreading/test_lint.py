"""Every rule of the linter, with a paper that breaks it and one that does not."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from zhuli_flow.documents.proofreading.lint import RULES, lint
from zhuli_flow.documents.proofreading.sheet import RANKS, Known, Organisation, Registered

CITY, PARTY, GOVERNMENT = "沈阳市科学技术协会", "中共法库县委员会", "法库县人民政府"
PROVINCE = "辽宁省科学技术协会"
REQUEST = "关于法库县创建“创新驱动助力示范区（县）”的请示"
FULL_TITLE = f"{CITY} {PARTY} {GOVERNMENT}{REQUEST}"
ORGANISATIONS = {
    PROVINCE: Organisation("province", series=("辽科协发", "辽科协函")),
    "中共辽宁省委组织部": Organisation("province"),
    "中共沈阳市委组织部": Organisation("city"),
    CITY: Organisation("city", series=("沈科协发", "沈科协函")),
    "法库县科学技术协会": Organisation("county", series=("法科协发",)),
    PARTY: Organisation("county"),
    GOVERNMENT: Organisation("county"),
    "辽宁省科学技术协会学会学术部": Organisation("province", internal=True),
}
SIGNED = dict.fromkeys((CITY, PARTY, GOVERNMENT), date(2018, 11, 20))
KNOWN = {
    "papers": {"沈科协发〔2018〕911号": Registered(FULL_TITLE, (CITY, PARTY, GOVERNMENT))},
    "organisations": ORGANISATIONS,
    "cosigned": SIGNED,
    "principals": ("陈立新", "刘国华", "王晓东"),
    "seals": (CITY, PARTY, GOVERNMENT),
    "attached": ("法库县产业、人才和企业情况调研报告",),
    "consent_on": date(2018, 11, 16),
    "is_rest_day": lambda day: day.weekday() > 4,
}
UPWARD = {
    "number": "沈科协发〔2018〕911号",
    "signed_on": "2018-11-20",
    "issuers": [CITY, PARTY, GOVERNMENT],
    "addressees": [PROVINCE],
    "copies": ["中共辽宁省委组织部", "中共沈阳市委组织部"],
    "signers": ["陈立新", "刘国华", "王晓东"],
    "attachments": ["法库县产业、人才和企业情况调研报告"],
}
UPWARD_TEXT = (
    f"{FULL_TITLE}\n{PROVINCE}：\n拟创建“示范区（县）”。\n妥否，请批复。\n附件：法库县产业、人才和企业情况调研报告"
)
EXEMPT = {"L8": "《“创新驱动助力示范区（县）”创建工作实施方案》五（四）"}


def kind(genre="请示", direction="up", layout="document", exempt=None, issuer=CITY):
    return SimpleNamespace(genre=genre, direction=direction, layout=layout, exempt=exempt or {}, issuer=issuer)


def request(text=UPWARD_TEXT, known=None, exempt=EXEMPT, **values):
    return lint(kind(exempt=exempt), {**UPWARD, **values}, text, Known(**{**KNOWN, **(known or {})}))


TITLE = f"{PROVINCE}关于同意法库县建立“创新驱动助力示范区（县）”的批复"
REPLY_TEXT = (
    f"{TITLE}\n{CITY}、{PARTY}、{GOVERNMENT}：\n"
    f"你们《{REQUEST}》（沈科协发〔2018〕911号）收悉。现批复如下：\n一、同意法库县建立示范区（县）。\n此复。"
)


def reply(text=REPLY_TEXT, genre="批复", known=None, layout="letter", direction="down", **values):
    given = {"number": "辽科协函〔2018〕901号", "signed_on": "2018-12-10", **values}
    facts = {**KNOWN, "cosigned": None, "seals": None, "attached": (), **(known or {})}
    return lint(kind(genre, direction, layout, issuer=PROVINCE), given, text, Known(**facts))


def of(findings, rule):
    return [(found.severity, found.place) for found in findings if found.rule == rule]


def test_there_are_twenty_three_rules_in_order():
    assert [rule.code for rule in RULES] == [f"L{number}" for number in range(1, 24)]


def test_a_good_request_is_left_alone_but_for_what_the_programme_itself_orders():
    (found,) = request()
    assert (found.rule, found.severity, found.source) == ("L8", "info", EXEMPT["L8"])
    assert "依《“创新驱动助力示范区（县）”创建工作实施方案》五（四）办理" in found.message


def test_a_good_reply_is_left_alone():
    assert reply() == []


def test_a_letter_known_to_nobody_is_not_accused_of_what_is_not_known():
    text = f"{PROVINCE}关于报送材料的函\n{CITY}：\n请于12月20日前报送。"
    values = {"number": "辽科协函〔2018〕999号", "signed_on": "2018-12-10"}
    assert lint(kind("函", "level", "letter", issuer=PROVINCE), values, text, Known()) == []


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("关于同意法库县建立示范区（县）的批复", "没有发文机关名称"),
        (f"{PROVINCE}同意法库县建立示范区（县）的批复", "没有写明事由"),
        (f"{PROVINCE}关于同意法库县建立示范区（县）的通知", "不以文种“批复”结尾"),
    ],
)
def test_l1_a_title_has_issuer_matter_and_genre(title, said):
    (found,) = [found for found in reply(REPLY_TEXT.replace(TITLE, title)) if found.rule == "L1"]
    assert found.severity == "warn"
    assert said in found.message


def test_l2_only_a_request_asks_and_only_for_one_thing():
    asked = REPLY_TEXT.replace("此复。", "以上妥否，请批示。")
    assert of(reply(asked), "L2") == [("block", "正文")]
    assert of(reply(asked, genre="报告"), "L2") == [("block", "正文")]
    assert of(request(UPWARD_TEXT + "\n另拟增设编制，妥否，请批示。"), "L2") == [("block", "正文")]


def test_l2_leaves_letters_quoted_titles_and_reported_requests_alone():
    assert of(reply("甲关于乙的函\n请予批准。", genre="函"), "L2") == []
    assert (
        of(
            reply("甲关于乙的通知\n《关于丙请批复的请示》已收悉，丁已报请批准，请审批部门按期办结。", genre="通知"),
            "L2",
        )
        == []
    )


def test_l3_an_upward_paper_goes_to_one_organ_and_is_not_copied_downward():
    two = request(addressees=[PROVINCE, "中共辽宁省委组织部"])
    assert of(two, "L3") == [("warn", "主送机关")]
    assert "原则上" in next(found for found in two if found.rule == "L3").message
    assert of(request(copies=["法库县科学技术协会"]), "L3") == [("block", "抄送机关")]
    assert of(reply(copies=["法库县科学技术协会"]), "L3") == []


def test_l4_an_upward_paper_names_its_signers_one_for_every_organ():
    assert of(request(signers=[]), "L4") == [("block", "签发人")]
    assert of(request(signers=["陈立新"]), "L4") == [("block", "签发人")]
    assert of(reply(), "L4") == []


def test_l4_the_signer_is_the_principal():
    found = [found for found in request(signers=["陈立新", "刘国华", "孙志强"]) if found.rule == "L4"]
    assert [one.severity for one in found] == ["block"]
    assert "孙志强不是发文机关主要负责人" in found[0].message
    assert of(request(known={"principals": None}, signers=["甲", "乙", "丙"]), "L4") == []


@pytest.mark.parametrize("name", ["辽宁省科学技术协会主席", "李明书记", "李明同志"])
def test_l5_a_paper_is_not_sent_to_a_leader(name):
    assert of(request(addressees=[name]), "L5") == [("block", "主送机关")]


def test_l5_a_letter_to_an_expert_is_no_paper_sent_to_a_leader():
    letter = "甲关于聘请专家的函\n李明{}：\n请参加。"
    assert of(reply(letter.format("同志"), genre="函", direction="level"), "L5") == []
    assert of(reply(letter.format("主席"), genre="函", direction="level"), "L5") == [("block", "主送机关")]


def test_l6_an_internal_department_does_not_issue_but_the_general_office_does():
    assert of(reply(issuer="辽宁省科学技术协会学会学术部"), "L6") == [("block", "发文机关")]
    assert of(reply(issuer="中共沈阳市委组织部人才办"), "L6") == [("warn", "发文机关")]
    assert of(reply(issuer="辽宁省科学技术协会办公室"), "L6") == []


def test_l7_the_county_s_number_is_wrong_and_the_lead_organ_s_is_right():
    (wrong,) = [found for found in request(number="法科协发〔2018〕911号") if found.rule == "L7"]
    assert wrong.severity == "block"
    assert "代字“法科协发”是法库县科学技术协会的，主办机关是沈阳市科学技术协会" in wrong.message
    assert "沈科协发" in wrong.fix
    assert of(request(number="沈科协发〔2018〕911号"), "L7") == []


def test_l7_the_lead_organ_need_not_be_the_first_in_rank():
    ranked = [PARTY, "沈阳市科学技术协会"]
    told = of(request(number="沈科协发〔2018〕911号", issuers=ranked, issuer="沈阳市科学技术协会"), "L7")
    assert told == []
    assert of(request(number="沈科协发〔2018〕911号", issuers=ranked), "L7") == [("block", "发文字号")]
    assert of(request(number="沈科协发〔2018〕911号", issuers=ranked, issuer=PARTY), "L7") == [("block", "发文字号")]


def test_l7_every_organ_signs_and_the_last_one_gives_the_date():
    some = {name: day for name, day in SIGNED.items() if name != GOVERNMENT}
    assert of(request(known={"cosigned": some}), "L7") == [("block", "签发人")]
    later = {**SIGNED, GOVERNMENT: date(2018, 11, 21)}
    assert of(request(known={"cosigned": later}), "L7") == [("block", "成文日期")]
    assert of(request(known={"cosigned": later}, signed_on="2018-11-21"), "L7") == []


def test_l8_joint_organs_are_of_one_level_unless_the_programme_says_otherwise():
    assert of(request(exempt={}), "L8") == [("warn", "发文机关")]
    assert of(request(exempt={}, issuers=[PARTY, GOVERNMENT]), "L8") == []
    assert of(request(), "L8") == [("info", "发文机关")]


@pytest.mark.parametrize(
    "number",
    [
        "沈科协发[2018]911号",
        "沈科协发(2018)911号",
        "沈科协发〔2018〕第911号",
        "沈科协发〔2018〕0911号",
        "沈科协发〔18〕911号",
    ],
)
def test_l9_a_number_out_of_form_stops_the_paper(number):
    assert of(request(number=number), "L9") == [("block", "发文字号")]


def test_l9_the_year_is_that_of_the_date_and_quoted_numbers_have_their_brackets():
    assert of(request(number="沈科协发〔2019〕911号"), "L9") == [("block", "发文字号")]
    assert of(reply(REPLY_TEXT + "\n按辽科协发[2018]12号办理。"), "L9") == [("warn", "正文")]
    assert of(reply(REPLY_TEXT + "\n按辽科协发〔2018〕12号办理。"), "L9") == []


@pytest.mark.parametrize("written", ["2018年06月1日", "2018年6月01日", "二〇一八年六月一日", "二○一八年十二月"])
def test_l10_a_date_has_arabic_figures_without_leading_zeros(written):
    assert of(reply(REPLY_TEXT + f"\n{written}"), "L10") == [("warn", "正文")]
    assert of(reply(REPLY_TEXT + "\n2018年10月20日"), "L10") == []


def test_l10_a_paper_is_not_printed_before_it_is_signed_and_a_rest_day_is_only_told():
    assert of(reply(printed_on="2018-12-09"), "L10") == [("warn", "成文日期")]
    assert of(reply(printed_on="2018-12-11"), "L10") == []
    assert of(
        reply(number="辽科协办发〔2018〕33号", signed_on="2018-06-16", issuer="辽宁省科学技术协会办公室"), "L10"
    ) == [("info", "成文日期")]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (f"《{REQUEST}》（沈科协发〔2018〕911号）", f"沈科协发〔2018〕911号《{REQUEST}》", "正文"),
        ("沈科协发〔2018〕911号", "沈科协发〔2018〕912号", "正文"),
        (f"《{REQUEST}》", "《关于创建的请示》", "正文"),
        (f"{CITY}、{PARTY}、{GOVERNMENT}：", f"{CITY}、{PARTY}：", "主送机关"),
    ],
)
def test_l11_a_reply_quotes_the_registered_request_and_answers_all_who_asked(old, new, place):
    assert of(reply(REPLY_TEXT.replace(old, new)), "L11") == [("block", place)]


def test_l11_says_it_is_good_practice_and_not_a_rule():
    (found,) = reply(REPLY_TEXT.replace("沈科协发〔2018〕911号", "沈科协发〔2018〕912号"))
    assert found.message.startswith("通行做法")
    assert "规定" not in found.message


def test_l12_attachments_are_those_named():
    named = {"attachments": ["甲", "乙"]}
    assert of(reply(REPLY_TEXT + "\n\f甲\n\f乙", **named), "L12") == []
    assert of(reply(REPLY_TEXT + "\n\f甲", **named), "L12") == [("block", "附件说明")]
    assert of(reply(REPLY_TEXT + "\n\f甲\n\f乙\n\f丙", **named), "L12") == [("block", "附件")]
    assert of(reply(REPLY_TEXT + "\n\f乙\n\f甲", **named), "L12") == [("block", "附件说明")]
    assert of(reply(REPLY_TEXT + "\n\f甲", known={"attached": ("乙",)}, **named), "L12") == []
    assert of(request(known={"attached": ()}), "L12") == [("block", "附件说明")]


def test_l12_reads_the_names_from_the_paper_when_nobody_gave_them():
    assert of(reply(REPLY_TEXT + "\n附件：1. 甲\n2. 乙\n\f甲\n\f乙"), "L12") == []
    assert of(reply(REPLY_TEXT + "\n附件：1. 甲\n2. 乙\n\f甲"), "L12") == [("block", "附件说明")]
    assert of(reply(REPLY_TEXT + "\n附件：甲\n\f甲"), "L12") == []


def test_l13_the_seals_are_those_of_the_names():
    assert of(request(known={"seals": (CITY,)}), "L13") == [("warn", "印章")]
    assert of(request(known={"seals": None}), "L13") == []


def test_l14_a_request_has_the_committee_s_consent_and_had_it_before():
    assert of(request(known={"consent_on": None}), "L14") == [("block", "正文")]
    assert of(request(known={"consent_on": date(2018, 11, 21)}), "L14") == [("block", "成文日期")]
    assert of(request(known={"consent_on": date(2018, 11, 20)}), "L14") == []


@pytest.mark.parametrize(
    "word",
    [
        "××",
        "×××县",
        "XX县",
        "xx市",
        "ＸＸ县",
        "示例",
        "【单位】",
        "{{ applicant }}",
        "{% if %}",
        "TODO",
        "tbd",
        "____",
        "某某单位",
        "（待填）",
        "(待补充材料)",
    ],
)
def test_l15_nothing_is_left_to_be_written(word):
    severities = {severity for severity, _ in of(reply(REPLY_TEXT + f"\n请{word}办理。"), "L15")}
    assert severities == {"block"}


@pytest.mark.parametrize(
    "text",
    [
        "长3×4米",
        "示范引领",
        "例示",
        "MAXX型",
        "XXL-2",
        "某省",
        "待办事项",
        "一×一",
        "〔2018〕",
        "有待填补空白",
        "有待补充完善",
        "Stodola",
    ],
)
def test_l15_leaves_words_that_only_look_like_it(text):
    assert of(reply(REPLY_TEXT + f"\n{text}"), "L15") == []


def test_l15_also_holds_for_internal_forms_which_the_others_do_not_concern():
    text = "专家评分表\n姓名：××"
    found = reply(text, genre="报告", layout="form", number="", issuer="学会学术部")
    assert {one.rule for one in found} == {"L15"}


@pytest.mark.parametrize(
    "number", ["13800001111", "138 0000 1111", "138-0000-1111", "+86 13800001111", "１３８００００１１１１"]
)
def test_l16_a_mobile_number_is_told_and_not_repeated(number):
    (found,) = [one for one in reply(REPLY_TEXT + f"\n联系电话{number}。") if one.rule == "L16"]
    assert found.severity == "warn"
    assert "138****1111" in found.message
    assert "0000" not in found.message + found.place + found.fix


def test_l16_an_identity_number_is_known_by_its_check_digit():
    (found,) = [one for one in reply(REPLY_TEXT + "\n身份证11010519491231002X。") if one.rule == "L16"]
    assert "居民身份号码1101**********2X" in found.message
    assert "19491231" not in found.message + found.place
    for no in ("110105194912310021", "110105194913310025", "911101051949123100"):
        assert of(reply(REPLY_TEXT + f"\n编号{no}。"), "L16") == []


@pytest.mark.parametrize(
    "number", ["024-23456789", "12800138000", "2138000011111", "460.50", "13800001111.5", "20181210"]
)
def test_l16_other_figures_are_no_personal_data(number):
    assert of(reply(REPLY_TEXT + f"\n数{number}。"), "L16") == []


def test_what_is_good_practice_is_never_called_a_rule():
    for rule in RULES:
        stated = rule.source.startswith(("《党政机关公文处理工作条例》", "GB/T 9704"))
        assert ("规定" in rule.basis) == stated, rule.code
        assert rule.basis.startswith("通行做法") != stated, rule.code


def test_every_level_of_the_directory_has_its_rank():
    from zhuli_flow.services.administration.directory_file import LEVELS

    assert set(LEVELS) <= set(RANKS)


def test_the_page_about_the_linter_has_every_rule_as_it_is():
    page = (Path(__file__).resolve().parents[3] / "docs" / "linter.md").read_text("utf-8")
    for rule in RULES:
        assert f"| {rule.code} | {rule.title} | {rule.severity} | {rule.source} |" in page


def test_a_number_of_letters_stands_under_a_letters_head():
    def numbered(number, layout):
        return of(reply(REPLY_TEXT, layout=layout, number=number), "L17")

    assert numbered("辽科协函〔2018〕901号", "document") == [("warn", "发文字号")]
    assert numbered("辽科协发〔2018〕901号", "letter") == [("warn", "发文字号")]
    assert numbered("辽科协函〔2018〕901号", "letter") == []


def test_a_secret_paper_bears_a_copy_number_and_one_of_the_words():
    assert of(request(secrecy="机密★3年"), "L18") == [("block", "份号")]
    assert of(request(secrecy="内部", copy_number="000001"), "L18") == [("block", "密级")]
    assert of(request(urgency="平急"), "L18") == [("block", "紧急程度")]
    assert of(request(secrecy="机密★3年", copy_number="000001", urgency="特急"), "L18") == []


def test_kinds_of_addressees_joined_by_hand_are_told():
    assert of(request(addressees=["各市科学技术协会、各省级学会"]), "L19") == [("warn", "主送机关")]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("按照辽科协发〔2018〕12号《关于做好工作的通知》办理。", "L20"),
        ("请于2018年2月30日前报送。", "L21"),
        ("请报送（含附表。", "L22"),
        ("三、工作要求", "L23"),
    ],
)
def test_habits_of_writing_are_found_in_the_text(line, rule):
    assert of(request(UPWARD_TEXT.replace("妥否", f"{line}\n妥否")), rule)
