"""Full-text search: what is found, what stays sealed, and that the index never answers for less than there is."""

import sqlite3
from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.cases import search
from zhuli_flow.store import audit
from zhuli_flow.store import search_index as index


def found(stage: Stage, *words: str) -> dict[str, list[str]]:
    """The titles of what was hit, by case."""
    told = as_json(search.find(stage.office, words))
    return {one["case"]: [hit["title"] for hit in one["hits"]] for one in told["cases"]}


def test_words_of_any_length_are_found_wherever_they_stand(stage: Stage) -> None:
    case = stage.open(subject="关于陶瓷产业园的请示")
    assert found(stage, "陶瓷") == {case: ["标题"]}
    assert found(stage, "陶瓷产业园") == {case: ["标题"]}
    assert found(stage, "瓷") == {case: ["标题"]}
    assert found(stage, "甲县") == {case: ["申报单位"]}
    assert found(stage, case) == {case: ["事项"]}
    assert found(stage, "园陶") == {}


def test_every_word_must_stand_somewhere_in_the_case(stage: Stage) -> None:
    first = stage.open(subject="陶瓷")
    stage.open(subject="轴承", applicant="乙县政府", person="县乙", experts="本县专家")
    assert found(stage, "陶瓷 沈阳市") == {first: ["申报单位", "标题"]}
    assert found(stage, "陶瓷", "大连市") == {}


def test_full_and_half_width_and_case_are_alike_and_quotes_are_only_quotes(stage: Stage) -> None:
    case = stage.open(subject='辽科协函〔2018〕901号 ＡＢc "引号" 100% _x')
    for words in ("〔2018〕901号", "２０１８", "abC", '"引号"', "00%", "_x", "号 ＡＢ"):
        assert case in found(stage, words), words
    assert found(stage, "%%") == {}
    assert found(stage, '"" OR ""') == {}


def test_a_number_is_found_in_whatever_brackets_it_is_typed(stage: Stage) -> None:
    case = stage.open(subject="辽科协函〔2018〕901号")
    for words in ("[2018]901号", "（2018）901号", "【2018】901号", "［2018］901", "(2018)"):
        assert case in found(stage, words), words


def test_an_opinion_and_the_name_of_a_file_are_found_and_dated(stage: Stage) -> None:
    case = stage.open()
    stage.do(case, "submit", "县", opinion="材料齐全，同意报送")
    (one,) = as_json(search.find(stage.office, ["材料齐全"]).cases)
    assert one["hits"] == [
        {"kind": "opinion", "title": "报送意见（县）", "text": "材料齐全，同意报送", "at": "2018-10-08T01:00:00+00:00"}
    ]


