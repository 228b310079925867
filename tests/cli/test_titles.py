"""Where a thing of a workflow is named on the command line a title does as well; what is unknown is told by titles."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.lines import Zhuli

CLERK, EDITOR = "省科协学会学术部经办", "省科协办公室核稿人"
OPEN = (
    f"case open 公文拟制与办理 --applicant 辽宁省科学技术协会 --as {CLERK} --set 文种=通知 --set 发文代字=辽科协发 "
    "--set 事由=关于做好工作 --set 主送机关=各市科学技术协会 --set 正文=请认真贯彻执行。"
)


@pytest.fixture
def drafted(office_home: Path, zhuli: Zhuli) -> Path:
    """A home with one document in hand, begun and sent on by titles alone."""
    assert zhuli(OPEN).code == 0
    assert zhuli(f"case advance GW-2018-0001 送核 --as {CLERK}").code == 0
    return office_home


@pytest.mark.parametrize(
    ("named", "titled"),
    [
        ("case list --workflow official_document", "case list --workflow 公文拟制与办理"),
        ("case list --state reviewing", "case list --state 核稿"),
        (
            "case list --workflow official_document --state reviewing",
            "case list --workflow 公文拟制与办理 --state 核稿",
        ),
        ("overview --workflow official_document", "overview --workflow 公文拟制与办理"),
        ("workflow show official_document", "workflow show 公文拟制与办理"),
        (
            "workflow diff official_document official_document@2018.1",
            "workflow diff 公文拟制与办理 公文拟制与办理@2018.1",
        ),
        ("register list people", "register list 人员台账"),
        ("register list documents", "register list 公文台账"),
        (
            "register list official_document --where state=reviewing --sort genre_word",
            "register list 公文拟制与办理 --where 环节=核稿 --sort 文种",
        ),
    ],
)
def test_a_title_does_where_a_name_does(named: str, titled: str, drafted: Path, zhuli: Zhuli) -> None:
    first, second = zhuli(f"{named} --json"), zhuli(f"{titled} --json")
    assert (first.code, second.code) == (0, 0), second.err
    one, other = ({key: told for key, told in each.json.items() if key != "register"} for each in (first, second))
    assert one == other


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("workflow draw 公文拟制与办理 --out {}", "svg"),
        ("workflow export 公文拟制与办理 --format bpmn --out {}", "bpmn"),
        ("notice export 批复（同意建立） --out {}", "docx"),
        ("form export GW-2018-0001 文稿 --out {}", "xlsx"),
    ],
)
def test_files_are_written_for_a_title(line: str, end: str, drafted: Path, zhuli: Zhuli, tmp_path: Path) -> None:
    target = tmp_path / f"x.{end}"
    assert zhuli(line.format(target)).code == 0
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("case open 公文拟制 --applicant 法库县 --as {clerk}", "是否应为 公文拟制与办理？"),
        ("case list --workflow 公文拟制", "是否应为 公文拟制与办理？"),
        ("case list --workflow 公文拟制与办理 --state 核搞", "没有环节“核搞”"),
        ("case list --state 没有的环节", "没有环节“没有的环节”"),
        ("workflow show 公文拟制", "是否应为 公文拟制与办理？"),
        ("notice export 批复 --out x.docx", "批复（同意建立）"),
        ("form export GW-2018-0001 文搞 --out x.xlsx", "已有表单：文稿"),
        ("case advance GW-2018-0001 核搞 --as {clerk}", "没有操作“核搞”"),
        ("register list 公文拟制与办理 --where 环结=核稿", "是不是：环节"),
    ],
)
def test_what_is_not_known_is_told_by_titles(line: str, told: str, drafted: Path, zhuli: Zhuli) -> None:
    answer = zhuli(line.format(clerk=CLERK))
    assert answer.code in {3, 5, 6}
    assert told in answer.err
    assert not {"official_document", "reviewing", "genre_word", "reply"} & set(answer.err.replace("，", " ").split())


@pytest.mark.parametrize("command", ["directory list", "register list people"])
def test_people_are_listed_with_what_their_roles_are_called(
    command: str, office_home: Path, zhuli: Zhuli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    told = zhuli(command).out
    assert "核稿人" in told
    assert "editor" not in told


def test_a_file_is_shown_by_its_name(
    office_home: Path, zhuli: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhuli_flow.cli.views.primitives import value

    file = {"filename": "附件.pdf", "sha256": "0dffcb76d124" + "0" * 52, "size": 21, "type": "pdf"}
    assert value(file) == "附件.pdf（0dffcb76d124）"
    assert value([file, file]) == "附件.pdf（0dffcb76d124）\n附件.pdf（0dffcb76d124）"
