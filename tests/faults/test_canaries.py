"""A day of an office under canary secrets, looked for afterwards in everything that it kept, printed or handed out.

Each secret is looked for as it stands and URL-quoted, in base64, in hex and escaped as in JSON; in files as bytes, in
packages within every member, in PDFs within every stream and in the words of the pages, in databases also row by row.
Where one stands on purpose is a row of ``MEANT`` with its reason; a row that nothing fits any more fails as well.
"""

import io
import json
import logging
import re
import sqlite3
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

import httpx
import pypdfium2
import pytest
from fastapi.testclient import TestClient

from tests.channels.machines import Mailbox, Sink, free_port, mail_server, web_server
from tests.cli.conftest import zhuli  # noqa: F401 - a fixture
from tests.cli.lines import CITY, PARTNER, PDF, RECOMMEND, Answer, Zhuli
from tests.web.conftest import START, Browser
from tests.web.provider import CLIENT, SECRET, Provider, listening
from zhuli_flow import bootstrap
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.settings import Web
from zhuli_flow.web.app import create_app
from zhuli_flow.web.oidc import OfficeLogin
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

pytestmark = pytest.mark.sqlite("reads its bytes")

ORIGIN = "http://testserver"
PASSWORD, NEWER, MISTYPED = "canary-白日依山尽-41c7", "canary-更上一层楼-88d2", "canary-错打的密码-5e09"
MAIL, HOOK, SERVER = "canary-mail-9f31ab", "canary-hook-77c2de", "canary-postgres-6b40fe"
LONGEST_SHOWN = 60

MEANT = {
    ("signing key", "home/keys/*"): "the key file itself, 0600",
    ("mail password", "home/mail.secret"): "the file that the office put it in, 0600",
    ("webhook secret", "home/hook.secret"): "the same",
    ("OIDC client secret", "home/oidc.secret"): "the same",
    (
        "database password",
        "other/zhuli.toml",
    ): "an address with a password in it, written by the office; PGPASSFILE is there",
    ("one-time link", "told: directory invite"): "told once to whoever hands it on",
    ("identity token", "told: directory token"): "the same",
}
"""Where a secret may stand, by secret and place, with the reason."""


@dataclass
class Kept:
    """The secrets of the day, and by place all that might hold one."""

    secrets: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, bytes] = field(default_factory=dict)

    def secret(self, name: str, text: str | bytes) -> str:
        """Take a secret down, which has to be long enough to be found by itself alone."""
        raw = text.encode() if isinstance(text, str) else text
        assert len(raw) >= 16, name
        self.secrets[name] = raw
        return text if isinstance(text, str) else ""

    def told(self, name: str, answer: Answer, code: int = 0) -> Answer:
        """Take down what a command printed."""
        assert answer.code == code, (name, answer.err)
        place = f"told: {name}"
        self.places[place] = self.places.get(place, b"") + (answer.out + answer.err).encode()
        return answer

    def take(self, name: str, path: Path) -> None:
        """Take down a file, or every file below a folder; a package or PDF with all that is packed in it."""
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if one.is_file():
                place = f"{name}/{one.relative_to(path)}" if path.is_dir() else name
                self.places[place] = b"\n".join(opened(one.read_bytes()))

    def found(self) -> dict[tuple[str, str], str]:
        """Which secret stands where, with what stands before it."""
        found = {}
        for place, content in self.places.items():
            for name, secret in self.secrets.items():
                if (at := max(content.find(form) for form in forms(secret))) >= 0:
                    found[name, place] = content[max(0, at - LONGEST_SHOWN) : at].decode("utf-8", "replace")
        return found


def forms(secret: bytes) -> set[bytes]:
    """How one and the same secret may be written."""
    text = secret.decode("utf-8", "ignore")
    plain = {text.encode(), quote(text, safe="").encode(), json.dumps(text)[1:-1].encode()} if len(text) > 8 else set()
    shifted = {b64encode(b"\0" * by + secret)[4 if by else 0 :].rstrip(b"=")[:-1] for by in range(3)}
    return plain | shifted | {secret, secret.hex().encode(), secret.hex().upper().encode()}


