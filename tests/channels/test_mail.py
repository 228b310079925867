"""E-mail against a real SMTP server that takes, delays, refuses, drops or never answers."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.channels.machines import Mailbox, free_port, mail_server, silent_server
from zhuli_flow.channels import mail
from zhuli_flow.channels.base import DeliveryFailed, Letter
from zhuli_flow.channels.mail import Email
from zhuli_flow.channels.secret import Secret
from zhuli_flow.channels.settings import EmailSettings


def settings(port: int, **changed: object) -> EmailSettings:
    usual = EmailSettings("127.0.0.1", port, "none", "", None, "助力流程 <noreply@office.example>", 2)
    return replace(usual, **changed)  # type: ignore[arg-type]


def refusal(channel: Email, letter: Letter) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as told:
        channel.send(letter)
    return told.value


def test_a_letter_arrives_whole_and_the_receipt_is_the_servers_own_word(box: Mailbox, written: Letter) -> None:
    receipt = Email(settings(box.port)).send(written)
    (got,) = box.letters
    assert got["Subject"] == written.subject
    assert got["To"] == "post@example.cn"
    assert got.get_content().strip() == written.text
    assert receipt.reference == got["Message-ID"]
    assert receipt.answer == "250 OK queued as 4711"


def test_the_same_letter_is_the_same_bytes_whenever_it_is_sent(box: Mailbox, written: Letter) -> None:
    channel = Email(settings(box.port))
    channel.send(written)
    channel.send(replace(written, at=written.at + timedelta(days=3)))
    assert box.got[0] == box.got[1]


def test_another_key_is_another_message_id(written: Letter) -> None:
    one, other = (mail.compose(replace(written, key=key), "a@b.example")["Message-ID"] for key in ("1", "2"))
    assert one != other


@pytest.mark.parametrize(("answer", "temporary"), [("451 later", True), ("554 no such thing", False)])
def test_a_refusal_of_the_letter_says_whether_to_try_again(
    box: Mailbox, written: Letter, answer: str, temporary: bool
) -> None:
    box.plan = [answer]
    told = refusal(Email(settings(box.port)), written)
    assert told.temporary is temporary
    assert answer in told.reason


@pytest.mark.parametrize(("answer", "temporary"), [("450 mailbox busy", True), ("550 unknown", False)])
def test_a_refusal_of_the_address_says_whether_to_try_again(
    box: Mailbox, written: Letter, answer: str, temporary: bool
) -> None:
    box.rcpt = answer
    assert refusal(Email(settings(box.port)), written).temporary is temporary
    assert box.got == []


def test_a_server_that_drops_after_taking_it_leaves_the_letter_to_be_sent_again(box: Mailbox, written: Letter) -> None:
    box.plan = ["drop"]
    channel = Email(settings(box.port))
    assert refusal(channel, written).temporary
    channel.send(written)
    assert len({letter["Message-ID"] for letter in box.letters}) == 1
    assert len(box.letters) == 2


def test_a_slow_server_is_waited_for(box: Mailbox, written: Letter) -> None:
    box.delay = 0.3
    Email(settings(box.port)).send(written)
    assert len(box.got) == 1


def test_a_server_that_never_answers_costs_no_more_than_the_timeout(written: Letter) -> None:
    with silent_server() as port:
        begun = monotonic()
        assert refusal(Email(settings(port, timeout=1)), written).temporary
    assert monotonic() - begun < 2.5


def test_a_server_that_dribbles_is_cut_off(monkeypatch: pytest.MonkeyPatch, written: Letter) -> None:
    monkeypatch.setattr(mail, "STEPS", 1)
    with silent_server(b"220-still here\r\n", 0.05) as port:
        begun = monotonic()
        assert refusal(Email(settings(port, timeout=1)), written).temporary
    assert monotonic() - begun < 2.5


def test_a_closed_port_is_a_temporary_failure(written: Letter) -> None:
    assert refusal(Email(settings(free_port())), written).temporary


@pytest.mark.parametrize("subject", ["逾期\r\nBcc: all@example.cn", "a\nb", "a\x00b", "a\u2028b"])
def test_a_line_break_in_the_subject_is_refused(box: Mailbox, written: Letter, subject: str) -> None:
    told = refusal(Email(settings(box.port)), replace(written, subject=subject))
    assert not told.temporary
    assert box.got == []


@pytest.mark.parametrize(
    "to", ["a@b.cn\r\nBcc: c@d.cn", "a@b.cn, c@d.cn", "<a@b.cn> SIZE=1", "a b@c.cn", "处长@b.cn", "@b.cn", "a", ""]
)
def test_what_is_not_one_plain_address_is_refused(box: Mailbox, written: Letter, to: str) -> None:
    assert not refusal(Email(settings(box.port)), replace(written, to=to)).temporary
    assert box.got == []


def test_a_text_of_any_lines_stays_in_the_body(box: Mailbox, written: Letter) -> None:
    text = "第一行\n.\nBcc: all@example.cn\n" + "长" * 5000
    Email(settings(box.port)).send(replace(written, text=text))
    (got,) = box.letters
    assert got.get_content().splitlines() == text.splitlines()
    assert got["Bcc"] is None


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate of its own for 127.0.0.1, and the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "smtp.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2018, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(own + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    trust = file.with_name("trust.pem")
    trust.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return context, trust


def test_starttls_and_a_password_are_used_when_set(certificate: tuple[ssl.SSLContext, Path], written: Letter) -> None:
    server, trust = certificate
    with mail_server(Mailbox(), server, "canary") as box:
        chosen = settings(box.port, tls="starttls", user="me")
        Email(chosen, Secret("canary"), ssl.create_default_context(cafile=trust)).send(written)
        assert len(box.got) == 1


def test_a_wrong_password_is_for_a_person_and_is_not_repeated(
    certificate: tuple[ssl.SSLContext, Path], written: Letter
) -> None:
    server, trust = certificate
    with mail_server(Mailbox(), server, "right") as box:
        chosen = settings(box.port, tls="starttls", user="me")
        told = refusal(Email(chosen, Secret("canary"), ssl.create_default_context(cafile=trust)), written)
    assert not told.temporary
    assert "canary" not in repr(told) + str(told)
    assert told.__cause__ is None


def test_a_certificate_nobody_vouches_for_ends_it(certificate: tuple[ssl.SSLContext, Path], written: Letter) -> None:
    with mail_server(Mailbox(), certificate[0]) as box:
        told = refusal(Email(settings(box.port, tls="starttls")), written)
        assert box.got == []
    assert not told.temporary
    assert "证书" in told.reason


def test_without_starttls_nothing_is_sent_in_the_clear(box: Mailbox, written: Letter) -> None:
    assert not refusal(Email(settings(box.port, tls="starttls")), written).temporary
    assert box.got == []


def test_tls_from_the_first_byte_with_a_plain_server_is_a_failure(box: Mailbox, written: Letter) -> None:
    assert refusal(Email(settings(box.port, tls="implicit")), written)
    assert box.got == []
