"""调整环节: proposed by who runs the system, confirmed by a second person with a say, laws held, everybody told."""

from tests.engine.desk import DESK, Desk
from zhuli_flow.engine.model.people import Actor, Organisation

CENTRE = Organisation("信息中心", "信息中心")
LAWFUL = DESK + "laws:\n  - 未经会签不得批准: {never: approve, before: agree}\n"
LONE = DESK
for line in DESK.splitlines(keepends=True):
    if line.lstrip().startswith(("terminate:", "return:", "suspend:", "urge:", "ended:")):
        LONE = LONE.replace(line, "")


def _desk(text: str = DESK) -> Desk:
    desk = Desk(text)
    for name in ("管理员", "管理员二"):
        desk.people[name] = Actor(name, CENTRE, frozenset({"administrator"}), title=name)
    return desk


def test_a_stuck_case_is_moved_by_two_people_and_what_was_given_since_must_be_given_again() -> None:
    desk = _desk().to("ruling")
    desk.do("propose_relocation", "管理员", to="intake", opinion="会签人员全部调离")
    assert desk.case.state == "ruling"
    assert ("office", "甲县政府：提请调整到“受理”，请核准：会签人员全部调离") in desk.told()
    desk.do("relocate", "甲", to="intake", opinion="同意退到受理")
    assert desk.case.state == "intake"
    assert desk.case.mark("relocation") is None
    assert {"accept", "agree"} <= {key.partition("/")[0] for key in desk.case.stale}
    assert desk.clock("intake")["state"] == "running"
    assert {"管理员", "office"} <= {to for to, _ in desk.told()}
    assert desk.log[-1].capacity.role == "office"


def test_a_case_that_was_to_come_straight_back_leaves_nothing_uncounted_behind() -> None:
    desk = _desk().to("ruling")
    desk.do("return", "领导", to="intake", walk="straight")
    assert not any(one.why == "returned" for one in desk.case.stale.values())
    desk.do("propose_relocation", "管理员", to="review")
    desk.do("relocate", "甲", to="review")
    gone = {key.partition("/")[0] for key, one in desk.case.stale.items() if one.why == "returned"}
    assert {"accept", "agree"} <= gone


def test_neither_moves_a_case_alone() -> None:
    desk = _desk().to("review")
    assert desk.refused("relocate", "甲", to="intake") == {"nothing_proposed"}
    assert desk.refused("propose_relocation", "甲", to="intake") == {"no_role"}
    desk.do("propose_relocation", "管理员", to="intake")
    assert "no_role" in desk.refused("relocate", "管理员", to="intake")
    assert "no_role" in desk.refused("relocate", "管理员二", to="intake")
    assert desk.refused("relocate", "乙", to="intake") == {"no_role"}


def test_who_has_a_stake_in_it_does_not_confirm() -> None:
    """A county may urge its own application, and where nobody may suspend that is a say; it may not have it moved."""
    lines = [line for line in DESK.splitlines(keepends=True) if not line.lstrip().startswith(("suspend:", "return:"))]
    desk = _desk("".join(lines)).to("review")
    desk.do("propose_relocation", "管理员", to="intake")
    assert desk.refused("relocate", "县", to="intake") == {"conflict_of_interest"}


def test_a_proposal_lapses_once_somebody_acts() -> None:
    desk = _desk().to("intake")
    desk.do("propose_relocation", "管理员", to="review")
    desk.do("urge", "甲")
    assert "relocate" in desk.allowed("甲")
    desk.do("accept", "甲")
    assert desk.refused("relocate", "甲", to="intake") == {"nothing_proposed"}
    assert "relocate" not in desk.options("甲")


def test_who_confirms_writes_the_same_step() -> None:
    desk = _desk().to("ruling")
    desk.do("propose_relocation", "管理员", to="intake")
    assert desk.refused("relocate", "甲", to="review") == {"bad_target"}
    assert desk.refused("relocate", "甲", opinion="", to="intake") == {"opinion_required"}


def test_nothing_comes_into_force_or_ends_by_hand() -> None:
    desk = _desk().to("ruling")
    for target in ("valid", "closed", "ruling", "nowhere", ""):
        assert desk.refused("propose_relocation", "管理员", to=target) == {"bad_target"}
    assert "propose_relocation" not in desk.options("甲")


def test_the_laws_hold_and_steps_that_were_passed_over_are_not_done() -> None:
    desk = _desk(LAWFUL).to("intake")
    desk.do("propose_relocation", "管理员", to="ruling")
    desk.do("relocate", "甲", to="ruling")
    assert desk.case.state == "ruling"
    assert "agree" not in desk.case.evidence
    assert desk.refused("approve", "领导") == {"law_broken"}


def test_a_suspended_case_and_one_without_anybody_to_confirm_stay_where_they_are() -> None:
    desk = _desk().to("review")
    desk.do("suspend", "甲", opinion="等财政厅")
    assert "suspended" in desk.refused("propose_relocation", "管理员", to="intake")
    lone = _desk(LONE).to("review")
    assert lone.refused("propose_relocation", "管理员", to="intake") == {"bad_target"}


def test_it_can_be_taken_back_by_who_confirmed_while_nobody_has_acted() -> None:
    desk = _desk().to("ruling")
    before = desk.case
    desk.do("propose_relocation", "管理员", to="intake")
    desk.do("relocate", "甲", to="intake")
    desk.do("withdraw", "甲")
    assert (desk.case.state, desk.case.evidence, desk.case.stale) == (before.state, before.evidence, before.stale)
