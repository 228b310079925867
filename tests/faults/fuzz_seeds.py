"""What each reader reads when all is well: made by the program itself where it writes such files."""

from __future__ import annotations

import json
from pathlib import Path

from tests.channels.test_settings import ALL
from tests.engine.desk import CALENDAR
from tests.interchange.test_scxml_in import REGIONS, chart
from tests.services.staging import Stage
from zhuli_flow.clock import parse_instant
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.engine.history.checkpoint import Checkpoint, Note
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services.administration import proofs, traces, workflows
from zhuli_flow.services.archiving.archive import archive
from zhuli_flow.services.notices.word_draft import sample_docx
from zhuli_flow.signing import keys

ROOT = Path(__file__).resolve().parents[2]
FIELDS = (ROOT / "tests/definitions/maximal.yaml").read_bytes()

SETTINGS = tuple(
    text.encode()
    for text in (
        f"""[office]
rehearsal = false
wait_seconds = 60
closes = "17:30"
[[office.hours]]
from = "05-01"
to = "09-30"
closes = "18:00"
[numbers.first]
"a" = 12
[papers]
[web]
{ALL}""",
        """[office]
database = "zhuli.db"
files = "/srv/files"
[oidc]
issuer = "https://id.example"
client_id = "a"
secret_file = "secret"
""",
    )
)
VALUES = (
    *(one.encode() for one in ("12573.85", "18", "轴承、装备", "2018-10-08", "是", "agree", "不适用", "WB-2018-0001")),
    json.dumps([{"name": "甲", "amount": "3.5", "paid": "是"}, {"名称": "乙", "金额": 4}], ensure_ascii=False).encode(),
    b'{"sha256": "00", "name": "a.pdf", "size": 3, "type": "pdf"}',
    b'[1, 2.5, true, null, "a", [], {}]',
)
CSV = tuple(
    '编号,内容\r\n1a,"12,573.85"\r\n2.地方主导产业或特色产业：,轴承、装备\r\np5a,18\r\n6a,不适用\r\n\r\n7a,\r\n'.encode(
        code
    )
    for code in ("utf-8-sig", "gb18030")
)
SCXML = (chart(REGIONS),)


def facts() -> Facts:
    """Of a desk with nobody and nothing in it."""
    return Facts(now=parse_instant("2018-10-08"), calendar=CALENDAR)


def key_file(folder: Path) -> bytes:
    """A file with a key."""
    keys.make("office.example").save(folder / "made.key")
    return (folder / "made.key").read_bytes()


def _checkpoint() -> bytes:
    text = Checkpoint("office.example", 7, b"\1" * 32).text()
    return Note(text, (keys.make("office.example").sign(text),)).whole().encode()


CHECKPOINT = _checkpoint()


def trace(folder: Path) -> tuple[bytes, ...]:
    """Traces that the prover writes of a definition with a fault, which lies beside them as ``traced.yaml``."""
    flawed = min((ROOT / "tests/modelcheck/broken").glob("*.yaml"))
    (folder / "traced.yaml").write_bytes(flawed.read_bytes())
    checked = workflows.check_files([folder / "traced.yaml"], [ROOT / "notices"])
    kept = traces.keep(folder / "traces", proofs.prove(checked, notices=[ROOT / "notices"]))
    return tuple(one.read_bytes() for one in kept)


def packages(folder: Path) -> tuple[bytes, ...]:
    """A case as a package, and as evidence."""
    stage = Stage(folder / "office")
    case = stage.open()
    stage.do(case, "submit", "县")
    stage.do(case, "accept", "甲")
    for name, evidence in (("plain", False), ("proved", True)):
        archive(stage.office, case, folder / f"{name}.zip", evidence=evidence)
    stage.office.database.close()
    return tuple((folder / f"{name}.zip").read_bytes() for name in ("plain", "proved"))


def docx(folder: Path) -> tuple[bytes, ...]:
    """The sample of a letter as a draft."""
    sample_docx([ROOT / "notices"], "document", folder / "draft.docx")
    return ((folder / "draft.docx").read_bytes(),)


def papers(folder: Path) -> tuple[bytes, ...]:
    """A page as the program prints it, and one as small as a PDF can be."""
    small = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
    html = "<html lang='zh'><title>函</title><body><p>同意。</p></body></html>"
    return to_pdf(html, assets=folder, title="函", author="甲", subject="函", identifier="a"), small
