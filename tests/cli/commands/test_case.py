"""A case from its opening on: what is told, what is refused and why, and that nothing is done twice."""

from pathlib import Path

from tests.cli.lines import CITY, PARTNER, RECOMMEND, Zhuli


def recommend(zhuli: Zhuli, case: str, letter: Path, *more: str, person: str = CITY):  # type: ignore[no-untyped-def]
    attach = f"recommendation_letter={letter}"
    return zhuli("case", "advance", case, "recommend", "--as", person, *RECOMMEND, "--attach", attach, "--json", *more)


def test_opening_tells_case_state_and_version(opened: str, zhuli: Zhuli) -> None:
    told = zhuli(f"case show {opened} --json").json
    assert opened == "SFQ-2018-0001"
    assert (told["state"], told["version"], told["applicant"]) == ("draft", 1, "法库县")


def test_opening_without_a_required_field_is_refused_with_its_reason(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli(f"case open zone_creation --applicant 法库县 --as {CITY} --json")
    assert answer.code == 3
    assert answer.refusals == ["missing_field"]
    assert "主导产业" in answer.err
    assert zhuli("case list --json").json == {"cases": []}


def test_a_dry_run_of_an_opening_takes_no_number(office_home: Path, zhuli: Zhuli) -> None:
    line = f"case open zone_creation --applicant 法库县 --as {CITY} --json --set leading_industries=陶瓷"
    assert zhuli(line + " --dry-run").json["dry_run"] is True
    assert zhuli(line).json["case"] == "SFQ-2018-0001"


def test_each_signature_is_an_entry_and_the_last_one_moves_the_case(opened: str, zhuli: Zhuli, letter: Path) -> None:
    first = recommend(zhuli, opened, letter).json
    assert (first["from"], first["to"]) == ("draft", "draft")
    assert first["missing_signers"]
    second = zhuli(f"case advance {opened} recommend --as {PARTNER} --opinion 同意 --json").json
    assert (second["from"], second["to"], second["entry"]["seq"]) == ("draft", "recommended", 3)
    assert second["deadlines"][0]["due_on"] == "2018-12-07"


def test_a_dry_run_writes_neither_entry_nor_file(opened: str, zhuli: Zhuli, letter: Path, office_home: Path) -> None:
    told = recommend(zhuli, opened, letter, "--dry-run").json
    assert told["dry_run"] is True
    assert told["entry"] is None
    assert zhuli(f"case show {opened} --json").json["version"] == 1
    assert not list((office_home / "files").rglob("*"))


def test_a_person_of_another_city_has_no_right_and_the_attempt_is_on_record(opened: str, zhuli: Zhuli) -> None:
    answer = zhuli(f"case advance {opened} recommend --as 大连市委组织部经办 --json")
    assert answer.code == 4
    assert "not_own" in answer.refusals
    last = zhuli(f"case history {opened} --json").json["entries"][-1]
    assert (last["kind"], last["actor"]["person"]) == ("refused", "大连市委组织部经办")


def test_a_missing_material_is_refused_with_every_other_reason(opened: str, zhuli: Zhuli) -> None:
    answer = zhuli(f"case advance {opened} recommend --as {CITY} --json")
    assert answer.code == 3
    assert answer.refusals.count("missing_field") == 5
    assert "missing_material" in answer.refusals
    assert f"zhuli case options {opened} --as {CITY}" in answer.err


def test_a_stale_version_is_refused(opened: str, zhuli: Zhuli, letter: Path) -> None:
    assert recommend(zhuli, opened, letter).code == 0
    answer = recommend(zhuli, opened, letter, "--expect-version", "1", person=PARTNER)
    assert answer.code == 3
    assert "stale" in " ".join(answer.refusals)


def test_the_same_request_twice_is_done_once(opened: str, zhuli: Zhuli, letter: Path) -> None:
    first = recommend(zhuli, opened, letter, "--request-id", "r-1")
    again = recommend(zhuli, opened, letter, "--request-id", "r-1")
    assert first.json == again.json
    assert len(zhuli(f"case history {opened} --json").json["entries"]) == 2


def test_a_request_id_used_for_something_else_is_refused_by_name(opened: str, zhuli: Zhuli, letter: Path) -> None:
    recommend(zhuli, opened, letter, "--request-id", "r-1")
    answer = recommend(zhuli, opened, letter, "--request-id", "r-1", "--opinion", "另一个意见")
    assert answer.code == 3
    assert answer.refusals == ["request_reused"]
    assert "r-1" in answer.err


def test_unknown_things_are_not_found(office_home: Path, zhuli: Zhuli) -> None:
    for line in (
        "case show SFQ-1999-0001",
        "case history SFQ-1999-0001",
        f"case options SFQ-1999-0001 --as {CITY}",
        f"case advance SFQ-1999-0001 recommend --as {CITY}",
        "todo --as 没有此人",
        f"case open nothing --applicant 法库县 --as {CITY}",
        f"case open zone_creation --applicant 没有此县 --as {CITY}",
        "workflow show nothing",
        "notice issue SFQ-1999-0001",
        "notice list --case SFQ-1999-0001",
    ):
        answer = zhuli(f"{line} --json")
        assert answer.code == 5, line
        assert answer.json["error"]["code"] == "not_found"


def test_options_tell_reasons_and_needs(opened: str, zhuli: Zhuli) -> None:
    options = {one["event"]: one for one in zhuli(f"case options {opened} --as {CITY} --json").json["options"]}
    assert options["recommend"]["allowed"] is True
    assert [one["name"] for one in options["recommend"]["needs"]["materials"]] == ["recommendation_letter"]
    closed = options["correct"]
    assert closed["allowed"] is False
    assert set(closed["because"][0]) >= {"code", "message", "fix"}


def test_the_page_of_a_case_separates_conditions_from_what_is_somebody_elses(opened: str, zhuli: Zhuli) -> None:
    page = zhuli(f"case show {opened} --as {CITY}").out
    for words in (
        "创新驱动助力示范区（县）创建",
        opened,
        "法库县（沈阳市）",
        "遴选拟稿",
        "本环节",
        "全事项",
        "不是您办",
        "条件未满足",
    ):
        assert words in page
    assert "✓ 联合推荐 recommend" in page


def test_the_flow_sheet_names_who_what_and_the_check_of_every_entry(opened: str, zhuli: Zhuli, letter: Path) -> None:
    recommend(zhuli, opened, letter)
    entries = zhuli(f"case history {opened} --json").json["entries"]
    sheet = zhuli("case", "history", opened, COLUMNS="200").out
    assert f"流转单 {opened}" in sheet
    for words in ("2018-10-08 09:00", CITY, "市科协", "开始 → 遴选拟稿", "推荐函：推荐函.pdf", entries[1]["hash"][:12]):
        assert words in sheet
    assert entries[1]["materials"][0]["sha256"][:12] in sheet


def test_the_work_list_holds_what_a_person_may_do_now(opened: str, zhuli: Zhuli) -> None:
    told = zhuli(f"todo --as {PARTNER} --json").json
    assert [(one["case"], one["tasks"][0]["event"]) for one in told["todo"]] == [(opened, "recommend")]
    empty = zhuli("todo --as 大连市科协经办")
    assert "没有待办" in empty.out
    assert empty.out.splitlines()[-1].startswith("下一步：zhuli ")


def test_a_list_can_be_narrowed(opened: str, zhuli: Zhuli) -> None:
    assert [one["case"] for one in zhuli("case list --city 沈阳市 --json").json["cases"]] == [opened]
    assert zhuli("case list --city 大连市 --json").json["cases"] == []
    assert "没有合条件的事项" in zhuli("case list --light 红").out


def test_values_may_come_from_a_json_file(office_home: Path, zhuli: Zhuli, tmp_path: Path) -> None:
    path = tmp_path / "值.json"
    path.write_text('["陶瓷", "通用航空"]', encoding="utf-8")
    answer = zhuli(f"case open zone_creation --applicant 法库县 --as {CITY} --json --set leading_industries=@{path}")
    fields = zhuli(f"case show {answer.json['case']} --json").json["fields"]
    assert fields[0]["value"] == ["陶瓷", "通用航空"]


def test_every_success_ends_with_a_next_step(opened: str, zhuli: Zhuli) -> None:
    for line in ("case list", f"case show {opened}", f"case history {opened}", "clock show", "audit verify", "sweep"):
        assert zhuli(line).out.splitlines()[-1].startswith("下一步：zhuli "), line
        assert "下一步" not in zhuli(f"{line} -q").out


def test_who_acts_may_come_from_the_environment(opened: str, zhuli: Zhuli) -> None:
    assert zhuli("todo", "--json", ZHULI_AS=PARTNER).json["person"] == PARTNER


def test_what_lies_with_one_person_is_handed_over_in_one_act(opened: str, zhuli: Zhuli) -> None:
    told = zhuli("case", "handover", "--to", CITY, "--as", CITY, "--opinion", "离职")
    assert told.code != 0
    told = zhuli("case", "handover", "--to", "省科协学会学术部经办", "--as", CITY, "--opinion", "离职", "--json")
    (one,) = told.json["cases"]
    assert (one["case"], bool(one["because"])) == (opened, True)  # of another unit
