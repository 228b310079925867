"""Words that several tests of the command line share, and what a command line comes to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CITY, PARTNER = "沈阳市科协经办", "沈阳市委组织部经办"
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
RECOMMEND = (
    "--set reason_features=陶瓷 --set reason_cluster=集聚 --set reason_demand=迫切 "
    "--set recommendation_date=2018-10-08 --set recommendation_issuer=市委组织部和市科协"
).split()


@dataclass(frozen=True)
class Answer:
    """What one command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def refusals(self) -> list[str]:
        return [one["code"] for one in self.json["error"]["refusals"]]

    @property
    def problems(self) -> list[str]:
        return [one["code"] for one in self.json["error"]["problems"]]


Zhuli = Callable[..., Answer]
