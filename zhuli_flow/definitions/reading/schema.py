"""The shape of a definition file: every key the language accepts, once. The JSON Schema for editors comes from here.

These classes hold the words as written; ``definitions.build`` turns them into the frozen ``definitions.model``.
Descriptions are Chinese because editors show them to the people who write definitions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from zhuli_flow.definitions.reading.compound_states import ALLOWED
from zhuli_flow.definitions.reading.schema_declarations import (
    ApplicantShape,
    ChangeShape,
    ColumnShape,
    Condition,
    FieldShape,
    Filling,
    FormShape,
    GuardShape,
    Identifier,
    LineShape,
    MaterialShape,
    NamedCheck,
    Names,
    ParameterShape,
    QuotaShape,
    ReadingShape,
    RegisterShape,
    RoleShape,
    Shape,
    SheetShape,
    TotalShape,
    spelling,
)

__all__ = [
    "AdvanceShape",
    "ApplicantShape",
    "ChangeShape",
    "ClockShape",
    "ColumnShape",
    "DeadlineShape",
    "EventShape",
    "FieldShape",
    "FormShape",
    "GuardShape",
    "IssueShape",
    "LawShape",
    "LineShape",
    "MaterialShape",
    "OpenShape",
    "OperationShape",
    "OperationsShape",
    "OverdueShape",
    "ParameterShape",
    "QuotaShape",
    "ReadingShape",
    "RegionShape",
    "RegionStateShape",
    "RegisterShape",
    "ReturnShape",
    "RoleShape",
    "Shape",
    "SheetShape",
    "SignShape",
    "StateShape",
    "TotalShape",
    "UrgentShape",
    "WorkflowShape",
    "YellowShape",
    "json_schema",
]


class OverdueShape(Shape):
    """What happens once the day has passed."""

    tell: list[str] = Field(default_factory=list, description="告知的角色")
    again: str | None = Field(default=None, description="每隔多久督办一次，直至办结，如 5wd 或 $参数")
    at_most: int | str | None = Field(default=None, description="至多督办几次；与 again 同写")


class UrgentShape(Shape):
    """From which reminder on it is urgent, and who then hears of it too."""

    from_: str = Field(alias="from", description="自此提前量起为紧急，如 -1wd：立即外发，不等当日汇总")
    tell: list[str] = Field(default_factory=list, description="紧急时另行告知的上级角色")


class DeadlineShape(Shape):
    """A limit that runs while the case is in certain states."""

    title: str = Field(default="", description="期限名称")
    in_: list[str] = Field(default_factory=list, alias="in", description="在这些环节中计时")
    suspended_in: list[str] = Field(default_factory=list, description="在这些环节中中止（剩余天数保留）")
    from_: str | None = Field(default=None, alias="from", description="起算日；不写则为进入环节之日")
    within: str | None = Field(default=None, description="长度，如 5wd、10d、6m、3y 或 $参数")
    until: Names | None = Field(
        default=None, description="到期日（日期字段或算式；多项时取第一个适用的），与 within、every 三选一"
    )
    every: Literal["month", "quarter", "half_year", "year"] | None = Field(
        default=None, description="每个日历期间的末日到期，办理后转入下一期；与 within、until 三选一"
    )
    roll: str = Field(default="none", description="末日遇休息日：none 不顺延，next 顺延")
    closes: Literal["midnight", "business"] = Field(
        default="midnight", description="末日到何时为止：midnight 二十四时，business 下班时刻"
    )
    remind: list[str] = Field(default_factory=list, description="提醒时点，如 -6m、-3wd、0d、1d；1d..60d 为逐日")
    then: str | None = Field(default=None, description="到期后由系统办理的操作")
    confirm: str | None = Field(default=None, description="到期后须由人确认办理的操作")
    met_by: list[str] = Field(default_factory=list, description="办理这些操作即为完成")
    owes: list[str] = Field(
        default_factory=list, description="责任人（应办）：角色，或“角色 if 条件”；不写则为可办理使其完成的操作的人"
    )
    tell: list[str] = Field(default_factory=list, description="提醒时一并知会的角色；不写则只提醒责任人")
    overdue: OverdueShape | None = Field(default=None, description="逾期后")
    urgent: UrgentShape | None = Field(default=None, description="临近到期的紧急提醒")
    whole_case: bool = Field(default=False, description="是全程期限（另一盏灯）")
    clause: str = Field(default="", description="条款或出处")


class StateShape(Shape):
    """A step of the process."""

    title: str = Field(description="环节名称")
    kind: Literal["initial", "open", "in_force", "final"] = Field(default="open", description="性质")
    step: int | None = Field(default=None, description="第几步")
    clause: str = Field(default="", description="条款")
    note: str = Field(default="", description="说明")
    deadline: DeadlineShape | None = Field(default=None, description="本环节的期限")


class RegionStateShape(Shape):
    """A state of a region."""

    title: str = Field(description="名称")
    clause: str = Field(default="", description="条款")
    deadline: DeadlineShape | None = Field(default=None, description="在此期间的期限")


class RegionShape(Shape):
    """What runs beside the main line."""

    title: str = Field(description="名称")
    in_: Names = Field(alias="in", description="在哪些环节期间进行；离开这些环节即终止")
    states: dict[Identifier, RegionStateShape] = Field(
        default_factory=dict, description="其中的各个阶段，首个即开始时的阶段；只有一个的不写"
    )
    resumes: bool = Field(default=False, description="离开后再回到这些环节时，从原处继续")
    clause: str = Field(default="", description="条款")
    deadline: DeadlineShape | None = Field(default=None, description="进行期间的期限；分阶段的写在阶段里")


class SignShape(Shape):
    """Who signs together: all of them, any of them, or a ratio of votes."""

    all_of: list[str] | None = Field(default=None, description="会签：全部签署")
    any_of: list[str] | None = Field(default=None, description="或签：任一签署")
    ratio: str | None = Field(default=None, description="票签：同意票所占比例，如 2/3")
    of: list[str] = Field(default_factory=list, description="票签的角色")
    ordered: bool = Field(default=False, description="按所列顺序签署")
    same_hand: bool = Field(default=False, description="一人可签几个席位；不写则一人只签一个席位")


class IssueShape(Shape):
    """An official document to issue."""

    notice: str = Field(description="公文种类（notices/ 中的文件名）")
    series: str | None = Field(default=None, description="发文代字；不写则不编号")
    to: list[str] = Field(default_factory=list, description="送交的角色")
    with_: dict[str, str] = Field(default_factory=dict, alias="with", description="公文中的变量")
    if_: str | None = Field(default=None, alias="if", description="满足此条件才发出")


Issue = Annotated[Annotated[str, Tag("<one>")] | Annotated[IssueShape, Tag("<map>")], Discriminator(spelling)]
Issues = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[IssueShape, Tag("<map>")] | Annotated[list[Issue], Tag("<list>")],
    Discriminator(spelling),
]


class OpenShape(Shape):
    """A linked case to open."""

    workflow: str = Field(description="流程名")
    event: str = Field(description="开启操作")
    for_: str | None = Field(default=None, alias="for", description="机构名单字段：为其中每个机构各开一件")
    set: dict[str, str] = Field(default_factory=dict, description="新事项的字段")


class AdvanceShape(Shape):
    """An act by the system on a linked case, in the same transaction."""

    case: str | None = Field(default=None, description="事项字段：推动其中那一件")
    each: str | None = Field(default=None, description="台账：推动其中每一件；与 case 二选一")
    workflow: str = Field(description="那一件的流程名")
    event: str = Field(description="由系统办理的操作")
    set: dict[str, str] = Field(default_factory=dict, description="填入那一件的字段")
    if_: str | None = Field(default=None, alias="if", description="满足此条件才推动")


Advances = Annotated[
    Annotated[AdvanceShape, Tag("<map>")] | Annotated[list[AdvanceShape], Tag("<list>")], Discriminator(spelling)
]


class ClockShape(Shape):
    """What an event does to deadlines."""

    suspend: Names = Field(default_factory=list, description="中止计时（剩余天数保留）")
    resume: Names = Field(default_factory=list, description="恢复计时")
    restart: Names = Field(default_factory=list, description="重新起算")
    cancel: Names = Field(default_factory=list, description="取消")
    extend: dict[str, str] = Field(default_factory=dict, description="延长，如 decision: 10wd（每件一次）")


class EventShape(Shape):
    """What an actor asks for."""

    title: str = Field(description="操作名称")
    from_: Names = Field(alias="from", description="从哪些环节；start 表示开启事项")
    to: str = Field(description="到哪个环节；same 表示环节不变")
    clause: str = Field(default="", description="条款或出处")
    by: Names | None = Field(default=None, description="办理角色（任一）；system 表示系统")
    sign: SignShape | None = Field(default=None, description="签署")
    fill: list[str] = Field(default_factory=list, description="须填字段或表单；可选者加 ?，须重填者加 !")
    attach: list[str] = Field(default_factory=list, description="须附材料；可选者加 ?，须重附者加 !")
    opinion: Literal["required", "optional"] = Field(default="optional", description="办理意见")
    when: list[Condition] = Field(default_factory=list, description="流转条件：不满足时告诉经办人的话")
    set: dict[str, Filling] = Field(default_factory=dict, description="由系统填写的字段")
    sheet: str | None = Field(default=None, description="填写本人的一份")
    issue: Issues | None = Field(default=None, description="发出公文")
    proof: Names = Field(default_factory=list, description="办理时先校对哪些操作将发出的公文")
    open: OpenShape | None = Field(default=None, description="开启关联事项")
    advance: Advances | None = Field(default=None, description="推动关联事项")
    clock: ClockShape | None = Field(default=None, description="期限的中止、恢复、重新起算、取消、延长")
    tell: list[str] = Field(default_factory=list, description="告知的角色")
    note: str = Field(default="", description="记入留痕的说明")
    at_most: str | int | None = Field(default=None, description="每件最多办理几次（退回之后重新计）")
    rests_on: list[str] = Field(
        default_factory=list,
        description="所依据的字段、表单、材料、评审表，变动之后须重办；不写即办理时所见的全部",
    )
    keeps: dict[str, str] = Field(default_factory=dict, description="本操作改动内容而仍然有效的操作，各写理由")
    withdraw: Literal["allowed", "never"] = Field(default="allowed", description="可否撤回")
    begins: Names = Field(default_factory=list, description="随之开始的并行环节")
    ends: Names = Field(default_factory=list, description="随之结束的并行环节")


class ReturnShape(Shape):
    """退回 to an earlier step."""

    from_: Names = Field(alias="from", description="可退回的环节")
    to: Names = Field(default="earlier", description="退到哪些环节；earlier 表示走过的任一环节")
    by: Names = Field(description="角色")
    walk: list[Literal["again", "straight"]] = Field(
        default=["again"], description="again 重走全程，straight 直达退回人"
    )
    opinion: Literal["required", "optional"] = Field(default="required", description="退回理由")


class OperationShape(Shape):
    """One of the operations every office knows."""

    by: Names = Field(default="holder", description="角色；holder 表示当前环节的办理人")
    from_: Names = Field(default="any", alias="from", description="在哪些环节；any 表示任一未办结环节")
    opinion: Literal["required", "optional"] = Field(default="optional", description="办理意见")
    to: str | None = Field(default=None, description="终止后的环节（terminate）")


class OperationsShape(Shape):
    """Which operations this workflow allows, and to whom; an absent one is not allowed."""

    return_: ReturnShape | None = Field(default=None, alias="return", description="退回")
    withdraw: OperationShape | None = Field(default=None, description="撤回")
    transfer: OperationShape | None = Field(default=None, description="转办")
    delegate: OperationShape | None = Field(default=None, description="委派（办完交回）")
    urge: OperationShape | None = Field(default=None, description="催办（每日至多一次）")
    copy_: OperationShape | None = Field(default=None, alias="copy", description="抄送")
    suspend: OperationShape | None = Field(default=None, description="挂起、恢复")
    terminate: OperationShape | None = Field(default=None, description="终止")
    correct: OperationShape | None = Field(default=None, description="更正（另记一条，不改原记录）")


class YellowShape(Shape):
    """From how much left a light is yellow."""

    step: str = Field(default="5wd", description="本环节的灯：剩余多少起转黄，如 5wd 或 $参数")
    whole_case: str = Field(default="3m", description="全程的灯：剩余多少起转黄，如 3m 或 $参数")
    at_most: str = Field(
        default="1/1", description="本环节的灯：至多剩余期限的几分之几时转黄，如 1/2 或 $参数；短的期限不致一开始就黄"
    )


class LawShape(Shape):
    """A property that must hold on every path and in every history."""

    never: str | None = Field(default=None, description="不得办理的操作")
    before: str | None = Field(default=None, description="在办理此操作之前")
    between: Annotated[list[str], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="在前一操作之后、后一操作之前"
    )
    every: str | None = Field(default=None, description="凡办理此操作")
    has: str | None = Field(default=None, description="必有此字段或公文文号（公文名.number）")
    in_time: str | None = Field(default=None, description="此期限尚未届满")
    of_one_round: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="这些操作都已办理，且都不须重办（同一轮次）"
    )
    leads_to: str | None = Field(default=None, description="其后必有此操作或环节")
    always: str | None = Field(default=None, description="始终成立的条件")


class WorkflowShape(Shape):
    """A definition file."""

    workflow: Identifier = Field(description="流程名（英文小写）")
    version: str = Field(description="版本（加引号）", min_length=1, max_length=40)
    title: str = Field(description="流程名称")
    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")] = Field(description="事项编号的字头，如 SFQ")
    basis: str = Field(default="", description="依据")
    applicant: ApplicantShape = Field(description="申报单位")
    uses: dict[Identifier, Names] = Field(
        default_factory=dict, description="取用的公用部分：部分名 → 其中的名称；all 表示全部"
    )
    parameters: dict[Identifier, ParameterShape] = Field(default_factory=dict, description="参数及出处")
    roles: dict[Identifier, RoleShape] = Field(description="角色")
    fields: dict[Identifier, FieldShape] = Field(default_factory=dict, description="字段")
    filters: dict[Identifier, Names] = Field(default_factory=dict, description="台账的收录条件，按名称取用")
    checks: dict[Identifier, NamedCheck] = Field(default_factory=dict, description="核对条件，按名称取用")
    forms: dict[Identifier, FormShape] = Field(default_factory=dict, description="表单")
    materials: dict[Identifier, MaterialShape] = Field(default_factory=dict, description="材料")
    sheets: dict[Identifier, SheetShape] = Field(default_factory=dict, description="各人独立填写的表")
    quotas: dict[Identifier, QuotaShape] = Field(default_factory=dict, description="名额")
    registers: dict[Identifier, RegisterShape] = Field(default_factory=dict, description="台账")
    states: dict[Identifier, StateShape] = Field(description="环节")
    regions: dict[Identifier, RegionShape] = Field(default_factory=dict, description="并行环节")
    deadlines: dict[Identifier, DeadlineShape] = Field(default_factory=dict, description="跨环节的期限")
    events: dict[Identifier, EventShape] = Field(description="操作")
    operations: OperationsShape = Field(default_factory=OperationsShape, description="通用操作")
    reading: ReadingShape = Field(default_factory=ReadingShape, description="谁可以查看")
    yellow: YellowShape = Field(default_factory=YellowShape, description="剩余多少起亮黄灯")
    laws: list[dict[str, LawShape]] = Field(default_factory=list, description="铁律")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a definition file, for editors."""
    schema = WorkflowShape.model_json_schema(by_alias=True)
    schema["$id"] = "zhuli-flow-workflow"
    schema["title"] = "助力流程定义"
    event = schema["$defs"]["EventShape"]
    schema["$defs"]["EventHead"] = _head(event)
    schema["$defs"]["CompoundState"] = _compound(schema["$defs"]["StateShape"], schema["properties"]["states"])
    return schema


def _head(event: Any) -> Any:
    """``act``, which the reader writes out before a shape is made: any keys of an event, in one line at its head."""
    head = {**event, "title": "EventHead", "properties": dict(event["properties"])}
    head.pop("required")
    event["anyOf"] = [{"required": event.pop("required")}, {"required": ["act"]}]
    event["properties"]["act"] = {"$ref": "#/$defs/EventHead", "description": "写在一行的各键：名称、环节、角色等"}
    return head


def _compound(state: Any, states: Any) -> Any:
    """A state that holds states, which the reader writes out before a shape is made."""
    (pattern,) = states["patternProperties"]
    either = [{"$ref": f"#/$defs/{name}"} for name in ("StateShape", "CompoundState")]
    states["patternProperties"] = {pattern: {"anyOf": either}}
    own = {key: state["properties"][key] for key in ALLOWED if key != "states"}
    inner = {**states, "description": "大环节所含的环节"}
    shape = {"title": "CompoundState", "type": "object", "additionalProperties": False, "required": ["title", "states"]}
    return {**shape, "properties": {**own, "states": inner}}
