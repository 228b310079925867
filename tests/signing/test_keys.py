"""Keys are made, kept for their owner alone, read strictly; signatures are ed25519's own."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zhuli_flow.engine.history.checkpoint import Note, Signature, read_note, read_verifier
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.signing import keys

SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)
"""The first vector of RFC 8032, 7.1: of the empty message."""

NOTE = b"""example.com/log
3
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
"""


def test_the_signature_is_that_of_rfc_8032() -> None:
    signer = keys.Signer("a", Ed25519PrivateKey.from_private_bytes(SECRET))
    assert signer.public.hex() == PUBLIC
    assert signer.sign("").signature.hex() == SIGNATURE


def test_a_key_is_kept_for_its_owner_alone_and_read_back(tmp_path: Path) -> None:
    made, path = keys.make("zhuli-log/1"), tmp_path / "keys" / "log.key"
    made.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    found = keys.load(path)
    assert (found.name, found.public, found.verifier) == (made.name, made.public, made.verifier)
    assert read_verifier(found.verifier) == (made.name, made.public)
    with pytest.raises(InvalidInput):
        made.save(path)


def test_what_others_can_read_is_not_signed_with(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    keys.make("a").save(path)
    path.chmod(0o640)
    with pytest.raises(InvalidInput, match="其他用户"):
        keys.load(path)


@pytest.mark.parametrize(
    ("was", "becomes"), [("PRIVATE+KEY", "PRIVATE KEY"), ("+log+", "+lag+"), ("\n", "=\n"), ("log", "")]
)
def test_a_damaged_key_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "log.key"
    keys.make("log").save(path)
    path.write_text(path.read_text().replace(was, becomes))
    with pytest.raises(InvalidInput, match="密钥"):
        keys.load(path)


def test_no_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有签名密钥"):
        keys.load(tmp_path / "log.key")


def test_a_signature_counts_under_its_name_and_key_and_text_only() -> None:
    signer, other = keys.make("log"), keys.make("log")
    text = NOTE.decode()
    note = Note(text, (signer.sign(text),))
    assert read_note(note.whole().encode()) == note
    assert keys.signed_by(note, "log", signer.public)
    assert not keys.signed_by(note, "log", other.public)
    assert not keys.signed_by(note, "another", signer.public)
    assert not keys.signed_by(Note(text.replace("3", "4"), note.signatures), "log", signer.public)
    borrowed = Signature("log", note.signatures[0].key_id, other.sign(text).signature)
    assert not keys.signed_by(Note(text, (borrowed,)), "log", signer.public)
    assert keys.signed_by(Note(text, (borrowed, *note.signatures)), "log", signer.public)
