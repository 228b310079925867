#!/usr/bin/env python3
"""Checks an archive package or an exported history by itself: Python 3.8 or later, nothing else to install.

    python3 -I -S verify.py [PACKAGE.zip or the unpacked FOLDER; without: the folder this file lies in]
                            [--letter FILE]… [--key PUBLIC_KEY]
    python3 -I -S verify.py PROOF.json [--key PUBLIC_KEY]

Every file has the size and SHA-256 that the manifest names, and none is missing or added; every entry of the history
is bound to the one before it (hash = SHA-256 of the previous hash, 32 zero bytes first, and the entry's own bytes);
every file, definition and checkpoint that the history names is the one in the package. Exit code 0: all of it holds;
7: something does not, each fault on a line; 2: there is no package to check.

Who has the whole package in hand could write all of it anew. So hold it against what left the house: signed checkpoints
(``--letter``, any number of them, with the public key as the outsider has it), and the line printed on each document
with the number and first 24 digits of an entry's hash (留痕校验行). Which entries no letter covers is told.

This file knows nothing of the program that made the package, and imports the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zhuli_flow.services.archiving.standalone_log import (
    Key,
    Letter,
    Proof,
    evidence_faults,
    key_faults,
    letter_fault,
    proof_report,
    read_letter,
    roots,
)
from zhuli_flow.services.archiving.standalone_personal import PERSONAL, bound, personal_faults
from zhuli_flow.services.archiving.standalone_source import UNREADABLE, NoPackage, Source

FORMATS = ("zhuli-archive/1", "zhuli-audit/1")
MANIFEST, HISTORY, CHAIN, CALENDAR = "manifest.json", "history.jsonl", "chain.txt", "calendar.json"
METADATA = "metadata.xml"
CHECKPOINT, EVIDENCE, PROOF = "checkpoint.txt", "proofs.json", "zhuli-proof/1"
BROKEN, USAGE = 7, 2
_DESCRIBED = re.compile(
    "<计算机文件名>([^<]*)</计算机文件名>\n<计算机文件大小[^>]*>([0-9]+)</计算机文件大小>\n<数字摘要[^>]*>([0-9a-f]{64})</数字摘要>"
)
_DIGEST, _CHUNK = re.compile(r"[0-9a-f]{64}"), 1 << 20


class Checking:
    """One package being checked: ``faults`` in words, ``ends`` the last number and hash of every chain."""

    def __init__(self, source: Source, letters: Sequence[tuple[str, bytes]] = (), key: str = "") -> None:
        self.source = source
        self.letters = [read_letter(data, place) for place, data in letters]
        self.key = key
        self.keys: list[Key] = []
        self.leaves: dict[int, bytes] = {}
        self.covered = 0
        self.signed: Letter | None = None
        self.faults: list[str] = []
        self.ends: dict[str, tuple[int, str]] = {}
        self.hashes: dict[tuple[str, int], str] = {}
        self.withheld = 0
        self.entries = 0
        self.digests: set[str] = set()
        self.wanted: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self.checkpoints: list[tuple[str, str]] = []
        self.bound: dict[str, str] = {}
        self.erased: set[str] = set()
        self.manifest: dict[str, Any] = self._read_manifest()

    def _read_manifest(self) -> dict[str, Any]:
        try:
            with self.source.open(MANIFEST) as file:
                found = json.loads(file.read().decode("utf-8"))
        except (KeyError, RecursionError, *UNREADABLE) as error:
            raise NoPackage(f"没有可读的 {MANIFEST}（{error}）") from error
        if not isinstance(found, dict) or found.get("format") not in FORMATS:
            raise NoPackage(f"{MANIFEST} 不是本程序认识的格式")
        return found

    def run(self) -> None:
        """Check everything; what is wrong is then in ``faults``."""
        self.faults += self.source.container_faults()
        self.check_files()
        if not self.faults:  # what does not have its own bytes can't be read for more
            self.check_history()
            self.check_definitions()
            self.check_named()
            self.check_calendar()
            self.check_metadata()
            self.check_personal()
            self.check_log()

    def check_files(self) -> None:
        """The package holds the files of the manifest, byte for byte, and no other."""
        told: dict[str, Any] = self.manifest["files"]
        counts = Counter(self.source.names())
        for name in sorted(name for name, number in counts.items() if number > 1):
            self.faults.append(f"{name}: 同名文件有两份")
        for name in sorted(counts.keys() - told.keys() - {MANIFEST}):
            self.faults.append(f"{name}: 清单上没有的文件")
        for name in sorted(told):
            if name not in counts:
                self.faults.append(f"{name}: 清单上有，包中没有")
                continue
            size, digest = self._measure(name)
            self.digests.add(digest)
            if (size, digest) != (told[name]["size"], told[name]["sha256"]):
                self.faults.append(f"{name}: 内容与清单不符，被改动过")
            elif told[name].get("sm3") and self._sm3(name) not in ("", told[name]["sm3"]):
                self.faults.append(f"{name}: SM3 与清单不符")

    def _measure(self, name: str) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        try:
            with self.source.open(name) as file:
                for chunk in iter(lambda: file.read(_CHUNK), b""):
                    size += len(chunk)
                    digest.update(chunk)
        except UNREADABLE as error:
            return -1, str(error)
        return size, digest.hexdigest()

    def _sm3(self, name: str) -> str:
        """The second hash of a file, nothing where this Python has none."""
        if "sm3" not in hashlib.algorithms_available:
            return ""
        digest = hashlib.new("sm3")
        with self.source.open(name) as file:
            digest.update(file.read())
        return digest.hexdigest()

    def check_history(self) -> None:
        """Every chain is whole, from its first entry to the end that the manifest names."""
        with self.source.open(HISTORY) as bodies, self.source.open(CHAIN) as chain:
            rows = iter(chain.read().decode("utf-8").splitlines())
            for line in bodies:
                case, seq, digest, place = (next(rows, "") + "\t\t\t").split("\t")[:4]
                self._entry(line.rstrip(b"\n"), case, int(seq or 0), digest)
                if place:
                    self.leaves[int(place)] = bytes.fromhex(digest)
            if next(rows, None) is not None:
                self.faults.append(f"{CHAIN}: 比留痕多出若干行")
        ends = {case: [seq, digest] for case, (seq, digest) in self.ends.items()}
        for case in sorted(ends.keys() | self.manifest["chains"].keys()):
            told = self.manifest["chains"].get(case) or {}
            if ends.get(case) != [told.get("entries"), told.get("head")]:
                self.faults.append(f"{case}: 链尾与清单不符，末尾留痕可能被截去")

    def _entry(self, body: bytes, case: str, seq: int, digest: str) -> None:
        self.entries += 1
        last, previous = self.ends.get(case, (0, "0" * 64))
        told = json.loads(body.decode("utf-8"))
        self.ends[case], self.hashes[case, seq] = (seq, digest), digest
        if (told.get("case"), told.get("seq")) != (case, seq) or seq != last + 1:
            self.faults.append(f"{case} 第 {seq} 条: 序号不连续，或不是这一事项的留痕")
        elif "withheld" in told:
            self.withheld += 1
        elif hashlib.sha256(bytes.fromhex(previous) + body).hexdigest() != digest or told["previous"] != previous:
            self.faults.append(f"{case} 第 {seq} 条: 内容与哈希不符，被改动过")
        else:
            self._note(told, f"{case} 第 {seq} 条")
            self.bound.update(dict.fromkeys(bound(body), f"{case} 第 {seq} 条"))

    def _note(self, told: dict[str, Any], place: str) -> None:
        """What an entry says there is: definitions, files, checkpoints."""
        if told.get("event") == "log_key" and told["case"] == "office":
            self.keys.append(Key(*(told["log"][name] for name in Key._fields)))
        if told.get("event") == "erase_personal":
            self.erased.update(told["erased"])
        if told.get("definition"):
            self.definitions.setdefault(told["definition"], place)
        for key, value in _walk(told):
            if key == "sha256" and isinstance(value, str) and _DIGEST.fullmatch(value):
                self.wanted.setdefault(value, place)
            elif key == "checkpoint" and isinstance(value, str) and value:
                self.checkpoints.append((value, place))

    def check_definitions(self) -> None:
        """The text of every definition that the cases were run by is there, word for word."""
        for digest in sorted(self.definitions.keys() - self.digests):
            self.faults.append(f"{self.definitions[digest]}: 所依的流程定义 {digest[:12]}… 不在包中，或文本与摘要不符")

    def check_named(self) -> None:
        """The files that the history names are in the package; the checkpoints printed on them fit the chain."""
        if self.manifest["attachments"]:
            for digest in sorted(self.wanted.keys() - self.digests):
                self.faults.append(f"{self.wanted[digest]}: 所记的文件 {digest[:12]}… 不在包中")
        for line, place in self.checkpoints:
            found = re.fullmatch(r"(\S+) 第(\d+)条 ([0-9a-f]+)", line)
            known = self.hashes.get((found.group(1), int(found.group(2))), "") if found else ""
            if not found or not known.startswith(found.group(3)):
                self.faults.append(f"{place}: 公文上印的留痕校验行“{line}”与留痕不符")

    def check_metadata(self) -> None:
        """The metadata name every paper and material of the package, by its size and hash, and no other."""
        told = self.manifest["files"]
        if METADATA not in told:
            return
        with self.source.open(METADATA) as file:
            named = {
                name: (int(size), digest) for name, size, digest in _DESCRIBED.findall(file.read().decode("utf-8"))
            }
        there = {name: (one["size"], one["sha256"]) for name, one in told.items() if "/" in name}
        there = {name: one for name, one in there.items() if not name.startswith("definitions/")}
        for name in sorted(named.keys() | there.keys()):
            if named.get(name) != there.get(name):
                self.faults.append(f"{METADATA}: 所记的 {name} 与包中的文件不符")

    def check_personal(self) -> None:
        """Every text in the package that an entry binds by a commitment is that text; what is missing was erased."""
        told: Any = {"values": []}
        if PERSONAL in self.manifest["files"]:
            with self.source.open(PERSONAL) as file:
                told = json.loads(file.read().decode("utf-8"))
        elif not self.manifest["attachments"]:
            return  # the history of an office goes without them
        self.faults += personal_faults(told["values"], self.bound, self.erased)

    def check_log(self) -> None:
        """The log over all entries is what every letter says it was; what none of them covers is noted."""
        if EVIDENCE in self.manifest["files"]:
            with self.source.open(EVIDENCE) as file, self.source.open(CHECKPOINT) as signed:
                self.signed = read_letter(signed.read(), CHECKPOINT)
                told = json.loads(file.read().decode("utf-8"))
            self.faults += evidence_faults(told, self.hashes, self.signed, self.letters, self.key)
        if self.manifest["format"] != "zhuli-audit/1":
            return
        if CHECKPOINT in self.manifest["files"]:
            with self.source.open(CHECKPOINT) as file:
                self.letters.append(read_letter(file.read(), CHECKPOINT))
        if self.letters and sorted(self.leaves) != list(range(self.entries)):
            self.faults.append(f"{CHAIN}: 到达次序不是从 0 起连续的，有留痕被抽走或添加")
            return
        known = roots([self.leaves[place] for place in sorted(self.leaves)], {one.size for one in self.letters})
        self.faults += key_faults(self.keys, self.key)
        for letter in sorted(self.letters, key=lambda one: one.size):
            fault = letter_fault(letter, self.keys, known, self.entries)
            if fault:
                between = f"（第 {self.covered} 条之前与较早的检查点相符）" if self.covered else ""
                self.faults.append(fault + between)
                return
            self.covered = letter.size

    def check_calendar(self) -> None:
        """The calendar's data give the digests and the version that it bears."""
        if CALENDAR not in self.manifest["files"]:
            return
        with self.source.open(CALENDAR) as file:
            told = json.loads(file.read().decode("utf-8"))
        digests = [_digest(year["facts"]) for year in told["years"]]
        last = json.loads(told["years"][-1]["facts"])[0] if digests else 0
        version = f"{last}-{_digest(''.join(digests))[:8]}"
        if digests != [year["sha256"] for year in told["years"]] or version != told["version"]:
            self.faults.append(f"{CALENDAR}: 日历数据与其版本不符")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    for key, part in value.items() if isinstance(value, dict) else ():
        yield key, part
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _walk(part)


