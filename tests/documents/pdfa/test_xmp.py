"""What a file says of itself: PDF/A always, PDF/UA in the parts that may."""

from xml.etree import ElementTree as ET

import pytest

from zhuli_flow.documents.pdfa.xmp import About, packet

ABOUT = About("标题", "某省科协", "通知", "zh-CN", "试验")
UA = "{http://www.aiim.org/pdfua/ns/id/}part"


def elements(part, level="U"):
    text = packet(ABOUT, part, level).decode()
    return list(ET.fromstring(text[text.index("<x:xmpmeta") : text.index("</x:xmpmeta>") + 12]).iter())


@pytest.mark.parametrize(("part", "count"), [(1, 0), (2, 1), (3, 1)])
def test_parts_two_and_three_are_named_pdf_ua_and_describe_the_property(part, count):
    found = elements(part, "B" if part == 1 else "U")
    assert [one.text for one in found if one.tag == UA] == ["1"] * count
    assert sum(one.tag.endswith("}schemas") for one in found) == count
