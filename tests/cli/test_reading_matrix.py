"""Every command that shows × every sort of person: who may not see the case finds nothing of it by any of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from tests.cli.lines import Zhuli
from zhuli_flow import bootstrap
from zhuli_flow.cli.framework.options import looking
from zhuli_flow.cli.main import root
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.services import lookup
from zhuli_flow.store import directory

[LOOKING] = looking()(click.command()(lambda: None)).params
GIVEN = {
    "archive": "{case} --out {out}.zip",
    "audit export": "{out}.zip",
    "audit prove": "{case} 1",
    "case history": "{case}",
    "case list": "",
    "case show": "{case}",
    "deadline list": "",
    "form export": "{case} recommendation_form --out {out}.xlsx",
    "form print": "{case} recommendation_form --out {out}.pdf",
    "notice ledger": "",
    "notice list": "--case {case}",
    "notice show": "1",
    "overview": "",
    "register export": "zone_creation --out {out}.csv",
    "register list": "zone_creation",
    "register total": "progress_report.reports",
    "search": "法库",
    "workflow draw": "--case {case}",
}
"""What each of them is asked; a new one that shows has to be named here."""
SLOW = {"form print", "audit export", "archive"}
"""Print or pack: asked by a few people only."""


def showing(group: click.Group = root, name: str = "") -> Iterator[str]:
    """Every command that has ``--as`` for whose view it shows."""
    context = click.Context(group)
    for word in group.list_commands(context):
        found = group.get_command(context, word)
        if isinstance(found, click.Group):
            yield from showing(found, f"{name}{word} ")
        elif found is not None and any(getattr(one, "help", "") == LOOKING.help for one in found.params):  # type: ignore[attr-defined]
            yield f"{name}{word}"


def test_every_command_that_shows_is_asked_here() -> None:
    assert sorted(showing()) == sorted(GIVEN)


def sorts_of_people(home: Path, case: str) -> dict[str, bool]:
    """One person for every set of roles and level there is, with whether he may see the case."""
    office = bootstrap.open_office(home)
    with office.database.read() as connection:
        stored = lookup.stored(connection, case).case
        workflow = lookup.definition(connection, office, stored.digest)
        everybody = directory.everybody(connection, office.today)
    office.database.close()
    near = {one.organisation.city == "沈阳市" for one in everybody}
    assert near == {True, False}
    found = {(one.roles, one.organisation.level, one.organisation.city == "沈阳市"): one for one in everybody}
    return {one.person: may_see(workflow, stored, one) for one in found.values()}


@pytest.mark.parametrize("command", sorted(GIVEN))
def test_who_may_not_see_a_case_finds_nothing_of_it(
    opened: str, office_home: Path, zhuli: Zhuli, tmp_path: Path, command: str
) -> None:
    people = sorts_of_people(office_home, opened)
    assert set(people.values()) == {True, False}
    few = {may: person for person, may in people.items()}
    pairs = [(person, may) for may, person in few.items()] if command in SLOW else list(people.items())
    for place, (person, may) in enumerate(pairs):
        out = tmp_path / f"{place}"
        line = [*command.split(), *GIVEN[command].format(case=opened, out=out).split(), "--as", person, "--json"]
        answer = zhuli(*line)
        made = b"".join(path.read_bytes() for path in tmp_path.glob(f"{place}.*"))
        if not may:
            assert answer.code in (0, 4, 5), (line, answer.err)
            assert "陶瓷" not in answer.out, line
            assert '"applicant": "法库县"' not in answer.out, line
            assert opened.encode() not in made, line
        elif command == "case show":
            assert answer.code == 0
