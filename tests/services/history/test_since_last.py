"""What was verified before is only hashed again: nothing is missed by it, and only what came since is read."""

from pathlib import Path

import pytest

from tests.services.history.test_log_proof import touch
from tests.services.homes import office_at
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.history import entries, since_last, verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, merkle_log

CLERK = "沈阳市科协经办"


@pytest.fixture
def office(home) -> Office:
    """An office with one case and more than one whole block of the log."""
    made = office_at(home, sampled=True)
    open_case(made, "zone_creation", "法库县", CLERK, {"leading_industries": "陶瓷"})
    noted(made, 260)
    return made


def noted(office: Office, number: int) -> None:
    with office.database.write() as connection:
        for each in range(number):
            entries.write_office(connection, office, "note", f"第 {each} 条")


def test_only_what_came_since_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = since_last.verify_since(office)
    assert (first.verified.ok, first.known) == (True, 0)
    noted(office, 3)
    open_case(office, "zone_creation", "东港市", "丹东市科协经办", {"leading_industries": "草莓"})
    read, walked = list[int](), list[str]()
    link_of, unlike = audit.link_of, verify.unlike_its_history
    monkeypatch.setattr(audit, "link_of", lambda row: read.append(row[2]) or link_of(row))
    monkeypatch.setattr(
        verify,
        "unlike_its_history",
        lambda connection, office, stored, **more: (
            walked.append(stored.case.id) or unlike(connection, office, stored, **more)
        ),
    )
    second = since_last.verify_since(office)
    assert second.verified.ok
    assert second.known == first.verified.entries
    assert len(read) == second.verified.entries - first.verified.entries == 4
    assert walked == ["SFQ-2018-0002"]
    assert since_last.verify_since(office).known == second.verified.entries == verify.verify(office).entries


@pytest.mark.parametrize("more", [0, 3, 260])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '第 7 条', '第 8 条') AS BLOB) WHERE seq > 20",
        "UPDATE entry SET person = '别人' WHERE case_id = 'SFQ-2018-0001'",
        "UPDATE cases SET state = 'survey'",
        "UPDATE cases SET body = replace(body, '陶瓷', '玻璃')",
        "UPDATE merkle_node SET hash = zeroblob(32) WHERE level = 8 AND place = 0",
        "UPDATE merkle_head SET hashes = zeroblob(length(hashes))",
        "DELETE FROM entry WHERE rowid = (SELECT max(rowid) FROM entry)",
    ],
)
def test_a_change_before_the_position_is_found_where_it_is(office: Office, change: str, more: int) -> None:
    since_last.verify_since(office)
    noted(office, more)
    touch(office, lambda connection: connection.execute(change))
    found = verify.verify(office).first_break
    assert found is not None
    assert since_last.verify_since(office).verified.first_break == found
    assert since_last.verify_since(office).verified.first_break == found


@pytest.mark.parametrize("change", ["body = x'7b7d'", "person = '别人'", "hash = zeroblob(32)", "seq = seq + 1"])
def test_a_change_after_the_position_is_found(office: Office, change: str) -> None:
    since_last.verify_since(office)
    noted(office, 5)
    where = "rowid = (SELECT max(rowid) FROM entry)"
    touch(office, lambda connection: connection.execute(f"UPDATE entry SET {change} WHERE {where}"))
    found = verify.verify(office).first_break
    assert found is not None
    assert since_last.verify_since(office).verified.first_break == found


def test_an_unreadable_or_older_position_is_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    place = since_last.place(office)
    assert not place.exists()
    verify.verify(office)
    assert not place.exists()
    since_last.verify_since(office)
    place.write_bytes(b"\xc1" + place.read_bytes())
    assert since_last.verify_since(office) == (verify.verify(office), 0)
    assert since_last.verify_since(office).known
    monkeypatch.setattr(since_last, "__version__", "0.0")
    assert not since_last.verify_since(office).known


def test_an_edge_is_rebuilt_from_what_is_kept(office: Office) -> None:
    from zhuli_flow.services.history.log_proof import BLOCK, edge_at

    noted(office, 3 * BLOCK)
    with office.database.read() as connection:
        nodes, leaves = merkle_log.kept_nodes(connection), list(merkle_log.leaves(connection))
    for blocks in range(len(leaves) // BLOCK + 1):
        edge = merkle_log.Frontier()
        for leaf in leaves[: blocks * BLOCK]:
            edge, _ = edge.add(merkle_log.leaf_hash(leaf.hash))
        assert edge_at(nodes, blocks) == edge


@pytest.mark.parametrize("step", ["mkdir", "replace"])
def test_where_the_position_cannot_lie_the_verdict_is_told_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, step, refused)
    with pytest.raises(InvalidInput, match="留痕核对相符；但没有记下核对到哪里"):
        since_last.verify_since(office)
