"""Personal data in an entry: what a refused attempt keeps of them, and what of a text is no commitment."""

from zhuli_flow.engine.history.personal import MASKED, Personal, masked


def of(**words: str) -> Personal:
    return Personal(frozenset({"contact"}), frozenset({"subject"}), words, lambda _: bytes(32))


def test_a_refused_attempt_keeps_no_personal_word_however_short() -> None:
    tried = {"request": {"values": {"contact": ["韦", "欧阳明"], "subject": "找欧阳明，不找韦"}}}
    told = masked(tried, of(韦="contact", 欧阳明="contact"))
    assert told == {"request": {"values": {"contact": [MASKED, MASKED], "subject": f"找{MASKED}，不找韦"}}}


def test_what_is_not_personal_stays_as_it_was_typed() -> None:
    tried = {"opinion": "同意", "request": {"values": {"subject": "韦"}}}
    assert masked(tried, of(韦="contact")) == tried
