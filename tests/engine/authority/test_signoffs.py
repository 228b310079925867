"""Sign-offs: 会签, 或签, 票签."""

from itertools import permutations

import pytest

from tests.engine.desk import DESK, PROVINCE, Desk, paper
from zhuli_flow.definitions.model.workflow import SignOff
from zhuli_flow.engine.authority.signoffs import outcome
from zhuli_flow.engine.model.people import Actor

AGREE = "sign: {all_of: [office, head]}, fill: [amount]}"


def desk(sign: str, more: str = "") -> Desk:
    return Desk(DESK.replace(AGREE, f"sign: {sign}, fill: [amount]{more}}}")).to("review")


def experts(count: int) -> Desk:
    """A vote among named people, two thirds needed."""
    made = Desk(DESK.replace(AGREE, "sign: {ratio: 2/3, of: [expert]}, fill: [amount]}"))
    names = [f"专家{number}" for number in range(count)]
    for name in names:
        made.people[name] = Actor(name, PROVINCE, frozenset({"expert"}))
    made.do("begin", "县", subject="请示", experts="、".join(names))
    return made.to("review")


def test_all_sign_in_any_order_and_each_signature_is_an_act_of_its_own() -> None:
    for first, second in permutations(("甲", "领导")):
        made = desk("{all_of: [office, head]}")
        one = made.do("agree", first, amount="6")
        assert (one.kind, made.case.state, made.case.fields["amount"]) == ("sign", "review", 5)
        assert len(one.missing_signers) == 1
        other = made.do("agree", second)
        assert (other.kind, made.case.state, made.case.fields["amount"]) == ("move", "ruling", 6)
        assert other.after.version == one.after.version + 1


def test_an_ordered_sign_off_keeps_its_order() -> None:
    made = desk("{all_of: [office, head], ordered: true}")
    assert made.refused("agree", "领导", amount="6") == {"not_your_turn"}
    made.do("agree", "甲", amount="6")
    made.do("agree", "领导")
    assert made.case.state == "ruling"


def test_any_of_needs_one() -> None:
    made = desk("{any_of: [office, head]}")
    made.do("agree", "领导", amount="6")
    assert made.case.state == "ruling"


def test_any_of_fails_when_nobody_is_left_to_agree() -> None:
    made = desk("{any_of: [office, head]}")
    made.do("agree", "领导", amount="6", decline=True, opinion="否")
    assert made.case.section("signoffs")
    made.do("agree", "甲", decline=True, opinion="否")
    assert (made.case.state, made.case.section("signoffs")) == ("review", {})


@pytest.mark.parametrize(
    ("votes", "result"), [("yy", None), ("yyn", None), ("yyyy", True), ("nn", None), ("nnn", False)]
)
def test_a_vote_of_two_thirds_of_six_ends_as_soon_as_it_is_certain(votes: str, result: bool | None) -> None:
    sign = SignOff("ratio", (), share=(2, 3))
    assert outcome(sign, 6, [vote == "y" for vote in votes]) is result


def test_named_people_vote_one_by_one() -> None:
    made = experts(3)
    made.do("agree", "专家0", amount="6")
    assert made.refused("agree", "专家0") == {"already_signed"}
    assert made.refused("agree", "甲") == {"no_role"}
    made.do("agree", "专家1", decline=True, opinion="不足")
    made.do("agree", "专家2")
    assert made.case.state == "ruling"


def test_a_vote_whose_voters_change_begins_anew_and_comes_to_an_end() -> None:
    made = experts(3)
    made.do("agree", "专家0", amount="6")
    made.do("agree", "专家1", decline=True, opinion="不足")
    made.people["专家3"] = Actor("专家3", PROVINCE, frozenset({"expert"}))
    changed = made.do("correct", "甲", experts="专家0、专家3")
    assert made.case.section("signoffs") == {}  # nobody's vote is counted among voters he did not vote with
    assert {to for to, _ in made.told()} >= {"专家0", "专家1"}, changed.messages
    made.do("agree", "专家0", amount="6")
    made.do("agree", "专家3")
    assert made.case.state == "ruling"


