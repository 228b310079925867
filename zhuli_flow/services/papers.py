"""Looking at official documents: those there are, and a specimen of a kind that is none."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from zhuli_flow.documents.catalog import NoticeKind, load_kinds
from zhuli_flow.documents.pdf import to_pdf
from zhuli_flow.documents.render import render
from zhuli_flow.engine.case import Json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, files, notices, registers

MAX_SAMPLE = 256 * 1024


def listing(office: Office, case_id: str | None = None, limit: int = 1000) -> list[dict[str, Json]]:
    """The documents of one case, or of all, newest first; ``file`` is where an issued one lies. Raises NotFound."""
    with office.database.read() as connection:
        if case_id and cases.load(connection, case_id) is None:
            raise NotFound(f"没有事项“{case_id}”", fix="请用 zhuli case list 查看事项编号")
        found = notices.of_case(connection, case_id)[::-1] if case_id else registers.papers(connection, "", limit)
    return [
        {
            "id": one.id,
            "case": one.case_id,
            "kind": one.kind,
            "title": one.title,
            "number": one.number,
            "state": one.state,
            "signed_on": one.signed_on,
            "sha256": one.sha256,
            "file": str(files.place(office.home, one.sha256)) if one.sha256 else None,
        }
        for one in found
    ]


def preview(folders: Sequence[Path], name: str, sample: Path | None, target: Path) -> dict[str, Json]:
    """Print kind ``name`` with its own sample (or the values of a JSON file) to the new file ``target``, marked 演练.

    Raises NotFound (no such kind), InvalidInput (values, a target that exists or can't be written), PrintFailed.
    """
    kinds = load_kinds(folders)
    kind = kinds.get(name)
    if kind is None:
        raise NotFound(f"没有公文“{name}”", fix=f"可用：{'、'.join(kinds)}")
    values = {**(_values(sample) if sample else kind.sample), "rehearsal": True}
    data = to_pdf(
        render(kind, values),
        assets=folders[0],
        title=f"{kind.title}（样张）",
        author=kind.issuer,
        subject=kind.genre,
        identifier=f"preview-{name}",
    )
    _write_new(target, data)
    return _told(kind, target, len(data))


def _told(kind: NoticeKind, target: Path, size: int) -> dict[str, Json]:
    return {"kind": kind.name, "title": kind.title, "file": str(target), "size": size}


def _values(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(MAX_SAMPLE))
    except FileNotFoundError as error:
        raise NotFound(f"没有文件 {path}", fix="请核对路径") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} 不是可读的 JSON 文件（至多 {MAX_SAMPLE // 1024} kB）", fix="请核对文件") from error
    if not isinstance(data, dict):
        raise InvalidInput(f"{path} 应是一组“变量: 值”", fix="可从模板的 sample 一节复制")
    return data


def _write_new(target: Path, data: bytes) -> None:
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise InvalidInput(f"{target} 已经存在，未覆盖", fix="请换一个文件名") from error
    except OSError as error:
        raise InvalidInput(f"不能写 {target}（{error.strerror}）", fix="请核对路径和权限") from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)
