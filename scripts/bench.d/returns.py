"""Returns: one call to many units, every form filled in as a spreadsheet and read back, put together and printed."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import openpyxl

from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.model.workflow import Field
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import directory
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.forms import spreadsheet
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import export, print_table, totals
from zhuli_flow.settings import Settings

OFFICE, FLOW, FORM = "省科协学会学术部经办", "statistics_return", "return_form"
REGISTER = "returns_call.summarised"
NAMES = 300
"""Different names that the units choose theirs from, for every part that asks for names."""
DOUBTFUL = 10
"""Of so many returns one has a figure that has to be explained."""
BAR = 30


@dataclass(slots=True)
class Step:
    """One step over ``number`` units: wall and processor seconds."""

    name: str
    number: int
    wall: float = 0.0
    own: float = 0.0


@dataclass(slots=True)
class Steps:
    """The steps of one run in order; a bar on stderr tells how far the present one is."""

    done: dict[str, Step] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, number: int) -> Iterator[Callable[[int], None]]:
        """Times the block; it calls what it is given with the number of units done so far."""
        found = self.done[name] = Step(name, number)
        _bar(name, 0, number)
        wall, own = perf_counter(), process_time()
        yield lambda so_far: _bar(name, so_far, number)
        found.wall, found.own = perf_counter() - wall, process_time() - own
        _bar("", 0, 0)

    def together(self, *names: str) -> Step:
        """Several steps over the same units as one."""
        found = [self.done[name] for name in names]
        return Step(" + ".join(names), found[0].number, sum(one.wall for one in found), sum(one.own for one in found))


def _bar(name: str, done: int, number: int) -> None:
    """A line that rewrites itself on a terminal; in a pipe one line for each step."""
    if sys.stderr.isatty():
        filled = BAR * done // number if number else 0
        told = f"bench: {'█' * filled}{'░' * (BAR - filled)} {done}/{number} {name}" if name else ""
        sys.stderr.write(f"\r\033[K{told}")
        sys.stderr.flush()
    elif name and not done:
        sys.stderr.write(f"bench: {name}\n")


def make_office(folder: Path, number: int) -> tuple[Office, dict[str, str]]:
    """A rehearsal home with ``number`` units more, half cities and half societies; who answers for each."""
    start = parse_instant("2018-06-19T09:00")
    bootstrap.make_home(folder / "home", Settings(rehearsal=True), start=start, sampled=True, os_user="bench")
    office = bootstrap.open_office(folder / "home", os_user="bench")
    cities = {f"示例{place:03d}市科学技术协会": f"示例{place:03d}市" for place in range(number // 2)}
    societies = [f"辽宁省示例{place:03d}学会" for place in range(number - number // 2)]
    units = [f"  {name}: {{level: city, city: {city}, kind: association}}" for name, city in cities.items()]
    units += [f"  {name}: {{level: province, kind: society}}" for name in societies]
    people = [f"  {name}经办: {{title: 经办, organisation: {name}, roles: [city_association]}}" for name in cities]
    people += [f"  {name}经办: {{title: 联络员, organisation: {name}, roles: [society]}}" for name in societies]
    file = folder / "units.yaml"
    file.write_text("\n".join(["organisations:", *units, "people:", *people, ""]), "utf-8")
    directory.import_file(office, file)
    return office, {name: f"{name}经办" for name in (*cities, *societies)}


class Answers:
    """Made-up answers that pass the rules of the form, but for one doubtful figure in every tenth return."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self.random = random.Random(2018)  # noqa: S311 - the same answers in every run

    def of(self, place: int, city: bool) -> dict[str, object]:
        """What unit number ``place`` writes into its cells, by field."""
        found = {one.name: self._answer(one) for one in self.fields if city or one.only is None}
        for one in self.fields:
            if one.counts in found:
                names = self._names(one.counts, self.random.randint(1, 5))
                found[one.name], found[one.counts] = len(names), "、".join(names)
        found |= {"p11a": 9, "p18a": 6, "p23a": "不适用", "p30a": 20}
        found["p27a"] = len(str(found["p27b"]).split("、"))
        found["p08a"] = min(int(str(found["p08a"])), int(str(found["p06a"])))
        found["p08b"] = "、".join(str(found["p08b"]).split("、")[: int(str(found["p08a"]))])
        if city:
            found["p02a"] = found["p21a"]
        if place % DOUBTFUL == 0:
            found["p09a"] = int(str(found["p09a"])) + 1
        return found

    def _answer(self, one: Field) -> object:
        if one.type == "int":
            return self.random.randint(0, 8)
        if one.type == "decimal":
            return self.random.randint(1, 100_000) / 100
        if one.type == "names":
            return "、".join(self._names(one.name, self.random.randint(1, 5)))
        return "是" if one.type == "yes_no" else f"{one.title}的情况说明，编号{self.random.randint(1, 999)}"

    def _names(self, part: str, number: int) -> list[str]:
        return [f"示例名称{part}第{one:03d}号" for one in self.random.sample(range(NAMES), number)]


