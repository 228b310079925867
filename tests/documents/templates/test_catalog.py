"""A kind is read strictly: every problem at once, each at its place, with what would be right."""

import re
import shutil
from pathlib import Path

import pytest

from zhuli_flow.documents.templates.catalog import check_kind, load_kind, load_kinds, missing, packaged_notices
from zhuli_flow.documents.templates.kind import STANDARD
from zhuli_flow.documents.templates.render import render
from zhuli_flow.errors import InvalidInput


def problems(folder):
    with pytest.raises(InvalidInput) as caught:
        load_kinds([folder])
    return {problem.code: problem for problem in caught.value.problems}


def test_a_kind_is_its_declaration_and_its_template(memo, tmp_path):
    assert (memo.name, memo.title, memo.genre, memo.retention) == ("memo", "试验函", "函", "10年")
    assert memo.folder == tmp_path
    assert [v.required for v in memo.variables.values()] == [True, True, False, False]
    assert memo.sample["signed_on"] == "2018-12-10"
    assert check_kind(memo) == []


def test_the_first_folder_wins(write_kind):
    own = write_kind()
    for suffix in ("yaml", "html"):
        shutil.copy(packaged_notices() / f"reply.{suffix}", own)
    text = (own / "reply.yaml").read_text("utf-8")
    (own / "reply.yaml").write_text(text.replace("issuer: 辽宁省科学技术协会", "issuer: 某省科学技术协会"), "utf-8")
    kinds = load_kinds([own, packaged_notices()])
    assert kinds["reply"].issuer == "某省科学技术协会"
    assert "rejection_reply" in kinds


def test_the_digest_changes_with_any_byte_that_can_change_the_paper(write_kind):
    folder = write_kind()
    seen = {load_kinds([folder])["memo"].digest}
    for name, text in (("memo.html", "\n"), ("memo.yaml", "\n")):
        with (folder / name).open("a") as file:
            file.write(text)
        seen.add(load_kinds([folder])["memo"].digest)
    for name in ("base.html", "gongwen.css"):
        (folder / name).write_text((packaged_notices() / name).read_text("utf-8") + "\n", "utf-8")
        seen.add(load_kinds([folder])["memo"].digest)
    assert len(seen) == 5


def test_an_unknown_key_is_refused_with_a_suggestion(write_kind):
    found = problems(write_kind(**{"retention: 10年": "retension: 10年"}))
    assert found["key.unknown"].place == "memo.yaml: retension"
    assert "retention" in found["key.unknown"].fix
    assert "key.missing" in found


def test_all_problems_of_all_files_come_at_once(write_kind):
    folder = write_kind(
        **{"genre: 函": "genre: 方案", "10年": "5年", "notice: memo": "notice: mem", "type: names": "type: name"}
    )
    (folder / "other.yaml").write_text("notice: other\n", "utf-8")
    assert set(problems(folder)) >= {
        "genre.unknown",
        "retention.unknown",
        "notice.name",
        "variable.type",
        "key.missing",
        "template.absent",
    }


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        ({"who: {title": "number: {title"}, "variable.standard"),
        ({"required: false}\n  amount": "needed: false}\n  amount"}, "key.unknown"),
        ({"{title: 内容, type: text}": "内容"}, "variable.shape"),
        ({"notice: memo": "notice: memo\nnotice: memo"}, "yaml.syntax"),
        ({"issuer: 某省科学技术协会": "issuer: [&a 某会, *a]"}, "yaml.alias"),
        ({"〔2018〕900号": "[2018]第0900号"}, "variable.number"),
        ({"2018-12-10": "2018年12月10日"}, "variable.type"),
        ({"[甲市科协]": "甲市科协"}, "variable.type"),
        ({"  text: 试验内容\n": ""}, "variable.missing"),
        ({"  text: 试验内容\n": "  text: 试验\n  txt: 多余\n"}, "variable.unknown"),
    ],
)
def test_a_declaration_that_is_off_is_refused_by_name(write_kind, replaced, code):
    assert code in problems(write_kind(**replaced))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ text }}{{ tabel }}{{ table }}{{ amount }}", "template.undeclared"),
        ("{{ text }}", "template.unused"),
        ("{{ text }", "template.syntax"),
        ("{% include 'x.html' %}{{ text }}{{ table }}{{ amount }}", "template.parent"),
        ("{{ text | upper }}{{ table }}{{ amount }}", "template.syntax"),
        ("{{ who + text }}{{ table }}{{ amount }}", "template.render"),
    ],
)
def test_a_template_that_does_not_match_its_declaration_is_refused(write_kind, body, code):
    assert code in problems(write_kind(body))


