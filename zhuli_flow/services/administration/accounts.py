"""Passwords: a first one by a link that serves once, later ones by its owner; who guesses has to wait ever longer.

What a person is told never says whether a name exists. In a rehearsal nobody needs any of it.
"""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import InvalidInput, NoRight, NotFound, Problem
from zhuli_flow.services.administration import security
from zhuli_flow.services.administration.directory import LIST
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import accounts, directory
from zhuli_flow.store.sql.statements import Connection

SECRET_BYTES = 32
LONGEST = 200
"""Characters of a password at most: hashing takes as long as the text is."""
FREE_TRIES = {"person": 5, "address": 30}
"""Failures in a row before one has to wait; behind one address there may be a whole office."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)

_hasher = PasswordHasher()  # argon2id with the profile of RFC 9106 for little memory
_nobody = _hasher.hash(secrets.token_urlsafe(SECRET_BYTES))
_turn = threading.BoundedSemaphore(2)
"""A hash takes 64 MiB: many at once would be a way to bring the machine down."""


class TooManyTries(NoRight):
    """Too many failures in a row under this name or from this address; ``retry_after`` whole seconds from now."""

    code = "too_many_tries"

    def __init__(self, message: str, retry_after: int, *, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.retry_after = retry_after


def invite(office: Office, person: str, lasts: timedelta) -> str:
    """The secret of a new link by which the person sets a password; it serves once, until it has lasted so long.

    A password there is, every session and every earlier link end at once: this is also how a lost password is
    replaced, and how somebody is made to change one. Raises NotFound.
    """
    secret, now = secrets.token_urlsafe(SECRET_BYTES), office.clock.now()
    with office.database.write() as connection:
        if directory.find(connection, person, office.today) is None:
            raise NotFound(f"名录中没有“{person}”", fix=LIST)
        accounts.use_links(connection, person, now)
        accounts.add_link(connection, secret, person, now, now + lasts)
        accounts.put_password(connection, person, None, now)
        accounts.end_sessions(connection, person, now)
        entries.write_office(connection, office, "invite", "发放设密链接", person=person)
    return secret


def invited(office: Office, secret: str) -> str:
    """Whose link this is. Raises NotFound for one that was used, has run out, or never was."""
    with office.database.read() as connection:
        return _invited(connection, office, secret)


def accept(office: Office, secret: str, password: str, shortest: int) -> str:
    """Set the password of the person whose link this is; the link serves no more. Returns the person.

    Raises NotFound as ``invited`` does, InvalidInput for a password that will not do.
    """
    _require_good(password, shortest)
    hashed = _hash(password)
    with office.database.write() as connection:
        person = _invited(connection, office, secret)
        accounts.use_links(connection, person, office.clock.now())
        _put(connection, office, person, hashed)
    return person


def change(office: Office, person: str, old: str, new: str, shortest: int, address: str) -> None:
    """Change one's own password, the old one given; every session ends. Raises as ``prove`` and ``accept`` do."""
    _require_good(new, shortest)
    prove(office, person, old, address)
    hashed = _hash(new)
    with office.database.write() as connection:
        _put(connection, office, person, hashed)


def prove(office: Office, person: str, password: str, address: str) -> None:
    """Return when this is the person's password. Raises NoRight when it is not, TooManyTries before even looking."""
    name = security.known(office, person)
    keys = {"person": _name_key(person, name), "address": f"address:{address}"}
    with office.database.read() as connection:
        for key in keys.values():
            _require_free(office, accounts.failure(connection, key))
        kept = accounts.password(connection, person)
    if not _fits(kept, password) or kept is None:
        _note_failure(office, name, keys)
        security.note(office, "login", name, address=address, ok=False)
        raise NoRight("姓名或密码不对", fix="请重新输入；还没有密码或忘记密码的，请向管理员要设密链接")
    with office.database.write() as connection:
        accounts.forget_failure(connection, keys["person"])


def recognised(office: Office, name: str, address: str) -> str:
    """The person whom the office's own directory calls ``name``, who has to be in ours. Raises NoRight; noted."""
    with office.database.read() as connection:
        found = directory.find(connection, name, office.today)
    if found is None:
        security.note(office, "login", security.UNKNOWN, address=address, ok=False)
        raise NoRight("名录中没有这个账号对应的人员，不能登录", fix="请管理员先把您录入名录，名称与单位账号一致")
    return found.person


def _put(connection: Connection, office: Office, person: str, hashed: str) -> None:
    now = office.clock.now()
    accounts.put_password(connection, person, hashed, now)
    accounts.end_sessions(connection, person, now)
    accounts.forget_failure(connection, f"person:{person}")
    entries.write_office(connection, office, "password", "设置密码", person=person)


def _invited(connection: Connection, office: Office, secret: str) -> str:
    person = accounts.link(connection, secret, office.clock.now())
    if person is None:
        raise NotFound("这个设密链接已用过、已过期或不存在", fix="请向管理员重新要一个链接")
    return person


def _require_good(password: str, shortest: int) -> None:
    if len(password) < shortest:
        why = f"密码只有 {len(password)} 个字符，至少 {shortest} 个"
        raise InvalidInput("密码没有设置", [Problem("password", "too_short", why, "可用几个词连成一句")], fix=why)
    if len(password) > LONGEST or len(set(password)) < 4:
        why = f"密码最多 {LONGEST} 个字符，且不能只是几个字符的重复"
        raise InvalidInput("密码没有设置", [Problem("password", "unfit", why, "请换一个密码")], fix=why)


def _hash(password: str) -> str:
    with _turn:
        return _hasher.hash(password)


def _fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; as long for one who has none."""
    if len(password) > LONGEST:
        return False
    with _turn:
        try:
            return _hasher.verify(kept or _nobody, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _require_free(office: Office, failed: accounts.Failure) -> None:
    if not failed.until:
        return
    left = datetime.fromisoformat(failed.until) - office.clock.now()
    if left > timedelta(0):
        seconds = int(left.total_seconds()) + 1
        raise TooManyTries("尝试的次数太多，暂时不能登录", seconds, fix=f"请等 {seconds} 秒后再试")


def _name_key(person: str, name: str) -> str:
    """Under what failures of this name are counted.

    What nobody is called may be a password in the wrong box: four digits of its hash give none away, and are the same
    in every process, so that a name that exists is not told from one that doesn't by when one has to wait.
    """
    unknown = sha256(person.encode("utf-8", "replace")).hexdigest()[:4]
    return f"person:{name}" if name == person else f"unknown:{unknown}"


def _note_failure(office: Office, person: str, keys: dict[str, str]) -> None:
    """One more failure; the moment it leads to waiting is on record, once each time."""
    now = office.clock.now()
    with office.database.write() as connection:
        for kind, key in keys.items():
            before = accounts.failure(connection, key)
            recent = before.last_at and now - datetime.fromisoformat(before.last_at) < FORGOTTEN_AFTER
            count = (before.count if recent else 0) + 1
            accounts.note_failure(connection, key, count, now, now + _wait(kind, count))
            if kind == "person" and count == FREE_TRIES[kind]:
                _record(connection, office, person)


def _wait(kind: str, count: int) -> timedelta:
    """None within the free tries, then twice as long each time."""
    over = count - FREE_TRIES[kind]
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 10)) if over >= 0 else timedelta(0)


def _record(connection: Connection, office: Office, person: str) -> None:
    refusal = Refusal("token", f"“{person}”连续 {FREE_TRIES['person']} 次没有通过身份核对", "请本人核对密码")
    noted = Noted(refusals=(refusal,))
    entries.write_office(connection, office, "login", "登录", person=person, kind="refused", content=noted)
