"""One person may not draft, review, sign and check the same document: rights no story can show."""

from collections.abc import Callable

from tests.workflows.staging import Stage
from zhuli_flow.store import directory
from zhuli_flow.store.directory import Person

EVERYTHING = "一人全包"


def test_one_person_cannot_draft_review_sign_or_check_the_same_document(stage: Callable[..., Stage]) -> None:
    played = stage()
    roles = frozenset({"office", "reviewer", "head", "clerk", "co_signer"})
    with played.office.database.write() as connection:
        directory.put_people(connection, [Person(EVERYTHING, "辽宁省科学技术协会", roles)])
    played.play(f"""
引用 document.steps
开启 official_document 辽宁省科学技术协会 {EVERYTHING} genre_word=通知 subject=关于有关工作 series=辽科协发 addressees=法库县人民政府 paragraphs=请组织实施。 称 甲件
办理 甲件 送核 {EVERYTHING}
不予 甲件 核稿 {EVERYTHING} 拟稿人不能核自己的稿
办理 甲件 核稿 省科协办公室核稿人
不予 甲件 签发 {EVERYTHING} 拟稿、核稿的人不能签发
办理 甲件 签发 省科协主要负责人
不予 甲件 复核 {EVERYTHING} 拟稿人不能复核自己的稿
照做 拟稿 乙件
照做 送核 乙件
办理 乙件 核稿 {EVERYTHING}
不予 乙件 签发 {EVERYTHING} 拟稿、核稿的人不能签发
办理 乙件 退回 省科协主要负责人 to=drafting 意见 请修改。
不予 乙件 送核 {EVERYTHING} 核过本件的人不能再拟稿
照做 已签发 丙件
""")  # noqa: E501
