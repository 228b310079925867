"""An office at work: its home folder, database, clock, calendar and settings, handed to every use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhuli_flow.calendar import BusinessHours, Calendar
from zhuli_flow.clock import Clock, local_date
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store.sql.database import Database

OFFICE_CHAIN = "office"
"""The chain of what concerns no case: the directory, definitions, refused openings, the rehearsal clock."""


TRACE_LINE, TRACE_CODE = "line", "code"
"""What a paper may bear below its record, though GB/T 9704-2012 knows neither: the trace line, and a code for scans."""


@dataclass(slots=True)
class KnownDirectory:
    """What has been read of the directory of a database, good as long as its state is ``state``.

    ``people`` as they are on ``day``, with their entrustments; ``held``: whether somebody finds work at an address.
    ``lines``: what work lists told of cases that stand as they stood, within the minute ``minute``.
    """

    database: Database
    state: str
    day: date | None = None
    people: dict[str, Actor] = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=dict)
    minute: str = ""
    lines: dict[object, object] = field(default_factory=dict)


@dataclass(slots=True)
class Office:
    """What a use case needs; ``bootstrap`` builds it from the settings and passes it in.

    ``number_first`` gives the first number of a series (代字) where it is not 1. ``definitions`` caches definitions by
    digest: they never change once used. ``hours`` say when the office closes (下班). ``known``: what
    has been read of the directory. ``traces``: what the originals of papers bear of TRACE_LINE and TRACE_CODE.
    ``reader``: as whom it is looked at (``reading``); None: by who runs the system; ``besides_sheets``: without what
    he reads only as an author of sheets. ``officer``: who administers it. ``shared``: the folder that holds ``files/``
    for several machines, where it is not the home.
    ``seals``: by organ the picture of its seal in ``notices/``, for copies that are ordered with it.
    """

    home: Path
    database: Database
    clock: Clock
    calendar: Calendar
    rehearsal: bool = False
    number_first: Mapping[str, int] = field(default_factory=dict)
    os_user: str = ""
    definitions: dict[str, Workflow] = field(default_factory=dict)
    hours: BusinessHours = field(default_factory=BusinessHours)
    known: KnownDirectory | None = None
    traces: tuple[str, ...] = ()
    reader: Actor | None = None
    besides_sheets: bool = False
    officer: str = ""
    seals: Mapping[str, str] = field(default_factory=dict)
    shared: Path | None = None

    @property
    def today(self) -> date:
        """The Asia/Shanghai date of now."""
        return local_date(self.clock.now())

    @property
    def shares_duties(self) -> bool:
        """Whether workers of any machine do what it owes: its rows are on a server, and its clock goes by itself."""
        return bool(self.database.url) and not self.rehearsal

    @property
    def holder(self) -> Path:
        """The folder in which ``files/`` lies, with attachments and issued documents by their SHA-256.

        Raises InvalidInput where it is a shared one that is not mounted: nothing is put beside what others see.
        """
        if self.shared is None:
            return self.home
        if not (self.shared / "files").is_dir():
            raise InvalidInput(
                f"{self.shared}: 共享文件夹没有挂载，或其中没有 files；未保存任何内容",
                fix=f"请挂载后重做；初次使用：mkdir -m 700 {self.shared}/files，并拷入原有的 files",
            )
        return self.shared

    @property
    def files(self) -> Path:
        """Where attachments and issued documents are kept by their SHA-256. Raises as ``holder``."""
        return self.holder / "files"

    @property
    def notices(self) -> tuple[Path, ...]:
        """The folders of notice kinds; the office's own first."""
        return (self.home / "notices",)
