"""One rule of text at every door: what nobody sees, and what is no text, is refused by its code point."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.lines import Answer, Zhuli
from zhuli_flow.support.plain_text import hidden

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
CLERK, EDITOR = "省科协学会学术部经办", "省科协办公室核稿人"
HOSTILE = {
    "zero width": "\u200b",
    "escape": "\x1b",
    "right to left": "\u202e",
    "next line": "\x85",
    "line separator": "\u2028",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
    "delete": "\x7f",
    "filler": "\u3164",
    "no character": "\ufffe",
    "soft hyphen": "\xad",
    "joiner": "\u034f",
    "variant of nothing": "a\ufe0f",
}


class Doors:
    """Every way by which text comes in from the command line: each takes a text and tells what it came to."""

    def __init__(self, zhuli: Zhuli, home: Path, aside: Path) -> None:
        self.run, self.home, self.aside = zhuli, home, aside

    def _written(self, name: str, text: str) -> Path:
        place = self.aside / name
        place.write_bytes(text.encode("utf-8", "surrogatepass"))
        return place

    def _opened(self, *words: str) -> Answer:
        line = ["case", "open", "official_document", "--applicant", "辽宁省科学技术协会", "--as", CLERK]
        return self.run(*line, "--set", "genre_word=通知", "--set", "series=辽科协发", *words)

    def _drafted(self) -> None:
        given = ("subject=关于做好工作", "addressees=各市科学技术协会", "paragraphs=请执行。")
        assert self._opened(*(word for one in given for word in ("--set", one))).code == 0

    def value(self, text: str) -> Answer:
        return self._opened("--set", f"subject=关于{text}做好工作")

    def value_of_a_list(self, text: str) -> Answer:
        return self._opened("--set", f"addressees=某市{text}科协、某县科协")

    def value_from_json(self, text: str) -> Answer:
        told = json.dumps([f"请{text}执行。"], ensure_ascii=False)
        return self._opened("--set", f"paragraphs=@{self._written('v.json', told)}")

    def value_from_escaped_json(self, text: str) -> Answer:
        return self._opened("--set", f"paragraphs=@{self._written('v.json', json.dumps([f'请{text}执行。']))}")

    def opinion(self, text: str) -> Answer:
        return self._opened("--opinion", f"同{text}意")

    def request(self, text: str) -> Answer:
        return self._opened("--request-id", f"a{text}b")

    def directory_name(self, text: str) -> Answer:
        told = f"organisations:\n  某{text}县: {{level: county, city: 沈阳市, county: 某县, kind: county}}\n"
        return self.run("directory", "import", self._written("d.yaml", told))

    def directory_title(self, text: str) -> Answer:
        told = f'people:\n  某人: {{title: "经{text}办", organisation: 法库县, roles: []}}\n'
        return self.run("directory", "import", self._written("d.yaml", told))

    def definition(self, text: str) -> Answer:
        told = (self.home / "workflows" / "archiving.yaml").read_text("utf-8").replace("title: ", f"title: 某{text}", 1)
        return self.run("workflow", "check", self._written("archiving.yaml", told))

    def entrustment(self, text: str) -> Answer:
        days = ("--since", "2018-11-01", "--until", "2018-11-05")
        return self.run("directory", "entrust", "--from", CLERK, "--to", EDITOR, *days, "--reason", f"休{text}假")

    def succession(self, text: str) -> Answer:
        line = ("directory", "succeed", "法库县", "康平县", "--kind", "更名", "--since", "2018-10-01")
        return self.run(*line, "--paper", f"辽{text}政〔2018〕1号")

    def search(self, text: str) -> Answer:
        return self.run("search", f"陶{text}瓷")

    def condition(self, text: str) -> Answer:
        return self.run("register", "list", "people", "--where", f"人员~经{text}办")

    def city(self, text: str) -> Answer:
        return self.run("case", "list", "--city", f"沈{text}阳市")

    def state(self, text: str) -> Answer:
        return self.run("case", "list", "--state", f"核{text}稿")

    def word(self, text: str) -> Answer:
        return self.run("directory", "list", f"某{text}")

    def person(self, text: str) -> Answer:
        return self.run("todo", "--as", f"某{text}人")

    def number(self, text: str) -> Answer:
        return self.run("notice", "show", f"辽科协发〔2018〕{text}1号")

    def migration(self, text: str) -> Answer:
        line = ("workflow", "migrate", "official_document", "--to", "2018.1", "--as", CLERK)
        return self.run(*line, "--reason", f"因{text}故")

    def new_workflow(self, text: str) -> Answer:
        line = ("workflow", "new", "trial", "--title", f"试{text}办", "--prefix", "SB")
        return self.run(*line, "--to", self.aside / "new")

    def table(self, text: str) -> Answer:
        self._drafted()
        told = f"编号,内容\n1,请{text}执行\n"
        line = ("form", "import", "GW-2018-0001", "text", self._written("f.csv", told), "--event", "submit")
        return self.run(*line, "--as", CLERK, "--dry-run")

    def draft(self, text: str) -> Answer:
        made, place = docx.Document(), self.aside / "d.docx"
        try:
            for line in ("关于做好工作的通知", "各市科学技术协会：", f"请{text}认真执行。"):
                made.add_paragraph(line)
        except ValueError:
            pytest.skip("XML has no such character")
        made.save(str(place))
        return self.run("notice", "check", place)


NAMES = sorted(name for name in vars(Doors) if not name.startswith("_"))


@pytest.fixture
def doors(zhuli: Zhuli, office_home: Path, tmp_path: Path) -> Doors:
    return Doors(zhuli, office_home, tmp_path)


def _is_refused(answer: Answer, text: str) -> None:
    assert answer.code in {3, 6}, answer.out + answer.err
    assert f"U+{ord(text[-1]):04X}" in answer.err
    assert text[-1] not in answer.out + answer.err


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_sees_comes_in_by_no_door(name: str, kind: str, doors: Doors) -> None:
    door: Callable[[str], Answer] = getattr(doors, name)
    _is_refused(door(HOSTILE[kind]), HOSTILE[kind])


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_are_no_text_come_in_by_no_door(name: str, doors: Doors) -> None:
    if name == "draft":
        pytest.skip("XML has no such character")
    door: Callable[[str], Answer] = getattr(doors, name)
    answer = door("\udcff")
    assert answer.code in {3, 6}, answer.out + answer.err
    assert "UTF-8" in answer.err or "U+DCFF" in answer.err or "不可见" in answer.err


@settings(
    max_examples=300 if LONG else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=not LONG,
)
@given(name=st.sampled_from([one for one in NAMES if one != "draft"]), text=st.text(min_size=1, max_size=4))
def test_whatever_is_typed_ends_in_words(name: str, text: str, doors: Doors) -> None:
    answer = getattr(doors, name)(text)
    assert answer.code in range(7), answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err
    if hidden(text):
        assert answer.code != 0


def test_a_cell_of_a_workbook_holds_nothing_hidden(doors: Doors, tmp_path: Path) -> None:
    doors._drafted()
    place = tmp_path / "f.xlsx"
    assert doors.run("form", "export", "GW-2018-0001", "text", "--out", place).code == 0
    book = openpyxl.load_workbook(place)
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.protection.locked is False]
    cells[0].value = "关于\u200b做好工作"
    book.save(place)
    answer = doors.run("form", "import", "GW-2018-0001", "text", place, "--event", "submit", "--as", CLERK, "--dry-run")
    assert (answer.code, "U+200B" in answer.err) == (6, True)
