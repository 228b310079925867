"""Words that several faces show alike: states of a paper, levels of units, kinds of states, parts of work, duties."""

from __future__ import annotations

PAPER_STATES = {"ordered": "待印发", "issued": "已印发", "void": "已作废"}
"""How far an official document has come, by the value its row keeps."""

LEVELS = {"province": "省", "city": "市", "county": "区县"}
"""At which level of government an organisation stands; one without a level has an empty one."""

UNIT_KINDS = {
    "county": "县",
    "county_city": "县级市",
    "district": "区",
    "park": "园区",
    "party": "党委",
    "government": "政府",
    "organisation_department": "组织部",
    "association": "科协",
    "society": "学会",
    "institute": "高校、院所、企业",
    "coordinating_body": "议事协调机构",
}
"""Which kind of unit an organisation is, by the word that the directory and definitions keep."""

STATE_KINDS = {"initial": "起点", "open": "办理中", "in_force": "有效", "final": "终点"}
"""What a state of a workflow means for the case that stands in it."""

WORK_PARTS = {"owed": "应办", "may": "可办", "entrusted": "委托来的"}
"""The parts of a work list in their order: owed by this person, open to him by right, for somebody who is away."""

OFFICERS = {"administrator": "系统管理员", "security_officer": "安全保密员", "auditor": "安全审计员"}
"""The three duties of a system (三员), by the roles that the directory gives; who holds one holds nothing else."""
