"""四性检测: a whole package passes what can be seen; each damage fails under the item that is about it."""

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services.archiving.test_archive import PDF, Files, attached, opened, packed, rewritten
from tests.services.staging import Stage, story
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.archiving import archive, inspection
from zhuli_flow.services.archiving.inspection import FAILED, NOT_APPLICABLE, UNSEEN


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    named = "states:\n -> materials:\n  letter: {title: 来函}\nstates:\n"
    asked = "to: intake, by: county} -> to: intake, by: county, attach: [letter]}"
    made = Stage(home, text=story(a=named, b=asked))
    yield made
    made.office.database.close()


def package(stage: Stage, **options: bool) -> Path:
    case = stage.open()
    stage.do(case, "submit", "县", files={"letter": (attached(stage, "来函.pdf"),)})
    if not options:
        return packed(stage, case)
    target = stage.office.home / "证据.zip"
    archive.archive(stage.office, case, target, **options)
    return target


def results(path: Path) -> dict[str, str]:
    return {one.number: one.result for one in inspection.of_file(path).items}


def failed(path: Path) -> set[str]:
    return {number for number, result in results(path).items() if result == FAILED}


def test_a_whole_package_passes_and_says_what_was_not_seen(stage: Stage) -> None:
    found = inspection.of_file(package(stage))
    assert found.ok, [one for one in found.items if one.result == FAILED]
    told = {one.number: one.result for one in found.items}
    assert {number for number, result in told.items() if result == UNSEEN} == {"4.1", "4.3"}
    assert told["1.2"] == NOT_APPLICABLE


def test_evidence_has_its_signed_checkpoint_looked_at(stage: Stage) -> None:
    assert results(package(stage, evidence=True))["1.2"] == "合格"


def test_the_metadata_are_xml_and_tell_every_file_act_and_person(stage: Stage) -> None:
    files = opened(package(stage))
    root = ET.fromstring(files["metadata.xml"])
    (item,) = root.findall("文件")
    assert item.findtext("计算机文件名") == "materials/001.pdf"
    assert item.findtext("计算机文件大小") == str(len(PDF))
    assert [one.findtext("业务行为名称") for one in root.findall("业务行为")] == ["开启", "报送"]
    assert [one.findtext("机构人员名称") for one in root.findall("机构人员")] == ["县"]
    assert root.find("案卷/题名") is not None


def test_texts_are_escaped(stage: Stage) -> None:
    case = stage.open()
    stage.do(case, "submit", "县", files={"letter": (attached(stage, "<来&函>.pdf"),)})
    root = ET.fromstring(opened(packed(stage, case))["metadata.xml"])
    assert "<来&函>" in str(root.findtext("文件/题名"))


def _other(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


def _without(name: str) -> Callable[[Files], None]:
    return lambda files: files.__delitem__(name) if name in files else None


DAMAGE: dict[str, tuple[Callable[[Files], None], bool, str]] = {
    "a material altered": (_other("materials/001.pdf", b"paper", b"PAPER"), False, "1.4"),
    "another size in the metadata": (_other("metadata.xml", b'\xe8\x8a\x82">', b'\xe8\x8a\x82">9'), True, "1.5"),
    "an entry altered": (_other("history.jsonl", "报送".encode(), "报告".encode()), True, "1.1"),
    "no title": (_other("metadata.xml", "<题名>来函</题名>".encode(), "<题名/>".encode()), True, "2.2"),
    "a material gone": (_without("materials/001.pdf"), True, "2.3"),
    "no metadata": (_without("metadata.xml"), True, "1.3"),
    "what is no PDF": (_other("materials/001.pdf", b"%PDF-", b"MZ..."), True, "3.2"),
    "half a PDF": (_other("materials/001.pdf", b"%%EOF", b"....."), True, "3.3"),
    "a script": (_other("materials/001.pdf", b"a paper", b"/JavaScript"), True, "4.2"),
}


@pytest.mark.parametrize(("change", "manifest", "number"), DAMAGE.values(), ids=DAMAGE)
def test_a_damage_fails_under_its_item(
    stage: Stage, change: Callable[[Files], None], manifest: bool, number: str
) -> None:
    found = failed(rewritten(package(stage), change, manifest=manifest))
    assert number in found
    assert manifest or "4.4" in found


def test_what_was_not_looked_at_is_not_passed(stage: Stage) -> None:
    change, manifest, _ = DAMAGE["a material altered"]
    told = results(rewritten(package(stage), change, manifest=manifest))
    assert {told[number] for number in ("1.1", "1.5", "2.3", "2.4")} == {UNSEEN}


def test_what_is_no_package_is_told(tmp_path: Path) -> None:
    other = tmp_path / "a.zip"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("a", "b")
    with pytest.raises(InvalidInput, match=r"manifest\.json"):
        inspection.of_file(other)
    with pytest.raises(InvalidInput):
        inspection.of_file(tmp_path / "none.zip")
