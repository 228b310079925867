"""A return filled in as a spreadsheet, down and up again; and by hand in the page's own form."""

import io

import openpyxl
import pytest

from tests.web.conftest import Browser, Enter
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.web import case_page
from zhuli_flow.web.site import Site

OFFICE, CITY = "省科协学会学术部经办", "沈阳市科协经办"


@pytest.fixture
def case(site: Site) -> str:
    """A return that the city association owes."""
    values = {
        "call": "TZ-2018-0001",
        "period_from": "2018-01-01",
        "period_to": "2018-05-31",
        "due_on": "2018-12-26",
        "subject": "创新驱动助力工程",
        "form_version": "2018",
    }
    return _opened(site, values)


def _opened(site: Site, values: dict[str, str]) -> str:
    from zhuli_flow.services import lookup

    with site.office.database.read() as connection:
        book = lookup.latest(connection, site.office, "statistics_return")
    asked = {ask.name for event in book.opening_events() for ask in event.fill}
    from zhuli_flow.definitions.model.workflow import SYSTEM

    told = {name: value for name, value in values.items() if name in asked}
    return open_case(site.office, "statistics_return", "沈阳市科学技术协会", SYSTEM, told).case


def forms_of(browser: Browser, case: str) -> list[tuple[str, str]]:
    """The acts that take a spreadsheet, with the address of the workbook."""
    page = browser.get(f"/cases/{case}")
    found = []
    for title, link in page.links.items():
        if link.startswith("?act="):
            shown = browser.get(f"/cases/{case}{link.partition('#')[0]}")
            if "下载表格" in shown.links:
                found.append((title, shown.links["下载表格"]))
    return found


def test_a_return_goes_down_as_a_workbook_and_comes_up_with_every_wrong_cell_named(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    offered = forms_of(browser, case)
    assert offered, browser.get(f"/cases/{case}").text
    title, address = offered[0]
    answer = browser.client.get(address)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    assert len(cells) > 20
    cells[0].value = "约300"
    wrong = io.BytesIO()
    book.save(wrong)
    event = browser.asked(case, title).action.rpartition("/")[2]
    sent = [("file", ("填好.xlsx", wrong.getvalue()))]
    page = browser.post(address.removesuffix(".xlsx"), {"event": event}, sent)
    assert page.status == 422
    assert cells[0].coordinate in page.text
    assert "约300" in page.text


def test_a_return_is_filled_in_by_hand_and_kept_as_a_draft_of_the_case(case: str, enter: Enter) -> None:
    browser = enter(CITY)
    title, _ = forms_of(browser, case)[0]
    form = browser.asked(case, title)
    numbers = [name for name in form.asked if name.startswith("field:") and name.count(":") == 1]
    assert len(numbers) > 20
    page = browser.send(form)
    assert page.status in {200, 409}
    assert page.text


def test_a_form_of_somebody_elses_case_is_not_there(case: str, enter: Enter) -> None:
    address = forms_of(enter(CITY), case)[0][1]
    stranger = enter("大连市科协经办")
    assert stranger.client.get(address).status_code == 404
    assert stranger.client.get(address.replace(".xlsx", "x.xlsx")).status_code == 404


def test_a_finding_leads_to_the_item_whose_words_it_quotes() -> None:
    items = {
        "field-subject": "关于开展学会服务的通知",
        "field-reply_text": "请于 10月8日前 办理",
        "field-rows": [{"a": "x"}],
    }
    told = "公文“通知”正文（L5）：“10月8日前”没有写年份"
    assert case_page.quoted_in(told, items) == "#field-reply_text"
    assert case_page.quoted_in("公文“通知”标题（L2）：没有写事由", items) == ""
