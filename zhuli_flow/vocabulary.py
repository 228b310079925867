"""Words that several faces show for the same thing: the states of a paper, the levels of units, the kinds of states."""

from __future__ import annotations

PAPER_STATES = {"ordered": "待印发", "issued": "已印发", "void": "已作废"}
"""How far an official document has come, by the value its row keeps."""

LEVELS = {"province": "省", "city": "市", "county": "区县"}
"""At which level of government an organisation stands; one without a level has an empty one."""

STATE_KINDS = {"initial": "起点", "open": "办理中", "in_force": "有效", "final": "终点"}
"""What a state of a workflow means for the case that stands in it."""
