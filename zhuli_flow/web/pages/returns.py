"""统计报送: who has reported and who has not, the totals beside those of last time, names ruled, editions kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput, NoRight, RulesRefused
from zhuli_flow.services import reading
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.cases.case_view import CaseLine
from zhuli_flow.services.registers import collection, comparison, editions, register, totals
from zhuli_flow.services.registers.collection import Collection
from zhuli_flow.services.registers.comparison import Comparison
from zhuli_flow.services.registers.editions import Edition
from zhuli_flow.services.registers.export import to_bytes
from zhuli_flow.services.registers.totals import Totals
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.web import listing, posting
from zhuli_flow.web.handing_out import handed_out
from zhuli_flow.web.identity import Visit, Visitor
from zhuli_flow.web.posting import Posted
from zhuli_flow.web.problems import reasons_of, status_of

router = APIRouter(include_in_schema=False)
TABS = {"": "各单位", "totals": "汇总", "names": "名称", "editions": "版次"}
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Gathered:
    """A collection with its cases that a person may see, the latest first."""

    collection: Collection
    lines: Sequence[CaseLine]


@dataclass(frozen=True, slots=True)
class Share:
    """One number on the face of a total: its title, how many units, and of how many."""

    title: str
    units: tuple[str, ...]
    whole: int

    @property
    def percent(self) -> float:
        return 100 * len(self.units) / self.whole if self.whole else 0.0


@router.get("/returns")
def listed(visitor: Visitor) -> Response:
    """Collections, for those who put them together; one's own returns, for those who fill them in."""
    office = visitor.office
    wide, mine = list[Gathered](), list[Gathered]()
    for one in collection.collections(office):
        every = _sees_all(visitor, one)
        lines = listing.cases(office, Filter(one.workflow if every else one.returns), "", SHOWN, "").lines
        (wide if every else mine).append(Gathered(one, lines))
    return visitor.page("returns.html", wide=wide, mine=[one for one in mine if one.lines])


@router.get("/returns/{case_id}")
def show(
    visitor: Visitor,
    case_id: str,
    tab: str = "",
    against: str = "",
    part: Annotated[str, Query(max_length=20)] = "",
    edition: Annotated[int, Query(ge=0, le=9999)] = 0,
) -> Response:
    """One collection."""
    one = _collection(visitor, case_id)
    others = [line for line in _cases(visitor, one) if line.case != case_id]
    return _page(visitor, case_id, one, tab, Asked(against, part, edition, others))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a collection is looked at; ``others``: the collections that it can be compared with."""

    against: str = ""
    part: str = ""
    edition: int = 0
    others: Sequence[CaseLine] = ()


def _page(
    visitor: Visit, case_id: str, one: Collection, tab: str, asked: Asked, refused: RulesRefused | None = None
) -> Response:
    office, found = visitor.office, totals.total(visitor.office, one.register, case_id)
    beside, why = _beside(visitor, one, case_id, asked)
    kept = editions.editions(office, one.register, case_id)
    whole = len(found.head[0][1]) if found.head else 0
    return visitor.page(
        "collection.html",
        status=status_of(refused) if refused else 200,
        case=view.show(office, case_id, visitor.person),
        one=one,
        tab=tab if tab in TABS else "",
        tabs=TABS,
        asked=asked,
        found=found,
        shares=[Share(title, units, whole) for title, units in found.head],
        members=register.find(office, one.members, case_id),
        beside=beside,
        change_words=comparison.change_words,
        why=why,
        line=_line(found, asked.part),
        kept=kept,
        edition=_edition(kept, asked.edition),
        decided=totals.decided_lines(found),
        may_rule=_may_rule(visitor, case_id, one),
        message=refused.message if refused else "",
        reasons=reasons_of(refused) if refused else [],
        query=urlencode({"tab": "totals", "against": asked.against}) if asked.against else "tab=totals",
    )


@router.get("/returns/{case_id}/totals.{suffix}")
def export(visitor: Visitor, case_id: str, suffix: str, against: str = "", edition: int = 0) -> Response:
    """The totals as a file: as they stand, beside another collection's, or as an edition kept them."""
    office, one = visitor.office, _collection(visitor, case_id)
    if edition:
        kept = editions.edition(office, one.register, case_id, edition)
        table = editions.printed(kept, totals.total(office, one.register, case_id).title)
    elif against:
        _collection(visitor, against)
        table = comparison.printed(office, comparison.compare(office, one.register, case_id, against))
    else:
        table = totals.printed(office, totals.total(office, one.register, case_id))
    return handed_out(to_bytes(office, table, f".{suffix}"), f"{case_id} {table.title}.{suffix}")


@router.post("/returns/{case_id}/names")
def rule(visitor: Visitor, case_id: str, form: Posted) -> Response:
    """Decide which of the names that look alike are one: an act on the case, as on every other way."""
    one = _collection(visitor, case_id)
    found = totals.total(visitor.office, one.register, case_id)
    said = [posting.text(form, f"same:{place}") for place, _ in enumerate(found.suspects)]
    decided = [(*pair.names, word == "是") for (_, pair), word in zip(found.suspects, said, strict=True) if word]
    command = Command(
        one.rule,
        {one.rulings: collection.ruled(found.decided, decided)},
        opinion=posting.text(form, "opinion"),
        request_id=posting.text(form, "request"),
        seen_version=posting.number(form, "version"),
    )
    try:
        outcome = advance(visitor.office, case_id, visitor.person, command)
    except RulesRefused as refused:
        return _page(visitor, case_id, one, "names", Asked(), refused)
    return RedirectResponse(f"/returns/{case_id}?tab=names&done={outcome.seq}", status_code=303)


def _collection(visitor: Visit, case_id: str) -> Collection:
    """What the case gathers. Raises NotFound, and NoRight for who may not see the returns of all."""
    reading.require(visitor.office, case_id)
    one = collection.of_case(visitor.office, case_id)
    if not _sees_all(visitor, one):
        raise NoRight("各单位的报送由省级人员汇总查看", fix="您本单位的报送在“统计”中")
    return one


def _sees_all(visitor: Visit, one: Collection) -> bool:
    """Whether the totals of what is gathered are open to this person."""
    with visitor.office.database.read() as connection:
        return all(reading.opened(connection, visitor.office, name, "totals") for name in (one.workflow, one.returns))


def _cases(visitor: Visit, one: Collection) -> Sequence[CaseLine]:
    return view.page(visitor.office, Filter(one.workflow), limit=SHOWN).lines


def _beside(visitor: Visit, one: Collection, case_id: str, asked: Asked) -> tuple[Comparison | None, str]:
    """The totals beside another collection's; else why they can't be."""
    if not asked.against:
        return None, ""
    _collection(visitor, asked.against)
    try:
        return comparison.compare(visitor.office, one.register, case_id, asked.against), ""
    except InvalidInput as wrong:
        return None, f"{wrong.message}；{wrong.fix}"


def _line(found: Totals, part: str) -> object:
    """The line whose sources are asked for."""
    return totals.only(found, part).lines[0] if part else None


def _edition(kept: Sequence[Edition], number: int) -> Edition | None:
    return kept[number - 1] if 0 < number <= len(kept) else None


def _may_rule(visitor: Visit, case_id: str, one: Collection) -> bool:
    found = view.options(visitor.office, case_id, visitor.person)
    return any(option.event == one.rule and option.allowed for option in found)
