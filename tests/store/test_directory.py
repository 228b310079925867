"""Who there is, who may act for whom, and who holds which token."""

from datetime import date

import pytest
from msgspec.structs import replace

from tests.store.making import AT, COUNTY, integrity_error
from zhuli_flow.engine.model.people import Organisation, Standing
from zhuli_flow.store import directory
from zhuli_flow.store.directory import Person, Succession
from zhuli_flow.store.sql.database import Database

PROVINCE = Organisation("shengkexie", "省科协", "province")
TODAY = date(2018, 10, 8)


@pytest.fixture
def peopled(database: Database) -> Database:
    with database.write() as connection:
        directory.put_organisations(connection, [COUNTY, PROVINCE])
        directory.put_people(
            connection,
            [
                Person("clerk", "xian-a", frozenset({"applicant"}), "科员"),
                Person("chief", "shengkexie", frozenset({"reviewer", "approver"}), "部长"),
                Person("gone", "shengkexie", frozenset({"reviewer"}), active=False),
            ],
        )
    return database


@pytest.fixture
def deputised(peopled: Database) -> Database:
    """With a deputy beside the chief, in the same organisation."""
    with peopled.write() as connection:
        directory.put_people(connection, [Person("deputy", "shengkexie", frozenset(), "副部长")])
    return peopled


def test_a_person_is_found_with_organisation_roles_and_title(peopled: Database) -> None:
    with peopled.read() as connection:
        chief = directory.find(connection, "chief", TODAY)
        assert directory.find(connection, "gone", TODAY) is None
        assert directory.find(connection, "nobody", TODAY) is None
        everybody = directory.everybody(connection, TODAY)
    assert chief is not None
    assert (chief.organisation, chief.roles, chief.title) == (PROVINCE, {"reviewer", "approver"}, "部长")
    assert [actor.person for actor in everybody] == ["chief", "clerk"]


def test_organisations_are_found_by_id_and_unknown_ones_left_out(peopled: Database) -> None:
    with peopled.read() as connection:
        assert directory.organisations(connection, ["xian-a", "none"]) == {"xian-a": COUNTY}
        assert directory.organisations(connection, []) == {}
        assert directory.every_organisation(connection) == [COUNTY, PROVINCE]  # by 拼音: jia before sheng


def test_an_organisation_that_moved_is_seen_by_the_people_it_has(peopled: Database) -> None:
    moved = replace(PROVINCE, city="沈阳市")
    with peopled.write() as connection:
        before = directory.find(connection, "chief", TODAY)
        directory.put_organisations(connection, [moved])
        after = directory.find(connection, "chief", TODAY)
    assert before is not None
    assert after is not None
    assert (before.organisation, after.organisation) == (PROVINCE, moved)


def test_importing_again_writes_over_and_keeps_tokens(peopled: Database) -> None:
    with peopled.write() as connection:
        directory.set_token(connection, "clerk", "secret")
        directory.put_organisations(connection, [replace(COUNTY, name="甲县科学技术协会")])
        directory.put_people(connection, [Person("clerk", "shengkexie", frozenset({"reviewer"}))])
        clerk = directory.find(connection, "clerk", TODAY)
        assert directory.check_token(connection, "clerk", "secret")
        assert directory.organisations(connection, ["xian-a"])["xian-a"].name == "甲县科学技术协会"
    assert clerk is not None
    assert (clerk.organisation, clerk.roles) == (PROVINCE, {"reviewer"})


def test_a_person_needs_an_organisation_that_exists(peopled: Database) -> None:
    with pytest.raises(integrity_error(peopled)), peopled.write() as connection:
        directory.put_people(connection, [Person("x", "nowhere", frozenset())])


