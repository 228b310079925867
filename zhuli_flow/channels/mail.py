"""E-mail over SMTP. A letter is the same bytes each time, Message-ID included, so a reader's program can tell."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr

from zhuli_flow.channels.base import DeliveryFailed, Letter, Receipt, one_line, plain
from zhuli_flow.channels.secret import Secret
from zhuli_flow.channels.settings import EmailSettings, is_address
from zhuli_flow.channels.time_limit import cut_off

STEPS = 3
"""The whole conversation may take this many times the timeout of one step."""


@dataclass(slots=True)
class Email:
    """One SMTP server; a connection per letter, so that a broken one concerns no other."""

    settings: EmailSettings
    password: Secret | None = None
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: str = "email"
    title: str = "邮件"
    leaves: bool = True

    def send(self, letter: Letter) -> Receipt:
        message = compose(letter, self.settings.sender)
        try:
            code, answer = self._converse(message)
        except smtplib.SMTPAuthenticationError as error:
            raise _failed("不接受用户名或口令", error.smtp_code, b"") from None
        except smtplib.SMTPNotSupportedError:
            raise DeliveryFailed("邮件服务器不支持所设的加密或登录方式，未发送", temporary=False) from None
        except smtplib.SMTPResponseException as error:
            raise _failed("拒收", error.smtp_code, self._hidden(error.smtp_error)) from None
        except ssl.SSLCertVerificationError:
            raise DeliveryFailed("邮件服务器的证书不能核实，未发送", temporary=False) from None
        except (OSError, smtplib.SMTPException) as error:
            why = f"邮件服务器连不上，或中途断开（{type(error).__name__}）"
            raise DeliveryFailed(why, temporary=True) from None
        return Receipt(str(message["Message-ID"]), f"{code} {self._hidden(answer)}")

    def _converse(self, message: EmailMessage) -> tuple[int, bytes]:
        """One letter from greeting to the server's last word on it, which is what it is answerable for."""
        settings = self.settings
        smtp = _Implicit(settings, self.context) if settings.tls == "implicit" else _Plain(settings)
        with cut_off(lambda: smtp.sock, settings.timeout * STEPS):
            try:
                _expect(smtp.connect(settings.host, settings.port), 220)
                smtp.ehlo_or_helo_if_needed()
                if settings.tls == "starttls":
                    smtp.starttls(context=self.context)
                    smtp.ehlo_or_helo_if_needed()
                if self.password is not None:
                    smtp.login(settings.user, self.password.reveal())
                _expect(smtp.mail(parseaddr(settings.sender)[1]), 250)
                _expect(smtp.rcpt(str(message["To"])), 250, 251)
                return _expect(smtp.data(message.as_bytes()), 250)
            finally:
                smtp.close()

    def _hidden(self, words: str | bytes) -> str:
        said = plain(words)
        return self.password.hide(said) if self.password else said


class _Plain(smtplib.SMTP):
    """A session that is not connected yet, so that the fuse burns from before the first byte."""

    def __init__(self, settings: EmailSettings) -> None:
        own = parseaddr(settings.sender)[1].rpartition("@")[2]
        super().__init__(local_hostname=own, timeout=settings.timeout)
        self._host = settings.host  # the name the certificate must bear; smtplib only notes it when it connects itself


class _Implicit(smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""

    def __init__(self, settings: EmailSettings, context: ssl.SSLContext) -> None:
        own = parseaddr(settings.sender)[1].rpartition("@")[2]
        super().__init__(local_hostname=own, timeout=settings.timeout, context=context)
        self._host = settings.host


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message, made of the letter alone. DeliveryFailed for a line break in a header."""
    if not is_address(letter.to):
        raise DeliveryFailed("收件地址不是邮件地址，未发送；请核对 zhuli.toml 的 contacts", temporary=False)
    name, address = parseaddr(sender)
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = letter.to
    message["Subject"] = one_line(letter.subject, "主题")
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    return message


def _expect(said: tuple[int, bytes], *wanted: int) -> tuple[int, bytes]:
    if said[0] not in wanted:
        raise smtplib.SMTPResponseException(said[0], said[1])
    return said


def _failed(what: str, code: int, answer: str | bytes) -> DeliveryFailed:
    said = f"{code} {plain(answer)}".strip()
    return DeliveryFailed(f"邮件服务器{what}（{said}）", temporary=code < 500)
