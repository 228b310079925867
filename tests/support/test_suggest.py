"""What is offered for a name that is not known."""

from zhuli_flow.support.suggest import did_you_mean, nearest


def test_the_nearest_names_come_likest_first():
    assert nearest("reviewd", ["approved", "reviewed", "review"], most=2) == ["reviewed", "review"]
    assert nearest("zzz", ["approved", "reviewed"]) == []


def test_what_is_near_is_asked_for():
    assert did_you_mean("titel", ("title", "area")) == "是否应为 title？"
    assert did_you_mean("titel", ("title", "area"), "是否要填") == "是否要填 title？"


def test_nothing_near_offers_what_may_stand_there():
    assert did_you_mean("zzz", ("title", "area")) == "可用：title、area"
    assert did_you_mean("zzz", ("title", "area"), otherwise="请查手册") == "请查手册"