def test_a_misspelt_variable_gets_its_line_of_advice(write_kind):
    assert "table" in problems(write_kind("{{ text }}{{ tabel }}{{ table }}{{ amount }}"))["template.undeclared"].fix


def test_a_file_that_is_not_utf8_or_too_large_is_refused(write_kind):
    folder = write_kind()
    (folder / "memo.html").write_bytes("试验".encode("gb18030"))
    assert "file.encoding" in problems(folder)
    (folder / "memo.html").write_bytes(b"x" * 70_000)
    assert "file.large" in problems(folder)


def test_missing_names_what_is_required_and_absent_or_empty(memo):
    assert missing(memo, {"number": "某科协函〔2018〕900号", "who": []}) == ["signed_on", "who", "text"]
    assert missing(memo, memo.sample) == []


PAGE = Path(__file__).resolve().parents[3] / "docs" / "notices.md"


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)[1]


def test_the_example_of_the_page_is_a_kind_that_prints(tmp_path):
    (tmp_path / "visit_notice.yaml").write_text(block("yaml"), "utf-8")
    (tmp_path / "visit_notice.html").write_text(block("html"), "utf-8")
    kind = load_kinds([tmp_path])["visit_notice"]
    page = render(kind, kind.sample)
    assert "附件" in page
    assert "张三" in page


def test_the_page_names_every_standard_variable():
    named = set(re.findall(r"`(\w+)`", PAGE.read_text("utf-8")))
    assert set(STANDARD) <= named


def test_one_kind_is_read_from_the_first_folder_that_has_it(write_kind, tmp_path):
    own = write_kind()
    assert load_kind([own, packaged_notices()], "memo").folder == own
    assert load_kind([own, packaged_notices()], "reply").name == "reply"
    assert load_kind([own], "reply") is None


def test_a_kind_may_require_what_every_kind_may_have(write_kind):
    folder = write_kind(**{"variables:\n": "variables:\n  copies: {title: 抄送单位, type: names}\n"})
    assert problems(folder)["variable.missing"].place == "memo.yaml: sample.copies"


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        ({"retention: 10年": "retention: 10年\nlayout: leter"}, "layout.unknown"),
        ({"retention: 10年": "retention: 10年\ndirection: sideways"}, "direction.unknown"),
        ({"retention: 10年": "retention: 10年\nlayout: letter"}, "template.layout"),
        ({"retention: 10年": "retention: 10年\nexempt: [L8]"}, "key.type"),
        ({"  text: 试验内容\n": "  text: 试验\n  seal: red\n"}, "variable.seal"),
        ({"  text: 试验内容\n": "  text: 试验\n  copy_number: '12'\n"}, "variable.copy_number"),
        ({"who: {title": "layout: {title"}, "variable.standard"),
    ],
)
def test_a_frame_or_a_standard_value_that_is_off_is_refused_by_name(write_kind, replaced, code):
    assert code in problems(write_kind(**replaced))


def test_a_template_that_extends_itself_is_refused(write_kind):
    folder = write_kind()
    text = (folder / "memo.html").read_text("utf-8")
    (folder / "memo.html").write_text(text.replace("base.html", "memo.html"), "utf-8")
    assert "循环继承" in problems(folder)["template.parent"].message
