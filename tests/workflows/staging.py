"""Playing the stories of this folder: an office of one's own, the steps they refer to, the parameters they ask for."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhuli_flow import bootstrap
from zhuli_flow.clock import local_date
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.services.rehearsal.scenario import Act, read
from zhuli_flow.store import audit

HERE = Path(__file__).parent
STORIES = sorted(HERE.glob("*.scenario"))


@dataclass(slots=True)
class Stage:
    """An office of its own to play a story in."""

    office: Office
    player: Player

    def play(self, text: str, file: str = "story") -> None:
        """Play the lines of ``text``, which may refer to the steps of the samples and of these tests."""
        self.player.play(self.acts(text, file))

    def acts(self, text: str, file: str = "story") -> list[Act]:
        """The acts of such lines."""
        steps = {path.name: path.read_text(encoding="utf-8") for path in _steps()}
        return read(text, file, self.office.calendar, local_date(self.office.clock.now()), steps)

    def entries(self) -> list[dict[str, Any]]:
        """Every entry of every chain."""
        with self.office.database.read() as connection:
            return [json.loads(link.body) for link in audit.all_entries(connection)]


def parameters_of(text: str) -> dict[str, str]:
    """What a story's lines ``# 参数 name=value`` ask for."""
    return dict(re.findall(r"^# 参数 (\w+)=(\S+)", text, re.MULTILINE))


def set_parameters(folder: Path, parameters: dict[str, str]) -> None:
    """The definition that has these parameters, with other values, as an analyst would write it: its own version."""
    (path,) = (one for one in folder.glob("*.yaml") if all(_sets(one, name) for name in parameters))
    text = path.read_text(encoding="utf-8").replace('version: "2018.1"', 'version: "2018.1-本例"', 1)
    for name, value in parameters.items():
        text, count = re.subn(rf"(?m)^(  {name}: +{{.*?value: )[^,}}]+", rf"\g<1>{value}", text)
        assert count == 1, f"没有参数 {name}"
    path.write_text(text, encoding="utf-8")


def _sets(path: Path, name: str) -> bool:
    return re.search(rf"(?m)^  {name}: +{{.*?value: ", path.read_text(encoding="utf-8")) is not None


def _steps() -> list[Path]:
    return [bootstrap.sample("zone.steps"), bootstrap.sample("returns.steps"), *HERE.glob("*.steps")]
