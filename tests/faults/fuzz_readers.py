"""Every reader of what comes from outside, with real inputs to begin from; run as a program, in great number."""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.engine.desk import CALENDAR, DESK
from tests.faults.fuzz_seeds import (
    CHECKPOINT,
    CSV,
    FIELDS,
    SCXML,
    SETTINGS,
    VALUES,
    docx,
    facts,
    key_file,
    packages,
    papers,
    trace,
)
from tests.faults.fuzzing import Found, Read, Reader, inputs, tried
from tests.services.staging import story
from tests.workbooks.packing import as_excel_saves
from tests.workbooks.returns import AT, PARTS, sheet
from zhuli_flow import settings
from zhuli_flow.channels import settings as channel_settings
from zhuli_flow.definitions.check import hinted, parse
from zhuli_flow.definitions.model.expressions import GuardError
from zhuli_flow.definitions.reading.parser import parse_choice, parse_condition, parse_term
from zhuli_flow.definitions.reading.yaml_reader import scan
from zhuli_flow.documents.pdfa.check import archive_problems, variant_of
from zhuli_flow.documents.reading.pdf_copy import read_copy
from zhuli_flow.documents.templates.catalog import load_kind
from zhuli_flow.documents.templates.trace_code import read_code
from zhuli_flow.documents.word import reader as word
from zhuli_flow.engine.expressions.values import ValueRefused, accept
from zhuli_flow.engine.history.checkpoint import NotACheckpoint, read_checkpoint, read_note, read_verifier
from zhuli_flow.interchange import scxml_in
from zhuli_flow.services.administration import traces
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.archiving import inspection
from zhuli_flow.services.archiving.standalone_log import read_letter
from zhuli_flow.services.deadlines.calendar_file import read_file
from zhuli_flow.services.rehearsal import scenario
from zhuli_flow.signing import keys
from zhuli_flow.workbooks.form_reader import read as read_form
from zhuli_flow.workbooks.form_writer import write as write_form

MEMORY = 3 << 30
"""Bytes of address space of a run of its own: what wants more ends in MemoryError, which is found."""

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "zhuli_flow/samples"
FORM = sheet(*PARTS[:12])


