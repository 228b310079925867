"""Every cell of docs/operations.md: how each pair of operations combines, a case of its own, named by its id."""

import re
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from tests.engine.desk import Desk
from zhuli_flow.engine.authority.assignees import awaited

DOCS = Path(__file__).resolve().parents[2] / "docs/operations.md"
WORDS = "return withdraw transfer delegate entrust urge copy suspend terminate sign deadline correct".split()
CELLS: dict[str, Callable[[Desk], None]] = {}


def cell(name: str) -> Callable[[Callable[[Desk], None]], Callable[[Desk], None]]:
    def keep(test: Callable[[Desk], None]) -> Callable[[Desk], None]:
        assert name not in CELLS, name
        CELLS[name] = test
        return test

    return keep


@pytest.mark.parametrize("name", [f"{one}-{other}" for one, other in combinations_with_replacement(WORDS, 2)])
def test_every_pair_combines_as_the_table_says(name: str) -> None:
    CELLS[name](Desk())


def test_the_table_in_the_docs_and_the_tested_cells_are_the_same() -> None:
    told = re.findall(r"^\| `([a-z]+-[a-z]+)` \| .+ \| (.+) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert [name for name, _ in told] == [f"{a}-{b}" for a, b in combinations_with_replacement(WORDS, 2)]
    assert all(len(sentence) > 20 for _, sentence in told)
    assert set(CELLS) == {name for name, _ in told}


def waited_for(desk: Desk) -> list[str]:
    return [seat.person or seat.role for seat in awaited(desk.question("县"))]


@cell("return-return")
def _(desk: Desk) -> None:
    desk.to("ruling").do("return", "领导", to="review", walk="straight")
    desk.do("return", "甲", to="intake", walk="again")
    assert desk.case.mark("straight_to") is None
    desk.do("accept", "甲")
    assert desk.case.state == "review"


@cell("return-withdraw")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    before = desk.case
    desk.do("return", "领导", to="intake")
    assert "intake" in desk.case.section("deadlines")
    desk.do("withdraw", "领导")
    assert (desk.case.state, desk.case.section("signoffs")) == ("review", before.section("signoffs"))
    assert desk.clock("whole") == before.deadlines["whole"].json()
    desk.do("return", "领导", to="intake")
    desk.do("accept", "甲")
    assert desk.refused("withdraw", "领导") == {"withdraw_too_late"}


@cell("return-transfer")
def _(desk: Desk) -> None:
    desk.to("review").do("transfer", "甲", person="乙")
    desk.do("return", "乙", to="intake")
    assert desk.case.section("assignments") == {}
    assert "乙" in [to for to, _ in desk.told()]
    assert desk.refused("accept", "乙") == {"no_role"}
    desk.do("accept", "甲")


@cell("return-delegate")
def _(desk: Desk) -> None:
    desk.to("review").do("delegate", "甲", person="乙")
    desk.do("return", "领导", to="intake")
    assert "乙" in [to for to, _ in desk.told()]
    assert desk.refused("hand_back", "乙") == {"not_delegated"}
    desk.do("accept", "甲")


@cell("return-entrust")
def _(desk: Desk) -> None:
    done = desk.to("review").entrust("甲", "代").do("return", "代", to="intake")
    assert (done.capacity.on_behalf_of, done.capacity.how) == ("甲", "委托")


@cell("return-urge")
def _(desk: Desk) -> None:
    desk.to("intake").do("return", "甲", to="draft")
    desk.do("urge", "甲")
    assert [to for to, _ in desk.told()] == ["county"]


@cell("return-copy")
def _(desk: Desk) -> None:
    desk.to("review").do("copy", "甲", person="乙")
    desk.do("return", "甲", to="intake")
    assert desk.refused("return", "乙", to="draft") == {"no_role"}


@cell("return-suspend")
def _(desk: Desk) -> None:
    desk.to("review").do("suspend", "甲")
    assert desk.refused("return", "甲", to="intake") == {"suspended"}
    desk.do("resume", "甲")
    desk.do("return", "甲", to="intake")


@cell("return-terminate")
def _(desk: Desk) -> None:
    desk.to("ruling").do("return", "领导", to="draft", walk="straight")
    desk.do("terminate", "县")
    assert (desk.case.state, desk.case.mark("straight_to")) == ("ended", None)


@cell("return-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    done = desk.do("return", "领导", to="intake")
    assert desk.case.section("signoffs") == {}
    assert any(section == "signoffs" and old for section, _, old, _ in done.changes)  # the history keeps them
    desk.do("accept", "甲")
    desk.do("agree", "领导", amount="6")
    assert desk.case.state == "review"  # 甲 has to sign again
    desk.do("agree", "甲")
    assert desk.case.state == "ruling"


@cell("return-deadline")
def _(desk: Desk) -> None:
    desk.to("intake").on("2018-10-10").do("return", "甲", to="draft")
    assert (desk.clock("intake")["state"], desk.clock("whole")["state"]) == ("cancelled", "cancelled")
    desk.on("2018-10-11").do("submit", "县")
    assert (desk.clock("intake")["version"], desk.clock("intake")["due_on"]) == (2, "2018-10-18")
    desk.do("accept", "甲")
    whole = desk.clock("whole")
    desk.on("2018-10-12").do("return", "甲", to="intake")
    assert desk.clock("whole") == whole  # it runs over both steps


@cell("return-correct")
def _(desk: Desk) -> None:
    desk.to("ruling").do("return", "领导", to="review")
    assert desk.case.fields["amount"] == 6  # what was filled in stays
    desk.do("correct", "甲", amount="7")
    assert desk.case.fields["amount"] == 7


@cell("withdraw-withdraw")
def _(desk: Desk) -> None:
    desk.to("intake").do("withdraw", "县")
    assert desk.case.state == "draft"
    assert desk.refused("withdraw", "县") == {"nothing_to_withdraw"}


@cell("withdraw-transfer")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    assert desk.refused("withdraw", "乙") == {"withdraw_too_late"}
    desk.do("withdraw", "甲")
    assert "乙" in [to for to, _ in desk.told()]
    desk.do("transfer", "甲", person="乙")
    desk.do("accept", "乙")
    assert desk.refused("withdraw", "甲") == {"withdraw_too_late"}


@cell("withdraw-delegate")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    desk.do("withdraw", "甲")
    assert desk.refused("hand_back", "乙") == {"not_delegated"}
    desk.do("delegate", "甲", person="乙")
    desk.do("hand_back", "乙")
    assert desk.refused("withdraw", "乙") == {"irreversible"}


@cell("withdraw-entrust")
def _(desk: Desk) -> None:
    desk.to("intake").entrust("甲", "代").do("accept", "代")
    desk.do("withdraw", "甲")  # what was done in one's name
    desk.do("accept", "甲")
    done = desk.do("withdraw", "代")  # standing in for the one who did it
    assert (desk.case.state, done.capacity.role) == ("intake", "office")
    desk.do("accept", "代")
    assert desk.refused("withdraw", "乙") == {"withdraw_too_late"}


@cell("withdraw-urge")
def _(desk: Desk) -> None:
    desk.to("intake").do("urge", "县")
    desk.do("withdraw", "县")
    assert (desk.case.state, desk.case.mark("urged_on")) == ("draft", "2018-10-08")


@cell("withdraw-copy")
def _(desk: Desk) -> None:
    desk.to("intake").do("copy", "甲", person="乙")
    desk.do("withdraw", "县")
    assert desk.case.state == "draft"


@cell("withdraw-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").on("2018-10-10")
    before = desk.clock("intake")
    desk.do("suspend", "甲")
    assert desk.refused("withdraw", "县") == {"withdraw_too_late"}
    desk.on("2018-10-12").do("withdraw", "甲")
    assert desk.case.mark("suspended") is None
    assert desk.clock("intake") == before  # as though it had never been suspended


@cell("withdraw-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("terminate", "县")
    assert desk.refused("withdraw", "县") == {"wrong_state", "irreversible"}


@cell("withdraw-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    desk.do("withdraw", "甲")
    assert (desk.case.section("signoffs"), desk.case.fields["amount"]) == ({}, 5)
    desk.do("agree", "甲", amount="6")
    desk.do("agree", "领导")
    assert desk.refused("withdraw", "甲") == {"withdraw_too_late"}
    desk.do("withdraw", "领导")  # the last signature: the case comes back, the other signature stands
    assert (desk.case.state, desk.case.section("signed")) == ("review", {})
    desk.do("agree", "领导")
    assert desk.case.state == "ruling"


@cell("withdraw-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    running = desk.clock("intake")
    desk.on("2018-10-09").do("accept", "甲")
    assert desk.clock("intake")["state"] == "met"
    desk.on("2018-10-11").do("withdraw", "甲")
    assert desk.clock("intake") == running
    desk.do("return", "甲", to="draft")
    desk.do("submit", "县")
    desk.do("withdraw", "县")
    assert desk.clock("intake")["state"] == "cancelled"
    desk.on("2018-10-15").do("submit", "县")
    assert desk.clock("intake")["version"] == 3  # a reminder of the second is none of the third


@cell("withdraw-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("correct", "甲", amount="7")
    assert desk.refused("withdraw", "甲") == {"irreversible"}
    assert desk.refused("withdraw", "县") == {"withdraw_too_late"}
    desk.do("correct", "甲", amount="5")


@cell("transfer-transfer")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("transfer", "乙", person="丙")
    assert desk.refused("accept", "甲") == desk.refused("accept", "乙") == {"transferred_away"}
    desk.do("transfer", "丙", person="甲")  # back where it came from: nobody waits for anybody
    assert desk.case.section("assignments") == {}
    assert desk.refused("accept", "乙") == {"no_role"}
    desk.do("accept", "甲")


@cell("transfer-delegate")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("delegate", "乙", person="丙")
    assert desk.refused("transfer", "丙", person="代") == {"no_role"}
    assert desk.refused("accept", "乙") == {"delegated"}
    desk.do("hand_back", "丙")
    desk.do("accept", "乙")


@cell("transfer-entrust")
def _(desk: Desk) -> None:
    desk.to("intake").entrust("甲", "代").do("transfer", "代", person="乙")
    assert desk.refused("accept", "甲") == desk.refused("accept", "代") == {"transferred_away"}
    done = desk.entrust("乙", "丙").do("accept", "丙")  # absent as well: the substitute has it
    assert (done.capacity.role, done.capacity.on_behalf_of) == ("office", "乙")


@cell("transfer-urge")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("urge", "县")
    assert [to for to, _ in desk.told()] == ["office", "乙"]


@cell("transfer-copy")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("copy", "乙", person="丙")
    assert desk.refused("accept", "丙") == {"no_role"}
    desk.do("accept", "乙")


@cell("transfer-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("suspend", "乙")
    assert desk.refused("transfer", "乙", person="丙") == {"suspended"}
    desk.do("resume", "乙")
    desk.do("accept", "乙")


@cell("transfer-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    desk.do("terminate", "县")
    assert "乙" in [to for to, _ in desk.told()]
    assert desk.case.section("assignments") == {}


@cell("transfer-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("transfer", "甲", person="乙")
    assert "transferred_away" in desk.refused("agree", "甲", amount="6")
    desk.do("agree", "乙", amount="6")
    [signed] = desk.case.body["signoffs"]["agree"].signatures
    assert (signed.seat, signed.person, signed.on_behalf_of) == ("office", "乙", "甲")
    desk.do("transfer", "乙", person="丙")
    assert desk.refused("agree", "丙") == {"already_signed"}


@cell("transfer-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    before = desk.clock("intake")
    desk.on("2018-10-10").do("transfer", "甲", person="乙")
    assert desk.clock("intake") == before
    assert waited_for(desk) == ["office", "乙"]  # whom its reminders reach


@cell("transfer-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("transfer", "甲", person="乙")
    assert desk.refused("correct", "甲", amount="7") == {"transferred_away"}
    desk.do("correct", "乙", amount="7")
    desk.do("accept", "乙")


@cell("delegate-delegate")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    assert desk.refused("delegate", "乙", person="丙") == {"no_role"}
    assert desk.refused("delegate", "甲", person="丙") == {"delegated"}
    desk.do("hand_back", "甲")  # 收回, though the other has said nothing
    assert desk.told() == [("乙", "甲县政府：委派给您的事项已收回：同意")]
    desk.do("delegate", "甲", person="丙")


@cell("delegate-entrust")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    desk.entrust("乙", "代").do("hand_back", "代")  # for the absent delegate
    desk.do("delegate", "甲", person="乙")
    desk.ends_entrustment("代")
    desk.entrust("甲", "丙").do("hand_back", "丙")  # taken back for the absent giver
    desk.do("accept", "丙")


@cell("delegate-urge")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    desk.do("urge", "县")
    assert "乙" in [to for to, _ in desk.told()]


@cell("delegate-copy")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    desk.do("copy", "乙", person="丙")
    assert desk.refused("accept", "乙") == {"only_hand_back"}
    assert desk.refused("accept", "丙") == {"no_role"}


@cell("delegate-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    assert desk.refused("suspend", "甲") == {"delegated"}
    desk.do("withdraw", "甲")
    desk.do("suspend", "甲")
    assert desk.refused("delegate", "甲", person="乙") == {"suspended"}
    desk.do("resume", "甲")
    desk.do("delegate", "甲", person="乙")


@cell("delegate-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    desk.do("terminate", "县")
    assert "乙" in [to for to, _ in desk.told()]
    assert "wrong_state" in desk.refused("hand_back", "乙")


@cell("delegate-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("delegate", "甲", person="乙")
    assert desk.refused("agree", "甲", amount="6") == {"delegated"}
    assert desk.refused("agree", "乙", amount="6") == {"no_role"}
    desk.do("agree", "领导", amount="6")
    desk.do("hand_back", "乙")
    desk.do("agree", "甲")
    assert desk.case.state == "ruling"


@cell("delegate-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    before = desk.clock("intake")
    desk.on("2018-10-10").do("delegate", "甲", person="乙")
    desk.on("2018-10-11").do("hand_back", "乙")
    assert desk.clock("intake") == before


@cell("delegate-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("delegate", "甲", person="乙")
    assert desk.refused("correct", "甲", amount="7") == {"delegated"}
    assert desk.refused("correct", "乙", amount="7") == {"no_role"}
    desk.do("hand_back", "乙")
    desk.do("correct", "甲", amount="7")


@cell("entrust-entrust")
def _(desk: Desk) -> None:
    desk.to("intake").entrust("甲", "代").entrust("代", "丙")
    assert desk.refused("accept", "丙") == {"no_role"}
    desk.do("accept", "代")


@cell("entrust-urge")
def _(desk: Desk) -> None:
    done = desk.to("intake").entrust("县", "县二").do("urge", "县二")
    assert done.capacity.on_behalf_of == "县"
    assert desk.refused("urge", "县") == {"urged_today"}


@cell("entrust-copy")
def _(desk: Desk) -> None:
    done = desk.to("intake").entrust("甲", "代").do("copy", "代", person="丙")
    assert done.capacity.on_behalf_of == "甲"


@cell("entrust-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").entrust("甲", "代").do("suspend", "代")
    desk.do("resume", "甲")
    desk.do("suspend", "甲")
    desk.do("resume", "代")


@cell("entrust-terminate")
def _(desk: Desk) -> None:
    done = desk.to("intake").entrust("县", "县二").do("terminate", "县二")
    assert (desk.case.state, done.capacity.on_behalf_of) == ("ended", "县")


@cell("entrust-sign")
def _(desk: Desk) -> None:
    desk.to("review").entrust("甲", "代").do("agree", "代", amount="6")
    assert desk.refused("agree", "甲") == {"already_signed"}
    desk.do("agree", "领导")
    assert desk.case.state == "ruling"


@cell("entrust-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    before = desk.clock("intake")
    desk.on("2018-10-12").entrust("甲", "代").do("copy", "代", person="丙")
    assert desk.clock("intake") == before


@cell("entrust-correct")
def _(desk: Desk) -> None:
    done = desk.to("intake").entrust("甲", "代").do("correct", "代", amount="7")
    assert (desk.case.fields["amount"], done.capacity.on_behalf_of) == (7, "甲")


@cell("urge-urge")
def _(desk: Desk) -> None:
    desk.to("intake").do("urge", "县")
    assert desk.refused("urge", "甲") == {"urged_today"}
    desk.on("2018-10-09").do("urge", "县")


@cell("urge-copy")
def _(desk: Desk) -> None:
    desk.to("intake").do("urge", "县")
    version = desk.case.version
    desk.do("copy", "甲", person="乙")
    assert (desk.case.version, desk.case.mark("urged_on")) == (version, "2018-10-08")


@cell("urge-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").do("suspend", "甲")
    assert desk.refused("urge", "县") == {"suspended"}
    desk.do("resume", "甲")
    desk.do("urge", "县")


@cell("urge-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("terminate", "县")
    assert "wrong_state" in desk.refused("urge", "县")


@cell("urge-sign")
def _(desk: Desk) -> None:
    desk.to("review")
    desk.do("agree", "领导", amount="6")
    desk.do("urge", "县")
    assert "head" not in [to for to, _ in desk.told()]  # has signed
    assert "office" in [to for to, _ in desk.told()]


@cell("urge-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    before = desk.clock("intake")
    desk.on("2018-10-10").do("urge", "县")
    assert desk.clock("intake") == before


@cell("urge-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("urge", "县")
    desk.do("correct", "甲", amount="7")
    assert desk.refused("urge", "县") == {"urged_today"}


@cell("copy-copy")
def _(desk: Desk) -> None:
    desk.to("intake").do("copy", "甲", person="乙、丙")
    done = desk.do("copy", "甲", person="乙")
    assert done.changes == ()
    assert [to for to, _ in desk.told()] == ["乙"]


@cell("copy-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").do("suspend", "甲")
    desk.do("copy", "甲", person="乙")
    assert desk.case.mark("suspended") is not None


@cell("copy-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("copy", "甲", person="乙")
    desk.do("terminate", "县")
    assert "wrong_state" in desk.refused("copy", "甲", person="乙")


@cell("copy-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    before = desk.case.section("signoffs")
    desk.do("copy", "领导", person="乙")
    assert desk.case.section("signoffs") == before
    assert desk.refused("agree", "乙") == {"no_role"}


@cell("copy-deadline")
def _(desk: Desk) -> None:
    desk.to("intake")
    before = desk.clock("intake")
    desk.on("2018-10-10").do("copy", "甲", person="乙")
    assert desk.clock("intake") == before


@cell("copy-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("copy", "甲", person="乙")
    desk.do("correct", "甲", amount="7")
    desk.do("copy", "甲", person="乙")  # tell them anew: nothing goes out by itself


@cell("suspend-suspend")
def _(desk: Desk) -> None:
    desk.to("intake").do("suspend", "甲")
    assert desk.refused("suspend", "甲") == {"suspended"}
    desk.do("resume", "甲")
    assert desk.refused("resume", "甲") == {"not_suspended"}


@cell("suspend-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("suspend", "甲")
    desk.do("terminate", "县")
    assert (desk.case.state, desk.case.mark("suspended")) == ("ended", None)
    assert {desk.clock(name)["state"] for name in ("intake", "whole")} == {"cancelled"}


@cell("suspend-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    desk.do("suspend", "甲")
    assert desk.refused("agree", "领导") == {"suspended"}
    desk.do("resume", "甲")
    desk.do("agree", "领导")
    assert desk.case.state == "ruling"


@cell("suspend-deadline")
def _(desk: Desk) -> None:
    desk.to("intake").on("2018-10-10").do("suspend", "甲")
    assert desk.clock("intake")["remaining"] == 3  # of five working days from the 8th
    desk.on("2018-11-01").do("resume", "甲")
    assert (desk.clock("intake")["due_on"], desk.clock("intake")["version"]) == ("2018-11-06", 2)
    desk.do("accept", "甲")
    desk.do("ask", "甲")  # 补正: the whole-case deadline stands still for a reason of its own
    desk.do("suspend", "甲")
    desk.do("resume", "甲")
    assert desk.clock("whole")["state"] == "suspended"


@cell("suspend-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("suspend", "甲")
    assert desk.refused("correct", "甲", amount="7") == {"suspended"}


@cell("terminate-terminate")
def _(desk: Desk) -> None:
    desk.to("intake").do("terminate", "县")
    assert "wrong_state" in desk.refused("terminate", "县")


@cell("terminate-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    done = desk.do("terminate", "县")
    assert desk.case.section("signoffs") == {}
    assert any(section == "signoffs" and old for section, _, old, _ in done.changes)
    assert "head" in [to for to, _ in desk.told()]  # was still to sign


@cell("terminate-deadline")
def _(desk: Desk) -> None:
    desk.to("intake").do("terminate", "县")
    assert {desk.clock(name)["state"] for name in ("intake", "whole")} == {"cancelled"}


@cell("terminate-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("terminate", "县")
    assert "wrong_state" in desk.refused("correct", "甲", amount="7")


@cell("sign-sign")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    assert desk.refused("agree", "甲") == {"already_signed"}
    assert desk.refused("agree", "领导", amount="7") == {"sign_differs"}
    desk.do("agree", "领导", amount="6")


@cell("sign-deadline")
def _(desk: Desk) -> None:
    desk.to("review")
    before = desk.clock("whole")
    desk.on("2018-10-10").do("agree", "甲", amount="6")
    assert desk.clock("whole") == before


@cell("sign-correct")
def _(desk: Desk) -> None:
    desk.to("review").do("agree", "甲", amount="6")
    desk.do("correct", "甲", subject="请示二")
    assert desk.case.section("signoffs") == {}
    assert desk.told() == [("甲", "甲县政府：内容已更正，“会签”须重新签署")]
    assert desk.refused("agree", "领导", opinion="", subject="请示二") >= {"unknown_field"}
    desk.do("agree", "领导", amount="6")
    assert desk.case.state == "review"


@cell("deadline-deadline")
def _(desk: Desk) -> None:
    desk.to("intake").on("2018-10-10").do("accept", "甲")
    assert (desk.clock("intake")["state"], desk.clock("whole")["state"]) == ("met", "running")


@cell("deadline-correct")
def _(desk: Desk) -> None:
    desk.to("valid")
    assert desk.clock("valid")["due_on"] == "2019-03-01"
    desk.do("correct", "甲", until="2019-06-30")
    assert (desk.clock("valid")["due_on"], desk.clock("valid")["version"]) == ("2019-06-30", 2)
    desk.do("correct", "甲", amount="7")
    assert desk.clock("valid")["version"] == 2


@cell("correct-correct")
def _(desk: Desk) -> None:
    desk.to("intake").do("correct", "甲", amount="7")
    done = desk.do("correct", "甲", amount="8")
    assert ("fields", "amount", 7, 8) in done.changes
