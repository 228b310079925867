"""清除个人信息: personal data of a case taken out for good, by law, while its history goes on proving what it proved.

Two people of two duties: the 安全保密员 proposes with the legal ground, the 安全审计员 confirms. What the entries bind
stays; the words and salts beside them go, and so do the case's values, what papers were filled in with, messages,
letters, drafts and the search index. Papers as printed are records and stay, and so does what has left the house.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.history.personal import DIGESTS, ERASED, SHORTEST, fields_of, without
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import InvalidInput, RulesRefused, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import erased_words, officers
from zhuli_flow.services.administration.directory import admit
from zhuli_flow.services.history import case_record, entries
from zhuli_flow.services.history.personal_proof import ERASED_BY
from zhuli_flow.services.office import Office
from zhuli_flow.store import accounts, audit, cases, inbox, notices, outbox, personal, whole_rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.personal import Kept
from zhuli_flow.store.sql.statements import Connection

PROPOSED_BY = "propose_erasure"
PROPOSE, CONFIRM = "提请清除个人信息", "清除个人信息"
PROPOSER, CONFIRMER = "security_officer", "auditor"
_KIND = "erasure"


class Asked(Content, frozen=True):
    """What the entry of a proposal says: the legal ground (``opinion``) and the ``fields`` of which data are to go."""

    opinion: str
    fields: tuple[str, ...]


class Gone(Asked, frozen=True):
    """What the entry of an erasure says: who proposed it, and the commitments that stand for nothing any more."""

    proposed_by: str
    erased: tuple[str, ...]


class Proposal(msgspec.Struct, frozen=True):
    """A proposal that waits for its confirmation: on which legal ground, of which fields, by their titles too."""

    case: str
    ground: str
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    proposed_by: str


class Erased(msgspec.Struct, frozen=True):
    """What was erased: so many ``texts`` of these fields; of how many papers the variables, messages, letters.

    ``printed``: papers that stay as they were printed.
    """

    case: str
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    texts: int
    papers: int
    messages: int
    letters: int
    drafts: int
    printed: int


def holding(office: Office, text: str, person: str, token: str | None) -> list[str]:
    """The cases in which this very text stands, or stood, as personal data: for who proposes. Raises NoRight."""
    office = _in_hands(office, person, token, PROPOSER, "查找个人信息")
    with office.database.read() as connection:
        return personal.holding(connection, text)


def propose(
    office: Office, case_id: str, person: str, token: str | None, *, ground: str, names: Sequence[str] = ()
) -> Proposal:
    """Note what is to be erased, and why, in the history of the case; nothing is erased yet.

    ``names``: only these fields, all personal ones without. Raises NoRight, NotFound, InvalidInput, RulesRefused.
    """
    office = _in_hands(office, person, token, PROPOSER, f"{PROPOSE} {case_id}")
    if not ground.strip():
        raise InvalidInput("没有写清除的法律依据，未作任何改动", fix="请用 --ground 写明，如：个人信息保护法第四十七条")
    with office.database.write() as connection:
        stored = lookup.stored(connection, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        wanted = _fields(workflow, personal.of_case(connection, case_id), names, case_id)
        _require_quiet(connection, stored)
        actor = entries.doer(lookup.actor(connection, office, person))
        content = Asked(ground.strip(), wanted)
        entries.note(
            connection,
            stored,
            entries.of_system(office, stored.case, _KIND, PROPOSED_BY, PROPOSE, content, actor=actor),
        )
    return Proposal(case_id, ground.strip(), wanted, _titles(workflow, wanted), person)


def confirm(office: Office, case_id: str, person: str, token: str | None) -> Erased:
    """Erase what was proposed, in one transaction, then the traces in the file itself.

    Raises NoRight, NotFound, InvalidInput (nothing proposed; erased, but its traces stay as yet), RulesRefused (one
    hand; letters or papers under way).
    """
    office = _in_hands(office, person, token, CONFIRMER, f"{CONFIRM} {case_id}")
    with office.database.write() as connection:
        stored = lookup.stored(connection, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        asked = _proposed(connection, workflow, case_id)
        if asked.proposed_by == person:
            raise _refused(case_id, Refusal("one_hand", "提请和确认须是两个人", "请由另一人确认"))
        _require_quiet(connection, stored)
        chosen = _chosen(personal.of_case(connection, case_id), asked.fields)
        actor = entries.doer(lookup.actor(connection, office, person))
        content = Gone(asked.ground, asked.fields, asked.proposed_by, tuple(one.commitment for one in chosen))
        entry = entries.of_system(office, stored.case, _KIND, ERASED_BY, CONFIRM, content, actor=actor)
        written = entries.write(connection, case_id, stored.seq, stored.head, entry)
        personal.erase(connection, case_id, content.erased)
        erased_words.begin(connection, case_id)
        words = tuple(str(one.text) for one in chosen if one.name != DIGESTS)
        after = msgspec.structs.replace(stored, seq=written.seq, head=written.hash)
        told = _cleaned(connection, after, words)
    _finish(office, case_id)
    titles = _titles(workflow, asked.fields)
    return Erased(case_id, asked.fields, titles, len(chosen), *told)


def _finish(office: Office, case_id: str) -> None:
    """Remove the traces; where that can't be done now, it is told that the erasure itself stands."""
    try:
        erased_words.finish(office)
    except (ZhuliError, OSError) as error:
        why = str(error).partition("；")[0].partition("\n")[0]
        raise InvalidInput(
            f"事项 {case_id} 的个人信息已清除并已留痕；但数据库文件中的残迹还没有除净：{why}",
            fix="请排除所述原因后运行 zhuli doctor，它会接着除净",
        ) from error


