"""A copy for the archive: the same document as PDF/A-1b, which the rules of filing know longest (GB/T 23286.1).

What was signed and sent stays the original; the filing copy prints the same order again in the older format, with the
trace line below the record, is checked before it is handed out, and is recorded, so that ``verify`` knows it too.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec

from zhuli_flow.documents.pdfa.check import archive_problems
from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob, Variant
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.services import lookup
from zhuli_flow.services.history import checkpoints
from zhuli_flow.services.notices import issue, reprint
from zhuli_flow.services.notices.browse import PaperShown, mine, shown
from zhuli_flow.services.office import TRACE_LINE, Office
from zhuli_flow.store import audit
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.support.new_file import write_new

VARIANT: Variant = "1b"


class FilingCopy(PaperShown, frozen=True):
    """A document with its copy for filing: ``sha256`` and ``size`` (bytes) are those of the new file ``copy``."""

    size: int
    variant: Variant
    copy: str


def filing_copy(office: Office, which: str, target: Path, person: str) -> FilingCopy:
    """Print the issued document of that id or number as PDF/A-1b to the new file ``target``, and note it.

    It bears a checkpoint of the whole history, signed now: a letter to the archive that can't be taken back.
    Raises NotFound, RulesRefused (not issued, void), InvalidInput (target), PrintFailed (does not print, or is not fit
    for filing).
    """
    with office.database.read() as connection:
        one = mine(connection, office, which)
        actor = lookup.actor(connection, office, person)
    reprint.require_valid(one)
    issued = reprint.as_issued(office, one)
    traces = tuple(dict.fromkeys((*issued.traces, TRACE_LINE)))
    more: Values = {"signed_checkpoint": list(checkpoints.printed(checkpoints.take(office)))}
    paper = issue.paper_of(office, one, load_named(office.notices, [one.kind]), issued.checkpoint, traces, more)
    data = _printed(office, replace(issue.job_of(paper), variant=VARIANT, data="", day=""))
    digest, size = sha256(data).hexdigest(), len(data)
    printed = reprint.Printed(one.id, one.kind, one.number, digest, size, variant=VARIANT)
    write_new(target, data)
    try:
        with office.database.write() as connection:
            reprint.note(connection, office, printed, one.case_id, actor)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    about = msgspec.structs.replace(shown(office, one), sha256=digest)
    return FilingCopy(**msgspec.structs.asdict(about), size=size, variant=VARIANT, copy=str(target))


def copy_kind(office: Office, one: StoredNotice, digest: str) -> str:
    """Which copy of the document the history says has this SHA-256 (hex): an event of ``COPIES``; "" for none."""
    with office.database.read() as connection:
        links = audit.entries(connection, one.case_id)
    events = {event for event, _ in reprint.COPIES.values()}
    made = (read(link.body) for link in links if link.kind == "notice" and link.event in events)
    return next((entry.event for entry in made for paper in entry.papers if paper.sha256 == digest), "")


def _printed(office: Office, job: PrintJob) -> bytes:
    with PrintingChild(office.notices[0]) as printer:
        data = printer.outcome(job)
    if isinstance(data, PrintFailed):
        raise data
    found = archive_problems(data)
    if found:
        why = "；".join(problem.message for problem in found[:3])
        raise PrintFailed(f"公文《{job.title}》印不成归档件：{why}", fix="请运行 zhuli fonts install 装好字体后重试")
    return data
