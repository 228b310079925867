"""Personal data in history: an entry binds a salted commitment, the words stand beside it and can be erased by law.

Salted, since few telephone numbers are possible: whoever has the entry could try them all. For the same reason every
plain hash over what holds such words (evidence, requests, what papers are filled in with) is withheld as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.model.json_values import Json

ERASED = "（已依法清除）"
"""What is read where personal data stood that was erased."""
MASKED = "×××"
"""What is kept of such words in the record of a refused attempt, which came to nothing."""
MARK = b'"$personal/'
"""How a commitment begins in the bytes of an entry; a quotation mark that somebody typed stands there escaped."""
DIGESTS = "hashes"
"""Under this name plain hashes are withheld; they go with whatever is erased."""
SHORTEST = 2
"""Characters of a word that is looked for inside other texts."""

_FORM = re.compile(r"\$personal/[^/\"]*/[0-9a-f]{64}")
_IN_BYTES = re.compile(rb'"\$personal/([^/"]*)/([0-9a-f]{64})"')
_TEXTS = frozenset({"opinion", "text", "notes", "because", "fix", "filename", "why"})
"""Parts of an entry that people or the system word freely."""
_HASHES = frozenset({"digest", "content"})
_HASH = re.compile(r"[0-9a-f]{64}")
_BESIDE = frozenset({"opinion", "text", "notes", "warnings", "refusals", "notices", "papers", "materials", "request"})
"""Parts of an entry beside its changes where such words may stand."""
_SECTIONS = frozenset({"fields", "materials", "sheets", "signoffs", "signed", "evidence", "marks"})


class Withheld(NamedTuple):
    """A text that an entry binds by ``commitment``, 64 hex digits; ``name``: the field it is of."""

    name: str
    commitment: str
    salt: bytes
    text: str


class Personal(NamedTuple):
    """What is personal in a case: its fields, the texts where words of them may stand as well, and these words.

    ``words``: each with its field; ``salt`` gives that of a field (32 bytes), the same for the whole case.
    """

    fields: frozenset[str]
    texts: frozenset[str]
    words: Mapping[str, str]
    salt: Callable[[str], bytes]

    @classmethod
    def of(cls, workflow: Workflow, words: Mapping[str, str], salt: Callable[[str], bytes]) -> Personal:
        """By the fields of a definition."""
        free = {name for name, one in workflow.fields.items() if one.type in {"text", "names", "rows"}}
        own = fields_of(workflow)
        return cls(own, frozenset(free - own), words, salt)


def commitment(salt: bytes, text: str) -> str:
    """What binds the text without telling it, 64 hex digits."""
    return sha256(salt + text.encode()).hexdigest()


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ():
        yield from texts_of(part)


def fields_of(workflow: Workflow) -> frozenset[str]:
    """The fields of a definition that hold personal data."""
    found = _FIELDS.get(workflow.digest)
    if found is None:
        found = _FIELDS[workflow.digest] = frozenset(one.name for one in workflow.fields.values() if one.personal)
    return found


_FIELDS: dict[str, frozenset[str]] = {}
"""By the digest of a definition: asked at every act."""


def words_of(workflow: Workflow, *bodies: Mapping[str, object]) -> dict[str, str]:
    """The words that stand in personal fields of these values, each with its field, but for those erased already."""
    found: dict[str, str] = {}
    for values in bodies:
        for name in fields_of(workflow) & values.keys():
            found |= dict.fromkeys((one for one in texts_of(values[name]) if one and one != ERASED), name)
    return found


def withheld(body: Json, personal: Personal) -> tuple[Json, list[Withheld]]:
    """An entry with commitments in place of what is personal, and what each of them stands for."""
    found: dict[str, Withheld] = {}

    def keep(name: str, text: str) -> str:
        salt = personal.salt(name)
        one = Withheld(name, commitment(salt, text), salt, text)
        found[one.commitment] = one
        return f"$personal/{name}/{one.commitment}"

    return _written(body, personal, keep), list(found.values())


def masked(body: Json, personal: Personal) -> Json:
    """The entry of a refused attempt without personal words: nothing came of it, so they are not kept at all."""
    words = sorted((one for one in personal.words if len(one) >= SHORTEST), key=len, reverse=True)

    def mask(_: str, text: str) -> str:
        if text in personal.words:  # also one too short to be looked for elsewhere
            return MASKED
        for word in words:
            text = text.replace(word, MASKED)
        return text

    return _written(body, personal, mask)


Change = Callable[[str, str], str]
"""What is written for a text, by the name it is withheld under."""


def _written(body: Json, personal: Personal, change: Change) -> Json:
    if not isinstance(body, dict):
        raise TypeError("an entry is an object")
    told = dict(body)
    for key in _BESIDE & told.keys():
        told[key] = _changed(key, told[key], personal, change)
    changes = told.get("changes")
    if isinstance(changes, list):
        told["changes"] = [_step(one, personal, change) for one in changes]
    return told


def _step(step: Json, personal: Personal, change: Change) -> Json:
    if not isinstance(step, list) or str(step[0]) not in _SECTIONS:
        return step
    section, key, old, new = step
    return [section, key, *(_changed(str(key), one, personal, change) for one in (old, new))]


def _changed(key: str, value: Json, personal: Personal, change: Change) -> Json:
    """A part of an entry under its key, changed wherever a personal word stands."""
    if isinstance(value, dict):
        whole = key in personal.fields or key in personal.texts  # a row of a table goes with its field
        return {name: _changed(key if whole else name, part, personal, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_changed(key, part, personal, change) for part in value]
    if not isinstance(value, str) or not value or value == ERASED:
        return value
    if key in personal.fields:
        return change(key, value)
    if key in _HASHES and _HASH.fullmatch(value):
        return change(DIGESTS, value)
    named = _named(value, personal) if key in _TEXTS | personal.texts or key == "title" else None
    return value if named is None else change(named, value)


def _named(text: str, personal: Personal) -> str | None:
    """The field of which a word stands in a text; a text that only looks like a commitment is withheld too."""
    for word, name in personal.words.items():
        if len(word) >= SHORTEST and word in text:
            return name
    return next(iter(sorted(personal.fields))) if _FORM.search(text) else None


def without(value: Json, words: Iterable[str]) -> Json:
    """A value in which every text with one of these words reads as erased."""
    found = [one for one in words if len(one) >= SHORTEST]
    return _without(value, frozenset(words), found)


def _without(value: Json, whole: frozenset[str], words: list[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without(part, whole, words) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without(part, whole, words) for part in value]
    if isinstance(value, str) and (value in whole or any(word in value for word in words)):
        return ERASED
    return value


def commitments(body: bytes) -> list[tuple[str, str]]:
    """The commitments in the bytes of an entry, each with the name it is under, in their order."""
    if MARK not in body:
        return []
    return [(name.decode(), digest.decode()) for name, digest in _IN_BYTES.findall(body)]


def opened(body: bytes, known: Mapping[str, str | None]) -> bytes:
    """The bytes of an entry with the words in place of their commitments; ``known``: None for what was erased."""

    def told(found: re.Match[bytes]) -> bytes:
        digest = found[2].decode()
        if digest not in known:
            return found[0]
        text = known[digest]
        return canonical(ERASED if text is None else text)

    return _IN_BYTES.sub(told, body)
