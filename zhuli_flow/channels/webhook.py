"""Signed posts to another program: JSON, an HMAC over time, key and body, and the key to drop repetitions by."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhuli_flow.channels import address_check, https
from zhuli_flow.channels.base import DeliveryFailed, Letter, Receipt, plain
from zhuli_flow.channels.secret import Secret


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and the secret shared with whoever listens there."""

    url: str
    secret: Secret


@dataclass(slots=True)
class Webhook:
    """Posts to the endpoints set up by name; a letter's ``to`` is such a name."""

    endpoints: Mapping[str, Endpoint]
    hosts: Sequence[str] = ()
    look_up: address_check.Resolve = address_check.resolve
    limits: https.Limits = field(default_factory=https.Limits)
    name: str = "webhook"
    title: str = "签名推送"
    leaves: bool = True

    def send(self, letter: Letter) -> Receipt:
        endpoint = self.endpoints.get(letter.to)
        if endpoint is None:
            raise DeliveryFailed(f'没有设置 [channels.webhook."{letter.to}"]，未发送', temporary=False)
        body = body_of(letter)
        timestamp = str(int(letter.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": hashlib.sha256(letter.key.encode()).hexdigest(),
            "X-Zhuli-Timestamp": timestamp,
        }
        headers["X-Zhuli-Signature"] = signature(endpoint.secret, timestamp, headers["Idempotency-Key"], body)
        place = address_check.place_of(endpoint.url, self.hosts, self.look_up)
        status, said = https.post(place, body, headers, self.limits)
        return Receipt(headers["Idempotency-Key"], f"{status} {endpoint.secret.hide(plain(said))}".strip())


def body_of(letter: Letter) -> bytes:
    """The body: the same bytes at every repetition."""
    told = {
        "key": letter.key,
        "subject": letter.subject,
        "text": letter.text,
        "case": letter.case_id or None,
        "written_at": letter.written_at.isoformat(timespec="seconds"),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def signature(secret: Secret, timestamp: str, key: str, body: bytes) -> str:
    """``v1=`` and the hex HMAC-SHA256 of ``timestamp.key.body``: a listener refuses old timestamps and known keys."""
    signed = f"{timestamp}.{key}.".encode() + body
    return "v1=" + hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest()
