"""The checkpoint of the day in a letter to those outside who keep it: what nobody inside can change afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhuli_flow.clock import SHANGHAI
from zhuli_flow.services.delivery.deliver import put_letter
from zhuli_flow.services.history import checkpoints
from zhuli_flow.services.office import Office
from zhuli_flow.store import meta

if TYPE_CHECKING:
    from zhuli_flow.channels.registry import Post

_FACT = "checkpoint_letter"
"""The day of the last letters."""


def send(office: Office, post: Post) -> int:
    """Write today's letters, once on each working day from ``digest_at`` on (Asia/Shanghai); how many were written.

    Nothing where nobody is named (``channels.checkpoints_to``). Raises IntegrityBroken as ``checkpoints.take``.
    """
    today, now = office.today.isoformat(), office.clock.now().astimezone(SHANGHAI).strftime("%H:%M")
    if not post.checkpoints_to or not office.calendar.is_working(office.today) or now < post.digest_at:
        return 0
    with office.database.read() as connection:
        if meta.get(connection, _FACT) == today:
            return 0
    signed = checkpoints.take(office)
    subject, text = f"留痕检查点（{today}，{signed.checkpoint.size} 条）", _TEXT.format(signed.note.whole(), signed.key)
    with office.database.write() as connection:
        if meta.get(connection, _FACT) == today:
            return 0  # another runner was faster
        meta.put(connection, _FACT, today)
        return sum(
            put_letter(
                connection,
                office,
                key=f"checkpoint:{today}:{channel}:{name}",
                channel=channel,
                contact=name,
                subject=subject,
                text=text,
            )
            for name in post.checkpoints_to
            for channel in post.contacts[name].addresses
        )


_TEXT = """以下检查点证明本单位办件留痕截至此刻的全部内容。请原样保存本信；日后核对时出示，
其前的留痕如有改动、抽走或截去，即对不上。

{}
公钥（请核对与首次告知的一致）：{}
"""
