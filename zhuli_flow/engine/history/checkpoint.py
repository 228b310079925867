"""Checkpoints (检查点) of the Merkle log as text, and the signed notes that carry them (C2SP tlog-checkpoint).

Text that is not exactly of the form is refused, never mended: who signs and who verifies must see the same bytes.
What a signature is worth is not asked here; that knows ``signing``.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

ED25519 = b"\x01"
"""The kind of an ed25519 signature over the text of a note."""

LARGEST = 64 * 1024
"""Bytes of a note that are read at most; one of ours has some 300."""


class NotACheckpoint(ValueError):
    """Text that is no checkpoint or no signed note; ``reason`` says what is wrong with it (Chinese)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How a log stood: its name, how many entries, and the root over them (32 bytes); ``more`` are further lines."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    def text(self) -> str:
        """The lines that are signed, each ended by a line feed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), base64(self.root), *self.more))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note: who signed, the mark of the key (4 bytes) and the signature itself."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The signature as a line of a note, without its line feed."""
        return f"— {self.name} {base64(self.key_id + self.signature)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def whole(self) -> str:
        """The note as it is written down."""
        return "".join((self.text, "\n", *(f"{one.line()}\n" for one in self.signatures)))


def base64(data: bytes) -> str:
    """Bytes in the standard alphabet, with padding."""
    return b64encode(data).decode()


def key_id(name: str, key: bytes) -> bytes:
    """The 4 bytes by which a signature names the ed25519 key (32 bytes) of ``name``."""
    return sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]


def verifier_line(name: str, key: bytes) -> str:
    """A public key (32 bytes) as one line that can be handed on: ``name+mark+key``, the ``vkey`` of signed notes."""
    return f"{name}+{key_id(name, key).hex()}+{base64(ED25519 + key)}"


def read_verifier(line: str) -> tuple[str, bytes]:
    """Name and public key (32 bytes) of such a line. Raises NotACheckpoint."""
    name, mark, key = (*line.split("+", 2), "", "")[:3]
    data = _bytes(key, "公钥")
    if not _NAME.fullmatch(name) or len(data) != 33 or data[:1] != ED25519:
        raise NotACheckpoint("公钥不是“名称+标记+公钥”一行，或不是 ed25519 公钥")
    if key_id(name, data[1:]).hex() != mark:
        raise NotACheckpoint("公钥与其标记不符，可能抄错了")
    return name, data[1:]


def read_note(data: bytes) -> Note:
    """The signed note that these bytes are. Raises NotACheckpoint."""
    if len(data) > LARGEST:
        raise NotACheckpoint("内容过长，不是检查点")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotACheckpoint("不是 UTF-8 文字") from None
    if any((char < " " and char != "\n") or char == "\x7f" for char in whole):
        raise NotACheckpoint("含有控制字符")
    text, parted, signed = whole.rpartition("\n\n")
    lines = signed.split("\n")
    if not parted or lines.pop() or not lines:
        raise NotACheckpoint("没有签名：正文之后应空一行，再逐行写签名，以换行结束")
    return Note(f"{text}\n", tuple(_signature(line) for line in lines))


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text of a note says. Raises NotACheckpoint."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3:
        raise NotACheckpoint("检查点应有名称、条数、根哈希三行，以换行结束")
    origin, size, root, *more = lines
    if not _NAME.fullmatch(origin):
        raise NotACheckpoint("第一行不是留痕库的名称（不能空，不能含空白和加号）")
    if not _SIZE.fullmatch(size):
        raise NotACheckpoint("第二行不是条数（十进制整数，不带前导零）")
    data = _bytes(root, "根哈希")
    if len(data) != 32:
        raise NotACheckpoint("第三行不是根哈希（应为 32 字节）")
    if not all(more):
        raise NotACheckpoint("正文中有空行")
    return Checkpoint(origin, int(size), data, tuple(more))


_NAME = re.compile(r"[^\s+\ud800-\udfff]{1,200}")  # half a character, as a terminal may hand one on, is none
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE = re.compile(r"— ([^\s+]{1,200}) (\S+)")


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise NotACheckpoint("签名行不是“— 名称 签名”")
    data = _bytes(found[2], "签名")
    if len(data) < 5:
        raise NotACheckpoint("签名过短")
    return Signature(found[1], data[:4], data[4:])


def _bytes(text: str, what: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        data = b""
    if base64(data) != text or not data:
        raise NotACheckpoint(f"{what}不是规范的 base64")
    return data
