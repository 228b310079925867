"""Saved views (我的视图): a list, narrowed and ordered, under a name; its owner alone sees it."""

from __future__ import annotations

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.store import saved_views
from zhuli_flow.store.saved_views import SavedView
from zhuli_flow.support.plain_text import require_visible

MOST = 30
"""Views of one person: more would be no help in finding anything."""
LONGEST_NAME, LONGEST_ADDRESS = 20, 1000


def keep(office: Office, person: str, name: str, address: str) -> None:
    """Keep the list at this address of the site under a name. Raises InvalidInput: no name, or too much."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("没有存视图：名称要写 1 到 20 个字", fix="请起一个短的名称，如“本市红灯”")
    require_visible("名称", name)
    require_visible("网址", address)
    if len(address) > LONGEST_ADDRESS:
        raise InvalidInput("没有存视图：筛选条件太长", fix="请减少条件或列")
    with office.database.write() as connection:
        have = saved_views.of_person(connection, person)
        if len(have) >= MOST and name not in {one.name for one in have}:
            raise InvalidInput(f"没有存视图：已有 {MOST} 个", fix="请先在“我的登录”中删去不用的")
        saved_views.put(connection, person, name, address, office.clock.now())


def listed(office: Office, person: str) -> list[SavedView]:
    """What this person has kept, the oldest first."""
    with office.database.read() as connection:
        return saved_views.of_person(connection, person)


def drop(office: Office, person: str, number: int) -> None:
    """Forget one of this person's views; one that is gone stays gone."""
    with office.database.write() as connection:
        saved_views.drop(connection, person, number)
