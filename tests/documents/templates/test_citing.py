"""Papers are cited by their titles, then their numbers; one whose title is not known, by what it is called."""

import pytest

from zhuli_flow.documents.templates.citing import cite

KNOWN = [{"number": "辽科协函〔2018〕1号", "title": "某协会关于转发《某办法》的通知"}]


@pytest.mark.parametrize(
    ("number", "known", "written"),
    [
        ("辽科协函〔2018〕1号", KNOWN, "《某协会关于转发〈某办法〉的通知》（辽科协函〔2018〕1号）"),
        ("辽科协函〔2018〕2号", KNOWN, "原批复（辽科协函〔2018〕2号）"),
        ("辽科协函〔2018〕1号", None, "原批复（辽科协函〔2018〕1号）"),
    ],
)
def test_the_title_goes_first(number, known, written):
    assert cite(number, known, "原批复") == written