def test_a_vote_that_cannot_pass_any_more_closes() -> None:
    made = experts(3)
    made.do("agree", "专家0", amount="6")
    made.do("agree", "专家1", decline=True, opinion="不足")
    done = made.do("agree", "专家2", decline=True, opinion="不足")
    assert (made.case.state, made.case.section("signoffs")) == ("review", {})
    assert "未获通过" in done.notes[0]
    assert {to for to, _ in made.told()} == {"专家0", "专家1"}  # those who had signed must know


def test_one_decline_closes_a_sign_off_of_all_and_counts_as_none() -> None:
    made = desk("{all_of: [office, head]}")
    made.do("agree", "甲", amount="6")
    assert made.refused("agree", "领导", decline=True, opinion=" ") == {"opinion_required"}
    made.do("agree", "领导", decline=True, opinion="再议")
    assert (made.case.state, made.case.section("signoffs")) == ("review", {})
    made.do("agree", "领导", amount="9")
    assert made.case.state == "review"


def test_declining_is_no_way_around_the_conditions_of_a_plain_act() -> None:
    text = DESK.replace("by: head}\n  reply", "by: head, when: [amount > 100: 金额不足]}\n  reply")
    made = Desk(text).to("ruling")
    assert made.refused("approve", "领导") == {"guard"}
    assert made.refused("approve", "领导", decline=True) == {"not_a_signoff"}


def test_a_signer_with_a_condition_signs_only_when_it_holds() -> None:
    for amount, state in (("60", "review"), ("6", "ruling")):
        made = desk("{all_of: [office, head if amount > 50]}")
        made.do("agree", "甲", amount=amount)
        assert made.case.state == state


def test_a_signer_who_may_be_wanted_is_offered_the_act() -> None:
    made = desk("{all_of: [office, head if amount > 50]}")
    assert "agree" in made.allowed("领导")
    assert made.refused("agree", "领导", amount="6") == {"no_role"}
    made.do("agree", "领导", amount="60")


def test_what_is_signed_is_what_the_first_handed_in() -> None:
    made = Desk(
        DESK.replace(AGREE, "sign: {all_of: [office, head]}, fill: [amount, until], attach: [plan]}").replace(
            "states:\n", "materials: {plan: {title: 方案}}\nstates:\n", 1
        )
    ).to("intake")
    made.do("accept", "甲")
    plan, other = paper(sha256="1" * 64), paper(sha256="2" * 64)
    made.do("agree", "甲", amount="1,000", until="2019-01-01", files={"plan": (plan,)})
    assert made.refused("agree", "领导", amount="1001") == {"sign_differs"}
    assert made.refused("agree", "领导", files={"plan": (other,)}) == {"sign_differs"}
    made.do("agree", "领导", amount="1000", files={"plan": (plan,)})  # the same, written otherwise
    assert (made.case.fields["amount"], made.case.materials["plan"]) == (1000, (plan,))


def test_nobody_s_words_are_put_down_for_another() -> None:
    made = desk("{all_of: [office, head]}", ", opinion: required")
    assert made.refused("agree", "甲", amount="6", opinion="") == {"opinion_required"}
    made.do("agree", "甲", amount="6", opinion="甲的意见")
    made.do("agree", "领导", opinion="")
    signed = made.case.body["signed"]["agree"]
    assert [one.opinion for one in signed] == ["甲的意见", ""]


def test_guards_are_asked_at_every_signature() -> None:
    made = desk("{all_of: [office, head]}", ", when: [today < 2018-10-10: 已过期]")
    made.do("agree", "甲", amount="6")
    assert made.on("2018-10-10").refused("agree", "领导") == {"guard"}
    made.do("agree", "领导", decline=True, opinion="过期")  # it may always be brought to an end


