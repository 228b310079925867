"""An ed25519 key under the name it signs with: made, kept in a file that only its owner reads, and what it signed.

The file holds one line, the private key of signed notes: ``PRIVATE+KEY+name+mark+key``. A copy of it belongs in a safe,
apart from the copies of the database: who has both can write history anew and sign it.
"""

from __future__ import annotations

import stat
from base64 import b64decode
from binascii import Error as NotBase64
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zhuli_flow.engine.history.checkpoint import ED25519, Note, Signature, base64, key_id, verifier_line
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.support.new_file import write_new

_PREFIX = "PRIVATE+KEY+"
_SEED = 32


class Signer:
    """A private key and the name it signs with; it shows its public half only."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = name
        self._key = key

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """Name and public key as one line to hand on."""
        return verifier_line(self.name, self.public)

    def named(self, name: str) -> Signer:
        """The same key under another name."""
        return Signer(name, self._key)

    def sign(self, text: str) -> Signature:
        """The signature under the text of a note."""
        return Signature(self.name, key_id(self.name, self.public), self._key.sign(text.encode()))

    def save(self, path: Path) -> None:
        """Write the key to the new file ``path``, for its owner alone. Raises InvalidInput when it exists."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = key_id(self.name, self.public).hex()
        secret = base64(ED25519 + self._key.private_bytes_raw())
        write_new(path, f"{_PREFIX}{self.name}+{mark}+{secret}\n".encode())


def make(name: str) -> Signer:
    """A new key from the system's own chance."""
    return Signer(name, Ed25519PrivateKey.generate())


def load(path: Path) -> Signer:
    """The key in a file. Raises NotFound, InvalidInput (others can read it, or it is no key)."""
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("ascii")
    except FileNotFoundError:
        raise NotFound(f"没有签名密钥 {path}", fix="请从保管处取回这个文件，放回原处") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"不能读取签名密钥 {path}", fix="请检查该文件") from error
    if mode & 0o077:
        raise InvalidInput(f"{path}: 本机其他用户可以读取签名密钥，不能再用它签名", fix=f"请先执行 chmod 600 {path}")
    return _read(text, path)


def _read(text: str, path: Path) -> Signer:
    name, mark, secret = (*text.removeprefix(_PREFIX).removesuffix("\n").split("+", 2), "", "")[:3]
    try:
        data = b64decode(secret, validate=True)
    except (NotBase64, ValueError):
        data = b""
    whole = len(data) == 1 + _SEED and data[:1] == ED25519 and base64(data) == secret
    if not (text.startswith(_PREFIX) and whole):
        raise InvalidInput(f"{path} 不是签名密钥", fix="请从保管处取回这个文件，放回原处")
    found = Signer(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
    if key_id(name, found.public).hex() != mark:
        raise InvalidInput(f"{path} 中的签名密钥已损坏", fix="请从保管处取回这个文件，放回原处")
    return found


def signed_by(note: Note, name: str, public: bytes) -> bool:
    """Whether the note bears a good signature by this name's public key (32 bytes)."""
    mark, key = key_id(name, public), Ed25519PublicKey.from_public_bytes(public)
    return any(_good(key, note, one.signature) for one in note.signatures if (one.name, one.key_id) == (name, mark))


def _good(key: Ed25519PublicKey, note: Note, signature: bytes) -> bool:
    try:
        key.verify(signature, note.text.encode())
    except InvalidSignature:
        return False
    return True
