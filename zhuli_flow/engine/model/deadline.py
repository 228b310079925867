"""When a last day ends: at 24:00, or where business hours count, when business stops (民法典 第二百零三条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from zhuli_flow.clock import SHANGHAI, start_of_day
from zhuli_flow.engine.model.case import Json


def ends_at(deadline: Mapping[str, Json]) -> datetime:
    """The UTC instant at which a deadline's last day ends: the hour told when it was set, else 24:00 in Shanghai."""
    if "closes_at" in deadline:
        return datetime.fromisoformat(str(deadline["closes_at"]))
    due_on = min(date.fromisoformat(str(deadline["due_on"])), date.max - timedelta(days=1))  # no day comes after 9999
    return start_of_day(due_on + timedelta(days=1))


def is_over(deadline: Mapping[str, Json], now: datetime) -> bool:
    """Whether ``now`` is too late; at the very second of closing it is not, at 00:00 of the next day it is."""
    end = ends_at(deadline)
    return now > end if "closes_at" in deadline else now >= end


def spelled(deadline: Mapping[str, Json]) -> str:
    """Until when, as a letter says it: ``2018年6月26日17:00前``."""
    day = date.fromisoformat(str(deadline["due_on"]))
    hour = f"{ends_at(deadline).astimezone(SHANGHAI):%H:%M}" if "closes_at" in deadline else "24:00"
    return f"{day.year}年{day.month}月{day.day}日{hour}前"
