"""A real spreadsheet program opens what we write, shows it without complaint, and saves it so that we read it again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workbooks.packing import typed
from tests.workbooks.returns import AT, filled, sheet
from tests.workbooks.test_table import TABLE
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.form_writer import write
from zhuli_flow.workbooks.table import to_csv, to_xlsx

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="needs the Debian package libreoffice-calc-nogui (soffice)"),
]


def converted(folder: Path, name: str, data: bytes, to: str) -> Path:
    """The file as LibreOffice saves it in another format."""
    place = folder / name
    place.write_bytes(data)
    made = folder / "made"
    words = [OFFICE or "", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to]
    quiet = {**os.environ, "HOME": str(folder)}
    subprocess.run([*words, "--outdir", str(made), str(place)], check=True, capture_output=True, timeout=120, env=quiet)
    return made / f"{place.stem}.{to.split(':', maxsplit=1)[0]}"


def test_a_form_saved_by_another_program_is_read_back(tmp_path):
    values = {**filled(), "p29a": "=1+1 不是公式"}
    saved = converted(tmp_path, "表.xlsx", write(sheet(), values, AT), "xlsx")
    told = read(sheet(), saved.read_bytes())
    assert (told.values, told.problems) == (values, ())


def test_a_formula_saved_by_another_program_with_its_value_is_refused(tmp_path):
    saved = converted(tmp_path, "表.xlsx", typed(write(sheet(), {}, AT), C5="=6*7"), "xlsx")
    assert [problem.message for problem in read(sheet(), saved.read_bytes()).problems] == ["是公式，请填数值"]


def test_a_form_saved_in_the_old_format_is_refused(tmp_path):
    from tests.workbooks.packing import code, refusal

    saved = converted(tmp_path, "表.xlsx", write(sheet(), filled(), AT), "xls")
    assert code(refusal(sheet(), saved.read_bytes())) == "file_old"


def test_a_form_prints_on_a_few_pages(tmp_path):
    pdf = converted(tmp_path, "表.xlsx", write(sheet(), filled(), AT), "pdf").read_bytes()
    assert 1 <= pdf.count(b"/Type/Page/") + pdf.count(b"/Type/Page>") <= 4


@pytest.mark.parametrize(("name", "data"), [("表.xlsx", to_xlsx(TABLE, AT)), ("表.csv", to_csv(TABLE))])
def test_a_table_opens(tmp_path, name, data):
    to = "csv:Text - txt - csv (StarCalc):44,34,76" if name.endswith("xlsx") else "xlsx"
    assert converted(tmp_path, name, data, to).stat().st_size > 100
