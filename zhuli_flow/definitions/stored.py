"""Definitions as the store keeps them: identified by digest, read back without YAML and without checking them again.

A case is pinned to name + version + digest. Beside the text the store keeps the checked model as JSON; reading it back
is a matter of milliseconds and loads neither YAML nor pydantic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from zhuli_flow.definitions.model import serialise, workflow
from zhuli_flow.errors import IntegrityBroken, Problem

if TYPE_CHECKING:
    from zhuli_flow.definitions.building.parsed_lines import Kinds

FORMAT = 2
"""Counts changes of the stored JSON; a copy of another number has to be registered again."""


def digest(data: bytes) -> str:
    """SHA-256 of a definition's bytes, as 64 hexadecimal digits."""
    return sha256(data).hexdigest()


def to_stored(data: bytes, file: str, kinds: Kinds | None) -> str:
    """A correct definition as JSON: its checked model and a sum over it, so that a damaged copy is noticed.

    ``data`` is the complete text, ``kinds`` as in ``check.load``. Raises InvalidInput, carrying every problem, when
    the definition is not correct.
    """
    from zhuli_flow.definitions import check

    found = serialise.dump(replace(check.load(data, file, kinds), text=""))
    return json.dumps({"format": FORMAT, "sum": _sum(found), "model": found}, ensure_ascii=False)


def from_stored(stored: str, text: str, known_digest: str) -> workflow.Workflow:
    """The workflow that ``to_stored`` kept, with the text and digest stored beside it.

    Raises IntegrityBroken when the JSON is not what ``to_stored`` wrote of that text.
    """
    try:
        kept = json.loads(stored)
        if kept["format"] != FORMAT or kept["sum"] != _sum(kept["model"]):
            raise ValueError
        found: workflow.Workflow = replace(serialise.load(_as_now(kept["model"])), text=text)
        if found.digest != known_digest:
            raise ValueError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = f"流程定义（摘要 {known_digest[:12]}…）的存储副本已损坏"
        raise IntegrityBroken(message, fix="请从备份恢复，或运行 zhuli db check") from error
    return found


LAWS = [field.name for field in fields(workflow.Workflow)].index("laws") + 1
"""Where in a stored workflow its laws stand, behind the word for its class."""


def _as_now(model: list[Any]) -> list[Any]:
    """A stored workflow whose laws are still kept as the words written (``law.Law``), in the form of today.

    One that has been stored since is returned as it is.
    """
    if all(law[0] != "law.Law" for law in model[LAWS][1:]):
        return model
    laws = [_law_as_now(*law[1:]) if law[0] == "law.Law" else law for law in model[LAWS][1:]]
    return [*model[:LAWS], ["()", *laws], *model[LAWS + 1 :]]


def _law_as_now(title: str, words: dict[str, str], line: int) -> list[Any]:
    match words:
        case {"always": text}:
            from zhuli_flow.definitions.reading.parser import parse_condition

            return ["law.Always", title, text, serialise.dump(parse_condition(text)), line]
        case {"every": event, "has": name}:
            return ["law.EveryHas", title, event, name, line]
        case {"every": event, "leads_to": goal}:
            return ["law.EveryLeadsTo", title, event, goal, line]
        case {"never": event, "before": first}:
            return ["law.NeverBefore", title, event, first, line]
    raise ValueError(f"not a law: {words}")


def _sum(found: object) -> str:
    return sha256(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def version_conflict(
    name: str, version: str, content: str, known: Mapping[tuple[str, str], str], place: str = ""
) -> Problem | None:
    """The problem of a version that is already in use with other content; ``content`` and ``known`` hold digests."""
    used = known.get((name, version))
    if used is None or used == content:
        return None
    message = f"{name} 的版本“{version}”已在使用，内容不同（摘要 {used[:12]}…）"
    return Problem(place or name, "version_in_use", message, "改写 version 后再导入；在办事项仍按原版本办理")
