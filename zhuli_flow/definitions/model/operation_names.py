"""The operations every office knows, by name, with what people call them."""

from __future__ import annotations

OPERATIONS = {
    "return": "退回", "withdraw": "撤回", "transfer": "转办", "delegate": "委派", "hand_back": "交回", "urge": "催办",
    "copy": "抄送", "suspend": "挂起", "resume": "恢复", "terminate": "终止", "correct": "更正", "uphold": "沿用",
    "answer": "办理情况回复",
    "add_signer": "加签", "drop_signer": "减签",
    "propose_relocation": "提请调整环节", "relocate": "核准调整环节",
}  # fmt: skip
