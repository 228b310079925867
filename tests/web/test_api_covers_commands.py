"""Every command that answers with ``--json`` has its address under ``/api/v1``, or a reason why it has none."""

import click
from fastapi.routing import APIRoute

from zhuli_flow.cli.main import root
from zhuli_flow.web.app import ROUTERS

ADDRESS = {
    "archive": "GET /cases/{case_id}/archive",
    "audit checkpoint": "POST /audit/checkpoints",
    "audit export": "GET /audit/export",
    "audit prove": "GET /cases/{case_id}/history/{seq}/proof",
    "audit verify": "GET /audit/verification",
    "calendar show": "GET /calendar/{year}",
    "case advance": "POST /cases/{case_id}/acts/{event}",
    "case handover": "POST /handover",
    "case history": "GET /cases/{case_id}/history",
    "case list": "GET /cases",
    "case open": "POST /cases",
    "case options": "GET /cases/{case_id}/options",
    "case show": "GET /cases/{case_id}",
    "clock show": "GET /me",
    "deadline calc": "GET /deadlines/calc",
    "deadline list": "GET /deadlines",
    "directory list": "GET /directory",
    "form export": "GET /cases/{case_id}/forms/{form}.xlsx",
    "form import": "POST /cases/{case_id}/forms/{form}",
    "inbox list": "GET /messages",
    "inbox read": "POST /messages/{number}/read",
    "notice ledger": "GET /numbers",
    "notice list": "GET /papers",
    "notice show": "GET /papers/{number}",
    "notice verify": "POST /papers/verify",
    "notice void": "POST /papers/{number}/void",
    "overview": "GET /overview",
    "register export": "GET /registers/{name}/file.{suffix}",
    "register list": "GET /registers/{name}",
    "register total": "GET /registers/{name}/total",
    "search": "GET /search",
    "todo": "GET /todo",
    "workflow show": "GET /workflows/{name}",
}
MACHINE = "it is done on the office's own machine, to its files"
WRITING = "it is a tool of who writes a definition: it works on files beside him"
ADMINISTERS = "it changes the office; a page of 管理 does it, with the officer in charge on record, and no token does"
OF_THE_RUN = "the running server does it by itself"
PRINTED = "it prints, and a page shows it"
NONE = {
    "audit inspect": "it judges a package that somebody holds, without the office",
    "audit renew": MACHINE,
    "audit security": "only officers read it, each look on record; a token is not an officer",
    "audit succeed": MACHINE,
    "calendar import": ADMINISTERS,
    "calendar recompute": ADMINISTERS,
    "case fork": MACHINE,
    "clock advance": MACHINE,
    "clock set": MACHINE,
    "completion": MACHINE,
    "db backup": MACHINE,
    "db check": MACHINE,
    "db move": MACHINE,
    "db restore": MACHINE,
    "db upgrade": MACHINE,
    "demo": MACHINE,
    "directory entrust": ADMINISTERS,
    "directory import": ADMINISTERS,
    "directory invite": ADMINISTERS,
    "directory revoke": ADMINISTERS,
    "directory succeed": ADMINISTERS,
    "directory token": ADMINISTERS,
    "doctor": MACHINE,
    "fonts check": MACHINE,
    "fonts install": MACHINE,
    "form print": PRINTED,
    "init": MACHINE,
    "notice check": "it judges a file that is no paper of this office",
    "notice export": PRINTED,
    "notice import": PRINTED,
    "notice issue": OF_THE_RUN,
    "notice preview": PRINTED,
    "notice reprint": PRINTED,
    "personal erase": "two officers do it, each on record; a token is not an officer",
    "personal find": "only officers search for personal data, each look on record",
    "post feed": "everybody takes his own address on his page, shown once",
    "post list": ADMINISTERS,
    "post retry": ADMINISTERS,
    "rehearse": "it copies the whole office and plays it on: a page does it for a person who waits",
    "run": OF_THE_RUN,
    "serve": OF_THE_RUN,
    "sweep": OF_THE_RUN,
    "worker": OF_THE_RUN,
    "workflow check": WRITING,
    "workflow coverage": WRITING,
    "workflow diff": WRITING,
    "workflow draw": PRINTED,
    "workflow export": WRITING,
    "workflow import": WRITING,
    "workflow migrate": ADMINISTERS,
    "workflow new": WRITING,
    "workflow register": ADMINISTERS,
    "workflow replay": WRITING,
    "workflow retire": ADMINISTERS,
    "workflow schema": WRITING,
    "workflow try": WRITING,
    "workflow use": ADMINISTERS,
}
MORE = {
    "GET /audit",
    "GET /registers",
    "GET /registers/{name}/comparison",
    "GET /registers/{name}/editions/{edition}",
    "GET /workflows",
    "POST /cases/{case_id}/files",
}
"""Addresses of their own for what a command tells by an option, and the way a file comes in."""


def commands(group: click.Command, path: tuple[str, ...] = ()) -> list[str]:
    if not isinstance(group, click.Group):
        return [" ".join(path)] if any("--json" in one.opts for one in group.params) else []
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [line for name, one in found if one for line in commands(one, (*path, name))]


def test_every_command_has_an_address_or_a_reason() -> None:
    assert ADDRESS.keys() & NONE.keys() == set()
    assert sorted([*ADDRESS, *NONE]) == sorted(commands(root))


def test_every_address_is_that_of_a_command() -> None:
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    there = {f"{min(one.methods)} {one.path.removeprefix('/api/v1')}" for one in routes if "/api/v1" in one.path}
    assert there == {*ADDRESS.values(), *MORE}
