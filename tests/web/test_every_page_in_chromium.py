"""Every page there is, generated from the application, in a real browser: axe finds nothing, and nothing runs off."""

from tests.web.chromium import MARKS
from tests.web.test_browser import CHECKS, OFFICE, violations
from tests.web.test_every_route import places, routes, told  # noqa: F401 - fixtures
from zhuli_flow.services.cases import saved_views
from zhuli_flow.web.site import Site

pytestmark = MARKS
PAST = ("/login/office", "/invite/")
"""Not there in a rehearsal; the page that says so is looked at once, at another address."""


def pages(page, told: dict[str, str]) -> list[str]:  # type: ignore[no-untyped-def] # noqa: F811
    """The address of whatever answers with a page, with something in its places, and a case's tabs and forms."""
    found = [one.path.format_map(told) for one in routes() if "GET" in (one.methods or ())]
    case = f"/cases/{told['case_id']}"
    found += [f"{case}?tab={tab}" for tab in ("content", "papers", "deadlines", "history")]
    found += [f"{case}?act=consent#act", f"{case}?act=urge#act", "/cases/new?workflow=zone_creation", "/nowhere"]
    found += ["/search?q=陶瓷", "/overview?workflow=zone_creation", "/office/directory/person?name=沈阳市科协经办"]
    asked = [one for one in found if not one.startswith((*PAST, "/api/v1", "/feeds/"))]
    return [one for one in asked if "text/html" in page.request.get(page.base + one).headers["content-type"]]


def test_no_page_breaks_a_rule_of_access_or_runs_off_a_phone(  # type: ignore[no-untyped-def]
    site: Site,
    open_page,
    told: dict[str, str],  # noqa: F811
) -> None:
    saved_views.keep(site.office, OFFICE, "在办", "/cases?state=draft")
    page = open_page(OFFICE, audited=True)
    every, faults = pages(page, told), {}
    assert len(every) > 40
    for path in every:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(page.base + path)
        found = [*page.evaluate(CHECKS), *violations(page)]
        for width in (640, 360):  # 1280 at twice the size, and a telephone
            page.set_viewport_size({"width": width, "height": 800})
            if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{needed} > {width}")
        if found:
            faults[path] = found
    assert faults == {}
