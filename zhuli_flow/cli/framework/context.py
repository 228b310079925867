"""What every command has at hand: the options given, the office (opened when first needed), two ways of speaking."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from zhuli_flow.services.office import Office

WAIT_S = 1.0
"""Silence allowed before a word about what is going on."""


@dataclass(slots=True)
class Context:
    """One run of the program. ``code`` is the exit code it will end with; ``command`` the command's full name."""

    environment: Mapping[str, str]
    json: bool = False
    home_option: str | None = None
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    code: int = 0
    command: str = "zhuli"
    after_error: str = ""
    _office: Office | None = None
    _waited: bool = False
    _closing: list[Callable[[], None]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The home folder that options and environment name."""
        from zhuli_flow.settings import home_of

        return home_of(self.home_option, self.environment)

    @property
    def office(self) -> Office:
        """The office in the home, opened once."""
        if self._office is None:
            from zhuli_flow.bootstrap import open_office

            self._office = open_office(self.home, os_user=os_user())
            self._office.database.on_wait = self._say_waiting
            self._closing.append(self._office.database.close)
        return self._office

    def admit(self, person: str) -> str:
        """Let the person named by ``--as`` in; raises NoRight in a real home without the right token."""
        from zhuli_flow.services.administration.directory import admit

        admit(self.office, person, self.environment.get("ZHULI_TOKEN"))
        return person

    def seen_by(self, person: str | None) -> Office:
        """From now on ``office`` as the person sees it, let in by ``admit``; without one as who runs the system."""
        if person:
            from zhuli_flow.services.reading import reader

            self._office = reader(self.office, self.admit(person))
        else:
            from zhuli_flow.services.administration.security import looked

            looked(self.office, self.command)
        return self.office

    def in_charge(self, person: str | None, act: str, *duties: str) -> Office:
        """From now on ``office`` in the hands of who holds one of these duties (``officers.in_charge``)."""
        from zhuli_flow.services.administration.officers import in_charge

        self._office = in_charge(self.office, person, self.environment.get("ZHULI_TOKEN"), duties, act)
        return self._office

    def zhuli(self, rest: str) -> str:
        """A command line for a person to copy: with ``--home`` when this run had it."""
        home = f" --home {self.home_option}" if self.home_option else ""
        return f"zhuli{home} {rest}"

    def tell(self, document: object, human: Callable[[Console], None], after: str = "") -> None:
        """The result: one JSON document, or words and the next step (``after``: a command without ``zhuli``).

        Typed views in the document are written as their fields in order.
        """
        if self.json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")
            return
        human(self.out)
        if after and not self.quiet:
            self.out.print(f"下一步：{self.zhuli(after)}", style="dim", soft_wrap=True)

    @property
    def out(self) -> Console:
        """The console of results."""
        return self._console(stderr=False)

    @property
    def err(self) -> Console:
        """The console of messages."""
        return self._console(stderr=True)

    @contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Says on stderr what is going on when it takes longer than a second."""
        timer = threading.Timer(WAIT_S, self._say, [f"{words}，请稍候……"])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def counting(self, words: str) -> Iterator[Callable[[int, int], None]]:
        """Hands out what is to be told how many of how many are done: a bar on stderr, once it takes over a second."""
        from rich.progress import Progress

        late = threading.Event()
        timer = threading.Timer(WAIT_S, late.set)
        timer.daemon = True
        timer.start()
        bar = Progress(console=self.err, transient=True, disable=self.quiet)
        task = bar.add_task(words)

        def each(done: int, total: int) -> None:
            if late.is_set():
                bar.start()
            bar.update(task, completed=done, total=total)

        try:
            yield each
        finally:
            timer.cancel()
            bar.stop()

    def _say(self, words: str) -> None:
        if not self.quiet:
            self.err.print(words, style="dim", soft_wrap=True)

    def _say_waiting(self) -> None:
        """Once a run: whoever waits knows why."""
        if not self._waited:
            self._waited = True
            self._say("别的程序正在写入，已在排队，请稍候……")

    def close(self) -> None:
        """Give up what was opened."""
        while self._closing:
            self._closing.pop()()

    def _console(self, *, stderr: bool) -> Console:
        from rich.console import Console

        stream = sys.stderr if stderr else sys.stdout
        width = None if stream.isatty() or "COLUMNS" in self.environment else 120
        plain = self.no_color or bool(self.environment.get("NO_COLOR"))
        return Console(file=stream, width=width, no_color=plain or None, highlight=False, markup=False, emoji=False)


def _plain(value: object) -> object:
    """A typed view in its wire form: its own where it has one, else its fields in order; anything else as text."""
    import msgspec

    return value.json() if hasattr(value, "json") else msgspec.to_builtins(value, enc_hook=str)


def os_user() -> str:
    """Who is logged in on this machine, by the operating system; ``uid N`` where that number has no name."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