def report(checking: Checking) -> list[str]:
    """What was found, in lines."""
    if checking.faults:
        return ["核对不符：", *(f"  {fault}" for fault in checking.faults)]
    files = len(checking.manifest["files"])
    lines = [f"核对相符：{files} 个文件、{checking.entries} 条留痕，逐一相符。"]
    if checking.withheld:
        lines.append(f"其中 {checking.withheld} 条涉及密封的表，内容未附，只核对了它前后的衔接。")
    gone = len(checking.bound.keys() & checking.erased)
    if checking.bound:
        lines.append(f"个人信息 {len(checking.bound)} 处只以承诺值入链，其中 {gone} 处已依法清除。")
    if len(checking.ends) == 1:
        for case, (seq, digest) in checking.ends.items():
            lines.append(f"链尾：{case} 第{seq}条 {digest}")
    if checking.signed:
        lines.append(f"每条留痕都在检查点 {checking.signed.origin} 所签的前 {checking.signed.size} 条之中。")
    if checking.covered:
        told = f"与 {len(checking.letters)} 份检查点相符，前 {checking.covered} 条由其证明"
        rest = checking.entries - checking.covered
        lines.append(f"{told}；其后 {rest} 条不在任何检查点之内。" if rest else f"{told}，无一遗漏。")
        if not checking.key:
            lines.append(f"公钥取自包内，请与外部保存的对照：{checking.keys[-1].key}")
    lines.append("归档包本身可以整个重做；请把公文上印的留痕校验行与 chain.txt 对照。")
    return lines


