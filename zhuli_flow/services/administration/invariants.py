"""What must hold in a home at any time, under any fault: one list of names, one walk over all of it.

``db check`` and ``doctor`` run it, and so does every test that kills, fills up or damages something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from zhuli_flow.engine.history.chain import Break, first_break
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.delivery import outbox_proof
from zhuli_flow.services.history import consistency, log_proof, office_record, verify
from zhuli_flow.services.notices import number_proof
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import overview
from zhuli_flow.store import audit
from zhuli_flow.store.sql.statements import Connection

PAGES = "数据页"
Look = Callable[[Office], Iterable[str]]


class Broken(NamedTuple):
    """An invariant that does not hold, by its name in ``INVARIANTS``, and where, in words."""

    name: str
    what: str


def broken(office: Office) -> Iterator[Broken]:
    """Everything that does not hold; nothing when all is well.

    Raises IntegrityBroken when the file itself is damaged beyond reading.
    """
    for name, look in INVARIANTS.items():
        try:
            yield from (Broken(name, what) for what in look(office))
        except IntegrityBroken as error:
            if name == PAGES:
                raise
            yield Broken(name, f"{error.message}；{error.fix}")
        except (ValueError, KeyError, TypeError) as error:  # an entry that is none: the chain has named it already
            why = f"留痕或存储的内容读不出来（{type(error).__name__}），其余未能核对；请用备份恢复"
            yield Broken(name, why)
            return


def _told(found: Break | None) -> list[str]:
    return [f"留痕：{found.case_id} 第 {found.seq} 条：{found.reason}"] if found else []


def _seen(look: Callable[[Connection], Iterable[str]]) -> Look:
    """What asks the database alone, as one look at it."""

    def run(office: Office) -> list[str]:
        with office.database.read() as connection:
            return list(look(connection))

    return run


def _chains(connection: Connection) -> list[str]:
    return _told(first_break(audit.all_entries(connection), audit.heads(connection))[1])


def _log(connection: Connection) -> list[str]:
    return _told(log_proof.first_fault(connection))


def _letter(office: Office) -> list[str]:
    with office.database.read() as connection:
        return _told(verify.unlike_letter(connection, office))


INVARIANTS: Mapping[str, Look] = MappingProxyType(
    {
        PAGES: lambda office: office.database.check(),
        "留痕链": _seen(_chains),
        "留痕总树": _seen(_log),
        "检查点": _letter,
        "事项内容": verify.unlike,
        "办理步数": verify.counted,
        "流程定义": consistency.of_definitions,
        "事项登记": verify.mirrored,
        "检索登记": consistency.of_rows,
        "总览计数": overview.unlike_rows,
        "名录登记": office_record.faults,
        "发文字号": _seen(number_proof.faults),
        "待发登记": _seen(outbox_proof.faults),
        "文件": verify.filed,
    }
)
"""By its name: pages and references; chains; the Merkle log; the checkpoint signed last; each case replayed; its
version against the count of its acts; definitions against their digests; rows of cases, of lists and of the directory
against history; the counts of an overview against the rows; numbers without gap or double; what counts as sent against
the entries; files against their hashes."""
