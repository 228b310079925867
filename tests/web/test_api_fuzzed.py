"""The description of the interface is true: what it allows is answered as it says, what it forbids is refused."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from zhuli_flow import bootstrap
from zhuli_flow.services.administration import tokens
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.settings import Web
from zhuli_flow.web.app import ROUTERS, create_app
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

CITY = "沈阳市科协经办"
TRIES = 15
JUDGED = {
    "GET /api/v1/search",
    "GET /api/v1/cases",
    "GET /api/v1/deadlines/calc",
    "GET /api/v1/registers/{name}",
    "GET /api/v1/registers/{name}/file.{suffix}",
    "GET /api/v1/registers/{name}/total",
    "GET /api/v1/registers/{name}/comparison",
    "GET /api/v1/registers/{name}/editions/{edition}",
    "POST /api/v1/cases/{case_id}/forms/{form}",
    "POST /api/v1/handover",
    "POST /api/v1/papers/verify",
    "POST /api/v1/cases/{case_id}/files",
    "POST /api/v1/cases/{case_id}/acts/{event}",
}
"""What stands in these only the definitions, or the search, can tell right from wrong: 422 says which."""

ANY_BYTES = {"POST /api/v1/papers/verify"}
"""Whatever is sent as a file is one: no bytes break the description."""


def every_way() -> list[str]:
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    return [f"{min(one.methods)} {one.path}" for one in routes if one.path.startswith("/api/")]


class Described:
    """The interface as it describes itself, with a token that may act and a case to ask about."""

    def __init__(self, site: Site) -> None:
        self.case = open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
        secret = tokens.issue(site.office, CITY, "write", timedelta(days=30))
        self.bearer = {"Authorization": f"Bearer {secret}"}
        self.ways = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(site))


@pytest.fixture(scope="module")
def told(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    place = tmp_path_factory.mktemp("described") / "home"
    shutil.copytree(furnished, place)
    office = bootstrap.open_office(place, os_user="tester")
    with Printing(office, behind=False) as printing:
        yield Described(Site(office, Web(), printing, origin="http://testserver"))
    office.database.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda one: one.value)
@pytest.mark.parametrize("way", every_way())
def test_every_answer_is_as_described(told: Described, way: str, mode: GenerationMode) -> None:
    asked = told.ways.find_operation_by_label(way)
    assert asked is not None

    @settings(
        max_examples=TRIES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(asked.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.query.pop("after", None)  # the beginning of a page is a word that only the page before gives
            if "case_id" in case.path_parameters:
                case.path_parameters["case_id"] = told.case
        left_out = [positive_data_acceptance] if way in JUDGED else []
        left_out += [negative_data_rejection] if way in ANY_BYTES else []
        case.call_and_validate(headers=told.bearer, excluded_checks=left_out)

    answered()