def test_declining_first_needs_a_reason_and_nothing_that_agreeing_would() -> None:
    made = Desk(DESK.replace(AGREE, "sign: {any_of: [office, head]}, fill: [amount!]}")).to("review")
    assert made.refused("agree", "领导", decline=True, opinion="") == {"opinion_required"}
    made.do("agree", "领导", decline=True, opinion="不同意")
    assert made.refused("agree", "甲") == {"missing_field"}  # the first who agrees says to what
    made.do("agree", "甲", amount="8")
    assert (made.case.state, made.case.fields["amount"]) == ("ruling", 8)


def test_a_sign_off_of_all_fails_by_the_first_who_declines() -> None:
    made = desk("{all_of: [office, head]}")
    made.do("agree", "甲", decline=True, opinion="不同意")
    assert (made.case.state, made.case.section("signoffs")) == ("review", {})


def test_one_person_fills_one_seat_unless_the_definition_says_otherwise() -> None:
    made = desk("{all_of: [office, head]}")
    made.people["甲"] = Actor("甲", PROVINCE, frozenset({"office", "head"}))
    made.do("agree", "甲", amount="6")
    assert made.refused("agree", "甲") == {"already_signed", "one_hand"}
    made.do("agree", "领导")
    assert made.case.state == "ruling"
    made = desk("{all_of: [office, head], same_hand: true}")
    made.people["甲"] = Actor("甲", PROVINCE, frozenset({"office", "head"}))
    made.do("agree", "甲", amount="6")
    made.do("agree", "甲")
    assert made.case.state == "ruling"


def test_a_substitute_who_has_signed_does_not_sign_for_another_too() -> None:
    made = desk("{all_of: [office, head]}").entrust("领导", "甲")
    made.do("agree", "甲", amount="6")
    assert made.refused("agree", "甲") == {"already_signed", "one_hand"}


def test_a_substitute_s_signature_is_that_of_the_absent_one_too() -> None:
    made = desk("{all_of: [office, head]}")
    made.people["甲"] = Actor("甲", PROVINCE, frozenset({"office", "head"}))
    made.entrust("甲", "代")
    made.do("agree", "代", amount="6")
    assert made.refused("agree", "甲") == {"already_signed", "one_hand"}
    made.do("agree", "领导")
    assert made.case.state == "ruling"


def test_what_was_handed_over_is_signed_by_the_other_alone() -> None:
    made = desk("{all_of: [office, head]}")
    made.people["甲"] = Actor("甲", PROVINCE, frozenset({"office", "head"}))
    made.do("transfer", "甲", person="乙")
    made.do("agree", "乙", amount="6")
    made.do("agree", "甲")
    assert made.case.state == "ruling"


def test_an_act_that_changes_the_content_voids_what_was_signed() -> None:
    text = DESK.replace(AGREE, "sign: {all_of: [office, head]}, fill: [amount]}")
    text = text.replace(
        "  longer:", "  save: {title: 存稿, from: review, to: same, by: county, fill: [subject]}\n  longer:"
    )
    made = Desk(text).to("review")
    made.do("agree", "甲", amount="6")
    changed = made.do("save", "县", subject="二十个站")
    assert made.case.section("signoffs") == {}
    assert [(one.person, "须重新签署" in one.text) for one in changed.messages] == [("甲", True)]
    assert made.do("agree", "领导", amount="6").kind == "sign"
    made.do("agree", "甲")
    assert made.case.state == "ruling"


def test_an_act_that_changes_nothing_leaves_the_signatures() -> None:
    made = desk("{all_of: [office, head]}")
    made.do("agree", "甲", amount="6")
    made.do("longer", "甲")
    made.do("agree", "领导")
    assert made.case.state == "ruling"


def test_an_amount_is_the_same_however_its_decimals_are_written() -> None:
    made = Desk(DESK.replace("type: int", "type: decimal")).to("review")
    made.do("agree", "甲", amount="1.50")
    made.do("agree", "领导", amount="1.5")
    assert made.case.state == "ruling"


def test_an_opinion_holds_nothing_that_nobody_sees() -> None:
    made = Desk().to("intake")
    assert made.refused("accept", "甲", opinion="同意\x1b[8m不同意") == {"bad_value"}
    assert made.refused("return", "甲", to="draft", opinion="\u200b") == {"bad_value"}
