"""Words that several faces show alike: states of a paper, levels of units, kinds of states, parts of work, duties."""

from __future__ import annotations

PAPER_STATES = {"ordered": "待印发", "issued": "已印发", "void": "已作废"}
"""How far an official document has come, by the value its row keeps."""

LEVELS = {"province": "省", "city": "市", "county": "区县"}
"""At which level of government an organisation stands; one without a level has an empty one."""

STATE_KINDS = {"initial": "起点", "open": "办理中", "in_force": "有效", "final": "终点"}
"""What a state of a workflow means for the case that stands in it."""

WORK_PARTS = {"owed": "应办", "may": "可办", "entrusted": "委托来的"}
"""The parts of a work list in their order: owed by this person, open to him by right, for somebody who is away."""

OFFICERS = {"administrator": "系统管理员", "security_officer": "安全保密员", "auditor": "安全审计员"}
"""The three duties of a system (三员), by the roles that the directory gives; who holds one holds nothing else."""