def _text(data: bytes) -> str:
    """As a terminal or a form hands it on: bytes that are no UTF-8 become lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def _definition(data: bytes) -> object:
    found = parse(data, "a.yaml")
    return [str(one) for one in found.problems], hinted(found)


def _expression(data: bytes) -> None:
    for reading in (parse_condition, parse_term, parse_choice):
        try:
            reading(_text(data))
        except GuardError:
            continue


def _in_file(folder: Path, name: str, read: Callable[[Path], object]) -> Read:
    """A reader of a path, given bytes."""

    def reading(data: bytes) -> object:
        (folder / name).write_bytes(data)
        return read(folder / name)

    return reading


def _settings(path: Path) -> None:
    chosen = settings.load(path.parent)
    channel_settings.parse(chosen.post, path.parent)
    settings.moved_to(settings.text_of(chosen), "postgresql://localhost/office")


def _checkpoint(data: bytes) -> None:
    read_checkpoint(read_note(data).text)


def _key(path: Path) -> None:
    path.chmod(0o600)
    keys.load(path)


def _scenario(data: bytes) -> None:
    scenario.read(_text(data), "a.scenario", CALENDAR, AT.date(), _steps())


@cache
def _steps() -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in SAMPLES.glob("*.s*") if one.suffix in {".steps", ".scenario"}}


def _scxml(data: bytes) -> None:
    parse(scxml_in.definition(data, "a.scxml", "taken", "取来").text.encode(), "taken.yaml")


def _values(data: bytes) -> None:
    """What is typed into every kind of field, and what a file of values gives it."""
    flow, facts = _flow()
    given: list[object] = [_text(data)]
    with suppress(ValueError, RecursionError):
        given.append(json.loads(data, parse_float=str))
    for field in flow.fields.values():
        for raw in given:
            try:
                accept(field, raw, facts)  # type: ignore[arg-type]
            except ValueRefused:
                continue


@cache
def _flow():
    return parse(FIELDS, "fields.yaml").sound, facts()


def _quick(folder: Path) -> list[Reader]:
    flow, _ = _flow()
    guards = tuple({guard.text.encode(): None for event in flow.events.values() for guard in event.guards})
    years = tuple(sorted((ROOT / "zhuli_flow/calendar/data").glob("*.json"))[-3:])
    signer = keys.make("office.example")
    return [
        Reader("expression", _expression, guards, share=400),
        Reader("checkpoint", _checkpoint, (CHECKPOINT,), (NotACheckpoint,), share=400),
        Reader("letter", lambda data: read_letter(data, "a"), (CHECKPOINT,), (ValueError,), share=200),
        Reader(
            "public key", lambda data: read_verifier(_text(data)), (signer.verifier.encode(),), (NotACheckpoint,), 200
        ),
        Reader(
            "printed code",
            lambda data: read_code(_text(data)),
            (b"ZLF:WB-2018-0001:3:" + b"A1" * 12 + b":7",),
            share=200,
        ),
        Reader("key file", _in_file(folder, "key", _key), (key_file(folder),), share=40),
        Reader("values", _values, VALUES, share=60),
        Reader(
            "calendar", _in_file(folder, "2026.json", read_file), tuple(one.read_bytes() for one in years), share=100
        ),
        Reader("settings", _in_file(folder, "zhuli.toml", _settings), SETTINGS, share=60),
        Reader(
            "scenario",
            _scenario,
            tuple(one.read_bytes() for one in SAMPLES.glob("*.scenario")),
            share=30,
        ),
    ]


def _tables(folder: Path) -> list[Reader]:
    directory = (SAMPLES / "directory.yaml").read_bytes()
    notice = ROOT / "notices/expiry_notice.yaml"
    for name in ("base.html", "document.html", "gongwen.css"):
        (folder / name).write_bytes((ROOT / "notices" / name).read_bytes())
    (folder / "expiry_notice.html").write_bytes(notice.with_suffix(".html").read_bytes())
    return [
        Reader("csv", lambda data: read_form(FORM, data, "a.csv"), CSV, share=60),
        Reader("yaml", lambda data: scan(data, "a.yaml"), (DESK.encode(), directory), share=6),
        Reader("directory", lambda data: read_directory(data, "a.yaml", frozenset()), (directory,), share=6),
        Reader("definition", _definition, (story().encode(), DESK.encode()), share=8),
        Reader(
            "notice",
            _in_file(folder, notice.name, lambda path: load_kind([path.parent], path.stem)),
            (notice.read_bytes(),),
            share=8,
        ),
        Reader("scxml", _scxml, SCXML, share=16),
        Reader(
            "trace",
            _in_file(folder, "a.json", lambda path: traces.replay(path, folder / "traced.yaml")),
            trace(folder),
            share=8,
        ),
    ]


def _archives(folder: Path) -> list[Reader]:
    workbook = write_form(FORM, {}, AT)
    pages, drafts = papers(folder), docx(folder)
    return [
        Reader("xlsx", lambda data: read_form(FORM, data, "a.xlsx"), (as_excel_saves(workbook), workbook), share=6),
        Reader("docx", word._told, drafts, share=6),
        Reader("package", _in_file(folder, "a.zip", inspection.of_file), packages(folder), share=6),
        Reader("pdf", lambda data: (variant_of(data), archive_problems(data)), pages, share=6),
        Reader("paper", read_copy, pages),
        Reader("draft", word.read_draft, drafts),
    ]


def readers(folder: Path) -> list[Reader]:
    """All of them; what they read as files lies in ``folder``."""
    return [*_quick(folder), *_tables(folder), *_archives(folder)]


def counts(among: list[Reader], total: int) -> dict[str, int]:
    """How many of ``total`` inputs each reader gets, by its share."""
    whole = sum(one.share for one in among)
    return {one.name: max(1, total * one.share // whole) for one in among}


def found(among: list[Reader], total: int, seed: int, tell: Callable[[str], None] = lambda _: None) -> list[Found]:
    """What ``total`` inputs came to, other than an answer or a refusal: one of each kind and reader."""
    kinds: dict[tuple[str, str], Found] = {}
    for reader in among:
        begun, often = perf_counter(), Counter[str]()
        for data in inputs(reader, seed, counts(among, total)[reader.name]):
            often["inputs"] += 1
            what = tried(reader, data)
            if what is not None:
                often["found"] += 1
                kinds.setdefault((reader.name, _kind(what)), what)
        tell(f"{reader.name}: {often['inputs']} inputs, {often['found']} found, {perf_counter() - begun:.0f} s")
    return list(kinds.values())


def _kind(one: Found) -> str:
    """By the exception and where it was raised."""
    lines = one.what.strip().splitlines()
    return lines[-1].partition(":")[0] + next((line for line in reversed(lines) if line.startswith("  File")), "")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """``COUNT [SEED] [READER…]``; 1 when anything was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    total, seed, names = int(words[0]), int(words[1]) if len(words) > 1 else 1, words[2:]
    with TemporaryDirectory() as folder:
        among = [one for one in readers(Path(folder)) if not names or one.name in names]
        kinds = found(among, total, seed, _say)
    for one in kinds:
        place = Path("fuzz-found") / f"{one.reader.replace(' ', '-')}-{sha256(one.data).hexdigest()[:8]}"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(one.data)
        _say(f"{place} ({len(one.data)} bytes): {one.what}")
    return bool(kinds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
