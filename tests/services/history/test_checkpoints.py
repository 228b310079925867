"""Checkpoints are signed as the log grows, prove single entries, and tell when the history is not theirs."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.services.history.test_log_proof import rechained, touch
from tests.services.homes import office_at
from zhuli_flow import bootstrap
from zhuli_flow.engine.history.chain import chain_hash, first_break
from zhuli_flow.engine.history.checkpoint import Note, read_checkpoint, read_note
from zhuli_flow.engine.history.merkle import Frontier, included, leaf_hash
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services.history import entries, log_key, verify
from zhuli_flow.services.history.checkpoints import against, prove, take
from zhuli_flow.services.office import Office
from zhuli_flow.signing import keys
from zhuli_flow.store import audit, merkle_log


@pytest.fixture
def office(home: Path) -> Office:
    return office_at(home)


def grow(office: Office, number: int = 1) -> None:
    with office.database.write() as connection:
        for count in range(number):
            entries.write_office(connection, office, "note", f"第 {count} 条")


def test_the_first_checkpoint_makes_the_key_and_notes_it(office: Office) -> None:
    made = take(office)
    with office.database.read() as connection:
        (known,) = log_key.known(connection)
    assert (known.kind, known.origin, known.key) == ("first", made.checkpoint.origin, made.key)
    assert known.size == made.checkpoint.size - 1
    assert keys.signed_by(made.note, known.origin, known.public)
    assert made.checkpoint.more == ("at 2018-10-08T01:00:00+00:00", "rehearsal")
    assert (office.home / "keys" / "log.key").stat().st_mode & 0o777 == 0o600
    assert verify.verify(office).ok
    assert verify.faults(office) == []
    assert take(office).checkpoint == made.checkpoint


def test_a_checkpoint_holds_as_the_log_grows_and_says_what_it_does_not_cover(office: Office) -> None:
    made = take(office)
    told = against(office, made.note.whole().encode())
    assert (told.ok, told.size, told.entries, told.open_since) == (True, told.entries, told.size, "")
    grow(office, 300)
    later = against(office, made.note.whole().encode(), made.key)
    assert (later.ok, later.entries - later.size, later.open_since) == (True, 300, "2018-10-08 09:00")
    assert later.uncovered == 300


def test_a_checkpoint_is_found_within_a_letter(office: Office) -> None:
    made = take(office)
    letter = f"某某档案局：\r\n现将检查点寄上。\r\n\r\n{made.note.whole()}\n\n请保存。\n".replace("\n", "\r\n").encode()
    assert against(office, letter).ok
    with pytest.raises(InvalidInput, match="不是检查点"):
        against(office, "只是一封信\n".encode())


def test_every_entry_is_proven_by_itself(office: Office) -> None:
    grow(office, 20)
    for seq in (1, 5, 20):
        told = prove(office, "office", seq)
        checkpoint = read_checkpoint(read_note(told.checkpoint.encode()).text)
        body = told.entry.encode()
        hashed = chain_hash(bytes.fromhex(str(json.loads(body)["previous"])), body)
        assert hashed.hex() == told.hash
        way = [bytes.fromhex(one) for one in told.hashes]
        assert included(leaf_hash(hashed), told.place, told.size, way, checkpoint.root)
    with pytest.raises(NotFound):
        prove(office, "office", 500)


def cut(connection: sqlite3.Connection) -> None:
    """Take the last entries away, and set everything beside them as if they had never been."""
    connection.execute("DELETE FROM entry WHERE case_id = 'office' AND seq > 20")
    found = connection.execute("SELECT seq, hash FROM entry WHERE case_id = 'office' ORDER BY seq").fetchall()
    connection.execute("UPDATE meta SET value = ? WHERE key = 'office_head'", (f"{found[-1][0]}:{found[-1][1].hex()}",))
    edge = Frontier()
    for (one,) in connection.execute("SELECT hash FROM entry ORDER BY rowid").fetchall():
        edge, _ = edge.add(leaf_hash(one))
    connection.execute("UPDATE merkle_head SET size = ?, hashes = ?", (edge.size, b"".join(edge.hashes)))


def test_a_tail_cut_without_a_trace_shows_at_the_checkpoint_outside(office: Office) -> None:
    take(office)
    grow(office, 10)
    made = take(office)
    touch(office, cut)
    with office.database.read() as connection:
        assert first_break(audit.all_entries(connection), audit.heads(connection))[1] is None
    assert "末尾至少" in against(office, made.note.whole().encode()).reason
    found = verify.verify(office).first_break
    assert found is not None
    assert "上次签发的检查点" in found.reason
    with pytest.raises(IntegrityBroken, match="不再签发"):
        take(office)
    log_key.last_file(office).unlink()
    assert verify.verify(office).ok  # who has the folder can remove that trace too: only the one outside is left
    assert not against(office, made.note.whole().encode()).ok


def test_a_history_written_anew_shows_at_the_checkpoint_outside(office: Office) -> None:
    made = take(office)
    touch(office, lambda connection: rechained(connection, 2, '"kind":"operation"', '"kind":"Operation"'))
    touch(office, lambda connection: connection.execute("UPDATE entry SET kind = 'Operation' WHERE seq = 2"))
    with sqlite3.connect(office.database.path) as connection:
        connection.execute("DELETE FROM merkle_head")
        connection.execute("DELETE FROM merkle_node")
    connection.close()
    with office.database.write() as writing:
        merkle_log.fill(writing)
    log_key.last_file(office).unlink()
    assert verify.verify(office).ok
    assert "根哈希与检查点不同" in against(office, made.note.whole().encode()).reason


def test_a_signature_by_nobody_known_is_worth_nothing(office: Office) -> None:
    made, thief = take(office), keys.make("x").named(take(office).checkpoint.origin)
    text = made.checkpoint.text()
    assert "不是留痕中登记的" in against(office, Note(text, (thief.sign(text),)).whole().encode()).reason
    assert "公钥不在" in against(office, made.note.whole().encode(), thief.verifier).reason
    with pytest.raises(InvalidInput):
        against(office, made.note.whole().encode(), "x")


def test_a_key_is_renewed_by_an_entry_that_both_signed(office: Office) -> None:
    before = take(office)
    old = (office.home / "keys" / "log.key").read_bytes()
    new = log_key.renew(office, "年度更换")
    after = take(office)
    assert after.checkpoint.origin == before.checkpoint.origin
    assert after.key == new.verifier != before.key
    assert (office.home / "keys" / "log.key").read_bytes() != old
    with office.database.read() as connection:
        first, second = log_key.known(connection)
    note = read_note(second.note.encode())
    assert keys.signed_by(note, first.origin, first.public)
    assert keys.signed_by(note, second.origin, second.public)
    for one in (before, after):
        assert against(office, one.note.whole().encode()).ok
    stolen = office.home / "stolen"
    stolen.write_bytes(old)
    stolen.chmod(0o600)
    text = after.checkpoint.text()
    assert "已停用" in against(office, Note(text, (keys.load(stolen).sign(text),)).whole().encode()).reason


def test_a_change_of_key_cut_short_is_finished_or_begun_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    take(office)
    with monkeypatch.context() as patch:
        patch.setattr(log_key, "_in_place", lambda _: None)
        log_key.renew(office, "中断")
    assert (office.home / "keys" / "log.key.next").exists()
    assert take(office).key == log_key.signer(office).verifier
    assert not (office.home / "keys" / "log.key.next").exists()
    keys.make("left over").save(office.home / "keys" / "log.key.next")
    assert take(office)
    log_key.renew(office, "再换")
    assert take(office)


def test_a_lost_key_or_a_backup_put_back_begins_another_log(office: Office) -> None:
    old = take(office)
    copy = office.home / "copy.db"
    office.database.backup(copy)
    grow(office, 5)
    lost = take(office)
    office.database.close()
    bootstrap.put_back(office.home, copy, "tester")
    again = bootstrap.open_office(office.home)
    with pytest.raises(IntegrityBroken, match="succeed"):
        raise_with_fix(again)
    made = log_key.succeed(again, "恢复备份")
    after = take(again)
    assert after.checkpoint.origin == made.name != old.checkpoint.origin
    assert against(again, old.note.whole().encode()).ok
    assert against(again, after.note.whole().encode()).ok
    assert against(again, lost.note.whole().encode()).reason
    shutil.rmtree(again.home / "keys")
    with pytest.raises(NotFound, match="没有签名密钥"):
        take(again)
    assert log_key.succeed(again, "密钥丢失").name != made.name
    assert take(again)


def raise_with_fix(office: Office) -> None:
    try:
        take(office)
    except IntegrityBroken as error:
        raise IntegrityBroken(error.fix) from error


def test_a_key_that_the_history_does_not_know_signs_nothing(office: Office) -> None:
    take(office)
    (office.home / "keys" / "log.key").unlink()
    keys.make("other").save(office.home / "keys" / "log.key")
    with pytest.raises(IntegrityBroken, match="不是留痕中登记的"):
        take(office)


@pytest.mark.parametrize("at", ["at noon", "at 2018-13-41T00:00:00+00:00", "at 0001-01-01T00:00:00+00:00"])
def test_a_letter_whose_instant_is_none_is_told_of_in_words(office: Office, at: str) -> None:
    made = take(office)
    text = made.note.text.replace("at 2018-10-08T01:00:00+00:00", at)
    told = against(office, Note(text, made.note.signatures).whole().encode())
    assert (told.ok, told.at != "", "签名" in told.reason) == (False, True, True)
