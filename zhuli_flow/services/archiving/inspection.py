"""四性检测: what DA/T 70-2018 asks of a package when it is handed over, item by item, with what was looked at.

By the four properties and in the order of that standard; the numbers are those of this list. What this program can't
see (viruses, the carrier) is said to be unseen, not passed.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.archiving.standalone_source import UNREADABLE, NoPackage, Source
from zhuli_flow.services.archiving.standalone_verify import CHECKPOINT, EVIDENCE, METADATA, Checking
from zhuli_flow.workbooks import table as sheet

PASSED, FAILED, UNSEEN, NOT_APPLICABLE = "合格", "不合格", "未检测", "不适用"
HEADINGS = (
    sheet.Heading("number", "编号"),
    sheet.Heading("property", "性质"),
    sheet.Heading("title", "检测项目"),
    sheet.Heading("looked_at", "检测内容"),
    sheet.Heading("result", "结果"),
    sheet.Heading("found", "说明"),
)
_PROPERTIES = ("真实性", "完整性", "可用性", "安全性")
_BEGINNINGS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "jpg": b"\xff\xd8", "png": b"\x89PNG"}
"""By the suffix of a file what it begins with."""
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_LINE = re.compile(r"<(题名|责任者|日期)(/>|>[^<]*</)")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Inspected(msgspec.Struct, frozen=True):
    """One item: its ``number`` in this list, under which property, what was looked at, the result and why."""

    number: str
    property: str
    title: str
    looked_at: str
    result: str
    found: str = ""


class Inspection(msgspec.Struct, frozen=True):
    """A package with all its items; ``ok``: none failed. ``sha256`` is that of the package."""

    file: str
    sha256: str
    ok: bool
    items: tuple[Inspected, ...]


def of_file(package: Path) -> Inspection:
    """Look at every item of a package of a case. Raises InvalidInput for what is no package of a case."""
    try:
        with package.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        checking = Checking(Source(package))
        checking.run()
        looked = _Looked(checking, package)
        items = tuple(_numbered(looked))
    except NoPackage as error:
        raise InvalidInput(f"{error}；未作检测", fix="请给出 zhuli archive 写出的归档包") from error
    except (KeyError, TypeError, *UNREADABLE) as error:
        raise InvalidInput(
            f"{package}: 读不下去（{type(error).__name__}），不是完好的归档包", fix="请重新取得归档包"
        ) from error
    return Inspection(str(package), sha256, all(one.result != FAILED for one in items), items)


def table(inspection: Inspection) -> sheet.Table:
    """The report as a table."""
    rows = [msgspec.structs.asdict(one) for one in inspection.items]
    notes = (f"归档包 {Path(inspection.file).name}，SHA-256 {inspection.sha256}",)
    return sheet.Table("四性检测报告", HEADINGS, rows, notes)


class _Looked:
    """A package checked, with the texts that several items ask for."""

    def __init__(self, checking: Checking, package: Path) -> None:
        self.checking, self.package = checking, package
        self.files = checking.manifest["files"]
        self.items = sorted(name for name in self.files if name.startswith(("papers/", "materials/")))
        self.metadata = self.read(METADATA).decode("utf-8") if METADATA in self.files else ""

    def read(self, name: str) -> bytes:
        with self.checking.source.open(name) as file:
            return file.read()

    def faults(self, *words: str) -> str:
        """What the checking found that has one of these words, all of it without any."""
        return "；".join(one for one in self.checking.faults if not words or any(word in one for word in words))


Look = Callable[[_Looked], tuple[str, str]]


def _numbered(looked: _Looked) -> Iterator[Inspected]:
    for place, name in enumerate(_PROPERTIES, 1):
        for number, (title, looked_at, look) in enumerate(_ITEMS[name], 1):
            result, found = look(looked)
            yield Inspected(f"{place}.{number}", name, title, looked_at, result, found)


def _by_faults(*words: str, later: bool = False) -> Look:
    """By what the checking found; ``later``: it looks at this only when the files themselves are as the list says."""

    def look(looked: _Looked) -> tuple[str, str]:
        found = looked.faults(*words)
        if not found and later and not looked.checking.ends:
            return UNSEEN, "文件与清单不符，没有再往下核对"
        return (FAILED, found) if found else (PASSED, "")

    return look


def _signed(looked: _Looked) -> tuple[str, str]:
    if EVIDENCE not in looked.files:
        return NOT_APPLICABLE, "包中没有签名的检查点；作证据的包须加 --evidence"
    return _by_faults("检查点", CHECKPOINT, "签名", "公钥", later=True)(looked)


def _metadata(looked: _Looked) -> tuple[str, str]:
    if not looked.metadata:
        return FAILED, f"没有 {METADATA}"
    odd = _HIDDEN.search(looked.metadata) or not looked.metadata.rstrip().endswith("</归档信息包元数据>")
    return (FAILED, "含有控制字符或不完整") if odd else (PASSED, "")


def _filled(looked: _Looked) -> tuple[str, str]:
    parts = looked.metadata.split("<文件>")[1:]
    missing = [
        name for part in parts for name, rest in _LINE.findall(part.partition("</文件>")[0]) if rest in {"/>", "></"}
    ]
    return (FAILED, f"缺 {len(missing)} 项：{'、'.join(sorted(set(missing)))}") if missing else (PASSED, "")


def _total(looked: _Looked) -> tuple[str, str]:
    said = re.search("<件数>([0-9]+)</件数>", looked.metadata)
    size = sum(looked.files[name]["size"] for name in looked.items)
    told = f"{len(looked.items)} 件，{size} 字节"
    same = said is not None and int(said[1]) == len(looked.items)
    return (PASSED, told) if same and not looked.faults("清单") else (FAILED, f"{told}，与元数据或清单不符")


def _formats(looked: _Looked) -> tuple[str, str]:
    odd = [name for name in looked.items if not looked.read(name).startswith(_BEGINNINGS.get(_suffix(name), b"\0none"))]
    return (FAILED, f"内容与格式不符或格式不便长期保存：{'、'.join(odd)}") if odd else (PASSED, "")


def _suffix(name: str) -> str:
    found = name.rpartition(".")[2].lower()
    return "jpg" if found == "jpeg" else found


def _readable(looked: _Looked) -> tuple[str, str]:
    pdfs = [name for name in looked.items if name.endswith(".pdf")]
    odd = [name for name in pdfs if b"%%EOF" not in looked.read(name)[-2048:]]
    return (FAILED, f"文件不完整：{'、'.join(odd)}") if odd else (PASSED, f"PDF {len(pdfs)} 件有头有尾")


def _container(looked: _Looked) -> tuple[str, str]:
    if looked.package.is_dir():
        return NOT_APPLICABLE, "已经解开"
    with zipfile.ZipFile(looked.package) as opened:
        odd = [one.filename for one in opened.infolist() if one.flag_bits & 1 or one.compress_type not in {0, 8}]
    return (FAILED, f"加密或压缩算法不公开：{'、'.join(odd)}") if odd else (PASSED, "")


def _active(looked: _Looked) -> tuple[str, str]:
    pdfs = (name for name in looked.items if name.endswith(".pdf"))
    odd = [name for name in pdfs if any(word in looked.read(name) for word in _ACTIVE)]
    return (FAILED, f"含有可执行或嵌入的内容：{'、'.join(odd)}") if odd else (PASSED, "只看未压缩的部分")


def _unseen(why: str) -> Look:
    return lambda _: (UNSEEN, why)


_ITEMS: dict[str, tuple[tuple[str, str, Look], ...]] = {
    "真实性": (
        (
            "来源",
            "留痕逐条与哈希链、链尾相符，公文的留痕校验行与链相符",
            _by_faults("第 ", "链尾", "chain.txt", later=True),
        ),
        ("固化信息", "签名的检查点和每条留痕到根哈希的路径", _signed),
        ("元数据", "格式完整，没有控制字符", _metadata),
        ("内容", "每个文件的 SHA-256 与清单相符", _by_faults("内容与清单不符", "SM3")),
        ("元数据与内容的关联", "元数据所记的文件名、大小、摘要与包中文件一一相符", _by_faults(METADATA, later=True)),
        ("归档信息包", "压缩包两处记载一致，没有夹带", _by_faults("压缩包", "清单上没有", "同名文件")),
    ),
    "完整性": (
        ("总量", "件数、字节数与元数据、清单相符", _total),
        ("元数据", "每件的题名、责任者、日期都有", _filled),
        ("内容", "留痕所记的文件、流程定义都在包中", _by_faults("不在包中", "包中没有", later=True)),
        ("过程信息", "留痕序号连续，末尾没有截去", _by_faults("序号", "链尾", "多出", later=True)),
    ),
    "可用性": (
        ("元数据的可读性", "UTF-8 的 XML，读到末尾", _metadata),
        ("内容的格式", "文件头与后缀相符，属通行格式", _formats),
        ("内容的可读性", "PDF 有头有尾", _readable),
        ("归档信息包", "没有加密，压缩算法公开", _container),
    ),
    "安全性": (
        ("病毒", "本程序不查杀", _unseen("请用单位的杀毒软件检测后另记结果")),
        ("活动内容", "PDF 中的脚本、启动动作、嵌入文件", _active),
        ("载体", "本程序看不到", _unseen("请按载体检测要求另行检测")),
        ("归档过程", "成包以来没有改动（全部核对相符）", _by_faults()),
    ),
}