def test_what_is_under_seal_is_found_only_once_it_is_opened(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87", opinion="水平一般不宜支持")
    assert found(stage, "水平一般") == {}
    stage.walk(case, "ruling")
    assert case in found(stage, "水平一般")


def test_the_index_is_caught_up_before_every_answer(stage: Stage) -> None:
    case = stage.open(subject="最初的标题")
    assert found(stage, "最初") == {case: ["标题"]}
    stage.do(case, "correct", "甲", opinion="笔误", subject="更正后的标题")
    assert found(stage, "最初的标题") == {}
    assert found(stage, "更正后") == {case: ["标题"]}


def test_a_restored_database_is_not_answered_from_the_later_index(stage: Stage) -> None:
    stage.open(subject="恢复前")
    kept = stage.office.database.backup(stage.office.home / "kept.db")
    case = stage.open(subject="后来的", applicant="乙县政府", person="县乙", experts="本县专家")
    assert found(stage, "后来的") == {case: ["标题"]}
    stage.office.database.restore(kept)
    assert found(stage, "后来的") == {}
    again = stage.open(subject="另一件", applicant="乙县政府", person="县乙", experts="本县专家")
    assert again == case
    assert found(stage, "另一件") == {case: ["标题"]}
    assert found(stage, "后来的") == {}


@pytest.mark.parametrize("damage", ["removed", "rubbish", "cut", "older"])
def test_a_lost_or_damaged_index_is_made_anew(stage: Stage, damage: str) -> None:
    case = stage.open(subject="陶瓷")
    place = stage.office.home / search.FILE
    assert found(stage, "陶瓷") == {case: ["标题"]}
    match damage:
        case "removed":
            place.unlink()
        case "rubbish":
            place.write_bytes(b"rubbish" * 1000)
        case "cut":
            place.write_bytes(place.read_bytes()[:5000])
        case _:
            with sqlite3.connect(place) as connection:
                connection.execute("PRAGMA user_version = 99")
            connection.close()
    assert list(found(stage, "陶瓷").values()) == [["标题"]]
    assert place.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_written_the_answer_is_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stage.open(subject="陶瓷")
    monkeypatch.setattr(search, "FILE", "no such folder/search.db")
    assert found(stage, "陶瓷") == {case: ["标题"]}


def test_no_more_are_told_than_asked_for_and_the_rest_is_counted(stage: Stage) -> None:
    for _ in range(3):
        stage.open(subject="陶瓷陶瓷")
    told = search.find(stage.office, ["陶瓷"], limit=2)
    assert (told.total, len(told.cases)) == (3, 2)


def test_a_long_text_is_shown_around_what_was_found(stage: Stage) -> None:
    stage.open(subject=f"{'前' * 60}陶瓷\n{'后' * 60}")
    (hit,) = as_json(search.find(stage.office, ["陶瓷"]).cases)[0]["hits"]
    assert hit["text"] == f"…{'前' * 24}陶瓷 {'后' * 23}…"


def test_nothing_to_look_for_is_refused(stage: Stage) -> None:
    for words in ([], ["  "], [str(number) for number in range(11)]):
        with pytest.raises(InvalidInput):
            as_json(search.find(stage.office, words))


def test_documents_are_found_by_number_and_title_and_materials_by_file_name(tmp_path: Path) -> None:
    passage = index.Passage("A", "notice", "公文", "辽科协函〔2018〕901号 关于同意的批复")
    other = index.Passage("A", "material", "调研报告", "陶瓷产业调研.pdf")

    def use(one: index.Index) -> list[str]:
        one.put("A", b"1", [passage, other])
        ranked = [found for words in (["901号"], ["批复"], ["调研.pdf"]) for found in one.find(words, 9)]
        return [hit.kind for found in ranked for hit in one.passages(found)]

    assert index.FILE.look(tmp_path / "x.db", use) == ["notice", "notice", "material"]
    assert index.FILE.look(tmp_path / "x.db", lambda one: one.heads()) == {"A": b"1"}


def test_pages_follow_each_other_and_only_what_changed_is_read_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [stage.open(subject=f"陶瓷 第{number}件") for number in range(3)]
    assert search.find(stage.office, ["陶瓷"]).total == 3
    monkeypatch.setattr(audit, "heads", None)  # is asked only where the database is another
    stage.do(every[1], "correct", "甲", opinion="陶瓷二字有误", subject="陶瓷 陶瓷")
    seen, after = list[str](), ""
    while True:
        page = search.find(stage.office, ["陶瓷"], limit=1, after=after)
        assert page.total == 3
        seen += [one.case for one in page.cases]
        after = page.next
        if not after:
            break
    assert seen == [every[1], every[0], every[2]]
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        search.find(stage.office, ["陶瓷"], after="7")


def test_a_word_that_stands_everywhere_is_looked_for_window_by_window(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [stage.open(subject=f"陶瓷 第{number}件") for number in range(7)]
    monkeypatch.setattr(index, "WINDOW", 2)
    for words in (["陶瓷"], ["瓷"], ["陶瓷 第"], ["陶瓷", "甲县"]):
        seen, after = list[str](), ""
        while True:
            page = search.find(stage.office, words, limit=3, after=after)
            assert (page.told, page.total_at_least) == ("3 件以上", True)
            seen += [one.case for one in page.cases]
            after = page.next
            if not after:
                break
        assert len(seen) == 7
        assert set(seen[:3]) == set(every[4:])  # those written last
        assert set(seen) == set(every)


def test_what_a_case_said_before_is_found_no_more_by_short_words_either(stage: Stage) -> None:
    case = stage.open(subject="陶瓷产业")
    assert found(stage, "陶瓷", "业") == {case: ["标题"]}
    stage.do(case, "correct", "甲", opinion="名称有误", subject="轴承产业")
    for gone in ("陶瓷", "瓷产", "瓷", "陶瓷产"):
        assert found(stage, gone) == {}, gone
    assert found(stage, "轴承") == {case: ["标题"]}


def test_one_who_looks_waits_for_no_other_who_looks(stage: Stage) -> None:
    case = stage.open(subject="关于陶瓷产业园的请示")
    assert case in found(stage, "陶瓷")  # the index is there

    def use(_: index.Index) -> dict[str, list[str]]:
        return found(stage, "产业园")

    assert index.FILE.read(stage.office.home / search.FILE, use) == {case: ["标题"]}