def proposed(office: Office, case_id: str) -> Proposal:
    """What waits to be confirmed. Raises NotFound, InvalidInput when nothing does."""
    with office.database.read() as connection:
        stored = lookup.stored(connection, case_id)
        return _proposed(connection, lookup.definition(connection, office, stored.case.digest), case_id)


def _in_hands(office: Office, person: str, token: str | None, duty: str, act: str) -> Office:
    admit(office, person, token)
    return officers.in_hands_of(office, person, (duty,), act)


def _fields(workflow: Workflow, kept: Sequence[Kept], names: Sequence[str], case_id: str) -> tuple[str, ...]:
    """The fields to erase. Raises InvalidInput for one that is not personal, or when nothing is left to erase."""
    held = {one.name for one in kept if one.text is not None} - {DIGESTS}
    strange = [name for name in names if name not in fields_of(workflow)]
    if strange:
        known = "、".join(sorted(fields_of(workflow))) or "（没有）"
        raise InvalidInput(
            f"{strange[0]} 不是流程“{workflow.title}”声明的个人信息字段，未作任何改动", fix=f"可以清除的字段：{known}"
        )
    wanted = tuple(sorted(held & set(names) if names else held))
    if not wanted:
        raise InvalidInput(
            f"事项 {case_id} 没有可以清除的个人信息，未作任何改动",
            fix="只有流程定义中写明 personal 的字段、自写明以后办理所记的内容可以清除",
        )
    return wanted


