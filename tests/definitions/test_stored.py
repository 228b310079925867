"""What the store keeps of a definition, and how it comes back."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.workflow import IssueNotice
from zhuli_flow.definitions.stored import FORMAT, LAWS, _sum, digest, from_stored, to_stored, version_conflict
from zhuli_flow.errors import IntegrityBroken, InvalidInput

DATA = (Path(__file__).parent / "maximal.yaml").read_bytes()
KINDS = {"reply": {"verdict": True, "industries": False}, "letter_out": {"subject": True, "until": True}, "idle": {}}


@pytest.mark.parametrize("kinds", [None, KINDS])
def test_a_stored_definition_comes_back_as_it_was_loaded(kinds: dict[str, dict[str, bool]] | None) -> None:
    back = from_stored(to_stored(DATA, "maximal.yaml", kinds), DATA.decode(), digest(DATA))
    assert back == load(DATA, "maximal.yaml", kinds)


def test_the_fields_a_document_takes_of_the_same_name_are_settled_when_it_is_stored() -> None:
    """Which kinds of document there are may change later; what was checked stays what it was."""
    back = from_stored(to_stored(DATA, "maximal.yaml", KINDS), DATA.decode(), digest(DATA))
    (reply, *_) = (effect for effect in back.events["sum_up"].effects if isinstance(effect, IssueNotice))
    assert set(reply.variables) == {"verdict", "industries"}


def test_the_digest_is_of_the_bytes_as_they_are() -> None:
    assert digest(DATA) == sha256(DATA).hexdigest() == load(DATA, "maximal.yaml").digest
    assert digest(DATA) != digest(DATA.replace(b"\n", b"\r\n"))


def test_reading_a_stored_definition_needs_neither_yaml_nor_pydantic() -> None:
    heavy = "any(m.partition('.')[0] in {'ruamel', 'pydantic'} for m in sys.modules)"
    code = f"import sys, zhuli_flow.definitions.stored; sys.exit({heavy})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_wrong_definition_is_not_stored() -> None:
    with pytest.raises(InvalidInput) as refused:
        to_stored(DATA.replace(b"kind: initial", b"kind: inital"), "maximal.yaml", None)
    assert [problem.code for problem in refused.value.problems] == ["bad_choice"]


@pytest.mark.parametrize("change", ["cut", "format", "class", "condition"])
def test_a_stored_copy_that_was_tampered_with_is_refused(change: str) -> None:
    stored = to_stored(DATA, "maximal.yaml", None)
    broken = {
        "cut": stored[:-5],
        "format": stored.replace(f'"format": {FORMAT}', '"format": 0'),
        "class": stored.replace("model.Quota", "model.Quote"),
        "condition": stored.replace("agreed_on", "asked_on"),
    }[change]
    assert broken != stored
    with pytest.raises(IntegrityBroken):
        from_stored(broken, DATA.decode(), digest(DATA))


def test_laws_that_were_stored_as_the_words_written_come_back_as_what_they_say() -> None:
    """Homes hold copies of definitions from before laws had classes; these are never registered again."""
    whole = load(DATA, "maximal.yaml")
    now = json.loads(to_stored(DATA, "maximal.yaml", None))
    tag, *kept = now["model"][LAWS]
    words = {
        "law.NeverBefore": ("never", "before"),
        "law.EveryHas": ("every", "has"),
        "law.EveryLeadsTo": ("every", "leads_to"),
        "law.Always": ("always",),
    }
    assert {law[0] for law in kept} >= set(words), "every kind of law of then is tried"
    old = [
        ["law.Law", title, dict(zip(words[kind], rest, strict=False)), rest[-1]]
        if kind in words
        else [kind, title, *rest]
        for kind, title, *rest in kept
    ]
    model = [*now["model"][:LAWS], [tag, *old], *now["model"][LAWS + 1 :]]
    text = json.dumps({"format": FORMAT, "sum": _sum(model), "model": model}, ensure_ascii=False)
    assert from_stored(text, DATA.decode(), digest(DATA)) == whole


def test_a_version_in_use_is_never_given_other_content() -> None:
    known = {("maximal", "1.0"): digest(DATA)}
    assert version_conflict("maximal", "1.0", digest(DATA), known) is None
    assert version_conflict("maximal", "1.1", "other", known) is None
    conflict = version_conflict("maximal", "1.0", "other", known, "maximal.yaml:3")
    assert conflict is not None
    assert (conflict.place, conflict.code) == ("maximal.yaml:3", "version_in_use")
