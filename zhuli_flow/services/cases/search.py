"""Full-text search over cases: applicants, fields, opinions, titles and numbers of documents, names of files.

The index is caught up before each answer, case by case, by the entries that came since; it never answers for less than
what the database held when the search began. What is under seal is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.reach import marks
from zhuli_flow.engine.authority.reading import Reader
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, notices, search_index, workflows
from zhuli_flow.store.search_index import Index, Passage, Ranked
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.plain_text import folded, hidden
from zhuli_flow.vocabulary import PAPER_STATES

FILE = "search.db"
MAX_WORDS = 10
_AROUND = 24
"""Characters shown before and behind what was found."""


class Hit(msgspec.Struct, frozen=True):
    """A passage in which a word stands: what it is of (``kind``), what people call that, and the text around the word.

    ``at``: when it was written (UTC, ISO 8601), None where that is not kept.
    """

    kind: str
    title: str
    text: str
    at: str | None


class FoundCase(msgspec.Struct, frozen=True):
    """A case in which every word stands somewhere; ``title`` is that of its workflow."""

    case: str
    workflow: str
    title: str
    applicant: str
    state: str
    state_title: str
    hits: tuple[Hit, ...]


class Found(msgspec.Struct, frozen=True):
    """``total`` cases fit; ``cases`` are those of this page, with the most passages first, each with its hits.

    ``next`` is where the next page begins; empty: no more. Of very many passages the newest are ranked first, and
    ``total_at_least`` says that counting ended there.
    """

    words: tuple[str, ...]
    total: int
    cases: tuple[FoundCase, ...]
    next: str = ""
    total_at_least: bool | UnsetType = UNSET

    @property
    def told(self) -> str:
        """How many there are, in words."""
        return f"{self.total} 件{'以上' if self.total_at_least is True else ''}"


def find(office: Office, words: Sequence[str], limit: int = 20, after: str = "") -> Found:
    """The cases in which every word stands somewhere; ``after`` is the ``next`` of the page before.

    Raises InvalidInput without a word, with more than ten, with what nobody sees, or for another ``after``.
    """
    asked = tuple(dict.fromkeys(part for word in words for part in word.split()))
    if code := next(filter(None, map(hidden, asked)), ""):
        raise InvalidInput(f"要查的词含有不可见的控制字符（{code}）", fix="请删去后重查")
    if not asked or len(asked) > MAX_WORDS:
        raise InvalidInput(
            "要查什么没有写明" if not asked else f"一次至多查 {MAX_WORDS} 个词", fix="如 zhuli search 法库 陶瓷"
        )
    start = Ranked.read(after) if after else None
    found = search_index.FILE.read(office.home / FILE, lambda index: _find(office, index, asked, limit, start))
    if found is not None:
        return found
    again = search_index.FILE.look(
        office.home / FILE, lambda index: _find(office, index, asked, limit, start, behind=True)
    )
    return again or Found(asked, 0, ())


def _find(
    office: Office, index: Index, words: tuple[str, ...], limit: int, after: Ranked | None, *, behind: bool = False
) -> Found | None:
    """None while the index is behind what has come: whoever may write brings it up first."""
    with office.database.read() as connection:
        if behind:
            _catch_up(connection, office, index)
        elif index.caught_up() != audit.last_arrived(connection):
            return None
        _narrow(connection, office, index)
        total, found = index.count(words), index.find(words, limit + 1, after)
        known = cases.by_ids(connection, [one.case_id for one in found[:limit]])
        shown = tuple(
            _shown(connection, office, known[one.case_id].case, index.passages(one), words) for one in found[:limit]
        )
    following = str(found[limit - 1]) if len(found) > limit else ""
    return Found(words, total.cases, shown, following, total.more or UNSET)


def _narrow(connection: Connection, office: Office, index: Index) -> None:
    """To what the reader may see."""
    parts = ("case", *search_index.PARTS.values())
    reach = {part: reading.reach(connection, office, part) for part in parts}
    if not all(one.everything for one in reach.values()):
        every = {row[2] for row in workflows.listed(connection)}
        index.narrow({part: every if one.everything else one.marks for part, one in reach.items()})


def _catch_up(connection: Connection, office: Office, index: Index) -> None:
    """Read again what has changed: by the entries that came since the last time, or else by the heads of all chains."""
    then, last = index.caught_up(), audit.last_arrived(connection)
    since = audit.arrived_since(connection, audit.Arrived(*then)) if then else None
    for case_id in _by_heads(connection, index) if since is None else since:
        stored, head = cases.load(connection, case_id), audit.head(connection, case_id)
        if stored is not None and head is not None:
            workflow = lookup.definition(connection, office, stored.case.digest)
            index.put(case_id, head, list(_passages(connection, workflow, stored.case)), marks(workflow, stored.case))
    if then != last:
        index.note(*last)


def _by_heads(connection: Connection, index: Index) -> list[str]:
    """The cases whose chain ends otherwise than when they were read; those that are no more are forgotten."""
    now = {case_id: head for case_id, (_, head) in audit.heads(connection).items() if case_id != audit.OFFICE}
    then = index.heads()
    index.drop(then.keys() - now.keys())
    return sorted(case_id for case_id, head in now.items() if then.get(case_id) != head)


def _passages(connection: Connection, workflow: Workflow, case: Case) -> Iterator[Passage]:
    of = case.applicant
    yield Passage(case.id, "case", "事项", f"{case.id} {workflow.title}")
    yield Passage(case.id, "applicant", "申报单位", " ".join(dict.fromkeys([of.name, of.city, of.county])).strip())
    for name, value in case.fields.items():
        field = workflow.fields.get(name)
        if text := _text(value):
            yield Passage(case.id, "field", field.title if field else name, text)
    for name, files in case.materials.items():
        material = workflow.materials.get(name)
        yield Passage(
            case.id, "material", material.title if material else name, "、".join(file.filename for file in files)
        )
    for paper in notices.of_case(connection, case.id):
        number = f"（{PAPER_STATES[paper.state]}）" if paper.state == "void" else ""
        yield Passage(
            case.id, "notice", "公文", f"{paper.number or ''} {paper.title}{number}".strip(), paper.ordered_at
        )
    yield from _opinions(connection, workflow, case)


def _opinions(connection: Connection, workflow: Workflow, case: Case) -> Iterator[Passage]:
    everybody = Reader(workflow, case)
    for stored in audit.entries(connection, case.id):
        entry = read(stored.body)
        if entry.opinion and everybody.knows(entry):
            title = f"{entry.title}意见（{entry.actor.person}）"
            yield Passage(case.id, "opinion", title, entry.opinion, stored.at)


def _text(value: Json) -> str:
    """A value in words: a number by its digits, a file by its name; yes and no are nothing to look for."""
    if isinstance(value, dict):
        return str(value["filename"]) if "sha256" in value else " ".join(filter(None, map(_text, value.values())))
    if isinstance(value, list):
        return "、".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, bool) else str(value)


def _shown(
    connection: Connection, office: Office, case: Case, hits: Sequence[Passage], words: Sequence[str]
) -> FoundCase:
    workflow = lookup.definition(connection, office, case.digest)
    return FoundCase(
        case=case.id,
        workflow=case.workflow,
        title=workflow.title,
        applicant=case.applicant.name,
        state=case.state,
        state_title=workflow.states[case.state].title,
        hits=tuple(Hit(one.kind, one.title, _excerpt(one.text, words), one.at or None) for one in hits),
    )


def _excerpt(text: str, words: Sequence[str]) -> str:
    """The text around the first of the words in it, on one line."""
    line = " ".join(text.split()) if "\n" in text or "\t" in text else text
    within = folded(line)
    places = [(at, len(word)) for word in words if (at := within.find(folded(word))) >= 0]
    at, length = min(places, default=(0, 0))
    first, last = max(0, at - _AROUND), at + length + _AROUND
    return f"{'…' if first else ''}{line[first:last]}{'…' if last < len(line) else ''}"
