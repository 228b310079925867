"""Filling in and sending: what is wrong is told at its place, what others did is shown, and nothing typed is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.conftest import Browser, Enter, Page
from zhuli_flow.documents.printing.printer import PrintJob
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.cases.preview import Preview
from zhuli_flow.store import audit
from zhuli_flow.store.sql.statements import rows
from zhuli_flow.web.site import Site

CITY, PARTY, FAR = "沈阳市科协经办", "沈阳市委组织部经办", "大连市科协经办"
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
TOLD = {
    "field__reason_features": "以陶瓷为主导",
    "field__reason_cluster": "集中连片",
    "field__reason_demand": "需求迫切",
    "field__recommendation_issuer": "市委组织部和市科协",
    "field__recommendation_date": "2018-10-08",
}
LETTER = {"recommendation_letter": ("推荐函.pdf", PDF)}


@pytest.fixture
def case(site: Site) -> str:
    """A case just opened by the city association."""
    return open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case


def entries(site: Site, case: str) -> int:
    with site.office.database.read() as connection:
        return len(rows(connection, "audit.entries", case_id=case))


def test_every_reason_is_told_with_a_link_to_the_field_that_mends_it(case: str, enter: Enter) -> None:
    page = enter(CITY).act(case, "联合推荐")
    assert page.status == 409
    assert page.links["请提交此件"] == "#file-recommendation_letter"
    assert page.html.count('class="flaw"') >= 5
    assert 'aria-invalid="true" aria-describedby="field-reason_features-flaw"' in page.html
    assert "--set" not in page.text


def test_what_was_typed_stands_there_again_and_a_file_need_not_be_sent_twice(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    page = browser.act(case, "联合推荐", LETTER, **{**TOLD, "field__recommendation_date": "2018-13-01"})
    assert page.status == 409
    assert "应为日期" in page.text
    form = page.form(f"/cases/{case}/acts/")
    assert form.values["field:reason_cluster"] == ["集中连片"]
    assert "已收到 推荐函.pdf" in page.text
    again = browser.send(form, field__recommendation_date="2018-10-08")
    assert "已办成" in again.text
    assert "推荐函.pdf" in browser.get(f"/cases/{case}?tab=history").text


def test_a_file_carried_back_is_good_for_the_person_it_was_given_to_only(case: str, enter: Enter) -> None:
    page = enter(CITY).act(case, "联合推荐", LETTER)
    sealed = page.form(f"/cases/{case}/acts/").values["kept"]
    assert sealed
    thief = enter(PARTY)
    stolen = thief.send(thief.asked(case, "联合推荐"), kept=sealed, **TOLD)
    assert "缺材料" in stolen.text
    forged = thief.send(thief.asked(case, "联合推荐"), kept=[sealed[0][:-1] + "0", "x", "a.b"], **TOLD)
    assert "缺材料" in forged.text


def test_sending_twice_does_once(site: Site, case: str, enter: Enter) -> None:
    browser = enter(CITY)
    form = browser.asked(case, "联合推荐")
    first, second = (browser.send(form, LETTER, **TOLD) for _ in range(2))
    assert "已办成" in first.text
    assert first.url == second.url
    assert entries(site, case) == 2


def test_a_conflict_shows_what_the_other_did_and_loses_nothing(case: str, enter: Enter) -> None:
    mine, other = enter(CITY), enter(PARTY)
    form = mine.asked(case, "联合推荐")
    assert "已办成" in other.act(case, "联合推荐", LETTER, **TOLD).text
    page = mine.send(form, LETTER, **{**TOLD, "field__reason_features": "我写的特征"})
    assert page.status == 409
    assert "别人办了这些" in page.text
    assert PARTY in page.text
    assert "我写的特征" in page.text


def test_who_has_no_part_in_a_case_does_not_learn_that_it_is_there(case: str, enter: Enter) -> None:
    stranger = enter(FAR)
    there, nowhere = stranger.get(f"/cases/{case}"), stranger.get("/cases/SFQ-2018-9999")
    assert (there.status, nowhere.status) == (404, 404)
    assert there.text.replace(case, "") == nowhere.text.replace("SFQ-2018-9999", "")
    assert case not in stranger.get("/cases").text
    assert stranger.post(f"/cases/{case}/acts/recommend", {"opinion": "x"}).status == 404
    assert stranger.get(f"/cases/{case}/files/{'0' * 64}").status == 404


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_who_acted_may_keep_a_proof_of_it(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    page = browser.act(case, "联合推荐", {"recommendation_letter": ("推荐函.pdf", PDF)}, **TOLD)
    answer = browser.client.get(page.links["取这一步的证明"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (answer.json()["case"], answer.json()["seq"], answer.json()["format"]) == (case, 2, "zhuli-proof/1")
    assert "联合推荐" in answer.json()["entry"]
    assert browser.client.get(f"/cases/{case}/history/99/proof").status_code == 404


def test_hostile_words_and_names_are_words_and_names(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    told = {**TOLD, "field__reason_features": HOSTILE, "opinion": HOSTILE}
    page = browser.act(case, "联合推荐", {"recommendation_letter": (f"{HOSTILE}.pdf".replace("/", "∕"), PDF)}, **told)
    assert "已办成" in page.text
    for tab in ("", "content", "papers", "deadlines", "history"):
        html = browser.get(f"/cases/{case}?tab={tab}").html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    signing = enter(PARTY)
    shown = signing.asked(case, "联合推荐")
    assert shown.asked == ["request", "version", "opinion", "decline"]
    assert "<script>alert" not in signing.get(f"/cases/{case}?act=recommend").html


@pytest.mark.parametrize("name", ["evil.svg", "evil.html", "evil.pdf.html", "evil.exe"])
def test_only_the_types_a_material_takes_are_taken(case: str, enter: Enter, name: str) -> None:
    page = enter(CITY).act(case, "联合推荐", {"recommendation_letter": (name, b"<svg onload=alert(1)></svg>")}, **TOLD)
    assert page.status == 422
    assert "只收 pdf" in page.text
    assert "以陶瓷为主导" in page.text


def test_a_file_is_an_attachment_that_nothing_runs(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    browser.act(case, "联合推荐", LETTER, **TOLD)
    history = browser.get(f"/cases/{case}?tab=history")
    answer = browser.client.get(history.links["推荐函.pdf"])
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_what_proof_reading_warns_of_stands_beside_the_preview(
    case: str, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = Refusal("paper_rule", "公文“批复”：标题过长", "请缩短标题")
    job = PrintJob("<p>批复", "批复", "省科协", "批复", "trial")
    monkeypatch.setattr("zhuli_flow.web.pages.acts.preview", lambda *_: Preview((job,), (hint,)))
    monkeypatch.setattr("zhuli_flow.web.printing.Printing.trial", lambda *_: [PDF])
    monkeypatch.setattr("zhuli_flow.web.pages.acts.pages_of", lambda _: 1)
    browser = enter(CITY)
    form = browser.act(case, "联合推荐").form(f"/cases/{case}/acts/")
    form.action = form.action.replace("/acts/", "/preview/")
    page = browser.send(form)
    assert page.status == 200
    assert "标题过长" in page.text
    assert "请缩短标题" in page.text


def test_opening_refused_keeps_what_was_typed(enter: Enter) -> None:
    browser = enter(CITY)
    form = browser.get("/cases/new?workflow=zone_creation").form("/cases")
    page: Page = browser.send(form, applicant="法库县", opinion="先开一件")
    assert page.status == 409
    assert "主导产业" in page.text
    assert page.form("/cases").values["opinion"] == ["先开一件"]
    assert page.form("/cases").values["applicant"] == ["法库县"]


def test_return_and_transfer_are_chosen_from_what_there_is(case: str, enter: Enter) -> None:
    browser: Browser = enter(CITY)
    form = browser.asked(case, "转办")
    page = browser.send(form, argument__person="沈阳市委组织部经办")
    assert page.status in {403, 409}
    assert "本单位" in page.text


def test_a_draft_is_ones_own_and_goes_with_the_act(case: str, enter: Enter) -> None:
    browser, other = enter(CITY), enter(PARTY)
    form = browser.asked(case, "联合推荐")
    typed = {**form.values, "field:reason_features": "写了一半", "opinion": "先存着"}
    kept = browser.post(f"/cases/{case}/drafts/recommend", typed)
    assert "存的草稿" in kept.text
    again = browser.asked(case, "联合推荐")
    assert again.values["field:reason_features"] == ["写了一半"]
    assert again.values["opinion"] == ["先存着"]
    assert "写了一半" not in other.get(f"/cases/{case}?act=recommend").html
    assert "已办成" in browser.send(again, LETTER, **TOLD).text
    assert "存的草稿" not in browser.get(f"/cases/{case}?act=recommend").text


def test_a_draft_can_be_thrown_away(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    browser.post(f"/cases/{case}/drafts/recommend", {"field:reason_features": "写了一半", "version": "1"})
    page = browser.post(f"/cases/{case}/drafts/recommend", {"discard": "1"})
    assert "写了一半" not in page.html


def test_acts_of_many_people_at_once_are_none_lost_and_none_doubled(site: Site, case: str, enter: Enter) -> None:
    browsers = [enter(CITY) for _ in range(12)]
    forms = [browser.asked(case, "抄送") for browser in browsers]
    pairs = [pair for pair in zip(browsers, forms, strict=True) for _ in range(2)]
    with ThreadPoolExecutor(12) as pool:
        sent = [pool.submit(browser.send, form, argument__person=PARTY) for browser, form in pairs]
        pages = [one.result() for one in sent]
    assert all(page.status in {200, 409} for page in pages), {page.status for page in pages}
    assert not [page for page in pages if "locked" in page.html or "程序出错" in page.html]
    done = {page.url for page in pages if "已办成" in page.text}
    assert len(done) == sum("已办成" in page.text for page in pages) / 2
    with site.office.database.read() as connection:
        kinds = [read(one.body).kind for one in audit.entries(connection, case)]
    assert kinds.count("operation") == len(done)


def test_a_case_is_put_on_one_sheet_with_all_that_was_done(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    assert browser.get(f"/cases/{case}").links["办理情况表（打印）"] == f"/cases/{case}/sheet"
    page = browser.get(f"/cases/{case}/sheet")
    assert "办理情况表" in page.text
    assert "法库县" in page.text
    assert "陶瓷" in page.text
    assert "校验完整" in page.text
    assert enter(FAR).get(f"/cases/{case}/sheet").status == 404
