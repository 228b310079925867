"""What a template may show is text; what a value may do is nothing."""

from dataclasses import replace

import pytest

from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import chinese_date, chinese_ordinal, money, render, title_of
from zhuli_flow.errors import InvalidInput


class Row:
    secret = "机密"


class Shout(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "<script>"


def filled(memo, **values):
    return render(memo, {**memo.sample, **values})


def test_values_are_shown_as_text_and_never_run(memo):
    page = filled(memo, text="<script>alert(1)</script>{{7*7}}{% raw %}&", who=["<b>甲</b>"])
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}{% raw %}&amp;" in page


@pytest.mark.parametrize(
    "value", [Row(), Shout("甲"), b"x", 1.5, {"a": 1}, ["x"], [Row()], True], ids=lambda v: type(v).__name__
)
def test_an_object_never_reaches_a_template(memo, value):
    with pytest.raises(InvalidInput) as caught:
        filled(memo, text=value)
    assert caught.value.problems[0].place == "memo.text"


@pytest.mark.parametrize("value", [[{"name": Row()}], [{"name": [1]}], [{1: "x"}], ["x"], {"name": "x"}])
def test_rows_hold_text_and_whole_numbers_only(memo, value):
    with pytest.raises(InvalidInput):
        filled(memo, table=value)
    assert "甲县7" in filled(memo, table=[{"name": "甲县"}, {"name": 7}])


@pytest.mark.parametrize("text", ["甲\u202e乙", "甲\x00乙", "甲\x1b[31m乙", "甲\ufeff乙"])
def test_text_that_reads_other_than_it_is_stored_is_refused(memo, text):
    with pytest.raises(InvalidInput) as caught:
        filled(memo, text=text)
    assert caught.value.problems[0].code == "variable.unprintable"


def test_every_wrong_value_is_listed_not_just_the_first(memo):
    with pytest.raises(InvalidInput) as caught:
        render(memo, {"number": "辽科协函[2018]1号", "signed_on": "2018-2-30", "who": "甲", "txt": "x"})
    assert {problem.code for problem in caught.value.problems} == {
        "variable.number",
        "variable.type",
        "variable.unknown",
        "variable.missing",
    }


def edited(memo, body):
    """The memo as if its template had been edited past the checks."""
    start = memo.template[: memo.template.index("<p>")]
    return type(memo)(
        **{name: getattr(memo, name) for name in memo.__slots__} | {"template": start + body + "{% endblock %}"}
    )


def test_a_variable_nobody_gave_is_an_error_with_its_name_and_line(memo):
    with pytest.raises(InvalidInput) as caught:
        filled(edited(memo, "<p>{{ nobody }}</p>"))
    problem = caught.value.problems[0]
    assert "nobody" in problem.message
    assert problem.place == "memo.html:5"


@pytest.mark.parametrize(
    "body",
    [
        "{{ text.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ '{0.__class__}'.format_map(x) }}",
        "{{ who.append('x') }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 8 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ range(10) }}",
        "{{ lipsum() }}",
        "{{ self.__init__ }}",
        "{{ text | attr('upper') }}",
        "{{ text | safe }}",
        "{{ head.__globals__ }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_template_can_reach_nothing_but_its_values(memo, body):
    with pytest.raises(InvalidInput):
        filled(edited(memo, body))


def test_a_template_that_multiplies_its_text_is_stopped(memo):
    names = [str(n) for n in range(100)]
    loops = "{% for a in who %}{% for b in who %}{% for c in who %}{{ text }}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(InvalidInput, match="模板有误"):
        filled(edited(memo, loops), who=names)


def test_standard_variables_have_their_defaults(memo):
    page = filled(memo)
    assert "某省科学技术协会办公室" in page
    assert page.count("2018年12月10日") == 2
    assert "2018年12月12日印发" in filled(memo, printed_on="2018-12-12")
    assert "某市科协办公室" in filled(memo, issuer="某市科协")
    assert "某市委办公室办公室" not in filled(memo, issuer="某市委办公室")
    assert "某市委印" in filled(memo, issuer="某市科协", printer="某市委印刷所")
    assert "乙市科协" in filled(memo, issuers=["甲市科协", "乙市科协"])


def test_the_rehearsal_mark_stands_on_rehearsals_only(memo):
    assert "演练" not in filled(memo)
    assert "演练" not in filled(memo, rehearsal=False)
    assert "演练件 不具效力" in filled(memo, rehearsal=True)


def test_the_checkpoint_line_is_printed_when_there_is_one(memo):
    assert "checkpoint" not in filled(memo)
    assert "第9条 3f9a" in filled(memo, checkpoint="第9条 3f9a")


def test_the_title_can_be_read_back(memo):
    assert title_of(filled(memo, issuer="甲&乙")) == "甲&乙关于试验的函"
    assert title_of("<p>") == ""


def test_dates_amounts_and_ordinals_are_written_as_official_papers_write_them():
    assert chinese_date("2018-02-03") == "2018年2月3日"
    assert [money("460.5"), money(200), money("-1.239", "元")] == ["460.50万元", "200万元", "-1.24元"]
    assert [money("30.00"), money(30, "")] == ["30万元", "30.00"]
    assert [chinese_ordinal(n) for n in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]
    with pytest.raises(ValueError, match="100"):
        chinese_ordinal(100)


def test_an_optional_value_may_be_absent_or_none(memo):
    assert filled(memo) == filled(memo, table=None, amount=None)
    assert "12万元" in filled(memo, amount=12)


def test_attachments_that_are_not_bound_with_their_document_bear_its_number():
    kind = load_kind([packaged_notices()], "group_notice")
    bound, loose = (render(kind, {**kind.sample, "unbound": unbound}) for unbound in (False, True))
    assert '<div class="attachment-mark">附件</div>' in bound
    assert f'<div class="attachment-mark">{kind.sample["number"]}附件</div>' in loose


@pytest.mark.parametrize(("genre", "itself"), [("批复", "自本批复成文之日"), ("函", "自本函成文之日")])
def test_a_paper_that_replies_calls_itself_what_it_is(genre: str, itself: str) -> None:
    kind = load_kind([packaged_notices()], "withdrawal_reply")
    assert kind is not None
    assert itself in render(replace(kind, genre=genre), kind.sample)
