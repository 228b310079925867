"""Copies for some use: without the head for preprinted paper, with pictures of seals; noted, known, no originals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.services.homes import office_at
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.notices import issue
from zhuli_flow.services.notices.special_copy import overlay_copy, sealed_copy
from zhuli_flow.services.notices.verify import verify_paper
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit

DRAFTER, CLERK, ORGAN = "省科协学会学术部经办", "省科协办公室文书", "辽宁省科学技术协会"
ACTS = (("submit", DRAFTER), ("review", "省科协办公室核稿人"), ("sign", "省科协主要负责人"), ("check", CLERK))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = office_at(tmp_path / "home", sampled=True)
    yield made
    made.database.close()


def issued(office: Office, series: str = "辽科协发", genre: str = "通知") -> tuple[str, Path]:
    given = {"genre_word": genre, "subject": "关于有关工作", "series": series, "addressees": "大连市科学技术协会"}
    case = open_case(office, "official_document", ORGAN, DRAFTER, {**given, "paragraphs": "请组织实施。"}).case
    for event, person in (*ACTS, ("number", CLERK)):
        advance(office, case, person, Command(event))
    [made] = issue.issue_ordered(office, case)
    return case, Path(made.file)


def glyphs(data: bytes) -> list[tuple[str, float, float]]:
    """What stands on the pages in black and where (mm)."""
    with File(data) as file:
        return [(one.char, round(one.x, 2), round(one.base, 2)) for page in file.pages() for one in page.glyphs]


def seal_in(folder: Path) -> str:
    picture = Image.new("RGBA", (420, 420), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((10, 10, 410, 410), outline=(230, 0, 18, 255), width=14)
    picture.save(folder / "seal-1.png")
    return "seal-1.png"


@pytest.mark.parametrize(("series", "genre"), [("辽科协发", "通知"), ("辽科协函", "函")])
def test_an_overlay_has_no_head_and_all_else_in_its_place(
    office: Office, tmp_path: Path, series: str, genre: str
) -> None:
    _, original = issued(office, series, genre)
    before = original.read_bytes()
    made = overlay_copy(office, "1", tmp_path / "overlay.pdf", CLERK)
    data = (tmp_path / "overlay.pdf").read_bytes()
    whole, rest = glyphs(before), glyphs(data)
    mark = [one for one in whole if one not in rest]
    assert "".join(char for char, *_ in mark).startswith(ORGAN)
    assert [one for one in whole if one not in mark] == rest
    found = verify_paper(office, tmp_path / "overlay.pdf")
    assert (found.verdict, found.found_by, made.use) == ("genuine", "overlay", "overlay")
    assert original.read_bytes() == before


def test_a_seal_stands_only_on_a_copy_for_which_somebody_gave_a_reason(office: Office, tmp_path: Path) -> None:
    case, original = issued(office)
    target = tmp_path / "sealed.pdf"
    with pytest.raises(InvalidInput, match="须写明用途"):
        sealed_copy(office, "1", target, CLERK, " ")
    with pytest.raises(InvalidInput, match="没有辽宁省科学技术协会的印章图样"):
        sealed_copy(office, "1", target, CLERK, "张贴公示栏")
    office.seals = {ORGAN: seal_in(office.notices[0])}
    sealed_copy(office, "1", target, CLERK, "张贴公示栏")
    assert (b"/Image" in target.read_bytes(), b"/Image" in original.read_bytes()) == (True, False)
    assert verify_paper(office, target).found_by == "sealed"
    with office.database.read() as connection:
        last = read(audit.entries(connection, case)[-1].body)
    assert (last.event, last.opinion, last.actor.person) == ("sealed", "张贴公示栏", CLERK)
