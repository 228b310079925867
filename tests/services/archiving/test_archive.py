"""Archive packages: what is in them, that they depend on nothing but the case, and that no change goes unseen."""

import ast
import csv
import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services.administration import erasure
from zhuli_flow.services.archiving import archive
from zhuli_flow.services.archiving.package import program
from zhuli_flow.services.history import checkpoints, log_key
from zhuli_flow.signing import keys
from zhuli_flow.store import directory, files
from zhuli_flow.store.directory import Person

PDF = b"%PDF-1.4\n% a paper\n%%EOF\n"
Files = dict[str, bytes]


def attached(stage: Stage, name: str = "请示.pdf", content: bytes = PDF) -> Attachment:
    return files.store_bytes(stage.office.home, content, name, "pdf")


def packed(stage: Stage, case: str, name: str = "a.zip") -> Path:
    target = stage.office.home / name
    archive.archive(stage.office, case, target)
    return target


def opened(package: Path) -> Files:
    with zipfile.ZipFile(package) as found:
        return {name: found.read(name) for name in found.namelist()}


def verified(package: Path, *more: str) -> tuple[int, str]:
    """The package's own verifier, run bare from the unpacked folder or on the zip."""
    program = package.parent / "alone.py"
    program.write_bytes(opened(package)["verify.py"])
    return ran([str(program), str(package), *more])


def ran(words: list[str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", *words], capture_output=True, check=False, env={}, encoding="utf-8", cwd="/"
    )
    return done.returncode, done.stdout + done.stderr


def rewritten(package: Path, change: Callable[[Files], None], *, manifest: bool) -> Path:
    """The package with something changed; with ``manifest`` its list of files is made to fit again."""
    content = opened(package)
    change(content)
    if manifest:
        told = json.loads(content["manifest.json"])
        told["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in content.items()
            if name != "manifest.json"
        }
        content["manifest.json"] = json.dumps(told).encode()
    target = package.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as made:
        for name, data in content.items():
            made.writestr(name, data)
    return target


@pytest.fixture
def package(stage: Stage) -> Path:
    case = stage.open()
    stage.do(case, "submit", "县", opinion="同意报送<b>")
    stage.do(case, "accept", "甲")
    return packed(stage, case)


def test_a_package_is_verified_without_this_program_zipped_and_unpacked(package: Path, tmp_path: Path) -> None:
    code, told = verified(package)
    assert code == 0
    assert told.splitlines()[:2] == [
        "核对相符：8 个文件、3 条留痕，逐一相符。",
        f"链尾：WB-2018-0001 第3条 {head_of(package)}",
    ]
    with zipfile.ZipFile(package) as found:
        found.extractall(tmp_path / "unpacked")
    assert ran([str(tmp_path / "unpacked" / "verify.py")])[0] == 0


def head_of(package: Path) -> str:
    return opened(package)["chain.txt"].decode().split()[-1]


def test_the_same_case_gives_the_same_bytes_whenever_it_is_packed(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    first = packed(stage, case, "1.zip").read_bytes()
    stage.on("2018-12-01")
    assert packed(stage, case, "2.zip").read_bytes() == first


def test_a_package_holds_history_definition_calendar_and_a_page_to_read(stage: Stage, package: Path) -> None:
    content = opened(package)
    stored = stage.stored("WB-2018-0001")
    assert [json.loads(line)["event"] for line in content["history.jsonl"].splitlines()] == [
        "begin",
        "submit",
        "accept",
    ]
    (definition,) = (data for name, data in content.items() if name.startswith("definitions/"))
    assert hashlib.sha256(definition).hexdigest() == stored.case.digest
    assert json.loads(content["calendar.json"])["version"] == stage.office.calendar.version
    page = content["index.html"].decode()
    assert "同意报送&lt;b&gt;" in page
    assert "起草 → 受理" in page
    assert json.loads(content["manifest.json"])["chains"]["WB-2018-0001"]["head"] == stored.head.hex()


def _one_letter(name: str) -> Callable[[Files], None]:
    def change(content: Files) -> None:
        data = content[name]
        content[name] = data[:40] + bytes([data[40] ^ 1]) + data[41:]

    return change


@pytest.mark.parametrize("name", ["history.jsonl", "chain.txt", "calendar.json", "index.html", "catalogue.csv"])
def test_one_changed_byte_is_found_at_its_file(package: Path, name: str) -> None:
    code, told = verified(rewritten(package, _one_letter(name), manifest=False))
    assert (code, f"{name}: 内容与清单不符，被改动过" in told) == (7, True)


def _gone(content: Files) -> None:
    del content["catalogue.csv"]


def _added(content: Files) -> None:
    content["papers/001.pdf"] = PDF


@pytest.mark.parametrize(("change", "told"), [(_gone, "包中没有"), (_added, "清单上没有")])
def test_a_file_taken_out_or_put_in_is_found(package: Path, change: Callable[[Files], None], told: str) -> None:
    code, words = verified(rewritten(package, change, manifest=False))
    assert (code, told in words) == (7, True)


def _other_opinion(content: Files) -> None:
    content["history.jsonl"] = content["history.jsonl"].replace("同意报送".encode(), "不予报送".encode())


def _last_cut(content: Files) -> None:
    for name in ("history.jsonl", "chain.txt"):
        content[name] = b"".join(content[name].splitlines(keepends=True)[:-1])


def _middle_cut(content: Files) -> None:
    for name in ("history.jsonl", "chain.txt"):
        lines = content[name].splitlines(keepends=True)
        content[name] = lines[0] + lines[2]


def _other_definition(content: Files) -> None:
    (name,) = (one for one in content if one.startswith("definitions/"))
    content[name] += b"# changed\n"


def _other_calendar(content: Files) -> None:
    content["calendar.json"] = content["calendar.json"].replace(b"2018-10-01", b"2018-10-08")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_other_opinion, "第 2 条: 内容与哈希不符"),
        (_last_cut, "末尾留痕可能被截去"),
        (_middle_cut, "第 3 条: 序号不连续"),
        (_other_definition, "所依的流程定义"),
        (_other_calendar, "日历数据与其版本不符"),
        (_one_letter("chain.txt"), "核对不符"),
    ],
)
def test_a_change_with_the_manifest_made_to_fit_is_found_all_the_same(
    package: Path, change: Callable[[Files], None], told: str
) -> None:
    code, words = verified(rewritten(package, change, manifest=True))
    assert (code, told in words) == (7, True), words


