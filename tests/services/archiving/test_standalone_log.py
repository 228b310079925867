"""The auditor's program: letters, proofs and keys, by the standard library alone, against the very package."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.services.homes import office_at
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.checkpoint import Checkpoint, Note
from zhuli_flow.engine.history.merkle import Frontier, inclusion_proof, leaf_hash, root_of
from zhuli_flow.services.archiving import archive, package, standalone_log
from zhuli_flow.services.history import checkpoints, entries, log_key
from zhuli_flow.services.office import Office
from zhuli_flow.signing import keys

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "verify_audit.py"


def ran(*words: object) -> tuple[int, str]:
    line = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, words)]
    done = subprocess.run(line, capture_output=True, check=False, env={}, encoding="utf-8", cwd="/")
    return done.returncode, done.stdout + done.stderr


def grow(office: Office, number: int) -> None:
    with office.database.write() as connection:
        for count in range(number):
            entries.write_office(connection, office, "note", f"第 {count} 条")


class Audit:
    """An office with letters sent at several sizes, its export, and the public key as the outsider has it."""

    def __init__(self, home: Path) -> None:
        self.office, self.home = office_at(home), home
        self.letters: list[Path] = []
        self.key = self.send()
        grow(self.office, 4)
        self.send()
        grow(self.office, 7)
        self.package = home / "留痕.zip"
        archive.export_audit(self.office, self.package)

    def send(self) -> str:
        signed = checkpoints.take(self.office)
        place = self.home / f"letter{len(self.letters)}.txt"
        place.write_text(f"某某局：\n\n{signed.note.whole()}\n此致\n", "utf-8")
        self.letters.append(place)
        return signed.key

    def all_letters(self) -> list[object]:
        return [word for one in self.letters for word in ("--letter", one)]


@pytest.fixture
def audit(home: Path) -> Audit:
    return Audit(home)


def test_the_script_is_the_program_of_every_package(audit: Audit) -> None:
    again = "write scripts/verify_audit.py anew from services/archiving/package.program()"
    assert SCRIPT.read_bytes() == package.program(), again
    with zipfile.ZipFile(audit.package) as found:
        assert found.read("verify.py") == package.program()


def test_the_history_is_held_against_every_letter(audit: Audit) -> None:
    code, told = ran(audit.package, *audit.all_letters(), "--key", audit.key)
    assert code == 0, told
    assert "与 3 份检查点相符" in told
    assert "无一遗漏" in told
    code, told = ran(audit.package)
    assert (code, "公钥取自包内" in told) == (0, True)


def written(audit: Audit, change: Callable[[list[list[str]], list[bytes]], None]) -> Path:
    """The package with its history changed and everything in it made to fit again but the checkpoint and the key."""
    with zipfile.ZipFile(audit.package) as found:
        content = {name: found.read(name) for name in found.namelist()}
    rows = [line.split("\t") for line in content["chain.txt"].decode().splitlines()]
    bodies = content["history.jsonl"].splitlines()
    change(rows, bodies)
    ends: dict[str, list[object]] = {}
    for number, (case, _, _, place) in enumerate(rows):
        seq, previous = ends.get(case, [0, "0" * 64])
        told = json.loads(bodies[number])
        told |= {"seq": int(str(seq)) + 1, "previous": previous}
        bodies[number] = canonical(told)
        head = sha256(bytes.fromhex(str(previous)) + bodies[number]).hexdigest()
        rows[number] = [case, str(told["seq"]), head, place]
        ends[case] = [told["seq"], head]
    content["chain.txt"] = "".join("\t".join(row) + "\n" for row in rows).encode()
    content["history.jsonl"] = b"".join(body + b"\n" for body in bodies)
    manifest = json.loads(content.pop("manifest.json"))
    manifest["chains"] = {case: {"entries": seq, "head": head, "withheld": []} for case, (seq, head) in ends.items()}
    del content["checkpoint.txt"]
    manifest["files"] = {
        name: {"sha256": sha256(data).hexdigest(), "size": len(data)} for name, data in content.items()
    }
    target = audit.home / "anew.zip"
    with zipfile.ZipFile(target, "w") as made:
        for name, data in {**content, "manifest.json": canonical(manifest)}.items():
            made.writestr(name, data)
    return target


def _edited(rows: list[list[str]], bodies: list[bytes]) -> None:
    bodies[-8] = bodies[-8].replace("第 3 条".encode(), "第 9 条".encode())


def _cut(rows: list[list[str]], bodies: list[bytes]) -> None:
    del rows[-8:], bodies[-8:]


def _taken_out(rows: list[list[str]], bodies: list[bytes]) -> None:
    del rows[-9], bodies[-9]
    for number, row in enumerate(rows[-8:], len(rows) - 8):
        row[3] = str(number)


def _swapped(rows: list[list[str]], bodies: list[bytes]) -> None:
    bodies[-9], bodies[-10] = bodies[-10], bodies[-9]


def _unplaced(rows: list[list[str]], bodies: list[bytes]) -> None:
    rows[-1][3] = "900"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_edited, r"letter1.txt: 前 23 条与检查点不符.*（第 19 条之前与较早的检查点相符）"),
        (_cut, r"letter1.txt: 检查点含 23 条，包中只有 22 条，末尾被截去"),
        (_taken_out, r"letter1.txt: 前 23 条与检查点不符"),
        (_swapped, r"letter1.txt: 前 23 条与检查点不符"),
        (_unplaced, r"chain.txt: 到达次序不是"),
    ],
)
def test_a_history_written_anew_is_found_and_between_which_letters(
    audit: Audit, change: Callable[[list[list[str]], list[bytes]], None], told: str
) -> None:
    anew = written(audit, change)
    assert ran(anew)[0] == 0 or change is _unplaced  # by itself it is whole
    code, words = ran(anew, *audit.all_letters(), "--key", audit.key)
    assert code == 7
    assert re.search(told, words), words


def test_what_no_letter_covers_is_told(audit: Audit) -> None:
    def last(rows: list[list[str]], bodies: list[bytes]) -> None:
        bodies[-1] = bodies[-1].replace("第 6 条".encode(), "第 9 条".encode())

    code, told = ran(written(audit, last), *audit.all_letters(), "--key", audit.key)
    assert code == 0, told
    assert "前 23 条由其证明；其后 7 条不在任何检查点之内" in told


def test_letters_by_other_keys_count_for_nothing(audit: Audit) -> None:
    thief = keys.make("x").named(audit.key.split("+")[0])
    text = Checkpoint(thief.name, 3, bytes(32)).text()
    forged = audit.home / "forged.txt"
    forged.write_text(Note(text, (thief.sign(text),)).whole(), "utf-8")
    assert "签名不是留痕中登记的" in ran(audit.package, "--letter", forged)[1]
    assert "公钥不在留痕登记的" in ran(audit.package, "--key", thief.verifier)[1]
    assert ran(audit.package, "--key", thief.verifier)[0] == 7


def test_keys_that_followed_are_trusted_through_the_first(audit: Audit) -> None:
    log_key.renew(audit.office, "年度更换")
    grow(audit.office, 2)
    audit.send()
    target = audit.home / "later.zip"
    archive.export_audit(audit.office, target)
    code, told = ran(target, *audit.all_letters(), "--key", audit.key)
    assert code == 0, told


def test_a_proof_stands_by_itself(audit: Audit) -> None:
    made = checkpoints.prove(audit.office, "office", 3)
    place = audit.home / "回执.json"
    place.write_bytes(msgspec.json.encode(made))
    code, told = ran(place, "--key", audit.key)
    assert (code, "证明相符：office 第 3 条" in told) == (0, True), told
    assert "公钥取自证明本身" in ran(place)[1]
    for was, becomes in (("办公", "辨公"), ('"seq":3,"h', '"seq":4,"h'), (made.hashes[0], "00" * 32), ("第", "弟")):
        text = place.read_text("utf-8")
        bad = audit.home / "bad.json"
        bad.write_text(text.replace(was, becomes), "utf-8")
        assert (ran(bad, "--key", audit.key)[0] == 7) == (was in text)
    assert ran(place, "--key", keys.make("other").verifier)[0] == 7


@pytest.mark.parametrize("words", [["a", "b"], ["--letter"], ["--key"], ["--unknown"]])
def test_words_that_are_none_are_told(words: list[str]) -> None:
    assert ran(*words)[0] == 2


@pytest.mark.parametrize("count", range(8))
def test_signatures_are_judged_as_openssl_does(count: int) -> None:
    signer, message = keys.make("a"), bytes(range(count * 7))
    signature = signer._key.sign(message)
    assert standalone_log.good_signature(signer.public, message, signature)
    for bit in (3, 200, 300, 511):
        bad = bytearray(signature)
        bad[bit // 8] ^= 1 << bit % 8
        assert not standalone_log.good_signature(signer.public, message, bytes(bad))
    assert not standalone_log.good_signature(keys.make("a").public, message, signature)
    assert not standalone_log.good_signature(signer.public, message + b"x", signature)
    greater = int.from_bytes(signature[32:], "little") + standalone_log._L
    assert not standalone_log.good_signature(signer.public, message, signature[:32] + greater.to_bytes(32, "little"))
    assert not standalone_log.good_signature(b"", message, signature)
    assert not standalone_log.good_signature(bytes([2]) + bytes(31), message, signature) or count > 8


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33])
def test_roots_and_ways_are_those_of_the_engine(size: int) -> None:
    digests = [sha256(b"%d" % number).digest() for number in range(size)]
    edge = Frontier()
    known = standalone_log.roots(digests, set(range(size + 1)))
    for number, one in enumerate(digests):
        assert known[number] == edge.root()
        edge, _ = edge.add(leaf_hash(one))
    assert known[size] == edge.root()

    def node(level: int, place: int) -> bytes:
        part = Frontier()
        for one in digests[place << level : (place + 1) << level]:
            part, _ = part.add(leaf_hash(one))
        return part.root()

    assert root_of(node, 0, size) == edge.root()
    for place in range(size):
        way = inclusion_proof(node, place, size)
        assert standalone_log.root_by(digests[place], place, size, way) == edge.root()
        assert standalone_log.root_by(digests[place], place, size, [*way, bytes(32)]) != edge.root()