def _options(arguments: list[str]) -> tuple[list[str], list[str], str] | None:
    """What is to be checked, the letters, the key; None for words that are none."""
    told: dict[str, list[str]] = {"": [], "--letter": [], "--key": [""]}
    words = iter(arguments)
    for word in words:
        told[word if word in told else ""].append(next(words, "") if word in told else word)
    places, letters, keys = told.values()
    if len(places) > 1 or len(keys) > 2 or not all([*letters, *keys[1:]]) or any(one[:1] == "-" for one in places):
        return None
    return places, letters, keys[-1]


def _proof(place: Path) -> Proof | None:
    """The proof of one entry that a file holds, None when it is something else."""
    if place.is_dir() or not place.exists() or place.stat().st_size > _CHUNK:
        return None
    try:
        found = json.loads(place.read_bytes())
    except (ValueError, RecursionError):
        return None
    told = isinstance(found, dict) and found.get("format") == PROOF
    return Proof(*(found[name] for name in Proof._fields)) if told else None


def _checked(place: Path, letters: list[tuple[str, bytes]], key: str) -> tuple[bool, list[str]]:
    proof = _proof(place)
    if proof is not None:
        return proof_report(proof, [read_letter(data, name) for name, data in letters], key)
    checking = Checking(Source(place), letters, key)
    checking.run()
    return not checking.faults, report(checking)


def main(arguments: list[str]) -> int:
    """Check what is named, or the package this file lies in; the exit code."""
    options = _options(arguments)
    if options is None:
        sys.stderr.write("用法：python3 verify.py [归档包.zip、文件夹或证明.json] [--letter 文件]… [--key 公钥]\n")
        return USAGE
    places, names, key = options
    place = Path(places[0]) if places else Path(__file__).resolve().parent
    try:
        whole, lines = _checked(place, [(name, Path(name).read_bytes()) for name in names], key)
    except NoPackage as error:
        sys.stderr.write(f"无从核对：{error}\n")
        return USAGE
    except Exception as error:  # noqa: BLE001 - whatever a damaged package leads to, it is not whole
        sys.stdout.write(f"核对不符：\n  读不下去（{type(error).__name__}: {error}）\n")
        return BROKEN
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if whole else BROKEN


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
