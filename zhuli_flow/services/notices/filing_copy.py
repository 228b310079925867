"""A copy for the archive: the same document as PDF/A-1b, which the rules of filing know longest (GB/T 23286.1).

What was signed and sent stays the original; the filing copy prints the same order again in the older format, is checked
before it is handed out, and is recorded, so that ``verify`` knows it too.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from zhuli_flow.documents.pdfa.check import archive_problems
from zhuli_flow.documents.printing.printer import Press, PrintFailed, PrintJob, Variant
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.engine.model.case import Json
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries
from zhuli_flow.services.notices import issue, reprint
from zhuli_flow.services.notices.browse import find, papers_in, told
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.support.new_file import write_new

VARIANT: Variant = "1b"


def filing_copy(office: Office, which: str, target: Path, person: str) -> dict[str, Json]:
    """Print the issued document of that id or number as PDF/A-1b to the new file ``target``, and note it.

    Returns it as ``papers.told`` with ``copy`` (the new file), its ``sha256`` and ``size`` in bytes. Raises NotFound,
    RulesRefused (not issued, void), InvalidInput (target), PrintFailed (does not print, or is not fit for filing).
    """
    with office.database.read() as connection:
        one = find(connection, which)
        actor = lookup.actor(connection, office, person)
    reprint.require_valid(one)
    line = str(reprint.as_issued(office, one).get("checkpoint", ""))
    paper = issue.paper_of(office, one, load_named(office.notices, [one.kind]), line)
    data = _printed(office, replace(issue.job_of(paper), variant=VARIANT, data="", day=""))
    made: dict[str, Json] = {"sha256": sha256(data).hexdigest(), "size": len(data), "variant": VARIANT}
    write_new(target, data)
    try:
        with office.database.write() as connection:
            reprint.note(connection, office, one, actor, "filing", "印制归档件", made)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return {**told(office, one), **made, "copy": str(target)}


def is_filing_copy(office: Office, one: StoredNotice, digest: str) -> bool:
    """Whether the history says that a filing copy with this SHA-256 (hex) was made of the document."""
    with office.database.read() as connection:
        links = audit.entries(connection, one.case_id)
    bodies = (entries.body_of(link.body) for link in links if link.kind == "notice" and link.event == "filing")
    return any(paper.get("sha256") == digest for body in bodies for paper in papers_in(body))


def _printed(office: Office, job: PrintJob) -> bytes:
    with Press(office.notices[0]) as press:
        data = press.outcome(job)
    if isinstance(data, PrintFailed):
        raise data
    found = archive_problems(data)
    if found:
        why = "；".join(problem.message for problem in found[:3])
        raise PrintFailed(f"公文《{job.title}》印不成归档件：{why}", fix="请运行 zhuli fonts install 装好字体后重试")
    return data