@pytest.mark.parametrize(
    ("day", "good"),
    [("2018-10-07", False), ("2018-10-08", True), ("2018-10-12", True), ("2018-10-13", False)],
)
def test_an_entrustment_is_good_from_its_first_to_its_last_day(deputised: Database, day: str, good: bool) -> None:
    with deputised.write() as connection:
        directory.entrust(
            connection,
            from_person="chief",
            to_person="deputy",
            since=date(2018, 10, 8),
            until=date(2018, 10, 12),
            reason="出差",
            at=AT,
        )
        deputy = directory.find(connection, "deputy", date.fromisoformat(day))
        chief = directory.find(connection, "chief", date.fromisoformat(day))
    assert deputy is not None
    assert chief is not None
    standing = Standing("chief", PROVINCE, frozenset({"reviewer", "approver"}))
    assert deputy.acts_for == ((standing,) if good else ())
    assert chief.acts_for == ()


def test_an_entrustment_ends_when_it_is_revoked_or_the_giver_leaves(deputised: Database) -> None:
    def standing_of_deputy() -> int:
        with deputised.read() as connection:
            deputy = directory.find(connection, "deputy", TODAY)
        assert deputy is not None
        return len(deputy.acts_for)

    window = {"since": TODAY, "until": TODAY, "reason": "", "at": AT}
    with deputised.write() as connection:
        first = directory.entrust(connection, from_person="chief", to_person="deputy", **window)  # type: ignore[arg-type]
        directory.entrust(connection, from_person="gone", to_person="deputy", **window)  # type: ignore[arg-type]
    assert standing_of_deputy() == 1
    with deputised.write() as connection:
        assert directory.revoke(connection, first, AT)
        assert not directory.revoke(connection, first, AT)
    assert standing_of_deputy() == 0


def test_an_entrustment_leads_to_no_other_organisation_but_to_its_successor(deputised: Database) -> None:
    def listed() -> list[str]:
        with deputised.read() as connection:
            return [word for _, word in directory.entrustments_on(connection, TODAY)]

    def acts_for(person: str) -> list[str]:
        with deputised.read() as connection:
            found = directory.find(connection, person, TODAY)
        assert found is not None
        return [one.person for one in found.acts_for]

    with deputised.write() as connection:
        for receiver in ("clerk", "deputy"):
            directory.entrust(
                connection, from_person="chief", to_person=receiver, since=TODAY, until=TODAY, reason="", at=AT
            )
    assert (acts_for("clerk"), acts_for("deputy"), listed()) == ([], ["chief"], ["不生效", "有效"])
    with deputised.write() as connection:
        directory.succeed(connection, Succession("shengkexie", "xian-a", "更名", "2018-10-01", "文", "2018-10-01"))
    assert (acts_for("clerk"), listed()) == (["chief"], ["有效", "有效"])
    with deputised.write() as connection:
        directory.put_people(connection, [Person("chief", "shengkexie", frozenset({"reviewer"}), active=False)])
    assert (acts_for("deputy"), listed()) == ([], ["不生效", "不生效"])


@pytest.mark.parametrize(
    ("since", "until", "to"), [("2018-10-09", "2018-10-08", "clerk"), ("2018-10-08", "2018-10-09", "chief")]
)
def test_an_entrustment_that_makes_no_sense_is_refused(peopled: Database, since: str, until: str, to: str) -> None:
    with pytest.raises(integrity_error(peopled)), peopled.write() as connection:
        directory.entrust(
            connection,
            from_person="chief",
            to_person=to,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until),
            reason="",
            at=AT,
        )


def test_a_token_proves_one_active_person_and_is_not_stored(peopled: Database) -> None:
    with peopled.write() as connection:
        assert directory.set_token(connection, "clerk", "first-secret")
        assert directory.set_token(connection, "clerk", "secret")
        assert directory.set_token(connection, "gone", "secret")
        assert not directory.set_token(connection, "nobody", "secret")
        answers = {
            (person, token): directory.check_token(connection, person, token)
            for person in ("clerk", "chief", "gone", "nobody")
            for token in ("secret", "first-secret", "", "0" * 64)
        }
        stored = str(connection.execute("SELECT * FROM person").fetchall())
    assert [key for key, good in answers.items() if good] == [("clerk", "secret")]
    assert "secret" not in stored
