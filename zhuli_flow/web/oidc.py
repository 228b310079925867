"""Coming in by the office's own directory (OpenID Connect): the code flow with state, nonce and PKCE, and nothing else.

What the provider says is believed when it is signed with one of its published keys, is meant for this office and this
very try, and names a person whom the directory of zhuli_flow has already: no account ever comes to be by it. Authlib
and requests are imported here alone, and only where the settings name a provider (extra ``oidc``).
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from zhuli_flow.channels.secret import read_secret
from zhuli_flow.errors import InvalidInput, NoRight
from zhuli_flow.settings import Oidc

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

BACK = "/login/office/back"
"""Where the provider sends people back to; it is registered there."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
WITHIN_S = 600
"""How long somebody may take at the provider."""
MOST_TRIES, MOST_OF_ONE = 2000, 200
"""How many may be on their way, in all and from one address."""
TIMEOUT_S = (5, 10)
LEEWAY_S = 60
_WORDS = "单位身份认证没有通过"
_FIX = "请重新登录；仍不行的，请用密码登录，并告诉管理员出错的时间"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody on his way to the provider: ``browser`` is the secret in his cookie, ``to`` the page he asked for.

    ``address``: where he came from.
    """

    nonce: str
    verifier: str
    browser: str
    to: str
    begun: float
    address: str = ""


class Tries:
    """Who is on the way to the provider, by the state that comes back: each serves once, and for ``WITHIN_S``.

    Whoever begins too many pushes out his own oldest: those of the address that has the most give way.
    """

    def __init__(self) -> None:
        self._open: dict[str, Try] = {}
        self._lock = Lock()

    def add(self, state: str, made: Try) -> None:
        """Keep one; what is too old, or one too many, is forgotten."""
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if made.begun - one.begun <= WITHIN_S}
            self._open[state] = made
            of = Counter(one.address for one in self._open.values())
            if of[made.address] > MOST_OF_ONE or len(self._open) > MOST_TRIES:
                most = made.address if of[made.address] > MOST_OF_ONE else of.most_common(1)[0][0]
                del self._open[next(key for key, one in self._open.items() if one.address == most)]

    def take(self, state: str, now: float) -> Try | None:
        """The one of this state, which then is gone; None for none, or one begun too long ago."""
        with self._lock:
            made = self._open.pop(state, None)
        return made if made and now - made.begun <= WITHIN_S else None

    def __len__(self) -> int:
        return len(self._open)


def _block(address: str) -> str:
    """The address, of one in IPv6 the block that a single household has (/64)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the provider named, by the claim that the settings choose, and the page he asked for."""

    name: str
    to: str


class OfficeLogin:
    """The login of one provider, as long as this process lives."""

    def __init__(self, settings: Oidc, home: Path, origin: str) -> None:
        """Raises InvalidInput without the extra ``oidc``, or when the file of the secret can't be used."""
        try:
            import authlib.integrations.requests_client  # noqa: F401 - is it there?
        except ImportError as error:
            fix = "请安装附加件：pip install 'zhuli-flow[oidc]'，或删去 zhuli.toml 的 [oidc] 一节"
            raise InvalidInput("设置了单位身份认证，却没有安装所需的程序", fix=fix) from error
        self.settings, self._origin = settings, origin
        self._secret = read_secret(home / settings.secret_file)
        self.tries = Tries()
        self._found: dict[str, str] = {}

    def begin(self, to: str, address: str = "") -> tuple[str, str]:
        """The provider's address to go to, and the secret for this browser's cookie; ``address``: the browser's.

        Raises NoRight.
        """
        nonce, verifier, browser = (secrets.token_urlsafe(48) for _ in range(3))
        made = Try(nonce, verifier, browser, to, monotonic(), _block(address))
        try:
            goal, state = self._session().create_authorization_url(
                self._endpoint("authorization_endpoint"), code_verifier=made.verifier, nonce=made.nonce
            )
        except Exception as error:
            raise _refused("begin", error) from error
        self.tries.add(state, made)
        return str(goal), made.browser

    def finish(self, state: str, code: str, browser: str, now: float) -> Told:
        """Whom the provider sent back with this code; ``now``: seconds since 1970. A try serves once.

        Raises NoRight.
        """
        made = self.tries.take(state, monotonic())
        if made is None or not hmac.compare_digest(made.browser.encode(), browser.encode()):
            raise NoRight("这次登录已经过期，或不是在这个浏览器中开始的", fix="请重新登录")
        try:
            with self._session() as session:
                answer = session.fetch_token(
                    self._endpoint("token_endpoint"), code=code, code_verifier=made.verifier, timeout=TIMEOUT_S
                )
            claims = self._claims(str(answer["id_token"]), made.nonce, now)
        except Exception as error:
            raise _refused("finish", error) from error
        name = claims.get(self.settings.claim)
        if not isinstance(name, str) or not name:
            raise NoRight(f"单位身份认证没有给出“{self.settings.claim}”", fix="请管理员核对 zhuli.toml 中 oidc.claim")
        return Told(name, made.to)

    def farewell(self) -> str:
        """Where one leaves the provider as well; empty where it names no such place, or does not answer."""
        try:
            return self._endpoint("end_session_endpoint")
        except Exception as error:  # noqa: BLE001 - whatever a foreign machine does, one has left this house
            log.warning("oidc farewell: %s", type(error).__name__)
            return ""

    def _claims(self, token: str, nonce: str, now: float) -> dict[str, object]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self._json(self._endpoint("jwks_uri")))
        read = jwt.decode(token, keys, algorithms=ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.settings.issuer}}
        wanted["aud"] = {"essential": True, "value": self.settings.client_id}
        asked = {"nonce": nonce, "client_id": self.settings.client_id}
        claims = CodeIDToken(read.claims, read.header, wanted, asked)
        claims.validate(now=int(now), leeway=LEEWAY_S)
        return dict(claims)

    def _session(self) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        made = OAuth2Session(
            self.settings.client_id,
            self._secret.reveal(),
            scope="openid profile",
            redirect_uri=self._origin + BACK,
            code_challenge_method="S256",
        )
        made.trust_env, made.verify = False, self.settings.ca or True
        return made

    def _endpoint(self, name: str) -> str:
        """An address of the provider, as its own description names it; empty where it has none."""
        if not self._found:
            told = self._json(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.settings.issuer:
                raise ValueError("another issuer")
            self._found = {key: value for key, value in told.items() if isinstance(value, str)}
        return self._found.get(name, "")

    def _json(self, address: str) -> Any:
        with self._session() as session:
            answer = session.get(address, withhold_token=True, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
        return told if isinstance(told, dict) else {}


def _refused(step: str, error: Exception) -> NoRight:
    """What went wrong, for the log by its kind alone: an answer of the provider may hold secrets."""
    log.warning("oidc %s: %s", step, type(error).__name__)
    return NoRight(_WORDS, fix=_FIX)
