"""Passwords and tokens: read from private files only, and impossible to print, log or pickle by accident."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from zhuli_flow.errors import InvalidInput

MAX_BYTES = 4096
HIDDEN = "***"


class Secret:
    """A secret whose text only ``reveal`` gives out; everything else about it reads ``***``."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def hide(self, words: str) -> str:
        """``words`` without the secret, should a foreign machine have repeated it: plain, URL-quoted or in base64."""
        forms = (self._text, quote(self._text, safe=""), b64encode(self._text.encode()).decode().rstrip("="))
        for form in forms:
            words = words.replace(form, HIDDEN)
        return words

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def read_secret(path: Path) -> Secret:
    """The secret in ``path``: one line, the file readable by its owner alone (0600), no link. Raises InvalidInput."""
    try:
        with open(path, "rb", opener=_opener) as file:
            found = os.fstat(file.fileno())
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        fix = f"请建立该文件，只写一行密钥，再运行 chmod 600 {path}"
        raise InvalidInput(f"不能读取密钥文件 {path}（{error.strerror}）", fix=fix) from None
    if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
        raise InvalidInput(f"密钥文件 {path} 可被他人读取，或不是普通文件，未使用", fix=f"请运行 chmod 600 {path}")
    return Secret(_one_word(raw, path))


def _opener(path: str, flags: int) -> int:
    """No link is followed, and a pipe is not waited for."""
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)


def _one_word(raw: bytes, path: Path) -> str:
    text = raw.decode("utf-8", "replace").strip()
    if not text or len(raw) > MAX_BYTES or not text.isprintable() or "\ufffd" in text:
        raise InvalidInput(f"密钥文件 {path} 应只有一行可见字符（至多 {MAX_BYTES} 字节）", fix="请重写该文件")
    return text