def measure(folder: Path, number: int) -> tuple[Steps, dict[str, int]]:
    """The whole way of ``number`` returns in one office; the steps, and what was counted on the way."""
    office, who = make_office(folder, number)
    steps, counted = Steps(), {}
    call, returns = _opened(office, steps, who)
    files = _written(office, steps, returns, folder)
    _filled_in(office, steps, returns, files)
    people = [who[unit] for unit in returns]
    _imported(office, steps, returns, files, people)
    counted["explained"] = _checked(office, steps, list(returns.values()), people)
    for name, event, persons in (("sent", "send", people), ("accepted", "accept", [OFFICE] * number)):
        with steps.step(name, number) as tick:
            for place, (case_id, person) in enumerate(zip(returns.values(), persons, strict=True), 1):
                advance(office, case_id, person, Command(event, opinion="已核实。"))
                tick(place)
    with steps.step("locked into an edition", number):
        advance(office, call, OFFICE, Command("summarise", opinion="全部收齐。"))
    with steps.step("aggregated", number):
        found = totals.total(office, REGISTER, call)
    assert found.units == number, found.units
    counted["figures"] = sum(len(line.sources) for line in found.lines)
    with steps.step("totals as .xlsx", number):
        sheet = totals.printed(office, found)
        assert export.to_bytes(office, sheet, ".xlsx").startswith(b"PK")
    with steps.step("totals as .pdf", number):
        assert print_table.table_pdf(office, sheet).startswith(b"%PDF-")
    office.database.close()
    return steps, counted


def _opened(office: Office, steps: Steps, who: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The call, and the return that it opened for each unit."""
    asked = {
        "subject": "工作总结",
        "period_from": "2014-01-01",
        "period_to": "2018-05-31",
        "due_on": "2018-06-26",
        "form_version": "2018",
        "units": list(who),
    }
    with steps.step("opened by one call", len(who)):
        call = open_case(office, "returns_call", "辽宁省科学技术协会", OFFICE, asked).case
        done = advance(office, call, OFFICE, Command("issue"))
    return call, dict(zip(who, map(str, done.cases), strict=True))


def _written(office: Office, steps: Steps, returns: dict[str, str], folder: Path) -> list[Path]:
    files = []
    with steps.step("forms written (.xlsx)", len(returns)) as tick:
        for place, (unit, case_id) in enumerate(returns.items(), 1):
            files.append(folder / f"{unit}.xlsx")
            files[-1].write_bytes(spreadsheet.export_form(office, case_id, FORM))
            tick(place)
    return files


def _filled_in(office: Office, steps: Steps, returns: dict[str, str], files: Sequence[Path]) -> None:
    """What the units do at their desks, with openpyxl in place of Excel."""
    with office.database.read() as connection:
        book = lookup.latest(connection, office, FLOW)
    answers = Answers([book.fields[ask.name] for ask in book.forms[FORM].fields])
    cells: dict[bool, dict[str, str]] = {}
    with steps.step("(filled in, by openpyxl)", len(files)) as tick:
        for place, ((unit, case_id), file) in enumerate(zip(returns.items(), files, strict=True)):
            city = unit.endswith("科学技术协会")
            if city not in cells:
                cells[city] = dict(spreadsheet.read_form(office, case_id, FORM, file).cells)
            workbook = openpyxl.load_workbook(file)
            for name, value in answers.of(place, city).items():
                workbook["填报表"][cells[city][name]].value = value
            workbook.save(file)
            tick(place + 1)


def _imported(
    office: Office, steps: Steps, returns: dict[str, str], files: Sequence[Path], people: Sequence[str]
) -> None:
    with steps.step("imported", len(files)) as tick:
        for place, (case_id, file, person) in enumerate(zip(returns.values(), files, people, strict=True), 1):
            spreadsheet.import_form(office, case_id, FORM, file, "fill_in", person)
            tick(place)


def _checked(office: Office, steps: Steps, returns: Sequence[str], people: Sequence[str]) -> int:
    """Every rule of the form asked of every return, without sending it; how many have something to explain."""
    doubtful = 0
    with steps.step("checked", len(returns)) as tick:
        for place, (case_id, person) in enumerate(zip(returns, people, strict=True), 1):
            try:
                advance(office, case_id, person, Command("send"), dry_run=True)
            except RulesRefused as refused:
                if {getattr(one, "code", "") for one in refused.refusals} != {"explanation_required"}:
                    raise
                doubtful += 1
            tick(place)
    return doubtful
