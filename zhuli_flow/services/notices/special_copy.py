"""Copies of an issued document for some use: for paper that bears the red head (套打), or with the office's seal.

They print the same order again and are noted, so that ``verify`` knows them; the original stays as it is.
A picture of a seal is no seal: it stands on copies that somebody answers for by name and reason, never on the original.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.expressions.values import names_of
from zhuli_flow.engine.model.json_values import Json, Values
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup
from zhuli_flow.services.notices import issue, reprint
from zhuli_flow.services.notices.browse import PaperShown, mine, shown
from zhuli_flow.services.office import Office
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.support.new_file import write_new
from zhuli_flow.support.plain_text import hidden

OVERLAY, SEALED = "overlay", "sealed"


class SpecialCopy(PaperShown, frozen=True):
    """A document with a copy for some ``use``: ``sha256`` and ``size`` (bytes) are those of the new file ``copy``."""

    size: int
    use: str
    copy: str


def overlay_copy(office: Office, which: str, target: Path, person: str) -> SpecialCopy:
    """Print the document without mark, red rules and their like, all else in its place, to the new file ``target``.

    Raises NotFound, RulesRefused (not issued, void), InvalidInput (target), PrintFailed.
    """
    return _made(office, which, target, person, OVERLAY, "")


def sealed_copy(office: Office, which: str, target: Path, person: str, reason: str) -> SpecialCopy:
    """Print the document with the pictures of its organs' seals to the new file ``target``; ``reason`` is noted.

    Raises NotFound, RulesRefused (not issued, void), InvalidInput (no reason, no picture, target), PrintFailed.
    """
    if not reason.strip() or hidden(reason):
        raise InvalidInput("带印章图样的副本须写明用途", fix="请用 --reason 写明给谁、作什么用")
    return _made(office, which, target, person, SEALED, reason.strip())


def _made(office: Office, which: str, target: Path, person: str, use: str, reason: str) -> SpecialCopy:
    with office.database.read() as connection:
        one = mine(connection, office, which)
        actor = lookup.actor(connection, office, person)
    reprint.require_valid(one)
    data = _printed(office, one, {"preprinted": True} if use == OVERLAY else _seals(office, one))
    digest, size = sha256(data).hexdigest(), len(data)
    printed = reprint.Printed(one.id, one.kind, one.number, digest, size, variant=use)
    write_new(target, data)
    try:
        with office.database.write() as connection:
            reprint.note(connection, office, printed, one.case_id, actor, reason)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    about = msgspec.structs.replace(shown(office, one), sha256=digest)
    return SpecialCopy(**msgspec.structs.asdict(about), size=size, use=use, copy=str(target))


def _seals(office: Office, one: StoredNotice) -> Values:
    """The pictures of the seals of all organs that sign, in their order. InvalidInput where one has none."""
    kinds = load_named(office.notices, [one.kind])
    values = issue.values_of(kinds[one.kind], one.variables)
    organs = names_of(values.get("issuers")) or (str(values.get("issuer") or kinds[one.kind].issuer),)
    lacking = [organ for organ in organs if not (office.notices[0] / office.seals.get(organ, "-")).is_file()]
    if lacking:
        fix = f'请把图样放进 {office.notices[0]}，在 zhuli.toml 的 [papers.seals] 中写 "{lacking[0]}" = "文件名.png"'
        raise InvalidInput(f"没有{'、'.join(lacking)}的印章图样", fix=fix)
    pictures: list[Json] = [office.seals[organ] for organ in organs]
    return {"seal": "sample", "seal_pictures": pictures}


def _printed(office: Office, one: StoredNotice, more: Values) -> bytes:
    issued = reprint.as_issued(office, one)
    kinds = load_named(office.notices, [one.kind])
    job = issue.job_of(issue.paper_of(office, one, kinds, issued.checkpoint, issued.traces, more))
    with PrintingChild(office.notices[0]) as printer:
        data = printer.outcome(job)
    if isinstance(data, PrintFailed):
        raise data
    return data