def _titles(workflow: Workflow, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(workflow.fields[name].title if name in workflow.fields else name for name in names)


def _proposed(connection: Connection, workflow: Workflow, case_id: str) -> Proposal:
    found = [one for one in audit.entries(connection, case_id) if one.event in {PROPOSED_BY, ERASED_BY}]
    if not found or found[-1].event != PROPOSED_BY:
        raise InvalidInput(
            f"事项 {case_id} 没有待确认的清除，未作任何改动", fix="请先由安全保密员提请：zhuli personal erase"
        )
    told, who = json.loads(found[-1].body), read(found[-1].body).actor.person
    names = tuple(told["fields"])
    return Proposal(case_id, str(told["opinion"]), names, _titles(workflow, names), who)


def _require_quiet(connection: Connection, stored: Stored) -> None:
    """What is on its way would carry the words out of the house, or need them: first let it arrive."""
    case = stored.case
    if case.body.get("signoffs"):
        raise _refused(case.id, Refusal("under_way", "签署还在进行，签的就是这些内容", "请先办完签署"))
    if any(one.state == "ordered" for one in notices.of_case(connection, case.id)):
        fix = f"请先印出：zhuli notice issue {case.id}"
        raise _refused(case.id, Refusal("under_way", "还有公文没有印出，印出要用这些内容", fix))
    if outbox.is_pending(connection, case.id):
        raise _refused(case.id, Refusal("under_way", "还有信件没有寄出", "请先寄出：zhuli sweep"))


def _refused(case_id: str, why: Refusal) -> RulesRefused:
    return RulesRefused(f"事项 {case_id}：{why.because}；未作任何改动", [why], fix=why.fix)


def _chosen(kept: Sequence[Kept], names: Sequence[str]) -> list[Kept]:
    """What goes: the texts of these fields, others in which one of their words stands, and every plain hash."""
    present = [one for one in kept if one.text is not None]
    words = [str(one.text) for one in present if one.name in names]
    found = [word for word in words if len(word) >= SHORTEST]
    return [
        one
        for one in present
        if one.name in names or one.name == DIGESTS or any(word in str(one.text) for word in found)
    ]


class _Cleaned(NamedTuple):
    papers: int
    messages: int
    letters: int
    drafts: int
    printed: int


def _cleaned(connection: Connection, stored: Stored, words: tuple[str, ...]) -> _Cleaned:
    """The case as its history now reads, and the rows beside it without the words."""
    case_id, found = stored.case.id, audit.entries(connection, stored.case.id)
    bodies = [json.loads(one.body) for one in found]
    after = msgspec.structs.replace(stored, case=case_record.replayed(stored.case, bodies))
    moved = datetime.fromisoformat(case_record.last_moved(bodies))
    if not cases.update(connection, after, stored.case.version, moved):
        raise RuntimeError(f"case {case_id} moved under its own transaction")
    told = {str(body["text"]) for body in bodies if body.get("text")}
    mine = notices.of_case(connection, case_id)
    return _Cleaned(
        papers=_papers(connection, case_id, bodies, words),
        messages=inbox.erase(connection, case_id, words, ERASED, told),
        letters=_letters(connection, case_id, words),
        drafts=accounts.drop_drafts(connection, case_id),
        printed=sum(one.sha256 is not None for one in mine),
    )


def _letters(connection: Connection, case_id: str, words: tuple[str, ...]) -> int:
    """The letters that went out keep no personal words; how many had some."""
    changed = 0
    for one in whole_rows.letters(connection, case_id):
        payload = without(one.payload, words)
        if isinstance(payload, dict) and payload != one.payload:
            outbox.reword(connection, one.key, payload)
            changed += 1
    return changed


def _papers(connection: Connection, case_id: str, bodies: Sequence[case_record.Body], words: tuple[str, ...]) -> int:
    """The rows of papers whose hashes or titles the history tells no more; how many."""
    unsaid = {int(body["seq"]) for body in bodies for one in body.get("papers", ()) if one["content"] == ERASED}
    untitled = {one.get("id") for body in bodies for one in body.get("notices", ()) if one.get("title") == ERASED}
    changed = 0
    for one in notices.of_case(connection, case_id):
        variables = without(dict(one.variables), words) if one.seq in unsaid else dict(one.variables)
        title = ERASED if one.id in untitled else one.title
        if isinstance(variables, dict) and (variables != dict(one.variables) or title != one.title):
            notices.reword(connection, one.id, title, variables)
            changed += 1
    return changed
