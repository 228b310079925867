"""三员: who runs the system, who keeps identities and keys, who audits. Three duties, three people, none a clerk.

A duty is in force in a real home from the moment somebody who holds it can prove to be himself (has a token): until
then who runs the machine appoints the first ones. From then on its acts need such a person, and are on record so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import NoRight
from zhuli_flow.services.administration import security
from zhuli_flow.services.administration.directory import admit
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import directory, whole_rows
from zhuli_flow.vocabulary import OFFICERS

ADMINISTRATOR, SECURITY = "administrator", "security_officer"


def in_charge(office: Office, person: str | None, token: str | None, duties: Sequence[str], act: str) -> Office:
    """The office in the hands of ``person``, who holds one of ``duties``; as it is where none of them is in force.

    Raises NoRight without such a person; the attempt is recorded. ``act``: what was to be done, in words.
    """
    if office.rehearsal or not any(_in_force(office, duty) for duty in duties):
        return office
    titles = _titles(duties)
    fix = f"请由{titles}办理：加 --as 人员，并设环境变量 ZHULI_TOKEN"
    if not person:
        raise _refused(office, "", act, Refusal("not_in_charge", f"“{act}”须由{titles}办理，没有写明是谁", fix))
    admit(office, person, token)
    return in_hands_of(office, person, duties, act, fix=fix)


def in_hands_of(
    office: Office, person: str, duties: Sequence[str], act: str, *, fix: str = "", address: str = ""
) -> Office:
    """The office in the hands of ``person``, who has proved to be himself and holds one of ``duties``.

    Raises NoRight for anybody else, also where no duty is in force; the attempt is recorded. ``address``: whence.
    """
    titles = _titles(duties)
    with office.database.read() as connection:
        actor = directory.find(connection, person, office.today)
    if actor is None or actor.roles.isdisjoint(duties):
        why = f"“{act}”须由{titles}办理，“{person}”不是"
        raise _refused(office, person, act, Refusal("not_in_charge", why, fix or f"请由{titles}登录办理"), address)
    security.note(office, "administer", person, address=address, words=act)
    return replace(office, officer=person)


def _in_force(office: Office, duty: str) -> bool:
    with office.database.read() as connection:
        return any(one.active and one.token_hash and duty in one.roles for one in whole_rows.people(connection))


def _titles(duties: Sequence[str]) -> str:
    return "或".join(OFFICERS[duty] for duty in duties)


def _refused(office: Office, person: str, act: str, refusal: Refusal, address: str = "") -> NoRight:
    known = security.known(office, person) if person else ""
    security.note(office, "administer", known, address=address, ok=False, words=act)
    with office.database.write() as connection:
        noted = Noted(refusals=(refusal,))
        entries.write_office(connection, office, "admit", act, person=person, kind="refused", content=noted)
    return NoRight(f"{refusal.because}；未作任何改动", [refusal], fix=refusal.fix)
