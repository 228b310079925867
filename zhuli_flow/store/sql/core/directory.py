"""Statements about organisations, people and who may act for whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, insert, or_, select, update

from zhuli_flow.store.sql.core.constructs import Among, TextWithin, number, table, upsert, value
from zhuli_flow.store.sql.tables import EntrustmentRow, OrganisationRow, PersonRow, SuccessionRow

_ORGANISATIONS, _PEOPLE, _ENTRUSTMENTS = table(OrganisationRow), table(PersonRow), table(EntrustmentRow)
_ORGANISATION, _PERSON, _ENTRUSTED = _ORGANISATIONS.c, _PEOPLE.c, _ENTRUSTMENTS.c
_WHOSE = [_ORGANISATION[name] for name in ("id", "name", "level", "city", "county", "kind")]
_BELONGS = _ORGANISATION.id == _PERSON.organisation
_ACTS_FOR = exists().where(_ENTRUSTED.to_person == _PERSON.id)
_SUCCESSIONS = table(SuccessionRow)
_SUCCEEDS = exists().where(_SUCCESSIONS.c.successor == _ORGANISATION.id)
_ACTIVE = _PERSON.active == 1

PUT_ORGANISATION = upsert(
    _ORGANISATIONS, "id name level city county kind", key="id", replace="name level city county kind"
)
PUT_PERSON = upsert(_PEOPLE, "id title organisation roles active", key="id", replace="title organisation roles active")
_KNOWN = (
    select(_PERSON.id, _PERSON.title, _PERSON.roles, _ACTS_FOR, _SUCCEEDS, *_WHOSE)
    .join_from(_PEOPLE, _ORGANISATIONS, _BELONGS)
    .where(_ACTIVE)
)
PEOPLE = _KNOWN.where(Among(_PERSON.id, value("ids")))
FIND = _KNOWN.where(_PERSON.id == value("id"))
_AT = select(_ORGANISATION.name).distinct().join_from(_PEOPLE, _ORGANISATIONS, _BELONGS).where(_ACTIVE)
_HOLDING = _AT.where(TextWithin(_PERSON.roles, value("role"))).limit(number("limit"))
AT_PERSON = _AT.where(_PERSON.id == value("area"))
AT_CITY = _HOLDING.where(_ORGANISATION.level == "city", _ORGANISATION.city == value("area"))
AT_COUNTY = _HOLDING.where(_ORGANISATION.level == "county", _ORGANISATION.county == value("area"))
AT_PROVINCE = _HOLDING.where(_ORGANISATION.level == "province")
AT_APPLICANT = _HOLDING.where(_ORGANISATION.id == value("area"))
_WITHIN = {"city": _ORGANISATION.city, "county": _ORGANISATION.county, "applicant": _ORGANISATION.id}


def _at_each(kind: str, *level: ColumnElement[bool]) -> Any:
    """For each of the areas the organisations of those who hold the role there."""
    return (
        select(_WITHIN[kind], _ORGANISATION.name)
        .distinct()
        .join_from(_PEOPLE, _ORGANISATIONS, _BELONGS)
        .where(_ACTIVE, TextWithin(_PERSON.roles, value("role")), Among(_WITHIN[kind], value("areas")), *level)
    )


AT_EACH_CITY = _at_each("city", _ORGANISATION.level == "city")
AT_EACH_COUNTY = _at_each("county", _ORGANISATION.level == "county")
AT_EACH_APPLICANT = _at_each("applicant")
AT_NAMED = _HOLDING.where(_PERSON.id == value("area"))
AT_ANY = _HOLDING
EVERYBODY = select(_PERSON.id).where(_ACTIVE).order_by(_PERSON.id)
ORGANISATIONS = select(*_WHOSE).where(Among(_ORGANISATION.id, value("ids")))
EVERY_ORGANISATION = select(*_WHOSE).order_by(_ORGANISATION.id)
_WORD = value("word")
PEOPLE_WITH = (
    select(_PERSON.id)
    .join_from(_PEOPLE, _ORGANISATIONS, _BELONGS)
    .where(_ACTIVE, _PERSON.id > value("after"))
    .where(or_(*(TextWithin(one, _WORD) for one in (_PERSON.id, _PERSON.title, _ORGANISATION.name))))
    .order_by(_PERSON.id)
    .limit(number("limit"))
)
ORGANISATIONS_WITH = (
    select(*_WHOSE)
    .where(_ORGANISATION.id > value("after"))
    .where(or_(*(TextWithin(_ORGANISATION[name], _WORD) for name in ("id", "name", "city", "county"))))
    .order_by(_ORGANISATION.id)
    .limit(number("limit"))
)
FIRST_ORGANISATIONS = select(_ORGANISATION.id).order_by(_ORGANISATION.id).limit(number("limit"))
KINDS = select(_ORGANISATION.kind).where(_ORGANISATION.kind != "").distinct().order_by(_ORGANISATION.kind)
CITIES = select(_ORGANISATION.city).where(_ORGANISATION.city != "").distinct().order_by(_ORGANISATION.city)

_TOLD = ("from_person", "to_person", "since", "until", "reason", "made_at")
ENTRUST = insert(_ENTRUSTMENTS).values({name: value(name) for name in _TOLD}).returning(_ENTRUSTED.id)
REVOKE = (
    update(_ENTRUSTMENTS)
    .where(_ENTRUSTED.id == value("id"), _ENTRUSTED.revoked_at.is_(None))
    .values(revoked_at=value("at"))
)
STANDINGS = (
    select(_ENTRUSTED.to_person, _PERSON.id, _PERSON.roles, *_WHOSE)
    .distinct()
    .join_from(_ENTRUSTMENTS, _PEOPLE, _PERSON.id == _ENTRUSTED.from_person)
    .join(_ORGANISATIONS, _BELONGS)
    .where(
        Among(_ENTRUSTED.to_person, value("ids")),
        _ENTRUSTED.revoked_at.is_(None),
        _ACTIVE,
        _ENTRUSTED.since <= value("today"),
        _ENTRUSTED.until >= value("today"),
    )
    .order_by(_PERSON.id)
)
ENTRUSTMENTS = select(
    _ENTRUSTED.id,
    _ENTRUSTED.from_person,
    _ENTRUSTED.to_person,
    _ENTRUSTED.since,
    _ENTRUSTED.until,
    _ENTRUSTED.reason,
    _ENTRUSTED.made_at,
    _ENTRUSTED.revoked_at,
).order_by(_ENTRUSTED.id)
SUCCEED = insert(_SUCCESSIONS)
SUCCESSIONS = select(*_SUCCESSIONS.columns).order_by(_SUCCESSIONS.c.since, _SUCCESSIONS.c.predecessor)
SET_TOKEN = update(_PEOPLE).where(_PERSON.id == value("id")).values(token_hash=value("hash"))
TOKEN = select(_PERSON.token_hash).where(_PERSON.id == value("id"), _ACTIVE)