def opened(raw: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield raw
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from opened(package.read(name))
    elif raw.startswith(b"%PDF") and b"stream" in raw:
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
            yield zlib.decompressobj().decompress(stream) if stream[:1] == b"x" else stream
        with closing(pypdfium2.PdfDocument(raw)) as paper:
            yield "".join(page.get_textpage().get_text_bounded() for page in paper).encode()


def rows(path: Path) -> bytes:
    """Every row of a SQLite file in words: a long value lies in pieces over its pages."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(repr(row) for one in tables for row in connection.execute(f'SELECT * FROM "{one}"')).encode()


def settings(home: Path, mail: int, web: int, issuer: str) -> None:
    """Add to the home's settings its channels and its login, with their secrets in files of their own."""
    for name, secret in {"mail": MAIL, "hook": HOOK, "oidc": SECRET}.items():
        file = home / f"{name}.secret"
        file.touch(0o600)
        file.write_text(secret)
    with (home / "zhuli.toml").open("a", encoding="utf-8") as file:
        file.write(f"""
[oidc]
issuer = "{issuer}"
client_id = "{CLIENT}"
secret_file = "oidc.secret"
[channels]
hosts = ["127.0.0.1"]
checkpoints_to = ["审计"]
[channels.email]
host = "127.0.0.1"
port = {mail}
tls = "none"
user = "me"
password_file = "mail.secret"
from = "noreply@office.example"
timeout = 2
[channels.webhook."oa"]
url = "http://127.0.0.1:{web}/hook"
secret_file = "hook.secret"
[contacts."审计"]
email = "a@office.example"
webhook = "oa"
""")


@pytest.fixture
def kept(home: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Nothing yet; every log is listened to, but for those of the other ends, which this test plays."""
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: RehearsalClock(START))
    monkeypatch.setattr(Site, "refresh", lambda _: None)
    for name in ("mail.log", "httpx", "httpcore", "asyncio"):
        caplog.set_level(logging.CRITICAL, name)  # first, for it sets the handler's level too
    caplog.set_level(logging.DEBUG)
    return Kept()


def come_in(kept: Kept, site: Site, provider: Provider, link: str) -> str:
    """People come in by link, password and the office's own login, and take tokens; returns the bearer token."""
    browser = Browser(TestClient(create_app(site)))
    client = browser.client
    assert browser.post(f"/invite/{link}", {"password": PASSWORD, "again": MISTYPED}).status == 422
    assert browser.post(f"/invite/{link}", {"password": PASSWORD}).status == 400
    assert browser.post(f"/invite/{link}", {"password": PASSWORD, "again": PASSWORD}).status == 200
    assert browser.get(f"/invite/{link}").status == 404
    kept.secret("first session", client.cookies["zhuli"])
    assert browser.post("/login", {"person": CITY, "password": MISTYPED}).status == 403
    tries = [browser.post("/login", {"person": MISTYPED, "password": PASSWORD}).status for _ in range(6)]
    assert tries == [403] * 5 + [429]
    assert browser.post("/login", {"person": CITY, "password": PASSWORD}).status == 200
    told = {"old": PASSWORD, "password": NEWER, "again": NEWER}
    assert browser.post("/own/password", told).status == 200
    kept.secret("session", client.cookies["zhuli"])
    made = browser.post("/own/tokens", {"scope": "write", "days": "30", "label": "对接"}).html
    token = kept.secret("API token", re.findall(r'class="secret">([^<]+)', made)[0])
    [address] = re.findall(r'class="secret">([^<]+)', browser.post("/own/calendar").html)
    feed = kept.secret("calendar address", address.rpartition("/")[2].removesuffix(".ics"))
    stranger = TestClient(create_app(site))
    assert stranger.get(f"/feeds/{feed}.ics").status_code == 200
    for path in (f"/feeds/{feed}", f"/feeds/{feed}.ics/x", f"/{link}", f"/api/v1/me?token={token}", f"/own?to={token}"):
        assert stranger.get(path, follow_redirects=False).status_code >= 300, path
    assert stranger.post(f"/invite/{token}", headers={"Origin": "http://evil.example"}).status_code == 403
    gone = stranger.get("/login/office?to=/cases", follow_redirects=False)
    kept.secret("cookie of the way back", stranger.cookies["zhuli-office"])
    back = httpx.get(gone.headers["location"], trust_env=False).headers["location"]
    kept.secret("state of the way back", re.findall("state=([^&]+)", back)[0])
    assert stranger.get(back.removeprefix(ORIGIN)).status_code == 200
    kept.secret("session of the office's login", stranger.cookies["zhuli"])
    provider.said["nonce"] = "another"
    gone = stranger.get("/login/office", follow_redirects=False)
    back = httpx.get(gone.headers["location"], trust_env=False).headers["location"]
    assert stranger.get(back.removeprefix(ORIGIN)).status_code == 403
    return token


def work(site: Site, token: str) -> str:
    """A program opens a case, and is refused a few things; returns the case."""
    program = TestClient(create_app(site), headers={"Authorization": f"Bearer {token}"})
    opening = {"workflow": "zone_creation", "applicant": "法库县", "values": {"leading_industries": "陶瓷"}}
    made = program.post("/api/v1/cases", json=opening)
    assert made.status_code == 201, made.text
    for wrong in ({"workflow": "none"}, {**opening, "values": {"none": "x"}}, {}):
        assert program.post("/api/v1/cases", json=wrong).status_code >= 400
    basic = {"Authorization": f"Basic {b64encode(f'{CITY}:{token}'.encode()).decode()}"}
    assert TestClient(create_app(site), headers=basic).get("/api/v1/me").status_code == 401
    return str(made.json()["case"])


def commands(kept: Kept, zhuli: Zhuli, case: str, out: Path, identity: str) -> None:  # noqa: F811
    """What clerk, administrator and auditor do in a shell, and what goes wrong there."""
    letter = out / "letter.pdf"
    letter.write_bytes(PDF)
    line = ["case", "advance", case, "recommend", "--as", PARTNER, *RECOMMEND]
    line += ["--attach", f"recommendation_letter={letter}"]
    kept.told("a failing act", zhuli("--verbose", *line, ZHULI_TOKEN=MISTYPED), 4)
    kept.told("a failing act, --json", zhuli("--json", "--verbose", *line, ZHULI_TOKEN=MISTYPED), 4)
    kept.told("an act", zhuli("--verbose", *line, ZHULI_TOKEN=identity))
    kept.told("sending", zhuli("--verbose", "sweep"))
    kept.told("sending, --json", zhuli("--verbose", "--json", "sweep"))
    for words in (
        *(["case", "show", case], ["case", "list"], ["directory", "list"], ["post", "list"], ["audit", "security"]),
        *(["audit", "verify"], ["audit", "checkpoint"], ["overview"], ["db", "check"]),
    ):
        kept.told(" ".join(words), zhuli("--verbose", *words))
        kept.told(" ".join(words), zhuli("--json", *words))
    answer = zhuli("--verbose", "doctor")
    kept.told("doctor", answer, answer.code)
    for words in (
        ["audit", "export", out / "audit.zip"],
        ["archive", case, "--out", out / "archive.zip"],
        ["archive", case, "--out", out / "evidence.zip", "--evidence"],
        ["notice", "preview", "reply", "--out", out / "reply.pdf"],
        ["db", "backup", out / "backup.db"],
    ):
        kept.told(" ".join(map(str, words[:2])), zhuli("--verbose", *words))


def go_wrong(kept: Kept, zhuli: Zhuli, home: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """A bug that has a secret in its hands, key files that are open to all, and servers that don't answer."""

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError(f"{PASSWORD} {MAIL} {SERVER}")

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "open_office", bug)
        kept.told("a bug", zhuli("case", "list"), 1)
        kept.told("a bug, --json", zhuli("--json", "case", "list"), 1)
    assert list((home / "reports").iterdir())
    for name in ("mail", "hook", "oidc"):
        (home / f"{name}.secret").chmod(0o644)
    for words in (["--json", "--verbose", "doctor"], ["--verbose", "sweep"], ["--json", "--verbose", "sweep"]):
        answer = zhuli(*words)
        kept.told("open key files", answer, answer.code)
    other = out / "other"
    address = f"postgresql://me:{SERVER}@127.0.0.1:{free_port()}/office"
    for url in (address, *(address.replace(SERVER, f"x{mark}{SERVER}") for mark in "@/#?%")):
        answer = zhuli("--verbose", "db", "move", "--to", url)
        assert answer.code in {2, 6}, answer.err
        kept.told("a server that does not answer", answer, answer.code)
    kept.told("a server that does not answer", zhuli("--json", "init", "--home", out / "new", "--database", address), 6)
    other.mkdir()
    text = (home / "zhuli.toml").read_text()
    (other / "zhuli.toml").write_text(text.replace('database = "zhuli.db"', f'database = "{address}"'))
    for words in (["--verbose", "doctor"], ["--verbose", "case", "list"], ["--json", "db", "check"]):
        answer = zhuli("--home", other, *words)
        assert answer.code, answer.out
        kept.told("a server that does not answer", answer, answer.code)


def test_no_secret_of_a_whole_day_stands_where_it_is_not_meant_to(
    kept: Kept,
    home: Path,
    zhuli: Zhuli,  # noqa: F811
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("psycopg")
    out = tmp_path / "out"
    out.mkdir()
    named = {"password": PASSWORD, "newer password": NEWER, "mistyped password": MISTYPED, "mail password": MAIL}
    named |= {"webhook secret": HOOK, "OIDC client secret": SECRET, "database password": SERVER}
    for name, secret in named.items():
        kept.secret(name, secret)
    provider, sink = Provider(int(START.timestamp()), PARTNER), Sink(otherwise=(500, f"bad {HOOK}".encode()))
    box = Mailbox(plan=[f"554 I know {MAIL}"])
    bootstrap.make_home(home, bootstrap.settings.Settings(), start=None, sampled=True, os_user="tester")
    with listening(provider), web_server(sink), mail_server(box, password=MAIL):
        settings(home, box.port, sink.port, provider.issuer)
        told = kept.told("directory invite", zhuli("--json", "directory", "invite", CITY)).json
        link = kept.secret("one-time link", str(told["link"]).rpartition("/")[2])
        told = kept.told("directory token", zhuli("--json", "directory", "token", PARTNER)).json
        identity = kept.secret("identity token", str(told["token"]))
        office = bootstrap.open_office(home, os_user="tester")
        with Printing(office, behind=False) as printing:
            site = Site(office, Web(), printing, origin=ORIGIN)
            chosen = bootstrap.settings.load(home).oidc
            assert chosen is not None
            site.oidc = OfficeLogin(chosen, home, ORIGIN)
            token = come_in(kept, site, provider, link)
            case = work(site, token)
            commands(kept, zhuli, case, out, identity)
            kept.take("at work", home)  # with the WAL as it stands
        office.database.close()
    assert not box.plan, "the mail server took the password"
    assert sink.got
    go_wrong(kept, zhuli, home, out, monkeypatch)
    key = next(path for path in (home / "keys").iterdir() if path.read_text().startswith("PRIVATE+KEY+"))
    kept.secret("signing key", b64decode(key.read_text().strip().split("+", 4)[4])[1:])
    kept.take("home", home)
    kept.take("out", out)
    kept.places["rows"] = rows(home / "zhuli.db") + rows(out / "backup.db")
    kept.places["logs"] = caplog.text.encode()
    check(kept)


def check(kept: Kept) -> None:
    """Each kind of place was looked at, and each secret is where it is meant to be and nowhere else."""
    wanted = ("home/zhuli.db", "home/security/*", "home/reports/*", "at work/zhuli.db-wal", "out/*.zip", "out/*.pdf")
    for pattern in (*wanted, "out/backup.db", "rows", "logs", "told: doctor"):
        assert any(fnmatchcase(place, pattern) and kept.places[place] for place in kept.places), pattern
    assert b"zhuli_flow.web.access" in kept.places["logs"]
    found = kept.found()
    meant = {pair: before for pair, before in found.items() if any(fits(pair, row) for row in MEANT)}
    assert not found.keys() - meant.keys(), {pair: found[pair] for pair in found.keys() - meant.keys()}
    assert not [row for row in MEANT if not any(fits(pair, row) for pair in meant)]


def fits(pair: tuple[str, str], row: tuple[str, str]) -> bool:
    """Whether a row of ``MEANT`` speaks of this secret in this place; the home at work is the home."""
    place = pair[1].replace("at work/", "home/").replace("out/other/", "other/")
    return pair[0] == row[0] and fnmatchcase(place, row[1])


@pytest.mark.parametrize("name", ["password", "mail password"])
def test_a_planted_leak_is_found_in_every_form(tmp_path: Path, name: str) -> None:
    secret = {"password": PASSWORD, "mail password": MAIL}[name]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.json", json.dumps({"x": secret}))
    leaks = [secret.encode(), quote(secret).encode(), b64encode(f"me:{secret}".encode()), packed.getvalue()]
    leaks += [b64encode(f"m:{secret}:".encode()), b64encode(f"{secret}!".encode()), json.dumps(secret).encode()]
    for number, leak in enumerate(leaks):
        (tmp_path / str(number)).write_bytes(b"before " * (number != 3) + leak)
    kept = Kept()
    kept.secret(name, secret)
    kept.take("x", tmp_path)
    assert [place for _, place in sorted(kept.found())] == [f"x/{number}" for number in range(len(leaks))]