@pytest.mark.parametrize(
    "content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "rubbish", "empty zip"]
)
def test_what_is_no_package_is_said_to_be_none(package: Path, tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "x.zip"
    place.write_bytes(content)
    code, told = ran([str(_alone(package)), str(place)])
    assert (code, told.startswith("无从核对：")) == (2, True)


def _alone(package: Path) -> Path:
    program = package.parent / "alone.py"
    program.write_bytes(opened(package)["verify.py"])
    return program


def test_a_damaged_package_is_not_whole(package: Path) -> None:
    data = bytearray(package.read_bytes())
    data[200] ^= 0xFF
    program = _alone(package)
    package.write_bytes(bytes(data))
    assert ran([str(program), str(package)])[0] in {2, 7}


def test_what_is_under_seal_is_withheld_and_the_chain_still_holds(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87", opinion="给八十七分")
    stage.do(case, "ask", "甲")
    sealed = packed(stage, case, "sealed.zip")
    assert b'"points"' not in opened(sealed)["history.jsonl"]
    assert "八十七".encode() not in b"".join(opened(sealed).values())
    code, told = verified(sealed)
    assert (code, "其中 1 条涉及密封的表" in told) == (0, True)
    stage.do(case, "repaired", "县")
    stage.walk(case, "ruling")
    code, told = verified(packed(stage, case, "opened.zip"))
    assert (code, "密封" in told) == (0, False)
    assert "给八十七分".encode() in opened(stage.office.home / "opened.zip")["history.jsonl"]


def test_what_was_handed_in_is_in_the_package_once_and_in_the_catalogue(home: Path) -> None:
    stage = Stage(home, text=_with_material())
    case = stage.open()
    file = attached(stage)
    stage.do(case, "submit", "县", files={"request": (file,)})
    package = packed(stage, case)
    assert opened(package)["materials/001.pdf"] == PDF
    lines = list(csv.DictReader(io.StringIO(opened(package)["catalogue.csv"].decode("utf-8-sig"))))
    assert [list(line.values()) for line in lines] == [
        ["1", "甲县政府", "", "请示文本（请示.pdf）", "2018-10-08", "", "materials/001.pdf"]
    ]
    assert verified(package)[0] == 0
    code, told = verified(rewritten(package, lambda content: content.pop("materials/001.pdf") and None, manifest=True))
    assert (code, "不在包中" in told) == (7, True)
    stage.office.database.close()


def test_like_named_files_are_items_of_their_own_and_told_apart(home: Path) -> None:
    stage = Stage(home, text=_with_material())
    case = stage.open()
    given = (attached(stage, "附件.pdf"), attached(stage, "附件.pdf", PDF + b"%\n"), attached(stage, "同一内容.pdf"))
    stage.do(case, "submit", "县", files={"request": given})
    package = packed(stage, case)
    lines = list(csv.DictReader(io.StringIO(opened(package)["catalogue.csv"].decode("utf-8-sig"))))
    assert [(line["题名"], line["备注"]) for line in lines] == [
        ("请示文本（附件.pdf）（同名第 1 件）", "materials/001.pdf"),
        ("请示文本（附件.pdf）（同名第 2 件）", "materials/002.pdf"),
        ("请示文本（同一内容.pdf）", "materials/003.pdf"),
    ]
    assert verified(package)[0] == 0
    stage.office.database.close()


def test_an_altered_file_stops_the_packing_and_leaves_nothing_behind(home: Path) -> None:
    stage = Stage(home, text=_with_material())
    case = stage.open()
    file = attached(stage)
    stage.do(case, "submit", "县", files={"request": (file,)})
    files.place(stage.office.home, file.sha256).write_bytes(b"other")
    with pytest.raises(IntegrityBroken):
        packed(stage, case)
    assert not (stage.office.home / "a.zip").exists()
    files.place(stage.office.home, file.sha256).unlink()
    with pytest.raises(NotFound):
        packed(stage, case)
    stage.office.database.close()


def _with_material() -> str:
    from tests.services.staging import story

    return story(
        a="states:\n -> materials:\n  request: {title: 请示文本}\nstates:\n",
        b="to: intake, by: county} -> to: intake, by: county, attach: [request]}",
    )


def test_no_case_and_no_place_to_write_are_told(stage: Stage, package: Path) -> None:
    with pytest.raises(NotFound, match="没有事项"):
        packed(stage, "WB-2018-0009", "b.zip")
    assert not (stage.office.home / "b.zip").exists()
    with pytest.raises(InvalidInput, match="已经存在"):
        packed(stage, "WB-2018-0001", "a.zip")
    assert verified(package)[0] == 0


def test_the_whole_history_is_exported_and_verified_off_line(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87", opinion="给八十七分")
    target = stage.office.home / "audit.zip"
    told = as_json(archive.export_audit(stage.office, target))
    assert told["entries"] == len(stage.table("SELECT 1 FROM entry"))
    assert "八十七".encode() not in opened(target)["history.jsonl"]
    code, words = verified(target)
    assert (code, f"{told['entries']} 条留痕" in words) == (0, True)
    code, words = verified(rewritten(target, _last_cut, manifest=True))
    assert (code, "末尾留痕可能被截去" in words) == (7, True)


def test_a_package_as_evidence_proves_every_entry_and_has_two_hashes(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    target = stage.office.home / "evidence.zip"
    archive.archive(stage.office, case, target, evidence=True)
    with stage.office.database.write() as connection:
        key = log_key.known(connection)[-1].key
    code, told = verified(target, "--key", key)
    assert code == 0, told
    assert "每条留痕都在检查点" in told
    content = opened(target)
    for name, one in json.loads(content["manifest.json"])["files"].items():
        assert one["sm3"] == hashlib.new("sm3", content[name]).hexdigest()
    assert verified(target, "--key", keys.make("x").verifier)[0] == 7


def _way_of_another(content: Files) -> None:
    told = json.loads(content["proofs.json"])
    told["entries"]["2"] = told["entries"]["1"]
    content["proofs.json"] = json.dumps(told).encode()


def _way_gone(content: Files) -> None:
    told = json.loads(content["proofs.json"])
    del told["entries"]["2"]
    content["proofs.json"] = json.dumps(told).encode()


def _other_root(content: Files) -> None:
    content["checkpoint.txt"] = content["checkpoint.txt"].replace(b"\nat 2018", b"\nat 2019")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_way_of_another, "第 2 条: 不在检查点所签"),
        (_way_gone, "第 2 条: 不在检查点所签"),
        (_other_root, "签名不是所附公钥"),
    ],
)
def test_evidence_with_the_manifest_made_to_fit_is_found_out(
    stage: Stage, change: Callable[[Files], None], told: str
) -> None:
    case = stage.walk(stage.open(), "review")
    target = stage.office.home / "evidence.zip"
    archive.archive(stage.office, case, target, evidence=True)
    code, words = verified(rewritten(target, change, manifest=True))
    assert (code, told in words) == (7, True), words


def written_anew(package: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """Every entry changed at will, the whole chain and the manifest made to fit again: all that a forger can do."""

    def forge(content: Files) -> None:
        previous, bodies, rows = bytes(32), [], []
        for line in content["history.jsonl"].splitlines():
            told = json.loads(line) | {"previous": previous.hex()}
            change(told)
            bodies.append(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
            previous = hashlib.sha256(previous + bodies[-1].rstrip(b"\n")).digest()
            rows.append(f"{told['case']}\t{told['seq']}\t{previous.hex()}\n".encode())
        content["history.jsonl"], content["chain.txt"] = b"".join(bodies), b"".join(rows)
        manifest = json.loads(content["manifest.json"])
        manifest["chains"] = {str(told["case"]): {"entries": told["seq"], "head": previous.hex()}}
        content["manifest.json"] = json.dumps(manifest).encode()

    return rewritten(package, forge, manifest=True)


def test_a_package_written_anew_is_whole_but_ends_with_another_head(package: Path) -> None:
    code, told = verified(written_anew(package, lambda entry: entry.update(opinion="另一种意见")))
    assert code == 0
    assert head_of(package) not in told
    assert "请把公文上印的留痕校验行与 chain.txt 对照" in told


def test_a_checkpoint_that_was_printed_from_another_chain_is_found(package: Path) -> None:
    def print_one(entry: dict[str, object]) -> None:
        if entry["seq"] == 3:
            entry["notices"] = [{"checkpoint": f"WB-2018-0001 第2条 {'0' * 24}"}]

    code, told = verified(written_anew(package, print_one))
    assert (code, "留痕校验行" in told.splitlines()[1]) == (7, True)


def test_the_verifier_needs_an_old_python_and_its_standard_library_alone() -> None:
    source = program().decode()
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_no_damaged_byte_leaves_a_package_whole_or_ends_in_a_crash(package: Path, tmp_path: Path) -> None:
    """Every byte of the structure, and every hundredth of the rest: told in words, and never called whole."""
    data = package.read_bytes()
    program = tmp_path / "alone.py"
    program.write_bytes(opened(package)["verify.py"])
    spec = importlib.util.spec_from_file_location("alone", program)
    assert spec is not None
    assert spec.loader is not None
    alone = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(alone)
    with zipfile.ZipFile(package) as found:
        start, heads = found.start_dir, [one.header_offset for one in found.infolist()]
    places = {head + at for head in heads for at in range(30) if at not in (4, 5)} | set(range(0, start, 101))
    called_whole = []
    for place in sorted(places):
        broken = tmp_path / "broken.zip"
        broken.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        if alone.main([str(broken)]) == 0:
            called_whole.append(place)
    assert [place for place in called_whole if not _same_content(package, data, place)] == []


def _same_content(package: Path, data: bytes, place: int) -> bool:
    """Whether what lies in the package is the same in spite of the byte: unused bits at the end of a packed stream."""
    broken = package.with_name("again.zip")
    broken.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
    return opened(broken) == opened(package)


def test_personal_data_in_a_package_are_held_against_what_the_entries_bind(home: Path) -> None:
    told = "  subject: {title: 标题} ->   subject: {title: 标题}\n  contact: {title: 联系人, personal: 同意}"
    asked = "fill: [subject, until?, amount?, experts?]} -> fill: [subject, until?, amount?, experts?, contact?]}"
    stage = Stage(home, text=story(a=told, b=asked))
    with stage.office.database.write() as connection:
        officers = {"安全": "security_officer", "审计": "auditor"}
        directory.put_people(connection, [Person(one, "省科协", frozenset({duty})) for one, duty in officers.items()])
    case = stage.open(contact="欧阳修远")
    whole = packed(stage, case)
    assert "欧阳修远" in opened(whole)["personal.json"].decode()
    assert "欧阳修远" in opened(whole)["index.html"].decode()
    assert "欧阳修远".encode() not in opened(whole)["history.jsonl"]
    code, words = verified(whole)
    assert (code, "其中 0 处已依法清除" in words) == (0, True), words

    def other(files: Files) -> None:
        files["personal.json"] = files["personal.json"].replace("欧阳修远".encode(), "欧阳修近".encode())

    code, words = verified(rewritten(whole, other, manifest=True))
    assert (code, "承诺值不符" in words) == (7, True), words
    erasure.propose(stage.office, case, "安全", None, ground="个人信息保护法第四十七条")
    erasure.confirm(stage.office, case, "审计", None)
    after = packed(stage, case, "b.zip")
    assert all("欧阳修远".encode() not in data for data in opened(after).values())
    code, words = verified(after)
    assert (code, "处已依法清除" in words) == (0, True), words

    def hidden(files: Files) -> None:
        files["personal.json"] = b'{"values":[]}'

    assert verified(rewritten(whole, hidden, manifest=True))[0] == 7

    def gone(files: Files) -> None:
        del files["personal.json"]

    code, words = verified(rewritten(whole, gone, manifest=True))
    assert (code, "所记的个人信息不在包中" in words) == (7, True), words
    stage.office.database.close()


def test_evidence_shows_that_its_checkpoint_continues_the_letters_before(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    sent = [checkpoints.take(stage.office).note.whole().encode()]
    stage.walk(stage.open(), "review")
    sent.append(checkpoints.take(stage.office).note.whole().encode())
    stage.walk(case, "review")
    target = stage.office.home / "evidence.zip"
    archive.archive(stage.office, case, target, evidence=True, letters=sent[:1])
    names = [stage.office.home / f"{number}.txt" for number in range(len(sent))]
    for name, note in zip(names, sent, strict=True):
        name.write_bytes(note)
    told = json.loads(opened(target)["proofs.json"])
    assert len(told["earlier"]) == 2
    letters = [word for name in names for word in ("--letter", str(name))]
    assert verified(target, *letters)[0] == 0
    forked = sent[0].decode().split("\n")
    forked[2] = "A" * 43 + "="
    names[0].write_text("\n".join(forked))
    code, words = verified(target, *letters)
    assert (code, "不是它的延续" in words) == (7, True), words
    with pytest.raises(InvalidInput, match="未写证据包"):
        archive.archive(stage.office, case, stage.office.home / "x.zip", evidence=True, letters=[b"x"])
