"""The year: working days, adjusted rest days (调休) and statutory periods, each with the paper that fixed it.

Pure: no clock, no settings. The only thing ever read is the bundled ``data/YYYY.json``, once, by ``bundled()``.
"""

from zhuli_flow.calendar.bundled_years import bundled
from zhuli_flow.calendar.due import Due, Roll, due_date, ends_on, inclusive
from zhuli_flow.calendar.hours import BusinessHours, Season, read_hours
from zhuli_flow.calendar.period import Period, Unit, parse_period
from zhuli_flow.calendar.workdays import Calendar
from zhuli_flow.calendar.year import Paper, YearData, load_year

__all__ = [
    "BusinessHours",
    "Calendar",
    "Due",
    "Paper",
    "Period",
    "Roll",
    "Season",
    "Unit",
    "YearData",
    "bundled",
    "due_date",
    "ends_on",
    "inclusive",
    "load_year",
    "parse_period",
    "read_hours",
]
