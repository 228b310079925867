"""A small OpenID Connect provider on loopback, with a key of its own: it signs what a test tells it to sign."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "zhuli", "从不写进日志的密钥".encode().hex()


@dataclass
class Provider:
    """What it was asked, and what it is to say: ``said`` goes over what an honest provider would put in its token."""

    now: int
    person: str = ""
    said: dict[str, object] = field(default_factory=dict)
    key: ECKey | OctKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "1"}))
    published: ECKey | None = None
    algorithm: str = "ES256"
    issuer: str = ""
    described_as: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def described(self) -> dict[str, object]:
        places = {"authorization": "authorize", "token": "token", "end_session": "leave"}
        told: dict[str, object] = {f"{name}_endpoint": f"{self.issuer}/{place}" for name, place in places.items()}
        return {"issuer": self.described_as or self.issuer, "jwks_uri": f"{self.issuer}/keys", **told}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent after its owner has proved who he is."""
        code = secrets.token_urlsafe(8)
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], basic: str) -> tuple[int, dict[str, object]]:
        asked = self.asked.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        good = asked is not None and basic == f"{CLIENT}:{SECRET}" and proof.rstrip("=") == asked["code_challenge"]
        if asked is None or not good or form.get("redirect_uri") != asked["redirect_uri"]:
            self.refused.append(str(form))
            return 400, {"error": "invalid_grant"}
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            "preferred_username": self.person,
            **self.said,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": self.algorithm, "kid": "1"}, claims, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def keys(self) -> dict[str, object]:
        shown = self.published or self.key
        return {"keys": [shown.as_dict(private=False)]}


@contextmanager
def listening(provider: Provider) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place, _, query = self.path.partition("?")
            if place == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif place == "/keys":
                self._tell(200, provider.keys())
            elif place == "/.well-known/openid-configuration":
                self._tell(200, provider.described())
            else:
                self._tell(404, {})

        def do_POST(self) -> None:
            form = {
                name: values[0]
                for name, values in parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()).items()
            }
            kind, _, coded = self.headers.get("authorization", "").partition(" ")
            basic = base64.b64decode(coded).decode() if kind == "Basic" else ""
            self._tell(*provider.token(form, basic))

        def _tell(self, status: int, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
