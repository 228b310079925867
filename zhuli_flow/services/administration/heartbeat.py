"""The sign of life of a running office: when each duty last went well, and what went wrong since."""

from __future__ import annotations

import json

from zhuli_flow.services.office import Office
from zhuli_flow.store import meta

KEY = "heartbeat"


def beat(office: Office, duty: str, pid: int, trouble: str = "") -> None:
    """Note that ``duty`` ran just now; ``trouble`` is what it failed with (Chinese), empty when it went well."""
    now = office.clock.now().isoformat(timespec="seconds")
    with office.database.write() as connection:
        known = json.loads(meta.get(connection, KEY) or "{}")
        before = known.get(duty, {})
        last_ok = before.get("last_ok") if trouble else now
        known[duty] = {"at": now, "pid": pid, "last_ok": last_ok, "trouble": trouble}
        meta.put(connection, KEY, json.dumps(known, ensure_ascii=False, sort_keys=True))


def last_beats(office: Office) -> dict[str, dict[str, str]]:
    """Every duty's last beat: ``at``, ``last_ok`` (UTC, ISO text), ``pid``, ``trouble``; empty when none ever ran."""
    with office.database.read() as connection:
        found: dict[str, dict[str, str]] = json.loads(meta.get(connection, KEY) or "{}")
    return found
